"""Failures: each becomes an answer that tells a person what to do, for pages and programs, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hackathon.accounts.models import Person
from hackathon.app import create_app
from hackathon.core.access import Permission, requires
from hackathon.core.db import DatabaseBusy, db
from hackathon.core.errors import Conflict
from tests.conftest import SeparateClient, settings_for
from tests.factories import make_edition, make_person


@pytest.fixture
def failing(app: Flask, tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of an application of its own, on the test's database, with views that fail in every way."""
    url = app.config["SETTINGS"].database_url
    app = create_app(settings_for(tmp_path, url.replace("+psycopg", "")))
    app.test_client_class = SeparateClient
    errors: dict[str, Exception] = {
        "conflict": Conflict("taken", "Platsen är tagen. Välj en annan."),
        "busy": DatabaseBusy(),
        "disk": OperationalError("INSERT", {}, Exception("database or disk is full")),
        "bug": ZeroDivisionError("secret detail"),
    }

    @app.route("/fail/<kind>", methods=["GET", "POST"])
    @requires(Permission.READ_PUBLIC)
    def fail(kind: str) -> str:
        for person in db.session.scalars(select(Person)):
            person.name = "half done"
        raise errors[kind]

    @app.get("/unmarked")
    def unmarked() -> str:
        return "nobody may see this"

    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("conflict", 409, "Välj en annan"),
        ("busy", 503, "Försök igen"),
        ("disk", 503, "Försök igen"),
        ("bug", 500, "Försök igen"),
    ],
)
def test_failure_is_a_page_with_a_way_on(failing: FlaskClient, kind: str, status: int, words: str) -> None:
    answer = failing.get(f"/fail/{kind}")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("kind", ["conflict", "busy", "disk", "bug"])
def test_failure_changes_nothing(failing: FlaskClient, kind: str) -> None:
    person = make_person(name="Anna")
    failing.post(f"/fail/{kind}")
    db.session.expire_all()
    assert db.session.get(Person, person.id).name == "Anna"  # type: ignore[union-attr]


def test_programs_get_problem_details(failing: FlaskClient) -> None:
    answer = failing.get("/fail/conflict", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Platsen är tagen. Välj en annan.",
        "status": 409,
        "reason": "taken",
    }


def test_busy_says_when_to_come_back(failing: FlaskClient) -> None:
    assert failing.get("/fail/busy").headers["Retry-After"].isdigit()


def test_view_without_a_mark_answers_nobody(failing: FlaskClient) -> None:
    answer = failing.get("/unmarked")
    assert answer.status_code in (303, 401, 403)
    assert "nobody may see this" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/events/no-such", "/events/no-such/ideas/board", "/events/skills360/ideas/999999999999999999999", "/nothing", "/events/%00/ideas",
     "/events/%ff%fe/ideas", "/events/skills360/ideas/-1", "/events/skills360/teams/0"],
)  # fmt: skip
def test_unknown_address_is_404(client: FlaskClient, path: str) -> None:
    make_edition()
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/account/sign-in", data={"email": "a" * 2_000_000})
    assert answer.status_code == 413


def test_too_many_form_parts_are_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/account/sign-in", data={f"field{n}": "1" for n in range(600)}, content_type="multipart/form-data"
    )
    assert answer.status_code == 413


def test_form_without_token_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/account/sign-in", data={"email": "a@example.org", "password": "x"})
    assert answer.status_code == 400
    assert "ladda om" in answer.text


def test_get_with_wrong_method_is_405(client: FlaskClient) -> None:
    answer = client.put("/account/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
