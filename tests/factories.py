"""Makes what tests need: an edition with pools and sectors, people, roles, sign-in. Each commits, as a feature would."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.services import start_session
from hackathon.accounts.sessions import COOKIE_KEY
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Organisation, Phase, PhaseKind, Pool, Sector
from hackathon.workshops.models import ChallengeQuestion

NOW = datetime(2026, 9, 11, 7, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def make_edition(
    slug: str = "skills360",
    *,
    capacity: int = 40,
    open_phases: tuple[str, ...] = tuple(PhaseKind),
    now: datetime = NOW,
    team_count: int = 16,
    questions: int = 2,
) -> Edition:
    """An edition with two pools of `capacity`, five agency sectors, one external sector, and `questions` questions.

    Phases named in `open_phases` opened a day ago and close in a week; all others open in a month.
    """
    edition = Edition(
        slug=slug,
        name="Skills360",
        venue="Salen",
        city="Stockholm",
        event_date=date(2026, 9, 11),
        team_count=team_count,
    )
    db.session.add(edition)
    db.session.flush()
    agency = Pool(
        edition_id=edition.id, key="agency", name_sv="Myndighet", name_en="Agency", capacity=capacity, position=1
    )
    external = Pool(
        edition_id=edition.id,
        key="external",
        name_sv="Näringsliv & andra",
        name_en="Business & others",
        capacity=capacity,
        position=2,
    )
    db.session.add_all([agency, external])
    db.session.flush()
    for number in range(1, 6):
        db.session.add(
            Sector(
                edition_id=edition.id, pool_id=agency.id, key=f"S{number}", letter=str(number),
                name_sv=f"Sektor {number}", name_en=f"Sector {number}", position=number,
            )
        )  # fmt: skip
    db.session.add(
        Sector(
            edition_id=edition.id, pool_id=external.id, key="technology", letter="N",
            name_sv="Teknik", name_en="Technology", position=6,
        )
    )  # fmt: skip
    for kind in PhaseKind:
        opens = now - timedelta(days=1) if kind.value in open_phases else now + timedelta(days=30)
        db.session.add(Phase(edition_id=edition.id, kind=kind, opens_at=opens, closes_at=opens + timedelta(days=8)))
    for number in range(1, questions + 1):
        db.session.add(
            ChallengeQuestion(
                edition_id=edition.id, number=number, title_sv=f"Fråga {number}?", title_en=f"Question {number}?",
                text_sv="Bakgrund.", text_en="Background.", teams_min=0, teams_max=team_count,
            )
        )  # fmt: skip
    db.session.commit()
    return edition


def sector_of(edition: Edition, key: str) -> Sector:
    """The edition's sector with this key, such as "S4" or "technology"."""
    return db.session.query(Sector).filter_by(edition_id=edition.id, key=key).one()


def make_organisation(edition: Edition, name: str = "", *, sector: str = "S1") -> Organisation:
    """An organisation of the edition in the sector with this key."""
    organisation = Organisation(
        edition_id=edition.id, sector_id=sector_of(edition, sector).id, name=name or f"Organisation {next(_numbers)}"
    )
    db.session.add(organisation)
    db.session.commit()
    return organisation


def make_person(email: str = "", *, name: str = "", verified: bool = True, password_hash: str | None = None) -> Person:
    """Somebody with an account; no password unless one is given, so that nothing is hashed."""
    number = next(_numbers)
    person = Person(
        email=email or f"person{number}@example.org",
        name=name or f"Person {number}",
        password_hash=password_hash,
        email_verified_at=NOW if verified else None,
        created_at=NOW,
    )
    db.session.add(person)
    db.session.commit()
    return person


def give_role(person: Person, role: Role, edition: Edition | None, organisation: Organisation | None = None) -> None:
    """What a person is in an edition; without edition: on the platform."""
    db.session.add(
        RoleAssignment(
            person_id=person.id,
            edition_id=edition.id if edition else None,
            role=role,
            organisation_id=organisation.id if organisation else None,
        )
    )
    db.session.commit()


def sign_in(client: FlaskClient, person: Person, *, now: datetime = NOW) -> FlaskClient:
    """Signs the client in as this person, past the form. Returns the client."""
    token = start_session(person, device="test", now=now)
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[COOKIE_KEY] = token
    return client


def make_member(role: Role, edition: Edition, *, organisation: Organisation | None = None, email: str = "") -> Person:
    """A new person with a role in the edition."""
    person = make_person(email)
    give_role(person, role, edition, organisation)
    return person
