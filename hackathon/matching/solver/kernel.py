"""The compiled loops of the local search: annealing over swaps, moves and exchanges of challenges.

Everything here is arithmetic on the arrays of a `State` (arrays.py; state.py builds them); what a rule means was settled before, when
its terms were made into tables. A proposal looks only at what it would change: the rows of the two people, the sums and the
groups of their two teams. The loops hold no lock of Python's, so several can run at once on states, or on parts of one
state that share no team.

Metropolis' rule accepts a change that costs `delta` at temperature T with probability exp(-delta / T); drawn the other way
round, where delta is at most T times an exponentially distributed number, which a table holds ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from numpy.typing import NDArray

    from hackathon.matching.solver.arrays import Ground, State

    Function = TypeVar("Function", bound=Callable[..., Any])

    def compiled(function: Function) -> Function: ...

    def inlined(function: Function) -> Function: ...

else:
    # Nothing is allocated in here, so arrays need not be counted (`_nrt`): counting them took more than half of the time.
    compiled = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
    # A call hands every array over, which in the loop would cost as much as the arithmetic.
    inlined = njit(inline="always", nogil=True, error_model="numpy", _nrt=False)

EXPONENTIALS = 1 << 14
"""The size of the table of exponentially distributed numbers; a power of two."""
COOL_EVERY = 64
"""So many steps are made at one temperature."""
NOTHING, SWAP, MOVE, CHALLENGE = 0, 1, 2, 3
"""The kinds of changes."""
CHALLENGE_SHARE, EXCHANGE_SHARE, MOVE_SHARE = 0.02, 0.75, 0.1
"""How often another challenge is proposed, how often of these an exchange, and how often a move where sizes allow it."""
COST, BROKEN, BEST, FRESH, TALLY = 0, 1, 2, 3, 4
"""The places of a `tally`: the cost, how far hard rules are broken, the best allowed cost, and whether the present plan
is the best and not yet written down; and how many places there are."""


@compiled
def draw(rng: NDArray[np.uint64]) -> Any:
    """The next 64 random bits (xorshift128+, Vigna 2017)."""
    x, y = rng[0], rng[1]
    rng[0] = y
    x ^= x << np.uint64(23)
    x ^= (x >> np.uint64(17)) ^ y ^ (y >> np.uint64(26))
    rng[1] = x
    return x + y


@compiled
def below(rng: NDArray[np.uint64], bound: int) -> Any:
    """A random whole number from 0 to below a bound of at most 2³²."""
    return np.int64(((draw(rng) >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@compiled
def chance(rng: NDArray[np.uint64]) -> Any:
    """A random number from 0 to below 1."""
    return np.float64(draw(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def outside(amount: int, low: int, high: int) -> Any:
    """How far an amount lies outside its bounds."""
    if amount < low:
        return low - amount
    if amount > high:
        return amount - high
    return 0


@inlined
def swap_delta(s: State, p: int, q: int) -> Any:
    """What it costs that p and q, of different teams, take each other's seats."""
    a, b = s.team_of[p], s.team_of[q]
    delta = s.leaving[p] + s.leaving[q]
    for i in range(s.row_start[p], s.row_start[p + 1]):
        row = s.rows[i]
        here, there = s.counts[a, row], s.counts[b, row]
        if (s.belongs[q, row >> 6] >> np.uint64(row & 63)) & np.uint64(1):
            # A row that both belong to does not change, though both leavings count it.
            delta += s.step[row, here - 1] + s.step[row, there - 1] - s.step[row, here]
        else:
            delta += s.step[row, there]
    for i in range(s.row_start[q], s.row_start[q + 1]):
        row = s.rows[i]
        delta += s.step[row, s.counts[a, row]]
    for k in range(s.values.shape[0]):
        gain = s.values[k, q] - s.values[k, p]
        if gain:
            at, bt = s.sums[k, a], s.sums[k, b]
            low, high = s.low[k, s.sizes[a]], s.high[k, s.sizes[a]]
            change = outside(at + gain, low, high) - outside(at, low, high)
            low, high = s.low[k, s.sizes[b]], s.high[k, s.sizes[b]]
            change += outside(bt - gain, low, high) - outside(bt, low, high)
            delta += s.sum_weight[k] * change
    for k in range(s.group.shape[0]):
        mine, theirs, none = s.group[k, p], s.group[k, q], s.groups[k]
        if mine != theirs:
            here = s.met[k, a] - (mine != none and s.group_counts[k, a, mine] == 1)
            here += theirs != none and s.group_counts[k, a, theirs] == 0
            there = s.met[k, b] - (theirs != none and s.group_counts[k, b, theirs] == 1)
            there += mine != none and s.group_counts[k, b, mine] == 0
            delta += (
                s.met_cost[k, here] + s.met_cost[k, there] - s.met_cost[k, s.met[k, a]] - s.met_cost[k, s.met[k, b]]
            )
    if s.wish.shape[1]:
        at, bt = s.challenge_of[a], s.challenge_of[b]
        delta += s.wish[p, bt] - s.wish[p, at] + s.wish[q, at] - s.wish[q, bt]
    for k in range(s.home.shape[0]):
        delta += s.home_weight[k, p] * (np.int64(s.home[k, p] == a) - np.int64(s.home[k, p] == b))
        delta += s.home_weight[k, q] * (np.int64(s.home[k, q] == b) - np.int64(s.home[k, q] == a))
    return delta


@inlined
def move_delta(s: State, p: int, b: int) -> Any:
    """What it costs that p moves into another team."""
    a = s.team_of[p]
    delta = s.leaving[p]
    for i in range(s.row_start[p], s.row_start[p + 1]):
        row = s.rows[i]
        delta += s.step[row, s.counts[b, row]]
    m, n = s.sizes[a], s.sizes[b]
    for k in range(s.values.shape[0]):
        value, at, bt = s.values[k, p], s.sums[k, a], s.sums[k, b]
        change = outside(at - value, s.low[k, m - 1], s.high[k, m - 1]) - outside(at, s.low[k, m], s.high[k, m])
        change += outside(bt + value, s.low[k, n + 1], s.high[k, n + 1]) - outside(bt, s.low[k, n], s.high[k, n])
        delta += s.sum_weight[k] * change
    for k in range(s.group.shape[0]):
        mine = s.group[k, p]
        if mine != s.groups[k]:
            here = s.met[k, a] - (s.group_counts[k, a, mine] == 1)
            there = s.met[k, b] + (s.group_counts[k, b, mine] == 0)
            delta += (
                s.met_cost[k, here] + s.met_cost[k, there] - s.met_cost[k, s.met[k, a]] - s.met_cost[k, s.met[k, b]]
            )
    if s.wish.shape[1]:
        delta += s.wish[p, s.challenge_of[b]] - s.wish[p, s.challenge_of[a]]
    for k in range(s.home.shape[0]):
        delta += s.home_weight[k, p] * (np.int64(s.home[k, p] == a) - np.int64(s.home[k, p] == b))
    return delta


@inlined
def challenge_delta(s: State, a: int, challenge: int) -> Any:
    """What it costs that team a works on another challenge."""
    delta, now = np.int64(0), s.challenge_of[a]
    for k in range(s.sizes[a]):
        delta += s.wish[s.members[a, k], challenge] - s.wish[s.members[a, k], now]
    return delta


@compiled
def leave(s: State, p: int) -> None:
    """Take p out of the counts of the present team."""
    a = s.team_of[p]
    for i in range(s.row_start[p], s.row_start[p + 1]):
        s.counts[a, s.rows[i]] -= 1
    for k in range(s.values.shape[0]):
        s.sums[k, a] -= s.values[k, p]
    for k in range(s.group.shape[0]):
        mine = s.group[k, p]
        s.group_counts[k, a, mine] -= 1
        if mine != s.groups[k] and s.group_counts[k, a, mine] == 0:
            s.met[k, a] -= 1


@compiled
def join(s: State, p: int, b: int, seat: int) -> None:
    """Put p, who has left, on a seat of team b."""
    for i in range(s.row_start[p], s.row_start[p + 1]):
        s.counts[b, s.rows[i]] += 1
    for k in range(s.values.shape[0]):
        s.sums[k, b] += s.values[k, p]
    for k in range(s.group.shape[0]):
        mine = s.group[k, p]
        s.group_counts[k, b, mine] += 1
        if mine != s.groups[k] and s.group_counts[k, b, mine] == 1:
            s.met[k, b] += 1
    s.team_of[p], s.seat_of[p] = b, seat
    s.members[b, seat] = p


@compiled
def reckon_leaving(s: State, a: int) -> None:
    """Bring `leaving` up to date for the members of a team."""
    for seat in range(s.sizes[a]):
        p = s.members[a, seat]
        saved = np.int64(0)
        for i in range(s.row_start[p], s.row_start[p + 1]):
            saved -= s.step[s.rows[i], s.counts[a, s.rows[i]] - 1]
        s.leaving[p] = saved


@compiled
def swap(s: State, p: int, q: int) -> None:
    """Let p and q take each other's seats."""
    a, b, first, second = s.team_of[p], s.team_of[q], s.seat_of[p], s.seat_of[q]
    leave(s, p)
    leave(s, q)
    join(s, p, b, second)
    join(s, q, a, first)
    reckon_leaving(s, a)
    reckon_leaving(s, b)


@compiled
def move(s: State, p: int, b: int) -> None:
    """Let p move into another team; the last of the old one takes the empty seat."""
    a, seat = s.team_of[p], s.seat_of[p]
    leave(s, p)
    s.sizes[a] -= 1
    last = s.members[a, s.sizes[a]]
    s.members[a, seat], s.seat_of[last] = last, seat
    join(s, p, b, s.sizes[b])
    s.sizes[b] += 1
    reckon_leaving(s, a)
    reckon_leaving(s, b)


@compiled
def team_cost(s: State, a: int) -> Any:
    """What a team costs, apart from what every plan pays and from the homes of those who sit elsewhere."""
    cost, size = np.int64(0), s.sizes[a]
    for row in range(s.step.shape[0]):
        for count in range(s.counts[a, row]):
            cost += s.step[row, count]
    for k in range(s.values.shape[0]):
        cost += s.sum_weight[k] * outside(s.sums[k, a], s.low[k, size], s.high[k, size])
    for k in range(s.group.shape[0]):
        cost += s.met_cost[k, s.met[k, a]]
    for seat in range(size):
        p = s.members[a, seat]
        if s.wish.shape[1]:
            cost += s.wish[p, s.challenge_of[a]]
        for k in range(s.home.shape[0]):
            cost += s.home_weight[k, p] * (s.home[k, p] != a)
    return cost


@inlined
def _propose(s: State, ground: Ground, rng: NDArray[np.uint64]) -> Any:
    """Draw a change: its kind, what it is about (p and q, for an exchange of challenges another team) and its cost.

    A kind of NOTHING stands for a draw that would change nothing or is not allowed.
    """
    what = chance(rng)
    if what < CHALLENGE_SHARE and s.wish.shape[1] > 1:
        return _propose_challenge(s, ground, rng)
    if what > 1.0 - MOVE_SHARE and ground.smallest < ground.largest:
        p, b = ground.people[below(rng, len(ground.people))], ground.teams[below(rng, len(ground.teams))]
        a = s.team_of[p]
        if b == a or s.sizes[a] <= ground.smallest or s.sizes[b] >= ground.largest:
            return NOTHING, 0, 0, -1, 0
        return MOVE, p, b, -1, move_delta(s, p, b)
    p, q = ground.people[below(rng, len(ground.people))], ground.people[below(rng, len(ground.people))]
    if s.team_of[p] == s.team_of[q]:
        return NOTHING, 0, 0, -1, 0
    return SWAP, p, q, -1, swap_delta(s, p, q)


@inlined
def _propose_challenge(s: State, ground: Ground, rng: NDArray[np.uint64]) -> Any:
    """Draw an exchange of challenges between two teams, or one that may be given once more."""
    team = ground.teams[below(rng, len(ground.teams))]
    mine = s.challenge_of[team]
    if chance(rng) < EXCHANGE_SHARE:
        other = ground.teams[below(rng, len(ground.teams))]
        theirs = s.challenge_of[other]
        if theirs == mine:
            return NOTHING, 0, 0, -1, 0
        delta = challenge_delta(s, team, theirs) + challenge_delta(s, other, mine)
        return CHALLENGE, team, theirs, other, delta
    fresh = below(rng, s.wish.shape[1])
    if fresh == mine or ground.used[fresh] >= ground.most[fresh] or ground.used[mine] <= ground.least[mine]:
        return NOTHING, 0, 0, -1, 0
    return CHALLENGE, team, fresh, -1, challenge_delta(s, team, fresh)


@compiled
def _settle(s: State, guard: State, ground: Ground, kind: int, p: int, q: int, other: int) -> Any:
    """Make a change in both states; how much further it breaks hard rules."""
    if kind == SWAP:
        worse = swap_delta(guard, p, q)
        swap(guard, p, q)
        swap(s, p, q)
        return worse
    if kind == MOVE:
        worse = move_delta(guard, p, q)
        move(guard, p, q)
        move(s, p, q)
        return worse
    mine = s.challenge_of[p]
    worse = _give(s, guard, p, q)
    if other >= 0:
        worse += _give(s, guard, other, mine)
    else:
        ground.used[mine] -= 1
        ground.used[q] += 1
    return worse


@compiled
def _give(s: State, guard: State, team: int, challenge: int) -> Any:
    """Give a team a challenge in both states; how much further that breaks hard rules."""
    worse = np.int64(0)
    if guard.wish.shape[1]:
        worse += challenge_delta(guard, team, challenge)
    s.challenge_of[team] = challenge
    guard.challenge_of[team] = challenge
    return worse


@compiled
def _keep(s: State, tally: NDArray[np.int64], best_team_of: Any, best_challenge_of: Any) -> None:
    """Write the present plan down as the best."""
    for p in range(len(s.team_of)):
        best_team_of[p] = s.team_of[p]
    for a in range(len(s.challenge_of)):
        best_challenge_of[a] = s.challenge_of[a]
    tally[FRESH] = 0


@compiled
def anneal(
    s: State,
    guard: State,
    ground: Ground,
    rng: NDArray[np.uint64],
    exponentials: NDArray[np.float64],
    steps: int,
    hot: float,
    cold: float,
    tally: NDArray[np.int64],
    best_team_of: NDArray[np.int32],
    best_challenge_of: NDArray[np.int32],
) -> None:
    """So many proposals while the temperature falls geometrically. `tally` is brought up to date; where `best_team_of`
    has room for everybody, the best allowed plan is written down, at the latest before the search leaves it.
    """
    if len(ground.people) < 2 or len(ground.teams) < 2:
        return
    tracks = len(best_team_of) > 0
    ratio = (cold / hot) ** (COOL_EVERY / max(1, steps))
    temperature = hot
    guarded = guard.step.shape[0] + guard.values.shape[0] + guard.group.shape[0] + guard.wish.shape[1] > 0
    for number in range(steps):
        if number % COOL_EVERY == 0 and number:
            temperature *= ratio
        kind, p, q, other, delta = _propose(s, ground, rng)
        if kind == NOTHING or delta > temperature * exponentials[below(rng, EXPONENTIALS)]:
            continue
        if tally[FRESH] and tracks and (delta >= 0 or guarded):
            _keep(s, tally, best_team_of, best_challenge_of)
        tally[BROKEN] += _settle(s, guard, ground, kind, p, q, other)
        tally[COST] += delta
        if tally[BROKEN] == 0 and tally[COST] < tally[BEST]:
            tally[BEST], tally[FRESH] = tally[COST], 1
    if tally[FRESH] and tracks:
        _keep(s, tally, best_team_of, best_challenge_of)
