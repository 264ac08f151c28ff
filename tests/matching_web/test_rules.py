"""How many teams, and what the rules of a run weigh."""

from __future__ import annotations

import pytest

from hackathon.matching.rules import (
    Crowd,
    TeamShape,
    Tier,
    gap_percent,
    has_ended,
    team_shape,
    thin,
    tier_of,
    usual_rules,
)


@pytest.mark.parametrize(
    ("people", "tables", "smallest", "largest", "expected"),
    [
        (80, 16, 5, 5, TeamShape(16, 5, 5)),
        (79, 16, 5, 5, TeamShape(16, 4, 5)),
        (83, 16, 5, 5, TeamShape(16, 5, 6)),
        (60, 16, 5, 5, TeamShape(12, 5, 5)),
        (62, 16, 5, 5, TeamShape(12, 5, 6)),
        (12, 16, 5, 5, TeamShape(3, 4, 4)),
        (3, 16, 5, 5, TeamShape(1, 3, 3)),
        (1, 16, 5, 5, TeamShape(1, 1, 1)),
        (200, 16, 5, 5, TeamShape(16, 12, 13)),
        (70, 16, 4, 6, TeamShape(16, 4, 6)),
    ],
)
def test_team_shape(people: int, tables: int, smallest: int, largest: int, expected: TeamShape) -> None:
    assert team_shape(people, tables=tables, smallest=smallest, largest=largest) == expected


def test_team_shape_always_seats_everybody() -> None:
    for people in range(1, 200):
        for tables in (1, 3, 16):
            shape = team_shape(people, tables=tables, smallest=5, largest=5)
            assert shape.count <= tables
            assert shape.count * shape.smallest <= people <= shape.count * shape.largest


def test_team_shape_without_people_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        team_shape(0, tables=16, smallest=5, largest=5)


def crowd(**changes: object) -> Crowd:
    values: dict[str, object] = {
        "shape": TeamShape(16, 5, 5), "largest_organisation": 4, "sectors": 6,
        "skills": frozenset({"facilitation", "data"}), "questions": 8,
    }  # fmt: skip
    return Crowd(**(values | changes))  # type: ignore[arg-type]


def test_colleagues_are_kept_apart_without_exception_where_counting_allows_it() -> None:
    assert usual_rules(crowd(largest_organisation=16))[0]["hard"] is True
    assert usual_rules(crowd(largest_organisation=17))[0]["weight"] == 60


def test_usual_rules_ask_for_nothing_that_the_edition_lacks() -> None:
    rules = usual_rules(crowd(questions=0, skills=frozenset(), sectors=1))
    assert {rule["kind"] for rule in rules} == {"limit", "balance", "evenness"}


def test_sectors_wanted_never_exceed_a_team() -> None:
    rules = usual_rules(crowd(shape=TeamShape(3, 2, 2)))
    assert next(rule for rule in rules if rule["kind"] == "distinct")["min"] == 2


def test_tiers_follow_weights() -> None:
    tiers = [tier_of(rule) for rule in usual_rules(crowd())]
    assert tiers[0] is Tier.MUST
    assert Tier.MOST in tiers
    assert tiers[-1] is Tier.SOME


def test_gap_in_per_cent() -> None:
    assert gap_percent(412, 396) == pytest.approx(3.883, abs=0.001)
    assert gap_percent(0, 0) == 0
    assert gap_percent(None, 3) is None


def test_thin_keeps_the_ends() -> None:
    points: list[list[float | int | None]] = [[number, number, 0] for number in range(1000)]
    thinned = thin(points, 50)
    assert len(thinned) == 50
    assert (thinned[0], thinned[-1]) == (points[0], points[-1])


def test_states_that_have_ended() -> None:
    assert [state for state in ("queued", "running", "solved", "failed") if has_ended(state)] == ["solved", "failed"]
