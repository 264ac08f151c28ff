"""Reading registrations and profiles: frozen rows for pages, nothing loaded one by one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, func, select
from sqlalchemy.orm import selectinload

from hackathon.accounts.models import Person
from hackathon.accounts.rules import normalised_email
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db, fetch
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.registration.models import (
    PlaceRule,
    Profession,
    Profile,
    ProfileSkill,
    QuestionWish,
    Registration,
    Skill,
)
from hackathon.registration.rules import SEATED, PlaceRules, RegistrationState, is_complete


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool with how many have a seat in it and how many wait."""

    id: int
    key: str
    name_sv: str
    name_en: str
    capacity: int
    seated: int
    waiting: int

    @property
    def left(self) -> int:
        """How many seats are free; 0 as long as somebody waits."""
        return 0 if self.waiting else max(0, self.capacity - self.seated)

    @property
    def next_position(self) -> int:
        """Where the next one would stand in line."""
        return self.waiting + 1


_SEATED = func.coalesce(func.sum(case((Registration.state.in_(SEATED), 1), else_=0)), 0)
_WAITING = func.coalesce(func.sum(case((Registration.state == RegistrationState.WAITLISTED, 1), else_=0)), 0)
_STANDINGS = (  # Built once: the event's first page reads it for everybody.
    select(Pool.id, Pool.key, Pool.name_sv, Pool.name_en, Pool.capacity, _SEATED, _WAITING)
    .outerjoin(Registration, Registration.pool_id == Pool.id)
    .where(Pool.edition_id == bindparam("edition_id"))
    .group_by(Pool.id, Pool.key, Pool.name_sv, Pool.name_en, Pool.capacity, Pool.position)
    .order_by(Pool.position)
)


def list_pool_standings(edition_id: int) -> list[PoolStanding]:
    """The edition's pools in their order, counted in one query."""
    return [PoolStanding(*row) for row in db.session.execute(_STANDINGS, {"edition_id": edition_id})]


_PLACE_RULES = select(PlaceRule.promotion, PlaceRule.offer_hours, PlaceRule.ceiling).where(
    PlaceRule.edition_id == bindparam("edition_id")
)


def read_place_rules(edition_id: int) -> PlaceRules:
    """How the edition gives its places."""
    row = fetch(_PLACE_RULES, {"edition_id": edition_id}).one_or_none()
    return PlaceRules(*row) if row else PlaceRules()


def organisations_at_ceiling(pool_id: int, ceiling: int) -> Select[*tuple[Any, ...]]:
    """The ids of organisations that have all the seats of the pool that they get."""
    seated = select(Registration.organisation_id).where(
        Registration.pool_id == pool_id, Registration.seat_no.is_not(None), Registration.organisation_id.is_not(None)
    )
    return seated.group_by(Registration.organisation_id).having(func.count() >= ceiling)


def is_organisation_full(registration_id: int, *, ceiling: int | None) -> bool:
    """Whether somebody waits because the own organisation has all the seats that it gets."""
    if ceiling is None:
        return False
    mine = select(Registration.organisation_id, Registration.pool_id).where(Registration.id == registration_id)
    organisation_id, pool_id = db.session.execute(mine).one()
    return organisation_id in db.session.scalars(organisations_at_ceiling(pool_id, ceiling)).all()


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's registration as pages and the API tell of it. `position` counts from 1 in the pool's waiting list."""

    id: int
    person_id: int
    pool: str
    pool_name_sv: str
    pool_name_en: str
    capacity: int
    organisation: str | None
    sector: str | None
    state: RegistrationState
    seat_no: int | None
    position: int | None
    offer_expires_at: datetime | None = None

    def at(self, now: datetime) -> Place:
        """The place as it is to be shown at a moment: an offer that has run out is over, though nobody has cleared it away."""
        if self.offer_expires_at is None or now < self.offer_expires_at:
            return self
        return dataclasses.replace(self, state=RegistrationState.EXPIRED, seat_no=None, offer_expires_at=None)

    @property
    def is_active(self) -> bool:
        return self.state is not RegistrationState.CANCELLED

    @property
    def is_seated(self) -> bool:
        return self.seat_no is not None


def find_place(edition_id: int, person_id: int) -> Place | None:
    """The person's registration in the edition, cancelled ones included."""
    row = db.session.execute(
        select(
            Registration.id, Registration.person_id, Pool.key, Pool.name_sv, Pool.name_en, Pool.capacity, Organisation.name,
            Sector.letter, Registration.state, Registration.seat_no, _position(), Registration.offer_expires_at,
        )
        .join(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .where(Registration.edition_id == edition_id, Registration.person_id == person_id)
    ).one_or_none()  # fmt: skip
    return Place(*row) if row else None


def _position() -> ColumnElement[int | None]:
    """How many stand in the same line up to this one; NULL for whoever does not wait."""
    ahead = Registration.__table__.alias("ahead")
    count = (
        select(func.count())
        .select_from(ahead)
        .where(ahead.c.pool_id == Registration.pool_id, ahead.c.line_no <= Registration.line_no)
        .correlate(Registration)
        .scalar_subquery()
    )
    return case((Registration.line_no.is_not(None), count))


def list_organisation_choices(edition_id: int) -> dict[str, list[tuple[str, str]]]:
    """Per pool, the organisations by name as (id, name) for a select."""
    rows = db.session.execute(
        select(Pool.key, Organisation.id, Organisation.name)
        .join(Sector, Organisation.sector_id == Sector.id)
        .join(Pool, Sector.pool_id == Pool.id)
        .where(Organisation.edition_id == edition_id)
        .order_by(Organisation.name)
    )
    choices: dict[str, list[tuple[str, str]]] = {}
    for pool, organisation_id, name in rows:
        choices.setdefault(pool, []).append((str(organisation_id), name))
    return choices


# --- profiles ---------------------------------------------------------------------------------------------------------


def list_skills(edition_id: int) -> Sequence[Skill]:
    """The edition's taxonomy of skills, with what they are found by."""
    query = select(Skill).where(Skill.edition_id == edition_id).order_by(Skill.id)
    return db.session.scalars(query.options(selectinload(Skill.synonyms))).all()


def list_professions(edition_id: int) -> Sequence[Profession]:
    """The edition's professions."""
    return db.session.scalars(
        select(Profession).where(Profession.edition_id == edition_id).order_by(Profession.id)
    ).all()


def find_profile(edition_id: int, person_id: int) -> Profile | None:
    """The person's profile with skills, wishes and languages, in a fixed number of queries."""
    return db.session.scalar(
        select(Profile)
        .where(Profile.edition_id == edition_id, Profile.person_id == person_id)
        .options(
            selectinload(Profile.skills), selectinload(Profile.wishes), selectinload(Profile.languages),
            selectinload(Profile.suggestions), selectinload(Profile.acquaintances),
        )
    )  # fmt: skip


def has_complete_profile(edition_id: int, person_id: int) -> bool:
    """Whether the person's profile says what the team engine works with."""
    row = db.session.execute(
        select(*_completeness())
        .select_from(Profile)
        .where(Profile.edition_id == edition_id, Profile.person_id == person_id)
    ).one_or_none()
    return row is not None and _is_complete(row)


# --- people, for organisers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A line of the organiser's list."""

    id: int
    name: str
    email: str
    title: str
    pool: str
    sector: str | None
    organisation: str
    profession_sv: str
    profession_en: str
    state: RegistrationState
    seat_no: int | None
    position: int | None
    complete: bool

    def mentions(self, text: str) -> bool:
        """Whether name, title, organisation or profession contain the text, in any case."""
        said = " ".join((self.name, self.title, self.organisation, self.profession_sv, self.profession_en))
        return text.casefold() in said.casefold()


def list_people(edition_id: int, *, pool: str = "", state: str = "", text: str = "") -> list[RegisteredPerson]:
    """Everybody who registered, by pool, seat and line; narrowed where asked for, in one query.

    The text is looked for here and not in SQL: SQLite does not know that å and Å are one letter.
    """
    query = _people(edition_id)
    if pool:
        query = query.where(Pool.key == pool)
    if state:
        query = query.where(Registration.state == state)
    people = [_registered(row) for row in db.session.execute(query)]
    return [person for person in people if person.mentions(text)] if text else people


def find_registered(edition_id: int, *, registration_id: int | None = None, email: str = "") -> RegisteredPerson | None:
    """One registered person of the edition, by the registration's id or the person's address."""
    query = _people(edition_id)
    if registration_id is not None:
        query = query.where(Registration.id == registration_id)
    else:
        query = query.where(Person.email == normalised_email(email))
    row = db.session.execute(query).one_or_none()
    return _registered(row) if row else None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done with a registration: what, when, by whom (None: by itself), and why."""

    at: datetime
    action: str
    actor: str | None
    reason: str


def list_history(registration_id: int) -> list[Act]:
    """What the audit log tells of a registration, the latest first."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, Person.name, func.coalesce(AuditNote.text, ""))
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .outerjoin(AuditNote, AuditNote.entry_id == AuditEntry.id)
        .where(AuditEntry.subject == f"registration:{registration_id}")
        .order_by(AuditEntry.id.desc())
    )
    return [Act(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OrganisationInfo:
    """An organisation with its pool and the letter of its sector."""

    id: int
    name: str
    pool: str
    sector: str


def find_organisation(organisation_id: int) -> OrganisationInfo:
    """The organisation with this id, which is known to exist."""
    row = db.session.execute(
        select(Organisation.id, Organisation.name, Pool.key, Sector.letter)
        .join(Sector, Organisation.sector_id == Sector.id)
        .join(Pool, Sector.pool_id == Pool.id)
        .where(Organisation.id == organisation_id)
    ).one()
    return OrganisationInfo(*row)


def list_delegates(edition_id: int, organisation_id: int) -> list[RegisteredPerson]:
    """Everybody who is registered for an organisation and has not given up, in the order of seats and line."""
    here = (Registration.organisation_id == organisation_id, Registration.state != RegistrationState.CANCELLED)
    return [_registered(row) for row in db.session.execute(_people(edition_id).where(*here))]


def _people(edition_id: int) -> Select[*tuple[Any, ...]]:
    belongs = (Profile.person_id == Registration.person_id) & (Profile.edition_id == Registration.edition_id)
    return (
        select(
            Registration.id, Person.name, Person.email, func.coalesce(Profile.title, "").label("title"),
            Pool.key.label("pool"), Sector.letter,
            func.coalesce(Organisation.name, "").label("organisation"),
            func.coalesce(Profession.name_sv, "").label("profession_sv"),
            func.coalesce(Profession.name_en, "").label("profession_en"),
            Registration.state, Registration.seat_no, _position().label("position"), *_completeness(),
        )
        .select_from(Registration)
        .join(Person, Registration.person_id == Person.id)
        .join(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .outerjoin(Profile, belongs)
        .outerjoin(Profession, Profile.profession_id == Profession.id)
        .where(Registration.edition_id == edition_id)
        .order_by(
            Pool.position, Registration.seat_no.is_(None), Registration.seat_no, Registration.line_no.is_(None),
            Registration.line_no, Person.name,
        )
    )  # fmt: skip


def _completeness() -> tuple[ColumnElement[Any], ...]:
    """What `is_complete` asks for, as columns beside a profile."""
    skills = select(func.count()).select_from(ProfileSkill).where(ProfileSkill.profile_id == Profile.id)
    wishes = select(func.count()).select_from(QuestionWish).where(QuestionWish.profile_id == Profile.id)
    return (
        Profile.profession_id.is_not(None).label("has_profession"),
        Profile.seniority.is_not(None).label("has_seniority"),
        skills.correlate(Profile).scalar_subquery().label("skills"),
        wishes.correlate(Profile).scalar_subquery().label("wishes"),
    )


def _is_complete(row: Row[Any]) -> bool:
    return is_complete(
        has_profession=row.has_profession, has_seniority=row.has_seniority, skills=row.skills, wishes=row.wishes
    )


def _registered(row: Row[Any]) -> RegisteredPerson:
    return RegisteredPerson(
        row.id, row.name, row.email, row.title, row.pool, row.letter, row.organisation, row.profession_sv, row.profession_en, row.state,
        row.seat_no, row.position, _is_complete(row),
    )  # fmt: skip
