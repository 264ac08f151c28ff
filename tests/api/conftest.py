"""What the tests of the API share: clients that act with a token, as a program does."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person
from hackathon.accounts.services import create_api_token
from hackathon.core.db import db
from tests.factories import NOW

ROOT = "/api/v1/events/skills360"


def make_token(person: Person) -> str:
    """A token for this person."""
    token = create_api_token(person, name="test", now=NOW)
    db.session.commit()
    return token


class Program:
    """A program with a token, or without one. Its requests share nothing with the test around them."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._client = FlaskClient(app, app.response_class)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> TestResponse:
        """A request; a path that does not begin with /api lies below the event."""
        path = path if path.startswith("/api") else ROOT + path
        sent = self._headers | (headers or {})
        if has_app_context():
            db.session.commit()  # What the test has read or written is seen, and holds no lock.
        return contextvars.Context().run(self._client.open, path, method=method, headers=sent, **body)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, json: object = None, **more: Any) -> TestResponse:
        return self.ask("POST", path, json=json, **more) if json is not None else self.ask("POST", path, **more)

    def put(self, path: str, json: object, **more: Any) -> TestResponse:
        return self.ask("PUT", path, json=json, **more)

    def delete(self, path: str) -> TestResponse:
        return self.ask("DELETE", path)


Programs = Callable[[Person | None], Program]


@pytest.fixture
def program(app: Flask) -> Programs:
    """Makes a program that acts as somebody; None: without a token."""

    def make(person: Person | None) -> Program:
        return Program(app, make_token(person) if person is not None else None)

    return make


@pytest.fixture
def public(program: Programs) -> Program:
    """A program without a token."""
    return program(None)


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and reason of a refusal, which is checked to be problem details."""
    assert answer.mimetype == "application/problem+json", answer.text
    problem = answer.get_json(force=True)
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["type"] == "about:blank"
    return answer.status_code, problem["reason"]


def wrong_fields(answer: TestResponse) -> set[str]:
    """The fields that a refusal names."""
    assert refusal(answer) == (422, "fields_invalid")
    return {error["field"] for error in answer.get_json(force=True)["errors"] if error["message"]}
