"""One whole event in one go, as four people and the public: from an empty roster to a winner on a public page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow, Window
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.browser

PASSWORD = "skills360-demo"
EVENT = "/events/skills360"
NEWCOMER = "nora.ny@example.org"
NEWCOMERS_PASSWORD = "fyra blåa cyklar i regn"
TEAM_MATES = [f"p{number:02d}@demo.skills360.example" for number in range(2, 11)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """An event whose registration is open and whose places are all free."""
    with running_server(tmp_path_factory.mktemp("event"), stage="registration") as running:
        yield running


def confirm(page: Page, button: str) -> None:
    """Presses a button that asks before it acts, and says yes."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("dialog").get_by_role("button", name=button).click()


def take_place(window: Window, pool: str, organisation: int) -> None:
    page = window.goto(f"{EVENT}/register")
    page.locator(f"input[name=pool][value={pool}]").check()
    page.locator(f"select[name=organisation_{pool}]").select_option(index=organisation)
    page.locator("input[name=terms]").check()
    page.locator("form.take button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("av 40")


def newcomer_makes_an_account(window: Window) -> None:
    page = window.goto("/account/sign-up")
    page.get_by_label("Namn").fill("Nora Ny")
    page.get_by_label("E-post").fill(NEWCOMER)
    page.locator("input[name=password]").fill(NEWCOMERS_PASSWORD)
    page.locator("main form button[type=submit]").click()
    page = window.goto("/account/mail")
    link = page.locator("main").get_by_text(re.compile(r"/account/verify/")).first.inner_text()
    match = re.search(r"https?://\S+/account/verify/\S+", link)
    assert match, "the mail holds no link"
    page.goto(match.group())
    page.locator("main form button[type=submit]").click()
    window.sign_in(NEWCOMER, NEWCOMERS_PASSWORD)


def newcomer_describes_herself(window: Window) -> None:
    page = window.goto(f"{EVENT}/profile")
    page.locator("select[name=profession]").select_option(index=2)
    page.locator("input[name=seniority]").nth(1).check(force=True)
    page.locator("input[name=experience_years]").fill("7")
    page.get_by_role("button", name="Spara och gå vidare").click()
    page.locator("fieldset:has-text('Juridik') input[value='2']").first.check(force=True)
    page.get_by_role("button", name="Spara och gå vidare").click()
    page.locator("select[name=wish_1]").select_option(index=3)
    page.locator("input[name=brings]").fill("Tio år i en reception och ett öga för långa meningar.")
    page.get_by_role("button", name="Spara och gå vidare").click()
    page.get_by_role("button", name="Spara profilen").click()
    expect(page.locator(".note").first).to_be_visible()


def newcomer_submits_an_idea(window: Window) -> str:
    page = window.goto(f"{EVENT}/ideas/new")
    page.locator("[name=title]").fill("Lånekontoret på bottenvåningen")
    page.locator("[name=summary]").fill("Ett rum där den som är ny kan låna dator, kod och kollega för en dag.")
    page.locator("select[name=question]").select_option(index=4)
    page.locator("input[name=terms]").check()
    page.get_by_role("button", name="Skicka in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lånekontoret på bottenvåningen")
    number = page.url.rstrip("/").rpartition("/")[2]
    window.goto(f"{EVENT}/ideas/board?q=Lånekontoret")
    expect(window.page.locator(".cards").first).to_contain_text("Lånekontoret")
    return number


def organiser_moves_the_card(window: Window, number: str) -> None:
    page = window.goto(f"{EVENT}/ideas/{number}/move")
    page.locator("input[name=to][value=shortlisted]").check(force=True)
    page.locator("main form button[type=submit]").click()
    page = window.goto(f"{EVENT}/ideas/{number}")
    expect(page.locator(".track [aria-current]")).to_have_text("Utvald")


def organiser_opens_the_day(window: Window) -> None:
    """Moves the times of the day so that teams can be made and entries handed in."""
    now = datetime.now(ZoneInfo("Europe/Stockholm"))
    page = window.goto(f"{EVENT}/organise/phases")
    for kind in ("teams", "pitches", "judging"):
        inputs = page.locator(f"input[type=datetime-local][name*={kind}]")
        inputs.nth(0).fill((now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
        inputs.nth(1).fill((now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Spara tiderna").click()
    expect(page.locator(".note.pos, .note.success").first).to_be_visible()


def organiser_makes_teams(window: Window) -> None:
    page = window.goto(f"{EVENT}/organise/teams")
    page.locator("input[name=seconds]").fill("3")
    page.get_by_role("button", name="Generera team").click()
    expect(page.get_by_role("link", name="Publicera teamen")).to_be_visible(timeout=40_000)
    expect(page.locator(".tc").first).to_be_visible()
    page.get_by_role("link", name="Publicera teamen").click()
    page.get_by_role("button", name="Publicera teamen").click()
    expect(page.locator(".note").first).to_be_visible()


def newcomer_hands_in(window: Window) -> str:
    page = window.goto(f"{EVENT}/home")
    expect(page.locator("main")).to_contain_text(re.compile("bord", re.IGNORECASE))
    page.get_by_role("link", name="Teamets sida").click()
    expect(page.locator("main")).to_contain_text("Nora Ny")
    number = re.search(r"/teams/(\d+)", page.url)
    assert number
    page = window.goto(f"{EVENT}/teams/{number.group(1)}/entry")
    page.locator("select[name=idea]").select_option(index=1)
    page.locator("[name=title]").fill("Lånekontoret")
    page.locator("[name=pitch]").fill(
        "Vi öppnar ett rum på måndag, med tre datorer, en kod och en kollega som är ledig."
    )
    page.get_by_role("button", name="Lämna in").click()
    expect(page.locator("main")).to_contain_text(re.compile("inlämnat|Inlämnat|lämnat in", re.IGNORECASE))
    return number.group(1)


def judge_scores(window: Window, team: str) -> None:
    page = window.goto(f"{EVENT}/judging/{team}")
    groups = page.locator("fieldset.q")
    assert groups.count() == 5
    for position in range(5):
        groups.nth(position).locator("input[type=radio][value='4']").check()
    page.locator("[name=note_to_team]").fill("Tydligt och möjligt redan nu.")
    page.locator("button[type=submit][value=submit], .jbar button[type=submit]").last.click()
    page.wait_for_url(lambda url: not url.endswith(f"/judging/{team}"))
    window.goto(f"{EVENT}/judging")
    expect(page.locator("main")).to_contain_text(re.compile("1 av"))


def test_a_whole_event_from_registration_to_winner(server: RunningServer, open_window: OpenWindow) -> None:
    newcomer = open_window(server.url, phone=True)
    newcomer_makes_an_account(newcomer)
    take_place(newcomer, "agency", 1)
    newcomer_describes_herself(newcomer)
    idea = newcomer_submits_an_idea(newcomer)
    for position, email in enumerate(TEAM_MATES):
        mate = open_window(server.url, javascript=False)
        mate.sign_in(email, PASSWORD)
        take_place(mate, "external" if position % 2 == 0 else "agency", 2 + position)

    organiser = open_window(server.url)
    organiser.sign_in("arrangor1@demo.skills360.example", PASSWORD)
    organiser_moves_the_card(organiser, idea)
    organiser_opens_the_day(organiser)
    organiser_makes_teams(organiser)
    team = newcomer_hands_in(newcomer)

    organiser.goto(f"{EVENT}/organise/judging")
    organiser.page.get_by_role("button", name="Öppna bedömningen").click()
    judge = open_window(server.url, phone=True)
    judge.sign_in("domare@demo.skills360.example", PASSWORD)
    judge_scores(judge, team)
    public = open_window(server.url)
    assert "Lånekontoret" not in public.goto(f"{EVENT}/results").content()

    organiser.goto(f"{EVENT}/organise/judging")
    confirm(organiser.page, "Stäng bedömningen")
    organiser.page.get_by_role("button", name="Godkänn att resultatet publiceras").click()
    expect(organiser.page.locator("main")).to_contain_text("Be en annan arrangör")
    second = open_window(server.url)
    second.sign_in("arrangor2@demo.skills360.example", PASSWORD)
    second.goto(f"{EVENT}/organise/judging")
    second.page.get_by_role("button", name="Godkänn att resultatet publiceras").click()
    confirm(second.page, "Publicera resultatet")
    second.page.wait_for_load_state()

    page = public.goto(f"{EVENT}/results")
    expect(page.locator("main")).to_contain_text("Lånekontoret")
    expect(page.locator("main")).to_contain_text("4,0")
    for window in (newcomer, organiser, judge, second, public):
        assert window.complaints == []
