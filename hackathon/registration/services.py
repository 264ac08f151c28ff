"""What people and organisers can do with places. Who sits where is decided in `seating`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.services import become_participant, stop_participating
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from hackathon.core.idempotency import once
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.events.rules import EditionInfo, PhaseStatus
from hackathon.registration import seating
from hackathon.registration.mail import post_about_place
from hackathon.registration.models import (
    PlaceRule,
    Registration,
)
from hackathon.registration.needs import forget_needs
from hackathon.registration.queries import Place, find_place, read_place_rules
from hackathon.registration.rules import (
    PlaceRules,
    Refusal,
    RegistrationState,
    capacity_fits,
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
    done: list[Place] = []

    def act() -> str:
        person = seating.lock_person(person_id)
        registration = seating.find_registration(edition.id, person_id)
        if registration is None or registration.state is RegistrationState.CANCELLED:
            place = _take_place(person, registration, pool_key, organisation_id, edition, now)
            done.append(place)
            return str(place.id)
        return str(registration.id)

    once(key, scope=f"register:{edition.id}", actor_id=person_id, now=now, act=act)
    place = done[0] if done else find_place(edition.id, person_id)
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
) -> Place:
    _refuse_unless_allowed(person, edition, now)
    pool = seating.lock_pool(edition.id, pool_key)
    organisation, sector = _name_organisation(organisation_id, pool)
    seat = seating.seat_for_newcomer(pool, organisation_id, read_place_rules(edition.id))
    line = None if seat else seating.next_line_no(pool.id)
    if row is None:
        row = seating.new_registration(edition.id, person.id, now)
    row.pool_id, row.organisation_id = pool.id, organisation_id
    state = RegistrationState.CONFIRMED if seat else RegistrationState.WAITLISTED
    seating.move(row, state, now=now, seat_no=seat, line_no=line)
    become_participant(person.id, edition_id=edition.id, organisation_id=organisation_id)
    seating.note_act("registration.made", row, edition, actor_id=person.id, now=now)
    position = seating.count_waiting(pool.id) if line else None
    post_about_place(person, row.state.value, edition=edition, now=now, position=position)
    db.session.flush()
    return Place(
        row.id,
        person.id,
        pool.key,
        pool.name_sv,
        pool.name_en,
        pool.capacity,
        organisation,
        sector,
        row.state,
        seat,
        position,
    )


def cancel(
    person_id: int, *, edition: EditionInfo, now: datetime, actor_id: int | None = None, reason: str = ""
) -> None:
    """Gives up the person's place, offer, or place in line; a seat that falls free goes to the first in line at once.

    Repeated, it changes nothing. `actor_id` and `reason`: who took the place away, where it was not the person's own act.
    Raises NotFound where the person has never registered.
    """
    person = seating.lock_person(person_id)
    row = seating.find_registration(edition.id, person_id)
    if row is None:
        raise not_registered()
    if not may_move(row.state, RegistrationState.CANCELLED):
        return
    pool = seating.lock_pool_by_id(row.pool_id)
    db.session.refresh(row)  # Before the lock somebody may have moved it up from the line.
    seating.move(row, RegistrationState.CANCELLED, now=now)
    stop_participating(person_id, edition_id=edition.id)
    forget_needs(person_id, edition_id=edition.id)
    actor_id = person_id if actor_id is None else actor_id
    seating.note_act("registration.cancelled", row, edition, actor_id=actor_id, now=now, reason=reason)
    post_about_place(person, "withdrawn" if reason else "cancelled", edition=edition, now=now, reason=reason)
    seating.settle(pool, edition, actor_id=actor_id, now=now)


def accept_offer(person_id: int, *, edition: EditionInfo, now: datetime) -> None:
    """Takes the seat that the person was offered. Repeated, it changes nothing.

    Raises Conflict where there is no offer, or it has run out.
    """
    person = seating.lock_person(person_id)
    row = seating.find_registration(edition.id, person_id)
    if row is None:
        raise not_registered()
    seating.lock_pool_by_id(row.pool_id)
    db.session.refresh(row)
    if row.state is RegistrationState.CONFIRMED:
        return
    if row.offer_expires_at is None or now >= row.offer_expires_at:
        raise Conflict(
            "offer_expired", _l("Erbjudandet har gått ut och platsen går vidare. Du kan ställa dig i kön igen.")
        )
    seating.move(row, RegistrationState.CONFIRMED, now=now, seat_no=row.seat_no)
    seating.note_act("registration.accepted", row, edition, actor_id=person_id, now=now)
    post_about_place(person, "confirmed", edition=edition, now=now)


def wait_again(person_id: int, *, edition: EditionInfo, now: datetime) -> None:
    """Puts somebody whose offer ran out at the end of the line. Repeated, it changes nothing.

    Raises Conflict for anybody else who does not wait.
    """
    seating.lock_person(person_id)
    row = seating.find_registration(edition.id, person_id)
    if row is None:
        raise not_registered()
    pool = seating.lock_pool_by_id(row.pool_id)
    db.session.refresh(row)
    if row.state is RegistrationState.WAITLISTED:
        return
    if row.state is not RegistrationState.EXPIRED:
        raise Conflict("not_expired", _l("Du har redan en plats eller ett erbjudande. Ladda om sidan."))
    seating.move(row, RegistrationState.WAITLISTED, now=now, line_no=seating.next_line_no(pool.id))
    seating.note_act("registration.waiting_again", row, edition, actor_id=person_id, now=now)
    seating.settle(pool, edition, actor_id=person_id, now=now)


def set_capacity(pool_key: str, *, capacity: int, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Changes how many seats a pool has. More seats go to the line at once.

    Raises Conflict where fewer seats are asked for than people are seated.
    """
    pool = seating.lock_pool(edition.id, pool_key)
    taken = seating.taken_seats(pool.id)
    if not capacity_fits(capacity, len(taken)):
        raise Conflict(
            "capacity_below_seated",
            _l("%(num)s personer har redan plats. Välj minst så många platser.", num=len(taken)),
        )
    change_capacity(pool, capacity, edition=edition, actor_id=actor_id, now=now)
    seating.reseat_above(pool, now)
    seating.settle(pool, edition, actor_id=actor_id, now=now)


def change_capacity(
    pool: Pool, capacity: int, *, edition: EditionInfo, actor_id: int, now: datetime, reason: str = ""
) -> None:
    """Writes the capacity of a locked pool, with its entry in the log."""
    before, pool.capacity = pool.capacity, capacity
    db.session.flush()
    audit.record(
        "pool.capacity_set", edition_id=edition.id, actor_id=actor_id, subject=f"pool:{pool.id}", now=now, note=reason,
        before=before, after=capacity,
    )  # fmt: skip


def set_place_rules(rules: PlaceRules, *, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Decides how places are given from now on. A higher ceiling lets the line move up at once; nobody loses a seat."""
    pool_ids = db.session.scalars(select(Pool.id).where(Pool.edition_id == edition.id)).all()
    pools = seating.lock_pools(pool_ids)
    row = db.session.get(PlaceRule, edition.id, populate_existing=True)
    if row is None:
        row = PlaceRule(edition_id=edition.id)
        db.session.add(row)
    row.promotion, row.offer_hours, row.ceiling = rules.promotion, rules.offer_hours, rules.ceiling
    db.session.flush()
    audit.record(
        "places.rules_set", edition_id=edition.id, actor_id=actor_id, subject=f"edition:{edition.id}", now=now,
        promotion=rules.promotion.value, hours=rules.offer_hours, ceiling=rules.ceiling,
    )  # fmt: skip
    for pool in pools.values():
        seating.settle(pool, edition, actor_id=actor_id, now=now)


def not_registered() -> NotFound:
    return NotFound("not_registered", _l("Du är inte anmäld till det här evenemanget."))


def _refuse_unless_allowed(person: Person, edition: EditionInfo, now: datetime) -> None:
    phase = edition.phase("registration")
    refuse_to_register(person, edition, phase=phase.status(now) if phase else None)


def refuse_to_register(person: Person, edition: EditionInfo, *, phase: PhaseStatus | None) -> None:
    """Raises where somebody may not have a place: judges and unverified people never, others while `phase` is not open."""
    judge = select(RoleAssignment.id).where(
        RoleAssignment.person_id == person.id,
        RoleAssignment.edition_id == edition.id,
        RoleAssignment.role == Role.JUDGE,
    )
    refusal = may_register(
        phase=phase,
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


def _name_organisation(organisation_id: int | None, pool: Pool) -> tuple[str | None, str | None]:
    """The organisation's name and the letter of its sector; nothing for another one than those listed."""
    if organisation_id is None:
        return None, None
    belongs = select(Organisation.name, Sector.letter).join(Sector, Organisation.sector_id == Sector.id)
    named = db.session.execute(
        belongs.where(Organisation.id == organisation_id, Sector.pool_id == pool.id)
    ).one_or_none()
    if named is None:
        raise Invalid(
            "organisation_not_in_pool", _l("Den organisationen hör inte till de platserna. Välj en ur listan.")
        )
    return named.name, named.letter
