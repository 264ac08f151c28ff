"""Many people for a load test: verified, each with a token, and new ones every time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import scoped_session

from hackathon.accounts.models import Person
from hackathon.accounts.queries import find_account_by_api_token
from hackathon.core.db import db
from hackathon.demo.people import make_people

Session = scoped_session[Any]


def test_people_are_verified_and_their_tokens_work(db_session: Session, now: datetime) -> None:
    lines = make_people(3, now=now)
    assert len(lines) == 3
    for line in lines:
        email, token = line.split(",")
        account = find_account_by_api_token(token, now=now)
        assert account is not None
        assert account.email == email
    people = db_session.scalars(select(Person)).all()
    assert all(person.email_verified_at == now and person.password_hash is None for person in people)


def test_people_are_new_ones_every_time(db_session: Session, now: datetime) -> None:
    lines = [*make_people(5, now=now), *make_people(5, now=now)]
    assert len({line.split(",")[0] for line in lines}) == len({line.split(",")[1] for line in lines}) == 10
    assert db_session.scalar(select(func.count()).select_from(Person)) == 10


def test_two_thousand_people_take_few_statements(app: Flask, now: datetime) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    lines = make_people(2000, now=now)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(lines) == 2000
    assert len(statements) < 20
