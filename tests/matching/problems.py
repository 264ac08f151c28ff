"""Problems for the tests: those of the folder, small ones by hand, and small ones that hypothesis makes up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.matching.scorer import Document

FOLDER = Path(__file__).parents[1] / "data" / "matching"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Document:
    """A problem of the folder."""
    document: Document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document


def crowd(*people: dict[str, Any], teams: int = 2, rules: tuple[Document, ...] = (), **more: Any) -> Document:
    """A problem of a few people who are called a, b, c …; sizes as even as they can be unless told otherwise."""
    low, rest = divmod(len(people), teams)
    participants = [{"id": "abcdefghij"[number], **person} for number, person in enumerate(people)]
    return {
        "format": "team-formation/1",
        "team_count": teams,
        "team_size": {"min": low, "max": low + bool(rest)},
        "participants": participants,
        "rules": list(rules),
        **more,
    }


def _person(draw: st.DrawFn, number: int, challenges: list[str]) -> Document:
    person: Document = {"id": f"p{number}"}
    for attribute, values in (("pool", "xy"), ("sector", "uvw")):
        if (value := draw(st.sampled_from([*values, None]))) is not None:
            person[attribute] = value
    if draw(st.booleans()):
        person["years"] = draw(st.integers(0, 9))
    person["skills"] = draw(st.dictionaries(st.sampled_from(["law", "data"]), st.integers(1, 3), max_size=2))
    if challenges:
        person["preferences"] = draw(st.lists(st.sampled_from([*challenges, "gone"]), max_size=2))
    return person


def _rule(draw: st.DrawFn, names: list[str], teams: int, challenges: list[str], softness: int) -> Document:
    group = st.lists(st.sampled_from(names), min_size=2, max_size=4).filter(lambda some: len(set(some)) > 1)
    attribute = st.sampled_from(["pool", "sector", "years"])
    shapes: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "balance": {"attribute": attribute},
        "coverage": {"skill": st.sampled_from(["law", "data"]), "level": st.integers(1, 2), "count": st.integers(0, 2)},
        "limit": {"attribute": attribute, "max": st.integers(0, 2)},
        "distinct": {"attribute": attribute, "min": st.integers(0, 3)},
        "evenness": {"attribute": st.just("years")},
        "together": {"participants": group},
        "apart": {"participants": group},
        "pin": {"participant": st.sampled_from(names), "team": st.integers(1, teams)},
        "stability": {"assignment": st.dictionaries(st.sampled_from([*names, "gone"]), st.integers(1, teams + 1))},
    }
    if challenges:
        shapes["preference"] = {"costs": st.lists(st.integers(0, 3), max_size=2), "otherwise": st.integers(0, 4)}
    kind = draw(st.sampled_from(sorted(shapes)))
    rule = {"kind": kind, **{name: draw(values) for name, values in shapes[kind].items()}}
    if draw(st.integers(0, softness)) == 0:
        return {**rule, "hard": True}
    return {**rule, "weight": draw(st.integers(1, 9))}


@st.composite
def small_problems(draw: st.DrawFn, softness: int = 2, most: int = 6) -> Document:
    """Up to six people (or `most`) in up to three teams, with any rules, that may or may not fit together; softness 0 makes all hard."""
    people, teams = draw(st.integers(1, most)), draw(st.integers(1, 3))
    challenges = draw(st.sampled_from([[], ["q1"], ["q1", "q2"]]))
    participants = [_person(draw, number, challenges) for number in range(people)]
    names = [person["id"] for person in participants]
    low = people // teams - draw(st.integers(0, 1))
    high = -(-people // teams) + draw(st.integers(0, 1))
    count = draw(st.integers(0, 6))
    rules = [_rule(draw, names, teams, challenges, softness) for _ in range(count)] if people > 1 else []
    bounds = st.fixed_dictionaries({"min": st.integers(0, 1), "max": st.integers(1, teams)})
    return {
        "format": "team-formation/1",
        "name": "small",
        "team_count": teams,
        "team_size": {"min": max(0, low), "max": high},
        "participants": participants,
        "challenges": [{"id": name, "teams": draw(bounds)} for name in challenges],
        "rules": rules,
    }
