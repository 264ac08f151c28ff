"""Nothing that a judge has written gets out before the reveal: a canary is put in, and every page is searched for it."""

from __future__ import annotations

import logging
import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.services import close_round, save_draft, submit_scorecard
from hackathon.teams.models import TeamMember
from tests.factories import make_member, make_person, sign_in
from tests.judging.factories import Jury, all_points, give_everything, make_jury

CANARY = "KANARIEFAGEL"


def put_in_canaries(jury: Jury, now: datetime) -> None:
    """Judge 0 hands in one card and keeps another as a draft, both with the canary; judge 1 has written nothing."""
    judge = jury.judges[0].id
    submit_scorecard(jury.round.id, 1, judge_id=judge, points=all_points(5), note_to_team=CANARY, now=now)
    save_draft(jury.round.id, 2, judge_id=judge, points={"need": 1}, note_to_team=CANARY, now=now)
    db.session.commit()


def people_of_every_role(edition: Edition, jury: Jury) -> dict[str, Person | None]:
    member = db.session.scalars(select(Person).join(TeamMember).where(TeamMember.team_id == jury.teams[0].id)).one()
    people: dict[str, Person | None] = {"anybody": None, "person": make_person(), "member of the team": member}
    people["other judge"] = jury.judges[1]
    people["organiser"] = jury.organisers[0]
    for role in (Role.PARTICIPANT, Role.COORDINATOR, Role.FACILITATOR, Role.ADMINISTRATOR):
        people[role.value] = make_member(role, edition)
    return people


def addresses(app: Flask) -> list[str]:
    """Every page that can be read below the edition, with the numbers of the first team and idea."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if (
                "GET" in (rule.methods or ())
                and "slug" in rule.arguments
                and rule.arguments <= {"slug", "number", "team_number"}
            ):
                found.append(rule.build({"slug": "skills360", "number": 1, "team_number": 1}, append_unknown=False)[1])  # type: ignore[index]
    return sorted(found)


def test_canary_is_on_no_page_of_anybody(app: Flask, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    jury = make_jury(teams=2)
    put_in_canaries(jury, now)
    pages, seen = addresses(app), 0
    assert len(pages) > 8
    with caplog.at_level(logging.DEBUG):
        for who, person in people_of_every_role(jury.edition, jury).items():
            client = app.test_client()
            if person is not None:
                sign_in(client, person)
            for address in pages:
                answer = client.get(address)
                assert answer.status_code < 500, (who, address)
                assert CANARY not in answer.get_data(as_text=True), (who, address)
                assert CANARY not in str(answer.headers), (who, address)
                seen += answer.status_code == 200
    assert seen > 40
    assert CANARY not in caplog.text
    assert CANARY not in "".join(db.session.scalars(select(AuditEntry.details)))


def test_judge_reads_the_own_card(app: Flask, client: FlaskClient, now: datetime) -> None:
    jury = make_jury(teams=2)
    put_in_canaries(jury, now)
    page = sign_in(client, jury.judges[0]).get("/events/skills360/judging/1").get_data(as_text=True)
    assert CANARY in page
    assert len(re.findall(r'value="5" checked', page)) == 5
    other = sign_in(app.test_client(), jury.judges[1]).get("/events/skills360/judging/1").get_data(as_text=True)
    assert " checked" not in other


def _bare(page: bytes) -> bytes:
    """The page without what differs from one request to the next."""
    return re.sub(rb'name="csrf_token" value="[^"]*"', b"", page)


@pytest.mark.parametrize(
    "address", ["/results", "/results/stage", "/results/stage?step=3", "/followup", "/teams", "/ideas", ""]
)
def test_public_pages_are_the_same_bytes_whatever_the_scores_are(
    client: FlaskClient, now: datetime, address: str
) -> None:
    jury = make_jury(teams=3)
    before = client.get(f"/events/skills360{address}")
    assert before.status_code == 200
    give_everything(jury)
    after = client.get(f"/events/skills360{address}")
    assert _bare(before.data) == _bare(after.data)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    approve_reveal(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert _bare(before.data) == _bare(client.get(f"/events/skills360{address}").data)


def test_the_room_shows_the_same_for_opposite_scores(app: Flask, now: datetime) -> None:
    jury = make_jury(teams=2)
    room = sign_in(app.test_client(), jury.organisers[0])
    pages = []
    for best, worst in ((5, 1), (1, 5)):
        for team, value in ((1, best), (2, worst)):
            submit_scorecard(
                jury.round.id, team, judge_id=jury.judges[0].id, points=all_points(value), note_to_team="", now=now
            )
        pages.append(_bare(room.get("/events/skills360/organise/judging").data))
    assert pages[0] == pages[1]
    assert b"2 av 2" in pages[0]


def test_winner_page_reads_no_scorecards(client: FlaskClient, now: datetime) -> None:
    jury = make_jury(teams=3)
    give_everything(jury)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for address in ("/results", "/results/stage?step=3"):
            page = client.get(f"/events/skills360{address}")
            assert "Lag 1" in page.get_data(as_text=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert any("published_result" in statement for statement in asked)
    assert not [statement for statement in asked if re.search(r"\bscore(card)?\b", statement)]
