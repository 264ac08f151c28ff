"""Who sits where: one lock per pool, the lowest free seat, and the line in the order of commit.

Whoever has a pool's lock reads how many are seated, decides and writes. On SQLite the transaction itself is that lock
(BEGIN IMMEDIATE), on PostgreSQL the pool's row. Locks are taken in one order: people by id, then pools by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from hackathon.accounts.models import Person
from hackathon.core import audit
from hackathon.core.db import db, fetch
from hackathon.core.errors import Invalid, NotFound
from hackathon.events.models import Pool
from hackathon.events.rules import EditionInfo
from hackathon.registration.mail import post_about_place
from hackathon.registration.models import Registration, WaitingLine
from hackathon.registration.queries import organisations_at_ceiling, read_place_rules
from hackathon.registration.rules import SEATED, PlaceRules, RegistrationState, free_seat, may_move, offer_until

# What every act on places asks for, built once: in the first minute it is asked thousands of times.
_LOCK_PERSON = select(Person).where(Person.id == bindparam("id")).with_for_update(key_share=True)
_LOCK_POOL = select(Pool).where(Pool.id == bindparam("id")).with_for_update()
_POOL_ID = select(Pool.id).where(Pool.edition_id == bindparam("edition_id"), Pool.key == bindparam("key"))
_OWN = select(Registration).where(
    Registration.edition_id == bindparam("edition_id"), Registration.person_id == bindparam("person_id")
)
_SEATS = select(Registration.seat_no).where(
    Registration.pool_id == bindparam("pool_id"), Registration.seat_no.is_not(None)
)
_LINE = (
    select(Registration)
    .where(Registration.pool_id == bindparam("pool_id"), Registration.line_no.is_not(None))
    .order_by(Registration.line_no)
    .limit(1)
    .options(joinedload(Registration.person))
)
_WAITING = (
    select(func.count())
    .select_from(Registration)
    .where(Registration.pool_id == bindparam("pool_id"), Registration.line_no.is_not(None))
)
_ANEW = {"populate_existing": True}

# --- locks ------------------------------------------------------------------------------------------------------------


def lock_person(person_id: int) -> Person:
    """One person does one thing at a time: two tabs cannot take two places."""
    person = db.session.scalar(_LOCK_PERSON, {"id": person_id}, execution_options=_ANEW)
    if person is None:
        raise NotFound("person_unknown", _l("Kontot finns inte längre."))
    return person


def lock_pool(edition_id: int, pool_key: str) -> Pool:
    pool_id = db.session.scalar(_POOL_ID, {"edition_id": edition_id, "key": pool_key})
    if pool_id is None:
        raise Invalid("pool_unknown", _l("Välj myndighet eller näringsliv och andra."))
    return lock_pool_by_id(pool_id)


def lock_pool_by_id(pool_id: int) -> Pool:
    """Waits until nobody else gives or takes seats of the pool, and reads it anew."""
    return db.session.scalars(_LOCK_POOL, {"id": pool_id}, execution_options=_ANEW).one()


def lock_pools(pool_ids: Iterable[int]) -> dict[int, Pool]:
    """Several pools, always in the same order, so that no two wait for each other."""
    return {pool_id: lock_pool_by_id(pool_id) for pool_id in sorted(set(pool_ids))}


# --- reading under the lock -------------------------------------------------------------------------------------------


def find_registration(edition_id: int, person_id: int) -> Registration | None:
    return db.session.scalar(_OWN, {"edition_id": edition_id, "person_id": person_id}, execution_options=_ANEW)


def taken_seats(pool_id: int) -> set[int]:
    return {seat for (seat,) in fetch(_SEATS, {"pool_id": pool_id}) if seat is not None}


def first_in_line(pool_id: int, ceiling: int | None) -> Registration | None:
    """The first who may have a seat: whoever's organisation has all the seats that it gets is passed over, and stays."""
    line = _LINE
    if ceiling is not None:
        full = organisations_at_ceiling(pool_id, ceiling)
        line = line.where(Registration.organisation_id.is_(None) | Registration.organisation_id.not_in(full))
    return db.session.scalar(line, {"pool_id": pool_id}, execution_options=_ANEW)


def count_waiting(pool_id: int) -> int:
    return fetch(_WAITING, {"pool_id": pool_id}).scalar_one()


def seat_for_newcomer(pool: Pool, organisation_id: int | None, rules: PlaceRules) -> int | None:
    """The seat that somebody who comes now gets; None where the line is longer than the seats, or the organisation full."""
    if first_in_line(pool.id, rules.ceiling) is not None:
        return None
    if rules.ceiling is not None and organisation_id is not None:
        held = select(func.count()).select_from(Registration)
        held = held.where(Registration.pool_id == pool.id, Registration.organisation_id == organisation_id)
        if (db.session.scalar(held.where(Registration.seat_no.is_not(None))) or 0) >= rules.ceiling:
            return None
    return free_seat(taken_seats(pool.id), pool.capacity)


# --- writing under the lock -------------------------------------------------------------------------------------------


def next_line_no(pool_id: int) -> int:
    """The next number of the pool's line."""
    line = db.session.get(WaitingLine, pool_id, populate_existing=True)
    if line is None:
        line = WaitingLine(pool_id=pool_id, last_no=0)
        db.session.add(line)
    line.last_no += 1
    return line.last_no


def new_registration(edition_id: int, person_id: int, now: datetime) -> Registration:
    """A row of somebody who has not registered before; it begins like one that was given up, and is moved on at once."""
    row = Registration(edition_id=edition_id, person_id=person_id, state=RegistrationState.CANCELLED, created_at=now)
    db.session.add(row)
    return row


def move(
    row: Registration, state: RegistrationState, *, now: datetime, seat_no: int | None = None, line_no: int | None = None,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Puts a registration into a state, with the seat, the place in line or the end of the offer that belong to it."""
    if row.state is not state and not may_move(row.state, state):
        raise ValueError(f"a registration cannot go from {row.state} to {state}")
    row.state, row.seat_no, row.line_no, row.offer_expires_at, row.changed_at = state, seat_no, line_no, until, now
    db.session.flush()


def settle(pool: Pool, edition: EditionInfo, *, actor_id: int | None, now: datetime) -> None:
    """Gives or offers free seats to the line until the seats, or those who may have one, run out."""
    rules = read_place_rules(edition.id)
    until = offer_until(rules, now=now, last=day_begins(edition))
    taken = taken_seats(pool.id)
    while (seat := free_seat(taken, pool.capacity)) and (row := first_in_line(pool.id, rules.ceiling)):
        state = RegistrationState.OFFERED if until else RegistrationState.CONFIRMED
        move(row, state, now=now, seat_no=seat, until=until)
        taken.add(seat)
        what = "offered" if until else "promoted"
        note_act(f"registration.{what}", row, edition, actor_id=actor_id, now=now)
        post_about_place(row.person, what, edition=edition, now=now, until=until)


def day_begins(edition: EditionInfo) -> datetime:
    """Midnight at the beginning of the event's day, where the event is held."""
    return datetime.combine(edition.event_date, time(), edition.tz).astimezone(UTC)


def expire_offers(pool: Pool, edition: EditionInfo, *, now: datetime) -> int:
    """Takes back the pool's offers that have run out, and hands the seats on; returns how many."""
    overdue = select(Registration).where(Registration.pool_id == pool.id, Registration.offer_expires_at <= now)
    rows = db.session.scalars(
        overdue.order_by(Registration.offer_expires_at, Registration.seat_no)
        .options(joinedload(Registration.person))
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        move(row, RegistrationState.EXPIRED, now=now)
        note_act("registration.expired", row, edition, actor_id=None, now=now)
        post_about_place(row.person, "expired", edition=edition, now=now)
    if rows:
        settle(pool, edition, actor_id=None, now=now)
    return len(rows)


def reseat_above(pool: Pool, now: datetime) -> None:
    """After fewer seats were set, whoever sits above them moves to the lowest free seats."""
    taken = taken_seats(pool.id)
    above = select(Registration).where(Registration.pool_id == pool.id, Registration.seat_no > pool.capacity)
    for row in db.session.scalars(above.order_by(Registration.seat_no)).all():
        row.seat_no, row.changed_at = free_seat(taken, pool.capacity), now
        taken.add(row.seat_no or 0)
        db.session.flush()


def note_act(
    action: str, row: Registration, edition: EditionInfo, *, actor_id: int | None, now: datetime, reason: str = ""
) -> None:
    """Writes what was done with a registration into the audit log; the reason can be erased, the act cannot."""
    audit.record(
        action, edition_id=edition.id, actor_id=actor_id, subject=f"registration:{row.id}", now=now, note=reason,
        pool=row.pool_id, seat=row.seat_no, line=row.line_no,
    )  # fmt: skip


def is_seated(row: Registration) -> bool:
    return row.state in SEATED
