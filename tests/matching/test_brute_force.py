"""Small problems of every kind, held against all their plans."""

from __future__ import annotations

import os

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no time limit below pays for it.
from hypothesis import HealthCheck, given, settings

from hackathon.matching.explain import best_possible
from hackathon.matching.problem import Team, parse_problem, rule_costs
from hackathon.matching.solver.bound import Bounds
from hackathon.matching.solver.budget import Budget
from hackathon.matching.solver.columns import Exact, is_small
from hackathon.matching.solver.engine import solve
from tests.matching import brute, scorer
from tests.matching.problems import small_problems
from tests.matching.scorer import Document

LONG = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""How many problems the long form (`make fuzz`) makes up, of up to nine people; the short form takes 30 of up to six."""
PEOPLE = 9 if LONG else 6
RELAXED = settings(
    max_examples=LONG or 30, deadline=None, derandomize=not LONG, suppress_health_check=list(HealthCheck)
)  # fmt: skip


@given(small_problems(most=PEOPLE))
@RELAXED
def test_the_answer_agrees_with_all_plans(document: Document) -> None:
    best = brute.optimum(document)
    solution = solve(parse_problem(document), time_limit=6.0, seed=1)
    if best is None:
        assert solution.status == "infeasible"
        _check_conflict(document, solution.to_json()["conflict"]["rules"])
        return
    assert solution.cost is not None
    assert solution.lower_bound is not None
    scorer.check(document, solution.to_json())
    assert solution.lower_bound <= best <= solution.cost
    assert solution.status != "optimal" or solution.cost == best


def _check_conflict(document: Document, positions: list[int]) -> None:
    """The rules named cannot hold together, and without any one of them the others can."""
    rules = [document["rules"][position] for position in positions]
    assert not brute.can_hold(document, rules)
    for position in range(len(rules)):
        assert brute.can_hold(document, rules[:position] + rules[position + 1 :])


@given(small_problems(softness=0, most=PEOPLE))
@RELAXED
def test_conflicts_are_real_and_minimal(document: Document) -> None:
    solution = solve(parse_problem(document), time_limit=6.0, seed=1)
    if solution.conflict is None:
        scorer.check(document, solution.to_json())
        return
    assert brute.optimum(document) is None
    _check_conflict(document, list(solution.conflict.rules))


@given(small_problems(softness=5, most=PEOPLE))
@RELAXED
def test_no_model_proves_too_much(document: Document) -> None:
    best = brute.optimum(document)
    if best is None:
        return
    problem = parse_problem(document)
    aggregated, exact, columns = list[int](), list[int](), list[int]()
    Bounds(problem, Budget(1.0), 1, aggregated.append).aggregated()
    plan = Bounds(problem, Budget(3.0), 1, exact.append).exact()
    if is_small(problem):
        exactly = Exact(problem, Budget(3.0), 1)
        exactly.run(lambda: not columns or columns[-1] < best, lambda n, _: columns.append(n))
        assert columns[-1] == best
    assert max(aggregated) <= best
    assert max(exact) <= best
    assert plan is not None
    assert sum(row.weighted for row in rule_costs(problem, plan)) >= best


@given(small_problems(most=PEOPLE))
@RELAXED
def test_no_plan_costs_less_than_the_best_possible(document: Document) -> None:
    problem = parse_problem(document)
    if brute.optimum({**document, "rules": []}) is None:
        return
    for number, seating in enumerate(brute.seatings(document)):
        if number == 300:
            return
        teams = [
            {"number": n, "challenge": challenge, "members": members}
            for n, (members, challenge) in enumerate(seating, 1)
        ]
        plan = problem.plan_of(_teams(teams))
        for row, rule in zip(rule_costs(problem, plan), problem.rules, strict=True):
            assert row.cost == scorer.cost_of_rule(document, document["rules"][row.position], seating)
            assert best_possible(problem, rule) <= row.cost


def _teams(rows: list[Document]) -> list[Team]:
    return [Team(row["number"], row["challenge"], tuple(row["members"])) for row in rows]
