"""Reading workshops, their findings, and the questions that grew out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, case, func, or_, select

from hackathon.core.db import db, fetch
from hackathon.core.errors import NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.workshops.models import ChallengeQuestion, Finding, FindingKind, QuestionFinding, Theme, Workshop
from hackathon.workshops.rules import LARGEST_NUMBER

_CAPITALS = "ÅÄÖÉÜ"


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """A workshop with how many findings it gave of each kind. Without a sector: all sectors met."""

    id: int
    number: int
    title_sv: str
    title_en: str
    summary_sv: str
    summary_en: str
    place: str
    held_on: date
    letter: str | None
    sector_name_sv: str | None
    sector_name_en: str | None
    factors: int
    challenges: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with where it comes from."""

    id: int
    number: int
    kind: FindingKind
    text: str
    theme_sv: str | None
    theme_en: str | None
    letter: str
    pool_key: str
    sector_name_sv: str
    sector_name_en: str
    workshop_number: int
    place: str
    held_on: date


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with who answers for it, and how many findings it grew out of."""

    id: int
    number: int
    title_sv: str
    title_en: str
    text_sv: str
    text_en: str
    promise_sv: str
    promise_en: str
    owner: str | None
    findings: int


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The findings of one theme; without name: those that have none."""

    name_sv: str
    name_en: str
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for among the findings; `sector` and `theme` are keys."""

    q: str = ""
    kind: FindingKind | None = None
    sector: str = ""
    theme: str = ""
    question: int | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.address())

    def address(self) -> dict[str, Any]:
        """What an address must carry to mean the same."""
        said = {
            "q": self.q,
            "kind": self.kind and self.kind.value,
            "sector": self.sector,
            "theme": self.theme,
            "question": self.question,
        }
        return {name: value for name, value in said.items() if value}


_CHOICES = (
    select(ChallengeQuestion.number, ChallengeQuestion.title_sv, ChallengeQuestion.title_en)
    .where(ChallengeQuestion.edition_id == bindparam("edition"))
    .order_by(ChallengeQuestion.number)
)


def question_choices(edition_id: int, language: str) -> list[tuple[int, str]]:
    """The edition's questions as (number, title), in their order: what forms offer. `language` is "sv" or "en"."""
    rows = fetch(_CHOICES, {"edition": edition_id})
    return [(number, english if language == "en" else swedish) for number, swedish, english in rows]


def _findings_of_kind(kind: FindingKind) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((Finding.kind == kind, 1), else_=0)), 0)


def list_workshops(edition_id: int) -> list[WorkshopRow]:
    """The workshops in their order, counted in one query."""
    return [WorkshopRow(*row) for row in db.session.execute(_workshops(edition_id).order_by(Workshop.number))]


def load_workshop(edition_id: int, number: int) -> WorkshopRow:
    """The workshop with this number. Raises NotFound."""
    if 0 < number <= LARGEST_NUMBER:
        row = db.session.execute(_workshops(edition_id).where(Workshop.number == number)).one_or_none()
        if row is not None:
            return WorkshopRow(*row)
    raise NotFound("workshop_unknown", _l("Det finns ingen sådan workshop. Välj en i listan under Underlag."))


def _workshops(edition_id: int) -> Select[*tuple[Any, ...]]:
    shown = (
        Workshop.id, Workshop.number, Workshop.title_sv, Workshop.title_en, Workshop.summary_sv, Workshop.summary_en,
        Workshop.place, Workshop.held_on, Sector.letter, Sector.name_sv, Sector.name_en,
    )  # fmt: skip
    return (
        select(*shown, _findings_of_kind(FindingKind.SUCCESS_FACTOR), _findings_of_kind(FindingKind.CHALLENGE))
        .outerjoin(Sector, Sector.id == Workshop.sector_id)
        .outerjoin(Finding, Finding.workshop_id == Workshop.id)
        .where(Workshop.edition_id == edition_id)
        .group_by(*shown)
    )


def _findings(edition_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Finding.id, Finding.number, Finding.kind, Finding.text, Theme.name_sv, Theme.name_en, Sector.letter, Pool.key,
            Sector.name_sv, Sector.name_en, Workshop.number, Workshop.place, Workshop.held_on,
        )
        .join(Workshop, Workshop.id == Finding.workshop_id)
        .join(Sector, Sector.id == Finding.sector_id)
        .join(Pool, Pool.id == Sector.pool_id)
        .outerjoin(Theme, Theme.id == Finding.theme_id)
        .where(Finding.edition_id == edition_id)
    )  # fmt: skip


def list_themes_of_workshop(edition_id: int, workshop_id: int) -> list[ThemeGroup]:
    """A workshop's findings by theme; those without a theme come last."""
    query = _findings(edition_id).where(Finding.workshop_id == workshop_id)
    return _by_theme(query.order_by(Theme.id.is_(None), Theme.id, Finding.kind.desc(), Finding.number))


def list_themes_of_question(edition_id: int, question_id: int) -> list[ThemeGroup]:
    """The findings that a question grew out of, by theme."""
    query = _findings(edition_id).join(QuestionFinding, QuestionFinding.finding_id == Finding.id)
    query = query.where(QuestionFinding.question_id == question_id)
    return _by_theme(query.order_by(Theme.id.is_(None), Theme.id, Finding.kind.desc(), Finding.number))


def _by_theme(query: Select[*tuple[Any, ...]]) -> list[ThemeGroup]:
    rows = [FindingRow(*row) for row in db.session.execute(query)]
    grouped = groupby(rows, key=lambda row: (row.theme_sv or "", row.theme_en or ""))
    return [ThemeGroup(*names, findings=tuple(findings)) for names, findings in grouped]


def search_findings(edition_id: int, search: Search, *, page: int, size: int) -> tuple[list[FindingRow], int]:
    """One page (from 1) of the findings that fit, and how many fit in all."""
    query = _findings(edition_id).where(*_conditions(search))
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Finding.id).subquery())) or 0
    rows = db.session.execute(query.order_by(Finding.number).limit(size).offset((page - 1) * size))
    return [FindingRow(*row) for row in rows], total


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.q:
        found.append(folded(Finding.text).contains(search.q.lower(), autoescape=True))
    if search.kind is not None:
        found.append(Finding.kind == search.kind)
    if search.sector:
        found.append(or_(Sector.key == search.sector, Pool.key == search.sector))
    if search.theme:
        found.append(Theme.key == search.theme)
    if search.question is not None:
        asked = select(QuestionFinding.finding_id).join(
            ChallengeQuestion, ChallengeQuestion.id == QuestionFinding.question_id
        )
        found.append(Finding.id.in_(asked.where(ChallengeQuestion.number == min(search.question, LARGEST_NUMBER))))
    return found


def folded(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The column in small letters. SQLite's lower() leaves å, ä and ö alone, as PostgreSQL's does in the C locale."""
    small: SQLColumnExpression[str] = column
    for capital in _CAPITALS:
        small = func.replace(small, capital, capital.lower())
    return func.lower(small)


def load_finding(edition_id: int, number: int) -> FindingRow:
    """The finding with this number. Raises NotFound."""
    if 0 < number <= LARGEST_NUMBER:
        row = db.session.execute(_findings(edition_id).where(Finding.number == number)).one_or_none()
        if row is not None:
            return FindingRow(*row)
    raise NotFound("finding_unknown", _l("Det finns inget sådant fynd. Sök bland fynden under Underlag."))


def list_themes(edition_id: int) -> Sequence[Theme]:
    """The edition's themes in the order in which they were made."""
    return db.session.scalars(select(Theme).where(Theme.edition_id == edition_id).order_by(Theme.id)).all()


def list_questions(edition_id: int) -> list[QuestionRow]:
    """The edition's questions in their order."""
    return [QuestionRow(*row) for row in db.session.execute(_questions(edition_id).order_by(ChallengeQuestion.number))]


def load_question(edition_id: int, number: int) -> QuestionRow:
    """The question with this number. Raises NotFound."""
    if 0 < number <= LARGEST_NUMBER:
        row = db.session.execute(_questions(edition_id).where(ChallengeQuestion.number == number)).one_or_none()
        if row is not None:
            return QuestionRow(*row)
    raise NotFound("question_unknown", _l("Det finns ingen sådan frågeställning. Välj en i listan."))


def list_questions_of_finding(edition_id: int, finding_id: int) -> list[QuestionRow]:
    """The questions that grew out of a finding."""
    grown = select(QuestionFinding.question_id).where(QuestionFinding.finding_id == finding_id)
    query = _questions(edition_id).where(ChallengeQuestion.id.in_(grown)).order_by(ChallengeQuestion.number)
    return [QuestionRow(*row) for row in db.session.execute(query)]


def _questions(edition_id: int) -> Select[*tuple[Any, ...]]:
    count = select(func.count()).select_from(QuestionFinding).where(QuestionFinding.question_id == ChallengeQuestion.id)
    return (
        select(
            ChallengeQuestion.id, ChallengeQuestion.number, ChallengeQuestion.title_sv, ChallengeQuestion.title_en,
            ChallengeQuestion.text_sv, ChallengeQuestion.text_en, ChallengeQuestion.promise_sv, ChallengeQuestion.promise_en,
            Organisation.name, count.scalar_subquery(),
        )
        .outerjoin(Organisation, Organisation.id == ChallengeQuestion.need_owner_id)
        .where(ChallengeQuestion.edition_id == edition_id)
    )  # fmt: skip
