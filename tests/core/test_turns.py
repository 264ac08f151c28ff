"""Writers of several processes take turns at one SQLite file."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from hackathon.core.turns import FairLock, Turns

SPAWN = multiprocessing.get_context("spawn")


def hold(database: Path, held: Event) -> None:
    assert Turns(database).take(time.monotonic() + 30)
    held.set()
    time.sleep(60)


def test_turn_is_refused_once_the_wait_is_over(tmp_path: Path) -> None:
    first, second = Turns(tmp_path / "x.db"), Turns(tmp_path / "x.db")
    assert first.take(time.monotonic() + 5)
    assert not second.take(time.monotonic() + 0.01)
    first.give_back()
    assert second.take(time.monotonic() + 5)
    second.give_back()


def test_whoever_waits_comes_before_whoever_has_just_written(tmp_path: Path) -> None:
    busy, waiting = Turns(tmp_path / "x.db"), Turns(tmp_path / "x.db")
    assert busy.take(time.monotonic() + 30)
    came = threading.Event()

    def wait_for_the_turn() -> None:
        if waiting.take(time.monotonic() + 30):
            came.set()

    waiter = threading.Thread(target=wait_for_the_turn)
    waiter.start()
    while not is_held(tmp_path / "x.db.turnstile"):
        pass
    busy.give_back()
    assert not busy.take(time.monotonic())  # Though it asks at once, and the other only looks every half millisecond.
    waiter.join(30)
    assert came.is_set()
    waiting.give_back()
    assert busy.take(time.monotonic() + 30)
    busy.give_back()


def test_lock_is_handed_on_in_the_order_of_asking() -> None:
    lock, order = FairLock(), list[int]()
    assert lock.acquire(0)
    assert not lock.acquire(0.001)  # Whoever gives up leaves the line.

    def take(number: int) -> None:
        assert lock.acquire(30)
        order.append(number)
        lock.release()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(5)]
    for place, thread in enumerate(threads, 1):
        thread.start()
        while len(lock._waiting) < place:
            pass
    lock.release()
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4]
    assert lock.acquire(0)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on a file."""
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    held = SPAWN.Event()
    holder = SPAWN.Process(target=hold, args=(tmp_path / "x.db", held))
    holder.start()
    assert held.wait(60)
    turns = Turns(tmp_path / "x.db")
    assert not turns.take(time.monotonic() + 0.01)
    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join(60)
    assert turns.take(time.monotonic() + 30)
    turns.give_back()
