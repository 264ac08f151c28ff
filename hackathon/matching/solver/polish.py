"""Polish: a few teams at a time are taken apart and put together again by CP-SAT, the others stay as they are.

Every rule is a sum over teams, so the chosen teams are a problem of their own (large-neighbourhood search).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from hackathon.matching.solver.blocks import merged
from hackathon.matching.solver.model import Space, seated, solver_for, team_space
from hackathon.matching.solver.terms import Plan

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import ThreadPoolExecutor

    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.budget import Budget
    from hackathon.matching.solver.tables import Floats

SEATS = 24
"""So many people are seated anew at most."""
OPEN_SHARE = 0.3
"""How often a group may have other challenges."""


def choose_teams(
    plan: Plan, costs: Floats, rng: np.random.Generator, size: float, taken: Collection[int] = ()
) -> list[int]:
    """Some teams that are not taken, the dear ones more often, half of the time all with the challenge of the first."""
    free = [team for team in range(plan.team_count) if team not in taken]
    count = int(max(2, min(6, SEATS // max(1.0, size), len(free))))
    chances = costs + costs.mean() + 1.0
    first = int(rng.choice(free, p=chances[free] / chances[free].sum()))
    same = (
        [team for team in free if plan.challenge_of[team] == plan.challenge_of[first]]
        if (plan.challenge_of and rng.random() < 0.5)
        else []
    )
    pool = [team for team in (same if len(same) > count else free) if team != first]
    chances = chances[pool]
    others = rng.choice(pool, size=min(count - 1, len(pool)), replace=False, p=chances / chances.sum())
    return sorted([first, *others.tolist()])


def polish_groups(
    problem: Problem,
    plan: Plan,
    costs: Floats,
    rng: np.random.Generator,
    budget: Budget,
    amount: float,
    pool: ThreadPoolExecutor,
    *,
    groups: int,
) -> Plan | None:
    """Polish groups of teams that share none, all at once; the plan with all that became better, None where nothing did.

    Only the first group may exchange its challenges for what the other teams leave over: two might want the same.
    """
    size, taken, chosen = len(problem.participants) / problem.team_count, set[int](), []
    for _ in range(groups):
        if plan.team_count - len(taken) >= 2:
            chosen.append(choose_teams(plan, costs, rng, size, taken))
            taken.update(chosen[-1])
    open_first = bool(rng.random() < OPEN_SHARE)

    def work(number: int) -> Plan | None:
        return polish(problem, plan, chosen[number], budget, amount, open_challenges=open_first and not number)

    found = [better for better in pool.map(work, range(len(chosen))) if better is not None]
    return merged(plan, found) if found else None


def polish(
    problem: Problem, plan: Plan, teams: list[int], budget: Budget, amount: float, *, open_challenges: bool
) -> Plan | None:
    """The plan with some teams seated anew as well as could be found in the time; None where nothing was found."""
    chosen = set(teams)
    people = [person for person, team in enumerate(plan.team_of) if team in chosen]
    space = _space(problem, plan, teams, people, open_challenges=open_challenges)
    for rule in problem.rules:
        space.post(rule, problem.terms[rule.position])
    space.minimise()
    _hint(space, plan)
    solver = solver_for(budget, amount)
    solver.parameters.linearization_level = 2
    status = solver.solve(space.model)
    budget.charge_solver(solver)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    team_of, challenge_of = seated(space, solver.value)
    return Plan(
        tuple(team_of.get(person, team) for person, team in enumerate(plan.team_of)),
        tuple(challenge_of.get(team, challenge) for team, challenge in enumerate(plan.challenge_of)),
        plan.team_count,
    )


def _space(problem: Problem, plan: Plan, teams: list[int], people: list[int], *, open_challenges: bool) -> Space:
    """A model of the chosen teams, with their challenges as they are or with what the other teams leave over."""
    if not plan.challenge_of:
        return team_space(problem, problem.rules, people=people, teams=teams)
    if not open_challenges:
        given = {team: plan.challenge_of[team] for team in teams}
        return team_space(problem, problem.rules, people=people, teams=teams, given=given)
    used = [0] * len(problem.challenges)
    for team, challenge in enumerate(plan.challenge_of):
        used[challenge] += team not in teams
    bounds = [(max(0, c.least - n), c.most - n) for c, n in zip(problem.challenges, used, strict=True)]
    return team_space(problem, problem.rules, people=people, teams=teams, bounds=bounds)


def _hint(space: Space, plan: Plan) -> None:
    """Start from the present seats."""
    for cell in space.cells:
        for key, seat in cell.seats.items():
            space.model.add_hint(seat, sum(plan.team_of[person] == cell.number for person in space.classes[key]))
        for challenge, choice in enumerate(cell.choices):
            space.model.add_hint(choice, plan.challenge_of[cell.number] == challenge)
