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
    link_serial: Mapped[int] = mapped_column(default=0)
    """Counts the links by mail that were used, so that each works once."""
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


class AuthenticatorApp(Identified):
    """The secret that somebody's authenticator app makes its codes from (TOTP), sealed."""

    __tablename__ = "authenticator_app"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), unique=True)
    sealed_secret: Mapped[str]
    last_step: Mapped[int]
    """The half minute of the last code that was used: no code works twice."""
    created_at: Mapped[datetime]


class Passkey(Identified):
    """A key on a device of somebody's; only its public half is kept. Bytes stand as base64url."""

    __tablename__ = "passkey"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int]
    device: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SsoIdentity(Identified):
    """How a provider of single sign-on knows somebody."""

    __tablename__ = "sso_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]


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
