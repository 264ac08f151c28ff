"""Together: a group of people sits in one team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, names
from hackathon.matching.solver.terms import Plan, Spread, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Together(Rule):
    """The number of different teams that the group lies in, less one."""

    kind = "together"
    people: tuple[int, ...]

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, people=known.group(node.field("participants")))

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Spread(frozenset(self.people))

    def describe(self, problem: Problem | None = None) -> str:
        return f"{names(problem, self.people)} sitter i samma lag"

    def way_out(self, problem: Problem) -> str:
        return f"Låt {names(problem, self.people)} få sitta i olika lag."

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return f"{len(set(self.people))} personer ryms inte i ett lag om högst {problem.shape.largest}."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        team = problem.team_of_person(plan, person)
        mates = [other for other in self.people if other != person and other in team]
        if person not in self.people or not mates:
            return None
        return f"Sitter tillsammans med {names(problem, mates)}, som önskat."
