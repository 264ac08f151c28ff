"""Loading the demo: what it replaces, what it leaves alone, and when it does nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import event, func, select
from sqlalchemy.orm import scoped_session

from hackathon.accounts.models import Person, RoleAssignment, SignInSession
from hackathon.accounts.passwords import password_fits
from hackathon.accounts.queries import find_account_by_session, find_person
from hackathon.accounts.services import start_session
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.jobs import Job, JobState
from hackathon.demo.accounts import DOMAIN
from hackathon.demo.loader import ensure_demo, load_demo, sign_in_lines, sign_ins
from hackathon.demo.people import make_people
from hackathon.events.models import Edition, Organisation
from hackathon.events.queries import find_edition
from hackathon.events.rules import EditionInfo
from hackathon.registration.models import Registration
from hackathon.registration.services import register
from tests.conftest import Clock
from tests.demo.canon import canon
from tests.factories import give_role, make_edition, make_member, make_organisation, make_person

Session = scoped_session[Any]


def demo_edition() -> EditionInfo:
    edition = find_edition("skills360")
    assert edition is not None
    return edition


def loads(session: Session) -> int:
    entries = select(func.count()).select_from(audit.AuditEntry).where(audit.AuditEntry.action == "demo.loaded")
    return session.scalar(entries) or 0


def test_load_leaves_other_editions_and_people_untouched(app: Flask, now: datetime) -> None:
    other = make_edition("another")
    make_member(Role.PARTICIPANT, other, organisation=make_organisation(other), email="anna@example.org")
    before = canon()
    load_demo("winner", now=now)
    load_demo("registration", now=now)
    after = canon()
    for table, rows in before.items():
        kept = [row for row in rows if row in after[table]]
        assert kept == rows, table


def test_load_keeps_the_editions_id_and_people_signed_in(db_session: Session, now: datetime) -> None:
    load_demo("teams", now=now)
    edition_id = demo_edition().id
    person = find_person(f"deltagare@{DOMAIN}")
    assert person is not None
    token = start_session(person, device="test", now=now)
    db_session.commit()
    load_demo("winner", now=now)
    assert demo_edition().id == edition_id
    account = find_account_by_session(token, now=now)
    assert account is not None
    assert account.person_id == person.id


def test_load_shuts_accounts_that_the_demo_has_no_more(db_session: Session, now: datetime) -> None:
    person = make_person(f"former@{DOMAIN}")
    start_session(person, device="test", now=now)
    load_demo("registration", now=now)
    assert db_session.get_one(Person, person.id).disabled_at is not None
    assert db_session.scalars(select(SignInSession)).all() == []


def test_load_keeps_roles_that_others_were_given(db_session: Session, now: datetime) -> None:
    load_demo("teams", now=now)
    edition = db_session.scalars(select(Edition)).one()
    organisation = db_session.scalars(select(Organisation).where(Organisation.name == "Skatteverket")).one()
    organiser, participant = make_person("organiser@example.org"), make_person("guest@example.org")
    give_role(organiser, Role.ORGANISER, edition, organisation)
    give_role(participant, Role.PARTICIPANT, edition, organisation)
    load_demo("ideas", now=now)
    kept = db_session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == organiser.id)).one()
    assert kept.organisation is not None
    assert kept.organisation.name == "Skatteverket"
    assert db_session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == participant.id)).all() == []


def test_load_frees_the_places_also_for_a_key_that_was_used(db_session: Session, now: datetime) -> None:
    load_demo("registration", now=now)
    make_people(1, now=now)
    person_id = db_session.scalars(select(Person.id).order_by(Person.id.desc()).limit(1)).one()
    for _ in range(2):
        answer = register(
            person_id, pool_key="agency", organisation_id=None, edition=demo_edition(), key="the same", now=now
        )
        assert answer.is_new
        assert answer.place.seat_no == 1
        load_demo("registration", now=now)
        assert db_session.scalars(select(Registration)).all() == []


def test_load_stops_jobs_of_the_edition(db_session: Session, now: datetime) -> None:
    load_demo("teams", now=now)
    job = Job(kind="teams.generate", arguments={}, edition_id=demo_edition().id, state=JobState.RUNNING, created_at=now)
    db_session.add(job)
    db_session.commit()
    load_demo("teams", now=now)
    assert job.state is JobState.CANCELLED
    assert job.cancel_requested


def test_load_with_an_unknown_stage_changes_nothing(db_session: Session, now: datetime) -> None:
    with pytest.raises(ValueError, match="no stage of the demo"):
        load_demo("later", now=now)
    assert db_session.scalars(select(Edition)).all() == []


def test_load_keeps_the_audit_chain_whole(app: Flask, now: datetime) -> None:
    load_demo("winner", now=now)
    load_demo("winner", now=now)
    assert audit.first_broken_entry() is None


def test_ensure_loads_once(db_session: Session, clock: Clock) -> None:
    ensure_demo("ideas")
    assert loads(db_session) == 1
    ensure_demo("ideas")
    clock.forward(hours=2)
    ensure_demo("ideas")
    assert loads(db_session) == 1


def test_ensure_asks_one_question_where_nothing_is_to_do(app: Flask) -> None:
    ensure_demo("ideas")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    ensure_demo("ideas")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([statement for statement in statements if not statement.startswith("BEGIN")]) == 1


def test_ensure_loads_anew_for_another_stage_and_on_another_day(db_session: Session, clock: Clock) -> None:
    ensure_demo("ideas")
    ensure_demo("teams")
    assert demo_edition().demo_stage == "teams"
    clock.forward(days=1)
    ensure_demo("teams")
    assert demo_edition().event_date == clock.moment.date()
    assert loads(db_session) == 3


def test_sign_ins_fit_and_are_shown(db_session: Session, now: datetime) -> None:
    load_demo("winner", now=now)
    lines = sign_in_lines()
    with force_locale("sv"):
        entries = sign_ins()
    assert len(entries) == len(lines) == 7
    for (_label, email, password), line in zip(entries, lines, strict=True):
        person = find_person(email)
        assert person is not None
        assert email in line
        assert password in line
    assert password_fits(db_session.scalars(select(Person.password_hash).limit(1)).one(), entries[0][2])


def test_command_loads_and_makes_people(app: Flask) -> None:
    runner = app.test_cli_runner()
    loaded = runner.invoke(args=["demo", "load", "--stage", "ideas"])
    assert loaded.exit_code == 0, loaded.output
    assert "ideas" in loaded.output
    people = runner.invoke(args=["demo", "people", "3"])
    assert people.exit_code == 0, people.output
    assert len(people.output.splitlines()) == 3
    assert runner.invoke(args=["demo", "load", "--stage", "later"]).exit_code == 2
