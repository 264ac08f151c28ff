"""Workshops, what was found there, and the challenge questions that grew out of it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition, Organisation, Sector
from hackathon.workshops.rules import FindingState, MemberKind, QuestionState, RankingState, WorkshopState


class FindingKind(enum.StrEnum):
    SUCCESS_FACTOR = "success_factor"
    CHALLENGE = "challenge"


class Workshop(Identified):
    """A meeting where findings are collected. Without a sector: all sectors meet.

    `code` lets people in who stand in the room; `revision` grows with every change of what its screens show.
    """

    __tablename__ = "workshop"
    __table_args__ = (UniqueConstraint("edition_id", "number"), UniqueConstraint("code"))

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    summary_sv: Mapped[str]
    summary_en: Mapped[str]
    place: Mapped[str]
    held_on: Mapped[date]
    sector_id: Mapped[int | None] = mapped_column(ForeignKey(Sector.id))
    state: Mapped[WorkshopState] = mapped_column(enum_type(WorkshopState), default=WorkshopState.PLANNED)
    code: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)

    sector: Mapped[Sector | None] = relationship()


class WorkshopMember(Base):
    """Who takes part in a workshop: invited, come in by its code, or leading it."""

    __tablename__ = "workshop_member"

    workshop_id: Mapped[int] = mapped_column(ForeignKey(Workshop.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)
    kind: Mapped[MemberKind] = mapped_column(enum_type(MemberKind, "kind"), default=MemberKind.GUEST)
    invited_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Theme(Identified):
    """What several findings have in common."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]


class ChallengeQuestion(Identified):
    """A question that teams work on, with the agency that promised to answer for it.

    `version` grows with each edit of the text and guards against overwriting another's; `QuestionVersion` keeps them all.
    """

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
    state: Mapped[QuestionState] = mapped_column(enum_type(QuestionState), default=QuestionState.PUBLISHED)
    published_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    version: Mapped[int] = mapped_column(default=1)

    need_owner: Mapped[Organisation | None] = relationship()

    @property
    def key(self) -> str:
        """How the team engine names it: q1, q2 …"""
        return f"q{self.number}"


class QuestionVersion(Identified):
    """What a question said, from when and by whose hand."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "version"),)

    question_id: Mapped[int] = mapped_column(ForeignKey(ChallengeQuestion.id))
    version: Mapped[int]
    title_sv: Mapped[str]
    title_en: Mapped[str]
    text_sv: Mapped[str]
    text_en: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")

    author: Mapped[Person | None] = relationship()


class Finding(Identified):
    """One card from a workshop: a success factor or a challenge. Without an organisation it is anonymous.

    A merged finding stays, with all that it says, and points to the one that stands for both.
    """

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
        CheckConstraint("merged_into_id <> id", name="merged_into_other"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    kind: Mapped[FindingKind] = mapped_column(enum_type(FindingKind, "kind"))
    text: Mapped[str]
    workshop_id: Mapped[int] = mapped_column(ForeignKey(Workshop.id), index=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey(Sector.id))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime | None]
    state: Mapped[FindingState] = mapped_column(enum_type(FindingState), default=FindingState.OPEN)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)

    workshop: Mapped[Workshop] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    sector: Mapped[Sector] = relationship()
    theme: Mapped[Theme | None] = relationship()


class QuestionFinding(Base):
    """A question grew out of this finding."""

    __tablename__ = "question_finding"

    question_id: Mapped[int] = mapped_column(ForeignKey(ChallengeQuestion.id), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey(Finding.id), primary_key=True, index=True)


class Ranking(Identified):
    """The rating of chosen findings in a workshop: how interesting, how feasible, and why."""

    __tablename__ = "ranking"
    __table_args__ = (UniqueConstraint("workshop_id"), CheckConstraint("set_size BETWEEN 1 AND 30", name="set_size"))

    workshop_id: Mapped[int] = mapped_column(ForeignKey(Workshop.id))
    state: Mapped[RankingState] = mapped_column(enum_type(RankingState), default=RankingState.SETUP)
    set_size: Mapped[int] = mapped_column(default=8)
    """How many findings a person gets at a time."""


class RankingItem(Base):
    """A finding that is rated in a ranking."""

    __tablename__ = "ranking_item"

    ranking_id: Mapped[int] = mapped_column(ForeignKey(Ranking.id), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey(Finding.id), primary_key=True, index=True)


class Rating(Identified):
    """One finding in one person's hand: given to be rated, and rated once `rated_at` is set. The sector is kept as it was then."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("ranking_id", "person_id", "finding_id"),
        Index("ix_rating_finding", "ranking_id", "finding_id"),
        CheckConstraint("interest BETWEEN 1 AND 5 AND feasibility BETWEEN 1 AND 5", name="points"),
        CheckConstraint(
            "(rated_at IS NULL) = (interest IS NULL) AND (rated_at IS NULL) = (feasibility IS NULL)", name="whole"
        ),
    )

    ranking_id: Mapped[int] = mapped_column(ForeignKey(Ranking.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey(Finding.id), index=True)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey(Sector.id))
    given_at: Mapped[datetime]
    interest: Mapped[int | None]
    feasibility: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
