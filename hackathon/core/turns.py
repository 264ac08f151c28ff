"""Writers take turns at one SQLite file: threads of a process in the order in which they come, and processes in turn.

SQLite lets a waiting writer poll, so that a busy process can keep all others out until they give up. Here whoever waits
holds the turnstile, and the busy process must pass it too before it writes again: the one that waits comes next. Both are
locks of the kernel on files beside the database, so that a process that is killed lets go of them.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

PAUSE_SECONDS = 0.0005


class FairLock:
    """A lock that is handed to its waiters in the order in which they came; Python's own lets anybody slip in between."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        """Waits at most so many seconds; whether the lock is the caller's now."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            handed = threading.Event()
            self._waiting.append(handed)
        if handed.wait(timeout):
            return True
        with self._guard:
            if handed.is_set():  # Handed over in the very moment in which the wait ended.
                return True
            self._waiting.remove(handed)
            return False

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class Turns:
    """The turn to write, among processes; threads of one process must not share an instance at the same time."""

    def __init__(self, database: Path) -> None:
        self._paths = (database.with_name(f"{database.name}.turnstile"), database.with_name(f"{database.name}.writer"))
        self._files: tuple[int, int] | None = None
        self._owner = 0

    def take(self, deadline: float) -> bool:
        """Waits for the turn until the monotonic clock says `deadline`; whether it came."""
        turnstile, writer = self._open()
        if not _lock(turnstile, deadline):
            return False
        try:
            return _lock(writer, deadline)
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)

    def give_back(self) -> None:
        if self._files is not None:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def _open(self) -> tuple[int, int]:
        """The files, opened by each process for itself: a lock belongs to the opening, and a fork would share it."""
        if self._files is None or self._owner != os.getpid():
            turnstile, writer = (os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths)
            self._files, self._owner = (turnstile, writer), os.getpid()
        return self._files


def _lock(file: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE_SECONDS)
        else:
            return True
