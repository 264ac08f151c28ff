"""What the model works on: the ballots of one round as arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEWEST_POINTS, MOST_POINTS = 1, 5


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one judge gave one team: points by criterion (None: not given), and its place in the judge's own order (1 = best)."""

    judge: str
    team: str
    points: tuple[int | None, ...]
    order: int | None = None

    @property
    def is_given(self) -> bool:
        """A ballot without any points was assigned and not given."""
        return any(value is not None for value in self.points)


@dataclass(frozen=True)
class Sheet:
    """All ballots of a round, those that were assigned and not given among them. `weights` are of the criteria."""

    criteria: tuple[str, ...]
    weights: tuple[float, ...]
    ballots: tuple[Ballot, ...]
    voided: tuple[str, ...] = ()
    """Judges whose ballots a person has struck out: they count neither as given nor as missing."""

    @cached_property
    def counted(self) -> tuple[Ballot, ...]:
        """The ballots that were given and count, by team and judge, so that the order of a file makes no difference."""
        kept = (ballot for ballot in self.ballots if ballot.is_given and ballot.judge not in self.voided)
        return tuple(sorted(kept, key=lambda ballot: (ballot.team, ballot.judge)))

    @cached_property
    def missing(self) -> tuple[Ballot, ...]:
        """The ballots that were assigned and not given."""
        return tuple(b for b in self.ballots if not b.is_given and b.judge not in self.voided)

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """The teams with a ballot that counts."""
        return tuple(sorted({ballot.team for ballot in self.counted}))

    @cached_property
    def unscored(self) -> tuple[str, ...]:
        """The teams without a ballot that counts."""
        return tuple(sorted({ballot.team for ballot in self.ballots} - set(self.teams)))

    @cached_property
    def judges(self) -> tuple[str, ...]:
        """The judges with a ballot that counts."""
        return tuple(sorted({ballot.judge for ballot in self.counted}))

    @cached_property
    def team(self) -> Ints:
        """For each ballot that counts the position of its team in `teams`."""
        return _positions([ballot.team for ballot in self.counted], self.teams)

    @cached_property
    def judge(self) -> Ints:
        """For each ballot that counts the position of its judge in `judges`."""
        return _positions([ballot.judge for ballot in self.counted], self.judges)

    @cached_property
    def points(self) -> Floats:
        """Ballots by criteria; NaN where no points were given."""
        rows = [[np.nan if value is None else value for value in ballot.points] for ballot in self.counted]
        return np.array(rows, np.float64).reshape(len(rows), len(self.criteria))

    @cached_property
    def order(self) -> Floats:
        """The place of each ballot in its judge's own order; NaN where the judge gave none."""
        return np.array([np.nan if ballot.order is None else ballot.order for ballot in self.counted], np.float64)

    @cached_property
    def own_mean(self) -> Floats:
        """Each ballot's weighted mean of the points that were given."""
        weights = np.where(np.isnan(self.points), 0.0, np.array(self.weights))
        return np.asarray((np.nan_to_num(self.points) * weights).sum(1) / weights.sum(1))

    def without(self, judges: Collection[str]) -> Sheet:
        """The same round as it would be if these judges' ballots were void."""
        return Sheet(self.criteria, self.weights, self.ballots, (*self.voided, *judges))


def make_sheet(criteria: Sequence[str], ballots: Iterable[Ballot], weights: Mapping[str, float] | None = None) -> Sheet:
    """A sheet; criteria that `weights` does not name weigh 1."""
    return Sheet(tuple(criteria), tuple(float((weights or {}).get(name, 1.0)) for name in criteria), tuple(ballots))


def _positions(names: Sequence[str], among: Sequence[str]) -> Ints:
    place = {name: position for position, name in enumerate(among)}
    return np.array([place[name] for name in names], np.int64)
