"""Challenge questions: written from findings, every version kept, promised by their owner, published."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.workshops.models import ChallengeQuestion, QuestionFinding, QuestionVersion
from hackathon.workshops.rules import QuestionState
from tests.factories import make_edition, make_member, make_organisation, sign_in
from tests.ideas.factories import make_finding, make_workshop, question_of

EVENT = "/events/skills360"
TEXT = {"title_sv": "Hur kan vi mötas?", "text_sv": "Vi ses för sällan.", "owner": "", "findings": "7, 8"}


def organiser(app: Flask, edition: Edition) -> FlaskClient:
    return sign_in(app.test_client(), make_member(Role.ORGANISER, edition))


def make_findings(edition: Edition) -> None:
    workshop = make_workshop(edition)
    for number in (7, 8):
        make_finding(workshop, number)


def test_question_is_written_from_findings_as_a_draft(app: Flask) -> None:
    edition = make_edition()
    make_findings(edition)
    writer = sign_in(app.test_client(), make_member(Role.FACILITATOR, edition))
    assert 'value="7, 8"' in writer.get(f"{EVENT}/questions/new?finding=7&finding=8").text
    for _ in range(2):
        answer = writer.post(f"{EVENT}/questions/new", data=TEXT | {"idempotency_key": "k"})
        assert answer.location == f"{EVENT}/questions/3"
    question = question_of(edition, 3)
    assert (question.state, question.title_en) == (QuestionState.DRAFT, "Hur kan vi mötas?")
    assert db.session.query(QuestionFinding).filter_by(question_id=question.id).count() == 2
    anybody = app.test_client()
    assert anybody.get(f"{EVENT}/questions/3").status_code == 404
    assert "mötas" not in anybody.get(f"{EVENT}/questions").text
    assert "Utkast" in writer.get(f"{EVENT}/questions").text
    assert writer.post(f"{EVENT}/questions/new", data=TEXT | {"findings": "7, 99"}).status_code == 422
    assert writer.post(f"{EVENT}/questions/3/publish", data={"on": "1"}).status_code == 403


def test_published_question_is_read_by_all_and_taken_back(app: Flask) -> None:
    edition = make_edition()
    make_findings(edition)
    client, anybody = organiser(app, edition), app.test_client()
    client.post(f"{EVENT}/questions/new", data=TEXT)
    assert client.post(f"{EVENT}/questions/3/publish", data={"on": "1"}).status_code == 303
    assert client.post(f"{EVENT}/questions/3/publish", data={"on": "1"}).status_code == 409
    page = anybody.get(f"{EVENT}/questions/3").text
    assert "/findings/7" in page
    assert client.post(f"{EVENT}/questions/3/publish", data={"on": "0"}).status_code == 303
    assert anybody.get(f"{EVENT}/questions/3").status_code == 404


def test_every_version_is_kept_with_what_it_changed(app: Flask) -> None:
    edition = make_edition()
    client = organiser(app, edition)
    data = {
        "title_sv": "Fråga 1?",
        "text_sv": "Ny bakgrund.",
        "owner": "",
        "findings": "",
        "version": "1",
        "note": "Kortare.",
    }
    assert client.post(f"{EVENT}/questions/1/edit", data=data).status_code == 303
    kept = db.session.query(QuestionVersion).order_by(QuestionVersion.version).all()
    assert [(version.version, version.text_sv) for version in kept] == [(1, "Bakgrund."), (2, "Ny bakgrund.")]
    page = app.test_client().get(f"{EVENT}/questions/1/versions").text
    assert "Kortare." in page
    assert "<del>" in page
    assert "<ins>" in page


def test_second_editor_is_shown_the_difference_and_loses_nothing(app: Flask) -> None:
    edition = make_edition()
    first, second = organiser(app, edition), organiser(app, edition)
    data = {"title_sv": "Fråga 1?", "text_sv": "Den förstas bakgrund.", "owner": "", "findings": "", "version": "1"}
    assert first.post(f"{EVENT}/questions/1/edit", data=data).status_code == 303
    answer = second.post(f"{EVENT}/questions/1/edit", data=data | {"text_sv": "Den andras bakgrund."})
    assert answer.status_code == 409
    assert '<del><span class="sr">Borttaget: </span>förstas</del>' in answer.text
    assert "Den andras bakgrund.</textarea>" in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert question_of(edition).text_sv == "Den förstas bakgrund."
    assert second.post(f"{EVENT}/questions/1/edit", data=data | {"version": "2"}).status_code == 303


def test_only_the_owners_coordinator_gives_the_promise(app: Flask) -> None:
    edition = make_edition()
    owner, other = make_organisation(edition), make_organisation(edition)
    question_of(edition).need_owner_id = owner.id
    theirs = sign_in(app.test_client(), make_member(Role.COORDINATOR, edition, organisation=owner))
    foreign = sign_in(app.test_client(), make_member(Role.COORDINATOR, edition, organisation=other))
    promise = {"promise_sv": "Vi svarar inom en månad."}
    for path in ("questions/1/promise", "questions/2/promise"):
        assert foreign.post(f"{EVENT}/{path}", data=promise).status_code == 403
        assert foreign.get(f"{EVENT}/{path}").status_code == 403
    assert theirs.post(f"{EVENT}/questions/2/promise", data=promise).status_code == 403
    assert theirs.post(f"{EVENT}/questions/1/promise", data={"promise_sv": ""}).status_code == 422
    assert theirs.post(f"{EVENT}/questions/1/promise", data=promise).status_code == 303
    assert "Vi svarar inom en månad." in app.test_client().get(f"{EVENT}/questions/1").text


def test_another_owner_has_not_promised(app: Flask) -> None:
    edition = make_edition()
    owner, other = make_organisation(edition), make_organisation(edition)
    question = question_of(edition)
    question.need_owner_id, question.promise_sv = owner.id, "Vi lovar."
    data = {"title_sv": "Fråga 1?", "text_sv": "Bakgrund.", "owner": str(other.id), "findings": "", "version": "1"}
    assert organiser(app, edition).post(f"{EVENT}/questions/1/edit", data=data).status_code == 303
    db.session.expire_all()
    assert db.session.query(ChallengeQuestion).filter_by(number=1).one().promise_sv == ""
