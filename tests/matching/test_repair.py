"""The morning's repair: the fewest moves that there can be, or the best teams, and both as the scorer finds them."""

from __future__ import annotations

import pytest

from hackathon.matching.problem import parse_problem
from hackathon.matching.solver.budget import Budget
from hackathon.matching.solver.repair import former_teams, least_moves, movers, repair
from tests.matching import brute, scorer
from tests.matching.problems import crowd, load
from tests.matching.scorer import Document


def test_both_variants_keep_the_rules_and_say_what_they_cost() -> None:
    document = load("people-80-repair")
    problem = parse_problem(document)
    mended = repair(problem, time_limit=4.0, seed=1)
    former = former_teams(problem)
    for variant in (mended.fewest_moves, mended.best_balance):
        scorer.check(document, variant.solution.to_json())
        plan = problem.plan_of(variant.solution.teams)
        assert [problem.participants[person].id for person in movers(plan, former)] == list(variant.moved)
    assert mended.least_moves == 0
    assert len(mended.fewest_moves.moved) <= len(mended.best_balance.moved)
    steady, balanced = mended.fewest_moves.solution.cost, mended.best_balance.solution.cost
    assert steady is not None
    assert balanced is not None
    weight = document["rules"][-1]["weight"]
    assert steady - weight * len(mended.fewest_moves.moved) >= balanced - weight * len(mended.best_balance.moved)


def _shrunk() -> Document:
    rules = (
        {"kind": "stability", "assignment": {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3}, "weight": 1},
        {"kind": "apart", "participants": ["a", "b"], "hard": True},
    )
    return crowd({}, {}, {}, {}, {}, teams=2, rules=rules, team_size={"min": 2, "max": 3})


def test_the_fewest_moves_are_proven_and_reached() -> None:
    document = _shrunk()
    problem = parse_problem(document)
    costs = [scorer.cost_of_rule(document, document["rules"][0], seating) for seating in brute.seatings(document)
             if scorer.verdict(document, seating)[0]]  # fmt: skip
    assert least_moves(problem, Budget(10.0)) == min(costs)
    assert len(repair(problem, time_limit=1.0).fewest_moves.moved) == min(costs)


def test_a_problem_without_former_teams_cannot_be_repaired() -> None:
    with pytest.raises(ValueError, match="no stability rule"):
        repair(parse_problem(load("people-80")), time_limit=1.0)
