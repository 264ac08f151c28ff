"""The search's arithmetic: what it says that a change costs is what the plan costs afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hackathon.matching.problem import Plan, Problem, parse_problem, rule_costs
from hackathon.matching.solver.arithmetic import arithmetic
from hackathon.matching.solver.budget import Budget
from hackathon.matching.solver.chain import Chain, Spot
from hackathon.matching.solver.deal import deal, hand_out, nested_attributes
from hackathon.matching.solver.search import Search
from hackathon.matching.solver.state import cost_of
from hackathon.matching.solver.tables import hard_tables_of, tables_of
from tests.matching.problems import load, small_problems
from tests.matching.scorer import Document

HARD = 100


def _start(problem: Problem, seed: int) -> Spot | None:
    tables = tables_of(problem, HARD)
    team_of = deal(problem, tables, np.random.default_rng(seed))
    if team_of is None:
        return None
    return Spot(0, team_of, hand_out(tables.challenges, [0.0] * len(tables.challenges), tables.teams))


def _chain(problem: Problem, seed: int, loops: int = 1) -> Chain | None:
    start = _start(problem, seed)
    if start is None:
        return None
    rng = np.random.default_rng(seed)
    return Chain(tables_of(problem, HARD), hard_tables_of(problem), start, rng, loops=loops)


def _agrees(problem: Problem, chain: Chain) -> None:
    """What the chain says that its plans cost is what the rules say, and what its own arrays add up to."""
    state = chain.state
    plan = Plan(tuple(state.team_of.tolist()), tuple(state.challenge_of.tolist()), problem.team_count)
    rows = rule_costs(problem, plan)
    broken = sum(row.cost for row in rows if row.hard and row.kind not in ("pin", "stability"))
    assert chain.cost == sum(row.weighted for row in rows) + HARD * broken == cost_of(chain.tables, state)
    assert chain.broken == broken == cost_of(chain.hard_tables, chain.guard)
    for team in range(problem.team_count):
        members = state.members[team, : state.sizes[team]].tolist()
        assert sorted(members) == np.flatnonzero(state.team_of == team).tolist()
        assert [state.seat_of[person] for person in members] == list(range(len(members)))
    if chain.best is not None:
        best = Plan(tuple(chain.best.team_of.tolist()), tuple(chain.best.challenge_of.tolist()), problem.team_count)
        rows = rule_costs(problem, best)
        assert sum(row.weighted for row in rows) == chain.best.cost
        assert not any(row.cost for row in rows if row.hard and row.kind not in ("pin", "stability"))


@given(small_problems())
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_changes_add_up_on_small_problems(document: Document) -> None:
    problem = parse_problem(document)
    chain = None if arithmetic(problem) else _chain(problem, 1)
    if chain is None:
        return
    for _ in range(10):
        chain.anneal(50, 20.0, 5.0)
        _agrees(problem, chain)


@pytest.mark.parametrize("name", ["people-24", "people-80-repair", "people-83-messy", "people-400"])
def test_changes_add_up_on_real_problems(name: str) -> None:
    problem = parse_problem(load(name))
    chain = _chain(problem, 2)
    assert chain is not None
    for temperature in (30.0, 5.0, 0.5):
        chain.anneal(20_000, temperature, temperature)
        _agrees(problem, chain)
    assert chain.best is not None
    counts = np.bincount(chain.best.challenge_of, minlength=len(problem.challenges)).tolist()
    assert all(c.least <= n <= c.most for c, n in zip(problem.challenges, counts, strict=True))


def test_loops_that_share_a_plan_do_not_disturb_each_other() -> None:
    problem = parse_problem(load("people-400"))
    chain = _chain(problem, 3, loops=3)
    assert chain is not None
    before = chain.cost
    with ThreadPoolExecutor(3) as pool:
        for temperature in (30.0, 5.0, 0.5):
            chain.anneal(20_000, temperature, temperature, pool)
            _agrees(problem, chain)
    assert chain.cost < before
    counts = np.bincount(chain.state.challenge_of, minlength=len(problem.challenges)).tolist()
    assert all(c.least <= n <= c.most for c, n in zip(problem.challenges, counts, strict=True))


@pytest.mark.parametrize(("name", "loops"), [("people-80", 2), ("people-400", 2)])
def test_the_same_seed_searches_the_same_way(name: str, loops: int) -> None:
    problem, found = parse_problem(load(name)), []
    for _ in range(2):
        start, budget = _start(problem, 7), Budget(60.0, work=4.0)
        assert start is not None
        tables, hard, rng = tables_of(problem, HARD), hard_tables_of(problem), np.random.default_rng(7)
        with Search(tables, hard, start, rng, loops=loops, budget=budget) as search:
            search.anneal(2.0, 6.0, 1.0, lambda: True)
            assert search.best is not None
            found.append((budget.spent, search.best.cost, search.best.team_of.tolist()))
    assert found[0] == found[1]
    assert found[0][0] >= 2.0


def test_the_deal_balances_the_nested_chain() -> None:
    problem = parse_problem(load("people-80"))
    assert nested_attributes(problem)[:3] == ["pool", "sector", "organisation"]
    team_of = deal(problem, tables_of(problem, HARD), np.random.default_rng(1))
    assert team_of is not None
    rows = rule_costs(problem, Plan(tuple(team_of.tolist()), (0,) * 16, 16))
    assert rows[0].cost <= 2  # The pin takes one person out of turn.


def test_an_annealing_stops_when_told() -> None:
    problem = parse_problem(load("people-80"))
    start, budget = _start(problem, 1), Budget(60.0)
    assert start is not None
    tables, hard = tables_of(problem, HARD), hard_tables_of(problem)
    with Search(tables, hard, start, np.random.default_rng(1), loops=1, budget=budget) as search:
        search.anneal(30.0, 6.0, 1.0, lambda: False)
    assert budget.spent == 0
