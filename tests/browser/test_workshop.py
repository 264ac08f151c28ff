"""A workshop live: three phones write, one screen shows, a facilitator sorts, and nobody loads a page anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.browser

EVENT, PASSWORD = "/events/skills360", "skills360-demo"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("workshop"), stage="ideas") as running:
        yield running


def test_three_phones_and_a_screen(server: RunningServer, open_window: OpenWindow) -> None:
    leader, screen = open_window(server.url), open_window(server.url)
    for window in (leader, screen):
        window.sign_in("arrangor1@demo.skills360.example", PASSWORD)
    page = leader.goto(f"{EVENT}/workshops/new")
    page.get_by_label("Rubrik", exact=True).fill("Den elfte")
    page.get_by_label("Vad workshoppen handlar om").fill("Det som blev kvar.")
    page.get_by_label("Plats").fill("Luleå")
    page.get_by_label("Dag", exact=True).fill(date.today().isoformat())  # noqa: DTZ011 - any day will do.
    page.get_by_role("button", name="Spara").click()
    room = f"{EVENT}/workshops/11"
    expect(page).to_have_url(re.compile(f"{room}/people$"))
    leader.goto(room).get_by_role("button", name="Öppna för kort").click()
    wall = screen.goto(f"{room}/wall")
    code = wall.locator(".win code").inner_text()
    themes = leader.goto(f"{room}/themes")

    phones = []
    for name in ("deltagare", "p02", "p03"):
        phone = open_window(server.url, phone=True, javascript=name != "p03")
        phone.sign_in(f"{name}@demo.skills360.example", PASSWORD)
        page = phone.goto(f"{room}/join?code={code}")
        page.get_by_role("button", name="Gå med").click()
        page.locator("input[name=kind][value=challenge]").check(force=True)
        page.locator("textarea[name=text]").fill(f"Kort från {name}: ingen vet vem som äger frågan.")
        page.locator("select[name=sector]").select_option(index=1)
        page.get_by_role("button", name="Sätt upp kortet").click()
        expect(page.locator("main")).to_contain_text("Mina kort")
        phones.append(phone)

    for shown in (wall, themes, phones[0].page):
        expect(shown.locator("#room")).to_contain_text("Kort från p03")  # By itself, within some seconds.
    expect(wall.locator(".wcards li")).to_have_count(3)

    handle = themes.locator(".col").first.locator(".mv").first
    handle.focus()
    handle.press("ArrowRight")
    expect(themes.locator(".col").nth(1).locator(".ic-card")).to_have_count(1)
    expect(themes.locator("#live")).to_contain_text("hör nu till")
    themes.locator(".col").first.locator(".ic-card").first.drag_to(themes.locator(".col").nth(2).locator(".cards"))
    expect(themes.locator(".col").nth(2).locator(".ic-card")).to_have_count(1)
    expect(wall.locator(".wthemes li")).to_have_count(2)

    themes.locator(".col").first.locator(".mv").first.click()
    themes.get_by_role("button", name="Slå ihop").first.click()
    expect(themes.locator("main")).to_contain_text("Kortet ingår i fynd")
    expect(wall.locator(".wcards li")).to_have_count(2)
    themes.get_by_role("button", name="Ta isär").first.click()
    expect(wall.locator(".wcards li")).to_have_count(3)
    for window in (leader, screen, *phones):
        assert window.complaints == []
