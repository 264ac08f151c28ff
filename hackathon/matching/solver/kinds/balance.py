"""Balance: every value of an attribute is spread evenly over the teams, within the rounding that cannot be helped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, groups_by_value, word
from hackathon.matching.solver.terms import Band, Plan, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Balance(Rule):
    """For each value and team: how far its holders lie outside the even share, rounded down and up."""

    kind = "balance"
    attribute: str

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, attribute=known.attribute(node.field("attribute")))

    def terms(self, problem: Problem) -> Iterator[Term]:
        for group in groups_by_value(problem, self.attribute, missing=True):
            low, rest = divmod(len(group), problem.team_count)
            yield Band(dict.fromkeys(group, 1), low, low + bool(rest))

    def describe(self, problem: Problem | None = None) -> str:
        return f"varje {word(self.attribute)} är jämnt fördelad över lagen"

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        value = problem.participants[person].get(self.attribute)
        if value is None or len(problem.team_of_person(plan, person)) < 2:
            return None
        mates = [m for m in problem.team_of_person(plan, person) if m != person]
        if any(problem.participants[mate].get(self.attribute) == value for mate in mates):
            return None
        return f"Ensam i laget om {word(self.attribute)}: {value}."
