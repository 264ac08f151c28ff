"""The engine as a whole: right, in time, honest, and told to stop it stops."""

from __future__ import annotations

import time
from typing import Any

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no time limit below pays for it.
import pytest

from hackathon.matching.problem import parse_problem
from hackathon.matching.solver.arithmetic import closed_form
from hackathon.matching.solver.engine import Progress, lengths, solve
from tests.matching import scorer
from tests.matching.problems import NAMES, crowd, load

SOLVABLE = [name for name in NAMES if "infeasible" not in name and name != "people-24"]


@pytest.mark.parametrize("name", SOLVABLE)
def test_the_problems_of_the_folder_are_solved_in_time(name: str) -> None:
    document, seen = load(name), list[Progress]()
    problem = parse_problem(document)
    started = time.monotonic()
    solution = solve(problem, time_limit=2.5, seed=1, progress=seen.append)
    assert time.monotonic() - started < 3.5
    scorer.check(document, solution.to_json())
    assert solution.lower_bound is not None
    assert solution.lower_bound >= closed_form(problem)
    assert seen
    costs = [row.cost for row in seen if row.cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert [row.bound for row in seen] == sorted(row.bound for row in seen)
    assert [row.seconds for row in seen] == sorted(row.seconds for row in seen)


def test_a_small_problem_is_proven_optimal() -> None:
    document = load("people-24")
    solution = solve(parse_problem(document), time_limit=30.0, seed=1)
    scorer.check(document, solution.to_json())
    assert (solution.status, solution.cost, solution.lower_bound) == ("optimal", 305, 305)


def test_the_bound_of_a_larger_problem_is_better_than_counting() -> None:
    problem = parse_problem(load("people-80"))
    solution = solve(problem, time_limit=6.0, seed=1)
    assert solution.lower_bound is not None
    assert solution.lower_bound >= closed_form(problem) + 30


def test_one_team_may_have_any_challenge_whoever_is_at_home_in_it() -> None:
    rules = (
        {"kind": "stability", "assignment": {"a": 1, "b": 1}, "weight": 5},
        {"kind": "preference", "costs": [0], "otherwise": 1, "weight": 1},
    )
    people = ({"preferences": ["q2"]}, {"preferences": ["q2"]})
    document = crowd(*people, teams=1, rules=rules, challenges=[{"id": "q1"}, {"id": "q2"}])
    solution = solve(parse_problem(document), time_limit=5.0)
    scorer.check(document, solution.to_json())
    assert (solution.status, solution.cost) == ("optimal", 0)


def test_a_contradiction_is_explained_minimally() -> None:
    document = load("people-24-infeasible")
    for number, name in ((0, "Ada Ek"), (3, "Bo Alm")):
        document["participants"][number]["name"] = name
    solution = solve(parse_problem(document), time_limit=20.0, seed=1)
    assert solution.status == "infeasible"
    assert solution.teams == ()
    assert solution.cost is None
    assert solution.conflict is not None
    assert solution.conflict.rules == (16, 17, 19)
    assert "Ada Ek och Bo Alm sitter i samma lag" in solution.conflict.text
    assert [way.partition(" Då ")[0] for way in solution.conflict.ways_out] == [
        "Lås inte Ada Ek till lag 2.",
        "Lås inte Bo Alm till lag 5.",
        "Låt Ada Ek och Bo Alm få sitta i olika lag.",
    ]
    assert all(way.endswith("Då finns det en indelning.") for way in solution.conflict.ways_out)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"team_size": {"min": 5, "max": 5}}, "4 personer räcker inte till 2 lag om minst 5"),
        ({"team_size": {"min": 1, "max": 1}}, "4 personer ryms inte i 2 lag om högst 1: det blir 2 platser"),
        ({"team_size": {"min": 3, "max": 1}}, "minst 3 och högst 1"),
        ({"team_count": 1000, "team_size": {"min": 1, "max": 1}}, "det behövs 1000"),
        ({"challenges": [{"id": "q", "teams": {"max": 1}}]}, "sammanlagt högst 1 lag, men det finns 2"),
        ({"challenges": [{"id": "q", "teams": {"min": 3, "max": 4}}]}, "sammanlagt minst 3 lag, men det finns 2"),
        ({"challenges": [{"id": "q", "teams": {"min": 2, "max": 1}}]}, "minst 2 och högst 1 lag"),
    ],
)
def test_numbers_that_cannot_fit_are_refused_with_the_arithmetic(change: dict[str, Any], words: str) -> None:
    solution = solve(parse_problem({**crowd({}, {}, {}, {}), **change}), time_limit=1.0)
    assert solution.status == "infeasible"
    assert solution.conflict is not None
    assert solution.conflict.rules == ()
    assert words in solution.conflict.text
    assert solution.conflict.ways_out


@pytest.mark.parametrize(
    "document",
    [
        crowd({}, {}, {}, teams=1),
        crowd({}, {}, {}, teams=3),
        crowd({"pool": "x"}, {}, teams=4, team_size={"min": 0, "max": 1}),
        crowd({}, {}, challenges=[{"id": "q"}], rules=({"kind": "pin", "participant": "a", "team": 2},)),
    ],
    ids=["one team", "teams of one", "empty teams", "pinned"],
)
def test_odd_shapes(document: dict[str, Any]) -> None:
    solution = solve(parse_problem(document), time_limit=3.0)
    scorer.check(document, solution.to_json())
    assert solution.status == "optimal"


def test_more_people_pinned_to_a_team_than_it_holds_is_a_conflict() -> None:
    pins = tuple({"kind": "pin", "participant": name, "team": 1} for name in "abc")
    solution = solve(parse_problem(crowd({}, {}, {}, {}, rules=pins)), time_limit=10.0)
    assert solution.conflict is not None
    assert solution.conflict.rules == (0, 1, 2)


def test_cancelling_ends_the_run_with_the_best_so_far() -> None:
    document = load("people-80")
    started = time.monotonic()
    solution = solve(parse_problem(document), time_limit=60.0, cancelled=lambda: time.monotonic() - started > 0.5)
    assert time.monotonic() - started < 4.0
    scorer.check(document, solution.to_json())


def test_a_plain_contradiction_needs_hardly_any_time() -> None:
    solution = solve(parse_problem(load("people-24-infeasible")), time_limit=0.05)
    assert solution.conflict is not None
    assert solution.conflict.rules == (16, 17, 19)
    assert len(solution.conflict.ways_out) == 3


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([("together", "ab"), ("together", "bc"), ("apart", "ad"), ("apart", "ac")], (0, 1, 3)),
        ([("pin", "a1"), ("apart", "bc"), ("pin", "a2")], (0, 2)),
        ([("together", "ab"), ("together", "abc"), ("pin", "a1"), ("pin", "c2")], (1, 2, 3)),
        ([("together", "ab"), ("together", "cd"), ("apart", "cd")], (1, 2)),
        ([("together", "abc"), ("together", "cde")], (0, 1)),
        ([("apart", "abc"), ("together", "ab")], (0,)),
        ([("together", "abc"), ("apart", "ade"), ("pin", "d1"), ("pin", "c1"), ("pin", "e2")], (1,)),
        ([("together", "abc"), ("pin", "d1"), ("pin", "a1"), ("pin", "e1")], (0, 1, 2)),
        ([("apart", "ab"), ("apart", "bc"), ("apart", "ac")], (0, 1, 2)),
    ],
)
def test_conflicts_are_minimal(rules: list[tuple[str, str]], expected: tuple[int, ...]) -> None:
    documents = [
        {"kind": "pin", "participant": names[0], "team": int(names[1])}
        if kind == "pin"
        else {"kind": kind, "participants": list(names), "hard": True}
        for kind, names in rules
    ]
    solution = solve(parse_problem(crowd({}, {}, {}, {}, {}, {}, rules=tuple(documents))), time_limit=10.0)
    assert solution.conflict is not None
    assert solution.conflict.rules == expected


def test_all_problems_share_the_compiled_loops() -> None:
    """A problem with arrays of other types would be compiled anew, in the midst of somebody's time limit."""
    from hackathon.matching.solver.kernel import anneal

    for name in SOLVABLE:
        solve(parse_problem(load(name)), time_limit=0.3)
    solve(parse_problem(crowd({}, {}, {}, {})), time_limit=0.3)
    assert len(anneal.signatures) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(("amount", "longest"), [(1.0, 100.0), (10.0, 100.0), (60.0, 4.0), (3.0, 0.1), (7.0, 7.0)])
def test_annealings_use_up_their_amount_and_grow_until_they_are_long_enough(amount: float, longest: float) -> None:
    found = lengths(amount, longest)
    assert sum(found) == pytest.approx(amount)
    assert found == sorted(found)
    assert max(found) <= 1.5 * longest
    assert lengths(0.0, longest) == []
