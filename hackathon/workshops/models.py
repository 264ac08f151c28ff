"""Workshops, what was found there, and the challenge questions that grew out of it."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition, Organisation, Sector


class FindingKind(enum.StrEnum):
    SUCCESS_FACTOR = "success_factor"
    CHALLENGE = "challenge"


class Workshop(Identified):
    """A meeting where findings were collected. Without a sector: all sectors met."""

    __tablename__ = "workshop"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    summary_sv: Mapped[str]
    summary_en: Mapped[str]
    place: Mapped[str]
    held_on: Mapped[date]
    sector_id: Mapped[int | None] = mapped_column(ForeignKey(Sector.id))

    sector: Mapped[Sector | None] = relationship()


class Theme(Identified):
    """What several findings have in common."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]


class ChallengeQuestion(Identified):
    """A question that teams work on, with the agency that promised to answer for it."""

    __tablename__ = "challenge_question"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("teams_min >= 0 AND teams_max >= teams_min", name="teams"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    need_owner_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    promise_sv: Mapped[str] = mapped_column(default="")
    promise_en: Mapped[str] = mapped_column(default="")
    teams_min: Mapped[int] = mapped_column(default=0)
    teams_max: Mapped[int] = mapped_column(default=4)

    need_owner: Mapped[Organisation | None] = relationship()

    @property
    def key(self) -> str:
        """How the team engine names it: q1, q2 …"""
        return f"q{self.number}"


class Finding(Identified):
    """One card from a workshop: a success factor or a challenge."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    kind: Mapped[FindingKind] = mapped_column(enum_type(FindingKind, "kind"))
    text: Mapped[str]
    workshop_id: Mapped[int] = mapped_column(ForeignKey(Workshop.id), index=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey(Sector.id))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))

    workshop: Mapped[Workshop] = relationship()
    sector: Mapped[Sector] = relationship()
    theme: Mapped[Theme | None] = relationship()


class QuestionFinding(Base):
    """A question grew out of this finding."""

    __tablename__ = "question_finding"

    question_id: Mapped[int] = mapped_column(ForeignKey(ChallengeQuestion.id), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey(Finding.id), primary_key=True, index=True)
