"""What happens to places by itself as time goes by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hackathon.core.db import db, reading
from hackathon.events.models import Edition, Pool
from hackathon.events.queries import find_edition
from hackathon.registration import seating
from hackathon.registration.models import Registration


def expire_due_offers(*, now: datetime) -> int:
    """Ends the offers that have run out and hands the seats on, each pool in a transaction of its own; returns how many."""
    due = (
        select(Pool.id, Edition.slug)
        .join(Edition, Pool.edition_id == Edition.id)
        .where(
            select(Registration.id)
            .where(Registration.pool_id == Pool.id, Registration.offer_expires_at <= now)
            .exists()
        )
    )
    with reading():
        pools = [(pool_id, slug) for pool_id, slug in db.session.execute(due)]
        db.session.rollback()
    ended = 0
    for pool_id, slug in pools:
        edition = find_edition(slug)
        if edition is not None:
            ended += seating.expire_offers(seating.lock_pool_by_id(pool_id), edition, now=now)
        db.session.commit()
    return ended
