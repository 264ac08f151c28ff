"""Blocks of a plan: what is made better in them is better in the whole, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest

from hackathon.matching.problem import Plan, Problem, parse_problem, rule_costs
from hackathon.matching.solver.blocks import cut, improve, merged
from hackathon.matching.solver.engine import solve
from tests.matching.problems import load


def _cost(problem: Problem, plan: Plan) -> int:
    rows = rule_costs(problem, plan)
    assert not any(row.cost for row in rows if row.hard)
    return sum(row.weighted for row in rows)


@pytest.mark.parametrize("teams", [1, 2, 3, 80, 2_000, 10_000])
def test_blocks_are_a_partition(teams: int) -> None:
    blocks = cut(teams, np.random.default_rng(1))
    assert sorted(team for block in blocks for team in block) == list(range(teams))
    assert all(blocks)
    assert len(blocks) >= min(2, teams)


def test_blocks_made_better_one_by_one_add_up() -> None:
    problem = parse_problem(load("people-400"))
    plan = problem.plan_of(solve(problem, time_limit=60.0, work_limit=0.5, seed=1).teams)
    blocks = cut(problem.team_count, np.random.default_rng(2))
    found = []
    for number, teams in enumerate(blocks):
        better = improve(problem, plan, teams, seconds=0.4, seed=number, share=(number, len(blocks)))
        assert better is not None
        touched = {plan.team_of[p] for p in range(400) if plan.team_of[p] != better.team_of[p]}
        touched |= {t for t in range(80) if plan.challenge_of[t] != better.challenge_of[t]}
        assert touched <= set(teams)
        found.append(better)
    whole = merged(plan, found)
    gains = [_cost(problem, plan) - _cost(problem, better) for better in found]
    assert min(gains) > 0
    assert _cost(problem, plan) - _cost(problem, whole) == sum(gains)
    given = np.bincount(whole.challenge_of, minlength=len(problem.challenges)).tolist()
    assert all(c.least <= n <= c.most for c, n in zip(problem.challenges, given, strict=True))


def test_a_plan_that_is_best_already_is_left_alone() -> None:
    problem = parse_problem(load("people-24"))
    plan = problem.plan_of(solve(problem, time_limit=60.0, seed=1).teams)
    assert improve(problem, plan, range(6), seconds=0.3, seed=1) is None
