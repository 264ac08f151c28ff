"""A real Chromium against a real server. Debian's browser is used; nothing is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.server import RunningServer, running_server

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process; each test opens windows of its own."""
    executable = shutil.which("chromium")
    assert executable, "Chromium is not installed. Run: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


class Window:
    """A browser window of one person. It notes what the console complains of, CSP violations among them."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def goto(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, email: str, password: str) -> Page:
        self.goto("/account/sign-in")
        self.page.locator("input[name=email]:visible").fill(email)
        self.page.locator("input[name=password]:visible").fill(password)
        self.page.locator("input[name=password]:visible").press("Enter")
        self.page.wait_for_url(lambda url: "/account/sign-in" not in url)
        return self.page


OpenWindow = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser) -> Iterator[OpenWindow]:
    """`open_window(server.url, phone=True, scheme="dark", javascript=False)`: a window with cookies of its own."""
    contexts: list[BrowserContext] = []

    def make(base: str, *, phone: bool = False, scheme: str = "light", javascript: bool = True) -> Window:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Window(context, base)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def winner_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose demo edition has a winner."""
    folder: Path = tmp_path_factory.mktemp("winner")
    with running_server(folder, stage="winner") as server:
        yield server


@pytest.fixture(scope="module")
def judging_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose demo edition is being judged."""
    with running_server(tmp_path_factory.mktemp("judging"), stage="judging") as server:
        yield server
