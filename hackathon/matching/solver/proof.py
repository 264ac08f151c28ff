"""The proof, which runs beside the search: that there is no plan, or that no plan is cheaper than a bound.

CP-SAT releases Python's lock while it solves, so search and proof have a core each.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hackathon.matching.solver.contradiction import contradiction, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.problem import Plan, Problem
    from hackathon.matching.solver.incumbent import Incumbent
    from hackathon.matching.solver.kinds import Rule

MOST_CELLS = 8_000
"""Classes of people times challenges: what the aggregated model can be built and bounded for while one waits."""
MOST_SEATS = 2_000
"""People times teams: what the exact model of all teams is tried for."""
PROVEN_AT_ONCE = 60
"""Up to so many people the proof begins at once."""
HEAD_START, HEAD_SHARE = 2.0, 0.6
"""Otherwise the search is alone for so many seconds, or for this part of a shorter time limit."""
BOUND_SHARE = 0.35
"""The part of the budget that the aggregated model may use: its bound hardly rises later, and the search needs the core."""


class Proof(threading.Thread):
    """Works until it is done, the time is up or `stop` is called. `error` is what went wrong, to be raised outside."""

    def __init__(self, problem: Problem, incumbent: Incumbent, seed: int) -> None:
        super().__init__(name="matching-proof", daemon=True)
        self.problem, self.incumbent, self.seed = problem, incumbent, seed
        self.budget = incumbent.budget
        self.clash: list[Rule] | None = None
        self.error: BaseException | None = None
        self.interrupt: Callable[[], None] = lambda: None
        self.loaded = threading.Event()
        """Set once OR-Tools is there, which takes a second: the search does not wait for it."""

    def look(self) -> None:
        """Look for a contradiction that can be seen at once; then there are only the ways out to try."""
        self.clash = contradiction(self.problem)
        if self.clash is not None:
            self.incumbent.clash = in_words(self.problem, self.clash)

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:
            self.error = error

    def work(self) -> None:
        """Everything that is to be proven, one after the other."""
        self._let_the_search_begin()
        from hackathon.matching.solver import bound, columns, conflict, polish  # noqa: F401

        self.loaded.set()
        self._feasibility()
        self._small()
        self._bound()

    def _let_the_search_begin(self) -> None:
        """Loading OR-Tools takes a core for a second: in a larger crowd with a first plan, the search has it to itself."""
        if len(self.problem.participants) <= PROVEN_AT_ONCE or self.clash is not None or self.budget.is_deterministic:
            return
        if self.incumbent.feasible.wait(self._patience):
            self.incumbent.stopped.wait(
                max(0.0, min(HEAD_START, HEAD_SHARE * self.budget.seconds) - self.budget.elapsed)
            )

    @property
    def _patience(self) -> float:
        """How long the search may look for a first allowed plan before it is asked whether there is one."""
        return min(1.0, self.budget.seconds / 10)

    def stop(self) -> None:
        """End the work as soon as CP-SAT looks up, and wait for it half a second at most."""
        self.incumbent.stopped.set()
        self.interrupt()
        self.join(0.5)

    def _feasibility(self) -> None:
        """Where the search does not find an allowed plan at once, ask whether there is one."""
        waits = self.clash is None and not self.budget.is_deterministic
        patience = self._patience if waits else 0.0
        if self.incumbent.feasible.wait(patience) or not self.incumbent.go_on():
            return
        from hackathon.matching.solver.conflict import Judge

        judge = Judge(self.problem, self.budget, self.seed, self.incumbent.go_on)
        self.interrupt = judge.stop
        if self.clash is not None:
            self.incumbent.refuse(judge.explain(self.clash))
            return
        verdict = judge.decide()
        if verdict.plan is not None:
            self.incumbent.offer(verdict.plan)
        elif verdict.conflict is not None and not self.incumbent.feasible.is_set():
            self.incumbent.refuse(verdict.conflict)

    def _small(self) -> None:
        """Where all possible teams can be listed, settle the matter over them."""
        from hackathon.matching.solver import columns

        if not self.budget.is_deterministic:
            self.incumbent.feasible.wait(self.budget.left)
        if not self.incumbent.go_on() or not columns.is_small(self.problem):
            return
        exact = columns.Exact(self.problem, self.budget, self.seed)
        self.interrupt = exact.stop
        exact.run(self.incumbent.go_on, self._report)

    def _report(self, bound: int, plan: Plan | None) -> None:
        """Take over what the columns say."""
        if plan is not None:
            self.incumbent.offer(plan)
        self.incumbent.raise_bound(bound)

    def _bound(self) -> None:
        """Bound the aggregated problem and, where that is done and not enough, the problem itself."""
        cells = len(self.problem.participants) * max(1, len(self.problem.challenges))
        if not self.incumbent.go_on() or cells > MOST_CELLS:
            return
        from hackathon.matching.solver.bound import Bounds

        bounds = Bounds(self.problem, self.budget, self.seed, self.incumbent.raise_bound)
        self.interrupt = bounds.stop
        bounds.aggregated(BOUND_SHARE * self.budget.total)
        if self.incumbent.go_on() and len(self.problem.participants) * self.problem.team_count <= MOST_SEATS:
            plan = bounds.exact()
            if plan is not None:
                self.incumbent.offer(plan)
