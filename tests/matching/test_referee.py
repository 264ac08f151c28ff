"""The referee in ../shared, where it is there, says the same as the engine and as the scorer of the tests."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no time limit below pays for it.
import pytest
from hypothesis import given, settings

from hackathon.matching.problem import ProblemError, parse_problem
from hackathon.matching.solver.engine import solve
from tests.matching.problems import FOLDER, NAMES, load, small_problems
from tests.matching.test_problem import BASE, FAULTS, changed

SHARED = Path(__file__).parents[3] / "shared" / "matching"
pytestmark = [
    pytest.mark.referee,
    pytest.mark.skipif(
        not (SHARED / "score.py").exists(), reason="the referee ../shared/matching/score.py is not there"
    ),
]


@pytest.fixture(scope="module")
def referee() -> dict[str, Any]:
    """The functions of the referee."""
    return runpy.run_path(str(SHARED / "score.py"))


@pytest.mark.parametrize("name", NAMES)
def test_our_copies_are_the_originals(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_bytes() == (SHARED / "problems" / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", ["people-24", "people-80", "people-80-repair", "people-83-messy", "people-400"])
def test_the_referee_agrees_with_our_cost(referee: dict[str, Any], name: str) -> None:
    document = load(name)
    solution = solve(parse_problem(document), time_limit=1.0, seed=2).to_json()
    result = referee["score"](document, json.loads(json.dumps(solution)))
    assert result["violations"] == []
    assert (result["feasible"], result["cost"]) == (True, solution["cost"])


@given(document=small_problems())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_referee_agrees_on_small_problems(document: dict[str, Any]) -> None:
    referee = runpy.run_path(str(SHARED / "score.py"))
    assert referee["faults"](document) == []
    solution = solve(parse_problem(document), time_limit=3.0, seed=2).to_json()
    if solution["status"] not in ("infeasible", "unknown"):
        result = referee["score"](document, solution)
        assert (result["feasible"], result["cost"]) == (True, solution["cost"])


@pytest.mark.parametrize(("place", "value", "_message"), FAULTS)
def test_what_the_referee_refuses_is_refused(referee: dict[str, Any], place: str, value: Any, _message: str) -> None:
    document = changed(place, value)
    try:
        refused = bool(referee["faults"](document))
    except (KeyError, TypeError, AttributeError):
        refused = True
    if refused:
        with pytest.raises(ProblemError):
            parse_problem(document)


def test_the_base_of_the_faults_is_a_problem(referee: dict[str, Any]) -> None:
    assert referee["faults"](BASE) == []
    parse_problem(BASE)
