"""Evenness: the teams' sums of a number are even, such as years of experience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hackathon.matching.solver.kinds.base import Common, Known, Rule, word
from hackathon.matching.solver.terms import Even, Term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from hackathon.matching.problem import Problem
    from hackathon.matching.reading import Node


@dataclass(frozen=True)
class Evenness(Rule):
    """For each team: how far its sum lies outside its fair share by size. Who lacks the attribute counts 0."""

    kind = "evenness"
    attribute: str

    @classmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        return cls(**common, attribute=known.attribute(node.field("attribute"), whole=True))

    def terms(self, problem: Problem) -> Iterator[Term]:
        values = {}
        for number, person in enumerate(problem.participants):
            value = person.get(self.attribute)
            if isinstance(value, int) and value:
                values[number] = value
        yield Even(values, len(problem.participants))

    def describe(self, problem: Problem | None = None) -> str:
        return f"lagens summor av {word(self.attribute)} är jämna"
