"""Text that tries to run, in every field that people write, looked at with a real browser under the real policy.

Nothing runs, the policy has nothing to refuse (what was written is inert before it gets that far), and the text is there
for people to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog
from sqlalchemy import select

from config import load_settings
from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.queries import find_person
from hackathon.app import create_app
from hackathon.core import clock
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.model import Base
from hackathon.events.models import Edition
from hackathon.ideas.models import Idea, IdeaAttachment, IdeaAuthor, IdeaComment, IdeaTag, IdeaTransition
from hackathon.ideas.rules import LIMITS, Stage
from hackathon.ideas.searching import reindex
from hackathon.judging.models import Round, Scorecard
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.rules import RoundState
from hackathon.judging.services import close_round
from hackathon.registration.models import Profile
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.workshops.models import ChallengeQuestion, Finding, Rating, Theme, Workshop
from hackathon.workshops.rules import FindingState
from tests.browser.conftest import OpenWindow, Window
from tests.browser.payloads import for_rows, two_hundred
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.browser

EVENT, PASSWORD = "/events/skills360", "skills360-demo"
RUN = "window.__xss=1;alert(1)"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</title></textarea></script><script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<img src=x onerror={RUN}//",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<a href=javascript:{RUN}>x</a>",
    f"[tryck](javascript:{RUN})",
    f"[tryck](JaVaScRiPt&colon;{RUN})",
    f"[tryck](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) {RUN}",
    f"![bild](x) <{RUN}>",
    f"<javascript:{RUN}>",
    f"`</code><script>{RUN}</script>`",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"{{{{ ''.__class__ }}}}{{% raw %}} {RUN}",
    f"<style>*{{background:url(javascript:{RUN})}}</style>",
    f"<link rel=stylesheet href=//evil.example> {RUN}",
    f"<base href=//evil.example> {RUN}",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<form action=javascript:{RUN}><button>x",
    f"<math><mtext></form><form><mglyph><style></math><img src=x onerror={RUN}>",
    f"\u202e<script>{RUN}</script>\u2028",
    f"<x hx-get=/ hx-trigger=load hx-on:load={RUN}>",
]  # fmt: skip


def payload(number: int) -> str:
    """A payload with its number in front, so that it is found again on the page whatever became of its signs."""
    return f"xss{number % len(PAYLOADS):02} {PAYLOADS[number % len(PAYLOADS)]}"


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A demo server that is being judged, in which everybody has written payloads."""
    folder = tmp_path_factory.mktemp("xss")
    with running_server(folder, stage="judging") as server:
        _write(folder, poison)
        yield server


def _write(folder: Path, act: object) -> None:
    """Writes into the server's own database, as a second process of it would."""
    app = create_app(load_settings({}, instance_path=folder))
    with app.app_context():
        assert callable(act)
        act()
        db.session.commit()
        db.session.remove()
        app.extensions["job_queue"].close()
        db.engine.dispose()


def poison() -> None:
    for number, idea in enumerate(db.session.scalars(select(Idea).order_by(Idea.number)).unique()):
        for name in LIMITS:
            setattr(idea, name, payload(number))
        if number < len(PAYLOADS):
            idea.tags = [IdeaTag(tag=payload(number))]
    for kind, names in TEXTS.items():
        for number, row in enumerate(db.session.scalars(select(kind).order_by(*kind.__mapper__.primary_key))):
            for name in names:
                setattr(row, name, payload(number))
    db.session.flush()
    reindex(db.session.scalars(select(Edition.id)).one())


TEXTS: dict[type[Base], tuple[str, ...]] = {
    IdeaComment: ("text",), IdeaTransition: ("reason",), Person: ("name",), Profile: ("title", "brings"), Team: ("name",),
    Entry: ("title", "pitch"), TeamMember: ("reason",), Scorecard: ("note_to_team",),
}  # fmt: skip


class Watch:
    """A window that notes every sign of something that ran, or that the policy had to stop."""

    def __init__(self, window: Window) -> None:
        self.window, self.signs = window, list[str]()
        window.page.on("dialog", self._dialog)
        window.page.on(
            "request", lambda request: self.signs.append(request.url) if "evil.example" in request.url else None
        )

    def _dialog(self, dialog: Dialog) -> None:
        self.signs.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def look(self, path: str, *, shows: bool = True) -> None:
        page = self.window.goto(path)
        if page.evaluate("window.__xss !== undefined"):
            self.signs.append(f"{path}: it ran")
        # Nothing of a payload has become an element, and no element carries a handler or an address that runs.
        found = page.evaluate(
            """[...document.querySelectorAll('*')].filter(one => [...one.attributes].some(attribute =>
                 attribute.name.startsWith('on') || /^\\s*(javascript|data:text)/i.test(attribute.value) ||
                 attribute.name === 'srcdoc' || attribute.name.startsWith('hx-on'))
                 || (one.localName === 'script' && !one.src) || ['iframe', 'base', 'math', 'style'].includes(one.localName))
               .map(one => one.outerHTML.slice(0, 200))"""
        )
        self.signs += [f"{path}: {element}" for element in found]
        text = page.locator("body").inner_text() + " ".join(
            page.locator("textarea, input").evaluate_all("fields => fields.map(field => field.value)")
        )
        if shows and not ("xss" in text and RUN in text):
            self.signs.append(f"{path}: the text is not there to be read")
        addresses = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href') || '')")
        # A Markdown link that asks for what is no address stays text.
        scheme = re.compile(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
        self.signs += [f"{path}: leads to {address}" for address in addresses if scheme.match(address)]


def own_numbers(folder: Path) -> dict[str, int]:
    """The team of the participant whom the demo names, and an idea and a card of the people who are looked at."""
    found: dict[str, int] = {}

    def read() -> None:
        people = {name: find_person(f"{name}@demo.skills360.example") for name in ("deltagare", "domare")}
        participant, judge = people["deltagare"], people["domare"]
        assert participant
        assert judge
        mine = select(Team.number).join(TeamMember).where(TeamMember.person_id == participant.id)
        card = select(Team.number).join(Scorecard, Scorecard.team_id == Team.id).where(Scorecard.judge_id == judge.id)
        idea = select(Idea.number).join(IdeaAuthor).where(IdeaAuthor.person_id == participant.id)
        found["team"] = db.session.scalars(mine).one()
        found["card"] = db.session.scalars(card.order_by(Team.number)).first() or 0
        found["idea"] = db.session.scalars(idea.order_by(Idea.number)).first() or 1

    _write(folder, read)
    return found


def test_nothing_that_people_write_runs(poisoned: RunningServer, open_window: OpenWindow) -> None:
    own = own_numbers(poisoned.folder)
    ideas = [f"{EVENT}/ideas/{number}" for number in range(1, len(PAYLOADS) + 1)]
    lists = [f"{EVENT}/ideas", f"{EVENT}/ideas/board", f"{EVENT}/ideas?q=xss", f"{EVENT}/teams"]
    pages = {
        "": [*lists, *ideas],
        "deltagare": [
            f"{EVENT}/home", f"{EVENT}/teams/{own['team']}", f"{EVENT}/profile", "/account/", f"{EVENT}/ideas/board?mine=1",
        ],
        "domare": [f"{EVENT}/judging", f"{EVENT}/judging/{own['card']}", f"{EVENT}/judging/{own['card']}/recuse"],
        "arrangor1": [
            f"{EVENT}/organise/people", f"{EVENT}/organise/judging", f"{EVENT}/organise/teams/runs/1", f"{EVENT}/ideas/2/edit",
            f"{EVENT}/ideas/2/move", f"{EVENT}/ideas/2/hide", f"{EVENT}/followup",
        ],
    }  # fmt: skip
    for who, paths in pages.items():
        window = open_window(poisoned.url)
        if who:
            window.sign_in(f"{who}@demo.skills360.example", PASSWORD)
        watch = Watch(window)
        for path in paths:
            watch.look(path, shows=path not in LATER)
        assert watch.signs == [], who
        assert window.complaints == [], who


LATER = {f"{EVENT}/ideas/{number}" for number in range(1, 200)}
"""An idea's page is searched for its own payload below: a few are drafts, or nothing of a payload is left of its signs."""


def test_the_payload_is_text_on_the_page(poisoned: RunningServer, open_window: OpenWindow) -> None:
    window = open_window(poisoned.url)
    seen = 0
    for number in range(len(PAYLOADS)):
        page = window.goto(f"{EVENT}/ideas/{number + 1}")
        if page.locator("h1").count() and f"xss{number:02}" in page.locator("h1").inner_text():
            expected = " ".join(payload(number).replace("\u202e", "").replace("\u2028", " ").split())
            shown = page.locator("h1").inner_text().replace("\u202e", "").replace("\u2028", " ")
            assert expected in " ".join(shown.split())
            seen += 1
    assert seen > len(PAYLOADS) - 6  # A few of the first ideas are drafts.


def test_nothing_runs_on_the_results(poisoned: RunningServer, open_window: OpenWindow) -> None:
    """After the reveal: names, teams, titles and what judges wrote stand on the stage and on the team's page."""
    _write(poisoned.folder, publish)
    own = own_numbers(poisoned.folder)
    for who in ("", "deltagare"):
        window = open_window(poisoned.url)
        if who:
            window.sign_in(f"{who}@demo.skills360.example", PASSWORD)
        watch = Watch(window)
        for path in (f"{EVENT}/results", f"{EVENT}/results/stage?step=3", f"{EVENT}/teams/{own['team']}"):
            watch.look(path)
        assert watch.signs == []
        assert window.complaints == []


def publish() -> None:
    now, round_ = clock.now(), db.session.scalars(select(Round)).one()
    organisers = db.session.scalars(select(RoleAssignment.person_id).where(RoleAssignment.role == Role.ORGANISER)).all()
    if round_.state is RoundState.OPEN:
        close_round(round_.id, actor_id=organisers[0], now=now)
    for organiser in organisers[:2]:
        approve_reveal(round_.id, actor_id=organiser, now=now)
    publish_results(round_.id, actor_id=organisers[0], now=now)


def pour() -> None:
    """Two hundred payloads in each text of workshops, in comments and in names of files; each on a page that shows them all."""
    idea, people = (
        db.session.scalars(select(Idea).where(Idea.stage != Stage.DRAFT).order_by(Idea.number)).first(),
        _people(),
    )
    assert idea
    now = clock.now()
    workshop = db.session.scalars(select(Workshop).where(Workshop.number == 1)).one()
    for finding, text in zip(db.session.scalars(select(Finding).order_by(Finding.number)), for_rows(400), strict=False):
        finding.text, finding.workshop_id, finding.state = text, workshop.id, FindingState.OPEN
    for text in two_hundred():
        db.session.add(IdeaComment(idea_id=idea.id, person_id=people[0], text=text, at=now))
        name = text.replace("\n", " ")
        db.session.add(
            IdeaAttachment(
                idea_id=idea.id, name=name, content_type="text/plain", size=1, sha256="", person_id=people[0], at=now
            )
        )
    for kind, names in ROOM_TEXTS.items():
        for row, text in zip(db.session.scalars(select(kind)), for_rows(2000), strict=False):
            for name in names:
                setattr(row, name, text)
    db.session.flush()
    reindex(workshop.edition_id)


ROOM_TEXTS: dict[type[Base], tuple[str, ...]] = {
    Theme: ("name_sv",), Workshop: ("title_sv", "summary_sv", "place"), Rating: ("reason",),
    ChallengeQuestion: ("title_sv", "text_sv", "promise_sv"),
}  # fmt: skip


def _people() -> list[int]:
    return list(db.session.scalars(select(Person.id).order_by(Person.id).limit(2)))


def test_two_hundred_payloads_run_nowhere_in_the_rooms(poisoned: RunningServer, open_window: OpenWindow) -> None:
    _write(poisoned.folder, pour)
    found: dict[str, int] = {}

    def read() -> None:
        published = select(Idea.number).where(Idea.stage != Stage.DRAFT).order_by(Idea.number)
        found["idea"] = db.session.scalars(published).first() or 0
        found["finding"] = db.session.scalars(select(Finding.number).order_by(Finding.number)).first() or 0

    _write(poisoned.folder, read)
    window = open_window(poisoned.url)
    window.sign_in("arrangor1@demo.skills360.example", PASSWORD)
    watch = Watch(window)
    room = f"{EVENT}/workshops/1"
    for path in (
        room, f"{room}/wall", f"{room}/capture", f"{room}/themes", f"{room}/people", f"{EVENT}/workshops/10/ranking/results",
        f"{EVENT}/findings/{found['finding']}/sort", f"{EVENT}/findings/{found['finding']}", f"{EVENT}/questions",
        f"{EVENT}/questions/1", f"{EVENT}/questions/1/edit", f"{EVENT}/ideas/{found['idea']}", f"{EVENT}/ideas/{found['idea']}/files",
        f"{EVENT}/ideas/{found['idea']}/history", f"{EVENT}/search?q=onerror", f"{EVENT}/workshops?q=onerror",
    ):  # fmt: skip
        watch.look(path, shows=False)
    texts = window.goto(room).locator("body").inner_text()
    assert sum(f"n{number:03} " in texts for number in range(200)) == 200  # They are there, as text.
    comments = window.goto(f"{EVENT}/ideas/{found['idea']}").locator("body").inner_text()
    assert sum(f"n{number:03} " in comments for number in range(200)) == 200
    assert watch.signs == []
    assert window.complaints == []
