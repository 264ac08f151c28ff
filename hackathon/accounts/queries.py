"""Reading accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from hackathon.accounts.models import ApiToken, Person, RoleAssignment, SignInSession
from hackathon.accounts.rules import normalised_email
from hackathon.accounts.viewer import Account, Grant
from hackathon.core.access import Role
from hackathon.core.db import db, fetch
from hackathon.core.outbox import Mail, MailState
from hackathon.events.models import Edition, Organisation

_ROLES = (RoleAssignment.edition_id, RoleAssignment.role, RoleAssignment.organisation_id)
_PERSON = (Person.id, Person.name, Person.email, Person.locale)
_BY_SESSION = (
    select(*_PERSON, *_ROLES, SignInSession.id.label("session_id"))
    .join(SignInSession, SignInSession.person_id == Person.id)
    .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
    .where(
        SignInSession.token_hash == bindparam("token"),
        SignInSession.expires_at > bindparam("now"),
        Person.disabled_at.is_(None),
    )
)
_BY_API_TOKEN = (
    select(*_PERSON, *_ROLES)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .outerjoin(RoleAssignment, RoleAssignment.person_id == Person.id)
    .where(
        ApiToken.token_hash == bindparam("token"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at.is_(None) | (ApiToken.expires_at > bindparam("now")),
        Person.disabled_at.is_(None),
    )
)


def token_hash(token: str) -> str:
    """What is kept of a token: it is random enough for one round of SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_person(email: str) -> Person | None:
    """The person with this address, if any."""
    return db.session.scalar(select(Person).where(Person.email == normalised_email(email)))


def load_person(person_id: int) -> Person:
    """The person with this id, who is known to exist."""
    return db.session.get_one(Person, person_id)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against, read apart from any transaction that waits for a hash."""

    person_id: int
    password_hash: str | None
    is_verified: bool
    is_disabled: bool


def find_credentials(email: str) -> Credentials | None:
    """The credentials of the account with this address, if any."""
    row = db.session.execute(
        select(
            Person.id, Person.password_hash, Person.email_verified_at.is_not(None), Person.disabled_at.is_not(None)
        ).where(Person.email == normalised_email(email))
    ).one_or_none()
    return Credentials(*row) if row else None


def find_account_by_session(token: str, *, now: datetime) -> Account | None:
    """The account that a session cookie stands for: person and roles in one query; None where the session has ended."""
    rows = fetch(_BY_SESSION, {"token": token_hash(token), "now": now}).all()
    return _account(rows, rows[0].session_id) if rows else None


def find_account_by_api_token(token: str, *, now: datetime) -> Account | None:
    """The account that an API token acts for; None where the token is unknown, revoked or past its date."""
    rows = fetch(_BY_API_TOKEN, {"token": token_hash(token), "now": now}).all()
    return _account(rows, None) if rows else None


def _account(rows: Sequence[Row[*tuple[Any, ...]]], session_id: int | None) -> Account:
    first = rows[0]
    grants = tuple(Grant(row.edition_id, row.role, row.organisation_id) for row in rows if row.role is not None)
    return Account(first.id, first.name, first.email, first.locale, session_id, grants)


def list_sessions(person_id: int, *, now: datetime) -> list[SignInSession]:
    """The devices that the person is signed in on, the latest first."""
    mine = select(SignInSession).where(SignInSession.person_id == person_id, SignInSession.expires_at > now)
    return list(db.session.scalars(mine.order_by(SignInSession.created_at.desc())))


@dataclass(frozen=True, slots=True)
class Involvement:
    """One event with what somebody is in it: roles, each with its organisation or none."""

    slug: str
    name: str
    roles: tuple[tuple[Role, str | None], ...]


def list_involvements(person_id: int) -> list[Involvement]:
    """All events, the latest first, with the person's roles in each."""
    mine = (RoleAssignment.edition_id == Edition.id) & (RoleAssignment.person_id == person_id)
    rows = db.session.execute(
        select(Edition.slug, Edition.name, RoleAssignment.role, Organisation.name.label("organisation"))
        .outerjoin(RoleAssignment, mine)
        .outerjoin(Organisation, RoleAssignment.organisation_id == Organisation.id)
        .order_by(Edition.event_date.desc(), Edition.id, RoleAssignment.role)
    )
    roles: dict[tuple[str, str], list[tuple[Role, str | None]]] = {}
    for row in rows:
        held = roles.setdefault((row.slug, row.name), [])
        if row.role is not None:
            held.append((row.role, row.organisation))
    return [Involvement(slug, name, tuple(held)) for (slug, name), held in roles.items()]


def list_caught_letters(most: int = 50) -> list[Mail]:
    """The latest letters that no mail server has taken, for the page of a demo."""
    kept = select(Mail).where(Mail.state.in_((MailState.CAUGHT, MailState.QUEUED)))
    return list(db.session.scalars(kept.order_by(Mail.id.desc()).limit(most)))
