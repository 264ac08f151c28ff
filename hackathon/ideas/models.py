"""Ideas, who wrote them, what happened to them, and what people say of them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition, Organisation, Sector
from hackathon.ideas.rules import Stage
from hackathon.workshops.models import ChallengeQuestion, Finding


class Support(enum.StrEnum):
    """What a person says of an idea with one press."""

    LIKE = "like"  # I support it
    WORK = "work"  # I would work on it


class Idea(Identified):
    """An idea, from draft to winner. `version` grows with each edit and guards against overwriting another's."""

    __tablename__ = "idea"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        # The board counts and ranks by it alone, without a look at the texts.
        Index("ix_idea_board", "edition_id", "stage", "hidden_at", "number", "changed_at", "stage_changed_at"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden_with_reason"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    solution: Mapped[str] = mapped_column(default="")
    benefit: Mapped[str] = mapped_column(default="")
    first_step: Mapped[str] = mapped_column(default="")
    stage: Mapped[Stage] = mapped_column(enum_type(Stage, "stage"), default=Stage.DRAFT)
    question_id: Mapped[int | None] = mapped_column(ForeignKey(ChallengeQuestion.id), index=True)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey(Sector.id))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    terms_accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    stage_changed_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.

    question: Mapped[ChallengeQuestion | None] = relationship()
    sector: Mapped[Sector | None] = relationship()
    authors: Mapped[list[IdeaAuthor]] = relationship(cascade="all, delete-orphan", order_by="IdeaAuthor.position")
    tags: Mapped[list[IdeaTag]] = relationship(cascade="all, delete-orphan", order_by="IdeaTag.tag")
    findings: Mapped[list[IdeaFinding]] = relationship(cascade="all, delete-orphan")
    transitions: Mapped[list[IdeaTransition]] = relationship(order_by="IdeaTransition.id")


class IdeaAuthor(Base):
    """Who wrote an idea, for which organisation; position 1 owns it."""

    __tablename__ = "idea_author"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    pool_key: Mapped[str]
    """The pool that the author wrote from, kept as it was then."""
    position: Mapped[int]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class IdeaTransition(Identified):
    """One step in an idea's life: who, when and why."""

    __tablename__ = "idea_transition"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), index=True)
    from_stage: Mapped[Stage | None] = mapped_column(enum_type(Stage, "from_stage"))
    to_stage: Mapped[Stage] = mapped_column(enum_type(Stage, "to_stage"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    actor: Mapped[Person | None] = relationship()


class IdeaTag(Base):
    __tablename__ = "idea_tag"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class IdeaFinding(Base):
    """An idea builds on this finding."""

    __tablename__ = "idea_finding"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey(Finding.id), primary_key=True, index=True)

    finding: Mapped[Finding] = relationship()


class IdeaSupport(Base):
    """One person's support of an idea."""

    __tablename__ = "idea_support"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)
    kind: Mapped[Support] = mapped_column(enum_type(Support, "kind"), primary_key=True)
    at: Mapped[datetime]


class IdeaComment(Identified):
    """What somebody wrote under an idea."""

    __tablename__ = "idea_comment"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    text: Mapped[str]
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class IdeaMention(Base):
    """Somebody is named in a comment, and was told."""

    __tablename__ = "idea_mention"

    comment_id: Mapped[int] = mapped_column(ForeignKey(IdeaComment.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)


class IdeaVersion(Identified):
    """What an idea said from a moment on. Drafts keep none: nobody else has read them."""

    __tablename__ = "idea_version"
    __table_args__ = (UniqueConstraint("idea_id", "number"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id))
    number: Mapped[int]
    texts: Mapped[dict[str, Any]]
    """The parts of the text by name, and the tags as one line."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    at: Mapped[datetime]

    author: Mapped[Person | None] = relationship()


class IdeaAttachment(Identified):
    """A file with an idea. What is in it lies apart, so that lists do not read it."""

    __tablename__ = "idea_attachment"

    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), index=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    at: Mapped[datetime]


class AttachmentData(Base):
    """The bytes of an attachment. In the database, so that a backup holds all or nothing."""

    __tablename__ = "idea_attachment_data"

    attachment_id: Mapped[int] = mapped_column(ForeignKey(IdeaAttachment.id), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary())


class SavedView(Identified):
    """A narrowed board that somebody keeps under a name. `query` is what the filters wrote, and nothing else."""

    __tablename__ = "idea_saved_view"
    __table_args__ = (UniqueConstraint("edition_id", "person_id", "name"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    name: Mapped[str]
    query: Mapped[str]
