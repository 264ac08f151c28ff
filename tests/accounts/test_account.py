"""The own account, language and theme, and the caught mail."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts.models import Person, SignInSession
from hackathon.accounts.services import start_session
from hackathon.core import outbox
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from tests.accounts.conftest import SIGN_IN, session_count
from tests.factories import give_role, make_organisation, make_person, sign_in


def test_account_shows_name_devices_and_roles(client: FlaskClient, anna: Person) -> None:
    edition = db.session.scalars(select(Edition)).one()
    give_role(anna, Role.COORDINATOR, edition, make_organisation(edition, "Kronofogden"))
    page = sign_in(client, anna).get("/account/")
    assert page.status_code == 200
    for text in (
        "Anna Ek",
        "anna@example.org",
        "Samordnare, Kronofogden",
        "Den här enheten",
        "/events/skills360/register",
    ):
        assert text in page.text


def test_account_is_for_its_owner(client: FlaskClient, anna: Person) -> None:
    assert client.get("/account/").location == "/account/sign-in?next=/account/"
    assert client.post("/account/", data={"name": "X", "locale": "sv"}).status_code == 401


def test_name_and_language_are_kept(client: FlaskClient, anna: Person) -> None:
    answer = sign_in(client, anna).post(
        "/account/", data={"name": "Anna  Berg", "locale": "en", "email": "x@example.org"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    person = db.session.get_one(Person, anna.id)
    assert (person.name, person.locale, person.email) == ("Anna Berg", "en", "anna@example.org")
    cookie = client.get_cookie("language")
    assert cookie is not None
    assert cookie.value == "en"


def test_empty_name_is_refused(client: FlaskClient, anna: Person) -> None:
    answer = sign_in(client, anna).post("/account/", data={"name": " ", "locale": "xx"})
    assert answer.status_code == 422
    assert db.session.get_one(Person, anna.id).name == "Anna Ek"


def test_other_device_is_signed_out(client: FlaskClient, app: Flask, anna: Person) -> None:
    phone = sign_in(app.test_client(), anna)
    sign_in(client, anna)
    first = db.session.scalars(select(SignInSession.id).order_by(SignInSession.id)).first()
    assert client.post(f"/account/sessions/{first}/end").status_code == 303
    assert phone.get("/account/").status_code == 303
    assert client.get("/account/").status_code == 200


def test_session_of_somebody_else_is_left_alone(client: FlaskClient, anna: Person, now: datetime) -> None:
    other = make_person()
    start_session(other, device="", now=now)
    db.session.commit()
    theirs = db.session.scalars(select(SignInSession.id).where(SignInSession.person_id == other.id)).one()
    sign_in(client, anna).post(f"/account/sessions/{theirs}/end")
    assert session_count() == 2


def test_signing_out_everywhere_ends_all_own_sessions(client: FlaskClient, app: Flask, anna: Person) -> None:
    phone, other = sign_in(app.test_client(), anna), sign_in(app.test_client(), make_person())
    sign_in(client, anna).post("/account/sessions/end")
    assert client.get("/account/").status_code == 303
    assert phone.get("/account/").status_code == 303
    assert other.get("/account/").status_code == 200


# --- language and theme -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("language", "en", "en"),
        ("language", "tlh", "sv"),
        ("theme", "dark", "dark"),
        ("theme", "auto", "auto"),
        ("theme", "<x>", "auto"),
    ],
)
def test_choice_is_kept_for_a_year(client: FlaskClient, app: Flask, name: str, sent: str, kept: str) -> None:
    answer = client.post(f"/account/{name}", data={name: sent, "next": "/account/sign-in?x=1"})
    assert (answer.status_code, answer.location) == (303, "/account/sign-in?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}={kept};")
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie


def test_language_is_used_on_the_next_page(client: FlaskClient, anna: Person) -> None:
    assert '<html lang="sv"' in client.get(SIGN_IN).text
    client.post("/account/language", data={"language": "en"})
    assert '<html lang="en"' in client.get(SIGN_IN).text


def test_language_of_somebody_signed_in_is_that_of_their_letters_too(client: FlaskClient, anna: Person) -> None:
    sign_in(client, anna).post("/account/language", data={"language": "en"})
    db.session.expire_all()
    assert db.session.get_one(Person, anna.id).locale == "en"


def test_choice_leads_back_to_the_page_before(client: FlaskClient, app: Flask) -> None:
    here = {"Referer": "http://localhost/account/sign-in?next=/account/"}
    assert (
        client.post("/account/theme", data={"theme": "dark"}, headers=here).location
        == "/account/sign-in?next=/account/"
    )
    elsewhere = {"Referer": "https://evil.example/account/"}
    assert client.post("/account/theme", data={"theme": "dark"}, headers=elsewhere).location == "/"
    assert client.post("/account/theme", data={"theme": "dark", "next": "//evil.example"}).location == "/"


# --- the demo ---------------------------------------------------------------------------------------------------------


def test_caught_mail_is_there_on_a_demo_alone(client: FlaskClient, app: Flask, now: datetime) -> None:
    outbox.post(
        "anna@example.org", "Ämnet", "Se <b>här</b>: http://127.0.0.1:8000/account/verify/WzJd.abc-d_e", now=now
    )
    db.session.commit()
    assert client.get("/account/mail").status_code == 404
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], demo=True)
    page = client.get("/account/mail")
    assert page.status_code == 200
    assert "Ämnet" in page.text
    assert '<a href="http://127.0.0.1:8000/account/verify/WzJd.abc-d_e"' in page.text
    assert "<b>här" not in page.text


def test_sent_mail_is_not_shown(client: FlaskClient, app: Flask, now: datetime) -> None:
    outbox.post("anna@example.org", "Ämnet", "Text", now=now).state = outbox.MailState.SENT
    db.session.commit()
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], demo=True)
    assert "Ämnet" not in client.get("/account/mail").text


def test_demo_sign_ins_are_offered_on_a_demo_alone(client: FlaskClient, app: Flask) -> None:
    app.extensions["demo_sign_ins"] = lambda: [("Arrangör", "o@example.org", "demo password 1")]
    assert "o@example.org" not in client.get(SIGN_IN).text
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], demo=True)
    page = client.get(SIGN_IN)
    assert "o@example.org" in page.text
    assert 'value="demo password 1"' in page.text
