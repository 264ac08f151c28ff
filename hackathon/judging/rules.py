"""What holds for rounds and scorecards. Pure: service, view, API and template ask the same functions."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

FEWEST_POINTS, MOST_POINTS = 1, 5
POINTS = tuple(range(FEWEST_POINTS, MOST_POINTS + 1))
APPROVALS_NEEDED = 2
"""How many different organisers it takes to publish results."""
LONGEST_NOTE = 2000
LONGEST_REASON = 500
PODIUM = 3
NUDGE_PAUSE = timedelta(minutes=5)
"""So long judges are left alone after a reminder."""


class RoundState(enum.StrEnum):
    SETUP = "setup"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class ScorecardState(enum.StrEnum):
    ASSIGNED = "assigned"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    LOCKED = "locked"
    RECUSED = "recused"
    VOIDED = "voided"


ROUND_STEPS: dict[RoundState, RoundState | None] = {
    RoundState.SETUP: RoundState.OPEN,
    RoundState.OPEN: RoundState.CLOSED,
    RoundState.CLOSED: RoundState.PUBLISHED,
    RoundState.PUBLISHED: None,
}
"""A round goes one way; there is no step back."""

CARD_STEPS: dict[ScorecardState, frozenset[ScorecardState]] = {
    ScorecardState.ASSIGNED: frozenset({ScorecardState.DRAFT, ScorecardState.SUBMITTED, ScorecardState.RECUSED}),
    ScorecardState.DRAFT: frozenset({ScorecardState.DRAFT, ScorecardState.SUBMITTED, ScorecardState.RECUSED}),
    # What was handed in stays handed in while its judge goes on changing it.
    ScorecardState.SUBMITTED: frozenset({ScorecardState.SUBMITTED, ScorecardState.LOCKED, ScorecardState.RECUSED}),
    ScorecardState.LOCKED: frozenset({ScorecardState.VOIDED}),
    ScorecardState.RECUSED: frozenset(),
    ScorecardState.VOIDED: frozenset(),
}

OPEN_CARDS = frozenset({ScorecardState.ASSIGNED, ScorecardState.DRAFT})
"""Cards that wait for their judge."""
GIVEN_CARDS = frozenset({ScorecardState.SUBMITTED, ScorecardState.LOCKED})


def may_write(round_state: RoundState, card_state: ScorecardState) -> bool:
    """Whether a judge can still change this card."""
    return round_state is RoundState.OPEN and ScorecardState.RECUSED in CARD_STEPS[card_state]


def state_after_saving(state: ScorecardState, *, hand_in: bool) -> ScorecardState:
    """Where saving takes a card: a card that was handed in is never taken back by saving a draft."""
    return ScorecardState.SUBMITTED if hand_in or state is ScorecardState.SUBMITTED else ScorecardState.DRAFT


def may_open(round_state: RoundState, *, entries: int, judges: int) -> bool:
    """A round opens when there is something to judge and somebody who judges."""
    return round_state is RoundState.SETUP and entries > 0 and judges > 0


def may_publish(round_state: RoundState, approvers: Collection[int]) -> bool:
    """Results are published once two different organisers have approved."""
    return round_state is RoundState.CLOSED and len(set(approvers)) >= APPROVALS_NEEDED


def weighted_mean(points: Mapping[str, int], weights: Mapping[str, int]) -> float:
    """The mean of points by the criteria's weights, in rubric points."""
    return sum(value * weights[key] for key, value in points.items()) / sum(weights[key] for key in points)


def moved(order: Sequence[int], *, up: int | None = None, down: int | None = None) -> list[int]:
    """The order with one of its numbers one place further up or down; as it is where that cannot be."""
    found = list(order)
    for number, step in ((up, -1), (down, 1)):
        if number in found:
            at = found.index(number)
            to = min(max(at + step, 0), len(found) - 1)
            found[at], found[to] = found[to], found[at]
    return found


def may_review(round_state: RoundState, openers: Collection[int]) -> bool:
    """Scores are seen once the round is closed and two different organisers want to."""
    return round_state in (RoundState.CLOSED, RoundState.PUBLISHED) and len(set(openers)) >= APPROVALS_NEEDED


def quarter_of(place: int, teams: int) -> int:
    """The quarter of the field that a place is in, 1 for the best. A shared place counts as its first."""
    return 1 + 4 * (place - 1) // teams


def in_conflict(judge_id: int, judge_organisations: Collection[int], ties: TeamTies) -> bool:
    """Whether a judge is too close to a team: the same organisation, or the same person."""
    return judge_id in ties.people or not ties.organisations.isdisjoint(judge_organisations)


@dataclass(frozen=True, slots=True)
class TeamTies:
    """The people of a team and its idea, and the organisations that they belong to."""

    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


def unusable_points(points: Mapping[str, int], criteria: Collection[str]) -> list[str]:
    """The keys whose points are not whole numbers from 1 to 5, or that the rubric does not have."""
    return [
        key for key, value in points.items() if key not in criteria or type(value) is not int or value not in POINTS
    ]


def missing_points(points: Mapping[str, int], criteria: Iterable[str]) -> list[str]:
    """The criteria that have no points yet, in the rubric's order."""
    return [key for key in criteria if key not in points]


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """A question of a rubric as it is handed in; `anchors` as models.Criterion keeps them."""

    key: str
    name_sv: str
    name_en: str
    ask_sv: str
    ask_en: str
    weight: int
    anchors: dict[str, Any]


def read_rubric(rubric: Iterable[Mapping[str, Any]]) -> list[CriterionDraft]:
    """The rubric of a file: a list of {key, name: {sv, en}, question: {sv, en}, weight, anchors: {"1": {sv, en}, …}}."""
    return [
        CriterionDraft(
            item["key"], item["name"]["sv"], item["name"]["en"], item["question"]["sv"], item["question"]["en"],
            int(item["weight"]), dict(item["anchors"]),
        )
        for item in rubric
    ]  # fmt: skip


def display_name(name: str) -> str:
    """What the public pages call a person: the first name alone."""
    return name.split()[0] if name.split() else ""
