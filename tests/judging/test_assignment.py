"""Assigning judges to teams: every plan is checked by counting, without the solver."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.judging.assignment.problem import (
    Assignment,
    JudgeSpec,
    NoPlan,
    ObstacleKind,
    Plan,
    TeamSpec,
    Tie,
    components,
    deal_slots,
    faults,
)
from hackathon.judging.assignment.solver import assign
from tests.judging.bench.panels import make_panel

pytestmark = pytest.mark.engine


def plan_for(problem: Assignment, seed: int = 1) -> Plan:
    plan = assign(problem, seed=seed, time_limit=20)
    assert faults(problem, plan) == []
    return plan


def small(judges: int = 4, teams: int = 6, per_team: int = 2, sectors: int = 2) -> Assignment:
    return Assignment(
        tuple(JudgeSpec(n, f"S{n % sectors}") for n in range(judges)),
        tuple(TeamSpec(n) for n in range(teams)),
        per_team,
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(1, 12), st.integers(1, 4), st.integers(0, 4), st.integers(0, 10_000))
def test_plan_keeps_every_rule_or_says_why_there_is_none(
    judges: int, teams: int, per_team: int, rooms: int, seed: int
) -> None:
    problem = make_panel(teams, judges, per_team, rooms=rooms, seed=seed)
    try:
        plan = assign(problem, seed=seed, time_limit=10)
    except NoPlan as refusal:
        found = refusal.obstacles
    else:
        assert faults(problem, plan) == []
        return
    assert found
    assert all(obstacle.kind is not ObstacleKind.TIME for obstacle in found)


def test_shortlist_of_110_ideas_has_even_loads_and_no_conflict() -> None:
    problem = make_panel(110, 20, 4, seed=3)
    plan = plan_for(problem)
    assert not plan.pairs & problem.conflicts.keys()
    assert Counter(Counter(judge for judge, _ in plan.pairs).values()) == {22: 20}


def test_same_problem_and_seed_give_the_same_plan() -> None:
    problem = make_panel(20, 6, 3, seed=2)
    assert plan_for(problem) == plan_for(problem)


def test_rooms_run_side_by_side_without_clashes() -> None:
    problem = make_panel(24, 12, 3, rooms=3, seed=5)
    plan = plan_for(problem)
    slot = {team.id: team.slot for team in problem.teams}
    assert max(Counter((judge, slot[team]) for judge, team in plan.pairs).values()) == 1


def test_judge_who_is_away_in_a_slot_sits_in_no_room_then() -> None:
    problem = make_panel(12, 8, 2, rooms=2, seed=5)
    judges = (replace(problem.judges[0], slots=frozenset({0, 1, 2})), *problem.judges[1:])
    plan = plan_for(replace(problem, judges=judges))
    slot = {team.id: team.slot for team in problem.teams}
    assert {slot[team] for team in plan.teams_of(0)} <= {0, 1, 2}


def test_rooms_are_connected_though_each_judge_could_stay() -> None:
    # Two rooms of two judges each would do for coverage and loads; somebody has to cross.
    problem = make_panel(8, 4, 2, rooms=2, seed=1, conflicts=0)
    assert len(components(plan_for(problem).pairs)) == 1


def test_wanted_numbers_send_more_judges_where_they_matter() -> None:
    problem = small()
    teams = tuple(replace(team, wanted=3 if team.id < 2 else 1) for team in problem.teams)
    plan = plan_for(replace(problem, teams=teams))
    assert [len(plan.panel(team.id)) for team in teams] == [3, 3, 1, 1, 1, 1]


def test_repair_keeps_what_is_handed_in_and_moves_no_more_than_it_must() -> None:
    problem = make_panel(24, 8, 3, seed=7)
    plan = plan_for(problem)
    handed_in = frozenset(random.Random(1).sample(sorted(plan.pairs), 30))
    judges = tuple(replace(judge, is_absent=judge.id == 2) for judge in problem.judges)
    repair = replace(problem, judges=judges, given=handed_in, current=plan.pairs)
    repaired = plan_for(repair)
    assert handed_in <= repaired.pairs
    lost = {pair for pair in plan.pairs - handed_in if pair[0] == 2}
    assert lost
    assert not lost & repaired.pairs
    assert len(plan.pairs - repaired.pairs) <= len(lost) + 2


def test_repair_says_how_far_the_loads_lie_apart_when_they_must() -> None:
    problem = small(judges=3, teams=4, per_team=1)
    handed_in = frozenset({(0, 0), (0, 1), (0, 2)})
    repaired = assign(replace(problem, given=handed_in, current=handed_in), seed=1, time_limit=5)
    assert handed_in <= repaired.pairs
    assert repaired.spread >= 1


def obstacles(problem: Assignment) -> list[tuple[ObstacleKind, int | None, int, int]]:
    with pytest.raises(NoPlan) as refusal:
        assign(problem, seed=1, time_limit=10)
    return [(it.kind, it.team if it.slot is None else it.slot, it.have, it.need) for it in refusal.value.obstacles]


def test_nobody_to_judge_is_said() -> None:
    problem = small()
    absent = tuple(replace(judge, is_absent=True) for judge in problem.judges)
    assert obstacles(replace(problem, judges=absent)) == [(ObstacleKind.NOBODY, None, 0, 0)]
    assert obstacles(replace(problem, teams=())) == [(ObstacleKind.NOBODY, None, 0, 0)]


def test_team_that_too_few_may_judge_is_named() -> None:
    conflicts = {(judge, 3): Tie.OWN_ORGANISATION for judge in range(3)}
    assert obstacles(replace(small(), conflicts=conflicts)) == [(ObstacleKind.TOO_FEW_JUDGES, 3, 1, 2)]


def test_team_whose_judges_are_of_one_sector_is_named() -> None:
    conflicts = {(judge, 3): Tie.DECLARED for judge in (0, 2)}
    assert obstacles(replace(small(), conflicts=conflicts)) == [(ObstacleKind.ONE_SECTOR, 3, 1, 2)]


def test_slot_that_needs_more_judges_than_there_are_is_named() -> None:
    teams = tuple(TeamSpec(n, slot=n // 3) for n in range(6))
    assert obstacles(replace(small(), teams=teams)) == [
        (ObstacleKind.SLOT_TOO_FULL, 0, 4, 6),
        (ObstacleKind.SLOT_TOO_FULL, 1, 4, 6),
    ]


def test_slot_that_conflicts_make_too_full_is_named() -> None:
    teams = tuple(TeamSpec(n, slot=n // 2) for n in range(6))
    # Judge 0 may judge neither of the two that pitch at the same time.
    conflicts = {(0, 2): Tie.MENTORED, (0, 3): Tie.OWN_TEAM}
    assert obstacles(replace(small(), teams=teams, conflicts=conflicts)) == [(ObstacleKind.SLOT_TOO_FULL, 1, 3, 4)]


def test_rules_that_clash_are_named() -> None:
    # Judge 0 may judge one team alone, so that the loads cannot be even.
    conflicts = {(0, team): Tie.DECLARED for team in range(1, 6)}
    with pytest.raises(NoPlan) as refusal:
        assign(replace(small(), conflicts=conflicts), seed=1, time_limit=10)
    (obstacle,) = refusal.value.obstacles
    assert obstacle.kind is ObstacleKind.RULES_CLASH
    assert "loads" in obstacle.rules
    assert "slots" not in obstacle.rules


def test_one_judge_for_each_team_cannot_be_compared() -> None:
    assert obstacles(small(per_team=1)) == [(ObstacleKind.NOT_CONNECTED, None, 6, 9)]


def test_jury_that_conflicts_part_is_refused() -> None:
    # Judges 0, 1 may see teams 0, 1 alone, judges 2, 3 teams 2, 3 alone: no plan connects them.
    conflicts = {(j, t): Tie.DECLARED for j in range(4) for t in range(4) if (j < 2) != (t < 2)}
    assert obstacles(replace(small(teams=4), conflicts=conflicts))[0][0] is ObstacleKind.NOT_CONNECTED


def test_faults_of_a_wrong_plan_are_found() -> None:
    problem = replace(small(), conflicts={(0, 0): Tie.DECLARED}, given=frozenset({(3, 5)}))
    found = " ".join(faults(problem, Plan(frozenset({(0, 0), (1, 0), (0, 1), (2, 1)}))))
    for words in (
        "may not judge team 0",
        "handed in and gone",
        "team 5 has 0 judges",
        "panel of team 1 is of one sector",
        "loads",
    ):
        assert words in found
    assert faults(problem, Plan(frozenset({(9, 9)}))) == ["no such pair: (9, 9)"]


def test_slots_are_dealt_in_order_and_taken_places_are_kept() -> None:
    assert deal_slots([7, 3, 5], rooms=2) == {7: (0, 0), 3: (0, 1), 5: (1, 0)}
    assert deal_slots([7, 3, 5], rooms=2, taken={5: (0, 0)}) == {5: (0, 0), 7: (0, 1), 3: (1, 0)}
    with pytest.raises(ValueError, match="room"):
        deal_slots([1], rooms=0)
