"""What can become of an idea, and what waits for a decision. Pure."""

from __future__ import annotations

import enum
from datetime import date, timedelta

from hackathon.ideas.rules import Stage

LONGEST_REASON = 2000
SOON = timedelta(days=7)
"""A check within this time is due."""


class OutcomeKind(enum.StrEnum):
    ADOPT = "adopt"
    PILOT = "pilot"
    MERGE = "merge"
    PARK = "park"
    CLOSE = "close"


DECIDABLE = (Stage.IN_TEAM, Stage.ENTERED, Stage.FINALIST, Stage.WINNER)
"""Ideas that a team took up, and that therefore get an outcome."""

GOES_ON = frozenset({OutcomeKind.ADOPT, OutcomeKind.PILOT})
"""Somebody works on with the idea, so that an organisation has to answer for it."""


class CheckStatus(enum.StrEnum):
    LATE = "late"
    DUE = "due"
    LATER = "wait"


def may_decide(stage: Stage) -> bool:
    """Whether an idea in this stage gets an outcome."""
    return stage in DECIDABLE


def needs_owner(kind: OutcomeKind) -> bool:
    """Whether the outcome needs an organisation that answers for it."""
    return kind in GOES_ON


def check_status(next_check_on: date, today: date) -> CheckStatus:
    """How urgent a check is: its day has passed, it comes within a week, or later."""
    if next_check_on < today:
        return CheckStatus.LATE
    return CheckStatus.DUE if next_check_on <= today + SOON else CheckStatus.LATER
