"""Reading problems: what is wrong is named by its place, and what the referee accepts is accepted."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest

from hackathon.matching.problem import Conflict, ProblemError, Solution, Team, parse_problem
from tests.matching.problems import NAMES, crowd, load

BASE = crowd(
    {"pool": "x", "skills": {"law": 2}, "tags": ["t"]},
    {"pool": "y", "name": "Bo", "preferences": ["q1"]},
    challenges=[{"id": "q1", "teams": {"min": 0, "max": 2}}],
    rules=(
        {"kind": "balance", "attribute": "pool", "weight": 5},
        {"kind": "together", "participants": ["a", "b"], "hard": True},
    ),
)

FAULTS: list[tuple[str, Any, str]] = [
    ("format", "team-formation/2", "format: must be 'team-formation/1'"),
    ("name", 7, "name: must be a text that is not empty"),
    ("team_count", True, "team_count: must be a whole number of at least 1"),
    ("team_count", 0, "team_count: must be a whole number of at least 1"),
    ("team_count", 2.0, "team_count: must be a whole number of at least 1"),
    ("team_count", 10**30, "team_count: must be at most 1000000000"),
    ("team_count", 200_000, "team_count: must be at most 100000"),
    ("team_size", [1, 2], "team_size.min: is missing"),
    ("team_size.min", -1, "team_size.min: must be a whole number of at least 0"),
    ("team_size.max", "2", "team_size.max: must be a whole number of at least 0"),
    ("participants", [], "participants: must name at least one participant"),
    ("participants", {}, "participants: must be a list"),
    ("participants.0", "a", "participants[0]: must be an object"),
    ("participants.1.id", "a", "participants[1].id: is given twice: 'a'"),
    ("participants.1.id", 4, "participants[1].id: must be a text that is not empty"),
    ("participants.1.id", "\ud800", "participants[1].id: holds half of a character (a lone surrogate)"),
    ("participants.0.pool", float("inf"), "participants[0].pool: must be a finite number"),
    ("participants.0.skills", ["law"], "participants[0].skills: must be an object"),
    ("participants.0.skills.law", "2", "participants[0].skills.law: must be a whole number of at least 0"),
    ("participants.1.preferences", "q1", "participants[1].preferences: must be a list"),
    ("participants.1.preferences.0", None, "participants[1].preferences[0]: must be a text that is not empty"),
    ("challenges", None, "challenges: must be a list"),
    ("challenges.0", "q1", "challenges[0]: must be an object"),
    ("challenges.0.teams", 3, "challenges[0].teams: must be an object"),
    ("challenges.0.teams.max", -2, "challenges[0].teams.max: must be a whole number of at least 0"),
    ("rules", None, "rules: must be a list"),
    ("rules.0", [], "rules[0]: must be an object"),
    ("rules.0.kind", "fairness", "rules[0].kind: must be one of balance, coverage"),
    ("rules.0.kind", ["balance"], "rules[0].kind: must be one of balance, coverage"),
    ("rules.0.weight", 0, "rules[0].weight: must be a whole number of at least 1"),
    ("rules.0.weight", 1.5, "rules[0].weight: must be a whole number of at least 1"),
    ("rules.0.weight", 10**10, "rules[0].weight: must be at most 1000000000"),
    ("rules.0.hard", "yes", "rules[0].hard: must be true or false"),
    ("rules.0.attribute", "tags", "rules[0].attribute: is a list or an object at participants[0]"),
    ("rules.1.participants", ["a"], "rules[1].participants: must name at least two people"),
    ("rules.1.participants", ["a", "a"], "rules[1].participants: must name at least two people"),
    ("rules.1.participants", ["a", "zz"], "rules[1].participants[1]: unknown participant 'zz'"),
    ("rules.1", {"kind": "evenness", "attribute": "pool", "weight": 1},
     "rules[1].attribute: must be a whole number at participants[0]"),
    ("rules.1", {"kind": "coverage", "weight": 1}, "rules[1].skill: is missing"),
    ("rules.1", {"kind": "coverage", "skill": "law", "count": -1, "weight": 1},
     "rules[1].count: must be a whole number of at least 0"),
    ("rules.1", {"kind": "limit", "attribute": "pool", "max": -1, "weight": 1},
     "rules[1].max: must be a whole number of at least 0"),
    ("rules.1", {"kind": "distinct", "attribute": "pool", "weight": 1}, "rules[1].min: is missing"),
    ("rules.1", {"kind": "preference", "costs": [0, -1], "otherwise": 1, "weight": 1},
     "rules[1].costs[1]: must be a whole number of at least 0"),
    ("rules.1", {"kind": "pin", "participant": "a", "team": 3}, "rules[1].team: there is no team 3"),
    ("rules.1", {"kind": "pin", "participant": "a", "team": True},
     "rules[1].team: must be a whole number of at least 1"),
    ("rules.1", {"kind": "stability", "assignment": ["a"], "weight": 1}, "rules[1].assignment: must be an object"),
    ("rules.1", {"kind": "stability", "assignment": {"a": "1"}, "weight": 1},
     "rules[1].assignment.a: must be a whole number of at least 1"),
]  # fmt: skip


def changed(place: str, value: Any) -> dict[str, Any]:
    """The base problem with another value at a place."""
    document: Any = copy.deepcopy(BASE)
    at = document
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in path:
        at = at[part]
    at[last] = value
    return dict(document)


@pytest.mark.parametrize(("place", "value", "message"), FAULTS)
def test_a_fault_is_named_by_its_place(place: str, value: Any, message: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_problem(changed(place, value))
    assert any(str(fault).startswith(message) for fault in caught.value.faults), caught.value


@pytest.mark.parametrize("key", ["team_count", "team_size", "participants", "rules"])
def test_what_must_be_there_is_missed(key: str) -> None:
    with pytest.raises(ProblemError, match=f"{key}.*: is missing"):
        parse_problem({name: value for name, value in BASE.items() if name != key})


def test_a_preference_needs_challenges() -> None:
    rule = {"kind": "preference", "costs": [0], "otherwise": 1, "weight": 1}
    with pytest.raises(ProblemError, match=r"rules\[0\]: the problem has no challenges"):
        parse_problem({**BASE, "challenges": [], "rules": [rule]})


def test_costs_that_cannot_be_added_up_are_refused() -> None:
    rule = {"kind": "preference", "costs": [10**9], "otherwise": 10**9, "weight": 10**9}
    with pytest.raises(ProblemError, match=r"rules\[0\]: costs up to \d+: too large"):
        parse_problem({**BASE, "rules": [rule]})


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_a_document_is_an_object(document: Any) -> None:
    with pytest.raises(ProblemError, match="document: must be an object"):
        parse_problem(document)


def test_all_faults_are_collected() -> None:
    document = changed("team_count", 0)
    document["rules"][0]["weight"] = 0
    with pytest.raises(ProblemError) as caught:
        parse_problem(document)
    assert [fault.place for fault in caught.value.faults] == ["team_count", "rules[0].weight"]
    assert (caught.value.place, caught.value.message) == ("team_count", "must be a whole number of at least 1")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("participants.0.skills", None),
        ("participants.1.preferences", None),
        ("participants.1.preferences", ["q9", "q1", "q1"]),
        ("participants.0.pool", None),
        ("challenges.0", {"id": "q1"}),
        ("rules.1.participants", ["a", "b", "a"]),
        ("rules.1.weight", "ignored, for the rule is hard"),
        ("rules.0.note", {"any": "thing"}),
        ("rules.1", {"kind": "pin", "participant": "a", "team": 1, "hard": False}),
        ("rules.1", {"kind": "stability", "assignment": {"a": 9, "gone": 1}, "weight": 1}),
        ("team_size", {"min": 3, "max": 2}),
    ],
)
def test_what_the_referee_accepts_is_accepted(place: str, value: Any) -> None:
    assert parse_problem(changed(place, value)).participants[1].called == "Bo"


@pytest.mark.parametrize("name", NAMES)
def test_the_problems_of_the_folder_are_read(name: str) -> None:
    problem = parse_problem(load(name))
    assert len(problem.participants) == len(load(name)["participants"])


def test_a_solution_comes_back_from_its_document() -> None:
    solution = Solution("feasible", (Team(1, "q1", ("a", "b")),), 7, 5, 1.25)
    refusal = Solution("infeasible", conflict=Conflict((0, 2), "Går inte.", ("Släpp en.",)))
    assert Solution.from_json(solution.to_json()) == solution
    assert Solution.from_json(refusal.to_json()) == refusal


def test_reading_a_problem_loads_no_solver() -> None:
    code = (
        "import sys, hackathon.matching.explain; print({'ortools', 'numpy', 'flask', 'sqlalchemy'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
