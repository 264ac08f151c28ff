"""The same key gives the same answer, also when fifty come at once."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from hackathon.core import audit
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.idempotency import once


@pytest.mark.usefixtures("app")
def test_second_call_answers_what_the_first_did(now: datetime) -> None:
    answers = [once("key", scope="test", actor_id=1, now=now, act=lambda n=n: str(n)) for n in range(3)]  # type: ignore[misc]
    assert answers == ["0", "0", "0"]


@pytest.mark.usefixtures("app")
def test_other_person_or_purpose_is_another_key(now: datetime) -> None:
    assert once("key", scope="test", actor_id=1, now=now, act=lambda: "a") == "a"
    assert once("key", scope="test", actor_id=2, now=now, act=lambda: "b") == "b"
    assert once("key", scope="other", actor_id=1, now=now, act=lambda: "c") == "c"


@pytest.mark.usefixtures("app")
def test_without_a_key_each_call_acts(now: datetime) -> None:
    assert once(None, scope="test", actor_id=1, now=now, act=lambda: "a") == "a"
    assert once("", scope="test", actor_id=1, now=now, act=lambda: "b") == "b"


def test_twelve_at_once_act_once(app: Flask, now: datetime) -> None:
    answers: list[str] = []
    gate = threading.Barrier(12)

    def act() -> str:
        entry = audit.record("test.acted", edition_id=None, actor_id=1, subject="test:1", now=now)
        return str(entry.id)

    def press() -> None:
        with app.app_context():
            gate.wait()
            answers.append(once("key", scope="test", actor_id=1, now=now, act=act))
            db.session.commit()

    threads = [threading.Thread(target=press) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
