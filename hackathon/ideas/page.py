"""One idea with all that its page shows, in a number of queries that never grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.viewer import Viewer
from hackathon.core.access import Permission, Role
from hackathon.core.db import fetch
from hackathon.core.errors import NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.ideas.models import (
    Idea,
    IdeaAuthor,
    IdeaComment,
    IdeaFinding,
    IdeaSupport,
    IdeaTag,
    IdeaTransition,
    Support,
)
from hackathon.ideas.rules import MOST_FINDINGS, NOBODY, Stage, Standing, may_read
from hackathon.workshops.models import ChallengeQuestion, Finding, FindingKind, QuestionFinding, Workshop
from hackathon.workshops.rules import LARGEST_NUMBER

MOST_COMMENTS = 200
MOST_EVIDENCE = 3
"""How many findings of the question stand for an idea that names none of its own."""


@dataclass(frozen=True, slots=True)
class Author:
    person_id: int
    name: str
    organisation: str | None
    pool_key: str
    letter: str | None
    owner: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding that the idea builds on; `own`: named by the idea itself, not only by its question."""

    number: int
    text: str
    kind: FindingKind
    workshop_number: int
    place: str
    own: bool


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    name: str
    person_id: int
    organisation: str | None
    pool_key: str | None
    letter: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """A step in the idea's life: who, when and why."""

    from_stage: Stage | None
    to_stage: Stage
    name: str | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class IdeaPage:
    """An idea as its page and the API show it. The question is None where the idea answers none."""

    id: int
    number: int
    title: str
    summary: str
    problem: str
    audience: str
    solution: str
    benefit: str
    first_step: str
    stage: Stage
    version: int
    created_at: datetime
    changed_at: datetime
    stage_changed_at: datetime
    hidden: bool
    hidden_reason: str
    sector_letter: str | None
    sector_name_sv: str | None
    sector_name_en: str | None
    sector_pool: str | None
    question_number: int | None
    question_title_sv: str | None
    question_title_en: str | None
    merged_into: int | None
    likes: int
    workers: int
    supporting_organisations: int
    i_like: bool
    i_work: bool
    authors: tuple[Author, ...]
    tags: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    evidence_count: int
    comments: tuple[Comment, ...]
    history: tuple[Happening, ...]
    standing: Standing

    @property
    def agency(self) -> int:
        """How many authors write from an agency."""
        return sum(author.pool_key == "agency" for author in self.authors)

    @property
    def external(self) -> int:
        return len(self.authors) - self.agency

    def for_everybody(self) -> IdeaPage:
        """The page without what is the reader's own: what markup may be made of that others see too."""
        return replace(self, i_like=False, i_work=False, standing=NOBODY)


def _supporters(kind: Support) -> ColumnElement[int]:
    return (
        select(func.count()).select_from(IdeaSupport).where(IdeaSupport.idea_id == Idea.id, IdeaSupport.kind == kind)
    ).scalar_subquery()


def _mine(kind: Support) -> ColumnElement[bool]:
    return exists().where(
        IdeaSupport.idea_id == Idea.id, IdeaSupport.kind == kind, IdeaSupport.person_id == bindparam("me")
    )


_Target = aliased(Idea)
_IDEA = (
    select(
        Idea.id, Idea.number, Idea.title, Idea.summary, Idea.problem, Idea.audience, Idea.solution, Idea.benefit,
        Idea.first_step, Idea.stage, Idea.version, Idea.created_at, Idea.changed_at, Idea.stage_changed_at,
        Idea.hidden_at.is_not(None), Idea.hidden_reason, Sector.letter, Sector.name_sv, Sector.name_en, Pool.key,
        ChallengeQuestion.number, ChallengeQuestion.title_sv, ChallengeQuestion.title_en, _Target.number,
        _supporters(Support.LIKE), _supporters(Support.WORK),
        select(func.count(RoleAssignment.organisation_id.distinct()))
        .join(IdeaSupport, IdeaSupport.person_id == RoleAssignment.person_id)
        .where(IdeaSupport.idea_id == Idea.id, RoleAssignment.edition_id == Idea.edition_id)
        .correlate(Idea)
        .scalar_subquery(),
        _mine(Support.LIKE), _mine(Support.WORK),
        select(func.aggregate_strings(IdeaTag.tag, "\n")).where(IdeaTag.idea_id == Idea.id).scalar_subquery(),
    )
    .outerjoin(Sector, Sector.id == Idea.sector_id)
    .outerjoin(Pool, Pool.id == Sector.pool_id)
    .outerjoin(ChallengeQuestion, ChallengeQuestion.id == Idea.question_id)
    .outerjoin(_Target, _Target.id == Idea.merged_into_id)
    .where(Idea.edition_id == bindparam("edition"), Idea.number == bindparam("number"))
)  # fmt: skip

_AUTHORS = (
    select(
        IdeaAuthor.person_id, Person.name, Organisation.name, IdeaAuthor.pool_key, Sector.letter,
        IdeaAuthor.position == 1, Organisation.id,
    )
    .join(Person, Person.id == IdeaAuthor.person_id)
    .outerjoin(Organisation, Organisation.id == IdeaAuthor.organisation_id)
    .outerjoin(Sector, Sector.id == Organisation.sector_id)
    .where(IdeaAuthor.idea_id == bindparam("idea"))
    .order_by(IdeaAuthor.position)
)  # fmt: skip

_FINDING = (Finding.number, Finding.text, Finding.kind, Workshop.number, Workshop.place)
_NAMED = (
    select(*_FINDING)
    .select_from(IdeaFinding)
    .join(Finding, Finding.id == IdeaFinding.finding_id)
    .join(Workshop, Workshop.id == Finding.workshop_id)
    .where(IdeaFinding.idea_id == bindparam("idea"))
    .order_by(Finding.number)
    .limit(MOST_FINDINGS)
)
_ASKED = (
    select(*_FINDING, func.count().over())
    .select_from(Idea)
    .join(QuestionFinding, QuestionFinding.question_id == Idea.question_id)
    .join(Finding, Finding.id == QuestionFinding.finding_id)
    .join(Workshop, Workshop.id == Finding.workshop_id)
    .where(Idea.id == bindparam("idea"))
    .order_by(Finding.number)
    .limit(MOST_EVIDENCE)
)

_COMMENTS = (
    select(
        IdeaComment.id,
        Person.name,
        IdeaComment.person_id,
        Organisation.name,
        Pool.key,
        Sector.letter,
        IdeaComment.text,
        IdeaComment.at,
    )
    .join(Person, Person.id == IdeaComment.person_id)
    .outerjoin(
        RoleAssignment,
        and_(
            RoleAssignment.person_id == IdeaComment.person_id,
            RoleAssignment.edition_id == bindparam("edition"),
            RoleAssignment.role == Role.PARTICIPANT,
        ),
    )
    .outerjoin(Organisation, Organisation.id == RoleAssignment.organisation_id)
    .outerjoin(Sector, Sector.id == Organisation.sector_id)
    .outerjoin(Pool, Pool.id == Sector.pool_id)
    .where(IdeaComment.idea_id == bindparam("idea"))
    .order_by(IdeaComment.id.desc())
    .limit(MOST_COMMENTS)
)

_HISTORY = (
    select(IdeaTransition.from_stage, IdeaTransition.to_stage, Person.name, IdeaTransition.at, IdeaTransition.reason)
    .outerjoin(Person, Person.id == IdeaTransition.actor_id)
    .where(IdeaTransition.idea_id == bindparam("idea"))
    .order_by(IdeaTransition.id.desc())
)


def load_idea_for_reading(edition_id: int, viewer: Viewer, number: int) -> IdeaPage:
    """The idea, if this viewer may read it; else NotFound, the same as where there is none."""
    me = viewer.person_id if viewer.is_authenticated else 0
    found = None
    if 0 < number <= LARGEST_NUMBER:
        found = fetch(_IDEA, {"edition": edition_id, "number": number, "me": me}).one_or_none()
    if found is None:
        raise _not_found()
    here: dict[str, object] = {"idea": found[0], "edition": edition_id}
    authors = fetch(_AUTHORS, here).all()
    standing = _standing(viewer, me, authors)
    if not may_read(found.stage, hidden=bool(found[14]), standing=standing):
        raise _not_found()
    evidence, evidence_count = _evidence(here)
    comments = fetch(_COMMENTS, here).all()
    *told, tags = found
    more: dict[str, Any] = {
        "authors": tuple(Author(*row[:5], owner=bool(row[5])) for row in authors),
        "tags": tuple(sorted(tags.split("\n"))) if tags else (),
        "evidence": evidence,
        "evidence_count": evidence_count,
        "comments": tuple(Comment(*row) for row in reversed(comments)),
        "history": tuple(Happening(*row) for row in fetch(_HISTORY, here)),
        "standing": standing,
    }
    return IdeaPage(*told, **more)


def _standing(viewer: Viewer, me: int, authors: Sequence[Any]) -> Standing:
    organisation = viewer.organisations.get(Role.COORDINATOR)
    return Standing(
        is_author=any(row.person_id == me for row in authors),
        coordinates=organisation is not None and any(row[6] == organisation for row in authors),
        moderates=viewer.can(Permission.HIDE_IDEA),
        organises=viewer.can(Permission.MOVE_IDEA),
    )


def _evidence(here: dict[str, object]) -> tuple[tuple[Evidence, ...], int]:
    """The findings that the idea names; where it names none, the first few of its question, and how many there are."""
    named = fetch(_NAMED, here).all()
    if named:
        return tuple(Evidence(*row, own=True) for row in named), len(named)
    asked = fetch(_ASKED, here).all()
    return tuple(Evidence(*row[:5], own=False) for row in asked), asked[0][5] if asked else 0


def _not_found() -> NotFound:
    return NotFound(
        "idea_unknown", _l("Det finns ingen sådan idé, eller så är den inte publicerad. Sök den på idétavlan.")
    )
