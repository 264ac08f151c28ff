"""Stability: people keep the teams that they had in an earlier plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule
from hackathon.matching.solver.terms import Homes, Plan, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Stability(Rule):
    """The people who are not in the team they had. A team that is gone is missed by all its people."""

    kind = "stability"
    assignment: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        seats = []
        for name, team in node.field("assignment").entries().items():
            number = team.whole(1)
            if name in known.index:
                seats.append((known.index[name], number - 1))
        return cls(**common, assignment=tuple(seats))

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Homes(dict(self.assignment))

    def describe(self, problem: Problem | None = None) -> str:
        return "alla stannar i det lag de hade"

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return f"Minst {least} måste flytta: deras lag finns inte längre eller är fulla."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        if (person, plan.team_of[person]) not in self.assignment:
            return None
        return "Stannar i det lag personen hade."
