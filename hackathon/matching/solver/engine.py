"""The anytime engine: deal, search, polish, and beside them the proof. At any moment it has a plan and a bound."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.problem import Plan
from hackathon.matching.solver.arithmetic import arithmetic, closed_form
from hackathon.matching.solver.deal import deal, hand_out
from hackathon.matching.solver.incumbent import Incumbent, Progress
from hackathon.matching.solver.proof import Proof
from hackathon.matching.solver.search import Search
from hackathon.matching.solver.tables import hard_tables_of, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.problem import Problem, Solution

__all__ = ["Progress", "solve"]

SEARCH_SHARE = 0.7
"""The part of the time that the search has before the polish joins in."""
REPORT_EVERY = 0.2
POLISH_SECONDS = 1.0
TRIES = 8
"""So many polishes in a row without success end in a warmer search of some seconds."""
WARM_SECONDS = 2.0
WARMTH = 0.4


def solve(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan found in `time_limit` seconds and a proven bound on the cost of every plan, or a refusal.

    Ends early when the plan is proven best, when there is proof that none exists, or when `cancelled` says so.
    """
    incumbent = Incumbent(problem, time_limit, cancelled or (lambda: False))
    conflict = arithmetic(problem)
    if conflict is not None:
        incumbent.refuse(conflict)
        return incumbent.solution()
    proof = Proof(problem, incumbent, seed)
    proof.start()
    try:
        Run(problem, incumbent, proof, seed, progress).work()
    finally:
        proof.stop()
    if proof.error is not None:
        raise proof.error
    return incumbent.solution()


class Run:
    """One run of the search on a problem that has room for everybody."""

    def __init__(
        self,
        problem: Problem,
        incumbent: Incumbent,
        proof: Proof,
        seed: int,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem, self.incumbent, self.proof, self.progress = problem, incumbent, proof, progress
        self.rng = np.random.default_rng(seed)
        self.phase, self.reported = "deal", 0.0
        weights = [rule.weight for rule in problem.rules if not rule.hard] or [1]
        self.cold = 0.3 * min(weights)
        self.hot = max(0.55 * statistics.median(weights), 4 * self.cold)
        self.hard_weight = 3 * max(weights)
        self.step_seconds = 0.0
        # The last plan is reckoned anew in plain Python, which takes its time in large crowds.
        self.reserve = 0.02 + len(problem.participants) * 3e-5

    def work(self) -> None:
        """Search and polish until the time is up or nothing is left to do."""
        if self.incumbent.clash is not None:
            self._wait()
            return
        self.incumbent.raise_bound(closed_form(self.problem))
        tables = tables_of(self.problem, self.hard_weight)
        team_of = deal(self.problem, tables, self.rng)
        if team_of is None:
            self._wait()
            return
        liked = [0.0] * len(tables.challenges) if tables.wish is None else tables.wish.sum(0).tolist()
        challenge_of = hand_out(tables.challenges, liked, tables.teams)
        has_guards = any(rule.hard and rule.kind != "pin" for rule in self.problem.rules)
        hard = hard_tables_of(self.problem) if has_guards else None
        self.search = Search(tables, hard, team_of, challenge_of, self.rng)
        self._publish()
        self._search()
        self._polish()
        self._wait()

    def _go_on(self) -> bool:
        """Whether to work on; tells the progress now and then."""
        now = self.incumbent.elapsed
        if self.progress and now - self.reported >= REPORT_EVERY:
            self.reported = now
            self.progress(Progress(now, self.incumbent.cost, self.incumbent.bound, self.phase))
        return self.incumbent.go_on() and self.incumbent.left > self.reserve

    def _search_on(self) -> bool:
        """Whether to go on from here; not where only the proof has found an allowed plan."""
        return self._go_on() and (self.search.best is not None or self.incumbent.plan is None)

    def _search(self) -> None:
        """Annealings, each four times as long as the one before, the last one as long as fits."""
        self.phase = "search"
        people = len(self.problem.participants)
        self._anneal(min(10 * people, 5_000), self.cold, self.cold)
        steps = 4_000 + 20 * people
        while self._go_on():
            left = SEARCH_SHARE * self.incumbent.seconds - self.incumbent.elapsed
            fitting = int(left / self.step_seconds)
            if fitting < steps // 4:
                return
            # A rest too short for the next annealing after this one is better spent on a longer one now.
            self._anneal(fitting if fitting < 3 * steps else steps, self.hot, self.cold)
            steps *= 4

    def _anneal(self, steps: int, hot: float, cold: float) -> None:
        """One annealing. With few steps for each person there is no time to cool down from far above."""
        enough = min(1.0, steps / (15 * len(self.problem.participants)))
        started = time.monotonic()
        done = self.search.anneal(steps, cold * (hot / cold) ** enough, cold, self._search_on)
        self.step_seconds = (time.monotonic() - started) / max(1, done)
        self._publish()

    def _publish(self) -> None:
        """Offer the best plan of the search, or take over a plan that was found elsewhere."""
        spot = self.search.best
        if spot is None:
            self._help_out()
            return
        team_of, challenge_of = tuple(spot.team_of.tolist()), tuple(spot.challenge_of.tolist())
        self.incumbent.offer(Plan(team_of, challenge_of if self.problem.challenges else (), self.problem.team_count))

    def _help_out(self) -> None:
        """Nothing allowed was found: weigh hard rules more, or start from what CP-SAT found."""
        if self.incumbent.plan is not None:
            self._return_to_best()
            return
        self.hard_weight *= 3
        self.search.tables = tables_of(self.problem, self.hard_weight)
        self.search.restart(self.search.seats.team_of, self.search.seats.challenge_of)

    def _polish(self) -> None:
        """Take a few teams apart and put them together again; in between, warm the whole up a little."""
        if self.problem.team_count < 2:
            return
        self.slowest = 0.3
        while self._go_on() and self.search.best is not None:
            self.phase = "polish"
            polished = 0
            for _ in range(TRIES):
                polished += self._go_on() and self._polish_once()
            if not polished:
                self.phase = "search"
                self._anneal(self._fitting(WARM_SECONDS), WARMTH * self.hot, self.cold)
                self._return_to_best()

    def _polish_once(self) -> bool:
        """Polish some teams; whether that made the plan better."""
        plan = self.incumbent.plan
        if plan is None or not self.proof.loaded.is_set() or self.incumbent.left < 1.5 * self.slowest + self.reserve:
            return False
        from hackathon.matching.solver import polish

        started = time.monotonic()
        size = len(self.problem.participants) / self.problem.team_count
        costs = self.search.costs(np.arange(self.problem.team_count))
        teams = polish.choose_teams(plan, costs, self.rng, size)
        open_challenges = bool(self.rng.random() < 0.3)
        better = polish.polish(self.problem, plan, teams, POLISH_SECONDS, open_challenges=open_challenges)
        self.slowest = max(self.slowest, time.monotonic() - started)
        if better is None or not self.incumbent.offer(better):
            return False
        self._return_to_best()
        return True

    def _return_to_best(self) -> None:
        """Let the search go on from the best plan known."""
        plan = self.incumbent.plan
        if plan is not None:
            self.search.restart(np.array(plan.team_of), np.array(plan.challenge_of, np.int64))

    def _fitting(self, seconds: float) -> int:
        """How many steps fit into some seconds or what is left of the time."""
        return max(1, int(min(seconds, self.incumbent.left - self.reserve) / max(self.step_seconds, 1e-6)))

    def _wait(self) -> None:
        """Nothing is left to search; the proof may still settle the matter."""
        self.phase = "proof"
        while self._go_on() and self.proof.is_alive():
            time.sleep(0.02)
