"""Registering and filling in the profile on a phone with the keyboard alone; a coordinator who nominates and replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow, Window
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.browser
EVENT = "/events/skills360"
PASSWORD = "skills360-demo"
DOMAIN = "demo.skills360.example"


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose demo edition has just opened for registration."""
    with running_server(tmp_path_factory.mktemp("open"), stage="registration") as server:
        yield server


def tab_to(page: Page, selector: str) -> None:
    """Goes on with the tab key until the control has the focus, as somebody without a pointer does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def fits_the_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    fits_the_phone(page)


def test_place_and_profile_on_a_phone_with_the_keyboard_alone(
    open_server: RunningServer, open_window: OpenWindow
) -> None:
    window = open_window(open_server.url, phone=True)
    window.sign_in(f"deltagare@{DOMAIN}", PASSWORD)
    page = window.goto(f"{EVENT}/register")
    fits_the_phone(page)
    tab_to(page, "input[name=pool]")
    page.keyboard.press("Space")
    tab_to(page, "select[name=organisation_agency]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=terms]")
    page.keyboard.press("Space")
    press(page, "form.take button")
    expect(page.locator("h2.big")).to_contain_text(re.compile("Du har plats \\d+ av 40"))

    press(page, "a.btn.block")
    tab_to(page, "select[name=profession]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=seniority]")
    page.keyboard.press("ArrowDown")
    press(page, "button[value=next]")

    tab_to(page, "#q")
    page.keyboard.type("law")  # The English word finds the Swedish one.
    expect(page.locator("fieldset.skill:visible")).to_have_count(1)
    tab_to(page, "fieldset.skill input")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#own")
    page.keyboard.type("Drönarflygning")
    press(page, "button[value=own]")
    expect(page.locator(".own-words .pill")).to_have_text("Drönarflygning")
    expect(page.locator("fieldset.skill input[value='1']:checked")).to_have_count(1)
    press(page, "button[value=next]")

    tab_to(page, "select[name=wish_1]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=brings]")
    page.keyboard.type("Tålamod.")
    press(page, "button[value=next]")
    press(page, "button[value=next]")
    expect(page.get_by_text("Din profil är klar.")).to_be_visible()
    assert window.complaints == []


def test_coordinator_nominates_and_replaces(open_server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(open_server.url)
    page = window.sign_in(f"samordnare@{DOMAIN}", PASSWORD)
    window.goto(f"{EVENT}/delegation")
    page.get_by_label("Vilka vill ni skicka?").fill("Siv Frisk; siv.frisk@example.org")
    page.get_by_role("button", name="Skicka inbjudningar").click()
    expect(page.get_by_text("1 inbjudan är skickad.")).to_be_visible()
    accept(open_window(open_server.url, phone=True), "Siv Frisk")

    window.goto(f"{EVENT}/delegation")
    page.get_by_text("Ersätt Siv Frisk").click()
    form = page.locator("details[open] form")
    form.get_by_label("E-post").fill("alf.rask@example.org")
    form.get_by_role("button", name="Skicka inbjudan").click()
    expect(page.get_by_text("I stället för Siv Frisk")).to_be_visible()
    accept(open_window(open_server.url, phone=True), "Alf Rask")
    window.goto(f"{EVENT}/delegation")
    expect(page.get_by_role("heading", name="Alf Rask")).to_be_visible()
    expect(page.get_by_role("heading", name="Siv Frisk")).to_have_count(0)
    assert window.complaints == []


def accept(guest: Window, name: str) -> None:
    """Follows the link in the latest letter and accepts with a new account."""
    page = guest.goto("/account/mail")
    page.locator("a[href*='/invitation/']").first.click()
    page.get_by_label("Namn").fill(name)
    page.get_by_label("Lösenord").fill("tre gröna bussar")
    page.get_by_label("Jag följer uppförandekoden").check()
    fits_the_phone(page)
    page.get_by_role("button", name="Tacka ja").click()
    expect(page.locator("h2.big")).to_contain_text("Du har plats")
    assert guest.complaints == []
