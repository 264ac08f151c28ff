"""One value per ballot, in rubric points: what the judge's points and the judge's own order say together."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np

from hackathon.judging.model.sheet import Floats, Ints, Sheet

RUBRIC_SHARE = 0.4
"""The share of the rubric in a ballot's value; the rest is the judge's own order, where there is one.

Measured with `make bench-judging`: between 0.3 and 0.5 it makes next to no difference. The order tells teams apart that
both got the highest points, and does not creep upward as the day goes on.
"""
SPREAD_PRIOR = 3.0
"""A judge's spread of points counts as if this many ballots of ordinary spread stood beside the judge's own."""


def rubric_values(sheet: Sheet) -> Floats:
    """The weighted mean of each ballot. Points that are missing are taken to be as far from the criterion's mean as the rest.

    Otherwise a team would gain by missing points where everybody gets few.
    """
    # A criterion that nobody has scored has no mean and no part in anything.
    given = ~np.isnan(sheet.points)
    weights = np.array(sheet.weights) * given.any(0)
    level = np.where(given, sheet.points, 0.0).sum(0) / np.maximum(1, given.sum(0))
    known = weights * given
    ahead = (np.where(given, sheet.points - level, 0.0) * known).sum(1) / known.sum(1)
    return np.asarray(ahead + (level * weights).sum() / weights.sum())


def ballot_values(sheet: Sheet) -> Floats:
    """The rubric's value of each ballot, mixed with the judge's own order where the judge has given one."""
    rubric = rubric_values(sheet)
    values, spreads = rubric.copy(), _spreads(rubric, sheet.judge, len(sheet.judges))
    for judge in range(len(sheet.judges)):
        ordered = np.flatnonzero((sheet.judge == judge) & ~np.isnan(sheet.order))
        if len(ordered) < 2:
            continue
        by_order = rubric[ordered].mean() + spreads[judge] * order_scores(sheet.order[ordered])
        values[ordered] = RUBRIC_SHARE * rubric[ordered] + (1 - RUBRIC_SHARE) * by_order
    return values


def order_scores(order: Floats) -> Floats:
    """Blom's normal scores of one judge's order (1 = best → highest), with mean 0 and variance 1; all 0 if all are tied.

    G. Blom, Statistical Estimates and Transformed Beta-Variables, 1958. Ties get the middle of their places; gaps do not
    count.
    """
    places = (order[:, None] > order[None, :]).sum(1) + ((order[:, None] == order[None, :]).sum(1) + 1) / 2
    scores = -np.array([_normal_quantile(float((place - 0.375) / (len(order) + 0.25))) for place in places])
    scores -= scores.mean()
    spread = float(scores.std())
    return np.asarray(scores / spread if spread > 1e-9 else np.zeros(len(order)))


@cache
def _normal_quantile(share: float) -> float:
    return NormalDist().inv_cdf(share)


def _spreads(rubric: Floats, judge: Ints, judges: int) -> Floats:
    """The standard deviation of each judge's values, drawn towards the ordinary one where the judge has few ballots."""
    count = np.bincount(judge, minlength=judges)
    mean = np.bincount(judge, rubric, judges) / count
    squares = np.bincount(judge, (rubric - mean[judge]) ** 2, judges)
    ordinary = squares.sum() / count.sum()
    return np.asarray(np.sqrt((squares + SPREAD_PRIOR * ordinary) / (count + SPREAD_PRIOR)))
