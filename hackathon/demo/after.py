"""The year after: what was decided for the ideas, by whom, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hackathon.demo.draw import whole
from hackathon.demo.proposals import Proposal
from hackathon.demo.rows import Row, add_rows
from hackathon.demo.scene import Scene
from hackathon.followup.models import Outcome


def add_outcomes(scene: Scene, proposals: Mapping[str, Proposal]) -> None:
    """The outcomes that are decided by now."""
    rows: list[Row] = []
    for outcome in scene.content.outcomes:
        decided_at = scene.calendar.at(
            outcome.decided_after_days, "09:00", minutes=whole(0, 450, "decided", outcome.idea)
        )
        if not scene.calendar.has_come(decided_at):
            continue
        check = outcome.next_check_after_days
        rows.append(
            {
                "edition_id": scene.edition_id,
                "idea_id": proposals[outcome.idea].id,
                "kind": outcome.kind,
                "reason": outcome.reason,
                "owner_id": scene.organisations[outcome.owner],
                "next_check_on": scene.calendar.event_date + timedelta(days=check) if check is not None else None,
                "decided_at": decided_at,
                "decided_by_id": scene.organiser,
            }
        )
    add_rows(Outcome, sorted(rows, key=lambda row: row["decided_at"]))
