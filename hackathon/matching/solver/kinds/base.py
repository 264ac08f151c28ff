"""What every rule kind has: how it is read, what it is made of, and how it is said in Swedish."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from hackathon.matching.problem import Participant, Problem
    from hackathon.matching.reading import Node
    from hackathon.matching.solver.terms import Plan, Term

WORDS = {
    "pool": "grupp",
    "sector": "sektor",
    "organisation": "organisation",
    "profession": "yrke",
    "seniority": "erfarenhetsnivå",
    "language": "språk",
    "experience_years": "år av erfarenhet",
}


def word(attribute: str) -> str:
    """The Swedish word for an attribute, or the attribute itself where the event made it up."""
    return WORDS.get(attribute, attribute)


@dataclass(frozen=True)
class Known:
    """What a rule may refer to while it is read."""

    participants: tuple[Participant, ...]
    index: Mapping[str, int]
    team_count: int
    has_challenges: bool

    def person(self, node: Node) -> int:
        """The position of a participant who is named at a place."""
        name = node.text()
        if name and name not in self.index:
            node.fault(f"unknown participant {name!r}")
        return self.index.get(name, 0)

    def group(self, node: Node) -> tuple[int, ...]:
        """The positions of the participants of a list; it must name at least two different people."""
        before, people = len(node.faults), tuple(self.person(item) for item in node.items())
        if len(node.faults) == before and len(set(people)) < 2:
            node.fault("must name at least two people")
        return people

    def attribute(self, node: Node, *, whole: bool = False) -> str:
        """The name of an attribute whose values can be compared, or added up where they must be whole numbers."""
        name = node.text()
        for number, person in enumerate(self.participants):
            if name in person.compound:
                node.fault(f"is a list or an object at participants[{number}]")
                break
            value = person.get(name)
            if whole and value is not None and (type(value) is not int or abs(value) > 10**9):
                node.fault(f"must be a whole number at participants[{number}]")
                break
        return name


class Common(TypedDict):
    """The fields that every rule has."""

    position: int
    hard: bool
    weight: int


@dataclass(frozen=True)
class Rule(ABC):
    """A rule of a problem. A hard rule has the weight 0 and must cost nothing."""

    kind: ClassVar[str]
    position: int
    hard: bool
    weight: int

    @classmethod
    @abstractmethod
    def read(cls, node: Node, known: Known, common: Common) -> Self:
        """Read the fields of this kind; faults are noted at their places."""

    @abstractmethod
    def terms(self, problem: Problem) -> Iterable[Term]:
        """The building blocks whose costs add up to the rule's."""

    @abstractmethod
    def describe(self, problem: Problem | None = None) -> str:
        """The rule as a Swedish sentence without a full stop; with the problem, people are called by name."""

    def way_out(self, problem: Problem) -> str:
        """What to do so that the rule need not be kept, as a Swedish sentence with people called by name."""
        return f"Släpp kravet att {self.describe(problem)}."

    def why_not_less(self, problem: Problem, least: int) -> str:
        """Why no plan costs less than `least`, in Swedish; empty where it may be nothing."""
        del problem
        return f"Ingen indelning kommer under {least}." if least else ""

    def reason(self, problem: Problem, plan: Plan, person: int) -> str | None:
        """What this rule says in favour of a person's seat, if anything, in Swedish."""
        del problem, plan, person
        return None


def groups_by_value(problem: Problem, attribute: str, *, missing: bool) -> list[frozenset[int]]:
    """The people who share a value of an attribute; those who lack it are a group of their own or none."""
    groups: dict[object, list[int]] = defaultdict(list)
    for number, person in enumerate(problem.participants):
        value = person.get(attribute)
        if missing or value is not None:
            groups[value].append(number)
    return [frozenset(group) for group in groups.values()]


def names(problem: Problem | None, people: Iterable[int]) -> str:
    """People in a Swedish sentence: "Ada, Bo och Cy"."""
    called = [problem.participants[person].called if problem else f"person {person + 1}" for person in people]
    return " och ".join([", ".join(called[:-1]), called[-1]] if len(called) > 1 else called)
