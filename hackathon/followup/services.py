"""What can be done in the follow-up."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.events.models import Organisation
from hackathon.followup.models import Outcome
from hackathon.followup.queries import find_outcome
from hackathon.followup.rules import LONGEST_REASON, OutcomeKind, may_decide, needs_owner
from hackathon.ideas.models import Idea


def decide_outcome(
    idea_id: int,
    *,
    kind: OutcomeKind,
    reason: str,
    owner_id: int | None,
    next_check_on: date | None,
    actor_id: int | None,
    now: datetime,
) -> Outcome:
    """What becomes of an idea, why, which organisation answers for it, and when it is looked at again.

    A new decision replaces the one before; the audit log keeps both. Raises NotFound, Conflict (no team took the idea up)
    or Invalid (no reason, no owner where one is needed, an owner or a day that cannot be).
    """
    idea = db.session.scalar(select(Idea).where(Idea.id == idea_id).with_for_update())
    if idea is None:
        raise NotFound("idea_unknown", _l("Idén finns inte längre."))
    outcome = find_outcome(idea_id)
    if outcome is None and not may_decide(idea.stage):
        raise Conflict(
            "idea_not_taken_up",
            _l("Utfall beslutas för idéer som ett team har tagit upp. Flytta idén till ett team först."),
        )
    reason = reason.replace("\0", "").strip()
    _refuse_unusable(idea, kind, reason, owner_id, next_check_on, now)
    if outcome is None:
        outcome = Outcome(edition_id=idea.edition_id, idea_id=idea.id)
        db.session.add(outcome)
    outcome.kind, outcome.reason, outcome.owner_id, outcome.next_check_on = kind, reason, owner_id, next_check_on
    outcome.decided_at, outcome.decided_by_id = now, actor_id
    db.session.flush()
    audit.record(
        "outcome.decided", edition_id=idea.edition_id, actor_id=actor_id, subject=f"idea:{idea.id}", now=now,
        kind=kind.value, owner=owner_id,
    )  # fmt: skip
    return outcome


def _refuse_unusable(
    idea: Idea, kind: OutcomeKind, reason: str, owner_id: int | None, next_check_on: date | None, now: datetime
) -> None:
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason_missing", _l("Skriv varför, med högst 2 000 tecken. Motiveringen visas för alla."))
    if owner_id is None and needs_owner(kind):
        raise Invalid(
            "owner_missing", _l("Välj vilken organisation som ansvarar: en idé som går vidare behöver en ägare.")
        )
    if owner_id is not None:
        organisation = db.session.get(Organisation, owner_id)
        if organisation is None or organisation.edition_id != idea.edition_id:
            raise Invalid("owner_unknown", _l("Organisationen finns inte i evenemanget. Välj en i listan."))
    if next_check_on is not None and next_check_on < now.date():
        raise Invalid("check_passed", _l("Nästa avstämning kan inte ligga i det förflutna. Välj en kommande dag."))
