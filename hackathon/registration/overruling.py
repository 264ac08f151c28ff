"""What an organiser decides against the order of things: a seat out of turn, a place taken away, two rows made one.

Each needs a reason, which stands in the audit log and in the letter to whom it concerns. Two people's places are changed
under both people's locks, then the pools'.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.accounts.services import become_participant, stop_participating
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.events.rules import EditionInfo, PhaseStatus
from hackathon.registration import seating
from hackathon.registration.mail import post_about_place
from hackathon.registration.models import Registration
from hackathon.registration.needs import forget_needs
from hackathon.registration.rules import LONGEST_REASON, MERGEABLE, RegistrationState, free_seat, is_better
from hackathon.registration.services import cancel, change_capacity, refuse_to_register


def give_place(registration_id: int, *, reason: str, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Seats somebody out of turn, whatever the line and the ceiling say. Where the pool is full it gets one seat more.

    Raises Conflict where the person is seated already.
    """
    reason = _needed(reason)
    person = seating.lock_person(_load(registration_id, edition).person_id)
    refuse_to_register(person, edition, phase=PhaseStatus.OPEN)
    row = _load(registration_id, edition)
    pool = seating.lock_pool_by_id(row.pool_id)
    db.session.refresh(row)
    if seating.is_seated(row) and row.state is not RegistrationState.OFFERED:
        raise Conflict("already_seated", _l("Personen har redan en plats."))
    seat = row.seat_no or free_seat(seating.taken_seats(pool.id), pool.capacity)
    if seat is None:
        seat = pool.capacity + 1
        change_capacity(pool, seat, edition=edition, actor_id=actor_id, now=now, reason=reason)
    seating.move(row, RegistrationState.CONFIRMED, now=now, seat_no=seat)
    become_participant(person.id, edition_id=edition.id, organisation_id=row.organisation_id)
    seating.note_act("registration.given", row, edition, actor_id=actor_id, now=now, reason=reason)
    post_about_place(person, "given", edition=edition, now=now, reason=reason)


def withdraw_place(registration_id: int, *, reason: str, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Takes somebody's place, or place in line, away; the seat goes to the first in line."""
    row = _load(registration_id, edition)
    cancel(row.person_id, edition=edition, now=now, actor_id=actor_id, reason=_needed(reason))


def replace(
    registration_id: int, *, incoming_id: int, reason: str, edition: EditionInfo, actor_id: int, now: datetime
) -> Registration:
    """Hands a seat to somebody else, in the name of the same organisation; whoever had it is cancelled.

    Raises Conflict unless the seat is confirmed and the other person has none; Forbidden for judges and unverified people.
    """
    outgoing_id = _load(registration_id, edition).person_id
    people = _lock_people(outgoing_id, incoming_id)
    refuse_to_register(people[incoming_id], edition, phase=PhaseStatus.OPEN)
    row = _load(registration_id, edition)
    other = seating.find_registration(edition.id, incoming_id)
    seating.lock_pools([row.pool_id] + ([other.pool_id] if other else []))
    db.session.refresh(row)
    if other is not None:
        db.session.refresh(other)
    if row.state is not RegistrationState.CONFIRMED:
        raise Conflict("seat_not_confirmed", _l("Bara en bekräftad plats kan gå till någon annan. Ladda om sidan."))
    if incoming_id == outgoing_id or (other is not None and seating.is_seated(other)):
        raise Conflict("already_seated", _l("Personen har redan en plats."))
    seat = row.seat_no
    seating.move(row, RegistrationState.CANCELLED, now=now)
    stop_participating(outgoing_id, edition_id=edition.id)
    forget_needs(outgoing_id, edition_id=edition.id)
    if other is None:
        other = seating.new_registration(edition.id, incoming_id, now)
    other.pool_id, other.organisation_id = row.pool_id, row.organisation_id
    seating.move(other, RegistrationState.CONFIRMED, now=now, seat_no=seat)
    become_participant(incoming_id, edition_id=edition.id, organisation_id=row.organisation_id)
    seating.note_act("registration.replaced", row, edition, actor_id=actor_id, now=now, reason=reason)
    seating.note_act("registration.took_over", other, edition, actor_id=actor_id, now=now)
    post_about_place(people[outgoing_id], "replaced", edition=edition, now=now, reason=reason)
    post_about_place(people[incoming_id], "confirmed", edition=edition, now=now)
    return other


def merge(kept_id: int, *, dropped_id: int, reason: str, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    """Makes one registration of two that one person made with two accounts. The kept one gets the better of both places.

    What the other place was worth goes on to the line. Raises Conflict where one of them is given up, or has come already.
    """
    reason = _needed(reason)
    if kept_id == dropped_id:
        raise Invalid("same_registration", _l("Välj två olika anmälningar."))
    people = _lock_people(_load(kept_id, edition).person_id, _load(dropped_id, edition).person_id)
    kept, dropped = _load(kept_id, edition), _load(dropped_id, edition)
    pools = seating.lock_pools([kept.pool_id, dropped.pool_id])
    for row in (kept, dropped):
        db.session.refresh(row)
        if row.state not in MERGEABLE:
            raise Conflict("not_mergeable", _l("Bara två gällande anmälningar före dagen kan bli en."))
    place = (
        dropped.state,
        dropped.pool_id,
        dropped.organisation_id,
        dropped.seat_no,
        dropped.line_no,
        dropped.offer_expires_at,
    )
    takes_over = _is_worth_more(dropped, kept)
    seating.move(dropped, RegistrationState.CANCELLED, now=now)
    stop_participating(dropped.person_id, edition_id=edition.id)
    forget_needs(dropped.person_id, edition_id=edition.id)
    if takes_over:
        state, kept.pool_id, kept.organisation_id, seat, line, until = place
        seating.move(kept, state, now=now, seat_no=seat, line_no=line, until=until)
        become_participant(kept.person_id, edition_id=edition.id, organisation_id=kept.organisation_id)
    seating.note_act("registration.merged", kept, edition, actor_id=actor_id, now=now, reason=reason)
    seating.note_act("registration.merged_away", dropped, edition, actor_id=actor_id, now=now)
    post_about_place(people[kept.person_id], "merged", edition=edition, now=now, reason=reason)
    for pool in pools.values():
        seating.settle(pool, edition, actor_id=actor_id, now=now)


def _is_worth_more(one: Registration, than: Registration) -> bool:
    same_line = one.pool_id == than.pool_id
    return is_better(one.state, one.line_no if same_line else None, than.state, than.line_no if same_line else None)


def _lock_people(one_id: int, other_id: int) -> dict[int, Person]:
    return {person_id: seating.lock_person(person_id) for person_id in sorted({one_id, other_id})}


def _load(registration_id: int, edition: EditionInfo) -> Registration:
    """A registration of this edition, as the database has it now."""
    here = select(Registration).where(Registration.id == registration_id, Registration.edition_id == edition.id)
    row = db.session.scalar(here.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("registration_unknown", _l("Den anmälan finns inte i det här evenemanget."))
    return row


def _needed(reason: str) -> str:
    """The reason, without which nothing is overruled."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason_needed", _l("Skriv varför, på högst 500 tecken. Skälet sparas i loggen."))
    return reason
