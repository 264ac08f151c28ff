"""What the tests of accounts share. Passwords are hashed for real: twice in most tests, 30 ms each."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person, SignInSession
from hackathon.accounts.passwords import hash_password
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from tests.factories import make_edition, make_person

PASSWORD = "tre gröna bussar"
SIGN_IN = "/account/sign-in"


@pytest.fixture
def anna(app: Flask) -> Person:
    """Somebody with a verified account, and an event to come home to."""
    make_edition()
    return make_person("anna@example.org", name="Anna Ek", password_hash=hash_password(PASSWORD))


def send_sign_in(
    client: FlaskClient, *, email: str = "anna@example.org", password: str = PASSWORD, **more: str
) -> TestResponse:
    return client.post(SIGN_IN, data={"email": email, "password": password, **more})


def letters() -> list[Mail]:
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def link_in(letter: Mail) -> str:
    """The path of the link in a letter."""
    found = re.search(r"http://[^/\s]+(/\S+)", letter.body)
    assert found is not None
    return found[1]


def session_count() -> int:
    return db.session.scalar(select(func.count()).select_from(SignInSession)) or 0
