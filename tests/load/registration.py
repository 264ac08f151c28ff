"""`make load-registration`: 2,000 people rush for 40 + 40 places in the same moment, one in ten of them twice.

A server with two web processes is started for each run, the people get accounts and tokens by `flask demo people`, and
all requests are opened before the first is sent. Then the database is read and every promise is looked at: seats, line
in the order of commit, one place for each person, every answer true. With the lock taken out (tests/load/unlocked.py) the
same harness must find overselling, or it would prove nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pysqlite3

from tests.postgres import running_postgres
from tests.server import ROOT, RunningServer, free_port, stop, wait_until_ready

PEOPLE = 2_000
DOUBLES = PEOPLE // 10
PLACES = {"agency": 40, "external": 40}
LONGEST_SECONDS = 20.0
RUNS = 5
CONTROL_PEOPLE = 200
"""The negative control is fewer people: it is to go wrong, and does so at once."""
_ROWS = """
SELECT pool.key, registration.person_id, registration.state, registration.seat_no, registration.line_no, person.email, registration.id
FROM registration JOIN pool ON pool.id = registration.pool_id JOIN person ON person.id = registration.person_id
"""
_COMMITS = "SELECT subject FROM audit_entry WHERE action = 'registration.made' ORDER BY id"


@dataclass(frozen=True)
class Person:
    email: str
    token: str
    pool: str


@dataclass
class Answer:
    """What one request came to: 0 for no answer at all."""

    person: Person
    status: int = 0
    seconds: float = 0.0
    said: dict[str, object] = field(default_factory=dict)


async def ask(url: str, person: Person, go: asyncio.Event, opened: asyncio.Semaphore) -> Answer:
    """One request on a connection of its own, opened beforehand; its time runs from the common start."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    async with opened:
        reader, writer = await asyncio.open_connection(host, port)
    body = json.dumps({"pool": person.pool}).encode()
    head = (
        f"POST /api/v1/events/skills360/registrations HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n"
        f"Authorization: Bearer {person.token}\r\nIdempotency-Key: {person.email}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    await go.wait()
    began, answer = time.monotonic(), Answer(person)
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        raw = await asyncio.wait_for(reader.read(), 60)
        status, _, text = raw.partition(b"\r\n\r\n")
        answer.status = int(status.split(b" ", 2)[1])
        answer.said = json.loads(text)
    except (OSError, TimeoutError, ValueError, IndexError):
        answer.status = 0
    answer.seconds = time.monotonic() - began
    writer.close()
    return answer


async def rush(url: str, people: list[Person], doubles: int) -> list[Answer]:
    """All at once: every connection is open before the first request is sent."""
    requests = people + people[:doubles]
    random.shuffle(requests)
    go, opened = asyncio.Event(), asyncio.Semaphore(200)
    tasks = [asyncio.create_task(ask(url, person, go, opened)) for person in requests]
    await asyncio.sleep(1)
    go.set()
    return list(await asyncio.gather(*tasks))


@contextlib.contextmanager
def server(folder: Path, database_url: str, *, locked: bool) -> Iterator[RunningServer]:
    """The demo before anybody has registered, served by two web processes; without its lock for the negative control."""
    port = free_port()
    env = os.environ | {
        "PORT": str(port), "INSTANCE_PATH": str(folder), "DEMO_STAGE": "registration", "WEB_PROCESSES": "2",
        "DATABASE_URL": database_url,
    }  # fmt: skip
    command = [sys.executable, "-m", "flask" if locked else "tests.load.unlocked", "serve", "--demo"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, folder)
            yield RunningServer(f"http://127.0.0.1:{port}", folder, process, 0.0)
        finally:
            stop(process)


def make_people(folder: Path, database_url: str, count: int) -> list[Person]:
    env = os.environ | {"INSTANCE_PATH": str(folder), "DATABASE_URL": database_url}
    flask = [sys.executable, "-m", "flask", "demo", "people", str(count)]
    lines = subprocess.run(flask, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout.split()
    pools = list(PLACES)
    pairs = (line.split(",") for line in lines)
    return [Person(email, token, pools[number % 2]) for number, (email, token) in enumerate(pairs)]


Row = tuple[str, int, str, int | None, int | None, str, int]


def read_database(folder: Path, database_url: str) -> tuple[list[Row], list[str]]:
    """All registrations, and the order in which they were committed as the audit log has it."""
    if database_url:
        with psycopg.connect(database_url) as connection:
            return list(connection.execute(_ROWS)), [row[0] for row in connection.execute(_COMMITS)]
    with contextlib.closing(pysqlite3.connect(str(folder / "skills360.db"))) as connection:
        return list(connection.execute(_ROWS)), [row[0] for row in connection.execute(_COMMITS)]


def find_faults(people: list[Person], answers: list[Answer], rows: list[Row], commits: list[str]) -> list[str]:
    """Every promise that was broken, in words."""
    faults = []
    statuses = Counter(answer.status for answer in answers)
    if set(statuses) - {200, 201}:
        faults.append(f"answers: {dict(statuses)}")
    if max(answer.seconds for answer in answers) > LONGEST_SECONDS:
        faults.append(f"the slowest answer took {max(answer.seconds for answer in answers):.1f} s")
    emails = Counter(row[5] for row in rows)
    lost = {person.email for person in people} - emails.keys()
    if lost or max(emails.values(), default=0) > 1:
        faults.append(f"{len(lost)} lost, {sum(count > 1 for count in emails.values())} twice")
    order = {subject: number for number, subject in enumerate(commits)}
    for pool, places in PLACES.items():
        mine = sorted((row for row in rows if row[0] == pool), key=lambda row: order[f"registration:{row[6]}"])
        seats = [row[3] for row in mine if row[2] == "confirmed"]
        if sorted(seat or 0 for seat in seats) != list(range(1, places + 1)):
            faults.append(f"{pool}: {len(seats)} people on {len(set(seats))} of {places} seats")
        if [row[2] for row in mine] != ["confirmed"] * places + ["waitlisted"] * (len(mine) - places):
            faults.append(f"{pool}: somebody later was seated before somebody earlier")
        line = [row[4] for row in mine if row[2] == "waitlisted"]
        if line != sorted(line, key=lambda number: number or 0) or len(set(line)) < len(line):
            faults.append(f"{pool}: the line is not in the order of commit")
        faults.extend(_false_answers(pool, mine, answers))
    return faults


def _false_answers(pool: str, mine: list[Row], answers: list[Answer]) -> list[str]:
    """People who were told another place than they have."""
    waiting = [row[5] for row in mine if row[2] == "waitlisted"]
    truth: dict[str, tuple[object, ...]] = {row[5]: (row[2], row[3], None) for row in mine if row[2] != "waitlisted"}
    truth |= {email: ("waitlisted", None, position) for position, email in enumerate(waiting, 1)}
    false = [
        answer.person.email
        for answer in answers
        if answer.person.pool == pool
        and answer.status in (200, 201)
        and (answer.said["state"], answer.said["seat"], answer.said["position"]) != truth.get(answer.person.email)
    ]
    return [f"{pool}: {len(false)} were told another place than they have"] if false else []


def run_once(database_url: str, *, count: int, locked: bool = True) -> tuple[list[str], list[Answer], float]:
    """One rush: what was broken, all answers, and the CPU seconds that the server (not the database's) used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(folder, database_url, locked=locked) as running:
            people = make_people(folder, database_url, count)
            before = running.cpu_seconds()
            answers = asyncio.run(rush(running.url, people, count // 10))
            used = running.cpu_seconds() - before
            rows, commits = read_database(folder, database_url)
        return find_faults(people, answers, rows, commits), answers, used


@contextlib.contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """The address of a database that nobody has used; empty for SQLite, which lies in the server's own folder."""
    if kind == "sqlite":
        yield ""
    else:
        with running_postgres(durable=True) as url:
            yield url


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    chosen = options.parse_args()
    failed = False
    print(f"{'database':<12}{'run':>4}{'answers':>9}{'median s':>10}{'p99 s':>8}{'slowest s':>11}{'CPU s':>8}  faults")
    for kind in chosen.database or ("sqlite", "postgresql"):
        for number in range(1, chosen.runs + 1):
            with fresh_database(kind) as url:
                faults, answers, used = run_once(url, count=PEOPLE)
            times = sorted(answer.seconds for answer in answers)
            p99 = statistics.quantiles(times, n=100)[98]
            print(
                f"{kind:<12}{number:>4}{len(answers):>9,}{statistics.median(times):>10.1f}{p99:>8.1f}{times[-1]:>11.1f}{used:>8.1f}  "
                f"{'; '.join(faults) or 'none'}",
                flush=True,
            )
            failed |= bool(faults)
        with fresh_database(kind) as url:
            faults, _answers, _used = run_once(url, count=CONTROL_PEOPLE, locked=False)
        oversold = [fault for fault in faults if "people on" in fault]
        print(
            f"{kind:<12}without the lock: {'; '.join(oversold) or 'NO OVERSELLING FOUND: the harness proves nothing'}",
            flush=True,
        )
        failed |= not oversold
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
