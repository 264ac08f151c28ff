"""How Alembic reaches the database: through the application, on both databases alike."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import hackathon.followup.models
import hackathon.judging.models
import hackathon.matching.models
import hackathon.registration.models
from hackathon.core import audit, idempotency, jobs, outbox
from hackathon.core.db import db

TABLES = (
    hackathon.followup.models,
    hackathon.judging.models,
    hackathon.matching.models,
    hackathon.registration.models,
    audit,
    idempotency,
    jobs,
    outbox,
)


@contextlib.contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; with foreign keys on, dropping the old one would count as deleting its rows.

    They can only be switched off outside a transaction. What points nowhere afterwards makes the migration fail.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - a connection that is open has one.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave rows that point nowhere")


def run_migrations() -> None:
    """All steps in one transaction: an interrupted migration leaves the old state."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
            _require_whole(connection)


run_migrations()
