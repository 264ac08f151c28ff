"""Delegations: inviting, replacing, and what a link is good for."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.accounts.passwords import hash_password
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition, Organisation
from hackathon.registration.models import Invitation, Registration, RegistrationState
from hackathon.registration.queries import find_place
from hackathon.registration.rules import InvitationState, Nominee, read_nominees
from hackathon.registration.services import register
from tests.conftest import Clock
from tests.factories import make_edition, make_member, make_organisation, make_person, sign_in
from tests.registration.conftest import info

PAGE = "/events/skills360/delegation"
YES = {"terms": "y"}


@pytest.fixture
def agency(small: Edition) -> Organisation:
    return make_organisation(small, "Fyrverket")


@pytest.fixture
def coordinator(client: FlaskClient, small: Edition, agency: Organisation) -> FlaskClient:
    return sign_in(client, make_member(Role.COORDINATOR, small, organisation=agency))


def nominate(coordinator: FlaskClient, people: str) -> str:
    """Invites people and returns the path of the link in the last letter."""
    assert coordinator.post(f"{PAGE}/invitations", data={"people": people}).status_code == 303
    return last_link()


def last_link() -> str:
    letter = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert letter is not None
    found = re.search(r"http://[^/\s]+(/events/\S+/invitation/\S+)", letter.body)
    assert found is not None
    return found[1]


def seat(edition: Edition, agency: Organisation) -> Person:
    person = make_person()
    register(
        person.id, pool_key="agency", organisation_id=agency.id, edition=info(edition), key=None,
        now=edition.phases[0].opens_at,
    )  # fmt: skip
    db.session.commit()
    return person


def registration_of(person: Person) -> Registration:
    return db.session.scalars(select(Registration).where(Registration.person_id == person.id)).one()


@pytest.mark.parametrize(
    ("text", "people", "bad"),
    [
        ("anna@example.org", [Nominee("", "anna@example.org")], []),
        ("Anna Ek; Anna@Example.org", [Nominee("Anna Ek", "anna@example.org")], []),
        ("anna@example.org\tAnna Ek\tHandläggare", [Nominee("Anna Ek Handläggare", "anna@example.org")], []),
        ('"Ek, Anna" <anna@example.org>', [Nominee("Ek Anna", "anna@example.org")], []),
        ("Namn,E-post\nAnna,anna@example.org", [Nominee("Anna", "anna@example.org")], []),
        ("anna@example.org\n\nANNA@example.org", [Nominee("", "anna@example.org")], []),
        ("anna@example.org\nBo Ek\nc@d.se e@f.se", [Nominee("", "anna@example.org")], [2, 3]),
        ("a@b.se,c@d.se", [], [1]),
    ],
)
def test_people_are_read_out_of_pasted_lines(text: str, people: list[Nominee], bad: list[int]) -> None:
    found, wrong = read_nominees(text)
    assert (found, [line.number for line in wrong]) == (people, bad)


def test_invited_person_makes_an_account_and_gets_a_place(app: Flask, coordinator: FlaskClient, small: Edition) -> None:
    link = nominate(coordinator, "Anna Ek; anna@example.org\nbo@example.org")
    guest = app.test_client()
    letters = db.session.scalars(select(Mail.recipient).order_by(Mail.id)).all()
    assert letters == ["anna@example.org", "bo@example.org"]
    assert "Fyrverket vill ha med dig på Skills360" in guest.get(link).text
    data = YES | {"name": "Bo Ask", "password": "tre gröna bussar"}
    assert guest.post(link, data=data | {"terms": ""}).status_code == 422
    assert guest.post(link, data=data).location == "/events/skills360/register"
    assert "Du har plats 1 av 2" in guest.get("/events/skills360/register").text
    person = db.session.scalars(select(Person).where(Person.email == "bo@example.org")).one()
    place = find_place(small.id, person.id)
    assert place is not None
    assert place.organisation == "Fyrverket"
    assert guest.post(link, data=data).status_code == 410  # The link works once.
    page = coordinator.get(PAGE).text
    assert "Bo Ask" in page
    assert "Anna Ek" in page


def test_known_person_signs_in_first_and_only_the_invited_one_counts(
    app: Flask, coordinator: FlaskClient, small: Edition
) -> None:
    anna = make_person("anna@example.org", password_hash=hash_password("tre gröna bussar"))
    link = nominate(coordinator, "anna@example.org")
    guest = app.test_client()
    assert "Du har redan ett konto" in guest.get(link).text
    assert guest.post(link, data=YES | {"name": "X", "password": "tre gröna bussar"}).status_code == 422
    stranger = sign_in(app.test_client(), make_person())
    assert stranger.post(link, data=YES).status_code == 403
    assert db.session.scalar(select(Registration.id)) is None
    assert sign_in(guest, anna).post(link, data=YES).status_code == 303
    assert registration_of(anna).state is RegistrationState.CONFIRMED


def test_full_pool_gives_an_invited_person_the_line(
    app: Flask, coordinator: FlaskClient, small: Edition, agency: Organisation
) -> None:
    for _ in range(2):
        seat(small, agency)
    anna = make_person("anna@example.org")
    link = nominate(coordinator, "anna@example.org")
    sign_in(app.test_client(), anna).post(link, data=YES)
    assert registration_of(anna).state is RegistrationState.WAITLISTED


def test_nobody_comes_in_by_invitation_before_the_opening(app: Flask, client: FlaskClient) -> None:
    edition = make_edition(open_phases=())
    sign_in(client, make_member(Role.COORDINATOR, edition, organisation=make_organisation(edition)))
    anna = make_person("anna@example.org")
    link = nominate(client, "anna@example.org")
    guest = sign_in(app.test_client(), anna)
    assert guest.post(link, data=YES).status_code == 409
    assert db.session.scalars(select(Invitation.state)).all() == [InvitationState.SENT]


def test_replaced_colleague_keeps_the_seat_until_it_is_accepted(
    app: Flask, coordinator: FlaskClient, small: Edition, agency: Organisation, clock: Clock
) -> None:
    ill, _other, waiting = (seat(small, agency) for _ in range(3))
    place = registration_of(ill).id
    data = {f"replace-{place}-email": "anna@example.org", f"replace-{place}-name": "Anna"}
    assert coordinator.post(f"{PAGE}/people/{place}/replace", data=data).status_code == 303
    assert registration_of(ill).state is RegistrationState.CONFIRMED
    clock.forward(days=6)  # The illness comes late: registration closed long ago in a shorter phase, or is about to.
    guest = sign_in(app.test_client(), make_person("anna@example.org"), now=clock())
    link = last_link()
    assert "Du tar över en kollegas plats" in guest.get(link).text
    assert guest.post(link, data=YES).status_code == 303
    assert registration_of(ill).state is RegistrationState.CANCELLED
    assert registration_of(waiting).state is RegistrationState.WAITLISTED
    seats = db.session.scalars(select(Registration.seat_no).where(Registration.organisation_id == agency.id))
    assert sorted(seat for seat in seats if seat) == [1, 2]


def test_seat_that_is_gone_is_not_taken_over(
    app: Flask, coordinator: FlaskClient, small: Edition, agency: Organisation
) -> None:
    ill = seat(small, agency)
    place = registration_of(ill).id
    for email in ("anna@example.org", "bo@example.org"):
        coordinator.post(f"{PAGE}/people/{place}/replace", data={f"replace-{place}-email": email})
    bo = sign_in(app.test_client(), make_person("bo@example.org"))
    links = [
        match[1]
        for letter in db.session.scalars(select(Mail).order_by(Mail.id))
        if (match := re.search(r"http://[^/\s]+(/events/\S+/invitation/\S+)", letter.body))
    ]
    assert bo.post(links[1], data=YES).status_code == 303
    anna = sign_in(app.test_client(), make_person("anna@example.org"))
    assert anna.post(links[0], data=YES).status_code == 409
    assert (
        coordinator.post(f"{PAGE}/people/{place}/replace", data={f"replace-{place}-email": "c@d.se"}).status_code == 409
    )


def test_withdrawn_and_old_links_are_dead(app: Flask, coordinator: FlaskClient, small: Edition, clock: Clock) -> None:
    first = nominate(coordinator, "anna@example.org")
    second = nominate(coordinator, "anna@example.org")  # Invited again: the fresh link counts.
    guest = app.test_client()
    assert guest.get(first).status_code == 410
    assert guest.get(second).status_code == 200
    invitation = db.session.scalars(select(Invitation)).one()
    assert coordinator.post(f"{PAGE}/invitations/{invitation.id}/withdraw").status_code == 303
    assert guest.get(second).status_code == 410
    third = nominate(coordinator, "anna@example.org")
    clock.forward(days=7)
    assert guest.get(third).status_code == 410
    assert guest.get(f"{PAGE.rpartition('/')[0]}/invitation/unknown").status_code == 410


def test_bad_lines_are_named_and_nobody_is_invited(coordinator: FlaskClient) -> None:
    answer = coordinator.post(f"{PAGE}/invitations", data={"people": "anna@example.org\nBo Ek"})
    assert answer.status_code == 422
    assert "2: Bo Ek" in answer.text
    assert db.session.scalar(select(Mail.id)) is None


def test_no_more_than_a_hundred_invitations_are_out(coordinator: FlaskClient) -> None:
    people = "\n".join(f"p{number}@example.org" for number in range(101))
    assert coordinator.post(f"{PAGE}/invitations", data={"people": people}).status_code == 409
    assert db.session.scalar(select(Mail.id)) is None


def test_registered_colleague_is_not_invited_again(
    coordinator: FlaskClient, small: Edition, agency: Organisation
) -> None:
    person = seat(small, agency)
    before = db.session.scalars(select(Mail.id)).all()
    coordinator.post(f"{PAGE}/invitations", data={"people": person.email})
    assert db.session.scalars(select(Mail.id)).all() == before


def test_other_organisations_are_out_of_reach(
    coordinator: FlaskClient, small: Edition, agency: Organisation, app: Flask
) -> None:
    foreign = seat(small, make_organisation(small, "Vinterverket"))
    place = registration_of(foreign).id
    assert foreign.name not in coordinator.get(PAGE).text
    data = {f"replace-{place}-email": "c@d.se"}
    assert coordinator.post(f"{PAGE}/people/{place}/replace", data=data).status_code == 404
    nominate(coordinator, "anna@example.org")
    invitation = db.session.scalars(select(Invitation.id)).one()
    db.session.commit()
    elsewhere = make_member(Role.COORDINATOR, small, organisation=make_organisation(small))
    other = sign_in(app.test_client(), elsewhere)
    assert other.post(f"{PAGE}/invitations/{invitation}/withdraw").status_code == 404
    assert db.session.scalars(select(Invitation.state)).all() == [InvitationState.SENT]


def test_coordinator_without_an_organisation_is_told(app: Flask, client: FlaskClient, small: Edition) -> None:
    answer = sign_in(client, make_member(Role.COORDINATOR, small)).get(PAGE)
    assert answer.status_code == 403
    assert "Fråga arrangören" in answer.text


def test_aims_are_kept(coordinator: FlaskClient) -> None:
    assert coordinator.post(f"{PAGE}/aims", data={"aims": "Tre idéer att pröva."}).status_code == 303
    assert "Tre idéer att pröva." in coordinator.get(PAGE).text
    assert coordinator.post(f"{PAGE}/aims", data={"aims": "x" * 2001}).status_code == 422
