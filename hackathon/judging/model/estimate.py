"""The official estimate: how good each team is, and how each judge judges.

    value = level + bias of the judge + scale of the judge × (team + noise of that judge)

Teams, biases, (logarithms of) scales and variances of noise all come from common distributions, so that little is believed
of a judge with few ballots. Teams and biases are the best linear predictions (C. R. Henderson, "Best linear unbiased
estimation and prediction under a selection model", Biometrics 31, 1975); the rest is found by expectation-maximisation
(A. P. Dempster, N. M. Laird and D. B. Rubin, JRSS B 39, 1977), which takes the uncertainty of teams and biases into account.
Judges whose values agree little with the others' get a large variance of noise, and thereby little weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hackathon.judging.model.sheet import Floats, Ints

ROUNDS = 60
"""Of expectation and maximisation. A fixed number, so that the result depends on nothing but the ballots."""
LOG_SCALE_SD = 0.3
"""How far judges' scales lie apart, as the standard deviation of their logarithm."""
NOISE_SHAPE = 6.0
"""How alike judges' variances of noise are: half the number of ballots that the ordinary judge counts for."""
TEAM_PRIOR, BIAS_PRIOR = (2.0, 0.2), (2.0, 0.15)
"""(how many teams or judges the prior counts for, its variance in square points)."""
NOISE_BOUNDS = (0.01, 5.0)


@dataclass(frozen=True, slots=True)
class Values:
    """The input: for each ballot its team and judge (by position) and its value in rubric points."""

    team: Ints
    judge: Ints
    value: Floats
    teams: int
    judges: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The solution. `team` in rubric points beside `level`; a judge's `bias` below 0 is harsh, a `scale` above 1 spreads wide."""

    level: float
    team: Floats
    team_sd: Floats
    bias: Floats
    scale: Floats
    noise: Floats
    """Each judge's variance of noise, in square points at scale 1."""
    ordinary_noise: float
    team_variance: float
    bias_variance: float

    @property
    def score(self) -> Floats:
        """The official score: what an ordinary judge of this jury would be expected to give, in rubric points."""
        return self.level + self.team


@dataclass(frozen=True, slots=True)
class _Moments:
    """Means of teams and biases, with the (co)variances that maximisation needs, given all else."""

    team: Floats
    bias: Floats
    team_variance: Floats
    bias_variance: Floats
    covariance: Floats
    """Of team and bias, for each ballot."""


def estimate(values: Values) -> Estimate:
    """The estimate from the ballots; there must be one at least."""
    count = np.bincount(values.judge, minlength=values.judges)
    ordinary = max(float(values.value.var()) / 2, NOISE_BOUNDS[0])
    level, slope = float(values.value.mean()), np.ones(values.judges)
    noise, team_variance, bias_variance = np.full(values.judges, ordinary), ordinary, BIAS_PRIOR[1]
    for _round in range(ROUNDS):
        ahead = values.value - level
        moments = _expect(values, ahead, slope, noise, team_variance, bias_variance)
        slopes = slope[values.judge]
        residual = slopes * (ahead - moments.bias[values.judge]) - moments.team[values.team]
        spread = moments.team_variance[values.team] + slopes**2 * moments.bias_variance[values.judge]
        squares = np.bincount(values.judge, residual**2 + spread + 2 * slopes * moments.covariance, values.judges)
        noise = (squares + 2 * NOISE_SHAPE * ordinary) / (count + 2 * NOISE_SHAPE + 2)
        ordinary = ordinary_noise(noise)
        team_variance = _variance(moments.team, moments.team_variance, TEAM_PRIOR)
        bias_variance = _variance(moments.bias, moments.bias_variance, BIAS_PRIOR)
        slope = _improve_slopes(values, ahead, moments, slope, noise, count)
        level += float(moments.bias.mean())
    return Estimate(
        level=level, team=moments.team, team_sd=np.sqrt(moments.team_variance), bias=moments.bias, scale=1 / slope,
        noise=noise, ordinary_noise=ordinary, team_variance=team_variance, bias_variance=bias_variance,
    )  # fmt: skip


def ordinary_noise(noise: Floats) -> float:
    """The variance of noise that the judges' own are drawn towards."""
    found = (NOISE_SHAPE * len(noise) + 1) / (NOISE_SHAPE * float((1 / noise).sum()) + 2.5)
    return float(np.clip(found, *NOISE_BOUNDS))


def _variance(mean: Floats, variance: Floats, prior: tuple[float, float]) -> float:
    weight, guess = prior
    return float((mean @ mean + variance.sum() + weight * guess) / (len(mean) + weight))


def _expect(
    values: Values, ahead: Floats, slope: Floats, noise: Floats, team_variance: float, bias_variance: float
) -> _Moments:
    """Solves the mixed model's equations. Only judges stay in the matrix: teams are eliminated, their block is diagonal."""
    slopes = slope[values.judge]
    precision = 1 / noise[values.judge]
    of_team = np.bincount(values.team, precision, values.teams) + 1 / team_variance
    of_judge = np.bincount(values.judge, precision * slopes**2, values.judges) + 1 / bias_variance
    cross = np.zeros((values.teams, values.judges))
    cross[values.team, values.judge] = precision * slopes
    share = cross / of_team[:, None]
    covariance = np.linalg.inv(np.diag(of_judge) - cross.T @ share)
    right_team = np.bincount(values.team, precision * slopes * ahead, values.teams)
    right_judge = np.bincount(values.judge, precision * slopes**2 * ahead, values.judges)
    bias = covariance @ (right_judge - share.T @ right_team)
    passed_on = share @ covariance
    return _Moments(
        team=right_team / of_team - share @ bias,
        bias=bias,
        team_variance=1 / of_team + (passed_on * share).sum(1),
        bias_variance=np.diag(covariance).copy(),
        covariance=-passed_on[values.team, values.judge],
    )


def _improve_slopes(
    values: Values, ahead: Floats, moments: _Moments, slope: Floats, noise: Floats, count: Ints
) -> Floats:
    """Newton's steps on the logarithm of each judge's slope, which is 1 / scale; the mean logarithm stays 0."""
    off = ahead - moments.bias[values.judge]
    squares = np.bincount(values.judge, off**2 + moments.bias_variance[values.judge], values.judges)
    products = np.bincount(values.judge, off * moments.team[values.team] - moments.covariance, values.judges)
    logs = np.log(slope)
    for _step in range(3):
        slope = np.exp(logs)
        gradient = count - (slope**2 * squares - slope * products) / noise - logs / LOG_SCALE_SD**2
        curvature = -(2 * slope**2 * squares - slope * products) / noise - 1 / LOG_SCALE_SD**2
        logs = logs - np.clip(gradient / np.minimum(curvature, -1.0), -0.3, 0.3)
        logs = logs - logs.mean()
    return np.exp(logs)
