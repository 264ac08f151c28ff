"""Single sign-on, against a real provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person, SsoIdentity
from hackathon.accounts.passwords import hash_password
from hackathon.core.access import Role
from hackathon.core.db import db
from tests.accounts.conftest import PASSWORD, session_count
from tests.factories import give_role, make_edition, make_person
from tests.oidc import CLIENT, SECRET, Provider, running_provider


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(app: Flask, shared_provider: Provider) -> Provider:
    shared_provider.claims, shared_provider.forge = {}, False
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], oidc_issuer=shared_provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_name="Statens inloggning",
    )  # fmt: skip
    make_edition()
    return shared_provider


def go(client: FlaskClient, target: str = "") -> TestResponse:
    """All the way: to the provider, which signs in at once, and back."""
    start = client.get("/account/sso", query_string={"next": target})
    assert start.status_code == 303
    back = requests.get(start.location, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_new_person_comes_in_with_a_verified_account(client: FlaskClient, provider: Provider) -> None:
    assert "Logga in med Statens inloggning" in client.get("/account/sign-in").text
    assert go(client, "/account/").location == "/account/"
    assert is_signed_in(client)
    person = db.session.scalars(select(Person)).one()
    assert (person.email, person.name, person.password_hash) == ("anna@example.org", "Anna Ek", None)
    assert person.email_verified_at is not None


def test_known_person_is_found_by_address_once_and_by_subject_afterwards(
    client: FlaskClient, provider: Provider
) -> None:
    anna = make_person("anna@example.org")
    go(client)
    provider.claims = {"email": "anna.ek@example.org"}  # The address has changed at the provider; the person has not.
    go(client)
    assert is_signed_in(client)
    assert db.session.scalars(select(SsoIdentity.person_id)).all() == [anna.id]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_password_that_a_stranger_chose_for_the_address_is_gone(client: FlaskClient, provider: Provider) -> None:
    make_person("anna@example.org", verified=False, password_hash=hash_password(PASSWORD))
    go(client)
    assert db.session.scalars(select(Person.password_hash)).all() == [None]


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {"email_verified": "true"}, {"email": "no address"}, {"nonce": "another"},
        {"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1},
    ],
)  # fmt: skip
def test_token_that_does_not_count_lets_nobody_in(
    client: FlaskClient, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    assert go(client).status_code == 403
    assert not is_signed_in(client)
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_forged_signature_lets_nobody_in(client: FlaskClient, provider: Provider) -> None:
    provider.forge = True
    assert go(client).status_code == 403
    assert session_count() == 0


def test_answer_to_somebody_elses_sign_in_is_refused(app: Flask, client: FlaskClient, provider: Provider) -> None:
    start = app.test_client().get("/account/sso")
    back = urlsplit(requests.get(start.location, allow_redirects=False, timeout=5).headers["Location"])
    client.get("/account/sso")
    assert client.get(f"{back.path}?{back.query}").status_code == 403
    assert client.get(f"{back.path}?{back.query}").location == "/account/sign-in"  # Nothing is under way any more.
    assert session_count() == 0


def test_disabled_account_stays_shut(client: FlaskClient, provider: Provider) -> None:
    anna = make_person("anna@example.org")
    anna.disabled_at = anna.created_at
    assert go(client).status_code == 403
    assert session_count() == 0


def test_organiser_needs_a_second_factor_unless_the_provider_saw_one(client: FlaskClient, provider: Provider) -> None:
    anna = make_person("anna@example.org")
    give_role(anna, Role.ADMINISTRATOR, None)
    assert go(client).location == "/account/second-step"
    assert session_count() == 0
    provider.claims = {"amr": ["pwd", "otp"]}
    go(client)
    assert is_signed_in(client)


def test_provider_that_is_away_is_told_to_the_person(app: Flask, client: FlaskClient, provider: Provider) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], oidc_issuer="http://127.0.0.1:9")
    answer = client.get("/account/sso")
    assert answer.status_code == 403
    assert "Försök igen" in answer.text


def test_without_a_provider_there_is_no_such_page(client: FlaskClient, app: Flask) -> None:
    assert client.get("/account/sso").status_code == 404
    assert client.get("/account/sso/callback?code=x&state=y").status_code == 404
