"""What an organiser changes on the event itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.events.models import Phase
from hackathon.events.rules import PhaseInfo


def phases_as_seen(phases: Iterable[PhaseInfo | Phase]) -> str:
    """What the phases are, as one line: it travels with the form and is compared when the form comes back."""
    return " ".join(sorted(f"{phase.kind}:{_stamp(phase.opens_at)}:{_stamp(phase.closes_at)}" for phase in phases))


def change_phases(
    edition_id: int, *, times: Mapping[str, tuple[datetime, datetime]], seen: str, actor_id: int, now: datetime
) -> int:
    """Sets when phases open and close; answers how many changed, and records each.

    Raises Conflict where somebody has changed them since `seen`, Invalid where one would close before it opens.
    """
    phases = db.session.scalars(select(Phase).where(Phase.edition_id == edition_id).with_for_update()).all()
    if phases_as_seen(phases) != seen:
        raise Conflict(
            "phases_changed", _l("Någon annan har ändrat tiderna. Ladda om sidan, se vad som gäller och ändra igen.")
        )
    changed = 0
    for phase in phases:
        opens_at, closes_at = times.get(phase.kind, (phase.opens_at, phase.closes_at))
        if closes_at <= opens_at:
            raise Invalid("phase_order", _l("Stängningen måste komma efter öppningen. Välj en senare tid."))
        if (opens_at, closes_at) != (phase.opens_at, phase.closes_at):
            phase.opens_at, phase.closes_at = opens_at, closes_at
            changed += 1
            _record(phase, actor_id=actor_id, now=now)
    return changed


def _record(phase: Phase, *, actor_id: int, now: datetime) -> None:
    audit.record(
        "phase.change",
        edition_id=phase.edition_id,
        actor_id=actor_id,
        subject=f"phase:{phase.id}",
        now=now,
        kind=phase.kind.value,
        opens_at=_stamp(phase.opens_at),
        closes_at=_stamp(phase.closes_at),
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
