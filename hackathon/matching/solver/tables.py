"""A problem as tables of numbers, for the search: every rule becomes costs by count, sum, variety, challenge or team.

Costs are weighted; a hard rule weighs `hard_weight`, so that the search can pass through what is forbidden and still
comes out of it. Pins and hard stability are no costs: they lock a person to a team.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from hackathon.matching.problem import Problem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Totals:
    """A sum that is to lie between two bounds, which depend on the team's size."""

    values: Floats
    low: Floats
    high: Floats
    weight: float


@dataclass(frozen=True)
class Varieties:
    """Groups of which a team is to meet several: each person's group (the last one: none) and costs by groups met."""

    group: Ints
    count: int
    cost: Floats


@dataclass(frozen=True)
class Tables:
    """The tables of a problem. `rows` are groups of people whose count in a team costs `row_cost[row, count]`."""

    people: int
    teams: int
    smallest: int
    largest: int
    row_cost: Floats
    row_lists: tuple[Ints, ...]
    totals: tuple[Totals, ...]
    varieties: tuple[Varieties, ...]
    wish: Floats | None
    homes: tuple[tuple[Ints, Floats], ...]
    locks: dict[int, int]
    challenges: tuple[tuple[int, int], ...]
    constant: float

    @cached_property
    def is_movable(self) -> NDArray[np.bool_]:
        """By person: whether the seat is not locked."""
        free = np.ones(self.people, bool)
        free[list(self.locks)] = False
        return free


@dataclass
class Builder:
    """Collects what the terms tell (the `Sink` of terms.py) and makes the tables of it."""

    problem: Problem
    row_costs: dict[frozenset[int], Floats] = field(default_factory=dict)
    totals: list[Totals] = field(default_factory=list)
    varieties: list[Varieties] = field(default_factory=list)
    wish: Floats | None = None
    home_layers: list[dict[int, tuple[int, float]]] = field(default_factory=list)
    locks: dict[int, int] = field(default_factory=dict)
    hard: bool = False
    offset: float = 0.0

    def constant(self, amount: int) -> None:
        """A cost of every plan."""
        self.offset += amount

    def row(self, members: frozenset[int], cost: Callable[[int], int], weight: int) -> None:
        """A group whose count in a team costs something; rows that can never cost anything are left out."""
        most = self.problem.shape.largest + 2
        reach = min(len(members), most - 1)
        table = np.array([weight * cost(min(count, reach)) for count in range(most)], float)
        if table.any():
            self.row_costs[members] = self.row_costs.get(members, np.zeros(most)) + table

    def total(
        self, values: Mapping[int, int], low: Callable[[int], int], high: Callable[[int], int], weight: int
    ) -> None:
        """A sum with bounds by size."""
        column = np.zeros(self.problem.shape.people)
        for person, value in values.items():
            column[person] = value
        sizes = range(self.problem.shape.largest + 2)
        lows, highs = (np.array([bound(size) for size in sizes], float) for bound in (low, high))
        self.totals.append(Totals(column, lows, highs, weight))

    def variety(self, groups: Sequence[frozenset[int]], least: int, weight: int) -> None:
        """A number of groups to meet."""
        group_of = np.full(self.problem.shape.people, len(groups), np.int64)
        for number, group in enumerate(groups):
            group_of[list(group)] = number
        most = min(self.problem.shape.largest, len(groups)) + 2
        cost = np.array([weight * max(0, least - met) for met in range(most)], float)
        self.varieties.append(Varieties(group_of, len(groups), cost))

    def wishes(self, costs: Mapping[int, tuple[int, ...]], weight: int) -> None:
        """Costs by person and challenge."""
        if self.wish is None:
            self.wish = np.zeros((self.problem.shape.people, len(self.problem.challenges)))
        for person, row in costs.items():
            self.wish[person] += np.array(row, float) * weight

    def homes(self, homes: Mapping[int, int], weight: int) -> None:
        """Costs for who is not in a team, one home of each person in each layer; a hard one locks instead."""
        if self.hard:
            self.locks.update(homes)
            return
        for person, team in homes.items():
            for layer in self.home_layers:
                if person not in layer:
                    layer[person] = (team, weight)
                    break
            else:
                self.home_layers.append({person: (team, weight)})

    def build(self) -> Tables:
        """The finished tables."""
        shape, problem = self.problem.shape, self.problem
        lists: list[list[int]] = [[] for _ in range(shape.people)]
        for number, members in enumerate(self.row_costs):
            for person in members:
                lists[person].append(number)
        return Tables(
            people=shape.people,
            teams=shape.teams,
            smallest=shape.smallest,
            largest=shape.largest,
            row_cost=np.array([*self.row_costs.values()]).reshape(len(self.row_costs), shape.largest + 2),
            row_lists=tuple(np.array(own, np.int64) for own in lists),
            totals=tuple(self.totals),
            varieties=tuple(self.varieties),
            wish=self.wish,
            homes=tuple(self._layer(layer) for layer in self.home_layers),
            locks=self.locks,
            challenges=tuple((c.least, c.most) for c in problem.challenges),
            constant=self.offset,
        )

    def _layer(self, layer: dict[int, tuple[int, float]]) -> tuple[Ints, Floats]:
        """Homes and weights of all people; who has no home weighs nothing."""
        home, weight = np.full(self.problem.shape.people, -1, np.int64), np.zeros(self.problem.shape.people)
        for person, (team, cost) in layer.items():
            home[person], weight[person] = team, cost
        return home, weight


def tables_of(problem: Problem, hard_weight: int) -> Tables:
    """The tables of all rules of a problem."""
    builder = Builder(problem)
    for rule, terms in zip(problem.rules, problem.terms, strict=True):
        builder.hard = rule.hard
        for term in terms:
            term.tabulate(builder, hard_weight if rule.hard else rule.weight)
    return builder.build()


def hard_tables_of(problem: Problem) -> Tables:
    """The tables of the hard rules alone, each weighing 1: what they cost says how far a plan is from being allowed."""
    return tables_of(replace(problem, rules=tuple(rule for rule in problem.rules if rule.hard)), 1)
