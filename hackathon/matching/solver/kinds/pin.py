"""Pin: a person sits in one certain team. It is always hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, names
from hackathon.matching.solver.terms import Homes, Plan, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Pin(Rule):
    """Costs 1 where the person is not in that team, counted from 0 here and from 1 in documents."""

    kind = "pin"
    person: int
    team: int

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        team = node.field("team")
        number = team.whole(1)
        if number > known.team_count:
            team.fault(f"there is no team {number}")
        return cls(**common, person=known.person(node.field("participant")), team=number - 1)

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Homes({self.person: self.team})

    def describe(self, problem: Problem | None = None) -> str:
        return f"{names(problem, [self.person])} sitter i lag {self.team + 1}"

    def way_out(self, problem: Problem) -> str:
        return f"Lås inte {names(problem, [self.person])} till lag {self.team + 1}."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        return f"Låst till lag {self.team + 1}." if person == self.person else None
