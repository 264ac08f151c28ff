"""`make bench`: what the main pages cost. CPU milliseconds of the server per request, requests per second, and p99.

The machine's speed drifts, so that each figure is the median of several rounds over all pages in turn; CPU is that of
the whole process tree of the server, measured around requests that come one after the other.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.server import RunningServer, running_server

ROUNDS = 5
REQUESTS = 120
CLIENTS = 8
RUSH_SECONDS = 2.0
PAGES = {
    "/events/skills360": "landing",
    "/events/skills360/ideas/board": "board, 110 ideas",
    "/events/skills360/ideas": "list of ideas",
    "/events/skills360/ideas/5": "one idea",
    "/events/skills360/questions/1": "challenge question",
    "/events/skills360/teams": "teams",
    "/events/skills360/results": "winner",
    "/healthz": "health",
}
BUDGET_MS = {"/events/skills360/ideas/board": 10.0, "/events/skills360/ideas/5": 4.0}


@dataclass
class Figures:
    cpu_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    size: int = 0


def get(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers={"Accept-Encoding": "identity"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return len(body)


def measure_cpu(server: RunningServer, path: str, figures: Figures) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    figures.size = get(connection, path)
    before = server.cpu_seconds()
    for _ in range(REQUESTS):
        get(connection, path)
    figures.cpu_ms.append((server.cpu_seconds() - before) * 1000 / REQUESTS)
    connection.close()


def measure_rush(server: RunningServer, path: str, figures: Figures) -> None:
    """CLIENTS at once for RUSH_SECONDS; the clients share the machine with the server."""
    times: list[float] = []
    end = time.monotonic() + RUSH_SECONDS

    def client() -> None:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        while time.monotonic() < end:
            began = time.monotonic()
            get(connection, path)
            times.append(time.monotonic() - began)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.per_second.append(len(times) / RUSH_SECONDS)
    figures.p99_ms.append(statistics.quantiles(times, n=100)[98] * 1000)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), stage="winner") as server:
        results = {path: Figures() for path in PAGES}
        for _ in range(ROUNDS):
            for path, figures in results.items():
                measure_cpu(server, path, figures)
        for _ in range(2):
            for path, figures in results.items():
                measure_rush(server, path, figures)
    print(f"{'page':<24}{'CPU ms':>8}{'min':>7}{'max':>7}{'req/s':>8}{'p99 ms':>8}{'kB':>7}")
    over = []
    for path, figures in results.items():
        cpu = statistics.median(figures.cpu_ms)
        row = (
            min(figures.cpu_ms),
            max(figures.cpu_ms),
            statistics.median(figures.per_second),
            statistics.median(figures.p99_ms),
        )
        print(
            f"{PAGES[path]:<24}{cpu:>8.2f}{row[0]:>7.2f}{row[1]:>7.2f}{row[2]:>8.0f}{row[3]:>8.1f}{figures.size / 1000:>7.0f}"
        )
        if cpu > BUDGET_MS.get(path, cpu):
            over.append(f"{PAGES[path]}: {cpu:.2f} ms, budget {BUDGET_MS[path]:.0f} ms")
    print("\n".join(over) or "All within their budgets.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
