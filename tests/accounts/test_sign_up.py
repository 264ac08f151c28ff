"""Making an account and verifying its address."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person
from hackathon.core.db import db
from tests.accounts.conftest import PASSWORD, letters, link_in, send_sign_in
from tests.conftest import Clock

SIGN_UP = "/account/sign-up"


def send_sign_up(client: FlaskClient, **more: str) -> TestResponse:
    return client.post(SIGN_UP, data={"name": "Bo Ek", "email": "bo@example.org", "password": PASSWORD, **more})


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_new_person_signs_up_verifies_and_signs_in(client: FlaskClient, anna: Person) -> None:
    assert send_sign_up(client).location == "/account/sign-up/sent"
    assert client.get("/account/sign-up/sent").status_code == 200
    assert send_sign_in(client, email="bo@example.org").status_code == 422  # Not before the address is verified.
    link = link_in(letters()[0])
    page = client.get(link)
    assert page.status_code == 200
    assert "bo@example.org" in page.text
    assert send_sign_in(client, email="bo@example.org").status_code == 422  # Looking at the link verifies nothing.
    assert client.post(link).location == "/account/sign-in"
    assert send_sign_in(client, email="bo@example.org").status_code == 303


def test_sign_up_does_not_reveal_whether_an_account_exists(client: FlaskClient, anna: Person) -> None:
    taken, free = send_sign_up(client, email="anna@example.org"), send_sign_up(client)
    assert (taken.status_code, taken.location, taken.data) == (free.status_code, free.location, free.data)
    first, second = letters()
    assert (first.recipient, first.subject) == ("anna@example.org", "Du har redan ett konto")
    assert (second.recipient, second.subject) == ("bo@example.org", "Bekräfta din e-postadress")


def test_signing_up_again_changes_nothing_of_a_verified_account(client: FlaskClient, anna: Person) -> None:
    send_sign_up(client, email="ANNA@example.org", name="Mallory", password="kaffe moped fjällräv")
    person = db.session.scalars(select(Person).where(Person.email == "anna@example.org")).one()
    assert person.name == "Anna Ek"
    assert send_sign_in(client, password="kaffe moped fjällräv").status_code == 422
    assert send_sign_in(client).status_code == 303


def test_form_sent_twice_makes_one_account_and_both_links_work(client: FlaskClient, anna: Person) -> None:
    send_sign_up(client)
    send_sign_up(client)
    assert people() == 2
    first, second = (link_in(letter) for letter in letters())
    assert client.get(second).status_code == 200
    assert client.post(first).status_code == 303


def test_account_that_was_never_verified_belongs_to_the_latest_to_sign_up(client: FlaskClient, anna: Person) -> None:
    """Whoever takes somebody's address before them gets nothing by it."""
    send_sign_up(client, name="Mallory", password="kaffe moped fjällräv")
    send_sign_up(client)
    early, late = (link_in(letter) for letter in letters())
    assert client.post(early).status_code == 410
    assert client.post(late).status_code == 303
    assert send_sign_in(client, email="bo@example.org", password="kaffe moped fjällräv").status_code == 422
    assert send_sign_in(client, email="bo@example.org").status_code == 303


def test_link_works_once(client: FlaskClient, anna: Person) -> None:
    send_sign_up(client)
    link = link_in(letters()[0])
    assert client.post(link).status_code == 303
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410


def test_link_runs_out(client: FlaskClient, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    send_sign_up(client)
    link = link_in(letters()[0])
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 2**33)
    assert client.post(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "x.y.z", "W1wiYVwiXQ.aaaa.bbbb", "%F0%9F%92%A9"])
def test_forged_link_verifies_nothing(client: FlaskClient, anna: Person, token: str) -> None:
    assert client.post(f"/account/verify/{token}").status_code == 410


def test_sign_in_session_token_is_no_verification_token(client: FlaskClient, anna: Person) -> None:
    send_sign_in(client)
    cookie = client.get_cookie("skills360")
    assert cookie is not None
    assert client.post(f"/account/verify/{cookie.value}").status_code == 410


def test_mail_cannot_be_sent_without_end(client: FlaskClient, anna: Person, clock: Clock) -> None:
    answers = [send_sign_up(client, email="anna@example.org").status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
    assert len(letters()) == 10


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "Skriv ditt namn."),
        ({"name": "\u200b"}, "Skriv ditt namn."),
        ({"name": "x" * 101}, "Högst 100 tecken."),
        ({"email": "bo"}, "namn@exempel.se"),
        ({"email": "bo@example.org, anna@example.org"}, "namn@exempel.se"),
        ({"password": "kort"}, "Använd minst 12 tecken."),
        ({"password": "lösenord1234"}, "lätt att gissa"),
        ({"password": "x" * 201}, "Högst 200 tecken."),
    ],
)
def test_sign_up_that_cannot_be_used_comes_back_with_its_errors(
    client: FlaskClient, anna: Person, more: dict[str, str], sentence: str
) -> None:
    answer = send_sign_up(client, **more)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert people() == 1
    assert letters() == []


def test_name_is_escaped_and_cannot_break_a_letter(client: FlaskClient, anna: Person) -> None:
    send_sign_up(client, name="<b>Bo</b> {{ 7*7 }}\r\nBcc: x@example.org")
    letter = letters()[0]
    assert "Hej <b>Bo</b> {{ 7*7 }} Bcc: x@example.org!" in letter.body
    assert "&lt;b&gt;Bo" in client.get(link_in(letter)).text


def test_letters_follow_the_language_of_the_page(client: FlaskClient, anna: Person) -> None:
    client.set_cookie("language", "en")
    send_sign_up(client)
    person = db.session.scalars(select(Person).where(Person.email == "bo@example.org")).one()
    assert person.locale == "en"
