"""Moving an idea: every step for every role; what is refused changes nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.ideas.models import Idea, IdeaTransition
from hackathon.ideas.rules import Stage, find_step
from hackathon.ideas.services import move_idea, take_step
from tests.factories import give_role, make_edition, make_member, make_person, sign_in
from tests.ideas.factories import info, make_idea, participant, viewer

BOARD = "/events/skills360/ideas"
ROLES = (None, Role.PARTICIPANT, Role.COORDINATOR, Role.JUDGE, Role.FACILITATOR, Role.ORGANISER, Role.ADMINISTRATOR)


def traces(idea: Idea) -> tuple[object, ...]:
    """Everything that a move would change."""
    steps = db.session.scalar(select(func.count()).select_from(IdeaTransition).where(IdeaTransition.idea_id == idea.id))
    acts = db.session.scalar(select(func.count()).select_from(AuditEntry))
    db.session.expire_all()
    return idea.stage, idea.version, idea.stage_changed_at, idea.merged_into_id, steps, acts


@pytest.mark.parametrize("start", Stage)
def test_organiser_takes_exactly_the_steps_of_the_table(app: object, now: datetime, start: Stage) -> None:
    edition = make_edition()
    author, organiser = participant(edition), make_member(Role.ORGANISER, edition)
    for to in Stage:
        idea = make_idea(edition, author, stage=start, age_days=3)
        before = traces(idea)
        if find_step(start, to) is None:
            with pytest.raises(Conflict):
                move_idea(idea.id, to=to, reason="Skäl.", actor_id=organiser.id, now=now)
            assert traces(idea) == before
        else:
            move_idea(idea.id, to=to, reason="Skäl.", actor_id=organiser.id, now=now)
            db.session.commit()
            assert (idea.stage, idea.stage_changed_at) == (to, now)
            last = idea.transitions[-1]
            assert (last.from_stage, last.to_stage, last.actor_id, last.at, last.reason) == (
                start,
                to,
                organiser.id,
                now,
                "Skäl.",
            )


@pytest.mark.parametrize("role", ROLES)
def test_every_step_over_the_web_for_every_role(app: object, client: FlaskClient, role: Role | None) -> None:
    edition = make_edition()
    author = participant(edition)
    if role is not None:
        sign_in(client, make_member(role, edition) if role is not Role.ADMINISTRATOR else _administrator())
    for start in Stage:
        for to in Stage:
            idea = make_idea(edition, author, stage=start)
            before = traces(idea)
            answer = client.post(f"{BOARD}/{idea.number}/move", data={"to": to.value, "reason": "Skäl."})
            if role is Role.ORGANISER and find_step(start, to):
                assert answer.status_code == 303
                assert traces(idea)[0] is to
            else:
                assert answer.status_code in (401, 403, 404, 409), (start, to)
                assert traces(idea) == before


def _administrator() -> Person:
    person = make_person()
    give_role(person, Role.ADMINISTRATOR, None)
    return person


def test_author_submits_and_withdraws_while_ideas_are_open(app: object, now: datetime) -> None:
    edition = make_edition()
    author = participant(edition)
    idea = make_idea(edition, author, stage=Stage.DRAFT)
    actor = viewer(author, edition)
    take_step(info(edition), idea.number, to=Stage.SUBMITTED, reason="", actor=actor, now=now)
    take_step(info(edition), idea.number, to=Stage.DRAFT, reason="Vi tänker om.", actor=actor, now=now)
    assert idea.stage is Stage.DRAFT
    with pytest.raises(Conflict, match="no_such_step"):
        take_step(info(edition), idea.number, to=Stage.WINNER, reason="", actor=actor, now=now)


def test_author_takes_no_step_of_the_organisers(app: object, now: datetime) -> None:
    edition = make_edition()
    author = participant(edition)
    idea = make_idea(edition, author)
    before = traces(idea)
    with pytest.raises(Forbidden, match="step_not_yours"):
        take_step(info(edition), idea.number, to=Stage.SHORTLISTED, reason="", actor=viewer(author, edition), now=now)
    assert traces(idea) == before


def test_author_cannot_submit_when_ideas_are_closed_but_an_organiser_can(app: object, now: datetime) -> None:
    edition = make_edition(open_phases=())
    author, organiser = participant(edition), make_member(Role.ORGANISER, edition)
    idea = make_idea(edition, author, stage=Stage.DRAFT)
    with pytest.raises(Conflict, match="ideas_closed"):
        take_step(info(edition), idea.number, to=Stage.SUBMITTED, reason="", actor=viewer(author, edition), now=now)
    take_step(info(edition), idea.number, to=Stage.SUBMITTED, reason="", actor=viewer(organiser, edition), now=now)
    assert idea.stage is Stage.SUBMITTED


def test_draft_is_not_submitted_before_its_terms_are_accepted(app: object, now: datetime) -> None:
    edition = make_edition()
    author = participant(edition)
    idea = make_idea(edition, author, stage=Stage.DRAFT)
    idea.terms_accepted_at = None
    db.session.commit()
    before = traces(idea)
    with pytest.raises(Invalid, match="terms_needed"):
        take_step(info(edition), idea.number, to=Stage.SUBMITTED, reason="", actor=viewer(author, edition), now=now)
    db.session.rollback()
    assert traces(idea) == before


@pytest.mark.parametrize("reason", ["", "   \n", "\u0000", "x" * 501])
def test_step_aside_needs_a_usable_reason(app: object, now: datetime, reason: str) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition))
    before = traces(idea)
    with pytest.raises(Invalid):
        move_idea(idea.id, to=Stage.PARKED, reason=reason, actor_id=None, now=now)
    assert traces(idea) == before


def test_move_is_audited_with_its_reason_apart(app: object, now: datetime) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition))
    move_idea(idea.id, to=Stage.PARKED, reason="Vi väntar på lagen.", actor_id=None, now=now)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("idea.moved", f"idea:{idea.id}")
    assert "lagen" not in entry.details
    assert db.session.scalar(select(AuditNote.text).where(AuditNote.entry_id == entry.id)) == "Vi väntar på lagen."


def test_old_version_is_refused_with_a_clear_sentence(app: object, client: FlaskClient) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition))
    sign_in(client, make_member(Role.ORGANISER, edition))
    first = client.post(f"{BOARD}/{idea.number}/move", data={"to": "shortlisted", "version": "1"})
    assert first.status_code == 303
    before = traces(idea)
    second = client.post(f"{BOARD}/{idea.number}/move", data={"to": "submitted", "reason": "Nej.", "version": "1"})
    assert second.status_code == 409
    assert "Någon annan hann ändra idén" in second.text
    assert traces(idea) == before


def test_board_script_gets_json_with_the_next_version(app: object, client: FlaskClient) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition))
    sign_in(client, make_member(Role.ORGANISER, edition))
    headers = {"Accept": "application/json"}
    answer = client.post(f"{BOARD}/{idea.number}/move", data={"to": "shortlisted", "version": "1"}, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"number": idea.number, "stage": "shortlisted", "version": 2})
    refused = client.post(f"{BOARD}/{idea.number}/move", data={"to": "submitted", "version": "2"}, headers=headers)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert refused.json is not None
    assert refused.json["reason"] == "reason_needed"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"to": "heaven"}, 422),
        ({"to": "draft' OR 1=1--", "reason": "x"}, 422),
        ({"to": "shortlisted", "version": "x"}, 422),
        ({"to": "shortlisted", "version": "9" * 30}, 422),
        ({"to": "shortlisted", "version": "-1"}, 422),
        ({"to": "merged", "reason": "Samma.", "merged_into": "0"}, 422),
        ({"to": "merged", "reason": "Samma.", "merged_into": "4711"}, 422),
        ({"to": "merged", "reason": "Samma.", "merged_into": "٣"}, 422),
        ({"to": "parked"}, 422),
        ({"to": "parked", "reason": "x" * 501}, 422),
    ],
)
def test_unusable_move_is_refused_and_changes_nothing(
    app: object, client: FlaskClient, data: dict[str, str], status: int
) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition), number=1)
    sign_in(client, make_member(Role.ORGANISER, edition))
    before = traces(idea)
    for headers in ({}, {"Accept": "application/json"}):
        assert client.post(f"{BOARD}/1/move", data=data, headers=headers).status_code == status
    assert traces(idea) == before


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999999"])
def test_unknown_number_is_not_found(app: object, client: FlaskClient, number: str) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    sign_in(client, make_member(Role.ORGANISER, edition))
    for path in ("", "/edit", "/move", "/hide"):
        assert client.get(f"{BOARD}/{number}{path}").status_code == 404
    for path in ("edit", "move", "hide", "comment", "support"):
        assert client.post(f"{BOARD}/{number}/{path}", data={"to": "parked"}).status_code == 404


def test_merged_idea_points_at_the_one_that_goes_on(app: object, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    idea, other = make_idea(edition, author, number=1), make_idea(edition, author, number=2)
    sign_in(client, make_member(Role.ORGANISER, edition))
    answer = client.post(f"{BOARD}/1/move", data={"to": "merged", "reason": "Samma sak.", "merged_into": "2"})
    assert answer.status_code == 303
    assert traces(idea)[3] == other.id
    assert "Ingår i idé 2" in client.get(f"{BOARD}/1").text
    client.post(f"{BOARD}/1/move", data={"to": "submitted", "reason": "De skiljer sig."})
    assert traces(idea)[3] is None


def test_move_page_offers_the_allowed_steps_alone(app: object, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    page = sign_in(client, make_member(Role.ORGANISER, edition)).get(f"{BOARD}/1/move").text
    for stage in Stage:
        assert (f'value="{stage.value}"' in page) is (find_step(Stage.SUBMITTED, stage) is not None)
    page = sign_in(client, author).get(f"{BOARD}/1/move").text
    assert 'value="draft"' in page
    assert 'value="shortlisted"' not in page
    assert sign_in(client, participant(edition)).get(f"{BOARD}/1/move").status_code == 403


def test_idea_of_another_edition_is_out_of_reach(app: object, client: FlaskClient) -> None:
    here, there = make_edition(), make_edition("annan")
    organiser = make_member(Role.ORGANISER, here)
    idea = make_idea(there, participant(there), number=1)
    before = traces(idea)
    sign_in(client, organiser)
    assert client.post(f"{BOARD}/1/move", data={"to": "shortlisted"}).status_code == 404
    assert client.post("/events/annan/ideas/1/move", data={"to": "shortlisted"}).status_code == 403
    assert traces(idea) == before
