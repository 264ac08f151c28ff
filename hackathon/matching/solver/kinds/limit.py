"""Limit: no team has more than so many people who share a value, such as colleagues of one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, groups_by_value, word
from hackathon.matching.solver.terms import Band, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Limit(Rule):
    """For each team and value: the members above `most`. People who lack the attribute do not count."""

    kind = "limit"
    attribute: str
    most: int

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, attribute=known.attribute(node.field("attribute")), most=node.field("max").whole())

    def terms(self, problem: Problem) -> Iterator[Term]:
        for group in groups_by_value(problem, self.attribute, missing=False):
            if len(group) > self.most:
                yield Band(dict.fromkeys(group, 1), None, self.most)

    def describe(self, problem: Problem | None = None) -> str:
        return f"inget lag har mer än {self.most} från samma {word(self.attribute)}"

    def why_not_less(self, problem: Problem, least: int) -> str:
        if not least:
            return ""
        return (
            f"{problem.team_count} lag med högst {self.most} av samma {word(self.attribute)} räcker inte: "
            f"{least} blir över."
        )
