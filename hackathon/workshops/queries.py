"""Reading workshops, their findings, and the questions that grew out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from hackathon.accounts.models import Person
from hackathon.core.db import db, fetch
from hackathon.core.errors import NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.search.models import DocumentKind
from hackathon.search.queries import hits, understand
from hackathon.workshops.models import (
    ChallengeQuestion,
    Finding,
    FindingKind,
    QuestionFinding,
    QuestionVersion,
    Theme,
    Workshop,
)
from hackathon.workshops.rules import LARGEST_NUMBER, FindingState, QuestionState, WorkshopState

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
    state: WorkshopState
    factors: int
    challenges: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with where it comes from. `merged_into`: the number of the one that stands for it; without organisation: anonymous."""

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
    organisation: str | None
    state: FindingState
    merged_into: int | None
    sources: int


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
    owner_id: int | None
    state: QuestionState
    version: int
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
    .where(ChallengeQuestion.edition_id == bindparam("edition"), ChallengeQuestion.state == QuestionState.PUBLISHED)
    .order_by(ChallengeQuestion.number)
)


def question_choices(edition_id: int, language: str) -> list[tuple[int, str]]:
    """The edition's published questions as (number, title), in their order: what forms offer. `language` is "sv" or "en"."""
    rows = fetch(_CHOICES, {"edition": edition_id})
    return [(number, english if language == "en" else swedish) for number, swedish, english in rows]


def _findings_of_kind(kind: FindingKind) -> ColumnElement[int]:
    counted = case(((Finding.kind == kind) & (Finding.state != FindingState.WITHDRAWN), 1), else_=0)
    return func.coalesce(func.sum(counted), 0)


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
        Workshop.place, Workshop.held_on, Sector.letter, Sector.name_sv, Sector.name_en, Workshop.state,
    )  # fmt: skip
    return (
        select(*shown, _findings_of_kind(FindingKind.SUCCESS_FACTOR), _findings_of_kind(FindingKind.CHALLENGE))
        .outerjoin(Sector, Sector.id == Workshop.sector_id)
        .outerjoin(Finding, Finding.workshop_id == Workshop.id)
        .where(Workshop.edition_id == edition_id)
        .group_by(*shown)
    )


_Target, _Source = aliased(Finding), aliased(Finding)
_SOURCES = (
    select(func.count())
    .select_from(_Source)
    .where(_Source.merged_into_id == Finding.id)
    .correlate(Finding)
    .scalar_subquery()
)


def select_findings(edition_id: int, *, everything: bool) -> Select[*tuple[Any, ...]]:
    """Findings that are not withdrawn; unless `everything`, those of published workshops alone."""
    query = (
        select(
            Finding.id, Finding.number, Finding.kind, Finding.text, Theme.name_sv, Theme.name_en, Sector.letter, Pool.key,
            Sector.name_sv, Sector.name_en, Workshop.number, Workshop.place, Workshop.held_on, Organisation.name,
            Finding.state, _Target.number, _SOURCES,
        )
        .join(Workshop, Workshop.id == Finding.workshop_id)
        .join(Sector, Sector.id == Finding.sector_id)
        .join(Pool, Pool.id == Sector.pool_id)
        .outerjoin(Theme, Theme.id == Finding.theme_id)
        .outerjoin(Organisation, Organisation.id == Finding.organisation_id)
        .outerjoin(_Target, _Target.id == Finding.merged_into_id)
        .where(Finding.edition_id == edition_id, Finding.state != FindingState.WITHDRAWN)
    )  # fmt: skip
    return query if everything else query.where(Workshop.state == WorkshopState.PUBLISHED)


def list_themes_of_workshop(edition_id: int, workshop_id: int) -> list[ThemeGroup]:
    """A workshop's findings by theme, without those that another stands for; those without a theme come last.

    The caller has seen to it that they may be read.
    """
    query = select_findings(edition_id, everything=True).where(Finding.workshop_id == workshop_id)
    query = query.where(Finding.state == FindingState.OPEN)
    return _by_theme(query.order_by(Theme.id.is_(None), Theme.id, Finding.kind.desc(), Finding.number))


def list_themes_of_question(edition_id: int, question_id: int, *, everything: bool = False) -> list[ThemeGroup]:
    """The findings that a question grew out of, by theme; `everything`: of workshops not yet published too."""
    query = select_findings(edition_id, everything=everything).join(
        QuestionFinding, QuestionFinding.finding_id == Finding.id
    )
    query = query.where(QuestionFinding.question_id == question_id)
    return _by_theme(query.order_by(Theme.id.is_(None), Theme.id, Finding.kind.desc(), Finding.number))


def _by_theme(query: Select[*tuple[Any, ...]]) -> list[ThemeGroup]:
    rows = [FindingRow(*row) for row in db.session.execute(query)]
    grouped = groupby(rows, key=lambda row: (row.theme_sv or "", row.theme_en or ""))
    return [ThemeGroup(*names, findings=tuple(findings)) for names, findings in grouped]


def search_findings(
    edition_id: int, search: Search, *, page: int, size: int, everything: bool = False
) -> tuple[list[FindingRow], int]:
    """One page (from 1) of the findings that fit, and how many fit in all. `everything`: of workshops not yet published too."""
    query = select_findings(edition_id, everything=everything).where(*_conditions(search))
    order: tuple[ColumnElement[Any], ...] = (Finding.number.asc(),)
    if search.q:
        met = hits(understand(edition_id, search.q), DocumentKind.FINDING)
        if met is None:
            return [], 0
        query = query.join(met, met.c.subject_id == Finding.id)
        order = met.c.score.desc(), *order
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Finding.id).subquery())) or 0
    rows = db.session.execute(query.order_by(*order).limit(size).offset((page - 1) * size))
    return [FindingRow(*row) for row in rows], total


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
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


def list_sources(edition_id: int, finding_id: int) -> list[FindingRow]:
    """The findings that this one stands for, also those that came with another that was merged into it."""
    below = select(Finding.id).where(Finding.merged_into_id == finding_id).cte(recursive=True)
    below = below.union(select(Finding.id).join(below, Finding.merged_into_id == below.c.id))
    query = select_findings(edition_id, everything=True).where(Finding.id.in_(select(below.c.id)))
    return [FindingRow(*row) for row in db.session.execute(query.order_by(Finding.number))]


def load_finding(edition_id: int, number: int, *, everything: bool = False) -> FindingRow:
    """The finding with this number; `everything`: also of a workshop that is not published yet. Raises NotFound."""
    if 0 < number <= LARGEST_NUMBER:
        query = select_findings(edition_id, everything=everything).where(Finding.number == number)
        row = db.session.execute(query).one_or_none()
        if row is not None:
            return FindingRow(*row)
    raise NotFound("finding_unknown", _l("Det finns inget sådant fynd. Sök bland fynden under Underlag."))


def list_themes(edition_id: int) -> Sequence[Theme]:
    """The edition's themes in the order in which they were made."""
    return db.session.scalars(select(Theme).where(Theme.edition_id == edition_id).order_by(Theme.id)).all()


def list_questions(edition_id: int, *, drafts: bool = False) -> list[QuestionRow]:
    """The edition's published questions in their order; `drafts`: the others too."""
    query = select_questions(edition_id, drafts=drafts).order_by(ChallengeQuestion.number)
    return [QuestionRow(*row) for row in db.session.execute(query)]


def load_question(edition_id: int, number: int, *, drafts: bool = False) -> QuestionRow:
    """The question with this number; `drafts`: also where it is not published. Raises NotFound."""
    if 0 < number <= LARGEST_NUMBER:
        row = db.session.execute(
            select_questions(edition_id, drafts=drafts).where(ChallengeQuestion.number == number)
        ).one_or_none()
        if row is not None:
            return QuestionRow(*row)
    raise NotFound("question_unknown", _l("Det finns ingen sådan frågeställning. Välj en i listan."))


def list_questions_of_finding(edition_id: int, finding_id: int) -> list[QuestionRow]:
    """The questions that grew out of a finding."""
    grown = select(QuestionFinding.question_id).where(QuestionFinding.finding_id == finding_id)
    query = (
        select_questions(edition_id, drafts=False)
        .where(ChallengeQuestion.id.in_(grown))
        .order_by(ChallengeQuestion.number)
    )
    return [QuestionRow(*row) for row in db.session.execute(query)]


def select_questions(edition_id: int, *, drafts: bool) -> Select[*tuple[Any, ...]]:
    """The columns of a QuestionRow, for the questions of an edition; unless `drafts`, the published ones alone."""
    count = select(func.count()).select_from(QuestionFinding).where(QuestionFinding.question_id == ChallengeQuestion.id)
    query = (
        select(
            ChallengeQuestion.id, ChallengeQuestion.number, ChallengeQuestion.title_sv, ChallengeQuestion.title_en,
            ChallengeQuestion.text_sv, ChallengeQuestion.text_en, ChallengeQuestion.promise_sv, ChallengeQuestion.promise_en,
            Organisation.name, ChallengeQuestion.need_owner_id, ChallengeQuestion.state, ChallengeQuestion.version,
            count.scalar_subquery(),
        )
        .outerjoin(Organisation, Organisation.id == ChallengeQuestion.need_owner_id)
        .where(ChallengeQuestion.edition_id == edition_id)
    )  # fmt: skip
    return query if drafts else query.where(ChallengeQuestion.state == QuestionState.PUBLISHED)


def organisation_choices(edition_id: int) -> list[tuple[str, str]]:
    """The edition's organisations as (id, name), for a form."""
    query = select(Organisation.id, Organisation.name).where(Organisation.edition_id == edition_id)
    return [(str(number), name) for number, name in db.session.execute(query.order_by(Organisation.name))]


def finding_numbers(question_id: int) -> list[int]:
    """The numbers of the findings that a question grew out of."""
    query = select(Finding.number).join(QuestionFinding, QuestionFinding.finding_id == Finding.id)
    return list(db.session.scalars(query.where(QuestionFinding.question_id == question_id).order_by(Finding.number)))


@dataclass(frozen=True, slots=True)
class Version:
    """What a question said, from when and by whose hand."""

    version: int
    title_sv: str
    title_en: str
    text_sv: str
    text_en: str
    at: datetime
    note: str
    author: str | None


def list_versions(question_id: int) -> list[Version]:
    """A question's versions, the latest first."""
    shown = QuestionVersion
    query = (
        select(
            shown.version, shown.title_sv, shown.title_en, shown.text_sv, shown.text_en, shown.at, shown.note, Person.name
        )
        .outerjoin(Person, Person.id == shown.author_id)
        .where(shown.question_id == question_id)
        .order_by(shown.version.desc())
    )  # fmt: skip
    return [Version(*row) for row in db.session.execute(query)]
