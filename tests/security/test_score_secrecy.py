"""Before the reveal nothing differs with the scores: the same ballots with opposite points and orders, crawled as every role.

Pages and the API, bodies and headers: what is the same byte for byte gives away no score, no order and no count.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from hackathon.judging.publishing import approve_reveal
from hackathon.judging.services import close_round, save_order
from hackathon.teams.models import TeamMember
from tests.api.conftest import Program, make_token
from tests.factories import NOW, make_member, make_person, sign_in
from tests.judging.factories import Jury, give, make_jury

CANARY = "KANARIEFAGEL"
VALUES = {"slug": "skills360", "round_key": "final"}
Seen = dict[tuple[str, str], tuple[int, bytes, str]]


def addresses(app: Flask) -> list[str]:
    """Every address that can be read, object 1 of this edition, the API included."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or "filename" in rule.arguments:
            continue
        values: dict[str, str | int] = {name: VALUES.get(name, 1) for name in rule.arguments}
        found.append(app.url_map.bind("localhost").build(rule.endpoint, values, method="GET"))
    return sorted(found)


def score_everything(jury: Jury, *, best_first: bool) -> None:
    """Every judge but the last scores every team, and puts them in an order."""
    for judge, person in enumerate(jury.judges[:-1]):
        for team in jury.teams:
            give(jury, judge, team.number, 6 - team.number if best_first else team.number, note=CANARY)
        numbers = [team.number for team in jury.teams]
        save_order(jury.round.id, numbers if best_first else numbers[::-1], judge_id=person.id, now=NOW)
    db.session.commit()


def people_of(jury: Jury) -> dict[str, Person | None]:
    """Everybody but the judges who have scored."""
    member = db.session.scalars(select(Person).join(TeamMember).where(TeamMember.team_id == jury.teams[0].id)).one()
    found: dict[str, Person | None] = {"anybody": None, "person": make_person(), "member of the team": member}
    found |= {"another judge": jury.judges[-1], "organiser": jury.organisers[0]}
    for role in (Role.PARTICIPANT, Role.COORDINATOR, Role.FACILITATOR, Role.ADMINISTRATOR):
        found[role.value] = make_member(role, jury.edition)
    return found


class Viewer:
    """Somebody with a browser and a program."""

    def __init__(self, app: Flask, person: Person | None) -> None:
        self.client = app.test_client() if person is None else sign_in(app.test_client(), person)
        self.program = Program(app, make_token(person) if person else None)

    def read(self, path: str) -> tuple[int, bytes, str]:
        """Status, bare body and headers of an address."""
        answer = self.program.get(path) if path.startswith("/api") else self.client.get(path)
        # Tokens, keys and seeds of forms are drawn anew each time.
        body = re.sub(
            rb'value="[\w.-]{20,}"|name="seed"[^>]*|challenge(?:&#34;|"): ?(?:&#34;|")[\w-]+', b"", answer.data
        )
        headers = str(sorted((name, value) for name, value in answer.headers if name not in ("Set-Cookie", "Date")))
        answer.close()
        return answer.status_code, body, headers


def crawl(app: Flask, viewers: dict[str, Viewer]) -> Seen:
    """Every address as everybody sees it."""
    seen = {(who, path): viewer.read(path) for who, viewer in viewers.items() for path in addresses(app)}
    for key, (status, body, headers) in seen.items():
        assert status < 500, key
        assert CANARY.encode() not in body, key
        assert CANARY not in headers, key
    return seen


def differences(one: Seen, other: Seen) -> list[tuple[str, str]]:
    return [key for key, answer in one.items() if other[key] != answer]


def test_nothing_differs_with_the_scores_before_the_reveal(
    app: Flask, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    jury = make_jury(teams=3, judges=3)
    viewers = {who: Viewer(app, person) for who, person in people_of(jury).items()}
    with caplog.at_level(logging.DEBUG):
        score_everything(jury, best_first=True)
        before = crawl(app, viewers)
        score_everything(jury, best_first=False)
        assert differences(before, crawl(app, viewers)) == []
        close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
        approve_reveal(jury.round.id, actor_id=jury.organisers[0].id, now=now)
        db.session.commit()
        crawl(app, {who: viewers[who] for who in ("anybody", "member of the team", "organiser", "administrator")})
    assert sum(status == 200 for status, _body, _headers in before.values()) > 150
    assert CANARY not in caplog.text
    for column in (AuditEntry.details, AuditNote.text, Mail.body):
        assert CANARY not in "".join(db.session.scalars(select(column)))


def test_the_crawl_would_notice(app: Flask, now: datetime) -> None:
    """A judge's own card does differ: the crawl sees what there is to be seen."""
    jury = make_jury(teams=1, judges=2)
    client = sign_in(app.test_client(), jury.judges[0])
    give(jury, 0, 1, 5)
    one = client.get("/events/skills360/judging/1").data
    give(jury, 0, 1, 1)
    assert one != client.get("/events/skills360/judging/1").data
