"""Reading outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.followup.models import Outcome
from hackathon.followup.rules import DECIDABLE, OutcomeKind
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import Stage


@dataclass(frozen=True, slots=True)
class OutcomeCard:
    """An idea with what became of it, and who answers for it."""

    number: int
    title: str
    kind: OutcomeKind
    reason: str
    next_check_on: date | None
    owner: str | None
    pool: str | None
    letter: str | None
    sector_sv: str | None
    sector_en: str | None


@dataclass(frozen=True, slots=True)
class WaitingIdea:
    """An idea that a team took up and that has no outcome yet."""

    number: int
    title: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Counts:
    """The real numbers of the flow picture."""

    ideas: int
    """Ideas that everybody can read."""
    taken_up: int
    """Those of them that a team took up, or that have an outcome."""
    outcomes: dict[OutcomeKind, int]

    @property
    def decided(self) -> int:
        return sum(self.outcomes.values())

    @property
    def undecided(self) -> int:
        return self.taken_up - self.decided


_SHOWN = (Idea.stage != Stage.DRAFT, Idea.hidden_at.is_(None))


def list_outcomes(edition_id: int, *, kind: OutcomeKind | None = None) -> list[OutcomeCard]:
    """What became of the ideas: adopted first, then pilots, then the rest, by number. Hidden ideas are left out."""
    query = (
        select(
            Idea.number, Idea.title, Outcome.kind, Outcome.reason, Outcome.next_check_on, Organisation.name.label("owner"),
            Pool.key.label("pool"), Sector.letter, Sector.name_sv, Sector.name_en,
        )
        .join(Idea, Outcome.idea_id == Idea.id)
        .outerjoin(Organisation, Outcome.owner_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .outerjoin(Pool, Sector.pool_id == Pool.id)
        .where(Outcome.edition_id == edition_id, *_SHOWN)
        .order_by(Idea.number)
    )  # fmt: skip
    if kind is not None:
        query = query.where(Outcome.kind == kind)
    cards = [
        OutcomeCard(
            row.number, row.title, row.kind, row.reason, row.next_check_on, row.owner,
            row.pool, row.letter, row.name_sv, row.name_en,
        )
        for row in db.session.execute(query)
    ]  # fmt: skip
    order = list(OutcomeKind)
    return sorted(cards, key=lambda card: order.index(card.kind))


def count_ideas(edition_id: int) -> Counts:
    """How many ideas there are, how many were taken up, and how many ended in which way."""
    ideas = db.session.execute(
        select(
            func.count(),
            func.count(Outcome.id),
            func.count().filter(Idea.stage.in_(DECIDABLE) | Outcome.id.is_not(None)),
        )
        .select_from(Idea)
        .outerjoin(Outcome, Outcome.idea_id == Idea.id)
        .where(Idea.edition_id == edition_id, *_SHOWN)
    ).one()
    kinds = db.session.execute(
        select(Outcome.kind, func.count())
        .join(Idea, Outcome.idea_id == Idea.id)
        .where(Outcome.edition_id == edition_id, *_SHOWN)
        .group_by(Outcome.kind)
    )
    found = dict(kinds.all())
    return Counts(ideas[0], ideas[2], {kind: found.get(kind, 0) for kind in OutcomeKind})


def list_waiting(edition_id: int) -> list[WaitingIdea]:
    """Ideas that a team took up and that nobody has decided on: the furthest first."""
    rows = db.session.execute(
        select(Idea.number, Idea.title, Idea.stage)
        .outerjoin(Outcome, Outcome.idea_id == Idea.id)
        .where(Idea.edition_id == edition_id, Idea.stage.in_(DECIDABLE), Idea.hidden_at.is_(None), Outcome.id.is_(None))
        .order_by(Idea.number)
    )
    return sorted((WaitingIdea(*row) for row in rows), key=lambda idea: -DECIDABLE.index(idea.stage))


def load_idea_for_deciding(edition_id: int, number: int) -> Idea:
    """The idea that an outcome is decided for; NotFound where the edition has none with this number."""
    idea = db.session.scalar(
        select(Idea).where(Idea.edition_id == edition_id, Idea.number == number, Idea.stage != Stage.DRAFT)
    )
    if idea is None:
        raise NotFound(
            "idea_unknown", _l("Det finns ingen idé med det numret. Gå tillbaka till uppföljningen och välj i listan.")
        )
    return idea


def find_outcome(idea_id: int) -> Outcome | None:
    """What has been decided for an idea, if anything."""
    return db.session.scalar(select(Outcome).where(Outcome.idea_id == idea_id))
