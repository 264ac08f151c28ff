"""The anytime engine: deal, search, polish, and beside them the proof. At any moment it has a plan and a bound."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.problem import Plan
from hackathon.matching.solver import blocks, warm
from hackathon.matching.solver.arithmetic import arithmetic, closed_form
from hackathon.matching.solver.budget import Budget
from hackathon.matching.solver.chain import Spot
from hackathon.matching.solver.deal import deal, hand_out
from hackathon.matching.solver.incumbent import Incumbent, Progress
from hackathon.matching.solver.proof import Proof
from hackathon.matching.solver.search import LOOPS_OF_A_WORK_LIMIT, Search, cores
from hackathon.matching.solver.tables import hard_tables_of, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.problem import Problem, Solution
    from hackathon.matching.solver.tables import Tables

    ShareOut = Callable[[Plan, float], Plan | None]

__all__ = ["Progress", "solve"]

SEARCH_SHARE = 0.8
"""The part of the budget that the first search has before the polish joins in."""
PROOF_SHARE = 0.15
"""The part of a deterministic budget that is kept for the proof, which then comes after the search."""
GROWTH = 4.0
"""Every annealing is so many times as long as the one before, until it has LONG_ENOUGH proposals for each person."""
LONG_ENOUGH = 600_000
SHORTEST = 0.02
"""The first annealing has at least this part of the search's share."""
REPORT_EVERY = 0.2
OFFER_EVERY = 1.0
"""Seconds between two reports, and at least between two plans taken over from a running annealing."""
POLISH_AMOUNT = 1.0
TRIES = 4
"""So many polishes in a row without success end in a warmer search."""
WARM_SHARE = 0.08
WARMTH = 0.45
POLISHED_FROM = 5.0
"""In less time, in seconds, the search alone gets further."""
BLOCKS_AFTER = 0.6
"""The part of the time after which a large crowd is made better block by block, where there are others who help."""
POLISHED_UP_TO = 3_000
"""In larger crowds the search goes on to the end: taking a few teams apart would hardly be noticed."""


def solve(
    problem: Problem,
    *,
    time_limit: float,
    work_limit: float | None = None,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    share_out: ShareOut | None = None,
) -> Solution:
    """The best plan found in `time_limit` seconds and a proven bound on the cost of every plan, or a refusal.

    With `work_limit`, in units of a million proposals of the search, the run is measured in work: the same seed and the
    same limit give the same answer, on a slower machine later. `time_limit` then only guards against waiting for ever.
    In large crowds, `share_out` is called with the best plan and the seconds that are left, again and again; it gives
    back a better plan or None, and may use other machines for it.
    Ends early when the plan is proven best, when there is proof that none exists, or when `cancelled` says so.
    """
    warm.load()
    budget = Budget(time_limit, work_limit)
    incumbent = Incumbent(problem, budget, cancelled or (lambda: False))
    conflict = arithmetic(problem)
    if conflict is not None:
        incumbent.refuse(conflict)
        return incumbent.solution()
    proof = Proof(problem, incumbent, seed)
    proof.look()
    run = Run(problem, incumbent, proof, seed, progress, share_out)
    if budget.is_deterministic:
        run.work()
        proof.work()
        return incumbent.solution()
    proof.start()
    try:
        run.work()
        run.wait()
    finally:
        proof.stop()
    if proof.error is not None:
        raise proof.error
    return incumbent.solution()


def lengths(amount: float, longest: float) -> list[float]:
    """Annealings of an amount in all: each four times as long as the one before, until they are long enough.

    Beyond that, several of the longest find more than one that is longer still.
    """
    if amount <= 0:
        return []
    longest = min(longest, amount * (1 - 1 / GROWTH))
    ramp = [longest / GROWTH**power for power in (3, 2, 1) if longest / GROWTH**power > SHORTEST * amount]
    rest = amount - sum(ramp)
    repeats = max(1, round(rest / longest))
    return [*ramp, *[rest / repeats] * repeats]


class Run:
    """One run of the search on a problem that has room for everybody."""

    def __init__(
        self,
        problem: Problem,
        incumbent: Incumbent,
        proof: Proof,
        seed: int,
        progress: Callable[[Progress], None] | None,
        share_out: ShareOut | None,
    ) -> None:
        self.problem, self.incumbent, self.proof, self.progress = problem, incumbent, proof, progress
        self.budget = incumbent.budget
        large = len(problem.participants) >= blocks.SHARED_FROM
        self.share_out = share_out if large and not self.budget.is_deterministic else None
        self.rng = np.random.default_rng(seed)
        self.phase, self.reported, self.offered = "deal", 0.0, 0.0
        self.loops = LOOPS_OF_A_WORK_LIMIT if self.budget.is_deterministic else cores()
        weights = [rule.weight for rule in problem.rules if not rule.hard] or [1]
        self.cold = 0.5 * min(weights)
        self.hot = max(0.45 * statistics.median(weights), 4 * self.cold)
        self.hard_weight = 3 * max(weights)
        # The last plan is reckoned anew in plain Python, which takes its time in large crowds.
        self.reserve = 0.0 if self.budget.is_deterministic else 0.02 + len(problem.participants) * 1e-5

    def work(self) -> None:
        """Search and polish until the budget is used up or nothing is left to do."""
        if self.incumbent.clash is not None:
            return
        self.incumbent.raise_bound(closed_form(self.problem))
        tables = tables_of(self.problem, self.hard_weight)
        team_of = deal(self.problem, tables, self.rng)
        if team_of is None:
            return
        start = Spot(0, team_of, self._challenges(tables))
        hard = hard_tables_of(self.problem)
        with Search(tables, hard, start, self.rng, loops=self.loops, budget=self.budget) as self.search:
            self._offer()
            self._search()
            if self.share_out is not None:
                self._hand_out_blocks(self.share_out)
            elif self._is_polished:
                self._polish()

    def wait(self) -> None:
        """Nothing is left to search; the proof may still settle the matter."""
        self.phase = "proof"
        while self._go_on() and self.proof.is_alive():
            time.sleep(0.02)

    def _challenges(self, tables: Tables) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """A first challenge for every team, the best liked more often."""
        liked = [0.0] * len(tables.challenges) if tables.wish is None else tables.wish.sum(0).tolist()
        return hand_out(tables.challenges, liked, tables.teams)

    def _go_on(self) -> bool:
        """Whether to work on; tells the progress now and then."""
        now = self.budget.elapsed
        if self.progress and now - self.reported >= REPORT_EVERY:
            self.reported = now
            self.progress(Progress(now, self.incumbent.cost, self.incumbent.bound, self.phase))
        return self.incumbent.go_on() and self.budget.remaining > self._kept_back

    @property
    def _kept_back(self) -> float:
        """What the search leaves to the last reckoning or, where work is counted, to the proof."""
        return PROOF_SHARE * self.budget.total if self.budget.is_deterministic else self.reserve

    def _search(self) -> None:
        """Annealings that use up the search's share, the first ones short, so that there is a fair plan early."""
        self.phase = "search"
        share = SEARCH_SHARE if self._is_polished else 1.0 if self.share_out is None else BLOCKS_AFTER
        end = share * (self.budget.total - self._kept_back)
        amount = max(0.0, end - self.budget.used)
        self.search.anneal(SHORTEST * amount, self.cold, self.cold, self._between)
        self._offer()
        for length in lengths(
            end - self.budget.used, self.search.amount_of(LONG_ENOUGH * len(self.problem.participants))
        ):
            if not self._go_on():
                return
            self.search.anneal(min(length, end - self.budget.used), self.hot, self.cold, self._between)
            self._offer()

    @property
    def _is_polished(self) -> bool:
        long_enough = self.budget.is_deterministic or self.budget.seconds >= POLISHED_FROM
        return long_enough and self.share_out is None and len(self.problem.participants) <= POLISHED_UP_TO

    def _hand_out_blocks(self, share_out: ShareOut) -> None:
        """Let blocks of the plan be made better, here and elsewhere, until the time is up or nothing is gained."""
        self.phase = "blocks"
        while self._go_on() and self.incumbent.plan is not None:
            better = share_out(self.incumbent.plan, self.budget.left - self.reserve)
            if better is None or not self.incumbent.offer(better):
                return

    def _between(self) -> bool:
        """Between two stretches of the search: take a better plan over now and then; whether to go on."""
        best, cost = self.search.best, self.incumbent.cost
        if best is not None and (cost is None or best.cost < cost) and self.budget.elapsed > self.offered + OFFER_EVERY:
            self._offer()
        # Where only the proof has found an allowed plan, the search starts anew from it.
        return self._go_on() and (best is not None or self.incumbent.plan is None)

    def _offer(self) -> None:
        """Offer the best plan of the search, or take over a plan that was found elsewhere."""
        self.offered = self.budget.elapsed
        spot = self.search.best
        if spot is not None:
            challenges = tuple(spot.challenge_of.tolist()) if self.problem.challenges else ()
            self.incumbent.offer(Plan(tuple(spot.team_of.tolist()), challenges, self.problem.team_count))
        elif self.incumbent.plan is not None:
            self._return_to_best()
        else:  # Nothing allowed was found: weigh the hard rules more.
            self.hard_weight *= 3
            self.search.reweigh(tables_of(self.problem, self.hard_weight))

    def _return_to_best(self) -> None:
        """Let the search go on from the best plan known."""
        plan = self.incumbent.plan
        if plan is not None:
            self.search.restart(np.array(plan.team_of), np.array(plan.challenge_of, np.int64))

    def _polish(self) -> None:
        """Take a few teams apart and put them together again; in between, warm the whole up a little."""
        if self.problem.team_count < 2:
            return
        self.slowest = 0.3
        while self._go_on() and self.search.best is not None:
            self._return_to_best()
            self.phase = "polish"
            polished = False
            for _ in range(TRIES):
                polished = (self._go_on() and self._polish_once()) or polished
            if not polished:
                self.phase = "search"
                amount = min(WARM_SHARE * self.budget.total, self.budget.remaining - self._kept_back)
                self.search.anneal(max(0.0, amount), WARMTH * self.hot, self.cold, self._between)
                self._offer()

    def _polish_once(self) -> bool:
        """Polish some groups of teams, one on each core; whether that made the plan better."""
        plan, deterministic = self.incumbent.plan, self.budget.is_deterministic
        enough = deterministic or (self.proof.loaded.is_set() and self.budget.left > 1.5 * self.slowest + self.reserve)
        if plan is None or not enough:
            return False
        from hackathon.matching.solver import polish

        started = time.monotonic()
        better = polish.polish_groups(
            self.problem, plan, self.search.team_costs(), self.rng, self.budget, POLISH_AMOUNT, self.search.pool,
            groups=self.loops,
        )  # fmt: skip
        self.slowest = max(self.slowest, time.monotonic() - started)
        if better is None or not self.incumbent.offer(better):
            return False
        self._return_to_best()
        return True
