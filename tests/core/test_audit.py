"""The audit log: a chain that shows any change."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from hackathon.core import audit
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def entries(app: object, now: datetime) -> None:
    for number in range(4):
        audit.record(
            "idea.moved", edition_id=1, actor_id=7, subject=f"idea:{number}", now=now, note="Ett skäl.", to="winner"
        )
    db.session.commit()


def test_untouched_chain_holds() -> None:
    assert audit.first_broken_entry() is None


def test_changed_entry_is_found() -> None:
    third = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[2]
    db.session.execute(update(AuditEntry).where(AuditEntry.id == third).values(subject="idea:99"))
    assert audit.first_broken_entry() == third


def test_removed_entry_is_found() -> None:
    second, third = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[1:3]
    db.session.execute(delete(AuditNote).where(AuditNote.entry_id == second))
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == second))
    assert audit.first_broken_entry() == third


def test_words_can_be_erased_without_breaking_the_chain() -> None:
    db.session.execute(delete(AuditNote))
    assert audit.first_broken_entry() is None
