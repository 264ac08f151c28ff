"""Reading editions and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from hackathon.core.db import db, fetch
from hackathon.events.models import Edition, Organisation, Phase, Pool, Sector
from hackathon.events.rules import EditionInfo, PhaseInfo

_EDITION = (
    select(
        Edition.id, Edition.slug, Edition.name, Edition.venue, Edition.city, Edition.event_date, Edition.timezone,
        Edition.demo_stage, Phase.kind, Phase.opens_at, Phase.closes_at,
    )
    .outerjoin(Phase, Phase.edition_id == Edition.id)
    .where(Edition.slug == bindparam("slug"))
    .order_by(Phase.opens_at)
)  # fmt: skip


def find_edition(slug: str) -> EditionInfo | None:
    """The edition with its phases, in one query."""
    rows = fetch(_EDITION, {"slug": slug}).all()
    if not rows:
        return None
    first = rows[0]
    phases = tuple(PhaseInfo(row.kind.value, row.opens_at, row.closes_at) for row in rows if row.kind is not None)
    return EditionInfo(
        first.id,
        first.slug,
        first.name,
        first.venue,
        first.city,
        first.event_date,
        first.timezone,
        first.demo_stage,
        phases,
    )


def list_editions() -> Sequence[Edition]:
    """All editions, the latest first."""
    return db.session.scalars(select(Edition).order_by(Edition.event_date.desc(), Edition.id)).all()


@dataclass(frozen=True, slots=True)
class SectorInfo:
    """A sector as lists and marks need it. `pool` is the pool's key."""

    id: int
    key: str
    letter: str
    name_sv: str
    name_en: str
    pool: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_sv


_SECTORS = (  # Built once: several pages that everybody asks for read it.
    select(Sector.id, Sector.key, Sector.letter, Sector.name_sv, Sector.name_en, Pool.key.label("pool"))
    .join(Pool, Sector.pool_id == Pool.id)
    .where(Sector.edition_id == bindparam("edition_id"))
    .order_by(Pool.position, Sector.position)
)


def list_sectors(edition_id: int) -> list[SectorInfo]:
    """The edition's sectors in their order, those of agencies first."""
    return [SectorInfo(*row) for row in fetch(_SECTORS, {"edition_id": edition_id})]


def list_pools(edition_id: int) -> Sequence[Pool]:
    """The edition's pools in their order."""
    return db.session.scalars(select(Pool).where(Pool.edition_id == edition_id).order_by(Pool.position)).all()


def list_organisations(edition_id: int, *, pool_key: str | None = None) -> Sequence[Organisation]:
    """The edition's organisations by name, those of one pool on request."""
    query = select(Organisation).where(Organisation.edition_id == edition_id).order_by(Organisation.name)
    if pool_key is not None:
        query = (
            query.join(Sector, Organisation.sector_id == Sector.id)
            .join(Pool, Sector.pool_id == Pool.id)
            .where(Pool.key == pool_key)
        )
    return db.session.scalars(query).all()
