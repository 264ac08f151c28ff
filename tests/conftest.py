"""What all tests share: an application on a real database, fresh for each test, a fixed clock, and no network but loopback.

SQLite by default; TEST_DATABASE_URL=postgresql://… (see tests/postgres.py) runs the same tests on PostgreSQL.
"""

from __future__ import annotations

import contextvars
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_sqlalchemy.session import Session
from sqlalchemy import event, text
from sqlalchemy.orm import scoped_session

from config import Settings, load_settings
from hackathon.app import create_app
from hackathon.core.db import db

NOW = datetime(2026, 9, 11, 7, 0, tzinfo=UTC)
SECRET = "a secret that is long enough for the tests"


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Settings of a test application whose files lie in `folder`."""
    environ = {"SECRET_KEY": SECRET, "DATABASE_URL": database_url}
    return load_settings(environ, instance_path=folder, testing=True)


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """The PostgreSQL database of this test process; empty for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if url:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        return _make_postgres_database(url, f"test_{worker}")
    return ""


def _make_postgres_database(url: str, name: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.rsplit("/", 1)[0] + "/" + name


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Path:
    """A database made by the migrations once: SQLite's file is copied for each test, PostgreSQL's is emptied."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(settings_for(folder, database_url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return folder / "skills360.db"


@pytest.fixture
def now() -> datetime:
    """The moment at which a test begins."""
    return NOW


class Clock:
    """The one clock, in a test's hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def clock(now: datetime) -> Clock:
    """Set `clock.moment`, or `clock.forward(minutes=5)`; the application sees it at once."""
    return Clock(now)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Flask:
    """One application for all tests of this process: its templates are compiled once."""
    app = create_app(settings_for(tmp_path_factory.mktemp("application"), database_url))
    app.test_client_class = SeparateClient
    if not database_url:
        with app.app_context():
            event.listen(db.engine, "connect", _forget_power_cuts)
    return app


def _forget_power_cuts(connection: Any, _record: Any) -> None:
    """Waits for no disk: a third of all time went there. That the product does wait is tests/core/test_db.py's to see."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(application: Flask, migrated: Path, database_url: str, clock: Clock) -> Iterator[Flask]:
    """The application on a fresh, migrated database; what a test sets in its configuration is forgotten after it."""
    config, extensions = dict(application.config), dict(application.extensions)
    application.config.update(CLOCK=clock, WTF_CSRF_ENABLED=False)
    if not database_url:
        _copy_database(migrated, application.config["SETTINGS"].instance_path / "skills360.db")
    with application.app_context():
        yield application
        db.session.remove()
        if database_url:
            _empty(db.session)
            db.session.remove()
        application.extensions["job_queue"].close()
        db.engine.dispose()
    for kept, now in ((config, application.config), (extensions, application.extensions)):
        now.clear()
        now.update(kept)


def _copy_database(source: Path, target: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    (target.parent / "queue.db").unlink(missing_ok=True)
    shutil.copy(source, target)


def _empty(session: scoped_session[Session]) -> None:
    """Empties the tables that hold rows: most tests fill a few, and each table that is emptied costs some milliseconds."""
    names = [table.name for table in db.metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    full = session.execute(text(filled)).scalars().all()
    if full:
        quoted = ", ".join(f'"{name}"' for name in full)
        session.execute(text(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE"))
    if session.scalar(text("SELECT to_regclass('huey_task') IS NOT NULL")):
        session.execute(text("TRUNCATE huey_task"))
    session.commit()


@pytest.fixture
def db_session(app: Flask) -> scoped_session[Session]:
    """The session that the test's own reading and writing uses."""
    return db.session


class SeparateClient(FlaskClient):
    """A client whose requests share nothing with the test around them: own context, own database session.

    The test's own transaction is committed first, so that the request sees it and finds no lock held.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript; `app.test_client()` makes a further one."""
    return app.test_client()
