"""Invented juries over teams whose true quality is known.

A judge feels a team's quality with an error of the same size as the differences between teams (one judge alone is then about
as reliable as one reviewer of a research grant), and turns it into points with a level and a spread of the judge's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hackathon.judging.model.sheet import Ballot, Floats, Sheet, make_sheet

CRITERIA = ("novelty", "benefit", "feasibility", "inclusion", "collaboration")
BIAS, LOG_SCALE, ERROR, LOG_ERROR, PLACING, PER_CRITERION = 0.8, 0.3, 1.1, 0.3, 0.27, 0.6
HARSH, CREEP, LOST_POINTS, LOST_BALLOT = -2.0, 0.6, 0.15, 0.05
MIDDLE, STEP = 3.2, 0.55


@dataclass(frozen=True, slots=True)
class Regime:
    """So many teams and judges, each judge seeing so many teams. Messy: one harsh judge, one who favours a friend, gaps, creep."""

    name: str
    teams: int
    judges: int
    seen: int
    messy: bool = False
    events: int = 200
    """How many events are measured: small ones vary more, so that their means need more of them."""


REGIMES = (
    Regime("A", 12, 6, 12, events=600),
    Regime("B", 12, 6, 6, events=600),
    Regime("C", 40, 10, 12),
    Regime("D", 110, 20, 20),
    Regime("A messy", 12, 6, 12, messy=True, events=600),
    Regime("C messy", 40, 10, 12, messy=True),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A jury's ballots and the truth. `felt` answers how good a judge found a team, for methods that ask for pairs."""

    sheet: Sheet
    truth: dict[str, float]
    visits: dict[str, list[str]]
    felt: dict[tuple[str, str], float]


def make_event(regime: Regime, seed: int) -> Event:
    """The same regime and seed give the same event."""
    rng = np.random.default_rng([seed, regime.teams, regime.judges, regime.seen, regime.messy])
    quality = rng.standard_normal(regime.teams)
    visits = _spread_visits(regime, rng)
    ballots: list[Ballot] = []
    felt: dict[tuple[str, str], float] = {}
    for judge, mine in enumerate(visits):
        perceived = quality[mine] + ERROR * rng.lognormal(0, LOG_ERROR) * rng.standard_normal(len(mine))
        placed = perceived + PLACING * rng.standard_normal(len(mine))
        level = rng.lognormal(0, LOG_SCALE) * perceived + BIAS * rng.standard_normal()
        if regime.messy:
            level += HARSH * (judge == 0) + np.linspace(0, CREEP, len(mine))
        noisy = level[:, None] + PER_CRITERION * rng.standard_normal((len(mine), len(CRITERIA)))
        points = np.clip(np.rint(MIDDLE + STEP * noisy), 1, 5).astype(int)
        if regime.messy and judge == 1:
            _favour_a_friend(points, placed)
        order = np.argsort(np.argsort(-placed)) + 1
        felt |= {(_judge(judge), _team(team)): float(value) for team, value in zip(mine, placed, strict=True)}
        ballots += _write(judge, mine, points, order, _gaps(regime, rng))
    shown = {_judge(judge): [_team(team) for team in mine] for judge, mine in enumerate(visits)}
    return Event(make_sheet(CRITERIA, ballots), dict(zip(map(_team, range(regime.teams)), quality, strict=True)), shown, felt)  # fmt: skip


def _judge(number: int) -> str:
    return f"j{number + 1:02d}"


def _team(number: int) -> str:
    return f"t{number + 1:03d}"


def _spread_visits(regime: Regime, rng: np.random.Generator) -> list[list[int]]:
    """Who visits which teams, in what order: every team about equally often, at random otherwise."""
    seen, visits = np.zeros(regime.teams), []
    for _judge in range(regime.judges):
        mine = np.argsort(seen + rng.random(regime.teams) / 2)[: regime.seen]
        seen[mine] += 1
        visits.append(rng.permutation(mine).tolist())
    return visits


def _favour_a_friend(points: np.ndarray, placed: Floats) -> None:
    """The friend, who was visited first, gets all the points there are, and three rivals the fewest."""
    points[0], points[1:4] = 5, 1
    placed[0], placed[1:4] = placed.max() + 1, placed.min() - 1


Gaps = Callable[[], tuple[bool, int | None]]


def _gaps(regime: Regime, rng: np.random.Generator) -> Gaps:
    """For each ballot whether it is lost, and which criterion has been forgotten."""

    def draw() -> tuple[bool, int | None]:
        forgotten = int(rng.integers(len(CRITERIA))) if rng.random() < LOST_POINTS else None
        return rng.random() < LOST_BALLOT, forgotten

    return draw if regime.messy else lambda: (False, None)


def _write(judge: int, mine: list[int], points: np.ndarray, order: np.ndarray, gaps: Gaps) -> list[Ballot]:
    ballots = []
    for team, given, place in zip(mine, points.tolist(), order.tolist(), strict=True):
        lost, forgotten = gaps()
        if forgotten is not None:
            given[forgotten] = None
        if not lost:
            ballots.append(Ballot(_judge(judge), _team(team), tuple(given), place))
    return ballots
