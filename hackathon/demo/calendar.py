"""The demo's year: one history, told from the event's day, and for each stage how much of it has happened by today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hackathon.events.models import PhaseKind

TIMEZONE = "Europe/Stockholm"
_ZONE = ZoneInfo(TIMEZONE)

Moment = tuple[int, str]
"""Days after the event, and the time of day in Stockholm: (-1, "18:00") is six in the evening before."""

_STAGES: dict[str, tuple[int, Moment]] = {
    "registration": (-60, (-60, "00:00")),
    "ideas": (-21, (-21, "00:00")),
    "teams": (0, (0, "00:00")),
    "judging": (1, (0, "15:56")),
    "winner": (1, (1, "00:00")),
    "followup": (182, (182, "00:00")),
}
"""For each stage today's place in the year, and the moment up to which the history is told.

That moment lies before today's first minute, so that nothing is told that has not happened yet, however early a stage
is loaded. This is why judging and winner stand at the morning after.
"""

_PHASES: dict[PhaseKind, tuple[Moment, Moment]] = {
    PhaseKind.WORKSHOPS: ((-200, "09:00"), (-100, "16:00")),
    PhaseKind.QUESTIONS: ((-98, "09:00"), (-85, "17:00")),
    PhaseKind.IDEAS: ((-84, "09:00"), (-1, "18:00")),
    PhaseKind.REGISTRATION: ((-60, "09:00"), (-30, "17:00")),
    PhaseKind.TEAMS: ((-1, "18:00"), (0, "10:00")),
    PhaseKind.PITCHES: ((0, "10:00"), (0, "15:15")),
    PhaseKind.JUDGING: ((0, "15:20"), (0, "17:00")),
    PhaseKind.FOLLOWUP: ((0, "17:45"), (365, "17:00")),
}
_PHASES_OF_STAGE: dict[str, dict[PhaseKind, tuple[Moment, Moment]]] = {
    # A stage holds for the whole day: what is going on in it is open from the day's first minute to its last.
    "registration": {PhaseKind.REGISTRATION: ((-61, "09:00"), (-30, "17:00"))},
    "teams": {
        PhaseKind.TEAMS: ((-1, "18:00"), (1, "00:00")),
        PhaseKind.PITCHES: ((-1, "18:00"), (1, "00:00")),
        PhaseKind.JUDGING: ((0, "15:20"), (1, "17:00")),
        PhaseKind.FOLLOWUP: ((1, "17:45"), (365, "17:00")),
    },
    "judging": {
        PhaseKind.JUDGING: ((0, "15:20"), (2, "17:00")),
        PhaseKind.FOLLOWUP: ((2, "17:45"), (365, "17:00")),
    },
}


def day_of(now: datetime) -> date:
    """The day that it is in Stockholm."""
    return now.astimezone(_ZONE).date()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The demo's year around one event's day, told up to `moment`."""

    stage: str
    today: date
    event_date: date
    moment: datetime

    @classmethod
    def of(cls, stage: str, now: datetime) -> Calendar:
        """The year moved so that `stage` is true on the day of `now`. Raises ValueError where there is no such stage."""
        if stage not in _STAGES:
            raise ValueError(f"{stage!r} is no stage of the demo; the stages are {', '.join(_STAGES)}")
        days, (day, clock_time) = _STAGES[stage]
        today = day_of(now)
        event_date = today - timedelta(days=days)
        return cls(stage, today, event_date, _moment(event_date, day, clock_time))

    def at(self, day: int, clock_time: str, *, minutes: float = 0) -> datetime:
        """The moment `minutes` after a time of day, so many days after the event."""
        return _moment(self.event_date, day, clock_time) + timedelta(minutes=minutes)

    def has_come(self, moment: datetime) -> bool:
        """Whether this is told already."""
        return moment <= self.moment

    def phases(self) -> list[tuple[PhaseKind, datetime, datetime]]:
        """Each phase with its opening and its end."""
        phases = _PHASES | _PHASES_OF_STAGE.get(self.stage, {})
        return [(kind, self.at(*opens), self.at(*closes)) for kind, (opens, closes) in phases.items()]


def _moment(event_date: date, day: int, clock_time: str) -> datetime:
    return datetime.combine(event_date + timedelta(days=day), time.fromisoformat(clock_time), _ZONE).astimezone(UTC)
