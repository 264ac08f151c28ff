"""The first plan: people sorted along nested attributes and dealt round like cards.

Sorted by pool, in it by sector, in it by organisation, every value is one contiguous run; dealt to the teams in turn,
every run splits into shares that differ by one at most. So the chain is balanced by construction, in O(n log n).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.solver.kinds.balance import Balance
from hackathon.matching.solver.kinds.distinct import Distinct
from hackathon.matching.solver.kinds.limit import Limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.tables import Ints, Tables


def nested_attributes(problem: Problem) -> list[str]:
    """The attributes that rules spread, the weightiest first, then those that only divide its values further."""
    weights: dict[str, int] = defaultdict(int)
    for rule in problem.rules:
        if isinstance(rule, Balance | Distinct | Limit):
            weights[rule.attribute] = max(weights[rule.attribute], 10**9 if rule.hard else rule.weight)
    values = {name: len({person.get(name) for person in problem.participants}) for name in weights}
    balanced = {rule.attribute for rule in problem.rules if isinstance(rule, Balance)}
    first = sorted(weights, key=lambda name: (name not in balanced, -weights[name], name))[:1]
    chain = list(first)
    for name in sorted(weights, key=lambda name: (values[name], name)):
        pairs = {(person.get(name), person.get(chain[-1])) for person in problem.participants}
        if name not in chain and len(pairs) == values[name]:
            chain.append(name)
    return chain + sorted((name for name in weights if name not in chain), key=lambda name: -weights[name])


def deal(problem: Problem, tables: Tables, rng: np.random.Generator) -> Ints | None:
    """A team for every person, sizes and locks kept; None where more are locked to a team than it can hold."""
    homes = {person: team for person, team in _homes(tables).items() if person not in tables.locks}
    room = _sizes(tables, homes)
    if room is None:
        return None
    chain = nested_attributes(problem)
    noise = rng.permutation(tables.people).tolist()
    order = sorted(range(tables.people), key=lambda i: ([_key(problem, i, name) for name in chain], noise[i]))
    team_of = np.full(tables.people, -1, np.int64)
    for person, team in [*tables.locks.items(), *homes.items()]:
        if room[team]:
            team_of[person] = team
            room[team] -= 1
    turn = 0
    for person in order:
        if team_of[person] < 0:
            while not room[turn]:
                turn = (turn + 1) % tables.teams
            team_of[person] = turn
            room[turn] -= 1
            turn = (turn + 1) % tables.teams
    return team_of


def _key(problem: Problem, person: int, attribute: str) -> tuple[str, str]:
    """Values of different types must not be compared with each other."""
    value = problem.participants[person].get(attribute)
    return type(value).__name__, str(value)


def _homes(tables: Tables) -> dict[int, int]:
    """The team that each person would like to keep, the weightiest wish first."""
    found: dict[int, tuple[float, int]] = {}
    for home, weight in tables.homes:
        for person in np.flatnonzero((home >= 0) & (home < tables.teams)).tolist():
            found[person] = max(found.get(person, (0.0, 0)), (float(weight[person]), int(home[person])))
    return {person: team for person, (_, team) in found.items()}


def _sizes(tables: Tables, homes: dict[int, int]) -> list[int] | None:
    """How many seats each team gets: as even as locks and homes allow; None where the locks cannot be kept."""
    locked, wanted = [0] * tables.teams, [0] * tables.teams
    for team in tables.locks.values():
        if not 0 <= team < tables.teams:
            return None
        locked[team] += 1
    for team in homes.values():
        wanted[team] += 1
    least = [max(tables.smallest, count) for count in locked]
    if sum(least) > tables.people or max(least) > tables.largest:
        return None
    sizes = [
        max(low, min(count + more, tables.largest)) for low, count, more in zip(least, locked, wanted, strict=True)
    ]
    while sum(sizes) > tables.people:
        sizes[max(range(tables.teams), key=lambda team: (sizes[team] > least[team], sizes[team]))] -= 1
    return _filled(sizes, tables.people - sum(sizes))


def _filled(sizes: list[int], rest: int) -> list[int]:
    """The rest of the seats go to the smallest teams."""
    by_size = defaultdict(list)
    for team, size in enumerate(sizes):
        by_size[size].append(team)
    size = min(by_size)
    while rest:
        fill, by_size[size] = by_size[size][:rest], by_size[size][rest:]
        for team in fill:
            sizes[team] += 1
        by_size[size + 1] = fill + by_size[size + 1]
        rest -= len(fill)
        if not by_size[size]:
            size += 1
    return sizes


def hand_out(bounds: Sequence[tuple[int, int]], wishes: Sequence[float], teams: int) -> Ints:
    """A challenge for every team: the least of each first, then the cheapest of those that may have more."""
    if not bounds:
        return np.zeros(0, np.int64)
    given = [least for least, _ in bounds]
    ranked = sorted(range(len(bounds)), key=lambda c: (wishes[c], c))
    while sum(given) < teams:
        for challenge in ranked:
            if given[challenge] < bounds[challenge][1] and sum(given) < teams:
                given[challenge] += 1
    return np.repeat(np.arange(len(bounds)), given)
