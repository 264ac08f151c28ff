"""Links by mail: a new password, and signing in without one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from tests.accounts.conftest import PASSWORD, letters, link_in, send_sign_in, session_count
from tests.conftest import Clock
from tests.factories import give_role, make_person, sign_in

NEW = "fem blå cyklar"
ASKING = ("/account/forgot", "/account/sign-in-by-mail")


def ask(client: FlaskClient, path: str, email: str = "anna@example.org") -> str:
    """Asks for a link and returns it from the letter."""
    assert client.post(path, data={"email": email}).location == "/account/link-sent"
    return link_in(letters()[-1])


@pytest.mark.parametrize("path", ASKING)
def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, anna: Person, path: str) -> None:
    answers = [client.post(path, data={"email": email}) for email in ("anna@example.org", "nobody@example.org")]
    assert len({(answer.status_code, answer.location, answer.text) for answer in answers}) == 1
    assert [letter.recipient for letter in letters()] == ["anna@example.org"]


@pytest.mark.parametrize("path", ASKING)
def test_nobody_is_buried_in_letters(client: FlaskClient, anna: Person, path: str) -> None:
    answers = [client.post(path, data={"email": "anna@example.org"}).status_code for _ in range(12)]
    assert answers == [303] * 10 + [429] * 2


def test_new_password_works_and_signs_out_everywhere(app: Flask, client: FlaskClient, anna: Person) -> None:
    sign_in(app.test_client(), anna)
    link = ask(client, "/account/forgot")
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "kort"}).status_code == 422
    assert session_count() == 1
    assert client.post(link, data={"password": NEW}).status_code == 303
    assert session_count() == 0
    assert send_sign_in(client).status_code == 422
    assert send_sign_in(client, password=NEW).status_code == 303


def test_link_signs_in_once(client: FlaskClient, anna: Person) -> None:
    link = ask(client, "/account/sign-in-by-mail")
    assert client.get(link).status_code == 200  # A program that looks into mail opens it and changes nothing.
    assert client.post(link).location == "/events/skills360/home"
    assert client.get("/account/").status_code == 200
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410


def test_link_proves_the_address_of_a_new_account(client: FlaskClient, anna: Person) -> None:
    make_person("new@example.org", verified=False)
    client.post(ask(client, "/account/sign-in-by-mail", "new@example.org"))
    assert client.get("/account/").status_code == 200


def test_link_does_not_pass_the_second_step(client: FlaskClient, anna: Person) -> None:
    give_role(anna, Role.ADMINISTRATOR, None)
    assert client.post(ask(client, "/account/sign-in-by-mail")).location == "/account/second-step"
    assert session_count() == 0


def test_any_used_link_kills_all_others(client: FlaskClient, anna: Person) -> None:
    links = [ask(client, path) for path in (*ASKING, *ASKING)]
    client.post(links[1])
    assert [client.post(link, data={"password": NEW}).status_code for link in links] == [410] * 4


def test_link_for_one_purpose_serves_no_other(client: FlaskClient, anna: Person) -> None:
    token = ask(client, "/account/sign-in-by-mail").rpartition("/")[2]
    assert client.post(f"/account/reset/{token}", data={"password": NEW}).status_code == 410
    assert client.post(f"/account/sign-in-by-mail/{token}x").status_code == 410


def test_old_link_is_dead(client: FlaskClient, anna: Person, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    link = ask(client, "/account/sign-in-by-mail")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: clock().timestamp() + 10**9)
    assert client.post(link).status_code == 410


def test_disabled_account_gets_no_link(client: FlaskClient, anna: Person) -> None:
    anna.disabled_at = anna.created_at
    db.session.commit()
    client.post("/account/forgot", data={"email": "anna@example.org"})
    assert letters() == []
    assert PASSWORD not in client.get("/account/forgot").text
