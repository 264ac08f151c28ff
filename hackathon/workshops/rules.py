"""What holds for workshops, findings, rankings and questions. Pure: service, view and template ask the same functions."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LARGEST_NUMBER = 2**31 - 1
"""What a number in an address or a form can be; the database holds no larger ones."""
LONGEST_SEARCH = 100
"""How many characters of a search are looked for."""
LONGEST_FINDING = 400
LONGEST_REASON = 500
LONGEST_NAME = 80
LONGEST_TITLE = 160
LONGEST_SUMMARY = 600
LONGEST_QUESTION = 4000
LONGEST_PROMISE = 1000
POINTS = (1, 2, 3, 4, 5)
"""How interesting and how feasible a finding can be."""
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What the code of a workshop is made of: no sign that is mistaken for another when it is read from a wall."""
CODE_LENGTH = 8


class WorkshopState(enum.StrEnum):
    PLANNED = "planned"
    OPEN = "open"  # cards are taken
    CLOSED = "closed"  # cards are sorted
    PUBLISHED = "published"  # everybody reads them


WORKSHOP_STEPS: dict[WorkshopState, tuple[WorkshopState, ...]] = {
    WorkshopState.PLANNED: (WorkshopState.OPEN,),
    WorkshopState.OPEN: (WorkshopState.CLOSED,),
    WorkshopState.CLOSED: (WorkshopState.PUBLISHED, WorkshopState.OPEN),
    WorkshopState.PUBLISHED: (WorkshopState.CLOSED,),
}
"""Forward, and back where the table has forgotten something."""


class FindingState(enum.StrEnum):
    OPEN = "open"
    MERGED = "merged"  # says the same as another, which stands for both
    WITHDRAWN = "withdrawn"


class MemberKind(enum.StrEnum):
    GUEST = "guest"
    FACILITATOR = "facilitator"


class RankingState(enum.StrEnum):
    SETUP = "setup"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


RANKING_STEPS: dict[RankingState, tuple[RankingState, ...]] = {
    RankingState.SETUP: (RankingState.OPEN,),
    RankingState.OPEN: (RankingState.CLOSED,),
    RankingState.CLOSED: (RankingState.PUBLISHED, RankingState.OPEN),
    RankingState.PUBLISHED: (RankingState.CLOSED,),
}


class QuestionState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


QUESTION_STEPS: dict[QuestionState, tuple[QuestionState, ...]] = {
    QuestionState.DRAFT: (QuestionState.PUBLISHED,),
    QuestionState.PUBLISHED: (QuestionState.DRAFT,),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is to one workshop. `leads`: facilitates it, or organises the edition."""

    is_member: bool = False
    leads: bool = False


def may_capture(state: WorkshopState, place: Place) -> bool:
    """Guests add cards while the workshop is open; who leads it may add one that was forgotten until it is published."""
    if place.leads:
        return state is not WorkshopState.PUBLISHED
    return place.is_member and state is WorkshopState.OPEN


def may_change(state: WorkshopState, place: Place, *, is_own: bool) -> bool:
    """Who may change or take back a card: its author while cards are taken, and who leads the workshop."""
    return place.leads or (is_own and place.is_member and state is WorkshopState.OPEN)


def may_see_inside(state: WorkshopState, place: Place) -> bool:
    """Cards are everybody's to read once they are published, and before that those of the people in the room."""
    return state is WorkshopState.PUBLISHED or place.is_member or place.leads


def deal(
    findings: Sequence[int], *, given: Mapping[int, int], given_in_sector: Mapping[int, int], size: int, person_id: int
) -> list[int]:
    """The next small set of findings for a person, so that all findings get as many ratings as the others.

    `given`: how many ratings each finding has or is about to have; `given_in_sector`: the same among people of the person's
    own sector, which decides between findings that have equally many. Among equals a hash of person and finding decides, so
    that two people who sit side by side get different sets and the same person always the same.
    """

    def place(finding: int) -> tuple[int, int, bytes]:
        return given.get(finding, 0), given_in_sector.get(finding, 0), _shuffled(person_id, finding)

    return sorted(findings, key=place)[:size]


def _shuffled(person_id: int, finding: int) -> bytes:
    return hashlib.blake2b(f"{person_id}:{finding}".encode(), digest_size=8).digest()
