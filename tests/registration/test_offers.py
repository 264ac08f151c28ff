"""Offers that run out, the ceiling per organisation, and what an organiser overrules."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.audit import AuditNote
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition, Pool
from hackathon.jobs.worker import do_what_is_due
from hackathon.registration import overruling
from hackathon.registration.jobs import expire_due_offers
from hackathon.registration.models import Registration, RegistrationState
from hackathon.registration.queries import Place, find_place, list_history
from hackathon.registration.rules import PlaceRules, Promotion, offer_until
from hackathon.registration.seating import day_begins
from hackathon.registration.services import accept_offer, cancel, register, set_place_rules, wait_again
from tests.conftest import Clock
from tests.factories import give_role, make_edition, make_member, make_organisation, make_person, sign_in
from tests.registration.conftest import info

ADDRESS = "/events/skills360/register"
PEOPLE = "/events/skills360/organise/people"
EARLY = datetime.fromisoformat("2026-09-09T09:00:00+02:00")
"""Two days before the event, while registration is open."""


@pytest.fixture
def early() -> datetime:
    return EARLY


@pytest.fixture
def offering(app: Flask, clock: Clock) -> Edition:
    """An edition that asks before it gives a seat away; two seats in each pool, open from three days before."""
    clock.moment = EARLY
    edition = make_edition(capacity=2, now=EARLY)
    set_place_rules(PlaceRules(Promotion.OFFER, 24), edition=info(edition), actor_id=make_person().id, now=EARLY)
    db.session.commit()
    return edition


def take(edition: Edition, *, organisation: int | None = None, now: datetime = EARLY) -> Person:
    person = make_person()
    register(person.id, pool_key="agency", organisation_id=organisation, edition=info(edition), key=None, now=now)
    db.session.commit()
    return person


def give_up(person: Person, edition: Edition, now: datetime = EARLY) -> None:
    cancel(person.id, edition=info(edition), now=now)
    db.session.commit()


def place_of(person: Person, edition: Edition) -> Place:
    place = find_place(edition.id, person.id)
    assert place is not None
    return place


def letters_to(person: Person) -> list[str]:
    return list(db.session.scalars(select(Mail.subject).where(Mail.recipient == person.email).order_by(Mail.id)))


# --- offers -----------------------------------------------------------------------------------------------------------


def test_free_seat_is_offered_to_the_first_and_kept_for_them(offering: Edition) -> None:
    people = [take(offering) for _ in range(4)]
    give_up(people[0], offering)
    place = place_of(people[2], offering)
    assert (place.state, place.seat_no) == (RegistrationState.OFFERED, 1)
    assert place.offer_expires_at == EARLY + timedelta(hours=24)
    assert place_of(people[3], offering).position == 1
    assert letters_to(people[2])[-1] == "En plats på Skills360 är din om du vill ha den"
    assert place_of(take(offering), offering).position == 2  # The seat is not free for a newcomer.


def test_accepted_offer_is_a_place_and_accepting_twice_changes_nothing(offering: Edition) -> None:
    people = [take(offering) for _ in range(3)]
    give_up(people[0], offering)
    for _ in range(2):
        accept_offer(people[2].id, edition=info(offering), now=EARLY + timedelta(hours=23))
        db.session.commit()
    place = place_of(people[2], offering)
    assert (place.state, place.seat_no, place.offer_expires_at) == (RegistrationState.CONFIRMED, 1, None)
    assert len(letters_to(people[2])) == 3


def test_offer_that_ran_out_is_not_accepted_and_goes_to_the_next(offering: Edition) -> None:
    people = [take(offering) for _ in range(4)]
    give_up(people[0], offering)
    late = EARLY + timedelta(hours=24)
    with pytest.raises(Conflict, match="offer_expired"):
        accept_offer(people[2].id, edition=info(offering), now=late)
    db.session.rollback()
    assert expire_due_offers(now=late - timedelta(seconds=1)) == 0
    assert expire_due_offers(now=late) == 1
    assert expire_due_offers(now=late) == 0
    assert place_of(people[2], offering).state is RegistrationState.EXPIRED
    assert place_of(people[3], offering).state is RegistrationState.OFFERED
    assert letters_to(people[2])[-1] == "Ditt erbjudande om en plats på Skills360 har gått ut"
    assert [act.action for act in list_history(place_of(people[2], offering).id)] == [
        "registration.expired", "registration.offered", "registration.made",
    ]  # fmt: skip
    assert audit.first_broken_entry() is None


def test_worker_ends_offers_at_its_tick(app: Flask, offering: Edition, clock: Clock) -> None:
    people = [take(offering) for _ in range(3)]
    give_up(people[0], offering)
    clock.forward(hours=24)
    do_what_is_due(app)
    assert place_of(people[2], offering).state is RegistrationState.EXPIRED


def test_whoever_missed_an_offer_can_wait_again_at_the_end(offering: Edition) -> None:
    people = [take(offering) for _ in range(5)]
    give_up(people[0], offering)
    late = EARLY + timedelta(hours=25)
    expire_due_offers(now=late)
    wait_again(people[2].id, edition=info(offering), now=late)
    db.session.commit()
    assert place_of(people[2], offering).position == 2
    with pytest.raises(Conflict, match="not_expired"):
        wait_again(people[1].id, edition=info(offering), now=late)


def test_no_offer_outlives_the_beginning_of_the_day(small: Edition) -> None:
    day, rules = day_begins(info(small)), PlaceRules(Promotion.OFFER, 24)
    assert day == datetime.fromisoformat("2026-09-11T00:00:00+02:00")
    assert offer_until(rules, now=day - timedelta(hours=30), last=day) == day - timedelta(hours=6)
    assert offer_until(rules, now=day - timedelta(hours=3), last=day) == day
    assert offer_until(rules, now=day, last=day) is None  # From then on a seat is given at once.
    assert offer_until(PlaceRules(), now=day - timedelta(hours=30), last=day) is None


def test_page_asks_and_the_answer_counts(client: FlaskClient, offering: Edition, clock: Clock) -> None:
    people = [take(offering) for _ in range(3)]
    give_up(people[0], offering)
    sign_in(client, people[2], now=EARLY)
    page = client.get(ADDRESS).text
    assert "En plats är din om du vill ha den" in page
    assert "Svara senast 10 september 09:00" in page
    assert "En plats är din om du vill ha den" in client.get("/events/skills360/home").text
    assert "Tacka nej till platsen?" in client.get(f"{ADDRESS}/cancel").text
    assert client.post(f"{ADDRESS}/accept").status_code == 303
    assert "Du har plats 1 av 2" in client.get(ADDRESS).text


def test_page_after_the_offer_ran_out_offers_the_line(client: FlaskClient, offering: Edition, clock: Clock) -> None:
    people = [take(offering) for _ in range(3)]
    give_up(people[0], offering)
    sign_in(client, people[2], now=EARLY)
    clock.forward(hours=24)
    assert "Du har ingen plats just nu" in client.get(ADDRESS).text  # Also before the worker has cleared it away.
    assert client.post(f"{ADDRESS}/accept").status_code == 409
    expire_due_offers(now=clock())
    assert client.post(f"{ADDRESS}/wait").status_code == 303
    assert "En plats är din" in client.get(ADDRESS).text  # Nobody else waited: the seat is offered once more.


# --- the ceiling ------------------------------------------------------------------------------------------------------


def test_organisation_at_its_ceiling_waits_while_others_get_seats(app: Flask, early: datetime) -> None:
    edition = make_edition(capacity=3, now=early)
    big, other = make_organisation(edition).id, make_organisation(edition).id
    set_place_rules(PlaceRules(ceiling=1), edition=info(edition), actor_id=make_person().id, now=early)
    first, second, third = (take(edition, organisation=big) for _ in range(3))
    newcomer = take(edition, organisation=other)
    assert [place_of(person, edition).seat_no for person in (first, newcomer)] == [1, 2]
    assert [place_of(person, edition).position for person in (second, third)] == [1, 2]
    give_up(newcomer, edition)
    assert place_of(second, edition).position == 1  # A free seat is no use to them.
    give_up(first, edition)
    assert place_of(second, edition).seat_no == 1
    set_place_rules(PlaceRules(ceiling=None), edition=info(edition), actor_id=first.id, now=early)
    db.session.commit()
    assert place_of(third, edition).seat_no == 2


def test_page_says_why_one_waits_beside_free_seats(client: FlaskClient, app: Flask, clock: Clock) -> None:
    edition = make_edition(capacity=3)
    agency = make_organisation(edition, "Fyrverket")
    set_place_rules(PlaceRules(ceiling=1), edition=info(edition), actor_id=make_person().id, now=clock())
    take(edition, organisation=agency.id, now=clock())
    sign_in(client, take(edition, organisation=agency.id, now=clock()))
    assert "Fyrverket har redan de 1 platser som en organisation får" in client.get(ADDRESS).text


def test_organiser_changes_the_rules_of_places(client: FlaskClient, small: Edition) -> None:
    sign_in(client, make_member(Role.ORGANISER, small))
    rules = "/events/skills360/organise/places"
    assert 'value="24"' in client.get(rules).text
    assert client.post(rules, data={"promotion": "offer", "offer_hours": "0", "ceiling": "x"}).status_code == 422
    assert client.post(rules, data={"promotion": "offer", "offer_hours": "12", "ceiling": "5"}).status_code == 303
    page = client.get(rules).text
    assert 'value="12"' in page
    assert 'value="5"' in page


# --- overruling -------------------------------------------------------------------------------------------------------


def overrule(edition: Edition, now: datetime, reason: str = "Talar på scenen.") -> dict[str, object]:
    return {"reason": reason, "edition": info(edition), "actor_id": make_person().id, "now": now}


def test_organiser_gives_a_place_past_the_line_with_a_reason(client: FlaskClient, small: Edition) -> None:
    now = small.phases[0].opens_at
    people = [take(small, now=now) for _ in range(4)]
    last = place_of(people[3], small)
    organiser = make_member(Role.ORGANISER, small)
    sign_in(client, organiser)
    page = f"{PEOPLE}/{last.id}"
    assert client.post(f"{page}/give", data={"give-reason": ""}).status_code == 422
    assert client.post(f"{page}/give", data={"give-reason": "Talar på scenen."}).status_code == 303
    assert place_of(people[3], small).seat_no == 3
    assert place_of(people[2], small).position == 1
    assert db.session.scalar(select(Pool.capacity).where(Pool.key == "agency")) == 3
    shown = client.get(page).text
    assert "Fick plats av arrangören" in shown
    assert "Skäl: Talar på scenen." in shown
    assert organiser.name in shown
    assert client.post(f"{page}/give", data={"give-reason": "Igen."}).status_code == 409


def test_organiser_withdraws_a_place_and_the_line_moves_up(client: FlaskClient, small: Edition) -> None:
    now = small.phases[0].opens_at
    people = [take(small, now=now) for _ in range(3)]
    sign_in(client, make_member(Role.ORGANISER, small))
    page = f"{PEOPLE}/{place_of(people[0], small).id}"
    assert client.post(f"{page}/withdraw", data={"withdraw-reason": "Bad om det i telefon."}).status_code == 303
    assert place_of(people[0], small).state is RegistrationState.CANCELLED
    assert place_of(people[2], small).seat_no == 1
    assert letters_to(people[0])[-1] == "Arrangören har avbokat din anmälan till Skills360"
    assert "Bad om det i telefon." in db.session.scalars(select(AuditNote.text)).all()


def test_two_registrations_of_one_person_become_one_with_the_better_place(client: FlaskClient, small: Edition) -> None:
    now = small.phases[0].opens_at
    seated, _other, doubled, waiting = (take(small, now=now) for _ in range(4))
    sign_in(client, make_member(Role.ORGANISER, small))
    page = f"{PEOPLE}/{place_of(doubled, small).id}"
    data = {"merge-email": "nobody@example.org", "merge-reason": "Samma person."}
    assert client.post(f"{page}/merge", data=data).status_code == 422
    assert client.post(f"{page}/merge", data=data | {"merge-email": seated.email}).status_code == 303
    assert place_of(doubled, small).seat_no == 1
    assert place_of(seated, small).state is RegistrationState.CANCELLED
    assert place_of(waiting, small).position == 1


def test_replaced_person_leaves_the_seat_to_a_colleague(small: Edition) -> None:
    now = small.phases[0].opens_at
    agency = make_organisation(small)
    ill, _other, waiting = (take(small, organisation=agency.id, now=now) for _ in range(3))
    colleague = make_person()
    overruling.replace(place_of(ill, small).id, incoming_id=colleague.id, **overrule(small, now))  # type: ignore[arg-type]
    db.session.commit()
    place = place_of(colleague, small)
    assert (place.seat_no, place.organisation) == (1, agency.name)
    assert place_of(ill, small).state is RegistrationState.CANCELLED
    assert place_of(waiting, small).position == 1  # The place stayed with the agency, not with the line.


def test_seat_goes_neither_to_a_judge_nor_to_somebody_seated(small: Edition) -> None:
    now = small.phases[0].opens_at
    first, second = take(small, now=now), take(small, now=now)
    judge = make_person()
    give_role(judge, Role.JUDGE, small)
    place = place_of(first, small).id
    with pytest.raises(Forbidden, match="judges_do_not_register"):
        overruling.replace(place, incoming_id=judge.id, **overrule(small, now))  # type: ignore[arg-type]
    db.session.rollback()
    with pytest.raises(Conflict, match="already_seated"):
        overruling.replace(place, incoming_id=second.id, **overrule(small, now))  # type: ignore[arg-type]
    db.session.rollback()
    assert set(db.session.scalars(select(Registration.state))) == {RegistrationState.CONFIRMED}


def test_nothing_is_overruled_without_a_reason(small: Edition) -> None:
    now = small.phases[0].opens_at
    place = place_of(take(small, now=now), small)
    with pytest.raises(Invalid, match="reason_needed"):
        overruling.withdraw_place(place.id, **overrule(small, now, reason=" "))  # type: ignore[arg-type]


def test_registration_of_another_event_is_not_found(client: FlaskClient, small: Edition) -> None:
    other = make_edition("other", capacity=2)
    foreign = place_of(take(other, now=other.phases[0].opens_at), other)
    sign_in(client, make_member(Role.ORGANISER, small))
    assert client.get(f"{PEOPLE}/{foreign.id}").status_code == 404
    assert client.post(f"{PEOPLE}/{foreign.id}/withdraw", data={"withdraw-reason": "x"}).status_code == 404
    assert place_of_id(foreign.id) is RegistrationState.CONFIRMED


def place_of_id(registration_id: int) -> RegistrationState | None:
    return db.session.scalar(select(Registration.state).where(Registration.id == registration_id))


# --- the link of the letters ------------------------------------------------------------------------------------------


def leave_link_of(person: Person) -> str:
    bodies = db.session.scalars(select(Mail.body).where(Mail.recipient == person.email).order_by(Mail.id)).all()
    found = re.search(r"http://[^/\s]+(/events/\S+/cannot-come/\S+)", "".join(bodies))
    assert found is not None
    return found[1]


def test_link_of_the_letter_gives_the_place_up_without_signing_in(client: FlaskClient, small: Edition) -> None:
    now = small.phases[0].opens_at
    people = [take(small, now=now) for _ in range(3)]
    link = leave_link_of(people[0])
    assert client.get(link).status_code == 200
    assert place_of(people[0], small).state is RegistrationState.CONFIRMED  # Opening it changes nothing.
    assert client.post(link).status_code == 303
    assert place_of(people[0], small).state is RegistrationState.CANCELLED
    assert place_of(people[2], small).seat_no == 1
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410


def test_link_of_the_letter_is_good_for_one_place_alone(client: FlaskClient, small: Edition) -> None:
    now = small.phases[0].opens_at
    link = leave_link_of(take(small, now=now))
    make_edition("other", capacity=2)
    assert client.post(link.replace("/skills360/", "/other/")).status_code == 410
    assert client.post(f"{link}x").status_code == 410
    assert client.post(f"{ADDRESS.rpartition('/')[0]}/cannot-come/x").status_code == 410
    row = db.session.scalars(select(Registration)).one()
    row.state = RegistrationState.CHECKED_IN
    assert client.post(link).status_code == 410  # Whoever is there has come.
    assert place_of_id(row.id) is RegistrationState.CHECKED_IN
