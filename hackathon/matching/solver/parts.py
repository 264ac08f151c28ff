"""The parts of a plan's cost, each keeping the counts that make the cost of a change cheap.

Every part answers for whole neighbourhoods at once: what swapping one person with each of many would change, and what
moving one person into each of the teams would. A swap of p in team a with q in team b costs, in every part, what a loses
by p and gains by q, and b by q and p.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hackathon.matching.solver.tables import Floats, Ints, Tables, Totals, Varieties


class Seats:
    """Who sits where: the state that all parts share."""

    def __init__(self, tables: Tables, team_of: Ints, challenge_of: Ints) -> None:
        self.team_of = team_of.copy()
        self.challenge_of = challenge_of.copy()
        self.members: list[list[int]] = [[] for _ in range(tables.teams)]
        for person, team in enumerate(team_of.tolist()):
            self.members[team].append(person)
        self.sizes = np.bincount(team_of, minlength=tables.teams)


class Part(ABC):
    """A part of the cost."""

    @abstractmethod
    def costs(self, teams: Ints) -> Floats:
        """What each of some teams costs in this part."""

    @abstractmethod
    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        """What swapping each of p, of the teams a, with each of q, of `teams`, would change: a row for each of p.

        Wrong where both sit in the same team.
        """

    @abstractmethod
    def move(self, p: int, a: int) -> Floats:
        """What moving p from team a into each team would change; wrong for team a."""

    @abstractmethod
    def refresh(self, teams: Ints, people: Ints) -> None:
        """Take over that the members of some teams have changed; `people` are all who sit there now."""


class Rows(Part):
    """Groups of people whose count in a team costs something."""

    def __init__(self, tables: Tables, seats: Seats) -> None:
        self.tables, self.seats = tables, seats
        costs = tables.row_cost
        self.rows, width = costs.shape
        self.base = np.arange(self.rows) * width
        self.flat_cost = costs.ravel()
        self.step_up = np.append(np.diff(costs, axis=1), np.zeros((self.rows, 1)), axis=1).ravel()
        self.step_down = np.append(np.zeros((self.rows, 1)), -np.diff(costs, axis=1), axis=1).ravel()
        self.counts = np.zeros((tables.teams, self.rows), np.int64)
        for person, own in enumerate(tables.row_lists):
            self.counts[seats.team_of[person], own] += 1
        self.up, self.down = np.zeros((self.rows, tables.teams)), np.zeros((self.rows, tables.teams))
        self.lift = np.zeros(tables.rows_of.shape)
        self.leave = np.zeros(tables.people)
        self._renew(np.arange(tables.teams), np.arange(tables.people))

    def costs(self, teams: Ints) -> Floats:
        costs: Floats = self.flat_cost.take(self.base + self.counts[teams]).sum(1)
        return costs

    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        own, rows = self.tables.rows_of[:, p], self.tables.rows_of[:, q]
        mask = np.zeros((len(p), self.rows), np.int64)
        mask[np.arange(len(p)), own] = 1
        mask[:, -1] = 0
        delta: Floats = self.step_up.take(self.base + self.counts[a] - mask).take(rows, axis=1).sum(1)
        delta += self.up[own].sum(0).take(teams, axis=1)
        delta += self.leave[q] + self.leave[p][:, None]
        # A row that p and q share does not change in the team of q, though both sums above counted it.
        delta -= np.einsum("pkq,kq->pq", mask.take(rows, axis=1), self.lift[:, q])
        return delta

    def move(self, p: int, a: int) -> Floats:
        delta: Floats = self.up[self.tables.row_lists[p]].sum(0) + self.leave[p]
        return delta

    def refresh(self, teams: Ints, people: Ints) -> None:
        for team in teams.tolist():
            rows = self.tables.rows_of[:, self.seats.members[team]].ravel()
            self.counts[team] = np.bincount(rows, minlength=self.rows)
            self.counts[team, -1] = 0
        self._renew(teams, people)

    def _renew(self, teams: Ints, people: Ints) -> None:
        """What one more and one fewer of each row would change in the teams, and what each person's leaving would."""
        at = self.base + self.counts[teams]
        self.up[:, teams] = self.step_up.take(at).T
        self.down[:, teams] = self.step_down.take(at).T
        flat = self.tables.rows_of[:, people] * self.tables.teams + self.seats.team_of[people]
        down = self.down.take(flat)
        self.lift[:, people] = down + self.up.take(flat)
        self.leave[people] = down.sum(0)


class Sums(Part):
    """A sum of values that is to lie between two bounds by the team's size."""

    def __init__(self, totals: Totals, seats: Seats) -> None:
        self.totals, self.seats = totals, seats
        teams = np.arange(len(seats.sizes))
        self.sums, self.current = np.zeros(len(teams)), np.zeros(len(teams))
        self.low, self.high = np.zeros(len(teams)), np.zeros(len(teams))
        self.refresh(teams, np.arange(len(seats.team_of)))

    def costs(self, teams: Ints) -> Floats:
        return self.current[teams]

    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        gain = self.totals.values[q] - self.totals.values[p][:, None]
        here = self._outside(self.sums[a][:, None] + gain, self.low[a][:, None], self.high[a][:, None])
        there = self._outside(self.sums[teams] - gain, self.low[teams], self.high[teams])
        delta: Floats = here + there - self.current[a][:, None] - self.current[teams]
        return delta

    def move(self, p: int, a: int) -> Floats:
        value, bounds, sizes = self.totals.values[p], self.totals, self.seats.sizes
        size = sizes[a] - 1
        here = self._outside(self.sums[a : a + 1] - value, bounds.low[size], bounds.high[size])
        there = self._outside(self.sums + value, bounds.low[sizes + 1], bounds.high[sizes + 1])
        delta: Floats = here + there - self.current[a] - self.current
        return delta

    def refresh(self, teams: Ints, people: Ints) -> None:
        sums = np.bincount(self.seats.team_of[people], self.totals.values[people], minlength=len(self.sums))
        sizes = self.seats.sizes[teams]
        self.sums[teams] = sums[teams]
        self.low[teams], self.high[teams] = self.totals.low[sizes], self.totals.high[sizes]
        self.current[teams] = self._outside(self.sums[teams], self.low[teams], self.high[teams])

    def _outside(self, amount: Floats, low: Floats, high: Floats) -> Floats:
        cost: Floats = np.maximum(np.maximum(low - amount, amount - high), 0.0) * self.totals.weight
        return cost


class Met(Part):
    """The number of different groups that a team meets."""

    MANY = 1 << 20

    def __init__(self, varieties: Varieties, seats: Seats) -> None:
        self.varieties, self.seats = varieties, seats
        teams = np.arange(len(seats.sizes))
        self.counts = np.zeros((len(teams), varieties.count + 1), np.int64)
        self.met = np.zeros(len(teams), np.int64)
        self.alone = np.zeros(len(seats.team_of), np.int64)
        self.refresh(teams, np.arange(len(seats.team_of)))

    def costs(self, teams: Ints) -> Floats:
        return self.varieties.cost.take(self.met[teams])

    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        cost, group = self.varieties.cost, self.varieties.group
        mine, theirs = group[p], group[q]
        same = mine[:, None] == theirs
        without = self.met[a] - self.alone[p]
        fresh = (self.counts[a].take(theirs, axis=1) == 0) | (same & (self.alone[p] == 1)[:, None])
        here = cost.take(without[:, None] + fresh) - cost.take(self.met[a])[:, None]
        change = (self.counts[:, mine].T == 0).take(teams, axis=1) - self.alone[q]
        change[same] = 0
        before = self.met[teams]
        delta: Floats = here + cost.take(before + change) - cost.take(before)
        return delta

    def move(self, p: int, a: int) -> Floats:
        cost = self.varieties.cost
        here = cost[self.met[a] - self.alone[p]] - cost[self.met[a]]
        fresh = self.counts[:, self.varieties.group[p]] == 0
        delta: Floats = here + cost.take(self.met + fresh, mode="clip") - cost.take(self.met)
        return delta

    def refresh(self, teams: Ints, people: Ints) -> None:
        group, width = self.varieties.group, self.varieties.count + 1
        for team in teams.tolist():
            self.counts[team] = np.bincount(group[self.seats.members[team]], minlength=width)
        # The last column is of those who belong to no group: never met, never missed.
        self.met[teams] = (self.counts[teams, :-1] > 0).sum(1)
        self.counts[teams, -1] = self.MANY
        self.alone[people] = self.counts[self.seats.team_of[people], group[people]] == 1


class Wished(Part):
    """What the challenges of the teams cost their members."""

    def __init__(self, wish: Floats, seats: Seats) -> None:
        self.wish, self.seats = np.ascontiguousarray(wish.T), seats
        teams = np.arange(len(seats.sizes))
        self.by_team = np.zeros((len(teams), wish.shape[1]))
        self.current = np.zeros(len(seats.team_of))
        self.refresh(teams, np.arange(len(seats.team_of)))

    def costs(self, teams: Ints) -> Floats:
        return self.by_team[teams, self.seats.challenge_of[teams]]

    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        challenge_of = self.seats.challenge_of
        mine = self.wish[:, p].T.take(challenge_of[teams], axis=1) - self.current[p][:, None]
        delta: Floats = mine + self.wish[challenge_of[a][:, None], q] - self.current[q]
        return delta

    def move(self, p: int, a: int) -> Floats:
        costs: Floats = self.wish[:, p].take(self.seats.challenge_of) - self.current[p]
        return costs

    def refresh(self, teams: Ints, people: Ints) -> None:
        self.current[people] = self.wish[self.seats.challenge_of[self.seats.team_of[people]], people]
        for team in teams.tolist():
            self.by_team[team] = self.wish[:, self.seats.members[team]].sum(1)

    def exchange(self, a: int) -> Floats:
        """What exchanging the challenge of team a with that of each team would change."""
        mine, theirs = self.seats.challenge_of[a], self.seats.challenge_of
        teams = np.arange(len(theirs))
        here = self.by_team[a].take(theirs) - self.by_team[a, mine]
        delta: Floats = here + self.by_team[:, mine] - self.by_team[teams, theirs]
        return delta

    def replace(self, a: int) -> Floats:
        """What giving team a each of the challenges would change."""
        delta: Floats = self.by_team[a] - self.by_team[a, self.seats.challenge_of[a]]
        return delta


class Away(Part):
    """What it costs to sit elsewhere than at home."""

    def __init__(self, home: Ints, weight: Floats, seats: Seats) -> None:
        self.home, self.weight, self.seats = home, weight, seats

    def costs(self, teams: Ints) -> Floats:
        away = self.weight * (self.home != self.seats.team_of)
        by_team: Floats = np.bincount(self.seats.team_of, away, minlength=len(self.seats.sizes)).astype(float)
        return by_team[teams]

    def swap(self, p: Ints, a: Ints, q: Ints, teams: Ints) -> Floats:
        homes, mine, a = self.home[q], self.home[p][:, None], a[:, None]
        theirs = self.weight[q] * ((homes == teams) * 1.0 - (homes == a))
        delta: Floats = theirs + self.weight[p][:, None] * ((mine == a) * 1.0 - (mine == teams))
        return delta

    def move(self, p: int, a: int) -> Floats:
        costs = np.full(len(self.seats.sizes), self.weight[p] * (self.home[p] == a))
        if 0 <= self.home[p] < len(costs):
            costs[self.home[p]] -= self.weight[p]
        return costs

    def refresh(self, teams: Ints, people: Ints) -> None:
        """Nothing is kept."""


def parts_of(tables: Tables, seats: Seats) -> tuple[list[Part], Wished | None]:
    """The parts that a problem needs, and among them that of the wishes."""
    parts: list[Part] = [Rows(tables, seats)]
    parts += [Sums(totals, seats) for totals in tables.totals]
    parts += [Met(varieties, seats) for varieties in tables.varieties]
    parts += [Away(home, weight, seats) for home, weight in tables.homes]
    wished = None if tables.wish is None else Wished(tables.wish, seats)
    return ([*parts, wished] if wished else parts), wished
