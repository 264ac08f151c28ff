"""Local search: simulated annealing over swaps, moves and exchanges of challenges.

A few people are drawn and all their partners (or a sample of them) are weighed at once; which one is taken follows
the Boltzmann distribution at the present temperature ("heat bath", by the Gumbel trick: the least of change minus
temperature times Gumbel noise). Sitting still is one of the choices. In the long run this visits plans just as
Metropolis' annealing does, but every step that is evaluated in numpy stands for a hundred proposals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.solver.parts import Part, Seats, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.solver.tables import Floats, Ints, Tables

SAMPLE = 400
"""So many partners are weighed at most; in larger crowds they are drawn anew for every step."""
BATCH = 8
"""So many people are weighed at a time: numpy takes hardly longer for many than for one."""
EXCHANGES = 0.1
NOISE = 1 << 17


@dataclass(frozen=True)
class Spot:
    """A plan that the search has been at."""

    cost: float
    team_of: Ints
    challenge_of: Ints


class Search:
    """The state of one search. `best` is the best plan seen that keeps the hard rules, by the tables' reckoning."""

    def __init__(
        self, tables: Tables, hard: Tables | None, team_of: Ints, challenge_of: Ints, rng: np.random.Generator
    ) -> None:
        self.tables, self.hard_tables, self.rng = tables, hard, rng
        self.best: Spot | None = None
        self.gumbel = rng.gumbel(size=NOISE)
        self.movable = np.array([i for i in range(tables.people) if i not in tables.locks], np.int64)
        self.batch = max(1, min(BATCH, tables.teams // 2))
        self.resizable = tables.smallest < tables.largest
        self.restart(team_of, challenge_of)

    def restart(self, team_of: Ints, challenge_of: Ints) -> None:
        """Go on from another plan."""
        self.seats = Seats(self.tables, team_of, challenge_of)
        self.parts, self.wished = parts_of(self.tables, self.seats)
        everything = np.arange(self.tables.teams)
        self.cost = float(self.costs(everything).sum()) + self.tables.constant
        self.guards: list[Part] = parts_of(self.hard_tables, self.seats)[0] if self.hard_tables else []
        self.broken = np.zeros(self.tables.teams)
        for guard in self.guards:
            self.broken += guard.costs(everything)
        self.challenges_used = np.bincount(challenge_of, minlength=len(self.tables.challenges))
        self.stale: set[int] = set()
        self._keep()

    def anneal(self, steps: int, hot: float, cold: float, go_on: Callable[[], bool]) -> int:
        """So many steps from one temperature down to another, geometrically, unless told to stop; how many it did."""
        if not len(self.movable):
            return 0
        ratio = (cold / hot) ** (1 / max(1, steps - 1))
        temperature = hot
        for step in range(steps):
            if not step & 63 and not go_on():
                return step
            draw = self.rng.random()
            if self.wished and draw < EXCHANGES:
                self._change_challenge(temperature)
            elif self.resizable and draw < 0.25:
                self._move(temperature)
            else:
                self._swap(temperature)
            temperature *= ratio
        return steps

    def _swap(self, temperature: float) -> None:
        """Swap some people with partners, or let them sit. Swaps between the same teams wait for another time."""
        p = self.movable[self.rng.integers(len(self.movable), size=self.batch)]
        a = self.seats.team_of[p]
        q = self.movable
        if len(q) > SAMPLE:
            q = q[self.rng.integers(len(q), size=SAMPLE)]
        teams = self.seats.team_of[q]
        delta = self.parts[0].swap(p, a, q, teams)
        for part in self.parts[1:]:
            delta += part.swap(p, a, q, teams)
        delta[a[:, None] == teams] = 0.0
        chosen = self._choose(delta, temperature)
        moves: list[tuple[int, int, int]] = []
        touched: set[int] = set()
        change = 0.0
        for row in np.flatnonzero(teams[chosen] != a).tolist():
            column = chosen[row]
            source, target = int(a[row]), int(teams[column])
            if source not in touched and target not in touched:
                touched.update((source, target))
                moves += [(int(p[row]), source, target), (int(q[column]), target, source)]
                change += float(delta[row, column])
        if moves:
            self._apply(moves, change)

    def _move(self, temperature: float) -> None:
        """Move a person into another team where the sizes allow it, or let them sit."""
        p = int(self.movable[self.rng.integers(len(self.movable))])
        a = int(self.seats.team_of[p])
        if self.seats.sizes[a] <= self.tables.smallest:
            return
        delta = self.parts[0].move(p, a)
        for part in self.parts[1:]:
            delta += part.move(p, a)
        delta[self.seats.sizes >= self.tables.largest] = np.inf
        delta[a] = 0.0
        b = int(self._choose(delta, temperature))
        if b != a:
            self._apply([(p, a, b)], float(delta[b]))

    def _change_challenge(self, temperature: float) -> None:
        """Give a team another challenge, by exchange with a team or from those that may be given once more."""
        assert self.wished is not None  # noqa: S101
        challenge_of = self.seats.challenge_of
        a = int(self.rng.integers(len(challenge_of)))
        mine = int(challenge_of[a])
        exchange, replace = self.wished.exchange(a), self.wished.replace(a)
        most = np.array([bounds[1] for bounds in self.tables.challenges])
        replace[self.challenges_used >= most] = np.inf
        if self.challenges_used[mine] <= self.tables.challenges[mine][0]:
            replace[:] = np.inf
        replace[mine] = 0.0
        delta = np.concatenate([exchange, replace])
        k = int(self._choose(delta, temperature))
        if k < len(challenge_of):
            changed, challenge_of[a], challenge_of[k] = {a, k}, challenge_of[k], mine
        else:
            changed, challenge_of[a] = {a}, k - len(challenge_of)
            self.challenges_used[mine] -= 1
            self.challenges_used[challenge_of[a]] += 1
        if challenge_of[a] != mine:
            self._refresh(sorted(changed), float(delta[k]))

    def _choose(self, delta: Floats, temperature: float) -> Ints:
        """Draw a change from each row with the Boltzmann probabilities."""
        if delta.size < NOISE:
            start = int(self.rng.integers(NOISE - delta.size))
            noise = self.gumbel[start : start + delta.size].reshape(delta.shape)
        else:
            noise = self.rng.gumbel(size=delta.shape)
        chosen: Ints = (delta - temperature * noise).argmin(-1)
        return chosen

    def _apply(self, moves: list[tuple[int, int, int]], delta: float) -> None:
        """Seat people elsewhere: each a person, the team left and the team joined."""
        seats = self.seats
        for person, source, target in moves:
            seats.members[source].remove(person)
            seats.members[target].append(person)
            seats.sizes[source] -= 1
            seats.sizes[target] += 1
            seats.team_of[person] = target
        self._refresh(sorted({team for _, source, target in moves for team in (source, target)}), delta)

    def _refresh(self, teams: list[int], delta: float) -> None:
        """Bring all parts up to date with what changed in some teams."""
        people = np.array([person for team in teams for person in self.seats.members[team]], np.int64)
        changed = np.array(teams)
        for part in self.parts:
            part.refresh(changed, people)
        self.cost += delta
        self.stale.update(teams)
        if self.best is None or self.cost < self.best.cost:
            self._keep()

    def _keep(self) -> None:
        """Remember the present plan where it is allowed and the best so far."""
        if self.guards and self.stale:
            self._look_again(np.array(sorted(self.stale)))
        self.stale.clear()
        if self.violations() > 0:
            return
        if self.best is None or self.cost < self.best.cost:
            self.best = Spot(self.cost, self.seats.team_of.copy(), self.seats.challenge_of.copy())

    def _look_again(self, teams: Ints) -> None:
        """How far the teams are from keeping the hard rules."""
        people = np.array([person for team in teams.tolist() for person in self.seats.members[team]], np.int64)
        self.broken[teams] = 0.0
        for guard in self.guards:
            guard.refresh(teams, people)
            self.broken[teams] += guard.costs(teams)

    def violations(self) -> float:
        """How far the last plan looked at was from keeping the hard rules; pins are always kept."""
        return 0.0 if self.hard_tables is None else float(self.broken.sum()) + self.hard_tables.constant

    def costs(self, teams: Ints) -> Floats:
        """What each of some teams costs, hard rules included."""
        costs = self.parts[0].costs(teams)
        for part in self.parts[1:]:
            costs = costs + part.costs(teams)
        return costs
