"""Crowd-BT, the method of pairwise judging that hackathons know, for comparison.

X. Chen, P. N. Bennett, K. Collins-Thompson and E. Horvitz, "Pairwise ranking aggregation in a crowdsourced setting", WSDM 2013:
Bradley-Terry strengths with normal posteriors, an annotator's reliability with a beta posterior, updated after each answer by
matching moments (section 4), and the next item chosen for the information that is expected of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tests.judging.bench.events import Event

GAMMA = 0.1
"""What is learnt of the judge counts this much beside what is learnt of the items."""
LEAST_VARIANCE_FACTOR = 1e-4


@dataclass(frozen=True, slots=True)
class Item:
    """A team's strength, as a normal distribution."""

    mean: float = 0.0
    variance: float = 1.0


@dataclass(frozen=True, slots=True)
class Annotator:
    """The chance that a judge answers as the strengths say, as a beta distribution."""

    alpha: float = 10.0
    beta: float = 1.0


def update(judge: Annotator, winner: Item, loser: Item) -> tuple[Annotator, Item, Item, float]:
    """Everything after the judge has preferred `winner`, and how probable that answer was."""
    alpha, beta = judge.alpha, judge.beta
    up, down = math.exp(winner.mean), math.exp(loser.mean)
    mixed = alpha * up + beta * down
    gain = alpha * up / mixed - up / (up + down)
    bend = alpha * up * beta * down / mixed**2 - up * down / (up + down) ** 2
    moved = [
        Item(
            item.mean + sign * item.variance * gain,
            item.variance * max(1 + item.variance * bend, LEAST_VARIANCE_FACTOR),
        )
        for item, sign in ((winner, 1), (loser, -1))
    ]
    better, probable = _judge_after(judge, winner, loser)
    return better, moved[0], moved[1], probable


def _judge_after(judge: Annotator, winner: Item, loser: Item) -> tuple[Annotator, float]:
    alpha, beta, both = judge.alpha, judge.beta, judge.alpha + judge.beta
    up, down = math.exp(winner.mean), math.exp(loser.mean)
    curved = 0.5 * (winner.variance + loser.variance) * up * down * (down - up) / (up + down) ** 3
    right = min(max(up / (up + down) + curved, 1e-9), 1 - 1e-9)
    wrong = 1 - right
    probable = (right * alpha + wrong * beta) / both
    first = (right * (alpha + 1) * alpha + wrong * alpha * beta) / (probable * (both + 1) * both)
    second = (right * (alpha + 2) * (alpha + 1) * alpha + wrong * (alpha + 1) * alpha * beta) / (
        probable * (both + 2) * (both + 1) * both
    )
    spread = second - first**2
    return Annotator((first - second) * first / spread, (first - second) * (1 - first) / spread), probable


def _digamma(x: float) -> float:
    shift = 0.0
    while x < 6:
        shift, x = shift - 1 / x, x + 1
    return shift + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4)


def _moved(after: Item, before: Item) -> float:
    """The divergence of two normal distributions."""
    ratio = after.variance / before.variance
    return 0.5 * ((after.mean - before.mean) ** 2 / before.variance + ratio - 1 - math.log(ratio))


def _judge_moved(after: Annotator, before: Annotator) -> float:
    """The divergence of two beta distributions."""
    a, b, c, d = after.alpha, after.beta, before.alpha, before.beta
    normal = math.lgamma(c) + math.lgamma(d) - math.lgamma(c + d) - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b)
    return normal + (a - c) * _digamma(a) + (b - d) * _digamma(b) + (c - a + d - b) * _digamma(a + b)


def _expected_gain(judge: Annotator, one: Item, other: Item) -> float:
    gain = 0.0
    for winner, loser in ((one, other), (other, one)):
        after, up, down, probable = update(judge, winner, loser)
        gain += probable * (_moved(up, winner) + _moved(down, loser) + GAMMA * _judge_moved(after, judge))
    return gain


def crowd_bt(event: Event) -> dict[str, float]:
    """The strengths when every judge makes as many visits as for the rubric, comparing each team with the one before."""
    items = {team: Item() for team in event.truth}
    judges = {judge: Annotator() for judge in event.visits}
    left = {judge: list(teams) for judge, teams in event.visits.items()}
    last = {judge: teams.pop(0) for judge, teams in left.items()}
    while any(left.values()):
        for judge, waiting in left.items():
            if not waiting:
                continue
            current = last[judge]
            gains = {team: _expected_gain(judges[judge], items[current], items[team]) for team in waiting}
            following = max(waiting, key=gains.__getitem__)
            waiting.remove(following)
            prefers = event.felt[judge, following] > event.felt[judge, current]
            winner, loser = (following, current) if prefers else (current, following)
            judges[judge], items[winner], items[loser], _ = update(judges[judge], items[winner], items[loser])
            last[judge] = following
    return {team: item.mean for team, item in items.items()}
