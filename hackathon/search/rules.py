"""How a typed word meets a written one. Pure."""

from __future__ import annotations

SHORTEST_PREFIX, SHORTEST_PART, SHORTEST_WITH_ERROR = 3, 4, 4
LONG_WORD = 8
"""From this many letters on a word may have two typing errors."""
MOST_WORDS = 8
"""How many words of a search are looked for."""


def errors_allowed(word: str) -> int:
    """How many typing errors a word of this length may have."""
    if len(word) < SHORTEST_WITH_ERROR:
        return 0
    return 2 if len(word) >= LONG_WORD else 1


def is_mistyped(typed: str, written: str, most: int) -> bool:
    """Whether at most so many letters are wrong, missing, too many, or have changed places with their neighbour.

    The optimal string alignment distance, ended as soon as it is past `most` (Damerau 1964; Boytsov 2011).
    """
    if abs(len(typed) - len(written)) > most:
        return False
    before_last: list[int] = []
    last = list(range(len(written) + 1))
    for row, sign in enumerate(typed, 1):
        here = [row]
        for column, other in enumerate(written, 1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (sign != other))
            swapped = row > 1 < column and sign == written[column - 2] and typed[row - 2] == other
            here.append(min(cost, before_last[column - 2] + 1) if swapped else cost)
        if min(here) > most:
            return False
        before_last, last = last, here
    return last[-1] <= most


def may_be_mistyped(typed: int, written: int, most: int) -> bool:
    """A quick look at the letters that two words have (see `letters`): each error adds or takes at most two."""
    return (typed ^ written).bit_count() <= 2 * most


def letters(word: str) -> int:
    """The letters of a word as bits of a number; the order and the number of times are left out."""
    found = 0
    for sign in word:
        found |= 1 << (ord(sign) & 63)
    return found
