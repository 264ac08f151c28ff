"""Apart: a group of people sits in different teams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, names
from hackathon.matching.solver.terms import Band, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Apart(Rule):
    """For each team: the members of the group in it, less one. A person who is named twice counts twice.

    It gives no reason for anybody's seat: why people are kept apart is not for others to read.
    """

    kind = "apart"
    people: tuple[int, ...]

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, people=known.group(node.field("participants")))

    def terms(self, problem: Problem) -> Iterator[Term]:
        yield Band(dict(Counter(self.people)), None, 1)

    def describe(self, problem: Problem | None = None) -> str:
        return f"{names(problem, self.people)} sitter i olika lag"

    def way_out(self, problem: Problem) -> str:
        return f"Låt {names(problem, self.people)} få sitta i samma lag."

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return f"{len(self.people)} personer kan inte sitta i olika lag när det finns {problem.team_count}."
