"""Every plan of a small problem, one after the other: what the engine says can be held against all of them."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from tests.matching.scorer import Document, Seating, structure_holds, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


def seatings(problem: Document) -> Iterator[Seating]:
    """All plans that keep the structure."""
    names = [person["id"] for person in problem["participants"]]
    challenges = [challenge["id"] for challenge in problem.get("challenges", [])] or [None]
    for groups in _groups(names, problem["team_count"], problem["team_size"]):
        for given in product(challenges, repeat=problem["team_count"]):
            seating = list(zip(groups, given, strict=True))
            if structure_holds(problem, seating):
                yield seating


def _groups(names: list[str], teams: int, sizes: dict[str, int]) -> Iterator[list[list[str]]]:
    """All ways to part some people into numbered teams."""
    if teams == 0:
        if not names:
            yield []
        return
    for size in range(sizes["min"], sizes["max"] + 1):
        for team in combinations(names, size):
            for others in _groups([name for name in names if name not in team], teams - 1, sizes):
                yield [list(team), *others]


def optimum(problem: Document) -> int | None:
    """The least cost of any plan that keeps the hard rules, or None."""
    costs = [cost for feasible, cost in (verdict(problem, seating) for seating in seatings(problem)) if feasible]
    return min(costs, default=None)


def can_hold(problem: Document, rules: list[Document]) -> bool:
    """Whether some hard rules can hold together."""
    reduced = {**problem, "rules": rules}
    return any(verdict(reduced, seating)[0] for seating in seatings(reduced))
