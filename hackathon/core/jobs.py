"""Work that runs outside the request. The Job row is the truth; the queue only wakes a worker.

A queue that loses a message, a worker that is killed, a web process that dies between the commit and the call of the
queue: in each case the row still says what is to be done, and `reap` takes it up again or ends it with a message.
"""

from __future__ import annotations

import enum
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from psycopg import Connection
from sqlalchemy import Index, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from config import Settings
from hackathon.core import clock
from hackathon.core.db import db
from hackathon.core.model import Identified, enum_type

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 2.0
LOST_AFTER = timedelta(seconds=12)
FORGOTTEN_AFTER = timedelta(seconds=10)
MOST_ATTEMPTS = 2


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Job(Identified):
    """One piece of work: what, for whom, how far it has come."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_heartbeat", "state", "heartbeat_at"),)

    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    edition_id: Mapped[int | None]
    person_id: Mapped[int | None]
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any] | None]
    problem: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JobRun:
    """What a handler gets: its arguments, a way to report, and the question whether to stop."""

    def __init__(self, job_id: int, arguments: dict[str, Any], person_id: int | None) -> None:
        self.job_id, self.arguments, self.person_id = job_id, arguments, person_id
        self._cancelled = threading.Event()

    def cancelled(self) -> bool:
        """Whether somebody asked for the job to stop; learnt at each heartbeat."""
        return self._cancelled.is_set()

    def report(self, progress: dict[str, Any]) -> None:
        """Writes how far the work has come, in a transaction of its own. Call it between transactions."""
        moment = clock.now()
        db.session.execute(update(Job).where(Job.id == self.job_id).values(progress=progress, heartbeat_at=moment))
        db.session.commit()

    def beat(self) -> None:
        """Says that the work is alive and learns whether to stop."""
        mine = (Job.id == self.job_id, Job.state == JobState.RUNNING)
        db.session.execute(update(Job).where(*mine).values(heartbeat_at=clock.now()))
        db.session.commit()
        if db.session.scalar(select(Job.cancel_requested).where(*mine)) is not False:
            self._cancelled.set()  # Asked to stop, or no longer ours.
        db.session.rollback()


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done, and what is to be told where it cannot be."""

    run: Callable[[JobRun], dict[str, Any] | None]
    failed: Callable[[dict[str, Any], str, datetime], None] | None = None
    """Called with the arguments, a sentence and the time, in the transaction that ends the job as failed."""


HANDLERS: dict[str, Handler] = {}


def enqueue(
    kind: str, arguments: dict[str, Any], *, person_id: int | None, edition_id: int | None, now: datetime
) -> Job:
    """Writes a job in the transaction at hand. Call `wake` with its id after the commit; a forgotten call is made good by `reap`."""
    if kind not in HANDLERS:
        raise LookupError(f"no handler is registered for jobs of kind {kind!r}")
    job = Job(kind=kind, arguments=arguments, person_id=person_id, edition_id=edition_id, created_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def wake(job_id: int) -> None:
    """Tells a worker that the job is there. A queue that does not answer is logged; the job stays and is found by `reap`."""
    try:
        current_app.extensions["job_queue"].send(job_id)
    except Exception:
        log.exception("the queue did not take job %s; the reaper will", job_id)


def request_cancel(job: Job, *, now: datetime) -> None:
    """Asks a job to stop; one that has not begun is cancelled at once."""
    job.cancel_requested = True
    if job.state is JobState.QUEUED:
        job.state, job.ended_at = JobState.CANCELLED, now


def perform(job_id: int) -> None:
    """Does one job, if it is still to be done and nobody else has taken it. Needs an application context."""
    taken = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(state=JobState.RUNNING, attempts=Job.attempts + 1, started_at=clock.now(), heartbeat_at=clock.now())
        .returning(Job.kind, Job.arguments, Job.person_id)
    ).one_or_none()
    db.session.commit()
    if taken is None:
        return
    run = JobRun(job_id, taken.arguments, taken.person_id)
    stop = threading.Event()
    heart = threading.Thread(target=_keep_beating, args=(current_app._get_current_object(), run, stop), daemon=True)  # type: ignore[attr-defined]
    heart.start()
    try:
        result = HANDLERS[taken.kind].run(run)
    except Exception as error:
        log.exception("job %s (%s) failed", job_id, taken.kind)
        db.session.rollback()
        _end(job_id, JobState.FAILED, problem=f"{type(error).__name__}: {error}"[:500])
    else:
        _end(job_id, JobState.CANCELLED if run.cancelled() else JobState.DONE, result=result)
    finally:
        stop.set()
        heart.join()


def _keep_beating(app: Flask, run: JobRun, stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT_SECONDS):
        with app.app_context():
            try:
                run.beat()
            except Exception:  # The next beat may succeed; the reaper judges.
                log.exception("job %s could not write its heartbeat", run.job_id)


def _end(job_id: int, state: JobState, *, result: dict[str, Any] | None = None, problem: str = "") -> None:
    moment = clock.now()
    ended = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(state=state, result=result, problem=problem, ended_at=moment)
        .returning(Job.kind, Job.arguments)
    ).one_or_none()
    if ended is not None and state is JobState.FAILED:
        _tell_failed(ended.kind, ended.arguments, problem, moment)
    db.session.commit()


def _tell_failed(kind: str, arguments: dict[str, Any], problem: str, now: datetime) -> None:
    tell = HANDLERS[kind].failed if kind in HANDLERS else None
    if tell is not None:
        tell(arguments, problem, now)


def reap(*, now: datetime) -> int:
    """Takes up jobs whose worker is gone or that no worker was told of; ends those that were tried often enough.

    Returns how many jobs it touched.
    """
    lost = or_(
        (Job.state == JobState.RUNNING) & (Job.heartbeat_at < now - LOST_AFTER),
        (Job.state == JobState.QUEUED) & (Job.created_at < now - FORGOTTEN_AFTER),
    )
    ids = list(db.session.scalars(select(Job.id).where(lost)))
    db.session.rollback()
    for job_id in ids:
        job = db.session.scalar(select(Job).where(Job.id == job_id, lost).with_for_update(skip_locked=True))
        if job is None:
            db.session.rollback()
            continue
        if job.cancel_requested:
            job.state, job.ended_at = JobState.CANCELLED, now
        elif job.attempts >= MOST_ATTEMPTS:
            job.state, job.ended_at = JobState.FAILED, now
            job.problem = (
                "Arbetet avbröts två gånger. Starta det igen; händer det på nytt, säg till den som driver servern."
            )
            _tell_failed(job.kind, job.arguments, job.problem, now)
        else:
            job.state = JobState.QUEUED
        db.session.commit()
        if job.state is JobState.QUEUED:
            wake(job_id)
    return len(ids)


class JsonSerializer(Serializer):
    """Messages as JSON: an id travels, never a pickle."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, data.args[0]]).encode()

    def _deserialize(self, data: bytes) -> Message:
        message_id, name, job_id = json.loads(data)
        return Message(message_id, name, args=(job_id,), kwargs={}, retries=0, retry_delay=0)


class JobQueue:
    """huey with one task: do the job with this id."""

    def __init__(self, app: Flask) -> None:
        settings: Settings = app.config["SETTINGS"]
        self._connections: dict[threading.Thread, list[Connection[Any]]] = {}
        common = {"results": False, "serializer": JsonSerializer()}
        if settings.is_sqlite:
            # Not WAL: the queue uses the system's SQLite, whose WAL has a known fault.
            self.huey: Huey = SqliteHuey(
                "skills360", filename=str(settings.queue_path), journal_mode="delete", **common
            )
        else:
            self._dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
            self.huey = PostgresHuey("skills360", connection=self._connect, **common)

        def perform_job(job_id: int) -> None:
            with app.app_context():
                perform(job_id)

        self._task = self.huey.task()(perform_job)

    def send(self, job_id: int) -> None:
        self._task(job_id)

    def _connect(self) -> Connection[Any]:
        """A connection for the thread that asks. huey leaves those of threads that have ended open; here they are closed."""
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._close_of(thread)
        connection = psycopg.connect(self._dsn)
        self._connections.setdefault(threading.current_thread(), []).append(connection)
        return connection

    def _close_of(self, thread: threading.Thread) -> None:
        for connection in self._connections.pop(thread, []):
            connection.close()

    def close(self) -> None:
        """Gives back all connections, those of other threads too: call it when nobody uses the queue any more."""
        self.huey.storage.close()
        for thread in list(self._connections):
            self._close_of(thread)


def init_app(app: Flask) -> None:
    """Gives the application its queue, made at the first use: most processes never need it."""
    app.extensions["job_queue"] = _LazyQueue(app)


class _LazyQueue:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._queue: JobQueue | None = None
        self._lock = threading.Lock()

    def get(self) -> JobQueue:
        with self._lock:
            if self._queue is None:
                self._queue = JobQueue(self._app)
        return self._queue

    def send(self, job_id: int) -> None:
        self.get().send(job_id)

    def close(self) -> None:
        """Gives back the queue's connection."""
        if self._queue is not None:
            self._queue.close()
            self._queue = None
