"""Needs: sealed, read by the named alone, counted, deleted in time."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.jobs.worker import do_what_is_due
from hackathon.registration.models import Need, NeedsReader
from hackathon.registration.needs import Needs, read_own_needs, save_needs
from hackathon.registration.services import cancel, register
from tests.conftest import Clock
from tests.factories import make_edition, make_member, make_person, sign_in
from tests.registration.conftest import info

PAGE = "/events/skills360/needs"
ORGANISE = "/events/skills360/organise/needs"
NUTS = "Livsfarlig nötallergi"


def seat(edition: Edition, needs: Needs | None = None, name: str = "") -> Person:
    person = make_person(name=name)
    register(
        person.id,
        pool_key="agency",
        organisation_id=None,
        edition=info(edition),
        key=None,
        now=edition.phases[0].opens_at,
    )
    if needs is not None:
        save_needs(person.id, needs, edition=info(edition))
    db.session.commit()
    return person


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(Need)) or 0


def test_needs_are_kept_sealed_and_shown_to_their_owner(client: FlaskClient, small: Edition) -> None:
    person = seat(small)
    sign_in(client, person)
    data = {"diet": ["vegan", "nuts"], "diet_text": NUTS, "access": ["quiet_room"], "access_text": ""}
    for _ in range(2):
        assert client.post(PAGE, data=data).status_code == 303
    sealed = db.session.scalars(select(Need.sealed)).one()
    assert "vegan" not in sealed
    assert "allergi" not in sealed
    needs = read_own_needs(person.id, edition_id=small.id)
    assert needs == Needs(("vegan", "nuts"), NUTS, ("quiet_room",), "")
    assert NUTS in client.get(PAGE).text
    assert client.post(PAGE, data={"diet": ["people"]}).status_code == 422
    assert client.post(f"{PAGE}/erase").status_code == 303
    assert kept() == 0


def test_nothing_at_all_is_not_kept(client: FlaskClient, small: Edition) -> None:
    sign_in(client, seat(small, Needs(("vegan",))))
    client.post(PAGE, data={})
    assert kept() == 0


def test_only_the_named_read_and_each_reading_is_logged(app: Flask, client: FlaskClient, small: Edition) -> None:
    participant = seat(small, Needs((), NUTS), name="Anna Ek")
    organiser, other = make_member(Role.ORGANISER, small), make_member(Role.ORGANISER, small)
    sign_in(client, organiser)
    assert NUTS not in client.get(ORGANISE).text
    assert client.get(f"{ORGANISE}/people").status_code == 403
    assert client.post(f"{ORGANISE}/readers", data={"readers": [str(participant.id)]}).status_code == 422
    assert client.post(f"{ORGANISE}/readers", data={"readers": [str(organiser.id)]}).status_code == 303
    page = client.get(f"{ORGANISE}/people").text
    assert "Anna Ek" in page
    assert NUTS in page
    assert sign_in(app.test_client(), other).get(f"{ORGANISE}/people").status_code == 403
    readings = select(AuditEntry.actor_id).where(AuditEntry.action == "needs.read")
    assert db.session.scalars(readings).all() == [organiser.id]
    owner = sign_in(app.test_client(), participant)
    assert f"Bara {organiser.name} ser vad du skriver" in owner.get(PAGE).text
    assert NUTS not in "".join(db.session.scalars(select(AuditEntry.details)))


def test_caterers_get_counts_of_the_seated(client: FlaskClient, small: Edition) -> None:
    seat(small, Needs(("vegan", "nuts"), NUTS))
    seat(small, Needs(("vegan",)))
    seat(small, Needs(("gluten",)))  # Waits: nobody cooks for them yet.
    sign_in(client, make_member(Role.ORGANISER, small))
    page = " ".join(client.get(ORGANISE).text.split())
    assert '<dt>Veganskt</dt><dd class="num">2</dd>' in page
    assert '<dt>Utan gluten</dt><dd class="num">0</dd>' in page
    assert NUTS not in page


def test_whoever_cancels_leaves_no_needs_behind(small: Edition) -> None:
    person = seat(small, Needs(("vegan",)))
    cancel(person.id, edition=info(small), now=small.phases[0].opens_at)
    db.session.commit()
    assert kept() == 0


def test_needs_vanish_on_their_day(app: Flask, small: Edition, clock: Clock) -> None:
    seat(small, Needs(("vegan",)))
    clock.forward(days=13)
    do_what_is_due(app)
    assert kept() == 1
    clock.forward(days=1)
    do_what_is_due(app)
    assert kept() == 0


def test_reader_of_another_edition_reads_nothing_here(client: FlaskClient, small: Edition) -> None:
    other = make_edition("other")
    organiser = make_member(Role.ORGANISER, small)
    db.session.add(NeedsReader(edition_id=other.id, person_id=organiser.id))
    assert sign_in(client, organiser).get(f"{ORGANISE}/people").status_code == 403


def test_day_of_deletion_is_counted_from_the_event(small: Edition) -> None:
    seat(small, Needs(("vegan",)))
    assert db.session.scalars(select(Need.delete_on)).one() == small.event_date + timedelta(days=14)
