"""Six judges score twelve teams; the net is cut for three of them in the middle. Nothing is lost and nothing doubled.

The three whose net is cut use phones with scripts; the other three send plain forms, as browsers without scripts do.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow, Window
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.browser

EVENT = "/events/skills360"
TEAMS, CUT_AT, BACK_AT = 12, 4, 9
MOST_TAPS = 8
CUT_OFF = 3
"""So many judges lose their net."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """An event that is being judged."""
    with running_server(tmp_path_factory.mktemp("offline"), stage="judging") as server:
        yield server


@pytest.fixture
def server(running: RunningServer) -> RunningServer:
    """The event with all cards waiting, whatever the test before has done."""
    with closing(sqlite3.connect(running.folder / "skills360.db", timeout=30)) as database, database:
        database.execute("DELETE FROM score")
        database.execute("DELETE FROM own_order")
        database.execute("UPDATE scorecard SET state = 'assigned', submitted_at = NULL, note_to_team = ''")
    return running


def read(server: RunningServer, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{Path(server.folder) / 'skills360.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def open_cards(window: Window) -> list[str]:
    """Signs in on the list of teams, waits until the phone holds the pages, and returns the cards' addresses."""
    page = window.goto(f"{EVENT}/judging")
    page.locator("[data-kept=yes]").wait_for(state="attached")
    links = page.locator("li[data-card] a").evaluate_all("links => links.map(link => link.pathname)")
    return [str(link) for link in links][:TEAMS]


def points_of(judge: int, team: int) -> int:
    return 1 + (judge + team) % 5


def score(window: Window, address: str, points: int, following: str) -> None:
    """Scores one card as taps do, all at once, and goes on."""
    page = window.page
    if page.url != window.base + address:
        page.goto(window.base + address)
    page.locator("form[data-scorecard]").evaluate(
        """(form, points) => {
          for (const question of form.querySelectorAll("[data-score]")) question.querySelector(`input[value="${points}"]`).click();
          form.requestSubmit();
        }""",
        points,
    )
    page.wait_for_url(window.base + following)


def send_form(window: Window, address: str, points: int) -> None:
    """Scores one card as a browser without scripts does: the page, then the form."""
    page = window.context.request.get(window.base + address).text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    names = set(re.findall(r'name="(points-[^"]+)"', page))
    form: dict[str, str | float | bool] = {name: str(points) for name in names}
    form |= {"csrf_token": token[1], "note_to_team": ""}
    assert window.context.request.post(window.base + address, form=form).ok


def test_no_ballot_is_lost_or_doubled_when_the_net_is_cut(server: RunningServer, open_window: OpenWindow) -> None:
    emails = [
        str(row[0])
        for row in read(
            server,
            "SELECT DISTINCT email FROM person JOIN scorecard ON scorecard.judge_id = person.id ORDER BY email",
        )
    ]
    assert len(emails) == 6
    windows, cards = [], []
    for email in emails:
        window = open_window(server.url, phone=True)
        window.sign_in(email, "skills360-demo")
        windows.append(window)
        cards.append(open_cards(window))
    for turn in range(TEAMS):
        for judge, window in enumerate(windows):
            mine = cards[judge]
            if judge >= CUT_OFF:
                send_form(window, mine[turn], points_of(judge, turn))
                continue
            if turn in (CUT_AT, BACK_AT):
                window.context.set_offline(turn == CUT_AT)
            following = page_after(window, mine[turn])
            score(window, mine[turn], points_of(judge, turn), following)
    for window in windows:
        window.goto(f"{EVENT}/judging")
        expect(window.page.locator("[data-waiting]")).to_be_hidden()
        window.page.wait_for_function(
            "!Object.keys(localStorage).some(k => k.includes('ballots') && localStorage[k] !== '{}')"
        )
    given = read(
        server,
        "SELECT person.email, team.number, count(*), min(points), max(points) FROM scorecard "
        "JOIN person ON person.id = judge_id JOIN team ON team.id = team_id JOIN score ON scorecard_id = scorecard.id "
        "WHERE scorecard.state = 'submitted' GROUP BY scorecard.id, person.email, team.number",
    )
    wanted = {
        (email, int(card.rsplit("/", 1)[1])): points_of(judge, turn)
        for judge, email in enumerate(emails)
        for turn, card in enumerate(cards[judge])
    }
    assert len(given) == len(wanted) == 6 * TEAMS
    assert {(email, number): (count, low, high) for email, number, count, low, high in given} == {
        key: (5, points, points) for key, points in wanted.items()
    }


def page_after(window: Window, card: str) -> str:
    """Where the judge is after this card: at the next one, or back at the list."""
    page = window.page
    if page.url != window.base + card:
        page.goto(window.base + card)
    return str(page.locator("form[data-scorecard]").get_attribute("data-next"))


def test_a_team_takes_eight_taps_at_most_and_can_be_undone(server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(server.url, phone=True)
    window.sign_in("domare@demo.skills360.example", "skills360-demo")
    page = window.goto(f"{EVENT}/judging")
    cards = [
        str(link) for link in page.locator("li[data-card] a").evaluate_all("all => all.map(link => link.pathname)")
    ]
    page = window.goto(cards[-2])
    taps = 0
    for question in page.locator("[data-score]").all():
        question.locator("label", has_text="4").first.click()
        taps += 1
    page.locator(".jbar button[type=submit]").click()
    assert taps + 1 <= MOST_TAPS
    page.wait_for_url(window.base + cards[-1])
    page.locator(".jbar a").click()
    page.wait_for_url(window.base + cards[-2])
    assert page.locator("input[value='4']:checked").count() == taps
    page.locator("[data-score]").first.locator("label", has_text="2").first.click()
    page.locator(".jbar button[type=submit]").click()
    page.wait_for_url(window.base + cards[-1])
    window.goto(cards[-2])
    assert page.locator("input[value='2']:checked").count() == 1
    assert window.complaints == []


def test_own_order_moves_by_keyboard_and_is_kept(server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(server.url, phone=True)
    window.sign_in("domare@demo.skills360.example", "skills360-demo")
    for turn, card in enumerate(open_cards(window)):
        send_form(window, card, points_of(0, turn))
    page = window.goto(f"{EVENT}/judging/order")
    names = page.locator("[data-row] b").all_inner_texts()
    assert len(names) >= TEAMS
    down = page.locator("[data-row]").first.locator("button[name=down]")
    down.focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-row] b").all_inner_texts()[:2] == [names[1], names[0]]
    page.get_by_role("button", name="Spara ordningen").click()
    page.wait_for_url(window.base + f"{EVENT}/judging")
    window.goto(f"{EVENT}/judging/order")
    assert page.locator("[data-row] b").all_inner_texts() == [names[1], names[0], *names[2:]]
    assert window.complaints == []


def test_phone_forgets_the_judges_pages_once_signed_out(server: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(server.url, phone=True)
    window.sign_in("domare@demo.skills360.example", "skills360-demo")
    open_cards(window)
    count = """async () => {
      let kept = 0;
      for (const name of await caches.keys()) kept += (await (await caches.open(name)).keys()).length;
      return kept;
    }"""
    assert window.page.evaluate(count) > TEAMS
    window.context.clear_cookies()
    window.goto(f"{EVENT}/judging")
    assert "/account/sign-in" in window.page.url
    assert window.page.evaluate(count) == 0
