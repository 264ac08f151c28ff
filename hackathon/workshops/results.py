"""What came of a ranking: for each finding the mean, the spread and the number of ratings, in all and by sector."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sqlalchemy import func, select

from hackathon.core.db import db
from hackathon.events.models import Sector
from hackathon.workshops.models import Finding, FindingKind, Ranking, RankingItem, Rating

LEAST_IN_SECTOR = 2
"""A sector says something of a finding from this many ratings on: fewer would show what one person said."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Mean and standard deviation of points from 1 to 5, and how many there are."""

    mean: float
    spread: float
    count: int

    @classmethod
    def of(cls, count: int, total: float, squares: float) -> Measure:
        """From the number, the sum and the sum of squares; the spread is that of the sample, 0 for a single rating."""
        mean = total / count
        variance = max(squares - count * mean * mean, 0.0) / (count - 1) if count > 1 else 0.0
        return cls(mean, math.sqrt(variance), count)


@dataclass(frozen=True, slots=True)
class Result:
    """One rated finding. `by_sector`: the mean of interest and feasibility together in each sector that says something."""

    number: int
    text: str
    kind: FindingKind
    interest: Measure | None
    feasibility: Measure | None
    by_sector: dict[int, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.interest.count if self.interest else 0

    @property
    def score(self) -> float:
        """What the list is ordered by: interest and feasibility count alike."""
        return (self.interest.mean + self.feasibility.mean) / 2 if self.interest and self.feasibility else 0.0

    @property
    def gap(self) -> float:
        """How far the sectors lie apart: the highest mean of a sector less the lowest; 0 where fewer than two speak."""
        return max(self.by_sector.values()) - min(self.by_sector.values()) if len(self.by_sector) > 1 else 0.0


def list_results(ranking: Ranking) -> list[Result]:
    """All findings of a ranking, the highest first; those that nobody has rated yet last."""
    rated: dict[int, dict[int | None, tuple[int, int, int, int, int]]] = {}
    sums = (
        func.count(), func.sum(Rating.interest), func.sum(Rating.interest * Rating.interest), func.sum(Rating.feasibility),
        func.sum(Rating.feasibility * Rating.feasibility),
    )  # fmt: skip
    query = select(Rating.finding_id, Rating.sector_id, *sums).where(
        Rating.ranking_id == ranking.id, Rating.rated_at.is_not(None)
    )
    for finding_id, sector_id, *row in db.session.execute(query.group_by(Rating.finding_id, Rating.sector_id)):
        count, *totals = (int(value or 0) for value in row)
        rated.setdefault(finding_id, {})[sector_id] = (count, totals[0], totals[1], totals[2], totals[3])
    found = [
        _result(number, text, kind, rated.get(finding_id, {}))
        for finding_id, number, text, kind in db.session.execute(
            select(Finding.id, Finding.number, Finding.text, Finding.kind)
            .join(RankingItem, RankingItem.finding_id == Finding.id)
            .where(RankingItem.ranking_id == ranking.id)
        )
    ]
    return sorted(found, key=lambda result: (-result.score, result.number))


def _result(
    number: int, text: str, kind: FindingKind, sectors: dict[int | None, tuple[int, int, int, int, int]]
) -> Result:
    if not sectors:
        return Result(number, text, kind, None, None)
    count, interest, interest_squares, feasible, feasible_squares = (
        sum(part) for part in zip(*sectors.values(), strict=True)
    )
    by_sector = {
        sector_id: (row[1] + row[3]) / (2 * row[0])
        for sector_id, row in sectors.items()
        if sector_id is not None and row[0] >= LEAST_IN_SECTOR
    }
    return Result(
        number, text, kind, Measure.of(count, interest, interest_squares), Measure.of(count, feasible, feasible_squares),
        by_sector,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody rated as they did; without a name, with the sector."""

    text: str
    interest: int
    feasibility: int
    letter: str | None


def list_reasons(ranking: Ranking, finding_number: int) -> list[Reason]:
    """What people said of one finding, in an order that tells nothing of who said it."""
    rows = db.session.execute(
        select(Rating.reason, Rating.interest, Rating.feasibility, Sector.letter)
        .join(Finding, Finding.id == Rating.finding_id)
        .outerjoin(Sector, Sector.id == Rating.sector_id)
        .where(Rating.ranking_id == ranking.id, Finding.number == finding_number, Rating.rated_at.is_not(None))
        .order_by(Rating.interest.desc(), Rating.feasibility.desc(), Rating.reason)
    )
    return [Reason(text, interest or 0, feasible or 0, letter) for text, interest, feasible, letter in rows]


@dataclass(frozen=True, slots=True)
class Turn:
    """One finding of a person's set; unrated while `interest` is None."""

    number: int
    text: str
    kind: FindingKind
    interest: int | None
    feasibility: int | None
    reason: str


def list_turns(ranking: Ranking, person_id: int) -> list[Turn]:
    """What a person was given, in the order in which it was given."""
    rows = db.session.execute(
        select(Finding.number, Finding.text, Finding.kind, Rating.interest, Rating.feasibility, Rating.reason)
        .join(Finding, Finding.id == Rating.finding_id)
        .where(Rating.ranking_id == ranking.id, Rating.person_id == person_id)
        .order_by(Rating.id)
    )
    return [Turn(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a ranking has come."""

    items: int
    ratings: int
    people: int
    fewest: int
    """Ratings of the finding that has the fewest."""


def read_progress(ranking: Ranking) -> Progress:
    """Counted in two queries, whatever the number of findings."""
    done = Rating.ranking_id == ranking.id, Rating.rated_at.is_not(None)
    per_item = (
        select(func.count(Rating.id).label("n"))
        .select_from(RankingItem)
        .outerjoin(Rating, (Rating.finding_id == RankingItem.finding_id) & done[0] & done[1])
        .where(RankingItem.ranking_id == ranking.id)
        .group_by(RankingItem.finding_id)
        .subquery()
    )
    items, fewest = db.session.execute(select(func.count(), func.min(per_item.c.n)).select_from(per_item)).one()
    ratings, people = db.session.execute(
        select(func.count(), func.count(Rating.person_id.distinct())).where(*done)
    ).one()
    return Progress(items, ratings, people, fewest or 0)
