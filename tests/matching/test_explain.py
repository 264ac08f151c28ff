"""The sentences for people are true of the plan that they are about."""

from __future__ import annotations

from hackathon.matching.explain import report, why_here
from hackathon.matching.problem import Team, parse_problem
from tests.matching.problems import crowd, load

PROBLEM = parse_problem(
    crowd(
        {"name": "Ada", "sector": "S1", "skills": {"law": 3}, "preferences": ["q2", "q1"]},
        {"name": "Bo", "sector": "S2"},
        {"name": "Cy", "sector": "S2", "skills": {"law": 1}, "preferences": ["q9"]},
        {"name": "Di", "sector": "S2", "skills": {"law": 2}},
        challenges=[{"id": "q1"}, {"id": "q2"}],
        rules=(
            {"kind": "coverage", "skill": "law", "level": 2, "weight": 9},
            {"kind": "distinct", "attribute": "sector", "min": 2, "weight": 8},
            {"kind": "preference", "costs": [0, 1], "otherwise": 5, "weight": 7},
            {"kind": "together", "participants": ["a", "b"], "weight": 6},
            {"kind": "apart", "participants": ["a", "c"], "weight": 5},
            {"kind": "stability", "assignment": {"a": 1, "b": 2}, "weight": 4},
            {"kind": "pin", "participant": "c", "team": 2},
        ),
    )
)
TEAMS = (Team(1, "q1", ("a", "b")), Team(2, "q2", ("c", "d")))


def test_what_speaks_for_a_seat() -> None:
    assert why_here(PROBLEM, TEAMS, "a") == (
        "Ensam i laget om att kunna law på nivå 2 eller högre.",
        "Ger laget ett värde som annars saknas av sektor: S1.",
        "Laget arbetar med personens andrahandsval.",
        "Sitter tillsammans med Bo, som önskat.",
        "Stannar i det lag personen hade.",
    )
    assert why_here(PROBLEM, TEAMS, "c") == ("Låst till lag 2.",)


def test_a_change_by_hand_changes_the_sentences() -> None:
    teams = (Team(1, "q2", ("a", "d")), Team(2, "q1", ("b", "c")))
    assert "Laget arbetar med personens förstahandsval." in why_here(PROBLEM, teams, "a")
    assert not any("law" in sentence for sentence in why_here(PROBLEM, teams, "a"))


def test_nobody_reads_why_people_are_kept_apart() -> None:
    for person in "abcd":
        assert not any("olika lag" in sentence for sentence in why_here(PROBLEM, TEAMS, person))


def test_each_rule_is_reported_with_its_best_possible() -> None:
    rows = report(PROBLEM, TEAMS)
    assert [(row.cost.cost, row.best) for row in rows] == [(0, 0), (1, 1), (6, 5), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert rows[3].words == "Ada och Bo sitter i samma lag."
    law = report(parse_problem(load("people-80")), parse_problem(load("people-80")).plan_of(_anyhow()))[11]
    assert law.why_not_less.startswith("16 lag behöver 16 som kan law;")


def _anyhow() -> list[Team]:
    ids = [person["id"] for person in load("people-80")["participants"]]
    return [Team(number + 1, "q1", tuple(ids[number::16])) for number in range(16)]
