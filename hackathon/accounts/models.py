"""People, their sessions and tokens, and what they are in each edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.core.access import Role
from hackathon.core.model import Identified, enum_type
from hackathon.events.models import Edition, Organisation


class Person(Identified):
    """Somebody with an account. The address is kept in lower case and is one person's alone."""

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="sv")
    email_verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    roles: Mapped[list[RoleAssignment]] = relationship(back_populates="person")


class RoleAssignment(Identified):
    """What somebody is in an edition, and for which organisation; without edition: on the whole platform."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        UniqueConstraint("person_id", "edition_id", "role"),
        Index("ix_role_assignment_edition_role", "edition_id", "role"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id))
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))

    person: Mapped[Person] = relationship(back_populates="roles")
    organisation: Mapped[Organisation | None] = relationship()


class SignInSession(Identified):
    """One signed-in device. The row is the session: ending it ends the session, whatever cookie is kept."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class SignInAttempt(Identified):
    """A failed try, counted for the account together with the address it came from. Holds hashes alone."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_recent", "account_hash", "origin_hash", "at"),)

    account_hash: Mapped[str]
    origin_hash: Mapped[str]
    at: Mapped[datetime]


class ApiToken(Identified):
    """A token for programs. Only its hash is kept; it acts as its person and never does more."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
