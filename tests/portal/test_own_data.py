"""Taking the own data out, and having it erased."""

from __future__ import annotations

import io
import json
import zipfile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import hackathon.app  # noqa: F401 - all tables.
from hackathon.accounts.models import Person
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.model import Base
from hackathon.events.models import Edition
from hackathon.portal.erasure import LEDGER
from hackathon.portal.own_data import EXPORTED, LEFT_OUT
from hackathon.registration.models import Registration, RegistrationState
from hackathon.registration.needs import Needs, save_needs
from hackathon.registration.profiles import save_known, save_wishes, suggest_skill
from hackathon.registration.services import register
from tests.factories import NOW, make_edition, make_member, make_person, sign_in
from tests.ideas.factories import add_comment, make_idea, question_of
from tests.registration.conftest import info

CANARY = "kanariefågel"
EMAIL = f"{CANARY}@example.org"


def make_known(edition: Edition) -> Person:
    """Somebody of whom something is kept in every part, with a canary in each text."""
    person = make_person(EMAIL, name=f"Kim {CANARY}")
    when = edition.phases[0].opens_at
    register(person.id, pool_key="agency", organisation_id=None, edition=info(edition), key=None, now=when)
    save_wishes(person.id, [1], f"{CANARY} i profilen", edition_id=edition.id, now=NOW)
    suggest_skill(person.id, f"{CANARY} kan", 2, edition_id=edition.id, now=NOW)
    save_known(person.id, ["bo@example.org"], edition_id=edition.id, now=NOW)
    save_needs(person.id, Needs(diet_text=f"{CANARY} äter"), edition=info(edition))
    idea = make_idea(edition, person, number=900, title=f"{CANARY} idé", question=question_of(edition))
    add_comment(idea, person, f"{CANARY} säger")
    audit.record(
        "registration.given", edition_id=edition.id, actor_id=None, subject=f"registration:{place_of(person).id}", now=NOW,
        note=f"{CANARY} ringde",
    )  # fmt: skip
    db.session.commit()
    return person


def place_of(person: Person) -> Registration:
    return db.session.scalars(select(Registration).where(Registration.person_id == person.id)).one()


def everything() -> str:
    """All that the database holds, as one text."""
    rows = []
    for table in Base.metadata.sorted_tables:
        rows += [f"{table.name}: {tuple(row)}" for row in db.session.execute(select(table))]
    return "\n".join(rows)


def test_every_table_about_people_is_exported_or_left_out_for_a_reason() -> None:
    tables = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert tables == EXPORTED | LEFT_OUT.keys()


def test_own_data_is_complete_and_without_secrets(client: FlaskClient, app: Flask) -> None:
    edition = make_edition(capacity=2)
    sign_in(client, make_known(edition))
    answer = client.get("/account/data.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=skills360.json"
    said = json.loads(answer.data)
    assert said["account"][0]["email"] == EMAIL
    assert said["registrations"][0]["state"] == "confirmed"
    assert said["profiles"][0]["brings"] == f"{CANARY} i profilen"
    assert said["profiles"][0]["own_words"] == [{"text": f"{CANARY} kan", "level": 2}]
    assert said["needs"][0]["diet_text"] == f"{CANARY} äter"
    assert said["ideas"][0]["title"] == f"{CANARY} idé"
    assert said["comments"][0]["text"] == f"{CANARY} säger"
    assert "hash" not in answer.text
    with zipfile.ZipFile(io.BytesIO(client.get("/account/data.zip").data)) as archive:
        assert json.loads(archive.read("everything.json"))["account"] == said["account"]
        assert "teams.json" not in archive.namelist()


def test_other_people_get_nothing_of_it(client: FlaskClient, app: Flask) -> None:
    make_known(make_edition(capacity=2))
    sign_in(client, make_person())
    assert CANARY not in client.get("/account/data.json").text
    assert app.test_client().get("/account/data.json").status_code == 303


def test_erased_person_leaves_no_trace_but_what_was_published(client: FlaskClient, app: Flask) -> None:
    edition = make_edition(capacity=1)
    person = make_known(edition)
    waiting = make_person()
    register(
        waiting.id,
        pool_key="agency",
        organisation_id=None,
        edition=info(edition),
        key=None,
        now=edition.phases[0].opens_at,
    )
    sign_in(client, person)
    assert client.post("/account/erase", data={"email": "another@example.org"}).status_code == 422
    assert client.post("/account/erase", data={"email": EMAIL.upper()}).status_code == 303
    assert client.get("/account/").status_code == 303
    assert place_of(waiting).state is RegistrationState.CONFIRMED
    left = [line for line in everything().splitlines() if CANARY in line]
    # The search keeps the words of what was published, as it finds them.
    assert {line.partition(":")[0] for line in left} <= {"idea", "idea_comment", "search_word"}
    assert audit.first_broken_entry() is None
    ledger = (app.config["SETTINGS"].instance_path / LEDGER).read_text()
    assert CANARY not in ledger


def test_erasure_is_done_again_after_a_restore(client: FlaskClient, app: Flask) -> None:
    person = make_known(make_edition(capacity=1))
    sign_in(client, person)
    client.post("/account/erase", data={"email": EMAIL})
    restored = db.session.get_one(Person, person.id)
    restored.email, restored.name, restored.disabled_at = EMAIL, f"Kim {CANARY}", None
    db.session.commit()
    for expected in ("1 erased again.", "0 erased again."):
        result = app.test_cli_runner().invoke(args=["accounts", "replay-erasures"])
        assert result.output.strip() == expected
    assert CANARY not in db.session.scalars(select(Person.email)).one()


def test_organiser_hands_the_role_over_first(client: FlaskClient) -> None:
    organiser = make_member(Role.ORGANISER, make_edition())
    sign_in(client, organiser)
    assert client.post("/account/erase", data={"email": organiser.email}).status_code == 409
    assert client.get("/account/").status_code == 200
