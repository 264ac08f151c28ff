"""Phases: what is open at a moment. Pure; the one clock's `now` is handed in."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


class PhaseStatus(enum.StrEnum):
    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class PhaseInfo:
    """A phase's kind and its two moments (UTC); open from the first, no longer at the second."""

    kind: str
    opens_at: datetime
    closes_at: datetime

    def status(self, now: datetime) -> PhaseStatus:
        if now < self.opens_at:
            return PhaseStatus.BEFORE
        return PhaseStatus.OPEN if now < self.closes_at else PhaseStatus.AFTER


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """An edition as pages need it, read in one query."""

    id: int
    slug: str
    name: str
    venue: str
    city: str
    event_date: date
    timezone: str
    demo_stage: str | None
    phases: tuple[PhaseInfo, ...]

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def phase(self, kind: str) -> PhaseInfo | None:
        return next((phase for phase in self.phases if phase.kind == kind), None)

    def is_open(self, kind: str, now: datetime) -> bool:
        """Whether a phase of this kind is open; a phase that the edition does not have is not."""
        phase = self.phase(kind)
        return phase is not None and phase.status(now) is PhaseStatus.OPEN


_LAP = {
    "workshops": 1, "questions": 2, "registration": 3, "ideas": 3, "teams": 4, "pitches": 4, "judging": 5, "followup": 6,
}  # fmt: skip


def lap_step(phases: Iterable[PhaseInfo], now: datetime) -> int:
    """Where the year stands, 1 to 6: workshop, question, idea, team, judging, follow-up."""
    return max((_LAP[phase.kind] for phase in phases if phase.opens_at <= now), default=1)
