"""Every page in both themes, on a desk and a phone: no accessibility violation, no complaint of the browser, no sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import OpenWindow, Window
from tests.server import RunningServer

pytestmark = pytest.mark.browser

EVENT = "/events/skills360"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = [
    "/", EVENT, f"{EVENT}/register", f"{EVENT}/workshops", f"{EVENT}/workshops/1", f"{EVENT}/findings/1", f"{EVENT}/questions",
    f"{EVENT}/questions/1", f"{EVENT}/questions/1/versions", f"{EVENT}/workshops/10/ranking/results", f"{EVENT}/search?q=kompetens",
    f"{EVENT}/ideas/5/history", f"{EVENT}/ideas/5/similar", f"{EVENT}/ideas", f"{EVENT}/ideas/board", f"{EVENT}/ideas/5",
    f"{EVENT}/teams", f"{EVENT}/teams/1",
    f"{EVENT}/results", f"{EVENT}/results/stage?step=3", f"{EVENT}/followup", "/account/sign-in", "/account/sign-up", "/account/mail",
    "/accessibility", "/privacy", "/no-such-page", f"{EVENT}/judging/criteria",
]  # fmt: skip
BY_ROLE = {
    "deltagare": [
        f"{EVENT}/home", f"{EVENT}/register", f"{EVENT}/register/cancel", f"{EVENT}/profile", f"{EVENT}/ideas/5",
        f"{EVENT}/ideas/board", f"{EVENT}/teams", f"{EVENT}/results", "/account/", f"{EVENT}/workshops/10/join",
    ],
    "samordnare": [f"{EVENT}/home"],
    "handledare": [f"{EVENT}/home", f"{EVENT}/organise/teams", f"{EVENT}/ideas/5/hide",
        f"{EVENT}/workshops/1/themes", f"{EVENT}/workshops/1/wall",
        f"{EVENT}/workshops/1/capture", f"{EVENT}/workshops/1/people", f"{EVENT}/workshops/10/ranking/setup",
        f"{EVENT}/workshops/10/ranking", f"{EVENT}/findings/1/sort", f"{EVENT}/findings/1/edit", f"{EVENT}/questions/1/edit"],
    "domare": [f"{EVENT}/home", f"{EVENT}/judging"],
    "arrangor1": [
        f"{EVENT}/home", f"{EVENT}/organise/", f"{EVENT}/organise/phases", f"{EVENT}/organise/people", f"{EVENT}/organise/teams",
        f"{EVENT}/organise/teams/runs/1", f"{EVENT}/organise/judging", f"{EVENT}/ideas/5/move", f"{EVENT}/ideas/5/edit",
        f"{EVENT}/followup", f"{EVENT}/workshops/new", f"{EVENT}/workshops/1/plan", f"{EVENT}/questions/1/promise",
        f"{EVENT}/ideas/5/files", f"{EVENT}/ideas/overview",
        f"{EVENT}/ideas?tag=arbetslag", f"{EVENT}/ideas/board?q=kompetens",
    ],
}  # fmt: skip


COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe finds, as lines that name the rule and the element. What is in order it leaves out: that halves the time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}" for rule in found for node in rule["nodes"]
    ]


def test_the_check_finds_what_is_wrong(open_window: OpenWindow) -> None:
    page = open_window("about:blank").page
    page.set_content(
        "<html lang=sv><title>A</title><main><h1 style='color:#ddd;background:#fff'>Rubriken</h1><img src='/a.png'></main>"
    )
    assert any(line.startswith("image-alt") for line in violations(page, RULES))
    assert any(line.startswith("color-contrast") for line in violations(page, COLOURS))


def look_at(window: Window, path: str, width: int) -> list[str]:
    """All rules in the light theme; in the dark one what depends on colours."""
    window.page.emulate_media(color_scheme="light")
    page = window.goto(path)
    problems = [f"{path}: {line}" for line in violations(page, RULES)]
    page.emulate_media(color_scheme="dark")
    problems += [f"{path} (dark): {line}" for line in violations(page, COLOURS)]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        problems.append(f"{path}: scrolls sideways")
    return problems


@pytest.mark.parametrize("role", ["", *BY_ROLE])
@pytest.mark.parametrize("phone", [False, True])
def test_pages_are_accessible(winner_server: RunningServer, open_window: OpenWindow, role: str, phone: bool) -> None:
    window = open_window(winner_server.url, phone=phone)
    if role:
        window.sign_in(f"{role}@demo.skills360.example", "skills360-demo")
    problems: list[str] = []
    for path in BY_ROLE.get(role, PUBLIC):
        problems += look_at(window, path, 390 if phone else 1280)
    assert problems == []
    # A missing page is answered with 404, which the console notes.
    assert [text for text in window.complaints if "404" not in text] == []


def test_judges_page_is_accessible(judging_server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(judging_server.url, phone=True)
    window.sign_in("domare@demo.skills360.example", "skills360-demo")
    page = window.goto(f"{EVENT}/judging")
    card = page.locator(f"main a[href*='{EVENT}/judging/']").first.get_attribute("href")
    assert card
    assert look_at(window, card, 390) == []
    assert look_at(window, f"{card}/recuse", 390) == []
    assert look_at(window, f"{EVENT}/judging/order", 390) == []
    assert window.complaints == []


def test_pages_work_without_javascript(winner_server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(winner_server.url, javascript=False)
    window.sign_in("arrangor1@demo.skills360.example", "skills360-demo")
    page = window.goto(f"{EVENT}/ideas/board?q=kompetens&sort=changed")
    assert page.locator(".cards a").count() > 0
    page = window.goto(f"{EVENT}/ideas/9/move")
    page.locator("input[name=to]").first.check()
    if page.locator("[name=reason]").count():
        page.locator("[name=reason]").fill("Provas utan skript.")
    page.locator("main form button[type=submit]").click()
    assert page.locator(".note").count() > 0


def test_every_page_speaks_english_too(winner_server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(winner_server.url)
    page = window.goto(EVENT)
    page.get_by_role("button", name="English").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    for path in (
        f"{EVENT}/ideas/board",
        f"{EVENT}/teams",
        f"{EVENT}/results",
        f"{EVENT}/followup",
        "/account/sign-in",
        "/privacy",
    ):
        text = window.goto(path).locator("body").inner_text()
        for word in ("Logga in", "Tillgänglighet", "Idétavlan", "Personuppgifter", "Inskickad"):
            assert word not in text, f"{path} still says {word}"
