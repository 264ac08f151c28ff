"""A plan under annealing: one compiled loop works on it, or several on parts of it that share no team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.solver.kernel import BEST, BROKEN, COST, EXPONENTIALS, TALLY, anneal, team_cost
from hackathon.matching.solver.state import NOTHING, cost_of, ground_of, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import ThreadPoolExecutor

    from numpy.typing import NDArray

    from hackathon.matching.solver.arrays import Ground
    from hackathon.matching.solver.tables import Floats, Ints, Tables

NONE_YET = 2**62


@dataclass(frozen=True)
class Spot:
    """A plan that the search has been at, and what it costs by the tables."""

    cost: int
    team_of: Ints
    challenge_of: Ints


@dataclass(frozen=True)
class Loop:
    """What one loop is to do: where it may, with which random numbers, how often and at which temperatures."""

    ground: Ground
    generator: NDArray[np.uint64]
    steps: int
    hot: float
    cold: float


class Chain:
    """`best` is the best plan seen that keeps the hard rules, by the tables' reckoning; pins are always kept."""

    def __init__(self, tables: Tables, hard: Tables, start: Spot, rng: np.random.Generator, *, loops: int = 1) -> None:
        self.tables, self.hard_tables, self.rng, self.loops = tables, hard, rng, loops
        self.exponentials = rng.exponential(size=EXPONENTIALS)
        self.generators = [rng.integers(1, 2**63, size=2).astype(np.uint64) for _ in range(loops)]
        self.best: Spot | None = None
        self.restart(start.team_of, start.challenge_of)

    def restart(self, team_of: Ints, challenge_of: Ints) -> None:
        """Go on from another plan."""
        self.state = state_of(self.tables, team_of, challenge_of)
        self.guard = state_of(self.hard_tables, team_of, challenge_of)
        self.cost, self.broken = cost_of(self.tables, self.state), cost_of(self.hard_tables, self.guard)
        self._keep()

    def reweigh(self, tables: Tables) -> None:
        """Go on from the present plan by other weights."""
        self.tables, self.best = tables, None
        self.restart(self.state.team_of.astype(np.int64), self.state.challenge_of.astype(np.int64))

    def anneal(self, steps: int, hot: float, cold: float, pool: ThreadPoolExecutor | None = None) -> None:
        """So many proposals of each loop, from one temperature down to another. Several loops need a pool of threads."""
        order = np.arange(self.tables.teams)
        if self.loops == 1 or pool is None:
            self._alone(self._loop(0, 1, order, steps, hot, cold))
            return
        parts = np.array_split(self.rng.permutation(order), self.loops)
        loops = [self._loop(number, self.loops, part, steps, hot, cold) for number, part in enumerate(parts)]
        self._together(loops, pool)

    def anneal_some(self, teams: Sequence[int], steps: int, heat: float, share: tuple[int, int]) -> None:
        """So many proposals at one temperature in some teams, which have a share of the room for other challenges."""
        self._alone(self._loop(0, share[1], np.array(teams), steps, heat, heat, share=share[0]))

    def _loop(
        self, number: int, shares: int, teams: Ints, steps: int, hot: float, cold: float, *, share: int | None = None
    ) -> Loop:
        mine = number if share is None else share
        ground = ground_of(self.tables, self.state, teams.astype(np.int32), mine, shares)
        return Loop(ground, self.generators[number], steps, hot, cold)

    def _alone(self, loop: Loop) -> None:
        """One loop on the whole plan, which writes the best down itself."""
        before = NONE_YET if self.best is None else self.best.cost
        team_of, challenge_of = np.empty_like(self.state.team_of), np.empty_like(self.state.challenge_of)
        tally = self._run(loop, (self.cost, self.broken, before), team_of, challenge_of)
        self.cost, self.broken = int(tally[COST]), int(tally[BROKEN])
        if tally[BEST] < before:
            self.best = Spot(int(tally[BEST]), team_of.astype(np.int64), challenge_of.astype(np.int64))

    def _together(self, loops: Sequence[Loop], pool: ThreadPoolExecutor) -> None:
        """Several loops on parts that share no team; whether the plan is the best is seen when all are done."""
        tallies = list(pool.map(lambda loop: self._run(loop, (0, 0, NONE_YET), NOTHING, NOTHING), loops))
        self.cost += sum(int(tally[COST]) for tally in tallies)
        self.broken += sum(int(tally[BROKEN]) for tally in tallies)
        self._keep()

    def _run(
        self,
        loop: Loop,
        begin: tuple[int, int, int],
        team_of: NDArray[np.int32],
        challenge_of: NDArray[np.int32],
    ) -> NDArray[np.int64]:
        """Run a loop; its tally, counted on from cost, broken rules and best cost."""
        tally = np.zeros(TALLY, np.int64)
        tally[[COST, BROKEN, BEST]] = begin
        anneal(
            self.state, self.guard, loop.ground, loop.generator, self.exponentials,
            loop.steps, loop.hot, loop.cold, tally, team_of, challenge_of,
        )  # fmt: skip
        return tally

    def _keep(self) -> None:
        """Remember the present plan where it is allowed and the best so far."""
        if self.broken == 0 and (self.best is None or self.cost < self.best.cost):
            state = self.state
            self.best = Spot(self.cost, state.team_of.astype(np.int64), state.challenge_of.astype(np.int64))

    def team_costs(self) -> Floats:
        """What each team costs, hard rules included, apart from what every plan pays."""
        return np.array([team_cost(self.state, team) for team in range(self.tables.teams)], float)
