"""Many at the same moment for few places, on a real database. Each race is first shown to happen without its guard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from hackathon.core.audit import AuditEntry
from hackathon.core.db import DatabaseBusy, db, reading
from hackathon.events.models import Pool
from hackathon.registration import seating
from hackathon.registration.models import Registration, RegistrationState
from hackathon.registration.services import register
from tests.factories import make_edition, make_person
from tests.registration.conftest import info

PEOPLE, SEATS = 30, 5
SEAT_CONSTRAINT = "uq_registration_edition_id_pool_id_seat_no"


def run_at_once(app: Flask, acts: list[Callable[[], None]]) -> list[Exception]:
    """Runs all acts in threads that start together, each in a transaction of its own; returns what went wrong."""
    barrier, failures = threading.Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act()
                db.session.commit()
            except (DBAPIError, DatabaseBusy) as error:
                db.session.rollback()
                failures.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@pytest.fixture
def stampede(app: Flask, now: datetime) -> list[Callable[[], None]]:
    """Thirty people who all want one of five places."""
    edition = make_edition(capacity=SEATS)
    known = info(edition)
    people = [make_person().id for _ in range(PEOPLE)]
    db.session.remove()

    def act(person_id: int) -> Callable[[], None]:
        def take() -> None:
            register(person_id, pool_key="agency", organisation_id=None, edition=known, key=f"k{person_id}", now=now)

        return take

    return [act(person_id) for person_id in people]


def seated() -> int:
    query = select(func.count()).select_from(Registration).where(Registration.state == RegistrationState.CONFIRMED)
    return db.session.scalar(query) or 0


def test_thirty_at_once_get_five_seats_and_a_line_in_order(app: Flask, stampede: list[Callable[[], None]]) -> None:
    assert run_at_once(app, stampede) == []
    rows = db.session.scalars(select(Registration)).all()
    assert sorted(row.seat_no for row in rows if row.seat_no) == list(range(1, SEATS + 1))
    assert sorted(row.line_no for row in rows if row.line_no) == list(range(1, PEOPLE - SEATS + 1))
    # The order in line is the order of commit, which the audit log has kept.
    subjects = db.session.scalars(
        select(AuditEntry.subject).where(AuditEntry.action == "registration.made").order_by(AuditEntry.id)
    )
    by_subject = {f"registration:{row.id}": row.line_no for row in rows}
    line = [by_subject[subject] for subject in subjects]
    assert line == [None] * SEATS + list(range(1, PEOPLE - SEATS + 1))


def test_one_person_at_thirty_devices_gets_one_place(app: Flask, now: datetime) -> None:
    edition, person_id = info(make_edition(capacity=SEATS)), make_person().id
    db.session.remove()

    def take() -> None:
        register(person_id, pool_key="agency", organisation_id=None, edition=edition, key=None, now=now)

    assert run_at_once(app, [take] * PEOPLE) == []
    assert seated() == 1


def test_one_key_sent_thirty_times_gets_one_place(app: Flask, now: datetime) -> None:
    edition, person_id = info(make_edition(capacity=SEATS)), make_person().id
    db.session.remove()

    def take() -> None:
        register(person_id, pool_key="agency", organisation_id=None, edition=edition, key="same", now=now)

    assert run_at_once(app, [take] * PEOPLE) == []
    assert seated() == 1


def test_without_the_lock_errors_do_occur(
    app: Flask, stampede: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: transactions that do not lock find the database, or their seat, taken."""
    remove_locks(app, monkeypatch)
    count_seats = seating.taken_seats

    def count_slowly(pool_id: int) -> set[int]:
        taken = count_seats(pool_id)
        time.sleep(0.05)
        return taken

    monkeypatch.setattr(seating, "taken_seats", count_slowly)

    def unlocked(act: Callable[[], None]) -> Callable[[], None]:
        def take() -> None:
            with reading():
                act()

        return take

    assert run_at_once(app, [unlocked(act) for act in stampede]) != []


def test_without_lock_and_seat_constraint_overselling_does_occur(
    app: Flask, stampede: list[Callable[[], None]], no_seat_constraint: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second negative control: whoever counts seats, lets go of the lock and then writes, sells too many."""
    remove_locks(app, monkeypatch)
    count_seats = seating.taken_seats

    def count_and_let_go(pool_id: int) -> set[int]:
        taken = count_seats(pool_id)
        db.session.commit()
        time.sleep(0.2)
        return taken

    monkeypatch.setattr(seating, "taken_seats", count_and_let_go)
    run_at_once(app, stampede)
    assert seated() > SEATS


def remove_locks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the lock is FOR UPDATE of the pool; SQLite's is how the transaction begins."""
    if db.engine.dialect.name == "postgresql":
        monkeypatch.setattr(seating, "lock_pool_by_id", lambda pool_id: db.session.get_one(Pool, pool_id))


@pytest.fixture
def no_seat_constraint(stampede: list[Callable[[], None]]) -> Iterator[None]:
    """Takes the constraint away, and puts it back: PostgreSQL's tables serve the next test too."""
    with db.engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("registration") as table:
            table.drop_constraint(SEAT_CONSTRAINT, type_="unique")
    yield
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("TRUNCATE registration CASCADE"))
            operations = Operations(MigrationContext.configure(connection))
            operations.create_unique_constraint(SEAT_CONSTRAINT, "registration", ["edition_id", "pool_id", "seat_no"])
