"""What can be done with places and profiles.

One lock per pool makes the order of places: whoever has it reads how many are seated, decides and writes. On SQLite the
transaction itself is that lock (BEGIN IMMEDIATE), on PostgreSQL the pool's row. Locks are taken in one order: person, pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.services import become_participant, stop_participating
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from hackathon.core.idempotency import once
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.events.rules import EditionInfo
from hackathon.registration.mail import post_about_place
from hackathon.registration.models import (
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Registration,
    Seniority,
    WaitingLine,
)
from hackathon.registration.queries import Place, find_place
from hackathon.registration.rules import (
    Refusal,
    RegistrationState,
    capacity_fits,
    free_seat,
    has_doubles,
    may_move,
    may_register,
)


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of a registration. `is_new` is False where it was there before: the same act, sent again."""

    place: Place
    is_new: bool


def register(
    person_id: int, *, pool_key: str, organisation_id: int | None, edition: EditionInfo, key: str | None, now: datetime
) -> Registered:
    """Gives the person a free seat of the pool, or the last place in its line. Repeated, it answers the same.

    Raises Conflict while registration is not open, Forbidden for judges and unverified people, Invalid for an unknown
    pool or an organisation that is not of the pool.
    """
    done: list[int] = []

    def act() -> str:
        person = _lock_person(person_id)
        registration = _find_registration(edition.id, person_id)
        if registration is None or registration.state is RegistrationState.CANCELLED:
            registration = _take_place(person, registration, pool_key, organisation_id, edition, now)
            done.append(registration.id)
        return str(registration.id)

    once(key, scope=f"register:{edition.id}", actor_id=person_id, now=now, act=act)
    place = find_place(edition.id, person_id)
    if place is None:
        raise LookupError("the registration that was just made is gone")
    return Registered(place, is_new=bool(done))


def _take_place(
    person: Person,
    row: Registration | None,
    pool_key: str,
    organisation_id: int | None,
    edition: EditionInfo,
    now: datetime,
) -> Registration:
    _refuse_unless_allowed(person, edition, now)
    pool = _lock_pool(edition.id, pool_key)
    _refuse_foreign_organisation(organisation_id, pool)
    seat = free_seat(_taken_seats(pool.id), pool.capacity) if _first_in_line(pool.id) is None else None
    line = None if seat else _next_line_no(pool.id)
    if row is None:
        row = Registration(edition_id=edition.id, person_id=person.id, created_at=now)
        db.session.add(row)
    row.pool_id, row.organisation_id, row.seat_no, row.line_no = pool.id, organisation_id, seat, line
    row.state = RegistrationState.CONFIRMED if seat else RegistrationState.WAITLISTED
    row.changed_at = now
    db.session.flush()
    become_participant(person.id, edition_id=edition.id, organisation_id=organisation_id)
    _record("registration.made", row, edition, actor_id=person.id, now=now)
    position = _waiting(pool.id) if line else None
    post_about_place(person, row.state.value, edition=edition, now=now, position=position)
    db.session.flush()
    return row


def cancel(person_id: int, *, edition: EditionInfo, now: datetime) -> None:
    """Gives up the person's place, or place in line; a seat that falls free goes to the first in line at once.

    Repeated, it changes nothing. Raises NotFound where the person has never registered.
    """
    person = _lock_person(person_id)
    row = _find_registration(edition.id, person_id)
    if row is None:
        raise NotFound("not_registered", _l("Du är inte anmäld till det här evenemanget."))
    if not may_move(row.state, RegistrationState.CANCELLED):
        return
    pool = _lock_pool_by_id(row.pool_id)
    db.session.refresh(row)  # Before the lock somebody may have moved it up from the line.
    row.state, row.seat_no, row.line_no, row.changed_at = RegistrationState.CANCELLED, None, None, now
    db.session.flush()
    stop_participating(person_id, edition_id=edition.id)
    _record("registration.cancelled", row, edition, actor_id=person_id, now=now)
    post_about_place(person, "cancelled", edition=edition, now=now)
    _promote(pool, edition, actor_id=person_id, now=now)


def set_capacity(pool_key: str, *, capacity: int, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Changes how many seats a pool has. More seats go to the line at once.

    Raises Conflict where fewer seats are asked for than people are seated.
    """
    pool = _lock_pool(edition.id, pool_key)
    taken = _taken_seats(pool.id)
    if not capacity_fits(capacity, len(taken)):
        raise Conflict(
            "capacity_below_seated",
            _l("%(num)s personer har redan plats. Välj minst så många platser.", num=len(taken)),
        )
    before, pool.capacity = pool.capacity, capacity
    _reseat_above(pool, now)
    audit.record(
        "pool.capacity_set", edition_id=edition.id, actor_id=actor_id, subject=f"pool:{pool.id}", now=now,
        before=before, after=capacity,
    )  # fmt: skip
    _promote(pool, edition, actor_id=actor_id, now=now)


def _promote(pool: Pool, edition: EditionInfo, *, actor_id: int, now: datetime) -> None:
    """Seats the first in line until the seats or the line run out. The pool is locked."""
    taken = _taken_seats(pool.id)
    while (seat := free_seat(taken, pool.capacity)) and (row := _first_in_line(pool.id)):
        row.state, row.seat_no, row.line_no, row.changed_at = RegistrationState.CONFIRMED, seat, None, now
        db.session.flush()
        taken.add(seat)
        _record("registration.promoted", row, edition, actor_id=actor_id, now=now)
        post_about_place(row.person, "promoted", edition=edition, now=now)


def _reseat_above(pool: Pool, now: datetime) -> None:
    """After fewer seats were set, whoever sits above them moves to the lowest free seats."""
    taken = _taken_seats(pool.id)
    above = select(Registration).where(Registration.pool_id == pool.id, Registration.seat_no > pool.capacity)
    for row in db.session.scalars(above.order_by(Registration.seat_no)).all():
        row.seat_no, row.changed_at = free_seat(taken, pool.capacity), now
        taken.add(row.seat_no or 0)
        db.session.flush()


def _refuse_unless_allowed(person: Person, edition: EditionInfo, now: datetime) -> None:
    phase = edition.phase("registration")
    judge = select(RoleAssignment.id).where(
        RoleAssignment.person_id == person.id,
        RoleAssignment.edition_id == edition.id,
        RoleAssignment.role == Role.JUDGE,
    )
    refusal = may_register(
        phase=phase.status(now) if phase else None,
        is_judge=db.session.scalar(judge) is not None,
        is_verified=person.email_verified_at is not None and person.disabled_at is None,
    )
    if refusal is not None:
        raise _refused(refusal, edition)


def _refused(refusal: Refusal, edition: EditionInfo) -> DomainError:
    """The refusal as an error with a sentence for people."""
    if refusal is Refusal.JUDGE:
        return Forbidden(
            refusal.value, _l("Den som sitter i juryn tar inte en plats. Fråga arrangören om något blivit fel.")
        )
    if refusal is Refusal.UNVERIFIED:
        return Forbidden(refusal.value, _l("Bekräfta först din e-postadress med länken i mejlet från oss."))
    phase = edition.phase("registration")
    if refusal is Refusal.NOT_OPEN_YET and phase is not None:
        opens = LazyString(format_datetime, phase.opens_at, "d MMMM HH:mm")  # In the language of whoever reads it.
        return Conflict(refusal.value, _l("Anmälan har inte öppnat än. Den öppnar %(moment)s.", moment=opens))
    return Conflict(refusal.value, _l("Anmälan är stängd. Hör av dig till arrangören om du vill stå på tur."))


def _refuse_foreign_organisation(organisation_id: int | None, pool: Pool) -> None:
    if organisation_id is None:
        return
    belongs = select(Organisation.id).join(Sector, Organisation.sector_id == Sector.id)
    if db.session.scalar(belongs.where(Organisation.id == organisation_id, Sector.pool_id == pool.id)) is None:
        raise Invalid(
            "organisation_not_in_pool", _l("Den organisationen hör inte till de platserna. Välj en ur listan.")
        )


def _lock_person(person_id: int) -> Person:
    """One person does one thing at a time: two tabs cannot take two places."""
    locked = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    person = db.session.scalar(locked.execution_options(populate_existing=True))
    if person is None:
        raise NotFound("person_unknown", _l("Kontot finns inte längre."))
    return person


def _lock_pool(edition_id: int, pool_key: str) -> Pool:
    pool_id = db.session.scalar(select(Pool.id).where(Pool.edition_id == edition_id, Pool.key == pool_key))
    if pool_id is None:
        raise Invalid("pool_unknown", _l("Välj myndighet eller näringsliv och andra."))
    return _lock_pool_by_id(pool_id)


def _lock_pool_by_id(pool_id: int) -> Pool:
    """Waits until nobody else gives or takes seats of the pool, and reads it anew."""
    locked = select(Pool).where(Pool.id == pool_id).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def _find_registration(edition_id: int, person_id: int) -> Registration | None:
    mine = select(Registration).where(Registration.edition_id == edition_id, Registration.person_id == person_id)
    return db.session.scalar(mine.execution_options(populate_existing=True))


def _taken_seats(pool_id: int) -> set[int]:
    seats = select(Registration.seat_no).where(Registration.pool_id == pool_id, Registration.seat_no.is_not(None))
    return {seat for seat in db.session.scalars(seats) if seat is not None}


def _first_in_line(pool_id: int) -> Registration | None:
    waiting = select(Registration).where(Registration.pool_id == pool_id, Registration.line_no.is_not(None))
    first = waiting.order_by(Registration.line_no).limit(1).options(joinedload(Registration.person))
    return db.session.scalar(first.execution_options(populate_existing=True))


def _waiting(pool_id: int) -> int:
    waiting = select(func.count()).select_from(Registration).where(Registration.pool_id == pool_id)
    return db.session.scalar(waiting.where(Registration.line_no.is_not(None))) or 0


def _next_line_no(pool_id: int) -> int:
    """The next number of the pool's line. The pool is locked, so that nobody else counts meanwhile."""
    line = db.session.get(WaitingLine, pool_id, populate_existing=True)
    if line is None:
        line = WaitingLine(pool_id=pool_id, last_no=0)
        db.session.add(line)
    line.last_no += 1
    return line.last_no


def _record(action: str, row: Registration, edition: EditionInfo, *, actor_id: int, now: datetime) -> None:
    audit.record(
        action, edition_id=edition.id, actor_id=actor_id, subject=f"registration:{row.id}", now=now,
        pool=row.pool_id, seat=row.seat_no, line=row.line_no,
    )  # fmt: skip


# --- profiles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfileContent:
    """What somebody says of themselves. `skills`: level 1 to 3 by skill id; `wishes`: question numbers, the dearest first."""

    title: str
    profession_id: int | None
    seniority: Seniority | None
    experience_years: int | None
    brings: str
    languages: tuple[str, ...]
    skills: dict[int, int]
    wishes: tuple[int, ...]


def save_profile(person_id: int, content: ProfileContent, *, edition_id: int, now: datetime) -> Profile:
    """Keeps the profile; saved again with the same content it is the same profile."""
    if has_doubles(content.wishes):
        raise Invalid("wish_twice", _l("Välj olika frågor på de tre raderna."))
    _lock_person(person_id)
    profile = db.session.scalar(select(Profile).where(Profile.edition_id == edition_id, Profile.person_id == person_id))
    if profile is None:
        profile = Profile(edition_id=edition_id, person_id=person_id)
        db.session.add(profile)
    profile.title, profile.brings = content.title, content.brings
    profile.profession_id, profile.seniority = content.profession_id, content.seniority
    profile.experience_years, profile.changed_at = content.experience_years, now
    db.session.flush()
    for kind in (ProfileSkill, QuestionWish, ProfileLanguage):
        db.session.execute(delete(kind).where(kind.profile_id == profile.id))
    db.session.add_all(
        ProfileSkill(profile_id=profile.id, skill_id=skill, level=level) for skill, level in content.skills.items()
    )
    db.session.add_all(
        QuestionWish(profile_id=profile.id, question_number=number, rank=rank)
        for rank, number in enumerate(content.wishes, 1)
    )
    db.session.add_all(ProfileLanguage(profile_id=profile.id, language=code) for code in content.languages)
    db.session.flush()
    db.session.expire(profile)
    return profile
