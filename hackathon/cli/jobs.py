"""`flask jobs …`: the worker."""

from __future__ import annotations

from flask import current_app
from flask.cli import AppGroup

from hackathon.jobs.worker import work as run_worker

jobs = AppGroup("jobs", help="The worker that does what runs outside the request.")


@jobs.command("work")
def work() -> None:
    """Do jobs and send mail until SIGINT or SIGTERM. Example: flask jobs work"""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]
