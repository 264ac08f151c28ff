"""Places, the waiting list, and skill profiles."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition, Organisation, Pool
from hackathon.registration.rules import InvitationState, Promotion
from hackathon.registration.rules import RegistrationState as RegistrationState


class Registration(Identified):
    """One person's place, or place in line, in one edition. A seat has a number: even a bug cannot seat two on one."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id"),
        UniqueConstraint("edition_id", "pool_id", "seat_no"),
        UniqueConstraint("edition_id", "pool_id", "line_no"),
        CheckConstraint("seat_no IS NULL OR seat_no >= 1", name="seat_no"),
        CheckConstraint(
            "(state IN ('confirmed', 'checked_in', 'no_show', 'offered')) = (seat_no IS NOT NULL)",
            name="seat_follows_state",
        ),
        CheckConstraint("(state IN ('waitlisted')) = (line_no IS NOT NULL)", name="line_follows_state"),
        CheckConstraint("(state = 'offered') = (offer_expires_at IS NOT NULL)", name="offer_follows_state"),
        Index("ix_registration_pool_state", "pool_id", "state"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey(Pool.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[RegistrationState] = mapped_column(enum_type(RegistrationState))
    seat_no: Mapped[int | None]
    line_no: Mapped[int | None]
    """The order of commit in the waiting list; grows, and is never given twice in a pool."""
    offer_expires_at: Mapped[datetime | None]
    """Until when an offered seat is kept."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    pool: Mapped[Pool] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class PlaceRule(Base):
    """How an edition gives its places; an edition without this row gives them as `rules.PlaceRules()` says."""

    __tablename__ = "place_rule"
    __table_args__ = (
        CheckConstraint("offer_hours BETWEEN 1 AND 240", name="offer_hours"),
        CheckConstraint("ceiling IS NULL OR ceiling >= 1", name="ceiling"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), primary_key=True)
    promotion: Mapped[Promotion] = mapped_column(enum_type(Promotion, "promotion"))
    offer_hours: Mapped[int]
    ceiling: Mapped[int | None]


class WaitingLine(Base):
    """The last number given in a pool's waiting list; it only grows, so that no number is ever given twice."""

    __tablename__ = "waiting_line"

    pool_id: Mapped[int] = mapped_column(ForeignKey(Pool.id, ondelete="CASCADE"), primary_key=True)
    last_no: Mapped[int] = mapped_column(default=0)


class Invitation(Identified):
    """A coordinator's invitation to take part for an organisation. Of its link only a hash is kept; it works once."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_organisation_state", "organisation_id", "state"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey(Registration.id))
    """Whose seat goes to whoever accepts."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    state: Mapped[InvitationState] = mapped_column(enum_type(InvitationState))
    invited_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    inviter: Mapped[Person] = relationship()
    replaces: Mapped[Registration | None] = relationship()


class Delegation(Base):
    """What an organisation wants to bring home from an edition."""

    __tablename__ = "delegation"

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    aims: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]


class Need(Identified):
    """Somebody's diet and accessibility needs, sealed: neither the database nor a backup shows them without DATA_KEY."""

    __tablename__ = "need"
    __table_args__ = (UniqueConstraint("edition_id", "person_id"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    sealed: Mapped[str]
    delete_on: Mapped[date] = mapped_column(index=True)


class NeedsReader(Base):
    """Who is named to read needs; everybody else gets counts at most."""

    __tablename__ = "needs_reader"

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)

    person: Mapped[Person] = relationship()


class Seniority(enum.StrEnum):
    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Skill(Identified):
    """An entry of the edition's taxonomy of skills."""

    __tablename__ = "skill"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    icon: Mapped[str] = mapped_column(default="star")

    synonyms: Mapped[list[SkillSynonym]] = relationship(cascade="all, delete-orphan", order_by="SkillSynonym.text")

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that the skill is found by."""
        return (self.name_sv, self.name_en, *(synonym.text for synonym in self.synonyms))


class SkillSynonym(Base):
    """Another word for a skill, in any language: whoever types it finds the skill."""

    __tablename__ = "skill_synonym"

    skill_id: Mapped[int] = mapped_column(ForeignKey(Skill.id, ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True)


class Profession(Identified):
    """An entry of the edition's list of professions."""

    __tablename__ = "profession"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]


class Profile(Identified):
    """What somebody can, and wants to work on."""

    __tablename__ = "profile"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id"),
        CheckConstraint("experience_years IS NULL OR experience_years BETWEEN 0 AND 70", name="experience_years"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    title: Mapped[str] = mapped_column(default="")
    profession_id: Mapped[int | None] = mapped_column(ForeignKey(Profession.id))
    seniority: Mapped[Seniority | None] = mapped_column(enum_type(Seniority, "seniority"))
    experience_years: Mapped[int | None]
    brings: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    profession: Mapped[Profession | None] = relationship()
    skills: Mapped[list[ProfileSkill]] = relationship(cascade="all, delete-orphan")
    suggestions: Mapped[list[SkillSuggestion]] = relationship(
        cascade="all, delete-orphan", order_by="SkillSuggestion.id"
    )
    acquaintances: Mapped[list[Acquaintance]] = relationship(
        cascade="all, delete-orphan", order_by="Acquaintance.email"
    )
    wishes: Mapped[list[QuestionWish]] = relationship(cascade="all, delete-orphan", order_by="QuestionWish.rank")
    languages: Mapped[list[ProfileLanguage]] = relationship(
        cascade="all, delete-orphan", order_by="ProfileLanguage.language"
    )


class ProfileSkill(Base):
    """How well somebody masters a skill: 1 knows of it, 2 uses it, 3 teaches it."""

    __tablename__ = "profile_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"),)

    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey(Skill.id), primary_key=True)
    level: Mapped[int]

    skill: Mapped[Skill] = relationship()


class SkillSuggestion(Identified):
    """A skill that somebody has and the taxonomy lacks; an organiser makes it one, merges it with one, or leaves it out."""

    __tablename__ = "skill_suggestion"
    __table_args__ = (UniqueConstraint("profile_id", "text"), CheckConstraint("level BETWEEN 1 AND 3", name="level"))

    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id))
    text: Mapped[str]
    level: Mapped[int]


class Acquaintance(Base):
    """Somebody whom the owner of a profile knows already, by address: nobody learns from it who has registered."""

    __tablename__ = "acquaintance"

    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id), primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)


class QuestionWish(Base):
    """A challenge question that somebody wants to work on; rank 1 is the dearest.

    The question is known by its number: questions belong to workshops, which build on this package.
    """

    __tablename__ = "question_wish"
    __table_args__ = (UniqueConstraint("profile_id", "rank"), CheckConstraint("rank BETWEEN 1 AND 3", name="rank"))

    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id), primary_key=True)
    question_number: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int]


class ProfileLanguage(Base):
    """A language somebody works in, as its ISO 639-1 code."""

    __tablename__ = "profile_language"

    profile_id: Mapped[int] = mapped_column(ForeignKey(Profile.id), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
