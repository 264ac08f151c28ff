"""Taking, cancelling and promoting places."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from hackathon.accounts.models import Person, RoleAssignment, SignInSession
from hackathon.accounts.services import start_session
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid, NotFound
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition, Pool
from hackathon.registration.models import Registration, RegistrationState
from hackathon.registration.queries import find_place, list_pool_standings
from hackathon.registration.services import Registered, cancel, register, set_capacity
from tests.factories import give_role, make_edition, make_organisation, make_person
from tests.registration.conftest import info


def take(
    person: Person,
    edition: Edition,
    now: datetime,
    *,
    pool: str = "agency",
    organisation: int | None = None,
    key: str | None = None,
) -> Registered:
    registered = register(
        person.id, pool_key=pool, organisation_id=organisation, edition=info(edition), key=key, now=now
    )
    db.session.commit()
    return registered


def roles_of(person: Person) -> set[Role]:
    return set(db.session.scalars(select(RoleAssignment.role).where(RoleAssignment.person_id == person.id)))


def letters_to(person: Person) -> list[str]:
    return list(db.session.scalars(select(Mail.subject).where(Mail.recipient == person.email).order_by(Mail.id)))


def test_first_gets_the_lowest_seat_and_takes_part(small: Edition, now: datetime) -> None:
    person, agency = make_person(), make_organisation(small)
    place = take(person, small, now, organisation=agency.id).place
    assert (place.state, place.seat_no, place.position) == (RegistrationState.CONFIRMED, 1, None)
    assert place.organisation == agency.name
    assert roles_of(person) == {Role.PARTICIPANT}
    assert letters_to(person) == ["Du har en plats på Skills360"]
    assert audit.first_broken_entry() is None


def test_full_pool_gives_the_line_in_order(small: Edition, now: datetime) -> None:
    places = [take(make_person(), small, now).place for _ in range(5)]
    assert [place.seat_no for place in places] == [1, 2, None, None, None]
    assert [place.position for place in places] == [None, None, 1, 2, 3]


def test_each_pool_has_its_own_seats_and_line(small: Edition, now: datetime) -> None:
    for _ in range(3):
        take(make_person(), small, now)
    place = take(make_person(), small, now, pool="external").place
    assert place.seat_no == 1
    assert [(pool.key, pool.seated, pool.waiting) for pool in list_pool_standings(small.id)] == [
        ("agency", 2, 1),
        ("external", 1, 0),
    ]


def test_repeated_registration_answers_the_same(small: Edition, now: datetime) -> None:
    person = make_person()
    first = take(person, small, now, key="k1")
    again = take(person, small, now, key="k1")
    other_pool = take(person, small, now, pool="external", key="k2")
    assert first.is_new
    assert not again.is_new
    assert again.place == other_pool.place == first.place
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1
    assert len(letters_to(person)) == 1


@pytest.mark.parametrize(("seconds", "reason"), [(-1, "registration_not_open_yet"), (8 * 86400, "registration_closed")])
def test_registration_outside_the_phase_is_refused(small: Edition, now: datetime, seconds: int, reason: str) -> None:
    opens = now - timedelta(days=1)
    with pytest.raises(Conflict) as refused:
        take(make_person(), small, opens + timedelta(seconds=seconds))
    assert refused.value.reason == reason
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


@pytest.mark.parametrize("seconds", [0, 8 * 86400 - 1])
def test_registration_in_the_first_and_last_second_is_taken(small: Edition, now: datetime, seconds: int) -> None:
    opens = now - timedelta(days=1)
    assert take(make_person(), small, opens + timedelta(seconds=seconds)).is_new


def test_judge_cannot_register(small: Edition, now: datetime) -> None:
    judge = make_person()
    give_role(judge, Role.JUDGE, small)
    with pytest.raises(Forbidden, match="judges_do_not_register"):
        take(judge, small, now)
    db.session.rollback()
    assert roles_of(judge) == {Role.JUDGE}


def test_judge_of_another_event_can_register(small: Edition, now: datetime) -> None:
    judge = make_person()
    give_role(judge, Role.JUDGE, make_edition("other"))
    assert take(judge, small, now).is_new


def test_unverified_address_cannot_register(small: Edition, now: datetime) -> None:
    with pytest.raises(Forbidden, match="email_not_verified"):
        take(make_person(verified=False), small, now)


def test_organisation_of_the_other_pool_is_refused(small: Edition, now: datetime) -> None:
    company = make_organisation(small, sector="technology")
    with pytest.raises(Invalid, match="organisation_not_in_pool"):
        take(make_person(), small, now, organisation=company.id)


def test_unknown_pool_is_refused(small: Edition, now: datetime) -> None:
    with pytest.raises(Invalid, match="pool_unknown"):
        take(make_person(), small, now, pool="vip")


def test_cancel_promotes_the_first_in_line_at_once(small: Edition, now: datetime) -> None:
    people = [make_person() for _ in range(4)]
    for person in people:
        take(person, small, now)
    cancel(people[0].id, edition=info(small), now=now)
    db.session.commit()
    places = [find_place(small.id, person.id) for person in people]
    assert [(place.state, place.seat_no, place.position) for place in places if place] == [
        (RegistrationState.CANCELLED, None, None),
        (RegistrationState.CONFIRMED, 2, None),
        (RegistrationState.CONFIRMED, 1, None),
        (RegistrationState.WAITLISTED, None, 1),
    ]
    assert letters_to(people[2])[-1] == "En plats blev ledig: du är med på Skills360"
    assert len(letters_to(people[3])) == 1


def test_cancel_withdraws_the_participant_role_alone_and_keeps_the_session(small: Edition, now: datetime) -> None:
    person = make_person()
    give_role(person, Role.COORDINATOR, small)
    take(person, small, now)
    start_session(person, device="test", now=now)
    cancel(person.id, edition=info(small), now=now)
    db.session.commit()
    assert roles_of(person) == {Role.COORDINATOR}
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_cancelling_twice_changes_nothing_more(small: Edition, now: datetime) -> None:
    people = [make_person() for _ in range(4)]
    for person in people:
        take(person, small, now)
    for _ in range(2):
        cancel(people[0].id, edition=info(small), now=now)
        db.session.commit()
    last = find_place(small.id, people[3].id)
    assert last is not None
    assert last.position == 1


def test_cancelling_without_registration_says_so(small: Edition, now: datetime) -> None:
    with pytest.raises(NotFound, match="not_registered"):
        cancel(make_person().id, edition=info(small), now=now)


def test_cancelled_person_registers_again_on_the_same_row_and_last_in_line(small: Edition, now: datetime) -> None:
    people = [make_person() for _ in range(4)]
    first, *_others = [take(person, small, now).place for person in people]
    cancel(people[0].id, edition=info(small), now=now)
    db.session.commit()
    again = take(people[0], small, now).place
    assert again.id == first.id
    assert again.position == 2
    assert roles_of(people[0]) == {Role.PARTICIPANT}


def test_numbers_in_line_are_never_given_twice(small: Edition, now: datetime) -> None:
    people = [make_person() for _ in range(4)]
    for person in people:
        take(person, small, now)
    cancel(people[3].id, edition=info(small), now=now)  # the last in line, number 2
    db.session.commit()
    newcomer = make_person()
    take(newcomer, small, now)
    line = select(Registration.line_no).where(Registration.person_id == newcomer.id)
    assert db.session.scalar(line) == 3


def test_capacity_below_the_seated_is_refused(small: Edition, now: datetime) -> None:
    organiser = make_person()
    for _ in range(2):
        take(make_person(), small, now)
    with pytest.raises(Conflict, match="capacity_below_seated"):
        set_capacity("agency", capacity=1, edition=info(small), actor_id=organiser.id, now=now)
    db.session.rollback()
    assert db.session.scalar(select(Pool.capacity).where(Pool.edition_id == small.id, Pool.key == "agency")) == 2


def test_more_capacity_promotes_from_the_line_in_order(small: Edition, now: datetime) -> None:
    organiser, people = make_person(), [make_person() for _ in range(5)]
    for person in people:
        take(person, small, now)
    set_capacity("agency", capacity=4, edition=info(small), actor_id=organiser.id, now=now)
    db.session.commit()
    places = [find_place(small.id, person.id) for person in people]
    assert [place.seat_no for place in places if place] == [1, 2, 3, 4, None]


def test_fewer_seats_move_people_below_the_new_capacity(app: Flask, now: datetime) -> None:
    edition, organiser = make_edition(capacity=4), make_person()
    people = [make_person() for _ in range(4)]
    for person in people:
        take(person, edition, now)
    cancel(people[0].id, edition=info(edition), now=now)
    set_capacity("agency", capacity=3, edition=info(edition), actor_id=organiser.id, now=now)
    db.session.commit()
    seats = db.session.scalars(select(Registration.seat_no).where(Registration.seat_no.is_not(None)))
    assert set(seats) == {1, 2, 3}
