"""The whole platform as one process tree: a supervisor, the web server (gunicorn), and a job worker.

The supervisor loads the application once and forks, so that a start takes about as long as one import. It restarts a
worker that dies, ends when the web server ends, and takes its children with it however it ends itself.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import click
from flask import Flask
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication

from config import Settings
from hackathon.core.db import db
from hackathon.demo.loader import ensure_demo, sign_in_lines

log = logging.getLogger(__name__)
GRACE_SECONDS = 8.0
PAUSE_BEFORE_RESTART_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


def serve(app: Flask, *, demo: bool) -> None:
    """Migrates, loads the demo on request, and serves until SIGINT or SIGTERM. Needs an application context."""
    settings: Settings = app.config["SETTINGS"]
    if demo:
        settings = replace(settings, demo=True)
        app.config["SETTINGS"] = settings
    upgrade()
    if demo:
        ensure_demo(settings.demo_stage)
    db.session.remove()
    db.engine.dispose()
    print_welcome(settings)
    Supervisor(app, settings).run()


def print_welcome(settings: Settings) -> None:
    """Tells where the platform is, and how to sign in to a demo."""
    click.echo(f"Skills360 is at {settings.base_url} (Ctrl-C ends it).")
    if settings.demo:
        click.echo("\n".join(sign_in_lines()))


class Supervisor:
    """Starts the children, watches them, and ends them."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._stopping = False
        self._failed = False
        self._children: dict[int, Callable[[], None]] = {}
        self._web: int | None = None

    def run(self) -> None:
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        self._web = self._fork(self._serve_web)
        if self._settings.job_workers:
            self._fork(self._work)
        while self._children and not self._stopping:
            self._watch()
        self._end_children()
        if self._failed:
            raise SystemExit(1)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _watch(self) -> None:
        """Waits for a child to end; a worker that was killed is started again."""
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            time.sleep(0.1)
            return
        task = self._children.pop(pid)
        if pid == self._web:
            self._stopping, self._failed = True, status != 0
            return
        log.warning("the worker ended (%s) and is started again", status)
        time.sleep(PAUSE_BEFORE_RESTART_SECONDS)
        self._fork(task)

    def _fork(self, task: Callable[[], None]) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._children[pid] = task
            return pid
        code = 1
        try:
            _die_with(parent)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            task()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            log.exception("a child of the server failed")
        os._exit(code)

    def _end_children(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._children and time.monotonic() < deadline:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._children.pop(pid, None)
            else:
                time.sleep(0.05)
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _serve_web(self) -> None:
        WebServer(self._app, self._settings).run()

    def _work(self) -> None:
        from hackathon.jobs.worker import work

        work(self._app)


def _die_with(parent: int) -> None:
    """Asks the kernel to end this process when its parent ends, even by kill -9 (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)


class WebServer(BaseApplication):
    """gunicorn with our settings, in this process."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        for name, value in {
            "bind": f"{settings.bind}:{settings.port}",
            "workers": settings.web_processes,
            "threads": settings.web_threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 5,
            "keepalive": 5,
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app
