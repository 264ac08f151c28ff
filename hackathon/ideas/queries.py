"""Reading ideas: the cards of board and list, and one idea with all that its page shows."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.viewer import Viewer
from hackathon.core.access import Permission, Role
from hackathon.core.db import db, fetch
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.ideas.models import Idea, IdeaAuthor, IdeaComment, IdeaFinding, IdeaSupport, IdeaTag, Support
from hackathon.ideas.rules import MOVING, Stage, Standing
from hackathon.registration.models import Registration, RegistrationState
from hackathon.search.models import DocumentKind
from hackathon.search.queries import hits, understand
from hackathon.workshops.models import ChallengeQuestion, Finding
from hackathon.workshops.rules import LARGEST_NUMBER


class Sort(enum.StrEnum):
    """The order of cards."""

    SUPPORT = "support"  # most support first
    CHANGED = "changed"  # latest change first
    STILL = "still"  # longest in its stage first


@dataclass(frozen=True, slots=True)
class Filters:
    """What board and list are narrowed to. `sectors` are keys of sectors, or of a pool for all its sectors."""

    q: str = ""
    sectors: tuple[str, ...] = ()
    question: int | None = None
    stage: Stage | None = None
    tag: str = ""
    both: bool = False
    mine: bool = False
    public: bool = False
    """Leaves out drafts and hidden ideas, also for those who see them."""
    lacking: str = ""
    """The pool that no author comes from: "agency" or "external"."""
    still: int | None = None
    still_since: datetime | None = None
    """Days without a step, and the moment that they count back to; set together."""
    sort: Sort = Sort.SUPPORT

    @property
    def are_set(self) -> bool:
        """Whether they leave anything out; an order leaves out nothing."""
        narrow = (
            self.q,
            self.sectors,
            self.question,
            self.stage,
            self.tag,
            self.both,
            self.mine,
            self.public,
            self.lacking,
            self.still,
        )
        return any(narrow)

    def column_address(self) -> str:
        """What the address of a further page of a column begins with; the name of the column and the page come after it."""
        return f"{urlencode(self.address(), doseq=True)}&column=".lstrip("&")

    def address(self) -> dict[str, Any]:
        """What an address must carry to mean the same."""
        said = {
            "q": self.q,
            "sector": list(self.sectors),
            "question": self.question,
            "stage": self.stage and self.stage.value,
            "tag": self.tag,
            "both": "1" if self.both else None,
            "mine": "1" if self.mine else None,
            "public": "1" if self.public else None,
            "lacking": self.lacking,
            "still": self.still,
            "sort": None if self.sort is Sort.SUPPORT else self.sort.value,
        }
        return {name: value for name, value in said.items() if value}


class Card(NamedTuple):
    """An idea as board and list show it. `matches`: it passes the filters. A tuple, since a page holds hundreds."""

    id: int
    number: int
    title: str
    stage: Stage
    sector_id: int | None
    version: int
    changed_at: datetime
    stage_changed_at: datetime
    hidden: bool
    support: int
    comments: int
    agency: int
    external: int
    mine: bool
    matches: bool
    question: int | None

    def for_everybody(self) -> Card:
        """The card without what is the reader's own: what markup may be made of that others see too."""
        return self._replace(mine=False) if self.mine else self


@dataclass(frozen=True, slots=True)
class Background:
    """Where a person writes from: organisation, its sector, and pool."""

    organisation_id: int | None
    sector_id: int | None
    pool_key: str


def _authors(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(IdeaAuthor).where(IdeaAuthor.idea_id == Idea.id, *conditions)


def _has_author(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(IdeaAuthor.idea_id == Idea.id, *conditions)


_IS_MINE = Idea.id.in_(select(IdeaAuthor.idea_id).where(IdeaAuthor.person_id == bindparam("me")))
_SUPPORT = (
    select(func.count())
    .select_from(IdeaSupport)
    .where(IdeaSupport.idea_id == Idea.id, IdeaSupport.kind == Support.LIKE)
).scalar_subquery()
_COMMENTS = select(func.count()).select_from(IdeaComment).where(IdeaComment.idea_id == Idea.id).scalar_subquery()
_CARDS = (
    select(
        Idea.id,
        Idea.number,
        Idea.title,
        Idea.stage,
        Idea.sector_id,
        Idea.version,
        Idea.changed_at,
        Idea.stage_changed_at,
        Idea.hidden_at.is_not(None).label("hidden"),
        _SUPPORT.label("support"),
        _COMMENTS.label("comments"),
        _authors(IdeaAuthor.pool_key == "agency").scalar_subquery().label("agency"),
        _authors(IdeaAuthor.pool_key != "agency").scalar_subquery().label("external"),
        _IS_MINE.label("mine"),
    )
    .where(Idea.edition_id == bindparam("edition"))
    .where(
        or_(
            and_(
                or_(Idea.stage != Stage.DRAFT, bindparam("organises", type_=Boolean())),
                or_(Idea.hidden_at.is_(None), bindparam("moderates", type_=Boolean())),
            ),
            _IS_MINE,
        )
    )
)


def _parameters(edition_id: int, viewer: Viewer) -> dict[str, object]:
    organises = viewer.can(Permission.MOVE_IDEA)
    return {
        "edition": edition_id,
        "me": viewer.person_id if viewer.is_authenticated else 0,
        "organises": organises,
        "moderates": organises or viewer.can(Permission.HIDE_IDEA),
    }


def _conditions(edition_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """What an idea must fulfil to pass the filters."""
    found: list[ColumnElement[bool]] = []
    if filters.q:
        met = hits(understand(edition_id, filters.q), DocumentKind.IDEA)
        found.append(Idea.id.in_(select(met.c.subject_id)) if met is not None else false())
    if filters.tag:
        found.append(exists().where(IdeaTag.idea_id == Idea.id, IdeaTag.tag == filters.tag))
    if filters.sectors:
        found.append(_in_sectors(filters.sectors))
    if filters.question is not None:
        found.append(_asks(filters.question))
    if filters.stage is not None:
        found.append(Idea.stage == filters.stage)
    if filters.both:
        found += [_has_author(IdeaAuthor.pool_key == "agency"), _has_author(IdeaAuthor.pool_key != "agency")]
    if filters.mine:
        found.append(_IS_MINE)
    if filters.public:
        found.append(and_(Idea.stage != Stage.DRAFT, Idea.hidden_at.is_(None)))
    if filters.lacking:
        inside = IdeaAuthor.pool_key == "agency" if filters.lacking == "agency" else IdeaAuthor.pool_key != "agency"
        found.append(~_has_author(inside))
    if filters.still_since is not None:
        found += [Idea.stage_changed_at <= filters.still_since, Idea.stage.in_(MOVING)]
    return found


def _in_sectors(keys: Sequence[str]) -> ColumnElement[bool]:
    named = select(Sector.id).join(Pool, Sector.pool_id == Pool.id).where(or_(Sector.key.in_(keys), Pool.key.in_(keys)))
    return Idea.sector_id.in_(named)


def _asks(question: int) -> ColumnElement[bool]:
    if not 0 < question <= LARGEST_NUMBER:
        return false()
    here = ChallengeQuestion.edition_id == Idea.edition_id
    return exists().where(ChallengeQuestion.id == Idea.question_id, ChallengeQuestion.number == question, here)


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    first: dict[Sort, ColumnElement[Any]] = {
        Sort.SUPPORT: _CARDS.selected_columns.support.desc(),
        Sort.CHANGED: Idea.changed_at.desc(),
        Sort.STILL: Idea.stage_changed_at.asc(),
    }
    return first[sort], Idea.number.asc()


_QUESTION_NUMBER = (
    select(ChallengeQuestion.number).where(ChallengeQuestion.id == Idea.question_id).correlate(Idea).scalar_subquery()
)


MOST_IN_COLUMN = 40
"""How many ideas of a stage a page of the board holds; the next ones are on the next page of that column."""


class Tally(NamedTuple):
    """How many ideas stand in a stage, of those that the viewer may see. `shown`: neither draft nor hidden, and pass the filters."""

    stage: Stage
    public: int
    shown: int
    mine: int


_IS_PUBLIC = and_(Idea.stage != Stage.DRAFT, Idea.hidden_at.is_(None))
_LIKES = (
    select(IdeaSupport.idea_id.label("idea_id"), func.count().label("likes"))
    .where(IdeaSupport.kind == Support.LIKE)
    .group_by(IdeaSupport.idea_id)
    .subquery()
)


def _tallies(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    passes = and_(_IS_PUBLIC, *conditions)
    return (
        _CARDS.with_only_columns(
            Idea.stage,
            func.sum(case((_IS_PUBLIC, 1), else_=0)),
            func.sum(case((passes, 1), else_=0)),
            func.sum(case((_IS_MINE, 1), else_=0)),
        )
        .group_by(Idea.stage)
        .order_by(None)
    )


def _column_pages(*conditions: ColumnElement[bool], sort: Sort) -> Select[*tuple[Any, ...]]:
    """The cards of one page of each column: ranked by bare rows first, so that only those that are shown are counted through."""
    first: dict[Sort, ColumnElement[Any]] = {
        Sort.SUPPORT: func.coalesce(_LIKES.c.likes, 0).desc(),
        Sort.CHANGED: Idea.changed_at.desc(),
        Sort.STILL: Idea.stage_changed_at.asc(),
    }
    place = func.row_number().over(partition_by=Idea.stage, order_by=(first[sort], Idea.number.asc())).label("place")
    ranked = _CARDS.with_only_columns(Idea.id, Idea.stage, place).where(*conditions)
    if sort is Sort.SUPPORT:
        ranked = ranked.outerjoin(_LIKES, _LIKES.c.idea_id == Idea.id)
    held = ranked.subquery()
    skip = case((held.c.stage == bindparam("column"), bindparam("skip", type_=BigInteger())), else_=0)
    here = select(held.c.id).where(held.c.place > skip, held.c.place <= skip + MOST_IN_COLUMN)
    # Who may see them was asked when they were ranked; asked again it would make the database walk through all ideas.
    shown = select(*_CARDS.selected_columns, literal(1), literal(None)).where(Idea.id.in_(here))
    return shown.order_by(*_order(sort))


@lru_cache
def _all_columns(sort: Sort) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Both queries without conditions. Kept: building an expression takes as long as running it."""
    return _tallies(), _column_pages(sort=sort)


def list_columns(
    edition_id: int, viewer: Viewer, filters: Filters, *, column: Stage | None = None, page: int = 1
) -> tuple[list[Tally], list[Card]]:
    """How many ideas stand in each stage, and the cards of one page of each column: the first, but for `column`, where it is `page`."""
    conditions = _conditions(edition_id, filters)
    sort = filters.sort
    counted, shown = (
        (_tallies(*conditions), _column_pages(*conditions, sort=sort)) if conditions else _all_columns(sort)
    )
    parameters = _parameters(edition_id, viewer)
    tallies = [Tally(row[0], *map(int, row[1:])) for row in fetch(counted, parameters)]
    here = parameters | {"column": column.value if column else "", "skip": (page - 1) * MOST_IN_COLUMN}
    return tallies, list(map(Card._make, fetch(shown, here)))


def list_after(edition_id: int, viewer: Viewer, filters: Filters, *, number: int, most: int) -> list[Card]:
    """The ideas that pass the filters and whose number is above this one, in the order of their numbers."""
    query = _CARDS.where(Idea.number > number, *_conditions(edition_id, filters)).add_columns(literal(1), literal(None))
    rows = fetch(query.order_by(Idea.number).limit(most), _parameters(edition_id, viewer))
    return list(map(Card._make, rows))


def _pages(*conditions: ColumnElement[bool], sort: Sort) -> tuple[Select[*tuple[Any, ...]], Select[int]]:
    """Of the ideas that meet the conditions: a page, and how many they are."""
    narrowed = _CARDS.where(*conditions)
    page = narrowed.add_columns(true().label("matches"), _QUESTION_NUMBER.label("question")).order_by(*_order(sort))
    count = select(func.count()).select_from(narrowed.with_only_columns(Idea.id).subquery())
    return page.limit(bindparam("size", type_=BigInteger())).offset(bindparam("skip", type_=BigInteger())), count


@lru_cache
def _all_pages(sort: Sort) -> tuple[Select[*tuple[Any, ...]], Select[int]]:
    return _pages(sort=sort)


def list_page(edition_id: int, viewer: Viewer, filters: Filters, *, page: int, size: int) -> tuple[list[Card], int]:
    """One page (from 1) of the ideas that pass the filters, and how many pass in all. A page past the last is empty."""
    conditions = _conditions(edition_id, filters)
    query, count = _pages(*conditions, sort=filters.sort) if conditions else _all_pages(filters.sort)
    parameters = _parameters(edition_id, viewer)
    total = fetch(count, parameters).scalar_one()
    rows = fetch(query, parameters | {"size": size, "skip": (page - 1) * size})
    return list(map(Card._make, rows)), total


def standing_of(idea: Idea, viewer: Viewer) -> Standing:
    """What the viewer is to this idea."""
    me = viewer.person_id if viewer.is_authenticated else None
    organisation = viewer.organisations.get(Role.COORDINATOR)
    return Standing(
        is_author=any(author.person_id == me for author in idea.authors),
        coordinates=organisation is not None and any(author.organisation_id == organisation for author in idea.authors),
        moderates=viewer.can(Permission.HIDE_IDEA),
        organises=viewer.can(Permission.MOVE_IDEA),
    )


def find_idea(edition_id: int, number: int, *, lock: bool = False) -> Idea | None:
    """The idea with this number; `lock` makes whoever else wants to change it wait."""
    if not 0 < number <= LARGEST_NUMBER:
        return None
    query = select(Idea).where(Idea.edition_id == edition_id, Idea.number == number)
    return db.session.scalar(query.with_for_update() if lock else query)


def find_backgrounds(edition_id: int, person_ids: Sequence[int]) -> dict[int, Background]:
    """Where people write from: the organisation and pool that they registered with, else those of their role."""
    registered_for, has_role_for = aliased(Organisation), aliased(Organisation)
    role_sector, role_pool, pool = aliased(Sector), aliased(Pool), aliased(Pool)
    rows = db.session.execute(
        select(
            Person.id,
            func.coalesce(registered_for.id, has_role_for.id),
            func.coalesce(registered_for.sector_id, has_role_for.sector_id),
            func.coalesce(pool.key, role_pool.key, "external"),
        )
        .outerjoin(
            Registration,
            and_(
                Registration.person_id == Person.id,
                Registration.edition_id == edition_id,
                Registration.state != RegistrationState.CANCELLED,
            ),
        )
        .outerjoin(pool, pool.id == Registration.pool_id)
        .outerjoin(registered_for, registered_for.id == Registration.organisation_id)
        .outerjoin(RoleAssignment, and_(RoleAssignment.person_id == Person.id, RoleAssignment.edition_id == edition_id))
        .outerjoin(has_role_for, has_role_for.id == RoleAssignment.organisation_id)
        .outerjoin(role_sector, role_sector.id == has_role_for.sector_id)
        .outerjoin(role_pool, role_pool.id == role_sector.pool_id)
        .where(Person.id.in_(person_ids))
        .order_by(
            has_role_for.id.is_(None).desc(), RoleAssignment.id.desc()
        )  # The last row counts: the oldest role with one.
    )
    return {row[0]: Background(row[1], row[2], row[3]) for row in rows}


def find_participants(edition_id: int, emails: Sequence[str]) -> Sequence[Person]:
    """Those of the addresses that belong to people who can write ideas in this edition."""
    writers = (Role.PARTICIPANT, Role.COORDINATOR, Role.ORGANISER)
    takes_part = exists().where(
        RoleAssignment.person_id == Person.id, RoleAssignment.edition_id == edition_id, RoleAssignment.role.in_(writers)
    )
    known = select(Person).where(Person.email.in_(emails), Person.disabled_at.is_(None), takes_part)
    return db.session.scalars(known.order_by(Person.id)).all()


def list_people(idea: Idea) -> list[tuple[int, str]]:
    """The co-authors of an idea as (person, name), without the one who owns it."""
    others = (
        select(Person.id, Person.name)
        .join(IdeaAuthor, IdeaAuthor.person_id == Person.id)
        .where(IdeaAuthor.idea_id == idea.id, IdeaAuthor.position > 1)
        .order_by(IdeaAuthor.position)
    )
    return [(person_id, name) for person_id, name in db.session.execute(others)]


def find_numbers(idea: Idea) -> tuple[int | None, list[int]]:
    """The numbers of an idea's question and of its findings, as people know them."""
    question = db.session.scalar(select(ChallengeQuestion.number).where(ChallengeQuestion.id == idea.question_id))
    named = select(Finding.number).join(IdeaFinding, IdeaFinding.finding_id == Finding.id)
    return question, list(db.session.scalars(named.where(IdeaFinding.idea_id == idea.id).order_by(Finding.number)))


def list_ideas_of_finding(edition_id: int, finding_id: int) -> list[tuple[int, str]]:
    """The published ideas that name a finding, as (number, title)."""
    published = Idea.stage != Stage.DRAFT, Idea.hidden_at.is_(None)
    rows = db.session.execute(
        select(Idea.number, Idea.title)
        .join(IdeaFinding, IdeaFinding.idea_id == Idea.id)
        .where(Idea.edition_id == edition_id, IdeaFinding.finding_id == finding_id, *published)
        .order_by(Idea.number)
    )
    return [(number, title) for number, title in rows]
