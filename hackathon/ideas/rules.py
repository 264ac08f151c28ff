"""The life cycle of an idea and who may move it. Pure: view, API and template ask the same functions."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stage(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    IN_TEAM = "in_team"
    ENTERED = "entered"
    FINALIST = "finalist"
    WINNER = "winner"
    PARKED = "parked"
    MERGED = "merged"
    DECLINED = "declined"


PATH = (Stage.DRAFT, Stage.SUBMITTED, Stage.SHORTLISTED, Stage.IN_TEAM, Stage.ENTERED, Stage.FINALIST, Stage.WINNER)
"""The way forward."""
ASIDE = (Stage.PARKED, Stage.MERGED, Stage.DECLINED)
"""Beside the way: each needs a reason, and has a way back."""
PUBLISHED = (*PATH[1:], *ASIDE)
"""What everybody can read, unless an organiser has hidden it."""
MOVING = (Stage.SUBMITTED, Stage.SHORTLISTED, Stage.IN_TEAM, Stage.ENTERED, Stage.FINALIST)
"""Where an idea is meant to go on: standing still here is worth a question."""
EDITABLE = (Stage.DRAFT, Stage.SUBMITTED, Stage.SHORTLISTED, Stage.IN_TEAM, Stage.PARKED)
"""Where authors may still change the text, as long as the phase of ideas is open."""

LIMITS = {
    "title": 120, "summary": 400, "problem": 5000, "audience": 2000, "solution": 5000, "benefit": 5000, "first_step": 2000,
}  # fmt: skip
"""The longest text of each part of an idea, in characters."""
LONGEST_COMMENT = 2000
LONGEST_REASON = 500
LONGEST_TAG = 30
MOST_TAGS = 8
MOST_FINDINGS = 12
MOST_CO_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class IdeaText:
    """What people write about an idea. Questions and findings are known by their numbers."""

    title: str
    summary: str
    problem: str = ""
    audience: str = ""
    solution: str = ""
    benefit: str = ""
    first_step: str = ""
    question: int | None = None
    tags: tuple[str, ...] = ()
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to one idea."""

    is_author: bool = False
    coordinates: bool = False
    """Coordinator of the organisation that an author wrote for."""
    moderates: bool = False
    """Sees what was hidden, and may hide."""
    organises: bool = False
    """Sees drafts; may edit and move every idea."""


NOBODY = Standing()
"""What a stranger is to an idea."""


def may_read(stage: Stage, *, hidden: bool, standing: Standing) -> bool:
    """A draft is its authors' and the organisers' alone; what is hidden is seen by its authors and those who moderate."""
    if standing.is_author or standing.organises:
        return True
    return stage is not Stage.DRAFT and (not hidden or standing.moderates)


def may_edit(stage: Stage, *, hidden: bool, standing: Standing, ideas_open: bool) -> bool:
    """Organisers always; authors and their coordinator while ideas are open and the idea has not been entered."""
    if standing.organises:
        return True
    if not (standing.is_author or standing.coordinates):
        return False
    return ideas_open and stage in EDITABLE and may_read(stage, hidden=hidden, standing=standing)


def may_support(stage: Stage, *, standing: Standing) -> bool:
    """Everybody but its authors may support a published idea."""
    return stage is not Stage.DRAFT and not standing.is_author


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed transition. `by_author`: an author may take it, not only an organiser."""

    to: Stage
    needs_reason: bool = False
    by_author: bool = False


def _steps() -> dict[Stage, tuple[Step, ...]]:
    aside = tuple(Step(stage, needs_reason=True) for stage in ASIDE)
    table: dict[Stage, tuple[Step, ...]] = {}
    for position, stage in enumerate(PATH):
        forward = [Step(PATH[position + 1], by_author=stage is Stage.DRAFT)] if position + 1 < len(PATH) else []
        back = [Step(PATH[position - 1], needs_reason=True, by_author=stage is Stage.SUBMITTED)] if position else []
        table[stage] = (*forward, *back, *(aside if position else ()))
    for stage in ASIDE:
        table[stage] = (Step(Stage.SUBMITTED, needs_reason=True), Step(Stage.SHORTLISTED, needs_reason=True))
    return table


STEPS = _steps()


def find_step(stage: Stage, to: Stage) -> Step | None:
    """The transition from one stage to another, or None where there is none."""
    return next((step for step in STEPS[stage] if step.to is to), None)


def steps_for(stage: Stage, *, is_author: bool, may_move_any: bool) -> tuple[Step, ...]:
    """What this person may do with an idea in this stage."""
    return tuple(step for step in STEPS[stage] if may_move_any or (is_author and step.by_author))
