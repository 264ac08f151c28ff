"""Editions and what they are made of. All of it is data: another agency runs its own edition with its own sectors."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.core.model import Identified, enum_type


class PhaseKind(enum.StrEnum):
    """What an edition goes through, in this order; phases may overlap."""

    WORKSHOPS = "workshops"
    QUESTIONS = "questions"
    REGISTRATION = "registration"
    IDEAS = "ideas"
    TEAMS = "teams"
    PITCHES = "pitches"
    JUDGING = "judging"
    FOLLOWUP = "followup"


class Edition(Identified):
    """One event with its year around it."""

    __tablename__ = "edition"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    venue: Mapped[str]
    city: Mapped[str]
    event_date: Mapped[date]
    timezone: Mapped[str] = mapped_column(default="Europe/Stockholm")
    team_count: Mapped[int] = mapped_column(default=16)
    team_size_min: Mapped[int] = mapped_column(default=5)
    team_size_max: Mapped[int] = mapped_column(default=5)
    demo_stage: Mapped[str | None]
    demo_loaded_on: Mapped[date | None]

    phases: Mapped[list[Phase]] = relationship(back_populates="edition", order_by="Phase.opens_at")
    pools: Mapped[list[Pool]] = relationship(back_populates="edition", order_by="Pool.position")
    sectors: Mapped[list[Sector]] = relationship(back_populates="edition", order_by="Sector.position")
    agenda: Mapped[list[AgendaItem]] = relationship(order_by="AgendaItem.starts_at")


class Phase(Identified):
    """When something is open. Both moments are shown in the edition's time zone; the one clock decides."""

    __tablename__ = "phase"
    __table_args__ = (UniqueConstraint("edition_id", "kind"), CheckConstraint("closes_at > opens_at", name="order"))

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    kind: Mapped[PhaseKind] = mapped_column(enum_type(PhaseKind, "kind"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]

    edition: Mapped[Edition] = relationship(back_populates="phases")


class Pool(Identified):
    """Places that are counted together, such as 40 for agencies. `key` is "agency" or "external"."""

    __tablename__ = "pool"
    __table_args__ = (UniqueConstraint("edition_id", "key"), CheckConstraint("capacity >= 0", name="capacity"))

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    capacity: Mapped[int]
    position: Mapped[int]

    edition: Mapped[Edition] = relationship(back_populates="pools")


class Sector(Identified):
    """A sector within a pool. `letter` is its mark: a digit for agencies' sectors, N for all others."""

    __tablename__ = "sector"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    pool_id: Mapped[int] = mapped_column(ForeignKey(Pool.id))
    key: Mapped[str]
    letter: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]

    edition: Mapped[Edition] = relationship(back_populates="sectors")
    pool: Mapped[Pool] = relationship()


class Organisation(Identified):
    """An agency, a company, an association; it belongs to one sector of one edition."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    sector_id: Mapped[int] = mapped_column(ForeignKey(Sector.id))
    name: Mapped[str]

    sector: Mapped[Sector] = relationship()


class AgendaItem(Identified):
    """A point of the day's programme."""

    __tablename__ = "agenda_item"

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    starts_at: Mapped[datetime]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    text_sv: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    is_public: Mapped[bool] = mapped_column(default=False)
