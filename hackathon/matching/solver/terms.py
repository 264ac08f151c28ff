"""The building blocks that every rule is made of. Each knows its cost, its closed-form bound, and how to enter the
search (`tabulate`) and a CP-SAT model (`post`), so a rule kind is written once and used by all three.

Costs are unweighted. A person, a team and a challenge are positions counted from 0. All terms are sums over teams,
which is what makes any group of teams a problem of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

Linear: TypeAlias = Any
"""An integer or a linear expression of CP-SAT, whose types this pure module does not load."""


@dataclass(frozen=True)
class Shape:
    """The numbers of a problem. Sizes are narrowed to what the other teams leave possible."""

    people: int
    teams: int
    smallest: int
    largest: int
    challenges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    """Who sits where: a team for every person and, where there are challenges, a challenge for every team."""

    team_of: tuple[int, ...]
    challenge_of: tuple[int, ...]
    team_count: int

    def sizes(self) -> list[int]:
        """The number of members of each team."""
        counts = Counter(self.team_of)
        return [counts[team] for team in range(self.team_count)]


class Sink(Protocol):
    """What the local search offers to a term: tables of costs by count, by sum, by variety, by challenge, by team."""

    def constant(self, amount: int) -> None: ...
    def row(self, members: frozenset[int], cost: Callable[[int], int], weight: int) -> None: ...
    def total(
        self, values: Mapping[int, int], low: Callable[[int], int], high: Callable[[int], int], weight: int
    ) -> None: ...
    def variety(self, groups: Sequence[frozenset[int]], least: int, weight: int) -> None: ...
    def wishes(self, costs: Mapping[int, tuple[int, ...]], weight: int) -> None: ...
    def homes(self, homes: Mapping[int, int], weight: int) -> None: ...


class Cell(Protocol):
    """A team of a CP-SAT model, or in the aggregated model all the teams of one challenge."""

    teams: Linear

    def count(self, coefficients: Mapping[int, int]) -> Linear: ...
    def by_size(self, amount: Callable[[int], int]) -> Linear: ...


class Space(Protocol):
    """What a CP-SAT model offers to a term. `worst` adds a cost of the largest amount, or nothing below zero."""

    @property
    def cells(self) -> Sequence[Cell]: ...
    def worst(self, *amounts: Linear, most: int) -> None: ...
    def pay(self, amount: Linear) -> None: ...
    def touched(self, cell: Cell, members: Mapping[int, int]) -> Linear: ...
    def met(self, cell: Cell, members: Mapping[int, int]) -> Linear: ...
    def wishes(self, costs: Mapping[int, tuple[int, ...]]) -> None: ...
    def homes(self, homes: Mapping[int, int]) -> None: ...


class Term(ABC):
    """A part of a rule's cost."""

    @abstractmethod
    def cost(self, plan: Plan) -> int:
        """What a plan costs."""

    @abstractmethod
    def least(self, shape: Shape) -> int:
        """What every plan costs at least; zero where nothing better is known."""

    @abstractmethod
    def most(self, shape: Shape) -> int:
        """What no plan costs more than: guards against numbers too large to add up."""

    @abstractmethod
    def marks(self) -> Mapping[int, Hashable]:
        """What the term sees in each person. People whose marks agree in all terms are interchangeable."""

    @abstractmethod
    def tabulate(self, sink: Sink, weight: int) -> None:
        """Enter the tables of the local search."""

    @abstractmethod
    def post(self, space: Space) -> None:
        """Enter a CP-SAT model."""


def outside(amount: int, low: int | None, high: int | None) -> int:
    """How far an amount lies outside a band that may be open on either side."""
    return max(0, 0 if low is None else low - amount, 0 if high is None else amount - high)


@dataclass(frozen=True)
class Band(Term):
    """For each team: how far its sum of coefficients lies outside low … high (balance, coverage, limit, apart)."""

    coefficients: Mapping[int, int]
    low: int | None = None
    high: int | None = None

    def cost(self, plan: Plan) -> int:
        sums: Counter[int] = Counter()
        for person, coefficient in self.coefficients.items():
            sums[plan.team_of[person]] += coefficient
        untouched = (plan.team_count - len(sums)) * outside(0, self.low, self.high)
        return untouched + sum(outside(amount, self.low, self.high) for amount in sums.values())

    def least(self, shape: Shape) -> int:
        supply, reach = sum(self.coefficients.values()), max(self.coefficients.values(), default=0) * shape.largest
        lacking = 0 if self.low is None else max(shape.teams * self.low - supply, shape.teams * (self.low - reach))
        above = 0 if self.high is None else supply - shape.teams * self.high
        twice = 0 if self.high is None else sum(max(0, c - self.high) for c in self.coefficients.values())
        return max(0, lacking, above, twice)

    def most(self, shape: Shape) -> int:
        return shape.teams * (self.low or 0) + sum(self.coefficients.values())

    def marks(self) -> Mapping[int, Hashable]:
        return self.coefficients

    def tabulate(self, sink: Sink, weight: int) -> None:
        if all(coefficient == 1 for coefficient in self.coefficients.values()):
            sink.row(frozenset(self.coefficients), lambda count: outside(count, self.low, self.high), weight)
        else:
            low, high = self.low or 0, sum(self.coefficients.values()) if self.high is None else self.high
            sink.total(self.coefficients, lambda _: low, lambda _: high, weight)

    def post(self, space: Space) -> None:
        for cell in space.cells:
            count, amounts = cell.count(self.coefficients), []
            if self.low:
                amounts.append(self.low * cell.teams - count)
            if self.high is not None:
                amounts.append(count - self.high * cell.teams)
            if amounts:
                space.worst(*amounts, most=self.low or 0 if self.high is None else sum(self.coefficients.values()))


@dataclass(frozen=True)
class Even(Term):
    """For each team: how far its sum of values lies outside its fair share by size, rounded down and up (evenness)."""

    values: Mapping[int, int]
    people: int
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.values.values()))

    def low(self, size: int) -> int:
        """The fair share of a team of that size, rounded down."""
        return size * self.total // self.people

    def high(self, size: int) -> int:
        """The fair share of a team of that size, rounded up."""
        return -(-size * self.total // self.people)

    def cost(self, plan: Plan) -> int:
        sums = [0] * plan.team_count
        for person, value in self.values.items():
            sums[plan.team_of[person]] += value
        return sum(
            outside(amount, self.low(size), self.high(size)) for amount, size in zip(sums, plan.sizes(), strict=True)
        )

    def least(self, shape: Shape) -> int:
        return 0

    def most(self, shape: Shape) -> int:
        return 2 * sum(abs(value) for value in self.values.values()) + shape.teams

    def marks(self) -> Mapping[int, Hashable]:
        return self.values

    def tabulate(self, sink: Sink, weight: int) -> None:
        sink.total(self.values, self.low, self.high, weight)

    def post(self, space: Space) -> None:
        most = 2 * sum(abs(value) for value in self.values.values()) + 1
        for cell in space.cells:
            amount = cell.count(self.values)
            space.worst(cell.by_size(self.low) - amount, amount - cell.by_size(self.high), most=most)


@dataclass(frozen=True)
class Spread(Term):
    """The number of different teams that a group lies in, less one (together)."""

    members: frozenset[int]

    def cost(self, plan: Plan) -> int:
        return len({plan.team_of[person] for person in self.members}) - 1

    def least(self, shape: Shape) -> int:
        return max(0, -(-len(self.members) // max(1, shape.largest)) - 1)

    def most(self, shape: Shape) -> int:
        return len(self.members)

    def marks(self) -> Mapping[int, Hashable]:
        return dict.fromkeys(self.members, 1)

    def tabulate(self, sink: Sink, weight: int) -> None:
        sink.row(self.members, lambda count: int(count > 0), weight)
        sink.constant(-weight)

    def post(self, space: Space) -> None:
        space.pay(sum(space.touched(cell, dict.fromkeys(self.members, 1)) for cell in space.cells) - 1)


@dataclass(frozen=True)
class Variety(Term):
    """For each team: how many of the groups it lacks to have met `least_met` different ones (distinct)."""

    groups: tuple[frozenset[int], ...]
    least_met: int

    def cost(self, plan: Plan) -> int:
        met: Counter[int] = Counter()
        for group in self.groups:
            met.update({plan.team_of[person] for person in group})
        return sum(max(0, self.least_met - met[team]) for team in range(plan.team_count))

    def least(self, shape: Shape) -> int:
        reachable = sum(min(len(group), shape.teams) for group in self.groups)
        each = self.least_met - min(shape.largest, len(self.groups))
        return max(0, shape.teams * self.least_met - reachable, shape.teams * each)

    def most(self, shape: Shape) -> int:
        return shape.teams * self.least_met

    def marks(self) -> Mapping[int, Hashable]:
        return {person: number for number, group in enumerate(self.groups) for person in group}

    def tabulate(self, sink: Sink, weight: int) -> None:
        sink.variety(self.groups, self.least_met, weight)

    def post(self, space: Space) -> None:
        members = [dict.fromkeys(group, 1) for group in self.groups]
        for cell in space.cells:
            met = sum(space.met(cell, group) for group in members)
            space.worst(self.least_met * cell.teams - met, most=self.least_met)


@dataclass(frozen=True)
class Wishes(Term):
    """For each person: a cost by the challenge of their team (preference)."""

    costs: Mapping[int, tuple[int, ...]]

    def cost(self, plan: Plan) -> int:
        return sum(costs[plan.challenge_of[plan.team_of[person]]] for person, costs in self.costs.items())

    def least(self, shape: Shape) -> int:
        return sum(min(costs) for costs in self.costs.values())

    def most(self, shape: Shape) -> int:
        return sum(max(costs) for costs in self.costs.values())

    def marks(self) -> Mapping[int, Hashable]:
        return self.costs

    def tabulate(self, sink: Sink, weight: int) -> None:
        sink.wishes(self.costs, weight)

    def post(self, space: Space) -> None:
        space.wishes(self.costs)


@dataclass(frozen=True)
class Homes(Term):
    """The people who are not in the team that they are to be in (pin, stability)."""

    homes: Mapping[int, int]

    def cost(self, plan: Plan) -> int:
        return sum(plan.team_of[person] != home for person, home in self.homes.items())

    def least(self, shape: Shape) -> int:
        wanted = Counter(self.homes.values())
        return sum(count if team >= shape.teams else max(0, count - shape.largest) for team, count in wanted.items())

    def most(self, shape: Shape) -> int:
        return len(self.homes)

    def marks(self) -> Mapping[int, Hashable]:
        return self.homes

    def tabulate(self, sink: Sink, weight: int) -> None:
        sink.homes(self.homes, weight)

    def post(self, space: Space) -> None:
        space.homes(self.homes)
