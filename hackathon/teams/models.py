"""Published teams, who is in them, and what they hand in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Base, Identified
from hackathon.events.models import Edition
from hackathon.ideas.models import Idea
from hackathon.workshops.models import ChallengeQuestion


class Team(Identified):
    """A team of the day, at a table with its number."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    name: Mapped[str]
    table_no: Mapped[int]
    question_id: Mapped[int | None] = mapped_column(ForeignKey(ChallengeQuestion.id))

    question: Mapped[ChallengeQuestion | None] = relationship()
    members: Mapped[list[TeamMember]] = relationship(cascade="all, delete-orphan", back_populates="team")
    entry: Mapped[Entry | None] = relationship(back_populates="team", uselist=False)


class TeamMember(Base):
    """Somebody is in a team, because an organiser published a plan, never by inference. One person, one team."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("edition_id", "person_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    reason: Mapped[str] = mapped_column(default="")
    """Why this person is in this team: a sentence for the person."""

    team: Mapped[Team] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class Entry(Identified):
    """What a team hands in: the idea it took up and its pitch. Handed in when `submitted_at` is set."""

    __tablename__ = "entry"

    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), unique=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey(Idea.id))
    title: Mapped[str] = mapped_column(default="")
    pitch: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.

    team: Mapped[Team] = relationship(back_populates="entry")
    idea: Mapped[Idea | None] = relationship()
