"""What a change by hand would cost: the same as what the independent scorer finds in the changed plan."""

from __future__ import annotations

import random
import time

import pytest

from hackathon.matching.problem import Plan, Problem, Solution, parse_problem
from hackathon.matching.solver.engine import solve
from hackathon.matching.whatif import effect_of, locked, moved, swapped
from tests.matching import scorer
from tests.matching.problems import crowd, load


def _dealt(problem: Problem) -> Plan:
    teams, people = problem.team_count, len(problem.participants)
    challenges = len(problem.challenges)
    given = tuple(team % challenges for team in range(teams)) if challenges else ()
    return Plan(tuple(person % teams for person in range(people)), given, teams)


@pytest.mark.parametrize("name", ["people-80", "people-83-messy", "people-80-repair"])
def test_what_a_change_costs_is_what_the_scorer_finds(name: str) -> None:
    document, dice = load(name), random.Random(3)
    problem = parse_problem(document)
    plan = _dealt(problem)
    for _ in range(15):
        first, second = dice.sample(range(len(problem.participants)), 2)
        changed = dice.choice([swapped(plan, first, second), moved(plan, first, plan.team_of[second])])
        effect = effect_of(problem, plan, changed)
        seating = [(list(team.members), team.challenge) for team in problem.teams_of(changed)]
        for row in effect.after:
            assert row.cost == scorer.cost_of_rule(document, document["rules"][row.position], seating)
        assert effect.difference == sum(b.weighted - a.weighted for a, b in effect.changed)
        assert effect.sizes_hold == all(problem.smallest <= len(team) <= problem.largest for team, _ in seating)
        plan = changed


def test_swapping_back_costs_what_was_gained() -> None:
    problem = parse_problem(load("people-80"))
    plan = _dealt(problem)
    there = effect_of(problem, plan, swapped(plan, 0, 17))
    back = effect_of(problem, there.plan, swapped(there.plan, 0, 17))
    assert back.plan == plan
    assert there.difference == -back.difference


def test_a_change_that_breaks_a_hard_rule_is_not_allowed() -> None:
    rules = ({"kind": "apart", "participants": ["a", "b"], "hard": True},)
    problem = parse_problem(crowd({}, {}, {}, {}, rules=rules))
    plan = Plan((0, 1, 0, 1), (), 2)
    effect = effect_of(problem, plan, swapped(plan, 1, 2))
    assert (effect.broken, effect.is_allowed) == ((0,), False)
    assert effect_of(problem, plan, moved(plan, 0, 1)).sizes_hold is False
    with pytest.raises(IndexError, match="no team 3"):
        moved(plan, 0, 2)


def test_locked_people_stay_when_the_rest_is_improved() -> None:
    problem = parse_problem(load("people-24"))
    plan = _dealt(problem)
    held = [person for person in range(0, 24, 5) if problem.participants[person].id != "p00007"]
    solution: Solution = solve(locked(problem, plan, held), time_limit=1.0, seed=1)
    again = problem.plan_of(solution.teams)
    assert [again.team_of[person] for person in held] == [plan.team_of[person] for person in held]
    assert solution.cost is not None
    assert solution.cost < sum(row.weighted for row in effect_of(problem, plan, plan).before)


def test_an_answer_for_eighty_people_takes_less_than_five_milliseconds() -> None:
    problem = parse_problem(load("people-80"))
    plan = _dealt(problem)
    effect_of(problem, plan, plan)
    spent = []
    for person in range(1, 21):
        begun = time.thread_time()
        effect_of(problem, plan, swapped(plan, 0, person))
        spent.append(time.thread_time() - begun)
    assert min(spent) < 0.005
