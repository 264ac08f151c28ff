"""Links by mail that stand for their reader: a new password, or a sign-in. Each works once and for a short while.

A link is a signed note of the account as it is; using any link changes the account, so that all earlier ones are dead.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from hackathon.accounts import mail
from hackathon.accounts.models import Person
from hackathon.accounts.queries import find_person
from hackathon.accounts.rules import RESET_LENGTH, SIGN_IN_LINK_LENGTH
from hackathon.accounts.services import end_all_sessions, verify_email
from hackathon.core import audit
from hackathon.core.db import db


class Purpose(enum.StrEnum):
    """What a link is for. The values are the names of its letter and its page."""

    RESET = "reset"
    SIGN_IN = "sign_in_link"


LENGTHS: dict[Purpose, timedelta] = {Purpose.RESET: RESET_LENGTH, Purpose.SIGN_IN: SIGN_IN_LINK_LENGTH}


def send_link(email: str, purpose: Purpose, *, secret: str, now: datetime) -> None:
    """Mails a link to the account with this address, if there is one; whoever asked is not told."""
    person = find_person(email)
    if person is None or person.disabled_at is not None:
        return
    token = _signer(secret, purpose).dumps([person.id, _state(person)])
    mail.post_link(person, purpose.value, token=str(token), now=now)


def find_by_link(token: str, purpose: Purpose, *, secret: str) -> Person | None:
    """Whom a link stands for, locked until the transaction ends; None where it is forged, too old or used."""
    try:
        person_id, state = _signer(secret, purpose).loads(token, max_age=int(LENGTHS[purpose].total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    locked = select(Person).where(Person.id == person_id).with_for_update()
    person = db.session.scalar(locked.execution_options(populate_existing=True))
    if person is None or person.disabled_at is not None or not hmac.compare_digest(state, _state(person)):
        return None
    return person


def use_sign_in_link(person: Person, *, now: datetime) -> None:
    """The reader of the mail signs in: the address is theirs, and the link is used up."""
    person.link_serial += 1
    verify_email(person, now=now)


def set_password(person: Person, *, password_hash: str, now: datetime) -> None:
    """A new password, chosen by the reader of the mail. All devices are signed out."""
    person.link_serial += 1
    person.password_hash = password_hash
    verify_email(person, now=now)
    end_all_sessions(person.id)
    audit.record("account.password_set", edition_id=None, actor_id=person.id, subject=f"person:{person.id}", now=now)


def _signer(secret: str, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"accounts.{purpose.value}")


def _state(person: Person) -> str:
    state = f"{person.email}|{person.password_hash}|{person.email_verified_at}|{person.link_serial}"
    return hashlib.sha256(state.encode()).hexdigest()[:24]
