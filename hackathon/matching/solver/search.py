"""Local search on all cores: simulated annealing of chains, each a plan that one compiled loop or several work on.

In small crowds every core anneals a plan of its own, and the best one counts. In large crowds one plan is shared: the
teams are split among the cores at random, each anneals its part, and after some milliseconds they are split anew. That
is exact, because every rule is a sum over teams: loops that share no team cannot disturb each other.

All random numbers come from the seed, and the split does not depend on who is faster, so the same seed, the same number
of loops and the same number of steps give the same plan on every machine.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.solver.chain import Chain, Spot

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from hackathon.matching.solver.budget import Budget
    from hackathon.matching.solver.tables import Floats, Ints, Tables

MOST_LOOPS = 8
LOOPS_OF_A_WORK_LIMIT = 2
"""Where work is counted, the answer must not depend on the number of cores."""
SHARED_FROM = 25
"""From so many teams for each loop on, the loops share one plan."""
STRETCH_SECONDS = 0.05
STRETCH_STEPS = 1 << 17
"""How long a stretch between two looks at the clock is, in seconds or, where work is counted, in steps of each loop."""
QUENCH = 0.05
"""The last part of an annealing, in which it gets colder than cold, to come to rest."""
FASTEST, SLOWEST = 2e7, 2e4
"""Steps a second of one loop that are believed, before and after they were measured."""
MILLION = 1e6


def cores() -> int:
    """How many loops can run at once on this machine."""
    return max(1, min(MOST_LOOPS, len(os.sched_getaffinity(0))))


class Search:
    """The chains of a run, and the threads that work on them."""

    def __init__(
        self, tables: Tables, hard: Tables, start: Spot, rng: np.random.Generator, *, loops: int, budget: Budget
    ) -> None:
        shared = tables.teams >= SHARED_FROM * loops
        seeds = rng.spawn(1 if shared else loops)
        self.chains = [Chain(tables, hard, start, seed, loops=loops if shared else 1) for seed in seeds]
        self.loops, self.budget = loops, budget
        self.pool = ThreadPoolExecutor(loops, thread_name_prefix="matching-search")
        self.speed = 1e6

    def __enter__(self) -> Search:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown()

    @property
    def best(self) -> Spot | None:
        """The best plan that any chain has seen."""
        found = [chain.best for chain in self.chains if chain.best is not None]
        return min(found, key=lambda spot: spot.cost, default=None)

    def team_costs(self) -> Floats:
        """What each team of the first chain's plan costs."""
        return self.chains[0].team_costs()

    def restart(self, team_of: Ints, challenge_of: Ints) -> None:
        """Let all chains go on from another plan."""
        for chain in self.chains:
            chain.restart(team_of, challenge_of)

    def reweigh(self, tables: Tables) -> None:
        """Let every chain go on from where it is, by other weights."""
        for chain in self.chains:
            chain.reweigh(tables)

    def amount_of(self, steps: float) -> float:
        """The amount of the budget in which every chain makes so many proposals, at the speed of late."""
        each = self.loops // len(self.chains)
        return steps * len(self.chains) / MILLION if self.budget.is_deterministic else steps / each / self.speed

    def anneal(self, amount: float, hot: float, cold: float, go_on: Callable[[], bool]) -> None:
        """Anneal all chains for an amount of the budget, from one temperature down to another, unless told to stop."""
        begun, counted = self.budget.used, self.budget.is_deterministic
        while amount > 0:
            done = (self.budget.used - begun) / amount
            if done >= 1 or not go_on():
                return
            steps = STRETCH_STEPS if counted else int(self.speed * min(STRETCH_SECONDS, amount * (1.0 - done)))
            steps = max(64, steps)
            part = steps * self.loops / MILLION / amount if counted else steps / self.speed / amount
            self._stretch(steps, temperature(done, hot, cold), temperature(min(1.0, done + part), hot, cold))

    def _stretch(self, steps: int, hot: float, cold: float) -> None:
        """So many steps of every loop."""
        before = self.budget.elapsed
        if len(self.chains) == 1:
            self.chains[0].anneal(steps, hot, cold, self.pool)
        else:
            list(self.pool.map(lambda chain: chain.anneal(steps, hot, cold), self.chains))
        self.budget.charge(steps * self.loops / MILLION)
        seconds = max(1e-6, self.budget.elapsed - before)
        self.speed = min(FASTEST, max(SLOWEST, 0.5 * self.speed + 0.5 * steps / seconds))


def temperature(done: float, hot: float, cold: float) -> float:
    """The temperature when a part of an annealing is done: geometric, and colder still at the very end."""
    if done < 1 - QUENCH:
        return float(hot * (cold / hot) ** (done / (1 - QUENCH)))
    return float(cold * 0.25 ** ((done - 1 + QUENCH) / QUENCH))
