"""Why there is no plan: a minimal set of hard rules that cannot hold together.

CP-SAT is asked for the hard rules alone, with people whom none of them tells apart as one class. If it says no, one
assumption literal per rule gives a first core. A core may be wrong or too large (presolve can name literals that are no
assumption), so it is posted anew without assumptions, and then every rule is left out in turn: what is still
impossible without it does not belong to the conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from hackathon.matching.solver.contradiction import in_words
from hackathon.matching.solver.model import Space, classes_of, seated, solver_for, team_space
from hackathon.matching.solver.terms import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hackathon.matching.problem import Conflict, Problem
    from hackathon.matching.solver.budget import Budget
    from hackathon.matching.solver.kinds import Rule

MOST_VARIABLES = 400_000


@dataclass(frozen=True)
class Verdict:
    """Whether the hard rules can hold: a plan that keeps them, a conflict, or neither in the time given."""

    plan: Plan | None = None
    conflict: Conflict | None = None


class Judge:
    """Decides about sets of hard rules until the budget is used up or it is told to stop."""

    def __init__(self, problem: Problem, budget: Budget, seed: int, go_on: Callable[[], bool]) -> None:
        self.problem, self.budget, self.seed, self.go_on = problem, budget, seed, go_on
        self.solver: cp_model.CpSolver | None = None
        self.minimal = True

    def decide(self) -> Verdict:
        """Look for a plan that keeps all hard rules, or for the reason why there is none."""
        hard = [rule for rule in self.problem.rules if rule.hard]
        for rule in hard:
            if sum(term.least(self.problem.shape) for term in self.problem.terms[rule.position]):
                return Verdict(conflict=self.explain([rule]))
        possible, plan = self.solve(hard)
        if possible is not False:
            return Verdict(plan=plan)
        return Verdict(conflict=self.explain(self._shrink(self._first_core(hard))))

    def solve(self, rules: Sequence[Rule]) -> tuple[bool | None, Plan | None]:
        """Whether some hard rules can hold together, None where that stays open, and a plan where they can."""
        space = self._space(rules)
        if space is None:
            return None, None
        for rule in rules:
            space.post(rule, self.problem.terms[rule.position])
        status = self._run(space)
        if status == cp_model.INFEASIBLE:
            return False, None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or self.solver is None:
            return None, None
        team_of, challenge_of = seated(space, self.solver.value)
        shape = self.problem.shape
        challenges = tuple(challenge_of[team] for team in range(shape.teams)) if shape.challenges else ()
        return True, Plan(tuple(team_of[person] for person in range(shape.people)), challenges, shape.teams)

    def stop(self) -> None:
        """End a run from another thread."""
        if self.solver:
            self.solver.stop_search()

    def _space(self, rules: Sequence[Rule]) -> Space | None:
        """A model of all teams; None where it would be too large to be built in time."""
        shape = self.problem.shape
        terms = (term for rule in rules for term in self.problem.terms[rule.position])
        if not self.go_on() or len(classes_of(range(shape.people), terms)) * shape.teams > MOST_VARIABLES:
            return None
        return team_space(
            self.problem, rules, people=range(shape.people), teams=range(shape.teams), bounds=shape.challenges
        )

    def _run(self, space: Space) -> cp_model.CpSolverStatus:
        self.solver = solver_for(self.budget, seed=self.seed)
        status = self.solver.solve(space.model)
        self.budget.charge_solver(self.solver)
        return status

    def _first_core(self, hard: list[Rule]) -> list[Rule]:
        """Rules that clash, found by assumptions and verified without; all of them where that fails."""
        space = self._space(hard)
        if space is None:
            return hard
        literals = {}
        for rule in hard:
            literal = space.model.new_bool_var("")
            literals[literal.index] = rule
            space.post(rule, self.problem.terms[rule.position], literal)
            space.model.add_assumption(literal)
        if self._run(space) != cp_model.INFEASIBLE or self.solver is None:
            return hard
        named = {
            literals[index] for index in self.solver.sufficient_assumptions_for_infeasibility() if index in literals
        }
        core = [rule for rule in hard if rule in named]
        return core if core and self.solve(core)[0] is False else hard

    def _shrink(self, core: list[Rule]) -> list[Rule]:
        """Leave out whatever is not needed for the clash: first in large pieces, then rule by rule."""
        piece = max(1, len(core) // 2)
        while True:
            position = 0
            while position < len(core) and len(core) > 1:
                rest = core[:position] + core[position + piece :]
                possible = self.solve(rest)[0] if rest else True
                if possible is False:
                    core = rest
                else:
                    self.minimal = self.minimal and (possible is True or piece > 1)
                    position += piece
            if piece == 1:
                return core
            piece = max(1, piece // 2)

    def explain(self, core: list[Rule]) -> Conflict:
        """The conflict in words, with the ways out of it: what is enough by itself and concerns the fewest people first."""
        hard, ways = [rule for rule in self.problem.rules if rule.hard], []
        for rule in core:
            enough = self.solve([other for other in hard if other is not rule])[0]
            way = rule.way_out(self.problem)
            if enough:
                way += " Då finns det en indelning."
            elif enough is False:
                way += " Då återstår andra krav som krockar."
            concerned = {person for term in self.problem.terms[rule.position] for person in term.marks()}
            ways.append((not enough, len(concerned), rule.position, way))
        return in_words(self.problem, core, [way for *_order, way in sorted(ways)], minimal=self.minimal)
