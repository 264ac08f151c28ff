"""The morning of the event: people are missing, others come unannounced, and a plan has to be mended.

Two variants of one problem with a stability rule: *fewest moves* first keeps as many people as it can where they were and
then makes the best of it; *best balance* makes the best teams and, among equal ones, moves fewer people. How few must
move at least is proven by CP-SAT on the hard rules alone, where the time allows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hackathon.matching.problem import Plan, Problem, rule_costs
from hackathon.matching.solver.arithmetic import closed_form
from hackathon.matching.solver.budget import Budget
from hackathon.matching.solver.engine import solve
from hackathon.matching.solver.kinds.stability import Stability

if TYPE_CHECKING:
    from collections.abc import Callable

    from hackathon.matching.problem import Solution

PROOF_SHARE = 0.15


@dataclass(frozen=True)
class Variant:
    """A mended plan: the solution by the rules of the problem as given, and who sits elsewhere than before."""

    solution: Solution
    moved: tuple[str, ...]
    """The ids of the people who had a team and sit in another one now."""


@dataclass(frozen=True)
class Repair:
    """Both variants, and how many people must move at least; None where that was not proven in time."""

    fewest_moves: Variant
    best_balance: Variant
    least_moves: int | None


def former_teams(problem: Problem) -> dict[int, int]:
    """The team that each person had, by the problem's stability rules. Raises ValueError where there is none."""
    rules = [rule for rule in problem.rules if isinstance(rule, Stability)]
    if not rules:
        raise ValueError("the problem has no stability rule that says who sat where")
    return {person: team for rule in rules for person, team in rule.assignment}


def repair(
    problem: Problem, *, time_limit: float, seed: int = 0, cancelled: Callable[[], bool] | None = None
) -> Repair:
    """Both variants in `time_limit` seconds. Raises ValueError where the problem does not say who sat where."""
    former = former_teams(problem)
    least = least_moves(problem, Budget(PROOF_SHARE * time_limit))
    each = (1 - PROOF_SHARE) / 2 * time_limit
    steady = solve(_steady(problem), time_limit=each, seed=seed, cancelled=cancelled)
    balanced = solve(_balanced(problem), time_limit=each, seed=seed, cancelled=cancelled)
    return Repair(_variant(problem, former, steady), _variant(problem, former, balanced), least)


def least_moves(problem: Problem, budget: Budget) -> int | None:
    """How many people must leave their team at least, whatever the soft rules say; None where the time is too short."""
    from ortools.sat.python import cp_model

    from hackathon.matching.solver.model import solver_for, team_space

    shape = problem.shape
    stability = [replace(rule, hard=False, weight=1) for rule in problem.rules if isinstance(rule, Stability)][:1]
    rules = [*(rule for rule in problem.rules if rule.hard), *stability]
    space = team_space(problem, rules, people=range(shape.people), teams=range(shape.teams), bounds=shape.challenges)
    for rule in rules:
        space.post(rule, problem.terms[rule.position])
    space.minimise()
    solver = solver_for(budget)
    if solver.solve(space.model) != cp_model.OPTIMAL:
        return None
    return round(solver.objective_value)


def _steady(problem: Problem) -> Problem:
    """The problem in which no gain is worth a move more than need be."""
    others = sum(
        rule.weight * term.most(problem.shape)
        for rule in problem.rules
        for term in problem.terms[rule.position]
        if not isinstance(rule, Stability)
    )
    return _weighted(problem, stability=others + 1, others=1)


def _balanced(problem: Problem) -> Problem:
    """The problem in which all moves together weigh less than the smallest gain."""
    return _weighted(problem, stability=1, others=len(problem.participants) + 1)


def _weighted(problem: Problem, *, stability: int, others: int) -> Problem:
    """The problem with one weight for moves and the other weights multiplied."""
    rules = [
        rule if rule.hard else replace(rule, weight=stability if isinstance(rule, Stability) else others * rule.weight)
        for rule in problem.rules
    ]
    return replace(problem, rules=tuple(rules))


def _variant(problem: Problem, former: dict[int, int], solution: Solution) -> Variant:
    """What a solution of the reweighed problem is in the problem as given. Its bound does not carry over; counting does."""
    if not solution.teams:
        return Variant(solution, ())
    plan = problem.plan_of(solution.teams)
    cost = sum(row.weighted for row in rule_costs(problem, plan))
    moved = tuple(problem.participants[person].id for person in movers(plan, former))
    bound = min(cost, closed_form(problem))
    status = "optimal" if bound == cost else "feasible"
    return Variant(replace(solution, status=status, cost=cost, lower_bound=bound), moved)


def movers(plan: Plan, former: dict[int, int]) -> list[int]:
    """Who sits elsewhere than before."""
    return [person for person, team in sorted(former.items()) if plan.team_of[person] != team]
