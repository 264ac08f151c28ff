"""What is known so far of a problem, shared by the search and the proof, which run in two threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hackathon.matching.problem import Conflict, Plan, Problem, Solution, rule_costs

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.solver.budget import Budget


@dataclass(frozen=True)
class Progress:
    """How far a run has come: seconds since its start, the best cost and bound so far, and what it is doing."""

    seconds: float
    cost: int | None
    bound: int
    phase: str

    @property
    def gap(self) -> float | None:
        """How much cheaper another plan could be at most, as a part of the cost; None while there is no plan."""
        if self.cost is None:
            return None
        return 1 - min(self.bound, self.cost) / self.cost if self.cost else 0.0


@dataclass
class Incumbent:
    """The best plan, the best bound and the refusal, if any. Every plan is reckoned anew before it is believed."""

    problem: Problem
    budget: Budget
    cancelled: Callable[[], bool]
    plan: Plan | None = None
    cost: int | None = None
    bound: int = 0
    conflict: Conflict | None = None
    clash: Conflict | None = None
    """A conflict that is certain, while the ways out of it are still being tried."""
    feasible: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, plan: Plan) -> bool:
        """Take a plan over if it keeps the hard rules and beats the best; whether it was taken."""
        rows = rule_costs(self.problem, plan)
        cost = sum(row.weighted for row in rows)
        if any(row.hard and row.cost for row in rows):
            return False
        with self.lock:
            if self.cost is not None and cost >= self.cost:
                return False
            self.plan, self.cost = plan, cost
        self.feasible.set()
        return True

    def raise_bound(self, bound: int) -> None:
        """Take over a proven bound."""
        with self.lock:
            self.bound = max(self.bound, bound)

    def refuse(self, conflict: Conflict) -> None:
        """Take over a proof that there is no plan."""
        with self.lock:
            self.conflict = conflict

    def settled(self) -> bool:
        """Whether nothing is left to do: proven either way."""
        return self.conflict is not None or (self.cost is not None and self.bound >= self.cost)

    def go_on(self) -> bool:
        """Whether there is time, nobody has cancelled and something is left to do."""
        return self.budget.remaining > 0 and not self.stopped.is_set() and not self.settled() and not self.cancelled()

    def solution(self) -> Solution:
        """The answer as it stands."""
        with self.lock:
            if self.plan is not None and self.cost is not None:
                bound = min(self.bound, self.cost)
                status = "optimal" if bound == self.cost else "feasible"
                return Solution(status, self.problem.teams_of(self.plan), self.cost, bound, self.budget.elapsed)
            conflict = self.conflict or self.clash
            if conflict is not None:
                return Solution("infeasible", seconds=self.budget.elapsed, conflict=conflict)
            return Solution("unknown", lower_bound=self.bound, seconds=self.budget.elapsed)
