"""Jobs: done once, cancelled, failed with a sentence, and taken up again when their worker is gone."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hackathon.core import jobs
from hackathon.core.db import db
from hackathon.core.jobs import HANDLERS, Handler, Job, JobRun, JobState, enqueue, perform, reap, request_cancel
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("app")
told: list[tuple[dict[str, Any], str]] = []


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    told.clear()

    def succeed(run: JobRun) -> dict[str, Any]:
        run.report({"half": True})
        return {"doubled": run.arguments["n"] * 2}

    def fail(_run: JobRun) -> None:
        raise ValueError("the roof is leaking")

    def wait(run: JobRun) -> None:
        deadline = time.monotonic() + 10
        while not run.cancelled() and time.monotonic() < deadline:
            time.sleep(0.01)

    def tell(arguments: dict[str, Any], problem: str, _now: datetime) -> None:
        told.append((arguments, problem))

    monkeypatch.setitem(HANDLERS, "test.succeed", Handler(succeed))
    monkeypatch.setitem(HANDLERS, "test.fail", Handler(fail, failed=tell))
    monkeypatch.setitem(HANDLERS, "test.wait", Handler(wait))


def make_job(kind: str, now: datetime) -> int:
    job = enqueue(kind, {"n": 21}, person_id=None, edition_id=None, now=now)
    job_id = job.id
    db.session.commit()
    return job_id


def fetch(job_id: int) -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.id == job_id).execution_options(populate_existing=True)).one()


def test_job_is_done_with_progress_and_result(now: datetime) -> None:
    job_id = make_job("test.succeed", now)
    perform(job_id)
    job = fetch(job_id)
    assert (job.state, job.result, job.progress) == (JobState.DONE, {"doubled": 42}, {"half": True})


def test_job_is_done_once_only(now: datetime) -> None:
    job_id = make_job("test.succeed", now)
    perform(job_id)
    perform(job_id)
    assert fetch(job_id).attempts == 1


def test_failing_job_says_why_and_tells_its_feature(now: datetime) -> None:
    job_id = make_job("test.fail", now)
    perform(job_id)
    job = fetch(job_id)
    assert job.state is JobState.FAILED
    assert "the roof is leaking" in job.problem
    assert told == [({"n": 21}, "ValueError: the roof is leaking")]


def test_unknown_kind_is_refused_at_once(now: datetime) -> None:
    with pytest.raises(LookupError, match=r"no\.such"):
        enqueue("no.such", {}, person_id=None, edition_id=None, now=now)


def test_cancel_before_it_begins(now: datetime) -> None:
    job_id = make_job("test.succeed", now)
    request_cancel(fetch(job_id), now=now)
    db.session.commit()
    perform(job_id)
    assert fetch(job_id).state is JobState.CANCELLED
    assert fetch(job_id).result is None


def test_cancel_while_it_runs(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.02)
    job_id = make_job("test.wait", now)

    import threading

    def run() -> None:
        with app.app_context():
            perform(job_id)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 5
    while fetch(job_id).state is not JobState.RUNNING and time.monotonic() < deadline:
        time.sleep(0.01)
    request_cancel(fetch(job_id), now=now)
    db.session.commit()
    thread.join(8)
    assert not thread.is_alive()
    assert fetch(job_id).state is JobState.CANCELLED


def lose(job_id: int, clock: Clock) -> None:
    """The worker took the job and was killed."""
    job = fetch(job_id)
    job.state, job.attempts, job.heartbeat_at = JobState.RUNNING, job.attempts + 1, clock()
    db.session.commit()
    clock.forward(seconds=13)


def test_lost_job_is_taken_up_once_and_then_ends_with_a_message(
    now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    job_id = make_job("test.fail", now)
    lose(job_id, clock)
    assert reap(now=clock()) == 1
    assert fetch(job_id).state is JobState.QUEUED
    assert woken == [job_id]
    lose(job_id, clock)
    assert reap(now=clock()) == 1
    job = fetch(job_id)
    assert job.state is JobState.FAILED
    assert "Starta det igen" in job.problem
    assert len(told) == 1


def test_job_that_beats_is_left_alone(now: datetime, clock: Clock) -> None:
    job_id = make_job("test.fail", now)
    lose(job_id, clock)
    job = fetch(job_id)
    job.heartbeat_at = clock()
    db.session.commit()
    assert reap(now=clock()) == 0


def test_job_that_no_worker_heard_of_is_sent_again(
    now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    job_id = make_job("test.succeed", now)
    assert reap(now=clock()) == 0
    clock.forward(seconds=11)
    reap(now=clock())
    assert woken == [job_id]


def test_queue_that_is_away_does_not_fail_the_request(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def send(self, _job_id: int) -> None:
            raise OSError("disk full")

    monkeypatch.setattr(app.extensions["job_queue"], "get", Broken)
    job_id = make_job("test.succeed", now)
    jobs.wake(job_id)
    assert fetch(job_id).state is JobState.QUEUED


def test_message_in_the_queue_is_json_with_an_id(app: Flask, now: datetime) -> None:
    queue = app.extensions["job_queue"].get()
    job_id = make_job("test.succeed", now)
    queue.send(job_id)
    [message] = queue.huey.pending()
    assert message.args == (job_id,)
    assert b"pickle" not in queue.huey.serialize_task(message)
    queue.huey.execute(queue.huey.dequeue())
    assert fetch(job_id).state is JobState.DONE


def test_queue_gives_back_the_connections_of_other_threads(app: Flask) -> None:
    """huey leaves those that it listens on to the garbage collector, which complains in the midst of another test."""
    if app.config["SETTINGS"].is_sqlite:
        pytest.skip("on SQLite the queue is a file without connections")
    lazy = app.extensions["job_queue"]
    queue, opened = lazy.get(), []
    listen = threading.Thread(target=lambda: opened.append(queue.huey.storage._listen_conn()))
    listen.start()
    listen.join()
    [connection] = opened
    assert not connection.closed
    lazy.close()
    assert connection.closed
