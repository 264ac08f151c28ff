"""Distinct: every team meets several values of an attribute, such as at least three sectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, groups_by_value, word
from hackathon.matching.solver.terms import Plan, Term, Variety

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Distinct(Rule):
    """For each team: how many different values it lacks to reach `least`. A lacking attribute is no value."""

    kind = "distinct"
    attribute: str
    least: int

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, attribute=known.attribute(node.field("attribute")), least=node.field("min").whole())

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Variety(tuple(groups_by_value(problem, self.attribute, missing=False)), self.least)

    def describe(self, problem: Problem | None = None) -> str:
        return f"varje lag har minst {self.least} olika värden av {word(self.attribute)}"

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return f"Det finns för få olika värden av {word(self.attribute)} eller för små lag: minst {least} saknas."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        value = problem.participants[person].get(self.attribute)
        team = problem.team_of_person(plan, person)
        values = [problem.participants[member].get(self.attribute) for member in team]
        if value is None or len(team) < 2 or values.count(value) > 1:
            return None
        return f"Ger laget ett värde som annars saknas av {word(self.attribute)}: {value}."
