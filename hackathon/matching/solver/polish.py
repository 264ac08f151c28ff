"""Polish: a few teams at a time are taken apart and put together again by CP-SAT, the others stay as they are.

Every rule is a sum over teams, so the chosen teams are a problem of their own (large-neighbourhood search).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from hackathon.matching.solver.model import Space, seated, solver_for, team_space
from hackathon.matching.solver.terms import Plan

if TYPE_CHECKING:
    from hackathon.matching.problem import Problem
    from hackathon.matching.solver.tables import Floats

SEATS = 24
"""So many people are seated anew at most."""


def choose_teams(plan: Plan, costs: Floats, rng: np.random.Generator, size: float) -> list[int]:
    """Some teams, the dear ones more often, half of the time all with the challenge of the first."""
    count = int(max(2, min(6, SEATS // max(1.0, size), plan.team_count)))
    chances = costs + costs.mean() + 1.0
    first = int(rng.choice(plan.team_count, p=chances / chances.sum()))
    same = (
        [team for team in range(plan.team_count) if plan.challenge_of[team] == plan.challenge_of[first]]
        if (plan.challenge_of and rng.random() < 0.5)
        else []
    )
    pool = [team for team in (same if len(same) > count else range(plan.team_count)) if team != first]
    chances = chances[pool]
    others = rng.choice(pool, size=min(count - 1, len(pool)), replace=False, p=chances / chances.sum())
    return sorted([first, *others.tolist()])


def polish(problem: Problem, plan: Plan, teams: list[int], seconds: float, *, open_challenges: bool) -> Plan | None:
    """The plan with some teams seated anew as well as could be found in the time; None where nothing was found."""
    chosen = set(teams)
    people = [person for person, team in enumerate(plan.team_of) if team in chosen]
    space = _space(problem, plan, teams, people, open_challenges=open_challenges)
    for rule in problem.rules:
        space.post(rule, problem.terms[rule.position])
    space.minimise()
    _hint(space, plan)
    solver = solver_for(seconds)
    solver.parameters.linearization_level = 2
    if solver.solve(space.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
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
