"""The audit log: what was done, when and by whom, append-only and chained by hashes over opaque ids.

Words about people (a reason that somebody wrote) stand in a table of their own, which can be erased without breaking
the chain: the chained entry holds ids and codes alone.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import Mapped, mapped_column

from hackathon.core.db import db
from hackathon.core.model import Identified

_CHAIN_LOCK = 0x5360  # any number that nothing else locks


class AuditEntry(Identified):
    """One act. `digest` covers the entry and the digest before it."""

    __tablename__ = "audit_entry"

    edition_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    details: Mapped[str] = mapped_column(default="{}")
    previous: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)

    def expected_digest(self) -> str:
        """SHA-256 over everything that the entry says and the digest of the one before."""
        said = [
            self.edition_id,
            self.at.astimezone(UTC).isoformat(),
            self.actor_id,
            self.action,
            self.subject,
            self.details,
        ]
        return hashlib.sha256(json.dumps([self.previous, *said]).encode()).hexdigest()


class AuditNote(Identified):
    """Words that belong to an entry and can be erased."""

    __tablename__ = "audit_note"

    entry_id: Mapped[int] = mapped_column(ForeignKey(AuditEntry.id), unique=True)
    text: Mapped[str]


def record(
    action: str,
    *,
    edition_id: int | None,
    actor_id: int | None,
    subject: str,
    now: datetime,
    note: str = "",
    **details: int | str | None,
) -> AuditEntry:
    """Appends one act in the transaction at hand. `subject` is like "idea:17"; `details` are ids and codes only."""
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer at a time anyway.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    previous = db.session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or ""
    entry = AuditEntry(
        edition_id=edition_id,
        at=now,
        actor_id=actor_id,
        action=action,
        subject=subject,
        details=json.dumps(details, sort_keys=True),
        previous=previous,
    )
    entry.digest = entry.expected_digest()
    db.session.add(entry)
    db.session.flush()
    if note:
        db.session.add(AuditNote(entry_id=entry.id, text=note))
    return entry


def first_broken_entry() -> int | None:
    """The id of the first entry that was changed or whose predecessor is gone; None where the chain holds."""
    previous = ""
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.previous != previous or entry.digest != entry.expected_digest():
            return entry.id
        previous = entry.digest
    return None


def last_at(action: str, *, subject: str) -> datetime | None:
    """When this was last done with this; None for never."""
    query = select(AuditEntry.at).where(AuditEntry.action == action, AuditEntry.subject == subject)
    return db.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))
