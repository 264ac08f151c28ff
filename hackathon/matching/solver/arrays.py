"""What the compiled loops (kernel.py) work on: the arrays of a problem and a plan, and the part of it that is theirs.

The loops themselves stand in one file, because Numba keeps machine code by file: it would not notice that a function in
another file has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class State(NamedTuple):
    """A problem's tables and a plan, as arrays. The first part never changes, the second is the plan."""

    row_start: NDArray[np.int32]  # people + 1: where each person's rows begin in `rows`
    rows: NDArray[np.int32]  # the rows of each person, ascending
    belongs: NDArray[np.uint64]  # people × words: the same as bits
    step: NDArray[np.int64]  # rows × counts: what one more costs
    values: NDArray[np.int64]  # sums × people
    low: NDArray[np.int64]  # sums × sizes
    high: NDArray[np.int64]
    sum_weight: NDArray[np.int64]
    group: NDArray[np.int32]  # varieties × people; the last group of each is none
    groups: NDArray[np.int32]  # how many groups each variety has
    met_cost: NDArray[np.int64]  # varieties × groups met
    wish: NDArray[np.int64]  # people × challenges
    home: NDArray[np.int32]  # layers × people; -1: none
    home_weight: NDArray[np.int64]

    team_of: NDArray[np.int32]
    seat_of: NDArray[np.int32]
    members: NDArray[np.int32]  # teams × seats
    sizes: NDArray[np.int32]
    challenge_of: NDArray[np.int32]
    counts: NDArray[np.int16]  # teams × rows
    leaving: NDArray[np.int64]  # people: what the rows of their team cost more without them
    sums: NDArray[np.int64]  # sums × teams
    group_counts: NDArray[np.int32]  # varieties × teams × groups
    met: NDArray[np.int32]  # varieties × teams


class Ground(NamedTuple):
    """What one loop may touch: some teams, their people who may be moved, and the room for other challenges in them."""

    teams: NDArray[np.int32]
    people: NDArray[np.int32]
    used: NDArray[np.int64]  # by challenge: teams of this ground that have it
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    smallest: int
    largest: int
