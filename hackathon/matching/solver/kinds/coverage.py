"""Coverage: every team has enough people who know a skill well enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule
from hackathon.matching.solver.terms import Band, Plan, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Coverage(Rule):
    """For each team: how many members at `level` or above it lacks to reach `count`."""

    kind = "coverage"
    skill: str
    level: int
    count: int

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(
            **common,
            skill=node.field("skill").text(),
            level=node.field("level").whole(default=1),
            count=node.field("count").whole(default=1),
        )

    def holders(self, problem: Problem) -> frozenset[int]:
        """The people who know the skill well enough."""
        return frozenset(
            number
            for number, person in enumerate(problem.participants)
            if person.skills.get(self.skill, 0) >= self.level
        )

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Band(dict.fromkeys(self.holders(problem), 1), self.count, None)

    def describe(self, problem: Problem | None = None) -> str:
        return f"varje lag har minst {self.count} som kan {self.skill} på nivå {self.level} eller högre"

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        need = problem.team_count * self.count
        return f"{problem.team_count} lag behöver {need} som kan {self.skill}; {len(self.holders(problem))} finns."

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        holders = self.holders(problem)
        if person not in holders or len(holders.intersection(problem.team_of_person(plan, person))) > max(
            1, self.count
        ):
            return None
        if len(holders.intersection(problem.team_of_person(plan, person))) == 1:
            return f"Ensam i laget om att kunna {self.skill} på nivå {self.level} eller högre."
        return f"Behövs för att laget ska ha {self.count} som kan {self.skill}."
