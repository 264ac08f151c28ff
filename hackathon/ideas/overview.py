"""What the organiser looks at: how far ideas have come, by question, sector and pool, and which of them wait for something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import case, exists, func, select

from hackathon.core.db import db
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import MOVING, PUBLISHED, Stage
from hackathon.workshops.models import ChallengeQuestion

STILL_DAYS = 14
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a funnel: what it is of, as the address of a list names it, and how many ideas stand in each stage."""

    name: str
    filters: tuple[tuple[str, str], ...]
    counts: dict[Stage, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of published ideas. `questions` by number (None: without), `sectors` by id (None: without), `pools` by key."""

    stages: dict[Stage, int]
    questions: dict[int | None, dict[Stage, int]]
    sectors: dict[int | None, dict[Stage, int]]
    pools: dict[str, dict[Stage, int]]
    """By "both", "agency" and "external": from where all authors come."""
    still: int
    """How many have not moved for STILL_DAYS days, of those that are meant to."""


def read_overview(edition_id: int, *, now: datetime) -> Overview:
    """Counted in one query, whatever the number of ideas."""
    from_agency = exists().where(IdeaAuthor.idea_id == Idea.id, IdeaAuthor.pool_key == "agency")
    from_elsewhere = exists().where(IdeaAuthor.idea_id == Idea.id, IdeaAuthor.pool_key != "agency")
    waits = Idea.stage_changed_at <= _midnight(now) - timedelta(days=STILL_DAYS)
    pool = case((from_agency & from_elsewhere, "both"), (from_agency, "agency"), else_="external")
    each = (
        select(
            Idea.stage.label("stage"), ChallengeQuestion.number.label("question"), Idea.sector_id.label("sector"),
            pool.label("pool"), case((waits, 1), else_=0).label("waits"),
        )
        .outerjoin(ChallengeQuestion, ChallengeQuestion.id == Idea.question_id)
        .where(Idea.edition_id == edition_id, Idea.stage.in_(PUBLISHED), Idea.hidden_at.is_(None))
        .subquery()
    )  # fmt: skip
    grouped = select(each.c.stage, each.c.question, each.c.sector, each.c.pool, func.count(), func.sum(each.c.waits))
    rows = [
        (stage, question, sector, str(key), int(count), int(waiting))
        for stage, question, sector, key, count, waiting in db.session.execute(
            grouped.group_by(each.c.stage, each.c.question, each.c.sector, each.c.pool)
        )
    ]
    return Overview(
        stages=dict(_sum((row[0], row[4]) for row in rows)),
        questions=_table((row[1], row[0], row[4]) for row in rows),
        sectors=_table((row[2], row[0], row[4]) for row in rows),
        pools=_table((row[3], row[0], row[4]) for row in rows),
        still=sum(row[5] for row in rows if row[0] in MOVING),
    )


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _sum(pairs: Iterable[tuple[Stage, int]]) -> Counter[Stage]:
    found: Counter[Stage] = Counter()
    for stage, count in pairs:
        found[stage] += count
    return found


def _table(cells: Iterable[tuple[Key, Stage, int]]) -> dict[Key, dict[Stage, int]]:
    found: dict[Key, dict[Stage, int]] = {}
    for key, stage, count in cells:
        row = found.setdefault(key, {})
        row[stage] = row.get(stage, 0) + count
    return found
