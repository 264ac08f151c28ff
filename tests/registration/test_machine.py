"""Random sequences of acts on places: 2,000 on SQLite and 300 on PostgreSQL; `make bench` runs 10,000 longer ones on both."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from hackathon.core.db import db
from hackathon.registration import seating
from hackathon.registration.models import Registration
from tests.registration.machine import run_machine

SEQUENCES = {"sqlite": 2_000, "postgresql": 300}
STEPS = 5


def test_no_sequence_of_acts_breaks_the_rules_of_places(app: Flask) -> None:
    run_machine(SEQUENCES[db.engine.dialect.name], steps=STEPS)


def test_the_machine_finds_a_line_in_the_wrong_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the last in line served first, the machine must fail."""
    monkeypatch.setattr(seating, "first_in_line", last_in_line)
    with pytest.raises(AssertionError):
        run_machine(200, steps=STEPS, shrink=False)


def last_in_line(pool_id: int, _ceiling: int | None) -> Registration | None:
    waiting = select(Registration).where(Registration.pool_id == pool_id, Registration.line_no.is_not(None))
    return db.session.scalar(waiting.order_by(Registration.line_no.desc()).limit(1))
