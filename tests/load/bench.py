"""`make bench`: what the main pages cost. CPU milliseconds of the server per request, requests per second, and p99.

The machine's speed drifts, so that each figure is the median of several rounds over all pages in turn; CPU is that of
the whole process tree of the server, measured around requests that come one after the other.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from config import load_settings
from hackathon.accounts.viewer import viewer_of
from hackathon.app import create_app
from hackathon.core.db import db
from hackathon.demo.accounts import DOMAIN, PASSWORD
from hackathon.ideas.finding import find_similar
from tests.load.crowd import add_ideas
from tests.server import RunningServer, running_server

ROUNDS = 5
REQUESTS = 120
CLIENTS = 8
RUSH_SECONDS = 2.0
EVENT = "/events/skills360"
BOARD, IDEA = f"{EVENT}/ideas/board", f"{EVENT}/ideas/5"
BUDGET_MS = {BOARD: 10.0, IDEA: 4.0}


@dataclass(frozen=True)
class Visit:
    """A page and who looks at it: the name of a demo account, or nobody known."""

    page: str
    path: str
    who: str = ""

    def __str__(self) -> str:
        return f"{self.page}, {self.who}" if self.who else self.page


VISITS = (
    Visit("landing", EVENT),
    Visit("board, 110 ideas", BOARD),
    Visit("board", BOARD, "deltagare"),
    Visit("board", BOARD, "arrangor1"),
    Visit("list of ideas", f"{EVENT}/ideas"),
    Visit("one idea", IDEA),
    Visit("one idea", IDEA, "deltagare"),
    Visit("one idea", IDEA, "arrangor1"),
    Visit("challenge question", f"{EVENT}/questions/1"),
    Visit("workshops", f"{EVENT}/workshops"),
    Visit("teams", f"{EVENT}/teams"),
    Visit("winner", f"{EVENT}/results"),
    Visit("home", f"{EVENT}/home", "deltagare"),
    Visit("health", "/healthz"),
)


@dataclass
class Figures:
    cpu_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    size: int = 0


class Browser:
    """One connection to the server with the session of whoever looks."""

    def __init__(self, server: RunningServer, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        self._headers = {"Accept-Encoding": "identity"} | ({"Cookie": cookie} if cookie else {})

    def get(self, path: str) -> int:
        """The number of bytes of a page, which has to be there."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return len(body)

    def close(self) -> None:
        self._connection.close()


def sign_in(server: RunningServer, who: str) -> str:
    """The cookie of a demo account that has signed in; none for nobody."""
    if not who:
        return ""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := http.cookiejar.CookieJar()))
    with opener.open(f"{server.url}/account/sign-in") as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    if token is None:
        raise RuntimeError("the page to sign in on has no token")
    form = {"csrf_token": token[1], "email": f"{who}@{DOMAIN}", "password": PASSWORD}
    with opener.open(f"{server.url}/account/sign-in", urllib.parse.urlencode(form).encode()):
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def measure_cpu(server: RunningServer, path: str, cookie: str, figures: Figures, *, requests: int = REQUESTS) -> None:
    browser = Browser(server, cookie)
    figures.size = browser.get(path)
    before = server.cpu_seconds()
    for _ in range(requests):
        browser.get(path)
    figures.cpu_ms.append((server.cpu_seconds() - before) * 1000 / requests)
    browser.close()


def measure_rush(server: RunningServer, path: str, cookie: str, figures: Figures) -> None:
    """CLIENTS at once for RUSH_SECONDS; the clients share the machine with the server."""
    times: list[float] = []
    end = time.monotonic() + RUSH_SECONDS

    def client() -> None:
        browser = Browser(server, cookie)
        while time.monotonic() < end:
            began = time.monotonic()
            browser.get(path)
            times.append(time.monotonic() - began)
        browser.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.per_second.append(len(times) / RUSH_SECONDS)
    figures.p99_ms.append(statistics.quantiles(times, n=100)[98] * 1000)


MANY = 10_000
MANY_PAGES = {
    "/events/skills360/ideas/board": ("board", 40.0),
    "/events/skills360/ideas/board?sort=changed": ("board, latest first", 40.0),
    "/events/skills360/ideas/board?q=kompetens": ("board, one word", 40.0),
    "/events/skills360/ideas": ("list", 40.0),
    "/events/skills360/search?q=kompetens": ("search, one word", 30.0),
    "/events/skills360/search?q=chefen+praktik": ("search, two words", 30.0),
    "/events/skills360/search?q=kompetenns": ("search, typing error", 30.0),
}
"""What is measured with MANY ideas: its name, and the CPU milliseconds that a request may take."""
SIMILAR_MS = 100.0
NEW_TEXT = (
    "En gemensam praktikpool där myndigheter delar handledare och kompetens, så att den som kommer ny till Sverige får"
    " prova flera arbeten innan hon väljer."
)


def measure_many() -> list[str]:
    """The pages of MANY_PAGES, and the similar ideas of a new text, among MANY ideas; returns what is over its budget."""
    over: list[str] = []
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), stage="winner") as server:
        app = create_app(load_settings({}, instance_path=Path(folder)))
        with app.app_context():
            add_ideas(MANY, now=datetime.now(UTC))
            times = []
            for _ in range(15):
                began = time.process_time()
                find_similar(1, viewer_of(None, 1), NEW_TEXT)
                times.append((time.process_time() - began) * 1000)
            db.session.remove()
            db.engine.dispose()
            app.extensions["job_queue"].close()
        over += report("similar ideas of a text", times, SIMILAR_MS)
        for path, (name, budget) in MANY_PAGES.items():
            figures = Figures()
            for _ in range(ROUNDS):
                measure_cpu(server, path, "", figures, requests=20)
            over += report(name, figures.cpu_ms, budget)
    return over


def report(name: str, milliseconds: list[float], budget: float) -> list[str]:
    middle = statistics.median(milliseconds)
    print(f"{name:<24}{middle:>8.2f}{min(milliseconds):>7.2f}{max(milliseconds):>7.2f}   with {MANY:,} ideas")
    return [f"{name}: {middle:.2f} ms, budget {budget:.0f} ms"] if middle > budget else []


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), stage="winner") as server:
        results = {visit: Figures() for visit in VISITS}
        cookies = {who: sign_in(server, who) for who in {visit.who for visit in VISITS}}
        for _ in range(ROUNDS):
            for visit, figures in results.items():
                measure_cpu(server, visit.path, cookies[visit.who], figures)
        for _ in range(2):
            for visit, figures in results.items():
                measure_rush(server, visit.path, cookies[visit.who], figures)
    print(f"{'page':<24}{'CPU ms':>8}{'min':>7}{'max':>7}{'req/s':>8}{'p99 ms':>8}{'kB':>7}")
    over = []
    for visit, figures in results.items():
        cpu = statistics.median(figures.cpu_ms)
        row = (
            min(figures.cpu_ms),
            max(figures.cpu_ms),
            statistics.median(figures.per_second),
            statistics.median(figures.p99_ms),
        )
        print(
            f"{visit!s:<24}{cpu:>8.2f}{row[0]:>7.2f}{row[1]:>7.2f}{row[2]:>8.0f}{row[3]:>8.1f}{figures.size / 1000:>7.0f}"
        )
        if cpu > BUDGET_MS.get(visit.path, cpu):
            over.append(f"{visit}: {cpu:.2f} ms, budget {BUDGET_MS[visit.path]:.0f} ms")
    over += measure_many()
    print("\n".join(over) or "All within their budgets.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
