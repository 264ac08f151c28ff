"""What holds for team generation: how many teams, which states follow which, and what a rule weighs. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

SHORTEST_SECONDS: Final = 3
LONGEST_SECONDS: Final = 120
USUAL_SECONDS: Final = 30
LARGEST_SEED: Final = 2**31 - 1
MOST_CURVE_POINTS: Final = 120

RUN_STEPS: Final[dict[str, frozenset[str]]] = {
    "queued": frozenset({"running", "cancelled", "failed"}),
    "running": frozenset({"solved", "infeasible", "cancelled", "failed"}),
    "solved": frozenset(),
    "infeasible": frozenset(),
    "cancelled": frozenset(),
    "failed": frozenset(),
}
"""The life of a run: from each state to which."""

PLAN_STEPS: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"published"}),
    "published": frozenset({"superseded"}),
    "superseded": frozenset(),
}
"""The life of a plan."""


def may_step(steps: dict[str, frozenset[str]], before: str, after: str) -> bool:
    """Whether a run or a plan may go from one state to another."""
    return after in steps[before]


def has_ended(state: str) -> bool:
    """Whether a run in this state will not change any more."""
    return not RUN_STEPS[state]


@dataclass(frozen=True, slots=True)
class TeamShape:
    """How many teams, and the fewest and most members of one."""

    count: int
    smallest: int
    largest: int


def team_shape(people: int, *, tables: int, smallest: int, largest: int) -> TeamShape:
    """The teams that so many people can be: as the edition wants them where that works out, else as near as can be.

    There are never more teams than `tables`. Where the wanted sizes do not work out, the number of teams is chosen so
    that their mean size comes nearest to the wanted one (the smaller teams where two come equally near), and sizes
    differ by one at most. Raises ValueError where there are no people or no tables.
    """
    if people < 1 or tables < 1:
        raise ValueError("teams need at least one person and one table")
    if tables * smallest <= people <= tables * largest:
        return TeamShape(tables, smallest, largest)
    wanted = (smallest + largest) / 2
    count = min(range(1, min(tables, people) + 1), key=lambda teams: (abs(people / teams - wanted), -teams))
    return TeamShape(count, people // count, -(-people // count))


def gap_percent(cost: int | None, lower_bound: int | None) -> float | None:
    """How much cheaper, in per cent of the cost, a plan could at most become; None where it is not known."""
    if cost is None or lower_bound is None:
        return None
    return 100 * (cost - lower_bound) / cost if cost else 0.0


def thin(points: Sequence[list[float | int | None]], most: int = MOST_CURVE_POINTS) -> list[list[float | int | None]]:
    """At most so many points of a curve, evenly picked, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(number * step)] for number in range(most)]


class Tier(enum.StrEnum):
    """How much a rule counts, in words of people."""

    MUST = "must"
    MOST = "most"
    MUCH = "much"
    SOME = "some"


def tier_of(rule: dict[str, object]) -> Tier:
    """The tier of a rule of a problem document. A preference costs up to `otherwise` a head, and counts as much."""
    if rule.get("hard") or rule["kind"] == "pin":
        return Tier.MUST
    weight = rule["weight"]
    assert isinstance(weight, int)  # noqa: S101 - the document was parsed before.
    worst = rule.get("otherwise", 1)
    total = weight * worst if isinstance(worst, int) else weight
    return Tier.MOST if total >= 30 else Tier.MUCH if total >= 10 else Tier.SOME


# --- the rules that a run starts from -------------------------------------------------------------------------------

POOL_WEIGHT: Final = 50
SECTOR_WEIGHT: Final = 20
SECTORS_WANTED: Final = 3
ORGANISATION_WEIGHT: Final = 60
PREFERENCE_COSTS: Final = [0, 1, 3]
PREFERENCE_OTHERWISE: Final = 8
PREFERENCE_WEIGHT: Final = 2
COVERAGE: Final = (("facilitation", 2, 30), ("service-design", 2, 12), ("data", 2, 12), ("communication", 1, 8))
"""Skill, level and weight. A skill that the edition's taxonomy lacks is left out."""
PROFESSION_WEIGHT: Final = 4
SENIORITY_WEIGHT: Final = 4
EXPERIENCE_WEIGHT: Final = 1
ACQUAINTANCE_WEIGHT: Final = 3
"""People who know each other already meet somebody new: worth a little, and never the reason for a poor team."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the usual rules depend on."""

    shape: TeamShape
    largest_organisation: int
    sectors: int
    skills: frozenset[str]
    questions: int


def acquaintance_rules(pairs: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    """Seats people who know each other in different teams, as far as it costs little."""
    return [{"kind": "apart", "participants": list(pair), "weight": ACQUAINTANCE_WEIGHT} for pair in pairs]


def usual_rules(crowd: Crowd) -> list[dict[str, object]]:
    """The rules of Skills360 as far as this crowd gives them a sense.

    Colleagues are kept apart without exception where counting allows it: dealing people out one organisation after
    another seats at most one of each in a team as long as no organisation has more people than there are teams.
    """
    apart: dict[str, object] = {"kind": "limit", "attribute": "organisation", "max": 1}
    apart |= {"hard": True} if crowd.largest_organisation <= crowd.shape.count else {"weight": ORGANISATION_WEIGHT}
    rules: list[dict[str, object]] = [apart, {"kind": "balance", "attribute": "pool", "weight": POOL_WEIGHT}]
    if crowd.questions:
        costs = {"costs": PREFERENCE_COSTS, "otherwise": PREFERENCE_OTHERWISE, "weight": PREFERENCE_WEIGHT}
        rules.append({"kind": "preference", **costs})
    rules += [
        {"kind": "coverage", "skill": skill, "level": level, "count": 1, "weight": weight}
        for skill, level, weight in COVERAGE
        if skill in crowd.skills
    ]
    wanted = min(SECTORS_WANTED, crowd.shape.smallest, crowd.sectors)
    if wanted > 1:
        rules.append({"kind": "distinct", "attribute": "sector", "min": wanted, "weight": SECTOR_WEIGHT})
    rules += [
        {"kind": "balance", "attribute": "profession", "weight": PROFESSION_WEIGHT},
        {"kind": "balance", "attribute": "seniority", "weight": SENIORITY_WEIGHT},
        {"kind": "evenness", "attribute": "experience_years", "weight": EXPERIENCE_WEIGHT},
    ]
    return rules
