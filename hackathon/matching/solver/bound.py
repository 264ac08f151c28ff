"""Lower bounds from CP-SAT models: the aggregated one, and for small problems the exact one.

The aggregated model decides only who works on which challenge, and how many teams each gets. Teams with the same
challenge are interchangeable for most rules, so the question which of them somebody sits in is left out; every rule is
summed over the teams of a challenge. What is left has no symmetry, and its linear relaxation is strong: all shortfalls
of a skill add up to at least what the crowd lacks (counting cuts), challenge by challenge.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from hackathon.matching.solver.model import Space, challenge_space, seated, solver_for, team_space
from hackathon.matching.solver.terms import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.budget import Budget


class Bounds:
    """Bounds of one problem, until they are as good as the model makes them, or out of time, or told to stop."""

    def __init__(self, problem: Problem, budget: Budget, seed: int, report: Callable[[int], None]) -> None:
        self.problem, self.budget, self.seed, self.report = problem, budget, seed, report
        self.solver: cp_model.CpSolver | None = None

    def stop(self) -> None:
        """End a run from another thread."""
        if self.solver:
            self.solver.stop_search()

    def aggregated(self, amount: float | None = None) -> None:
        """Report every bound that the aggregated model proves with an amount of the budget, or all of it."""
        self._solve(challenge_space(self.problem), amount)

    def exact(self) -> Plan | None:
        """Report every bound that the model of all teams proves; the best plan that it found."""
        shape = self.problem.shape
        space = team_space(
            self.problem,
            self.problem.rules,
            people=range(shape.people),
            teams=range(shape.teams),
            bounds=shape.challenges,
        )
        if not self._solve(space) or self.solver is None:
            return None
        team_of, challenge_of = seated(space, self.solver.value)
        challenges = tuple(challenge_of[team] for team in range(shape.teams)) if shape.challenges else ()
        return Plan(tuple(team_of[person] for person in range(shape.people)), challenges, shape.teams)

    def _solve(self, space: Space, amount: float | None = None) -> bool:
        """Solve a model of all rules; whether it has a solution. That it has none is left to others to explain."""
        for rule in self.problem.rules:
            space.post(rule, self.problem.terms[rule.position])
        space.minimise()
        self.solver = solver_for(self.budget, amount, seed=self.seed)
        self.solver.parameters.linearization_level = 2
        self.solver.best_bound_callback = lambda bound: self.report(math.ceil(bound - 1e-6))
        status = self.solver.solve(space.model)
        self.budget.charge_solver(self.solver)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        if found:
            self.report(math.ceil(self.solver.best_objective_bound - 1e-6))
        return found
