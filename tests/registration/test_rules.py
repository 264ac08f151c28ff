"""The pure rules of places and profiles."""

from __future__ import annotations

import pytest

from hackathon.events.rules import PhaseStatus
from hackathon.registration.rules import (
    TRANSITIONS,
    Refusal,
    RegistrationState,
    capacity_fits,
    free_seat,
    has_doubles,
    is_complete,
    may_move,
    may_register,
)


def test_lowest_free_seat_is_given() -> None:
    assert free_seat({1, 2, 4}, 5) == 3


def test_no_seat_above_the_capacity() -> None:
    assert free_seat({1, 2}, 2) is None
    assert free_seat(set(), 0) is None


@pytest.mark.parametrize(
    ("phase", "is_judge", "is_verified", "refusal"),
    [
        (PhaseStatus.OPEN, False, True, None),
        (PhaseStatus.BEFORE, False, True, Refusal.NOT_OPEN_YET),
        (PhaseStatus.AFTER, False, True, Refusal.CLOSED),
        (None, False, True, Refusal.CLOSED),
        (PhaseStatus.OPEN, True, True, Refusal.JUDGE),
        (PhaseStatus.OPEN, False, False, Refusal.UNVERIFIED),
    ],
)
def test_who_may_register(
    phase: PhaseStatus | None, is_judge: bool, is_verified: bool, refusal: Refusal | None
) -> None:
    assert may_register(phase=phase, is_judge=is_judge, is_verified=is_verified) is refusal


def test_every_state_is_in_the_table_and_can_be_cancelled() -> None:
    assert set(TRANSITIONS) == set(RegistrationState)
    others = set(RegistrationState) - {RegistrationState.CANCELLED}
    assert all(may_move(state, RegistrationState.CANCELLED) for state in others)
    assert not may_move(RegistrationState.CANCELLED, RegistrationState.CANCELLED)


def test_capacity_never_falls_below_the_seated() -> None:
    assert capacity_fits(5, 5)
    assert not capacity_fits(4, 5)
    assert not capacity_fits(-1, 0)
    assert not capacity_fits(10**9, 0)


def test_profile_is_complete_with_all_that_the_engine_needs() -> None:
    assert is_complete(has_profession=True, has_seniority=True, skills=1, wishes=1)
    assert not is_complete(has_profession=False, has_seniority=True, skills=1, wishes=1)
    assert not is_complete(has_profession=True, has_seniority=True, skills=0, wishes=1)


def test_the_same_question_twice_is_seen() -> None:
    assert has_doubles((3, 1, 3))
    assert not has_doubles((3, 1))
