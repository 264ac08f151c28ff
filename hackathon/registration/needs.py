"""Diet and accessibility needs: apart from the profile, sealed, read by the named alone, counted for caterers, deleted in time.

They are health data and may tell of belief (GDPR, article 9). Whoever reads them is written into the audit log; what they
say is in no log, no export and no other table.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db, reading
from hackathon.core.errors import Forbidden, Invalid
from hackathon.core.sealing import seal, unseal
from hackathon.events.rules import EditionInfo
from hackathon.registration import seating
from hackathon.registration.models import Need, NeedsReader, Registration
from hackathon.registration.rules import SEATED, needs_deleted_on

READER_ROLES = (Role.ORGANISER, Role.FACILITATOR)


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody needs; the keys are those of `rules.Diet` and `rules.Access`."""

    diet: tuple[str, ...] = ()
    diet_text: str = ""
    access: tuple[str, ...] = ()
    access_text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.diet or self.diet_text or self.access or self.access_text)


# --- the own needs ----------------------------------------------------------------------------------------------------


def save_needs(person_id: int, needs: Needs, *, edition: EditionInfo) -> None:
    """Keeps the person's needs; none at all are not kept."""
    seating.lock_person(person_id)
    forget_needs(person_id, edition_id=edition.id)
    if not needs.is_empty:
        db.session.add(
            Need(
                edition_id=edition.id, person_id=person_id, sealed=seal(json.dumps(asdict(needs))),
                delete_on=needs_deleted_on(edition.event_date),
            )
        )  # fmt: skip
    db.session.flush()


def read_own_needs(person_id: int, *, edition_id: int) -> Needs:
    """What the person has written; nothing where nothing is kept."""
    mine = select(Need.sealed).where(Need.edition_id == edition_id, Need.person_id == person_id)
    sealed = db.session.scalar(mine)
    return _open(sealed) if sealed else Needs()


def forget_needs(person_id: int, *, edition_id: int) -> None:
    """Deletes the person's needs: asked for, or no longer of use."""
    db.session.execute(delete(Need).where(Need.edition_id == edition_id, Need.person_id == person_id))


# --- for those who see to them ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonsNeeds:
    """A line of the list that the named read."""

    name: str
    needs: Needs


@dataclass(frozen=True, slots=True)
class Counts:
    """What caterers and the venue are told: how many, never who."""

    people: int
    answered: int
    diet: dict[str, int]
    access: dict[str, int]


def count_needs(edition_id: int) -> Counts:
    """Counts over everybody who has a seat."""
    needs = [row.needs for row in _seated(edition_id)]
    people = select(func.count()).select_from(Registration)
    here = (Registration.edition_id == edition_id, Registration.state.in_(SEATED))
    return Counts(
        db.session.scalar(people.where(*here)) or 0, len(needs),
        dict(Counter(kind for need in needs for kind in need.diet)),
        dict(Counter(kind for need in needs for kind in need.access)),
    )  # fmt: skip


def read_needs(reader_id: int, *, edition_id: int, now: datetime) -> list[PersonsNeeds]:
    """Everybody's needs, for somebody who is named for it; that they were read is logged.

    Raises Forbidden for everybody else, organisers included.
    """
    if not is_reader(reader_id, edition_id=edition_id):
        raise Forbidden(
            "not_named", _l("Bara de som är utsedda läser behoven. Be en arrangör utse dig om du ska göra det.")
        )
    audit.record("needs.read", edition_id=edition_id, actor_id=reader_id, subject=f"edition:{edition_id}", now=now)
    return _seated(edition_id)


def is_reader(person_id: int, *, edition_id: int) -> bool:
    return db.session.get(NeedsReader, (edition_id, person_id)) is not None


def list_readers(edition_id: int) -> Sequence[Person]:
    """Those who are named, by name."""
    named = select(Person).join(NeedsReader, NeedsReader.person_id == Person.id)
    return db.session.scalars(named.where(NeedsReader.edition_id == edition_id).order_by(Person.name)).all()


def list_candidates(edition_id: int) -> Sequence[Person]:
    """Organisers and facilitators of the edition, by name: those who can be named."""
    held = select(RoleAssignment.person_id).where(
        RoleAssignment.edition_id == edition_id, RoleAssignment.role.in_(READER_ROLES)
    )
    return db.session.scalars(select(Person).where(Person.id.in_(held)).order_by(Person.name, Person.id)).all()


def name_readers(person_ids: Sequence[int], *, edition_id: int, actor_id: int, now: datetime) -> None:
    """Says who reads needs from now on, in place of those before. Raises Invalid for anybody but organisers and facilitators."""
    if not set(person_ids) <= {person.id for person in list_candidates(edition_id)}:
        raise Invalid("not_a_candidate", _l("Bara arrangörer och processledare kan utses."))
    db.session.execute(delete(NeedsReader).where(NeedsReader.edition_id == edition_id))
    db.session.add_all(NeedsReader(edition_id=edition_id, person_id=person_id) for person_id in sorted(set(person_ids)))
    db.session.flush()
    for person_id in sorted(set(person_ids)):
        audit.record(
            "needs.reader_named", edition_id=edition_id, actor_id=actor_id, subject=f"person:{person_id}", now=now
        )


def delete_due_needs(*, today: date) -> int:
    """Deletes all needs whose day has come, in a transaction of its own; returns how many. Part of what the worker does."""
    with reading():
        due = db.session.scalar(select(Need.id).where(Need.delete_on <= today).limit(1))
        db.session.rollback()
    if due is None:
        return 0
    gone = db.session.scalars(delete(Need).where(Need.delete_on <= today).returning(Need.id)).all()
    db.session.commit()
    return len(gone)


def _seated(edition_id: int) -> list[PersonsNeeds]:
    rows = db.session.execute(
        select(Person.name, Need.sealed)
        .join(Need, Need.person_id == Person.id)
        .join(Registration, (Registration.person_id == Person.id) & (Registration.edition_id == Need.edition_id))
        .where(Need.edition_id == edition_id, Registration.state.in_(SEATED))
        .order_by(Person.name, Person.id)
    )
    return [PersonsNeeds(row.name, _open(row.sealed)) for row in rows]


def _open(sealed: str) -> Needs:
    said = json.loads(unseal(sealed))
    return Needs(tuple(said["diet"]), said["diet_text"], tuple(said["access"]), said["access_text"])
