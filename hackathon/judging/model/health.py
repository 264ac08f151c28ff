"""Judges' health: hints for a person about ballots to look at. A hint never changes a score."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from hackathon.judging.model.estimate import Estimate, Values, estimate
from hackathon.judging.model.sheet import FEWEST_POINTS, MOST_POINTS, Floats, Sheet
from hackathon.judging.model.value import rubric_values

UNLIKE_OTHERS = 2.0
"""The misfit from which a judge is called unlike the others. In `make bench-judging` one clean jury of six in five has such
a judge, and more than nine in ten of those where one judge favours a friend."""
FLAT_WEIGHT = 8.0
"""How much more a deviation counts where the ballot holds nothing but the lowest or the highest points: favours look so."""
CLEAR_DEVIATION = 1.5
"""In standard deviations: from here on a ballot is named in a hint, if it lies at least half as far off as the worst."""
CLEAR_BIAS = 1.0
"""In rubric points: from here on a judge is called harsh or lenient."""
AGAINST_OWN_POINTS = -0.3
"""The correlation of order and points from which the order looks as if it had been written upside down."""
FEWEST_BALLOTS = 4
"""With fewer ballots nothing is said of a judge's order or spread."""


class Hint(enum.StrEnum):
    """What a judge's ballots look like."""

    REVERSED_ORDER = "reversed_order"
    UNLIKE_OTHERS = "unlike_others"
    HARSH = "harsh"
    LENIENT = "lenient"
    NO_SPREAD = "no_spread"


@dataclass(frozen=True, slots=True)
class Flag:
    """A hint about one judge. `severity` orders hints: 1 and above says that voiding may be worth a thought."""

    hint: Hint
    severity: float
    too_high: tuple[str, ...] = ()
    """Teams that got clearly more from this judge than from the others, the clearest first."""
    too_low: tuple[str, ...] = ()
    points: float = 0.0
    """How far the judge lies from the others, in rubric points."""


def find_flags(sheet: Sheet, solution: Estimate) -> dict[str, Flag]:
    """The most serious hint about each judge; judges without one are left out."""
    rubric = rubric_values(sheet)
    deviation = leave_one_out(sheet, rubric)
    flat = _is_flat(sheet)
    count = np.bincount(sheet.judge, minlength=len(sheet.judges))
    telling = deviation**2 * (1 + FLAT_WEIGHT * flat) / (1 + FLAT_WEIGHT)
    misfit = np.bincount(sheet.judge, telling, len(sheet.judges)) / count
    found = {}
    for place, judge in enumerate(sheet.judges):
        own = np.flatnonzero(sheet.judge == place)
        hints = [
            _reversed_order(sheet.order[own], rubric[own]),
            _unlike_others(sheet, own, deviation, float(misfit[place])),
            _level(float(solution.bias[place])),
            _no_spread(sheet.order[own], rubric[own]),
        ]
        serious = max((hint for hint in hints if hint), key=lambda hint: hint.severity, default=None)
        if serious is not None:
            found[judge] = serious
    return found


def leave_one_out(sheet: Sheet, rubric: Floats) -> Floats:
    """How far each ballot lies from what the other judges think of the team, in standard deviations, the judge's bias aside.

    The judge's own ballots have no part in what they are compared with, so that nobody confirms themselves.
    """
    values = Values(sheet.team, sheet.judge, rubric, len(sheet.teams), len(sheet.judges))
    fit = estimate(values)
    weight = 1 / fit.noise[sheet.judge]
    corrected = (rubric - fit.level - fit.bias[sheet.judge]) / fit.scale[sheet.judge]
    others = np.bincount(sheet.team, weight, values.teams)[sheet.team] - weight + 1 / fit.team_variance
    opinion = (np.bincount(sheet.team, weight * corrected, values.teams)[sheet.team] - weight * corrected) / others
    count = np.bincount(sheet.judge, minlength=values.judges)
    apart = rubric - opinion
    apart -= (np.bincount(sheet.judge, apart, values.judges) / count)[sheet.judge]
    return np.asarray(apart / np.sqrt(fit.ordinary_noise + 1 / others))


def _is_flat(sheet: Sheet) -> Floats:
    """1 for ballots that hold nothing but the lowest or nothing but the highest points, else 0."""
    lowest, highest = np.nanmin(sheet.points, axis=1), np.nanmax(sheet.points, axis=1)
    several = (~np.isnan(sheet.points)).sum(1) > 1
    extreme = (lowest == MOST_POINTS) | (highest == FEWEST_POINTS)
    return np.asarray((several & extreme).astype(np.float64))


def _unlike_others(sheet: Sheet, own: np.ndarray, deviation: Floats, misfit: float) -> Flag | None:
    if misfit < UNLIKE_OTHERS:
        return None
    least = max(CLEAR_DEVIATION, float(np.abs(deviation[own]).max()) / 2)
    clear = [int(i) for i in own if abs(deviation[i]) >= least]
    by_size = sorted(clear, key=lambda i: (-abs(deviation[i]), sheet.counted[i].team))
    return Flag(
        Hint.UNLIKE_OTHERS,
        misfit / UNLIKE_OTHERS,
        too_high=tuple(sheet.counted[i].team for i in by_size if deviation[i] > 0),
        too_low=tuple(sheet.counted[i].team for i in by_size if deviation[i] < 0),
    )


def _reversed_order(order: Floats, rubric: Floats) -> Flag | None:
    """An order where 1 was taken for the worst."""
    given = ~np.isnan(order)
    if given.sum() < FEWEST_BALLOTS or np.ptp(order[given]) == 0 or np.ptp(rubric[given]) < 1e-9:
        return None
    agreement = float(np.corrcoef(-order[given], rubric[given])[0, 1])
    return Flag(Hint.REVERSED_ORDER, 2 - agreement) if agreement <= AGAINST_OWN_POINTS else None


def _level(bias: float) -> Flag | None:
    """Harsh or lenient: the model corrects for it, so that it is never as serious as ballots that agree with nobody."""
    if abs(bias) < CLEAR_BIAS:
        return None
    return Flag(Hint.HARSH if bias < 0 else Hint.LENIENT, min(0.9, abs(bias) / 3), points=abs(bias))


def _no_spread(order: Floats, rubric: Floats) -> Flag | None:
    """Every team the same, and no order either: such ballots say nothing."""
    if len(rubric) < FEWEST_BALLOTS or np.ptp(rubric) > 1e-9 or not np.isnan(order).all():
        return None
    return Flag(Hint.NO_SPREAD, 0.5)
