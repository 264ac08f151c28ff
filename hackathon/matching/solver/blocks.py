"""Blocks: parts of a large plan that share no team, each made better for itself, wherever there is a core for it.

Every rule is a sum over teams, so what becomes better in a block becomes better in the plan, and the changes of several
blocks can simply be put together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.problem import Plan, Problem
from hackathon.matching.solver.chain import Chain, Spot
from hackathon.matching.solver.search import temperature
from hackathon.matching.solver.tables import hard_tables_of, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARED_FROM = 2_000
"""From so many people on, a run hands out blocks."""
TEAMS_OF_A_BLOCK = 100
MOST_BLOCKS = 32
STRETCHES = 40
"""An annealing of a block looks so many times at the clock."""


def cut(teams: int, rng: np.random.Generator) -> list[list[int]]:
    """The teams of a plan, at random, in blocks of about a hundred; at least two where there are two teams."""
    count = max(min(2, teams), min(MOST_BLOCKS, teams // TEAMS_OF_A_BLOCK))
    return [sorted(part.tolist()) for part in np.array_split(rng.permutation(teams), count)]


def improve(
    problem: Problem,
    plan: Plan,
    teams: Sequence[int],
    *,
    seconds: float,
    seed: int,
    share: tuple[int, int] = (0, 1),
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan | None:
    """The plan with some of its teams seated better, found in about so many seconds; None where nothing was found.

    The plan must keep the hard rules. `share` is the number of the block and how many there are: the room that is left
    for other challenges is divided among them.
    """
    weights = [rule.weight for rule in problem.rules if not rule.hard] or [1]
    start = Spot(0, np.array(plan.team_of), np.array(plan.challenge_of, np.int64))
    tables, hard = tables_of(problem, 3 * max(weights)), hard_tables_of(problem)
    chain = Chain(tables, hard, start, np.random.default_rng(seed))
    if chain.best is None:
        return None
    before, begun, steps, done = chain.best.cost, time.monotonic(), 20_000, 0.0
    cold = 0.5 * min(weights)
    while done < 1 and not cancelled():
        chain.anneal_some(teams, steps, temperature(done, 3 * cold, cold), share)
        now = (time.monotonic() - begun) / seconds
        steps = max(2_000, int(steps / max(1e-9, now - done) / STRETCHES))
        done = now
    best = chain.best
    if best.cost >= before:
        return None
    return Plan(tuple(best.team_of.tolist()), tuple(best.challenge_of.tolist()), plan.team_count)


def merged(plan: Plan, found: Sequence[Plan]) -> Plan:
    """A plan with the changes of several others, which differ from it in different teams."""
    team_of, challenge_of = list(plan.team_of), list(plan.challenge_of)
    for other in found:
        for person, team in enumerate(other.team_of):
            if team != plan.team_of[person]:
                team_of[person] = team
        for team, challenge in enumerate(other.challenge_of):
            if challenge != plan.challenge_of[team]:
                challenge_of[team] = challenge
    return Plan(tuple(team_of), tuple(challenge_of), plan.team_count)
