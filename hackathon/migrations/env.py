"""How Alembic reaches the database: through the application, on both databases alike."""

from __future__ import annotations

from alembic import context
from flask import current_app

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


def run_migrations() -> None:
    """All steps in one transaction: an interrupted migration leaves the old state."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
