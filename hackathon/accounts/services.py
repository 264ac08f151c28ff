"""What can be done with accounts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, func, select, text

from hackathon.accounts import mail
from hackathon.accounts.models import ApiToken, Person, RoleAssignment, SignInAttempt, SignInSession
from hackathon.accounts.queries import find_person, token_hash
from hackathon.accounts.rules import (
    ATTEMPT_WINDOW,
    MOST_FAILED_ATTEMPTS,
    SESSION_LENGTH,
    VERIFICATION_LENGTH,
    normalised_email,
    one_line,
)
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, TooMany


def create_person(*, email: str, name: str, password_hash: str | None, verified: bool, now: datetime) -> Person:
    """A new account. Raises Conflict where the address has one; the page that signs people up does not tell them."""
    if find_person(email) is not None:
        raise Conflict("email_taken", _l("Det finns redan ett konto med den adressen. Logga in i stället."))
    person = Person(
        email=normalised_email(email),
        name=one_line(name),
        password_hash=password_hash,
        email_verified_at=now if verified else None,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    audit.record("account.created", edition_id=None, actor_id=person.id, subject=f"person:{person.id}", now=now)
    return person


def sign_up(*, email: str, name: str, password_hash: str, locale: str, secret: str, now: datetime) -> None:
    """Makes an account and mails the link that proves the address. Nothing that is answered tells whether it was known.

    Where the address has a verified account, its owner gets a letter that says so, and nothing changes. An account that
    was never verified belongs to nobody yet: the latest to sign up decides its name and password.
    """
    person = find_person(email)
    if person is not None and person.email_verified_at is not None:
        mail.post_known_already(person, now=now)
        return
    if person is None:
        person = create_person(email=email, name=name, password_hash=password_hash, verified=False, now=now)
    person.name, person.password_hash, person.locale = one_line(name), password_hash, locale
    mail.post_verification(person, token=verification_token(person, secret=secret), now=now)


def send_verification_again(person: Person, *, secret: str, now: datetime) -> None:
    """A fresh link to somebody whose password is right and whose address is not verified."""
    mail.post_verification(person, token=verification_token(person, secret=secret), now=now)


def verification_token(person: Person, *, secret: str) -> str:
    """A signed token for this one purpose. It stands for the account as it is now, so that it works once."""
    return _verification_signer(secret).dumps([person.id, _verification_state(person)])


def find_by_verification_token(token: str, *, secret: str) -> Person | None:
    """The person whose address a token verifies; None where it is forged, too old, used, or overtaken by a later sign-up."""
    try:
        person_id, state = _verification_signer(secret).loads(token, max_age=int(VERIFICATION_LENGTH.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    person = db.session.get(Person, person_id)
    if person is None or person.disabled_at is not None or not hmac.compare_digest(state, _verification_state(person)):
        return None
    return person


def _verification_signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="accounts.verify")


def _verification_state(person: Person) -> str:
    state = f"{person.email}|{person.password_hash}|{person.email_verified_at}"
    return hashlib.sha256(state.encode()).hexdigest()[:24]


def verify_email(person: Person, *, now: datetime) -> None:
    """The person has shown that the address is theirs."""
    if person.email_verified_at is None:
        person.email_verified_at = now
        audit.record("account.verified", edition_id=None, actor_id=person.id, subject=f"person:{person.id}", now=now)


def refuse_guessing(email: str, origin: str, *, secret: str, now: datetime) -> None:
    """Raises TooMany where this account was tried too often from this address. Others reach the account as before."""
    account, source = _attempt_hashes(email, origin, secret)
    if (
        db.engine.dialect.name == "postgresql"
    ):  # Of many at the same moment each counts those before; SQLite has one writer.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(account[:15], 16)})
    tries = db.session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(
            SignInAttempt.account_hash == account,
            SignInAttempt.origin_hash == source,
            SignInAttempt.at > now - ATTEMPT_WINDOW,
        )
    )
    if (tries or 0) >= MOST_FAILED_ATTEMPTS:
        raise TooMany("sign_in_too_often", _l("För många försök. Vänta en minut och försök igen."))


def note_failed_attempt(email: str, origin: str, *, secret: str, now: datetime) -> None:
    """Counts a wrong password, and forgets old counts."""
    account, source = _attempt_hashes(email, origin, secret)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    db.session.add(SignInAttempt(account_hash=account, origin_hash=source, at=now))


def _attempt_hashes(email: str, origin: str, secret: str) -> tuple[str, str]:
    """Keyed hashes, so that the table of attempts tells nobody who tried from where."""

    def keyed(text: str) -> str:
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    return keyed(normalised_email(email)), keyed(origin)


def start_session(person: Person, *, device: str, now: datetime) -> str:
    """A new sign-in session; returns its token, of which the database keeps only a hash."""
    token = secrets.token_urlsafe(32)
    db.session.execute(
        delete(SignInSession).where(SignInSession.person_id == person.id, SignInSession.expires_at <= now)
    )
    db.session.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person.id,
            device=device[:200],
            created_at=now,
            expires_at=now + SESSION_LENGTH,
        )
    )
    return token


def end_session(session_id: int, *, person_id: int) -> None:
    """Signs one device of the person out; somebody else's session is left alone."""
    db.session.execute(
        delete(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person_id)
    )


def end_all_sessions(person_id: int) -> None:
    """Signs the person out everywhere."""
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person_id))


def grant_role(
    person: Person,
    role: Role,
    *,
    edition_id: int | None,
    organisation_id: int | None,
    actor_id: int | None,
    now: datetime,
) -> RoleAssignment:
    """Gives a role, and ends the person's sessions: what they may do is read anew. Given again, it changes the organisation alone."""
    held = db.session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.person_id == person.id, RoleAssignment.edition_id == edition_id, RoleAssignment.role == role
        )
    )
    if held is None:
        held = RoleAssignment(person_id=person.id, edition_id=edition_id, role=role)
        db.session.add(held)
    held.organisation_id = organisation_id
    end_all_sessions(person.id)
    audit.record(
        "role.granted",
        edition_id=edition_id,
        actor_id=actor_id,
        subject=f"person:{person.id}",
        now=now,
        role=role.value,
    )
    return held


def withdraw_role(person: Person, role: Role, *, edition_id: int | None, actor_id: int | None, now: datetime) -> None:
    """Takes a role away and ends the person's sessions."""
    db.session.execute(
        delete(RoleAssignment).where(
            RoleAssignment.person_id == person.id, RoleAssignment.edition_id == edition_id, RoleAssignment.role == role
        )
    )
    end_all_sessions(person.id)
    audit.record(
        "role.withdrawn",
        edition_id=edition_id,
        actor_id=actor_id,
        subject=f"person:{person.id}",
        now=now,
        role=role.value,
    )


def become_participant(person_id: int, *, edition_id: int, organisation_id: int | None) -> None:
    """Whoever registers takes part. The person's own act, so that sessions go on."""
    held = db.session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.edition_id == edition_id,
            RoleAssignment.role == Role.PARTICIPANT,
        )
    )
    if held is None:
        db.session.add(
            RoleAssignment(
                person_id=person_id, edition_id=edition_id, role=Role.PARTICIPANT, organisation_id=organisation_id
            )
        )
    else:
        held.organisation_id = organisation_id


def stop_participating(person_id: int, *, edition_id: int) -> None:
    """Whoever cancels takes part no more. The person's own act, so that sessions go on; other roles stay."""
    db.session.execute(
        delete(RoleAssignment).where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.edition_id == edition_id,
            RoleAssignment.role == Role.PARTICIPANT,
        )
    )


def describe_person(person: Person, *, name: str, locale: str) -> None:
    """The person's own name, and the language of letters to them."""
    person.name, person.locale = one_line(name), locale


def disable_person(person: Person, *, actor_id: int, now: datetime) -> None:
    """Shuts an account and ends its sessions; what the person wrote stays."""
    person.disabled_at = now
    end_all_sessions(person.id)
    audit.record("account.disabled", edition_id=None, actor_id=actor_id, subject=f"person:{person.id}", now=now)


def create_api_token(person: Person, *, name: str, now: datetime, valid_for: timedelta | None = None) -> str:
    """A token for programs; shown once, kept as a hash."""
    token = f"s360_{secrets.token_urlsafe(32)}"
    db.session.add(
        ApiToken(
            token_hash=token_hash(token),
            person_id=person.id,
            name=name,
            created_at=now,
            expires_at=now + valid_for if valid_for else None,
        )
    )
    return token
