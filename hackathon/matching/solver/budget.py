"""How long a run may go on: seconds on the clock, or units of work that are the same on every machine."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

UNITS_PER_SOLVER_SECOND = 5.0
"""A deterministic second of CP-SAT stands for so many units; about what the search does in a second of a core."""


@dataclass
class Budget:
    """Counts what is used up. One unit of work is a million proposals of the search.

    Without `work` a run is measured in seconds. With it, it is measured in units, which do not depend on the machine,
    and `seconds` only guards against waiting for ever.
    """

    seconds: float
    work: float | None = None
    started: float = field(default_factory=time.monotonic)
    spent: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_deterministic(self) -> bool:
        """Whether the run is measured in work."""
        return self.work is not None

    @property
    def total(self) -> float:
        """All there is, in the measure of the run."""
        return self.seconds if self.work is None else self.work

    @property
    def used(self) -> float:
        """What is used up, in the measure of the run."""
        return self.elapsed if self.work is None else self.spent

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until the time limit, never below zero."""
        return max(0.0, self.seconds - self.elapsed)

    @property
    def remaining(self) -> float:
        """What is left, in the measure of the run; nothing once the seconds are over."""
        return 0.0 if not self.left else max(0.0, self.total - self.used)

    def charge(self, units: float) -> None:
        """Note work that was done."""
        with self._lock:
            self.spent += units

    def limit(self, solver: cp_model.CpSolver, amount: float) -> None:
        """Let a solver use an amount at most: seconds, or units where the run is measured in work."""
        parameters = solver.parameters
        parameters.max_time_in_seconds = max(0.01, self.left if self.is_deterministic else min(amount, self.left))
        if self.is_deterministic:
            parameters.max_deterministic_time = max(0.001, min(amount, self.remaining) / UNITS_PER_SOLVER_SECOND)

    def charge_solver(self, solver: cp_model.CpSolver) -> None:
        """Note what a solver used."""
        self.charge(solver.response_proto.deterministic_time * UNITS_PER_SOLVER_SECOND)
