"""The worker: does jobs as they come, and every few seconds what is due (lost jobs, mail)."""

from __future__ import annotations

import logging
import threading

from flask import Flask

from config import Settings
from hackathon.core import clock
from hackathon.core.db import db
from hackathon.core.jobs import reap
from hackathon.core.outbox import deliver_due
from hackathon.registration.jobs import expire_due_offers
from hackathon.registration.needs import delete_due_needs

log = logging.getLogger(__name__)
TICK_SECONDS = 3.0
LONGEST_POLL_SECONDS = 0.4


def work(app: Flask) -> None:
    """Runs until SIGINT or SIGTERM, in this process's main thread."""
    settings: Settings = app.config["SETTINGS"]
    stop = threading.Event()
    ticker = threading.Thread(target=_tick, args=(app, stop), daemon=True)
    ticker.start()
    huey = app.extensions["job_queue"].get().huey
    consumer = huey.create_consumer(
        workers=max(settings.job_workers, 1), worker_type="thread", periodic=False, max_delay=LONGEST_POLL_SECONDS
    )
    try:
        consumer.run()
    finally:
        stop.set()


def _tick(app: Flask, stop: threading.Event) -> None:
    while not stop.wait(TICK_SECONDS):
        with app.app_context():
            try:
                do_what_is_due(app)
            except Exception:  # The next tick tries again; a database that is away must not end the worker.
                log.exception("what is due could not be done")
                db.session.rollback()


def do_what_is_due(app: Flask) -> None:
    """One tick: jobs that lost their worker, offers of places that ran out, needs that are to be deleted, and mail."""
    settings: Settings = app.config["SETTINGS"]
    reap(now=clock.now())
    expire_due_offers(now=clock.now())
    delete_due_needs(today=clock.now().date())
    deliver_due(mail_url=settings.mail_url, sender=settings.mail_sender, now=clock.now())
