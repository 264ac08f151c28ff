"""How sure the ranking is: draws from all that the ballots leave open, by a Gibbs sampler.

The model is that of estimate.py. Plugging in its point values would claim too much: how harsh, how spread out and how
noisy each judge is are known only roughly. Every draw is one possible state of the world; P(win) is the share of draws
in which a team is the best. A. E. Gelfand and A. F. M. Smith, JASA 85, 1990; scales have no closed form and are drawn
with Metropolis steps. All chains run side by side as rows of arrays, starting from the estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hackathon.judging.model.estimate import (
    BIAS_PRIOR,
    LOG_SCALE_SD,
    NOISE_BOUNDS,
    NOISE_SHAPE,
    TEAM_PRIOR,
    Estimate,
    Values,
)
from hackathon.judging.model.sheet import Floats, Ints

SEED = 360
CHAINS, WARM_UP, KEPT = 40, 50, 100
DRAWS = CHAINS * KEPT
STEP = 0.25
"""The size of the Metropolis steps on the logarithm of a scale."""


@dataclass(frozen=True, slots=True)
class Chances:
    """For each team the share of draws in which it is best, and in which it is among the first `podium`."""

    win: Floats
    podium: Floats


def sample_chances(values: Values, start: Estimate, *, podium: int, seed: int = SEED) -> Chances:
    """The chances of all teams. The same ballots and the same seed give the same chances."""
    chains = _Chains(values, start, np.random.default_rng(seed))
    wins, places = np.zeros(values.teams), np.zeros(values.teams)
    first = min(podium, values.teams)
    for turn in range(WARM_UP + KEPT):
        team = chains.advance()
        if turn >= WARM_UP:
            wins += np.bincount(team.argmax(1), minlength=values.teams)
            best = np.argpartition(-team, first - 1, axis=1)[:, :first]
            places += np.bincount(best.ravel(), minlength=values.teams)
    return Chances(wins / DRAWS, places / DRAWS)


class _Groups:
    """Sums over the ballots of each team, or of each judge, for all chains at once."""

    def __init__(self, of: Ints, groups: int) -> None:
        self.by_group = np.argsort(of, kind="stable")
        self.starts = np.searchsorted(of[self.by_group], np.arange(groups))
        self.is_sorted = bool((np.diff(of) >= 0).all())

    def sum(self, rows: Floats) -> Floats:
        return np.add.reduceat(rows if self.is_sorted else rows[:, self.by_group], self.starts, axis=1)


class _Chains:
    """The state of all chains; rows are chains."""

    def __init__(self, values: Values, start: Estimate, rng: np.random.Generator) -> None:
        self.values, self.rng = values, rng
        self.by_team = _Groups(values.team, values.teams)
        self.by_judge = _Groups(values.judge, values.judges)
        self.count = np.bincount(values.judge, minlength=values.judges)
        self.ahead = values.value - start.level
        ones = np.ones((CHAINS, 1))
        self.team = start.team + start.team_sd * rng.standard_normal((CHAINS, values.teams))
        self.bias = ones * start.bias
        self.bias_mean = np.zeros((CHAINS, 1))
        self.log_slope = ones * -np.log(start.scale)
        self.noise = ones * start.noise
        self.ordinary = ones * start.ordinary_noise
        self.team_variance, self.bias_variance = ones * start.team_variance, ones * start.bias_variance

    def advance(self) -> Floats:
        """One round through everything that is unknown; returns the teams."""
        self._draw_biases()
        self._draw_slopes()
        self._draw_noise()
        self._draw_teams()
        self._draw_variances()
        return self.team

    def _normal(self, mean: Floats, precision: Floats) -> Floats:
        return mean + self.rng.standard_normal(mean.shape) / np.sqrt(precision)

    def _inverse_gamma(self, shape: Floats | float, rate: Floats) -> Floats:
        return np.asarray(rate / self.rng.standard_gamma(shape, rate.shape))

    def _draw_teams(self) -> None:
        judge = self.values.judge
        slope, weight = np.exp(self.log_slope), 1 / self.noise
        seen = (slope * weight)[:, judge] * (self.ahead - self.bias[:, judge])
        precision = self.by_team.sum(weight[:, judge]) + 1 / self.team_variance
        self.team = self._normal(self.by_team.sum(seen) / precision, precision)

    def _draw_biases(self) -> None:
        slope, weight = np.exp(self.log_slope), 1 / self.noise
        rest = self.by_judge.sum(self.ahead - self.team[:, self.values.team] / slope[:, self.values.judge])
        precision = self.count * slope**2 * weight + 1 / self.bias_variance
        mean = (rest * slope**2 * weight + self.bias_mean / self.bias_variance) / precision
        self.bias = self._normal(mean, precision)
        judges = self.values.judges
        self.bias_mean = self._normal(self.bias.mean(1, keepdims=True), judges / self.bias_variance)

    def _draw_slopes(self) -> None:
        off = self.ahead - self.bias[:, self.values.judge]
        squares = self.by_judge.sum(off**2)
        products = self.by_judge.sum(off * self.team[:, self.values.team])
        proposed = self.log_slope + STEP * self.rng.standard_normal(self.log_slope.shape)
        gain = self._slope_likelihood(proposed, squares, products)
        gain -= self._slope_likelihood(self.log_slope, squares, products)
        taken = np.log(self.rng.random(gain.shape)) < gain
        self.log_slope = np.where(taken, proposed, self.log_slope)

    def _slope_likelihood(self, logs: Floats, squares: Floats, products: Floats) -> Floats:
        slope = np.exp(logs)
        misfit = (slope**2 * squares - 2 * slope * products) / (2 * self.noise)
        return np.asarray(self.count * logs - misfit - logs**2 / (2 * LOG_SCALE_SD**2))

    def _draw_noise(self) -> None:
        judge = self.values.judge
        slope = np.exp(self.log_slope)[:, judge]
        squares = self.by_judge.sum((slope * (self.ahead - self.bias[:, judge]) - self.team[:, self.values.team]) ** 2)
        self.noise = self._inverse_gamma(NOISE_SHAPE + self.count / 2, NOISE_SHAPE * self.ordinary + squares / 2)
        rate = NOISE_SHAPE * (1 / self.noise).sum(1, keepdims=True) + 2.5
        drawn = self.rng.standard_gamma(NOISE_SHAPE * self.values.judges + 1, rate.shape) / rate
        self.ordinary = np.clip(drawn, *NOISE_BOUNDS)

    def _draw_variances(self) -> None:
        self.team_variance = self._variance(self.team, TEAM_PRIOR)
        self.bias_variance = self._variance(self.bias - self.bias_mean, BIAS_PRIOR)

    def _variance(self, effects: Floats, prior: tuple[float, float]) -> Floats:
        weight, guess = prior
        squares = (effects**2).sum(1, keepdims=True)
        return self._inverse_gamma((effects.shape[1] + weight) / 2, (squares + weight * guess) / 2)
