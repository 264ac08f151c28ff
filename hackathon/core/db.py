"""The database: one SQLite file by default, PostgreSQL by one setting, with the same promises on both.

SQLite: WAL with synchronous=FULL; whoever may write begins with BEGIN IMMEDIATE, so that a transaction that has read
never finds itself unable to write; one lock per process queues the writers of that process fairly, and processes take
turns (core/turns.py). Waiting is bounded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import pysqlite3
from flask import Flask, current_app, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, CursorResult, Engine, Select, event, text

from config import Settings, SettingsError
from hackathon.core.model import Base
from hackathon.core.turns import FairLock, Turns

Ts = TypeVarTuple("Ts")
View = TypeVar("View", bound=Callable[..., object])
LONGEST_WAIT_SECONDS = 3
SAFE_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset corruption bug that 3.7.0 to 3.51.2 have."""

db = SQLAlchemy(metadata=Base.metadata)
_may_write: ContextVar[bool] = ContextVar("may_write", default=True)


class DatabaseBusy(Exception):
    """Another writer held the database for longer than LONGEST_WAIT_SECONDS; trying again is safe."""


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Transactions that begin in this block only read, and so wait for nobody."""
    token = _may_write.set(False)
    try:
        yield
    finally:
        _may_write.reset(token)


def reads_first(view: View) -> View:
    """Marks a view that reads before it writes, so that nobody waits for its reading: it calls `start_writing` between."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def start_writing() -> None:
    """Ends what a `reads_first` view has read; from here on its request may write, and sees the database as it now is."""
    db.session.rollback()
    _may_write.set(True)


def engine_options(settings: Settings) -> dict[str, Any]:
    """What create_engine needs besides the address."""
    pool = {"pool_size": settings.web_threads + 2, "max_overflow": 4, "pool_timeout": LONGEST_WAIT_SECONDS}
    if settings.is_sqlite:
        if pysqlite3.sqlite_version_info < SAFE_SQLITE:
            raise SettingsError(
                f"SQLite {pysqlite3.sqlite_version} can corrupt its log; install pysqlite3 0.6.1 or later."
            )
        return {"module": pysqlite3, "connect_args": {"timeout": LONGEST_WAIT_SECONDS}, **pool}
    limits = f"-c lock_timeout={LONGEST_WAIT_SECONDS}s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    return {"connect_args": {"options": limits, "connect_timeout": LONGEST_WAIT_SECONDS}, "pool_pre_ping": True, **pool}


def init_app(app: Flask) -> None:
    """Binds the database to the application and makes its transactions safe."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SETTINGS"])
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _make_sqlite_safe(db.engine)

    @app.before_request
    def note_whether_this_request_may_write() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        _may_write.set(request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(view, "reads_first", False))

    @app.teardown_request
    def forget_it(_error: BaseException | None) -> None:
        _may_write.set(True)  # The thread goes on to other work.


def _make_sqlite_safe(engine: Engine) -> None:
    writer, turns = FairLock(), Turns(Path(engine.url.database or ""))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Transactions begin where we say, not where the driver guesses.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={LONGEST_WAIT_SECONDS * 1000}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not _may_write.get():
            connection.exec_driver_sql("BEGIN")
            return
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        if not writer.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise DatabaseBusy
        connection.info["writer"] = True
        if not turns.take(deadline):
            raise DatabaseBusy
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def release(_connection: Any, record: Any) -> None:
        # The connection comes back when its transaction has ended, however it ended.
        if record.info.pop("writer", False):
            turns.give_back()
            writer.release()


def fetch(statement: Select[*Ts], values: Mapping[str, Any] | None = None) -> CursorResult[*Ts]:
    """Rows of a statement over columns, in the transaction at hand but past the unit of work: half the cost of a session's
    execute. For what pages read on every request; the statement is built once and takes its values by `bindparam`.
    """
    return db.session.connection().execute(statement, values)


def is_ready() -> bool:
    """Whether the database answers."""
    return db.session.execute(text("SELECT 1")).scalar() == 1
