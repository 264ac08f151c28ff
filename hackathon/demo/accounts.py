"""The demo's accounts: kept in place from load to load, so that whoever is signed in stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from hackathon.accounts.models import ApiToken, Person, RoleAssignment, SignInSession
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.demo.rows import Row, add_identified, add_rows, read_pairs
from hackathon.demo.texts import Content, PersonText

DOMAIN = "demo.skills360.example"
PASSWORD = "skills360-demo"  # noqa: S105 - known to everybody, for an edition that is invented.
_NAMES = {
    "p01": "deltagare", "c1": "samordnare", "f1": "handledare", "j1": "domare", "o1": "arrangor1", "o2": "arrangor2", "a1": "admin",
}  # fmt: skip
"""Those whom people try the demo as are easy to remember; all others have their id as their address."""


def address_of(person: PersonText) -> str:
    """The person's e-mail address."""
    return f"{_NAMES.get(person.id, person.id)}@{DOMAIN}"


def sign_ins(content: Content) -> list[tuple[str, str, str]]:
    """Whom to try the demo as: what they are, in the language of the moment, e-mail, password."""
    shown = (
        (_("Deltagare"), content.participants[0]),
        (_("Samordnare"), content.coordinators[0]),
        (_("Handledare"), content.facilitators[0]),
        (_("Domare"), content.judges[0]),
        (_("Arrangör 1"), content.organisers[0]),
        (_("Arrangör 2"), content.organisers[1]),
        (_("Administratör"), content.administrators[0]),
    )
    return [(label, address_of(person), PASSWORD) for label, person in shown]


def keep_accounts(content: Content, *, password_hash: str, created_at: datetime) -> dict[str, int]:
    """Makes or renews everybody's account; returns their ids. Accounts of a former demo that are gone now are shut."""
    known = _find_accounts()
    rows: dict[str, Row] = {
        address_of(person): {
            "email": address_of(person),
            "name": person.name,
            "password_hash": password_hash,
            "locale": "sv",
            "email_verified_at": created_at,
            "disabled_at": None,
            "created_at": created_at,
        }
        for person in content.people
    }
    kept = [row | {"id": known[email]} for email, row in rows.items() if email in known]
    if kept:
        db.session.execute(update(Person), kept)
    new = [row for email, row in rows.items() if email not in known]
    known |= dict(zip((row["email"] for row in new), add_identified(Person, new), strict=True))
    _shut([known[email] for email in known.keys() - rows.keys()], now=created_at)
    return {person.id: known[address_of(person)] for person in content.people}


def _find_accounts() -> dict[str, int]:
    ours = select(Person.email, Person.id).where(Person.email.endswith(f"@{DOMAIN}", autoescape=True))
    return read_pairs(ours)


def _shut(person_ids: Sequence[int], *, now: datetime) -> None:
    """Shut and not deleted: other editions may speak of them."""
    if person_ids:
        db.session.execute(delete(SignInSession).where(SignInSession.person_id.in_(person_ids)))
        db.session.execute(delete(ApiToken).where(ApiToken.person_id.in_(person_ids)))
        db.session.execute(update(Person).where(Person.id.in_(person_ids)).values(disabled_at=now))


def grant_roles(
    content: Content, people: Mapping[str, int], organisations: Mapping[str, int], *, edition_id: int
) -> None:
    """What everybody but the participants is in the edition; participants become so by registering."""
    parts = (
        (Role.JUDGE, content.judges),
        (Role.ORGANISER, content.organisers),
        (Role.FACILITATOR, content.facilitators),
        (Role.COORDINATOR, content.coordinators),
    )
    rows: list[Row] = [
        role_row(people[person.id], edition_id, role, organisations[person.organisation])
        for role, group in parts
        for person in group
    ]
    for person in content.administrators:
        db.session.execute(
            delete(RoleAssignment).where(
                RoleAssignment.person_id == people[person.id], RoleAssignment.edition_id.is_(None)
            )
        )
        rows.append(role_row(people[person.id], None, Role.ADMINISTRATOR, None))
    add_rows(RoleAssignment, rows)


def role_row(person_id: int, edition_id: int | None, role: Role, organisation_id: int | None) -> Row:
    """One role of one person."""
    return {"person_id": person_id, "edition_id": edition_id, "role": role, "organisation_id": organisation_id}
