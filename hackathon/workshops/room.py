"""What the screens in a workshop's room show: its cards by theme, who is there, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Result, func, select
from sqlalchemy.orm import aliased

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.core.similarity import likeness, likest
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.workshops.models import Finding, FindingKind, Theme, Workshop, WorkshopMember
from hackathon.workshops.queries import list_themes
from hackathon.workshops.rules import FindingState, MemberKind

MOST_HINTS = 8
_Source = aliased(Finding)


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A card on the wall. `sources`: how many others it stands for."""

    id: int
    number: int
    kind: FindingKind
    text: str
    theme: str | None
    letter: str
    pool: str
    sector_sv: str
    sector_en: str
    organisation: str | None
    author_id: int | None
    sources: int


@dataclass(frozen=True, slots=True)
class Column:
    """A theme with its cards, the latest first; the first column, without key, holds the cards that have none."""

    key: str
    name_sv: str
    name_en: str
    cards: tuple[RoomCard, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Another finding that says something alike; `likeness` from 0 to 1."""

    number: int
    text: str
    kind: FindingKind
    workshop_number: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited to a workshop or has come."""

    name: str
    kind: MemberKind
    joined_at: datetime | None


def list_cards(workshop: Workshop) -> list[RoomCard]:
    """The open cards of a workshop, the latest first."""
    sources = (
        select(func.count())
        .select_from(_Source)
        .where(_Source.merged_into_id == Finding.id)
        .correlate(Finding)
        .scalar_subquery()
    )
    rows: Result[*tuple[Any, ...]] = db.session.execute(
        select(
            Finding.id, Finding.number, Finding.kind, Finding.text, Theme.key, Sector.letter, Pool.key, Sector.name_sv,
            Sector.name_en, Organisation.name, Finding.author_id, sources,
        )
        .join(Sector, Sector.id == Finding.sector_id)
        .join(Pool, Pool.id == Sector.pool_id)
        .outerjoin(Theme, Theme.id == Finding.theme_id)
        .outerjoin(Organisation, Organisation.id == Finding.organisation_id)
        .where(Finding.workshop_id == workshop.id, Finding.state == FindingState.OPEN)
        .order_by(Finding.number.desc())
    )  # fmt: skip
    return [RoomCard(*row) for row in rows]


def columns_of(workshop: Workshop, cards: Sequence[RoomCard]) -> list[Column]:
    """The cards in the columns of the edition's themes; those without a theme first."""
    by_theme: dict[str | None, list[RoomCard]] = {}
    for card in cards:
        by_theme.setdefault(card.theme, []).append(card)
    columns = [Column("", "", "", tuple(by_theme.get(None, ())))]
    for theme in list_themes(workshop.edition_id):
        columns.append(Column(theme.key, theme.name_sv, theme.name_en, tuple(by_theme.get(theme.key, ()))))
    return columns


def alike(cards: Sequence[RoomCard]) -> dict[int, int]:
    """How many other cards in the room each card is like, by number; cards that are like no other are left out."""
    near = likest(tuple(card.text for card in cards))
    return {card.number: len(others) for card, others in zip(cards, near, strict=True) if others}


def hints_for(finding: Finding) -> list[Hint]:
    """The edition's other open findings that are most like this one, ranked."""
    rows = db.session.execute(
        select(Finding.number, Finding.text, Finding.kind, Workshop.number)
        .join(Workshop, Workshop.id == Finding.workshop_id)
        .where(
            Finding.edition_id == finding.edition_id, Finding.state == FindingState.OPEN, Finding.id != finding.id
        )
        .order_by(Finding.number)
    ).all()  # fmt: skip
    found = likeness(finding.text, [row[1] for row in rows])
    ranked = sorted(zip(found, rows, strict=True), key=lambda pair: (-pair[0], pair[1][0]))
    return [Hint(row[0], row[1], row[2], row[3], float(value)) for value, row in ranked[:MOST_HINTS] if value > 0]


def list_guests(workshop: Workshop) -> list[Guest]:
    """Who leads the workshop, who has come, and who is invited, in that order."""
    rows = db.session.execute(
        select(Person.name, WorkshopMember.kind, WorkshopMember.joined_at)
        .join(Person, Person.id == WorkshopMember.person_id)
        .where(WorkshopMember.workshop_id == workshop.id)
        .order_by(WorkshopMember.kind, WorkshopMember.joined_at.is_(None), Person.name, Person.id)
    )
    return [Guest(name, kind, joined_at) for name, kind, joined_at in rows]


def count_present(workshop_id: int) -> int:
    """How many people have come in."""
    here = WorkshopMember.workshop_id == workshop_id, WorkshopMember.joined_at.is_not(None)
    return db.session.scalar(select(func.count()).select_from(WorkshopMember).where(*here)) or 0


def read_revision(workshop_id: int) -> int:
    """What grows whenever the screens have something new to show."""
    return db.session.scalar(select(Workshop.revision).where(Workshop.id == workshop_id)) or 0
