"""The search's arithmetic: what it says that a change costs is what the plan costs afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hackathon.matching.problem import Plan, Problem, parse_problem, rule_costs
from hackathon.matching.solver.arithmetic import arithmetic
from hackathon.matching.solver.deal import deal, hand_out, nested_attributes
from hackathon.matching.solver.search import Search
from hackathon.matching.solver.tables import hard_tables_of, tables_of
from tests.matching.problems import load, small_problems
from tests.matching.scorer import Document

HARD = 100


def _search(problem: Problem, seed: int) -> Search | None:
    rng = np.random.default_rng(seed)
    tables = tables_of(problem, HARD)
    team_of = deal(problem, tables, rng)
    if team_of is None:
        return None
    challenges = hand_out(tables.challenges, [0.0] * len(tables.challenges), tables.teams)
    return Search(tables, hard_tables_of(problem), team_of, challenges, rng)


def _penalised(problem: Problem, search: Search) -> tuple[int, int]:
    seats = search.seats
    plan = Plan(tuple(seats.team_of.tolist()), tuple(seats.challenge_of.tolist()), problem.team_count)
    rows = rule_costs(problem, plan)
    locking = ("pin", "stability")
    broken = sum(row.cost for row in rows if row.hard and row.kind not in locking)
    return sum(row.weighted for row in rows) + HARD * broken, broken


@given(small_problems())
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_changes_add_up_on_small_problems(document: Document) -> None:
    problem = parse_problem(document)
    search = None if arithmetic(problem) else _search(problem, 1)
    if search is None:
        return
    for _ in range(10):
        search.anneal(10, 20.0, 5.0, lambda: True)
        assert search.cost == pytest.approx(_penalised(problem, search)[0])
        if search.best is not None:
            best = Plan(
                tuple(search.best.team_of.tolist()), tuple(search.best.challenge_of.tolist()), problem.team_count
            )
            rows = rule_costs(problem, best)
            assert sum(row.weighted for row in rows) == search.best.cost
            assert not any(row.cost for row in rows if row.hard and row.kind not in ("pin", "stability"))


@pytest.mark.parametrize("name", ["people-24", "people-80-repair", "people-83-messy", "people-400"])
def test_changes_add_up_on_real_problems(name: str) -> None:
    problem = parse_problem(load(name))
    search = _search(problem, 2)
    assert search is not None
    for temperature in (30.0, 5.0, 0.5):
        search.anneal(150, temperature, temperature, lambda: True)
        assert search.cost == pytest.approx(_penalised(problem, search)[0])
    assert search.best is not None
    counts = np.bincount(search.best.challenge_of, minlength=len(problem.challenges)).tolist()
    assert all(c.least <= n <= c.most for c, n in zip(problem.challenges, counts, strict=True))


def test_the_same_seed_searches_the_same_way() -> None:
    problem = parse_problem(load("people-80"))
    costs = []
    for _ in range(2):
        search = _search(problem, 7)
        assert search is not None
        search.anneal(200, 6.0, 1.0, lambda: True)
        costs.append((search.cost, search.seats.team_of.tolist()))
    assert costs[0] == costs[1]


def test_the_deal_balances_the_nested_chain() -> None:
    problem = parse_problem(load("people-80"))
    assert nested_attributes(problem)[:3] == ["pool", "sector", "organisation"]
    team_of = deal(problem, tables_of(problem, HARD), np.random.default_rng(1))
    assert team_of is not None
    rows = rule_costs(problem, Plan(tuple(team_of.tolist()), (0,) * 16, 16))
    assert rows[0].cost <= 2  # The pin takes one person out of turn.


def test_an_annealing_stops_when_told() -> None:
    search = _search(parse_problem(load("people-80")), 1)
    assert search is not None
    assert search.anneal(10_000, 6.0, 1.0, lambda: False) == 0
