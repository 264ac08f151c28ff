"""The arrays of the compiled search (kernel.py), made from a problem's tables and a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hackathon.matching.solver.arrays import Ground, State
from hackathon.matching.solver.kernel import reckon_leaving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hackathon.matching.solver.tables import Ints, Tables

NOTHING = np.zeros(0, np.int32)


def state_of(tables: Tables, team_of: Ints, challenge_of: Ints) -> State:
    """A plan of a problem, as the kernel wants it. The arrays are new and belong to the state alone."""
    people, teams = tables.people, tables.teams
    lengths = np.array([len(own) for own in tables.row_lists], np.int64)
    row_start = np.zeros(people + 1, np.int32)
    row_start[1:] = np.cumsum(lengths)
    rows = np.concatenate([NOTHING, *(np.sort(own).astype(np.int32) for own in tables.row_lists)])
    seats = np.asarray(team_of, np.int32).copy()
    sizes = np.bincount(seats, minlength=teams).astype(np.int32)
    members, seat_of = _seated(seats, sizes, max(tables.largest, int(sizes.max(initial=0))) + 1)
    counts = np.zeros((teams, tables.row_cost.shape[0]), np.int16)
    np.add.at(counts, (np.repeat(seats, lengths), rows), 1)
    values = np.array([total.values for total in tables.totals], np.int64).reshape(len(tables.totals), people)
    group = np.array([variety.group for variety in tables.varieties], np.int32).reshape(len(tables.varieties), people)
    groups = np.array([variety.count for variety in tables.varieties], np.int32)
    group_counts = np.zeros((len(groups), teams, int(groups.max(initial=0)) + 1), np.int32)
    for number, row in enumerate(group):
        np.add.at(group_counts[number], (seats, row), 1)
    met = np.array([(group_counts[k, :, : groups[k]] > 0).sum(1) for k in range(len(groups))], np.int32)
    state = State(
        row_start=row_start,
        rows=rows,
        belongs=_bits(np.repeat(np.arange(people), lengths), rows, people, tables.row_cost.shape[0]),
        step=np.diff(tables.row_cost, axis=1).astype(np.int64),
        values=values,
        low=_stacked([total.low for total in tables.totals]),
        high=_stacked([total.high for total in tables.totals]),
        sum_weight=np.array([total.weight for total in tables.totals], np.int64),
        group=group,
        groups=groups,
        met_cost=_stacked([variety.cost for variety in tables.varieties]),
        wish=np.zeros((people, 0), np.int64) if tables.wish is None else tables.wish.astype(np.int64),
        home=np.array([home for home, _ in tables.homes], np.int32).reshape(len(tables.homes), people),
        home_weight=np.array([weight for _, weight in tables.homes], np.int64).reshape(len(tables.homes), people),
        team_of=seats,
        seat_of=seat_of,
        members=members,
        sizes=sizes,
        challenge_of=np.asarray(challenge_of, np.int32).copy(),
        counts=counts,
        leaving=np.zeros(people, np.int64),
        sums=np.array([np.bincount(seats, row, minlength=teams) for row in values], np.int64).reshape(
            len(values), teams
        ),
        group_counts=group_counts,
        met=met.reshape(len(groups), teams),
    )
    for team in range(teams):
        reckon_leaving(state, team)
    return state


def _bits(people: Ints, rows: NDArray[np.int32], count: int, width: int) -> NDArray[np.uint64]:
    """Pairs of a person and a row as bits, 64 rows to a word."""
    bits = np.zeros((count, width // 64 + 1), np.uint64)
    np.bitwise_or.at(bits, (people, rows >> 6), np.uint64(1) << (rows & 63).astype(np.uint64))
    return bits


def _seated(
    seats: NDArray[np.int32], sizes: NDArray[np.int32], width: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The members of each team side by side, and the seat of each person among them."""
    order = np.argsort(seats, kind="stable")
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    seat_of = np.empty(len(seats), np.int32)
    seat_of[order] = np.arange(len(seats)) - starts
    members = np.full((len(sizes), width), -1, np.int32)
    members[seats, seat_of] = np.arange(len(seats))
    return members, seat_of


def _stacked(rows: Sequence[NDArray[np.float64]]) -> NDArray[np.int64]:
    """Rows of different lengths in one array; what is missing at an end repeats the last number."""
    width = max((len(row) for row in rows), default=0)
    padded = [np.append(row, np.full(width - len(row), row[-1] if len(row) else 0)) for row in rows]
    return np.array(padded, np.int64).reshape(len(rows), width)


def cost_of(tables: Tables, state: State) -> int:
    """What the plan of a state costs by its tables, reckoned from nothing."""
    counts = np.minimum(state.counts, tables.row_cost.shape[1] - 1)
    cost = float(tables.row_cost[np.arange(tables.row_cost.shape[0]), counts].sum()) + tables.constant
    for total, sums in zip(tables.totals, state.sums, strict=True):
        low, high = total.low[state.sizes], total.high[state.sizes]
        cost += total.weight * float(np.maximum(np.maximum(low - sums, sums - high), 0).sum())
    for variety, met in zip(tables.varieties, state.met, strict=True):
        cost += float(variety.cost[met].sum())
    if tables.wish is not None:
        cost += float(tables.wish[np.arange(tables.people), state.challenge_of[state.team_of]].sum())
    for home, weight in tables.homes:
        cost += float(weight[home != state.team_of].sum())
    return round(cost)


def ground_of(tables: Tables, state: State, teams: NDArray[np.int32], share: int, shares: int) -> Ground:
    """What one of several loops may touch: some teams, and its share of the room that is left for other challenges."""
    is_mine = np.zeros(tables.teams, bool)
    is_mine[teams] = True
    bounds = np.array(tables.challenges, np.int64).reshape(-1, 2)
    used, everywhere = np.zeros((2, len(bounds)), np.int64)
    if len(bounds):
        used += np.bincount(state.challenge_of[teams], minlength=len(bounds))
        everywhere += np.bincount(state.challenge_of, minlength=len(bounds))
    below, above = everywhere - bounds[:, 0], bounds[:, 1] - everywhere
    return Ground(
        teams=teams,
        people=np.flatnonzero(is_mine[state.team_of] & tables.is_movable).astype(np.int32),
        used=used,
        least=used - (below // shares + (share < below % shares)),
        most=used + above // shares + (share < above % shares),
        smallest=tables.smallest,
        largest=tables.largest,
    )
