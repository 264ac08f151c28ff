"""Erasing somebody who wishes it. The seat goes on, what is private is deleted, and what is public stays without a name.

Published ideas and comments, results and the log of acts belong to the event's record; the person in them becomes nobody.
Each erasure is noted in a file beside the database (an id and a hash), so that it can be done again after a restore.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from hackathon.accounts.factors import forget_factors, holds_guarded_role
from hackathon.accounts.models import ApiToken, Person, RoleAssignment, SsoIdentity
from hackathon.core import audit
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition
from hackathon.events.queries import find_edition
from hackathon.ideas.models import IdeaMention, IdeaSupport, SavedView
from hackathon.registration import seating
from hackathon.registration.models import Acquaintance, Invitation, Need, NeedsReader, Profile, Registration
from hackathon.registration.rules import RegistrationState
from hackathon.registration.services import cancel

log = logging.getLogger(__name__)
LEDGER = "erasures.txt"


def erase_person(person_id: int, *, now: datetime) -> str:
    """Erases somebody, in the transaction at hand; returns the line for the ledger, to be written after the commit.

    Raises Conflict for organisers and administrators, whose role somebody else takes over first.
    """
    person = seating.lock_person(person_id)
    if holds_guarded_role(person_id):
        raise Conflict(
            "role_first",
            _l("Du är arrangör eller administratör. Låt någon annan ta över rollen, och radera kontot sedan."),
        )
    line = f"{person_id},{_mark(person.email)}"
    _give_up_places(person, now)
    _delete_private(person, now)
    _delete_words_about(person_id)
    person.name, person.email = "Borttagen person", f"erased-{person_id}@erased.invalid"
    person.password_hash, person.email_verified_at, person.disabled_at = None, None, person.disabled_at or now
    audit.record("account.erased", edition_id=None, actor_id=person_id, subject=f"person:{person_id}", now=now)
    db.session.flush()
    return line


def _give_up_places(person: Person, now: datetime) -> None:
    held = select(Edition.slug).join(Registration, Registration.edition_id == Edition.id)
    active = (Registration.person_id == person.id, Registration.state != RegistrationState.CANCELLED)
    for slug in db.session.scalars(held.where(*active)).all():
        edition = find_edition(slug)
        if edition is not None:
            cancel(person.id, edition=edition, now=now)
    db.session.execute(update(Registration).where(Registration.person_id == person.id).values(organisation_id=None))


def _delete_private(person: Person, now: datetime) -> None:
    forget_factors(person, now=now)
    for profile in db.session.scalars(select(Profile).where(Profile.person_id == person.id)).all():
        db.session.delete(profile)
    db.session.flush()
    for model in (ApiToken, SsoIdentity, RoleAssignment, IdeaSupport, IdeaMention, SavedView, Need, NeedsReader):
        db.session.execute(delete(model).where(model.person_id == person.id))
    for kept in (Invitation, Acquaintance):
        db.session.execute(delete(kept).where(kept.email == person.email))
    db.session.execute(delete(Mail).where(Mail.recipient == person.email))


def _delete_words_about(person_id: int) -> None:
    """Reasons that somebody wrote about the person; the log's chain stands on ids and codes alone."""
    places = db.session.scalars(select(Registration.id).where(Registration.person_id == person_id)).all()
    subjects = [f"person:{person_id}", *(f"registration:{place}" for place in places)]
    entries = select(AuditEntry.id).where(AuditEntry.subject.in_(subjects))
    db.session.execute(delete(AuditNote).where(AuditNote.entry_id.in_(entries)))


# --- after a restore --------------------------------------------------------------------------------------------------


def note_erasure(line: str, folder: Path) -> None:
    """Writes an erasure that was committed into the ledger, which no backup of the database takes back."""
    with (folder / LEDGER).open("a", encoding="ascii") as ledger:
        ledger.write(f"{line}\n")


def replay_erasures(folder: Path, *, now: datetime) -> int:
    """Erases again whom a restored backup has brought back, each in a transaction of its own; returns how many."""
    ledger = folder / LEDGER
    again = 0
    for line in ledger.read_text(encoding="ascii").splitlines() if ledger.exists() else ():
        person_id, _, mark = line.partition(",")
        person = db.session.get(Person, int(person_id), populate_existing=True)
        if person is not None and _mark(person.email) == mark:
            erase_person(person.id, now=now)
            again += 1
        db.session.commit()
    return again


def _mark(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()
