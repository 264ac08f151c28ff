"""Takes everything of an edition away, so that it can be loaded anew, also under a running server.

What belongs to an edition is read from the foreign keys: a table that points to the edition, or, by a column that cannot
be empty, to a table that does. Tables that come later are found the same way. The edition's own row stays, and with it
its id, which pages, jobs and the audit log hold on to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select, update

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.idempotency import IdempotencyKey
from hackathon.core.jobs import ENDED, Job, JobState
from hackathon.core.model import Base
from hackathon.core.outbox import Mail
from hackathon.demo.rows import read_pairs
from hackathon.events.models import Edition, Organisation

_EDITION = Base.metadata.tables[Edition.__tablename__]
_ROLES = Base.metadata.tables[RoleAssignment.__tablename__]


def erase_edition(edition_id: int, *, domain: str, now: datetime) -> dict[int, str]:
    """Deletes all rows of an edition, its mail to people of `domain`, and stops its jobs.

    Roles that others than they were given are kept, without their organisation; returns its name by the role's id.
    """
    organisations = _keep_others_roles(edition_id, domain)
    for table in reversed(Base.metadata.sorted_tables):
        condition = None if table in (_EDITION, _ROLES) else _of_edition(table, edition_id)
        if condition is not None:
            db.session.execute(delete(table).where(condition))
    db.session.execute(
        update(Job)
        .where(Job.edition_id == edition_id, Job.state.not_in(ENDED))
        .values(state=JobState.CANCELLED, cancel_requested=True, ended_at=now)
    )
    # An answer that was kept under a key speaks of a row that is gone.
    scope_of_edition = IdempotencyKey.scope.endswith(f":{edition_id}", autoescape=True)
    db.session.execute(delete(IdempotencyKey).where(scope_of_edition))
    db.session.execute(delete(Mail).where(Mail.recipient.endswith(f"@{domain}", autoescape=True)))
    db.session.expire_all()
    return organisations


def _of_edition(table: Table, edition_id: int) -> ColumnElement[bool] | None:
    """Which rows of a table belong to the edition; None for a table that knows nothing of editions."""
    for column in table.columns:
        if column.references(_EDITION.c.id):
            return column == edition_id
    for key in table.foreign_keys:
        if key.parent.nullable or key.column.table in (table, _ROLES):
            continue
        condition = _of_edition(key.column.table, edition_id)
        if condition is not None:
            return key.parent.in_(select(key.column).where(condition))
    return None


def _keep_others_roles(edition_id: int, domain: str) -> dict[int, str]:
    """Takes back the roles of the demo's people and of participants, whose places go; keeps what others were given."""
    ours = select(Person.id).where(Person.email.endswith(f"@{domain}", autoescape=True))
    here = RoleAssignment.edition_id == edition_id
    db.session.execute(
        delete(RoleAssignment).where(
            here, RoleAssignment.person_id.in_(ours) | (RoleAssignment.role == Role.PARTICIPANT)
        )
    )
    kept = select(RoleAssignment.id, Organisation.name).join(
        Organisation, RoleAssignment.organisation_id == Organisation.id
    )
    organisations = read_pairs(kept.where(here))
    db.session.execute(update(RoleAssignment).where(here).values(organisation_id=None))
    return organisations
