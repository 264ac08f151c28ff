"""Places, the waiting list and profiles: what may happen. Pure: service, view and template ask the same functions."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence

from hackathon.events.rules import PhaseStatus

HIGHEST_CAPACITY = 2000
LONGEST_BRINGS = 140
MOST_WISHES = 3
MOST_YEARS = 70


class RegistrationState(enum.StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    EXPIRED = "expired"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


_S = RegistrationState

SEATED = frozenset({_S.CONFIRMED, _S.OFFERED, _S.CHECKED_IN, _S.NO_SHOW})
"""The states that hold a numbered seat."""

TRANSITIONS: dict[RegistrationState, frozenset[RegistrationState]] = {
    _S.CONFIRMED: frozenset({_S.CHECKED_IN, _S.NO_SHOW, _S.CANCELLED}),
    _S.WAITLISTED: frozenset({_S.OFFERED, _S.CONFIRMED, _S.CANCELLED}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.EXPIRED, _S.CANCELLED}),
    _S.EXPIRED: frozenset({_S.WAITLISTED, _S.CANCELLED}),
    _S.CHECKED_IN: frozenset({_S.CANCELLED}),
    _S.NO_SHOW: frozenset({_S.CHECKED_IN, _S.CANCELLED}),
    _S.CANCELLED: frozenset({_S.CONFIRMED, _S.WAITLISTED}),
}


def may_move(state: RegistrationState, to: RegistrationState) -> bool:
    """Whether a registration can go from one state to the other."""
    return to in TRANSITIONS[state]


class Refusal(enum.StrEnum):
    """Why somebody cannot register. The values are the reason codes of the errors."""

    NOT_OPEN_YET = "registration_not_open_yet"
    CLOSED = "registration_closed"
    JUDGE = "judges_do_not_register"
    UNVERIFIED = "email_not_verified"


def may_register(*, phase: PhaseStatus | None, is_judge: bool, is_verified: bool) -> Refusal | None:
    """None where somebody may register, else why not. `phase` None: the edition has no registration."""
    if is_judge:
        return Refusal.JUDGE
    if phase is PhaseStatus.BEFORE:
        return Refusal.NOT_OPEN_YET
    if phase is not PhaseStatus.OPEN:
        return Refusal.CLOSED
    return None if is_verified else Refusal.UNVERIFIED


def free_seat(taken: Collection[int], capacity: int) -> int | None:
    """The lowest free seat from 1 to `capacity`; None where all are taken."""
    return next((seat for seat in range(1, capacity + 1) if seat not in taken), None)


def capacity_fits(capacity: int, seated: int) -> bool:
    """Whether a pool can have this capacity: nobody loses a seat by it."""
    return seated <= capacity <= HIGHEST_CAPACITY


def is_complete(*, has_profession: bool, has_seniority: bool, skills: int, wishes: int) -> bool:
    """Whether a profile says what the team engine works with."""
    return has_profession and has_seniority and skills > 0 and wishes > 0


def has_doubles(wishes: Sequence[int]) -> bool:
    """Whether one question stands at two ranks."""
    return len(set(wishes)) < len(wishes)
