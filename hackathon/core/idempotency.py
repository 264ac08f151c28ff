"""The same key gives the same answer: a form sent twice, or an answer lost on the way, creates one thing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from hackathon.core.db import db
from hackathon.core.model import Identified

LONGEST_KEY = 128


class IdempotencyKey(Identified):
    """One act that was done under a key, and what came of it."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor_id", "scope", "key"),)

    actor_id: Mapped[int]
    scope: Mapped[str]
    key: Mapped[str]
    result: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def once(key: str | None, *, scope: str, actor_id: int, now: datetime, act: Callable[[], str]) -> str:
    """Does `act` unless it was done under this key before; answers what it answered then.

    The key is taken first, so that of two at once the second waits for the first and gets its answer.
    """
    if not key:
        return act()
    key = key[:LONGEST_KEY]
    mine = (IdempotencyKey.actor_id == actor_id, IdempotencyKey.scope == scope, IdempotencyKey.key == key)
    known = db.session.scalar(select(IdempotencyKey).where(*mine))
    if known is None:
        taken = IdempotencyKey(actor_id=actor_id, scope=scope, key=key, created_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(taken)
        except IntegrityError:
            known = db.session.scalars(select(IdempotencyKey).where(*mine)).one()
        else:
            taken.result = act()
            return taken.result
    return known.result
