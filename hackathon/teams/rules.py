"""Teams and what they hand in: names, lengths, and how an idea follows its team. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from hackathon.ideas.rules import PATH, Stage

LONGEST_NAME: Final = 60
LONGEST_TITLE: Final = 120
LONGEST_PITCH: Final = 3000
CHOOSABLE: Final = (Stage.SHORTLISTED, Stage.SUBMITTED, Stage.IN_TEAM)
"""Ideas in these stages can be taken up by a team."""


def default_name(number: int) -> str:
    """What a team is called until it finds a name of its own."""
    return f"Team {number}"


def keeps_name(before: Collection[int], after: Collection[int]) -> bool:
    """Whether a team of new members is still the team that found its name: at least half of them were there."""
    return bool(after) and 2 * len(set(before) & set(after)) >= len(after)


def way_between(stage: Stage, to: Stage) -> tuple[Stage, ...]:
    """The steps that lead an idea along the path from one stage to another; none where it stands beside the path."""
    if stage not in PATH or to not in PATH:
        return ()
    start, end = PATH.index(stage), PATH.index(to)
    if start <= end:
        return PATH[start + 1 : end + 1]
    return PATH[end:start][::-1]
