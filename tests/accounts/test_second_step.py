"""The second step of signing in: codes of an app, and whom they are demanded of. Passkeys: tests/browser/test_sign_in.py."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hackathon.accounts.models import AuthenticatorApp, Person
from hackathon.accounts.passwords import hash_password
from hackathon.accounts.rules import is_invented, is_strong
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.sealing import SealBroken, seal, unseal
from tests.accounts.conftest import PASSWORD, send_sign_in, session_count
from tests.conftest import Clock
from tests.factories import give_role, make_person, sign_in

STEP = "/account/second-step"


@pytest.fixture
def boss(anna: Person) -> Person:
    """Anna, as an administrator who has not set up a second factor."""
    give_role(anna, Role.ADMINISTRATOR, None)
    return anna


def secret_on(page: TestResponse) -> str:
    found = re.search(r'<code class="key">([^<]+)</code>', page.text)
    assert found is not None
    return html.unescape(found[1]).replace(" ", "")


def set_up(client: FlaskClient, clock: Clock) -> pyotp.TOTP:
    """Signs in for the first time, as somebody who must set up an app; returns the app."""
    send_sign_in(client)
    app = pyotp.TOTP(secret_on(client.get(STEP)))
    assert client.post(STEP, data={"code": app.at(clock())}).location == "/events/skills360/home"
    return app


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_guarded_role_gets_no_session_without_a_second_factor(client: FlaskClient, boss: Person) -> None:
    assert send_sign_in(client).location == STEP
    assert not is_signed_in(client)
    assert session_count() == 0
    assert client.post(STEP, data={"code": "000000"}).status_code == 422
    assert session_count() == 0


def test_app_is_set_up_at_the_first_sign_in_and_asked_at_the_next(
    client: FlaskClient, boss: Person, clock: Clock
) -> None:
    app = set_up(client, clock)
    assert is_signed_in(client)
    sealed = db.session.scalars(select(AuthenticatorApp.sealed_secret)).one()
    assert app.secret not in sealed
    client.post("/account/sign-out")
    clock.forward(minutes=1)
    assert send_sign_in(client, next="/account/?x=1").location == STEP
    assert "QR-kod" not in client.get(STEP).text
    assert client.post(STEP, data={"code": app.at(clock())}).location == "/account/?x=1"
    assert is_signed_in(client)


def test_code_works_once(client: FlaskClient, boss: Person, clock: Clock) -> None:
    app = set_up(client, clock)
    used = app.at(clock())
    for _ in range(2):
        client.post("/account/sign-out")
        send_sign_in(client)
        assert client.post(STEP, data={"code": used}).status_code == 422
    clock.forward(seconds=30)
    assert client.post(STEP, data={"code": used}).status_code == 422  # Also within the half minute of grace.
    assert client.post(STEP, data={"code": app.at(clock())}).status_code == 303


def test_codes_cannot_be_tried_on_and_on(client: FlaskClient, boss: Person, clock: Clock) -> None:
    app = set_up(client, clock)
    client.post("/account/sign-out")
    send_sign_in(client)
    assert [client.post(STEP, data={"code": "123456"}).status_code for _ in range(11)] == [422] * 10 + [429]
    assert client.post(STEP, data={"code": app.at(clock())}).status_code == 429


def test_second_step_alone_leads_nowhere(client: FlaskClient, boss: Person, clock: Clock) -> None:
    assert client.get(STEP).location == "/account/sign-in"
    assert client.post(STEP, data={"code": "123456"}).location == "/account/sign-in"
    send_sign_in(client)
    clock.forward(minutes=11)
    assert client.get(STEP).location == "/account/sign-in"  # The first step is too old.


def test_whoever_has_an_app_is_asked_without_any_role(client: FlaskClient, anna: Person, clock: Clock) -> None:
    send_sign_in(client)
    app = pyotp.TOTP(secret_on(client.get("/account/app")))
    assert client.post("/account/app", data={"code": "000000"}).status_code == 422
    assert client.post("/account/app", data={"code": app.at(clock())}).status_code == 303
    client.post("/account/sign-out")
    assert send_sign_in(client).location == STEP
    clock.forward(minutes=1)
    client.post(STEP, data={"code": app.at(clock())})
    assert client.post("/account/app/remove").status_code == 303
    client.post("/account/sign-out")
    assert send_sign_in(client).location == "/events/skills360/home"


def test_last_factor_of_a_guarded_role_is_not_removed(client: FlaskClient, boss: Person, clock: Clock) -> None:
    set_up(client, clock)
    assert client.post("/account/app/remove").status_code == 409
    assert db.session.scalar(select(AuthenticatorApp.id)) is not None


def test_forgotten_factors_are_set_up_anew(app: Flask, client: FlaskClient, boss: Person, clock: Clock) -> None:
    set_up(client, clock)
    result = app.test_cli_runner().invoke(args=["accounts", "forget-factors", "--email", "anna@example.org"])
    assert result.exit_code == 0
    assert not is_signed_in(client)
    send_sign_in(client)
    assert "QR-kod" in client.get(STEP).text


@pytest.mark.parametrize(
    ("demo", "email", "is_let_in"),
    [
        (True, "boss@demo.skills360.example", True),
        (False, "boss@demo.skills360.example", False),
        (True, "boss@example.org", False),
    ],
)
def test_only_a_demo_lets_invented_people_in_without(
    app: Flask, client: FlaskClient, demo: bool, email: str, is_let_in: bool
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=demo)
    give_role(make_person(email, password_hash=hash_password(PASSWORD)), Role.ADMINISTRATOR, None)
    send_sign_in(client, email=email)
    assert is_signed_in(client) is is_let_in


def test_words_on_methods_and_addresses() -> None:
    assert is_strong(["pwd", "mfa"])
    assert not is_strong(["pwd"])
    assert is_invented("a@demo.skills360.example")
    assert not is_invented("a@example.org")


def test_stranger_at_the_same_address_does_not_lock_out_a_known_device(
    app: Flask, client: FlaskClient, anna: Person
) -> None:
    send_sign_in(client)
    client.post("/account/sign-out")
    stranger = app.test_client()
    statuses = [send_sign_in(stranger, password="wrong but long").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert send_sign_in(app.test_client()).status_code == 429  # A new device at this address waits a minute …
    assert send_sign_in(client).status_code == 303  # … but the owner's own does not.


def test_device_of_one_account_says_nothing_for_another(app: Flask, client: FlaskClient, anna: Person) -> None:
    make_person("bo@example.org", password_hash=hash_password(PASSWORD))
    send_sign_in(client)
    for _ in range(10):
        send_sign_in(app.test_client(), email="bo@example.org", password="wrong but long")
    assert send_sign_in(client, email="bo@example.org").status_code == 429


def test_removing_a_passkey_of_somebody_else_is_not_found(client: FlaskClient, anna: Person) -> None:
    sign_in(client, anna)
    assert client.post("/account/passkeys/1/remove").status_code == 404


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", '{"id": "x"}', "null", "1"])
def test_passkey_that_is_none_is_refused(client: FlaskClient, anna: Person, credential: str) -> None:
    client.get("/account/passkey")
    assert client.post("/account/passkey", data={"credential": credential}).status_code == 422
    sign_in(client, anna)
    client.get("/account/passkeys/new")
    assert client.post("/account/passkeys/new", data={"credential": credential}).status_code == 422


def test_sealed_text_opens_with_its_key_alone(app: Flask) -> None:
    sealed = seal("åäö")
    assert "åäö" not in sealed
    assert unseal(sealed) == "åäö"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], data_key="x" * 40)
    with pytest.raises(SealBroken, match="DATA_KEY"):
        unseal(sealed)
