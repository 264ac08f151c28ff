"""Whatever is sent to whatever address as whoever: never a failure of ours, and a refusal leaves the database as it was.

Every route of the URL map is tried, so that a new one is covered on its first day. The pages stand on the demo edition
while it is being judged, with all phases opened, so that the views run on real objects.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person
from hackathon.accounts.queries import find_person
from hackathon.accounts.services import start_session
from hackathon.accounts.sessions import COOKIE_KEY
from hackathon.app import create_app
from hackathon.core.db import db
from hackathon.demo.loader import load_demo
from hackathon.events.models import Phase
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import EDITABLE
from hackathon.judging.models import Scorecard
from hackathon.matching.models import TeamRun
from hackathon.teams.models import Team, TeamMember
from tests.api.conftest import make_token
from tests.conftest import NOW, Clock, settings_for
from tests.security import attack
from tests.security.attack import FORM, ODD_HEADERS, ODD_SEGMENTS, PAYLOADS, Form

SLUG = "skills360"
Thing = TypeVar("Thing")
LONG_FORM = bool(os.environ.get("LONG_TESTS"))
"""`LONG_TESTS=1 pytest tests/security` tries everything everywhere, for some minutes; the short form takes turns."""
SIGN_INS = {"participant": "deltagare", "judge": "domare", "organiser": "arrangor1"}
ROLES = ("anybody", *SIGN_INS)
QUERY_NAMES = (
    "q", "sector", "question", "stage", "both", "mine", "sort", "page", "kind", "theme", "pool", "state", "text", "step", "next",
    "draft", "limit", "cursor", "v",
)  # fmt: skip
"""What pages read behind the question mark; unknown names do no harm, so that the list may be longer than what is read."""
LAST = (
    "matching.publish", "matching.cancel", "api.team_run_cancel", "api.team_run_publish", "judging.close", "api.round_close",
    "judging.approve", "api.round_approve", "judging.publish", "api.round_publish", "registration.give_up_place",
    "api.registration_cancel", "accounts.end_everywhere", "accounts.sign_out",
)  # fmt: skip
"""Acts that an empty form is enough for, and after which other views would refuse early: they come at the end."""
COUNTED_REFUSALS = {"accounts.check_sign_in"}
"""A wrong password is refused and counted: the one refusal that writes."""


class Attacker:
    """Somebody of one role who sends what nobody should. Requests share nothing with the test around them."""

    def __init__(self, app: Flask, role: str) -> None:
        self.app, self.role = app, role
        person = find_person(f"{SIGN_INS[role]}@demo.skills360.example") if role in SIGN_INS else None
        self.person_id = person.id if person else None
        self.token = make_token(person) if person else ""
        self.client = FlaskClient(app, app.response_class)

    def sign_in(self) -> None:
        """Anew before each route: the one before may have ended the session."""
        if self.person_id is not None:
            token = start_session(db.session.get_one(Person, self.person_id), device="attack", now=NOW)
            db.session.commit()
            with self.client.session_transaction() as cookie:
                cookie.clear()
                cookie[COOKIE_KEY] = token

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        headers = dict(headers or {})
        if path.startswith("/api/") and self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        db.session.commit()
        return contextvars.Context().run(self.client.open, path, method=method, headers=headers, **more)

    def objects(self, endpoint: str) -> dict[str, str | int]:
        """The objects that a route is tried with: real ones, and where it can be this person's own."""
        me = self.person_id or 0
        values: dict[str, str | int] = {"slug": SLUG, "round_key": "final", "pool_key": "agency", "token": "x"}
        values["filename"] = "css/base.css"
        values["session_id"] = 1
        values["step"] = "wishes"
        values["run_id"] = db.session.scalars(select(TeamRun.id).order_by(TeamRun.id)).first() or 1
        own_idea = select(Idea.number).join(IdeaAuthor).where(IdeaAuthor.person_id == me, Idea.stage.in_(EDITABLE))
        own_team = select(Team.number).join(TeamMember).where(TeamMember.person_id == me)
        own_card = select(Team.number).join(Scorecard, Scorecard.team_id == Team.id).where(Scorecard.judge_id == me)
        number = db.session.scalar(own_team if endpoint.startswith("teams.") else own_idea)
        values["number"] = number or 1
        values["team_number"] = db.session.scalar(own_card.order_by(Team.number.desc())) or 1
        db.session.commit()
        return values


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated: Path, database_url: str) -> Iterator[Flask]:
    """The application on the demo edition while it is being judged, with every phase open; loaded once."""
    folder = tmp_path_factory.mktemp("hostile")
    if not database_url:
        shutil.copy(migrated, folder / "skills360.db")
    app = create_app(settings_for(folder, database_url))
    app.config.update(CLOCK=Clock(NOW), WTF_CSRF_ENABLED=False)
    with app.app_context():
        load_demo("judging", now=NOW)
        db.session.execute(update(Phase).values(opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=7)))
        participant = find_person("deltagare@demo.skills360.example")
        assert participant is not None
        draft = db.session.scalars(select(Idea).where(Idea.stage == "draft").limit(1)).one_or_none()
        if draft is not None and not draft.authors:
            draft.authors.append(IdeaAuthor(person_id=participant.id, pool_key="agency", position=1))
        db.session.commit()
        yield app
        db.session.remove()
        if database_url:
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            db.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            db.session.commit()
            db.session.remove()
        app.extensions["job_queue"].close()
        db.engine.dispose()


@pytest.fixture(scope="module")
def offered(world: Flask) -> dict[str, set[str]]:
    """Which forms each role is offered before any attack: attacks give places up, and with them what goes with a place."""
    found = {}
    for role in ROLES:
        attacker = Attacker(world, role)
        attacker.sign_in()
        found[role] = set(harvest(world, attacker))
    return found


@pytest.fixture(scope="module")
def attackers(world: Flask, offered: dict[str, set[str]]) -> dict[str, Attacker]:
    return {role: Attacker(world, role) for role in ROLES}


@pytest.fixture(scope="module")
def tried() -> set[str]:
    """The forms that some role has been offered and has tried in full: the next role tries them in short."""
    return set()


def count_rows() -> dict[str, int]:
    """How many rows each table has, in one query; not the search's postings, which are many and follow from the others."""
    tables = sorted(db.metadata.tables.keys() - {"search_posting"})
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    found = db.session.connection().exec_driver_sql(f"SELECT {counts}").one()
    db.session.commit()
    return dict(zip(tables, found, strict=True))


def address(app: Flask, rule: Rule, values: dict[str, str | int], odd: str = "") -> str:
    """An address of the rule; `odd` stands, as it is, where it names its object."""
    names = sorted(rule.arguments - {"slug"}) or sorted(rule.arguments)
    if odd and not names:
        return ""
    path = rule.rule
    for converter, name in ((rule._converters[name], name) for name in rule.arguments):
        segment = odd if odd and name == names[0] else converter.to_url(values.get(name, 1))
        for marked in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
            path = path.replace(marked, segment)
    assert "<" not in path, path
    return path


def routes(app: Flask, method: str) -> list[Rule]:
    """Every rule that answers the method, the acts that change the most at the end."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    order = {endpoint: place for place, endpoint in enumerate(LAST, 1)}
    return sorted(rules, key=lambda rule: (order.get(rule.endpoint, 0), rule.rule))


class Verdicts:
    """Collects what went wrong, so that one run tells of every fault."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seen: dict[int, int] = {}

    def look(self, answer: TestResponse, what: str) -> None:
        self.seen[answer.status_code] = self.seen.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code}: {what}")
        elif b"Traceback (most recent" in answer.data or b"sqlalchemy" in answer.data:
            self.faults.append(f"tells of our insides: {what}")
        answer.close()


def some(things: list[Thing], count: int, place: int) -> list[Thing]:
    """So many of them, other ones at each place; all of them in the long form."""
    if LONG_FORM or count >= len(things):
        return things
    return [things[(place * count + step) % len(things)] for step in range(count)]


def absurd_queries() -> list[tuple[str, str]]:
    """Each payload under all names at once, and names that are payloads."""
    queries = [
        (label, "&".join(f"{name}={value}" for name in QUERY_NAMES))
        for label, value in PAYLOADS.items()
        if len(value) < 3 * attack.LONG
    ]
    queries.append(("10 kB", "&".join(f"{name}={'x' * attack.LONG}" for name in ("q", "sector", "text", "cursor"))))
    queries.append(("each twice", "&".join(f"{name}=1&{name}=a" for name in QUERY_NAMES)))
    queries.append(("arrays", "&".join(f"{name}[]=1&{name}[0]=2" for name in QUERY_NAMES)))
    queries.append(("names", "&".join(f"{value}=1" for value in PAYLOADS.values() if len(value) < 99)))
    queries.append(("no pairs", "&&=&%&;;%zz"))
    return queries


def test_the_roles_are_what_they_seem(offered: dict[str, set[str]]) -> None:
    """The negative control: the views do run. Each role reaches forms of its own, on objects of its own."""
    wanted = {
        "anybody": {"accounts.check_sign_in", "accounts.create_account"},
        "participant": {"ideas.edit", "ideas.new", "teams.save", "registration.save_profile", "accounts.describe"},
        "judge": {"judging.score", "judging.recuse"},
        "organiser": {"ideas.move", "ideas.hide", "followup.decide", "portal.phases", "matching.start"},
    }
    for role, endpoints in wanted.items():
        assert endpoints <= offered[role], role


@pytest.mark.parametrize("role", ROLES)
def test_no_query_string_makes_a_page_fail(world: Flask, attackers: dict[str, Attacker], role: str) -> None:
    attacker, verdicts, queries = attackers[role], Verdicts(), absurd_queries()
    attacker.sign_in()
    before = count_rows()
    for place, rule in enumerate(routes(world, "GET")):
        values = attacker.objects(rule.endpoint)
        # Many where a page reads its query string, a few where it does not; other ones for each page.
        reads = rule.endpoint.rpartition(".")[2] in READ_QUERIES
        chosen = some(queries, 8 if reads else 2, place)
        path = address(world, rule, values)
        for label, query in chosen:
            verdicts.look(attacker.send("GET", path, query_string=query), f"GET {path} with {label}")
        for odd in some(ODD_SEGMENTS, 2, place):
            if odd_path := address(world, rule, values, odd):
                verdicts.look(attacker.send("GET", odd_path), f"GET {rule.rule} at {odd[:20]}")
    assert verdicts.faults == []
    assert verdicts.seen[200] > 40
    assert count_rows() == before  # Reading writes nothing.


PAST_NUMBERS = ("past a float", "past the digits that int() reads", "blanks", "half a character")
"""What has broken most forms: tried on each of them."""
READ_QUERIES = {"index", "board", "idea_list", "team_list", "event_list", "stage", "people", "sign_in", "new"}


def harvest(app: Flask, attacker: Attacker) -> dict[str, Form]:
    """The forms that the pages offer this person, by the endpoint that takes them."""
    found: dict[str, Form] = {}
    adapter = app.url_map.bind("localhost")
    for rule in routes(app, "GET"):
        path = address(app, rule, attacker.objects(rule.endpoint))
        answer = attacker.send("GET", path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for form in attack.forms_of(path, answer.get_data(as_text=True)):
                with contextlib.suppress(MethodNotAllowed):  # Some are given their address by a script.
                    found.setdefault(adapter.match(form.action, method="POST")[0], form)
        answer.close()
    return found


def absurd_forms(form: Form, place: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The form empty, with one payload everywhere, and with one wrong field among right ones."""
    names, labels = list(form.encoded()), list(PAYLOADS)
    yield "nothing", {}
    yield "what the page offers", form.encoded()
    for label in dict.fromkeys([*some(labels, 8, place), *PAST_NUMBERS]):
        yield f"{label} everywhere", dict.fromkeys(names, PAYLOADS[label])
    for number, name in enumerate(names):
        for label in some(labels, max(1, 20 // len(names)), number + place):
            yield f"{label} in {name}", form.encoded() | {name: PAYLOADS[label]}


@pytest.mark.parametrize("role", ROLES)
def test_no_form_makes_a_page_fail(world: Flask, attackers: dict[str, Attacker], role: str, tried: set[str]) -> None:
    attacker, verdicts = attackers[role], Verdicts()
    attacker.sign_in()
    offered = {endpoint: form for endpoint, form in harvest(world, attacker).items() if endpoint not in tried}
    tried |= offered.keys()
    for method in ("POST", "PUT", "DELETE"):
        for place, rule in enumerate(routes(world, method)):
            attacker.sign_in()
            path = address(world, rule, attacker.objects(rule.endpoint))
            form = offered.get(rule.endpoint, Form(path, {"title": "x", "number": "1", "next": "/", "reason": "x"}))
            before = count_rows()
            for label, content_type, body in requests_for(form, place, known=rule.endpoint in offered):
                answer = attacker.send(method, path, data=body, content_type=content_type)
                what = f"{method} {path} with {label}"
                verdicts.look(answer, what)
                after = count_rows()
                if 400 <= answer.status_code < 500 and rule.endpoint not in COUNTED_REFUSALS and after != before:
                    verdicts.faults.append(f"refused, and yet written: {what}")
                before = after
            for odd in some(ODD_SEGMENTS, 2, place):
                if odd_path := address(world, rule, attacker.objects(rule.endpoint), odd):
                    verdicts.look(attacker.send(method, odd_path), f"{method} {rule.rule} at {odd[:20]}")
    assert verdicts.faults == []
    assert sum(verdicts.seen.values()) > 250
    assert {400, 404} <= verdicts.seen.keys()


def requests_for(form: Form, place: int, *, known: bool) -> Iterator[tuple[str, str, bytes]]:
    """All bodies for a form that a page offers this person; a few for one that is not theirs to send."""
    bodies = [(label, FORM, attack.form_body(fields)) for label, fields in absurd_forms(form, place)]
    odd = attack.odd_bodies(next((name for name in form.fields if name), "title"))
    yield from bodies if known else some(bodies, 2, place)
    yield from some(odd, 9 if known else 4, place)


def test_no_header_and_no_method_makes_a_page_fail(world: Flask, attackers: dict[str, Attacker]) -> None:
    attacker, verdicts = attackers["organiser"], Verdicts()
    attacker.sign_in()
    pages = [
        "/", f"/events/{SLUG}/ideas/1", f"/events/{SLUG}/home", "/account/", "/static/css/base.css", "/healthz", "/nothing",
        f"/api/v1/events/{SLUG}/ideas", f"/api/v1/events/{SLUG}/registrations/mine",
    ]  # fmt: skip
    for headers in ODD_HEADERS:
        for path in pages:
            verdicts.look(attacker.send("GET", path, headers=headers), f"GET {path} with {headers}")
        for path in ("/account/theme", "/account/language", f"/events/{SLUG}/ideas/1/support", "/account/sign-in"):
            verdicts.look(attacker.send("POST", path, headers=headers), f"POST {path} with {headers}")
    attacker.sign_in()
    for rule in world.url_map.iter_rules():
        path = address(world, rule, attacker.objects(rule.endpoint))
        for method in ("HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "PUT"):
            verdicts.look(attacker.send(method, path), f"{method} {path}")
    assert verdicts.faults == []


def test_no_form_passes_without_its_token(world: Flask, attackers: dict[str, Attacker]) -> None:
    """With the protection of forms on, as in production: a missing or odd token is refused before the view."""
    attacker, verdicts = attackers["organiser"], Verdicts()
    attacker.sign_in()
    exempt = {"accounts.set_theme", "accounts.set_language"}
    world.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in routes(world, "POST"):
            if rule.endpoint in exempt or rule.endpoint.startswith("api."):
                continue
            path, before = address(world, rule, attacker.objects(rule.endpoint)), count_rows()
            for body in (b"", b"csrf_token=", b"csrf_token=.a.b", b"csrf_token=%00", b"csrf_token=" + b"x" * 5000):
                answer = attacker.send("POST", path, data=body, content_type=FORM)
                verdicts.look(answer, f"POST {path} with {body[:20]!r}")
                assert answer.status_code == 400, path
            assert count_rows() == before
    finally:
        world.config["WTF_CSRF_ENABLED"] = False
    assert verdicts.faults == []
