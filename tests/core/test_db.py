"""Transactions: who may write waits its turn, who reads does not, and waiting is bounded."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from hackathon.accounts.models import Person
from hackathon.app import create_app
from hackathon.core.db import DatabaseBusy, db, reading
from tests.conftest import settings_for
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_sqlite_is_new_enough_and_durable(tmp_path: Path) -> None:
    as_in_production = create_app(settings_for(tmp_path))  # The application of the other tests waits for no disk.

    def ask(words: str) -> Any:
        return db.session.scalar(text(words))

    with as_in_production.app_context():
        assert ask("PRAGMA journal_mode") == "wal"
        assert ask("PRAGMA synchronous") == 2
        assert ask("PRAGMA foreign_keys") == 1
        assert tuple(int(part) for part in ask("SELECT sqlite_version()").split(".")) >= (3, 51, 3)
        db.session.remove()
        db.engine.dispose()


def test_reader_does_not_wait_for_writer(app: Flask) -> None:
    make_person("a@example.org")
    db.session.execute(text("UPDATE person SET name = 'changed'"))
    seen: list[str | None] = []

    def read() -> None:
        with app.app_context(), reading():
            seen.append(db.session.scalar(select(Person.name)))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(30)
    assert seen
    assert seen != ["changed"]
    db.session.rollback()


def test_second_writer_is_refused_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if not on_sqlite():
        pytest.skip("PostgreSQL locks rows; its lock_timeout is set at the connection")
    monkeypatch.setattr("hackathon.core.db.LONGEST_WAIT_SECONDS", 0.1)
    make_person("a@example.org")
    db.session.execute(text("UPDATE person SET name = 'changed'"))
    refused: list[bool] = []

    def write() -> None:
        with app.app_context():
            try:
                db.session.execute(text("UPDATE person SET name = 'other'"))
            except DatabaseBusy:
                refused.append(True)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(5)
    assert refused == [True]
    db.session.commit()
    db.session.execute(text("UPDATE person SET name = 'again'"))  # The lock was given back.
    db.session.rollback()


def test_concurrent_increments_lose_nothing(app: Flask) -> None:
    person = make_person("count@example.org", name="0")
    person_id = person.id
    db.session.remove()

    def add_ten() -> None:
        with app.app_context():
            for _ in range(10):
                row = db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
                row.name = str(int(row.name) + 1)
                db.session.commit()

    threads = [threading.Thread(target=add_ten) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(select(Person.name).where(Person.id == person_id)) == "60"


def test_naive_moment_is_refused() -> None:
    person = make_person()
    person.created_at = datetime(2026, 1, 1)  # noqa: DTZ001 - that is what is refused.
    with pytest.raises(StatementError, match="time zone"):
        db.session.flush()
    db.session.rollback()


def test_moments_come_back_in_utc() -> None:
    person = make_person()
    db.session.expire(person)
    assert person.created_at.tzinfo is UTC
