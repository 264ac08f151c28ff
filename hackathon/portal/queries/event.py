"""Reading what everybody may see of an edition: counts, programme, questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, bindparam, func, select

from hackathon.core.db import db, fetch
from hackathon.events.models import AgendaItem, Edition, Organisation, Sector
from hackathon.followup.models import Outcome
from hackathon.followup.rules import OutcomeKind
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import PUBLISHED
from hackathon.judging.models import PublishedResult
from hackathon.teams.models import Team
from hackathon.workshops.models import ChallengeQuestion, Finding, FindingKind, Workshop


@dataclass(frozen=True, slots=True)
class EditionCard:
    """An edition in the list of editions."""

    slug: str
    name: str
    venue: str
    city: str
    event_date: date


def list_edition_cards() -> list[EditionCard]:
    """All editions, the latest first."""
    columns = select(Edition.slug, Edition.name, Edition.venue, Edition.city, Edition.event_date)
    return [EditionCard(*row) for row in db.session.execute(columns.order_by(Edition.event_date.desc(), Edition.id))]


@dataclass(frozen=True, slots=True)
class Journey:
    """How many of each there are on the way from workshop to adopted idea, and when the workshops were held."""

    team_count: int
    team_size: int
    workshops: int
    first_workshop: date | None
    last_workshop: date | None
    success_factors: int
    challenges: int
    questions: int
    ideas: int
    teams: int
    pilots: int
    adopted: int
    results: int
    """Results that are published."""

    @property
    def findings(self) -> int:
        return self.success_factors + self.challenges

    @property
    def results_published(self) -> bool:
        return self.results > 0


def count_of(model: type, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many rows of a table meet the conditions, as one column of a larger select."""
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


# Statements are built once: on a page that everybody asks for, building them costs more than running them.
_HERE: BindParameter[int] = bindparam("edition_id")


def _journey() -> Select[*tuple[Any, ...]]:
    published = (Idea.edition_id == _HERE, Idea.stage.in_(PUBLISHED), Idea.hidden_at.is_(None))
    return select(
        Edition.team_count,
        Edition.team_size_max,
        count_of(Workshop, Workshop.edition_id == _HERE),
        select(func.min(Workshop.held_on)).where(Workshop.edition_id == _HERE).scalar_subquery(),
        select(func.max(Workshop.held_on)).where(Workshop.edition_id == _HERE).scalar_subquery(),
        count_of(Finding, Finding.edition_id == _HERE, Finding.kind == FindingKind.SUCCESS_FACTOR),
        count_of(Finding, Finding.edition_id == _HERE, Finding.kind == FindingKind.CHALLENGE),
        count_of(ChallengeQuestion, ChallengeQuestion.edition_id == _HERE),
        count_of(Idea, *published),
        count_of(Team, Team.edition_id == _HERE),
        count_of(Outcome, Outcome.edition_id == _HERE, Outcome.kind == OutcomeKind.PILOT),
        count_of(Outcome, Outcome.edition_id == _HERE, Outcome.kind == OutcomeKind.ADOPT),
        count_of(PublishedResult, PublishedResult.edition_id == _HERE),
    ).where(Edition.id == _HERE)


_JOURNEY = _journey()


def read_journey(edition_id: int) -> Journey:
    """The counts of the way, in one query. Of ideas those that everybody can read: past draft and not hidden."""
    row: Sequence[Any] = fetch(_JOURNEY, {"edition_id": edition_id}).one()
    return Journey(*row)


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """A point of the day's programme; `is_public`: open to everybody."""

    starts_at: datetime
    title_sv: str
    title_en: str
    text_sv: str
    text_en: str
    is_public: bool


_AGENDA = (
    select(
        AgendaItem.starts_at, AgendaItem.title_sv, AgendaItem.title_en, AgendaItem.text_sv, AgendaItem.text_en, AgendaItem.is_public
    )
    .where(AgendaItem.edition_id == _HERE)
    .order_by(AgendaItem.starts_at, AgendaItem.id)
)  # fmt: skip


def list_agenda(edition_id: int) -> list[AgendaPoint]:
    """The day's programme in its order."""
    return [AgendaPoint(*row) for row in fetch(_AGENDA, {"edition_id": edition_id})]


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A challenge question with the organisation that promised to answer for it."""

    number: int
    title_sv: str
    title_en: str
    promise_sv: str
    promise_en: str
    owner: str | None
    owner_letter: str | None


_QUESTIONS = (
    select(
        ChallengeQuestion.number, ChallengeQuestion.title_sv, ChallengeQuestion.title_en, ChallengeQuestion.promise_sv,
        ChallengeQuestion.promise_en, Organisation.name, Sector.letter,
    )
    .outerjoin(Organisation, ChallengeQuestion.need_owner_id == Organisation.id)
    .outerjoin(Sector, Organisation.sector_id == Sector.id)
    .where(ChallengeQuestion.edition_id == _HERE)
    .order_by(ChallengeQuestion.number)
)  # fmt: skip


def list_question_cards(edition_id: int) -> list[QuestionCard]:
    """The edition's questions with their need owners, by number."""
    return [QuestionCard(*row) for row in fetch(_QUESTIONS, {"edition_id": edition_id})]
