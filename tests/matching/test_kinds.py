"""Each rule kind: what it costs, soft and hard, against the scorer of the tests and by hand."""

from __future__ import annotations

from typing import Any

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no time limit below pays for it.
import pytest

from hackathon.matching.explain import best_possible, describe_rule, why_not_less
from hackathon.matching.problem import Plan, parse_problem, rule_costs
from hackathon.matching.solver.engine import solve
from tests.matching import scorer
from tests.matching.problems import crowd

QUESTIONS = [{"id": "q1"}, {"id": "q2", "teams": {"max": 1}}]
PEOPLE: tuple[dict[str, Any], ...] = (
    {"pool": "x", "years": 9, "skills": {"law": 2}, "preferences": ["q2", "q1"]},
    {"pool": "x", "years": 3, "skills": {"law": 1}, "preferences": ["q2"]},
    {"pool": "y", "years": 5, "preferences": []},
    {"years": 4, "preferences": ["q1"]},
)
# Seated a, b | c, d with the challenges q1 | q2.
CASES: list[tuple[dict[str, Any], int, int]] = [
    ({"kind": "balance", "attribute": "pool"}, 2, 0),
    ({"kind": "coverage", "skill": "law"}, 1, 0),
    ({"kind": "coverage", "skill": "law", "level": 2}, 1, 1),
    ({"kind": "coverage", "skill": "law", "level": 2, "count": 2}, 3, 3),
    ({"kind": "limit", "attribute": "pool", "max": 1}, 1, 0),
    ({"kind": "distinct", "attribute": "pool", "min": 2}, 2, 1),
    ({"kind": "evenness", "attribute": "years"}, 2, 0),
    ({"kind": "preference", "costs": [0, 1, 3], "otherwise": 8}, 17, 0),
    ({"kind": "together", "participants": ["a", "c"]}, 1, 0),
    ({"kind": "apart", "participants": ["a", "b"]}, 1, 0),
    ({"kind": "apart", "participants": ["a", "b", "a"]}, 2, 1),
    ({"kind": "apart", "participants": ["a", "b", "c"]}, 1, 1),
    ({"kind": "pin", "participant": "a", "team": 2}, 1, 0),
    ({"kind": "stability", "assignment": {"a": 1, "c": 1, "gone": 1, "d": 7}}, 2, 1),
]


def _ids() -> list[str]:
    return [f"{number}-{rule['kind']}" for number, (rule, _, _) in enumerate(CASES)]


@pytest.mark.parametrize(("rule", "cost", "least"), CASES, ids=_ids())
def test_cost_and_best_possible(rule: dict[str, Any], cost: int, least: int) -> None:
    document = crowd(*PEOPLE, rules=({**rule, "weight": 3},), challenges=QUESTIONS)
    problem = parse_problem(document)
    (row,) = rule_costs(problem, Plan((0, 0, 1, 1), (0, 1), 2))
    assert (
        row.cost
        == cost
        == scorer.cost_of_rule(document, document["rules"][0], [(["a", "b"], "q1"), (["c", "d"], "q2")])
    )
    assert row.weighted == (0 if rule["kind"] == "pin" else 3 * cost)
    assert best_possible(problem, problem.rules[0]) == least
    assert bool(why_not_less(problem, problem.rules[0])) == bool(least)
    assert describe_rule(problem.rules[0], problem).endswith(".")


@pytest.mark.parametrize(("rule", "_cost", "least"), CASES, ids=_ids())
def test_hard_rules_are_kept_or_refused(rule: dict[str, Any], _cost: int, least: int) -> None:
    document = crowd(*PEOPLE, rules=({**rule, "hard": True},), challenges=QUESTIONS)
    solution = solve(parse_problem(document), time_limit=5.0)
    if solution.conflict is not None:
        assert least or rule["kind"] in ("evenness", "preference")
        assert solution.conflict.rules == (0,)
        assert solution.conflict.ways_out
    else:
        assert not least
        scorer.check(document, solution.to_json())


@pytest.mark.parametrize(("rule", "_cost", "least"), CASES, ids=_ids())
def test_soft_rules_are_solved_to_the_optimum(rule: dict[str, Any], _cost: int, least: int) -> None:
    document = crowd(*PEOPLE, rules=({**rule, "weight": 3},), challenges=QUESTIONS)
    solution = solve(parse_problem(document), time_limit=5.0)
    scorer.check(document, solution.to_json())
    assert solution.status == "optimal"
    assert solution.cost is not None
    assert solution.cost >= 3 * least or rule["kind"] == "pin"


def test_values_that_python_holds_equal_are_one_value() -> None:
    rule = {"kind": "limit", "attribute": "pool", "max": 1, "weight": 1}
    document = crowd({"pool": 1}, {"pool": True}, {"pool": 1.0}, {}, rules=(rule,))
    (row,) = rule_costs(parse_problem(document), Plan((0, 0, 0, 1), (), 2))
    assert row.cost == 2
