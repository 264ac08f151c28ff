"""Small problems, exactly: every possible team is a column, and a plan is a choice of columns that seats everybody once.

Costs are sums over teams, so the linear relaxation of this choice (the Dantzig–Wolfe bound) is far stronger than that of
a model which seats people one by one. It is solved by column generation, pricing all columns at once in numpy; then
CP-SAT chooses among the columns whose reduced cost lies within the gap, which is a proof. Teams are interchangeable
here, apart from those that people are locked to, so problems with a soft wish for a certain team are not for this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from hackathon.matching.solver.kinds.together import Together
from hackathon.matching.solver.model import solver_for
from hackathon.matching.solver.tables import hard_tables_of, tables_of
from hackathon.matching.solver.terms import Plan, Spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.budget import Budget
    from hackathon.matching.solver.tables import Floats, Ints, Tables

    Flags = NDArray[np.bool_]

MOST_COLUMNS = 60_000
MOST_CHOICES = 40_000
MISSING_COST = 1e6
TOLERANCE = 1e-4
EVERY = 300
"""So many columns are added in a round of pricing."""


@dataclass(frozen=True)
class Columns:
    """All allowed teams: a row of booleans by person, and the cost of each by challenge (infinite: not allowed)."""

    seats: Floats
    costs: Floats
    constant: float
    """What every plan pays besides its teams."""


def is_small(problem: Problem) -> bool:
    """Whether all teams can be columns."""
    shape = problem.shape
    soft_homes = any(rule.kind == "stability" and not rule.hard for rule in problem.rules)
    if soft_homes or shape.largest > 12 or shape.people > 60 or shape.smallest < 1:
        return False
    return sum(math.comb(shape.people, size) for size in range(shape.smallest, shape.largest + 1)) <= MOST_COLUMNS


def columns_of(problem: Problem) -> Columns:
    """Every team that keeps the hard rules, with its cost."""
    shape = problem.shape
    soft = tables_of(replace(problem, rules=tuple(rule for rule in problem.rules if not rule.hard)), 1)
    others = tuple(rule for rule in problem.rules if rule.hard and not isinstance(rule, Together))
    hard = tables_of(replace(problem, rules=others), 1)
    seats, costs = [], []
    for size in range(shape.smallest, shape.largest + 1):
        chosen = np.array(list(combinations(range(shape.people), size)), np.int64)
        rows = np.zeros((len(chosen), shape.people))
        rows[np.arange(len(chosen))[:, None], chosen] = 1.0
        allowed = _keeps_groups(problem, hard, rows)
        banned = _team_costs(hard, chosen, rows) > 0
        cost = np.where(banned | ~allowed[:, None], np.inf, _team_costs(soft, chosen, rows))
        possible = np.isfinite(cost).any(1)
        seats.append(rows[possible])
        costs.append(cost[possible])
    return Columns(np.concatenate(seats), np.concatenate(costs), soft.constant)


def _keeps_groups(problem: Problem, hard: Tables, rows: Floats) -> Flags:
    """Whether a team holds all or none of those who must sit together or are locked to one team."""
    hard_terms = (term for rule in problem.rules if rule.hard for term in rule.terms(problem))
    groups = [term.members for term in hard_terms if isinstance(term, Spread)]
    by_team: dict[int, set[int]] = {}
    for person, team in hard.locks.items():
        by_team.setdefault(team, set()).add(person)
    allowed: Flags = np.ones(len(rows), bool)
    for group in [*groups, *by_team.values()]:
        count = rows[:, list(group)].sum(1)
        allowed &= (count == 0) | (count == len(group))
    locked = sum((rows[:, [next(iter(group))]] for group in by_team.values()), np.zeros((len(rows), 1)))
    return allowed & (locked[:, 0] <= 1)


def _team_costs(tables: Tables, chosen: Ints, rows: Floats) -> Floats:
    """The costs of teams by challenge, or in one column where there are none."""
    size = chosen.shape[1]
    cost = np.zeros(len(chosen))
    member = np.zeros((tables.people, len(tables.row_cost)))
    for person, own in enumerate(tables.row_lists):
        member[person, own] = 1.0
    for number, column in enumerate(member.T):
        cost += tables.row_cost[number][(rows @ column).astype(np.int64)]
    for totals in tables.totals:
        amount = rows @ totals.values
        cost += totals.weight * np.maximum(np.maximum(totals.low[size] - amount, amount - totals.high[size]), 0.0)
    for varieties in tables.varieties:
        met = sum(
            ((varieties.group[chosen] == group).any(1) for group in range(varieties.count)), np.zeros(len(chosen))
        )
        cost += varieties.cost[met.astype(np.int64)]
    if tables.wish is not None:
        return cost[:, None] + rows @ tables.wish
    return np.repeat(cost[:, None], max(1, len(tables.challenges)), 1)


class Exact:
    """The proof over all possible teams: a bound first, then plans of ever higher cost until one is there."""

    def __init__(self, problem: Problem, budget: Budget, seed: int) -> None:
        self.problem, self.budget, self.seed = problem, budget, seed
        self.solver: cp_model.CpSolver | None = None

    def stop(self) -> None:
        """End a run from another thread."""
        if self.solver:
            self.solver.stop_search()

    def run(self, go_on: Callable[[], bool], report: Callable[[int, Plan | None], None]) -> None:
        """Report bounds, and the cheapest plan in the end, until told to stop or the budget is used up."""
        columns = columns_of(self.problem)
        if not len(columns.seats):
            return
        master = Master(self.problem, columns)
        master.run(go_on)
        if not math.isfinite(master.bound) or master.bound > MISSING_COST / 2:
            return
        relaxed = master.bound + columns.constant
        bound, step = math.ceil(relaxed - TOLERANCE), 0
        while go_on():
            report(bound, None)
            # A plan that costs at most this holds no column with more slack than what is left of it.
            target = bound + step
            numbers = np.argwhere(master.slack <= target - relaxed + TOLERANCE)
            if len(numbers) > MOST_CHOICES:
                return
            status, plan = self._choose(columns, numbers, target)
            if status == cp_model.OPTIMAL:
                report(self.cost, plan)
            if status != cp_model.INFEASIBLE:
                return
            bound, step = target + 1, 2 * step + 1

    def _choose(self, columns: Columns, numbers: Ints, target: int) -> tuple[cp_model.CpSolverStatus, Plan | None]:
        """The cheapest plan of some columns that costs at most the target."""
        model, shape = cp_model.CpModel(), self.problem.shape
        chosen = [model.new_bool_var("") for _ in range(len(numbers))]
        seats: list[list[cp_model.IntVar]] = [[] for _ in range(shape.people)]
        given: list[list[cp_model.IntVar]] = [[] for _ in shape.challenges]
        for literal, (number, challenge) in zip(chosen, numbers.tolist(), strict=True):
            for person in np.flatnonzero(columns.seats[number]).tolist():
                seats[person].append(literal)
            if given:
                given[challenge].append(literal)
        for literals in seats:
            model.add_exactly_one(literals)
        model.add(sum(chosen) == shape.teams)
        for literals, (least, most) in zip(given, shape.challenges, strict=True):
            model.add_linear_constraint(sum(literals), least, min(most, shape.teams))
        costs = [int(columns.costs[number, challenge]) for number, challenge in numbers.tolist()]
        total = cp_model.LinearExpr.weighted_sum(chosen, costs) + int(columns.constant)
        model.add(total <= target)
        model.minimize(total)
        self.solver = solver_for(self.budget, seed=self.seed)
        status = self.solver.solve(model)
        self.budget.charge_solver(self.solver)
        if status != cp_model.OPTIMAL:
            return status, None
        self.cost = round(self.solver.objective_value)
        taken = [numbers[k] for k, literal in enumerate(chosen) if self.solver.boolean_value(literal)]
        return status, _numbered(self.problem, columns, taken)


def _numbered(problem: Problem, columns: Columns, taken: list[Ints]) -> Plan:
    """The columns as a plan: those with locked people get their teams, the others what is left."""
    locks = hard_tables_of(problem).locks
    team_of, challenge_of = [0] * problem.shape.people, [0] * problem.shape.teams
    free = [team for team in range(problem.shape.teams) if team not in locks.values()]
    for number, challenge in (pair.tolist() for pair in taken):
        members = np.flatnonzero(columns.seats[number]).tolist()
        homes = [locks[person] for person in members if person in locks]
        team = homes[0] if homes else free.pop()
        challenge_of[team] = challenge
        for person in members:
            team_of[person] = team
    return Plan(tuple(team_of), tuple(challenge_of) if problem.challenges else (), problem.team_count)


class Master:
    """The linear relaxation over a growing choice of columns."""

    def __init__(self, problem: Problem, columns: Columns) -> None:
        self.columns, self.shape = columns, problem.shape
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        exactly = self.solver.Constraint
        self.people = [exactly(1, 1) for _ in range(self.shape.people)]
        self.teams = exactly(self.shape.teams, self.shape.teams)
        self.challenges = [exactly(least, min(most, self.shape.teams)) for least, most in self.shape.challenges]
        for row in [*self.people, self.teams, *self.challenges]:
            # Paying for what is missing keeps the relaxation feasible until enough columns are there.
            missing = self.solver.NumVar(0, self.solver.infinity(), "")
            row.SetCoefficient(missing, 1)
            self.solver.Objective().SetCoefficient(missing, MISSING_COST)
        self.bound = -math.inf
        self.slack = self.reduced = columns.costs

    def run(self, go_on: Callable[[], bool]) -> None:
        """Add columns until none pays. At any moment no plan costs less than `bound`, and none that holds a column
        less than `bound` and its `slack`."""
        while go_on():
            if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
                return
            self._price()
            flat = self.reduced.ravel()
            best = np.argpartition(flat, min(EVERY, len(flat) - 1))[:EVERY]
            best = best[flat[best] < -1e-7]
            if not len(best):
                return
            for index in best.tolist():
                self._add(*divmod(index, self.reduced.shape[1]))

    def _price(self) -> None:
        """Reduced costs of all columns at the present duals, and the Lagrangian bound, which holds for any duals."""
        seats = np.array([row.dual_value() for row in self.people])
        team = self.teams.dual_value()
        by_challenge = np.array([row.dual_value() for row in self.challenges] or [0.0])
        reduced = self.columns.costs - (self.columns.seats @ seats)[:, None] - team - by_challenge
        least, most = (np.array([bounds[k] for bounds in self.shape.challenges] or [0]) for k in (0, 1))
        ends = np.where(by_challenge > 0, least, np.minimum(most, self.shape.teams)) * by_challenge
        bound = seats.sum() + self.shape.teams * (team + min(0.0, float(reduced.min()))) + ends.sum()
        if bound > self.bound:
            self.bound, self.slack = float(bound), reduced - min(0.0, float(reduced.min()))
        self.reduced = reduced

    def _add(self, number: int, challenge: int) -> None:
        """Take a column in."""
        chosen = self.solver.NumVar(0, self.solver.infinity(), "")
        for person in np.flatnonzero(self.columns.seats[number]).tolist():
            self.people[person].SetCoefficient(chosen, 1)
        self.teams.SetCoefficient(chosen, 1)
        if self.challenges:
            self.challenges[challenge].SetCoefficient(chosen, 1)
        self.solver.Objective().SetCoefficient(chosen, float(self.columns.costs[number, challenge]))
