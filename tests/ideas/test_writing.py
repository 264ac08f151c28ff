"""Writing ideas: create, edit, submit, hide; once under one key; whoever comes second sees both texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.models import Idea, IdeaComment, IdeaSupport, Support
from hackathon.ideas.rules import IdeaText, Stage
from hackathon.ideas.services import create_idea
from hackathon.registration.models import Registration, RegistrationState
from tests.factories import make_edition, make_member, make_organisation, make_person, sign_in
from tests.ideas.factories import (
    add_author,
    info,
    make_finding,
    make_idea,
    make_workshop,
    participant,
    question_of,
    viewer,
)

IDEAS = "/events/skills360/ideas"
GOOD: dict[str, str] = {
    "title": "Ärendet först", "summary": "Pröva på ett riktigt ärende.", "problem": "Rad ett\r\nrad två", "question": "2",
    "tags": "Urval, arbetsprov, urval", "do": "draft",
}  # fmt: skip


def ideas() -> list[Idea]:
    db.session.expire_all()
    return list(db.session.scalars(select(Idea).order_by(Idea.id)))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_draft_is_kept_with_everything_that_was_written(app: Flask, client: FlaskClient, now: datetime) -> None:
    edition = make_edition()
    organisation = make_organisation(edition, sector="S3")
    author, friend = participant(edition, organisation=organisation), participant(edition, "friend@example.org")
    make_finding(make_workshop(edition), 12)
    data = {**GOOD, "findings": "12", "co_authors": " Friend@Example.org ", "idempotency_key": "k"}
    answer = sign_in(client, author).post(f"{IDEAS}/new", data=data)
    assert answer.status_code == 303
    assert answer.location == f"{IDEAS}/1"
    (idea,) = ideas()
    assert (idea.number, idea.stage, idea.title, idea.problem) == (1, Stage.DRAFT, "Ärendet först", "Rad ett\nrad två")
    assert (idea.question_id, idea.created_at, idea.terms_accepted_at) == (question_of(edition, 2).id, now, None)
    assert idea.sector_id == organisation.sector_id
    assert [tag.tag for tag in idea.tags] == ["arbetsprov", "urval"]
    assert [finding.finding.number for finding in idea.findings] == [12]
    assert [(one.person_id, one.position, one.pool_key) for one in idea.authors] == [
        (author.id, 1, "agency"),
        (friend.id, 2, "external"),
    ]
    assert idea.authors[0].organisation_id == organisation.id


def test_registration_decides_the_pool_of_an_author(app: Flask, now: datetime) -> None:
    edition = make_edition()
    organisation = make_organisation(edition, sector="S2")
    author = participant(edition)
    pool = next(pool for pool in edition.pools if pool.key == "agency")
    db.session.add(
        Registration(
            edition_id=edition.id, person_id=author.id, pool_id=pool.id, organisation_id=organisation.id,
            state=RegistrationState.CONFIRMED, seat_no=1, created_at=now, changed_at=now,
        )
    )  # fmt: skip
    db.session.commit()
    idea = create_idea(info(edition), IdeaText("Titel", "Text"), actor=viewer(author, edition), now=now)
    assert (idea.authors[0].pool_key, idea.authors[0].organisation_id, idea.sector_id) == (
        "agency",
        organisation.id,
        organisation.sector_id,
    )


def test_submitting_needs_the_terms(app: Flask, client: FlaskClient, now: datetime) -> None:
    edition = make_edition()
    sign_in(client, participant(edition))
    refused = client.post(f"{IDEAS}/new", data={**GOOD, "do": "submit"})
    assert refused.status_code == 422
    assert "Läs och godkänn villkoren" in refused.text
    assert ideas() == []
    assert client.post(f"{IDEAS}/new", data={**GOOD, "do": "submit", "terms": "y"}).status_code == 303
    (idea,) = ideas()
    assert (idea.stage, idea.terms_accepted_at) == (Stage.SUBMITTED, now)
    assert [(step.from_stage, step.to_stage) for step in idea.transitions] == [
        (None, Stage.DRAFT),
        (Stage.DRAFT, Stage.SUBMITTED),
    ]


def test_same_key_creates_one_idea_and_answers_alike(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    sign_in(client, participant(edition))
    answers = [client.post(f"{IDEAS}/new", data={**GOOD, "idempotency_key": "once"}) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"{IDEAS}/1")}
    assert len(ideas()) == 1
    sign_in(client, participant(edition)).post(f"{IDEAS}/new", data={**GOOD, "idempotency_key": "once"})
    assert [idea.number for idea in ideas()] == [1, 2]


def test_refused_creation_leaves_the_key_free(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    sign_in(client, participant(edition))
    bad = client.post(f"{IDEAS}/new", data={**GOOD, "co_authors": "nobody@example.org", "idempotency_key": "k"})
    assert bad.status_code == 422
    assert ideas() == []
    assert client.post(f"{IDEAS}/new", data={**GOOD, "idempotency_key": "k"}).status_code == 303
    assert len(ideas()) == 1


UNUSABLE: list[dict[str, str]] = [
    {"title": ""},
    {"title": " \u200e "},
    {"title": "a\u0000"},
    {"title": "x" * 121},
    {"summary": ""},
    {"summary": "x" * 401},
    {"problem": "x" * 5001},
    {"question": "99"},
    {"question": "x"},
    {"question": "9" * 30},
    {"tags": ",".join(f"t{number}" for number in range(9))},
    {"tags": "x" * 31},
    {"findings": "99"},
    {"findings": "tolv"},
    {"findings": "9" * 30},
    {"findings": " ".join("1" for _ in range(13))},
    {"co_authors": "nobody@example.org"},
    {"co_authors": "inte en adress"},
    {"co_authors": "a@example.org b@example.org c@example.org d@example.org"},
    {"co_authors": "stranger@example.org"},
    {"idempotency_key": "x" * 129},
]


def test_unusable_form_comes_back_and_changes_nothing(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_person("stranger@example.org")
    sign_in(client, participant(edition))
    acts = count(AuditEntry)
    for change in UNUSABLE:
        answer = client.post(f"{IDEAS}/new", data={**GOOD, **change})
        assert answer.status_code in (400, 422), change
        if answer.status_code == 422 and "summary" not in change:
            assert "Pröva på ett riktigt ärende." in answer.text, change
        assert (ideas(), count(AuditEntry)) == ([], acts), change


def test_co_author_error_tells_nothing_of_accounts(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_person("stranger@example.org")
    sign_in(client, participant(edition))
    pages = [
        client.post(f"{IDEAS}/new", data={**GOOD, "co_authors": email}).text.replace(email, "")
        for email in ("nobody@example.org", "stranger@example.org")
    ]
    errors = [page[page.index("co_authors-error") :].split("</p>")[0] for page in pages]
    assert errors[0] == errors[1]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_wrong_encoding_is_no_failure_of_the_server(app: Flask, client: FlaskClient, encoding: str) -> None:
    edition = make_edition()
    sign_in(client, participant(edition))
    body = "title=Ärende&summary=Åtgärd".encode(encoding)
    answer = client.post(f"{IDEAS}/new", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    assert client.post(f"{IDEAS}/new", data=b"\xff\xfe\x00", content_type="multipart/form-data").status_code < 500


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_write_an_idea(app: Flask, client: FlaskClient, role: Role | None) -> None:
    edition = make_edition()
    if role is Role.PERSON:
        sign_in(client, make_person())
    elif role not in (None, Role.ANYBODY, Role.ADMINISTRATOR):
        sign_in(client, make_member(role, edition))
    answer = client.post(f"{IDEAS}/new", data=GOOD)
    may = role in (Role.PARTICIPANT, Role.COORDINATOR, Role.ORGANISER)
    assert (answer.status_code == 303) is may
    assert len(ideas()) == may


def test_closed_phase_stops_participants_and_not_organisers(app: Flask, client: FlaskClient) -> None:
    edition = make_edition(open_phases=())
    author = participant(edition)
    idea = make_idea(edition, author, number=1)
    sign_in(client, author)
    refused = client.post(f"{IDEAS}/new", data=GOOD)
    assert refused.status_code == 409
    assert "Just nu tas inga idéer emot" in refused.text
    assert client.post(f"{IDEAS}/1/edit", data={**GOOD, "version": "1"}).status_code == 409
    assert len(ideas()) == 1
    sign_in(client, make_member(Role.ORGANISER, edition))
    assert client.post(f"{IDEAS}/new", data=GOOD).status_code == 303
    assert client.post(f"{IDEAS}/1/edit", data={**GOOD, "version": "1"}).status_code == 303
    db.session.refresh(idea)
    assert idea.title == GOOD["title"]


def test_author_changes_the_text(app: Flask, client: FlaskClient, now: datetime) -> None:
    edition = make_edition()
    author, old, new = participant(edition), participant(edition), participant(edition, "ny@example.org")
    idea = make_idea(edition, author, number=1, age_days=3)
    add_author(idea, old)
    sign_in(client, author)
    page = client.get(f"{IDEAS}/1/edit").text
    assert idea.title in page
    assert old.email not in page
    data = {**GOOD, "version": "2", "co_authors": "ny@example.org", "remove_authors": str(old.id)}
    data["version"] = str(idea.version)
    assert client.post(f"{IDEAS}/1/edit", data=data).status_code == 303
    (idea,) = ideas()
    assert (idea.title, idea.changed_at, idea.stage) == (GOOD["title"], now, Stage.SUBMITTED)
    assert [one.person_id for one in idea.authors] == [author.id, new.id]


def test_owner_cannot_be_taken_away(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author, co_author = participant(edition), participant(edition)
    idea = make_idea(edition, author, number=1)
    add_author(idea, co_author)
    data = {**GOOD, "version": str(idea.version), "remove_authors": str(author.id)}
    assert sign_in(client, co_author).post(f"{IDEAS}/1/edit", data=data).status_code == 422
    (idea,) = ideas()
    assert len(idea.authors) == 2


def _someone(edition: Edition, kind: str) -> Person:
    organisation = make_organisation(edition)
    makers = {
        "coordinator of another": lambda: make_member(Role.COORDINATOR, edition, organisation=organisation),
        "participant": lambda: participant(edition),
        "facilitator": lambda: make_member(Role.FACILITATOR, edition),
        "judge": lambda: make_member(Role.JUDGE, edition),
        "person": lambda: make_person(),
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", ["coordinator of another", "participant", "facilitator", "judge", "person"])
def test_others_change_nothing(app: Flask, client: FlaskClient, kind: str) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition), number=1)
    sign_in(client, _someone(edition, kind))
    assert client.get(f"{IDEAS}/1/edit").status_code == 403
    assert client.post(f"{IDEAS}/1/edit", data={**GOOD, "version": "1"}).status_code == 403
    db.session.refresh(idea)
    assert (idea.title, idea.version) == ("Idé med nummer 1", 1)


def test_coordinator_changes_ideas_of_the_own_agency(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    organisation = make_organisation(edition)
    idea = make_idea(edition, participant(edition), number=1)
    idea.authors[0].organisation_id = organisation.id
    db.session.commit()
    sign_in(client, make_member(Role.COORDINATOR, edition, organisation=organisation))
    assert client.post(f"{IDEAS}/1/edit", data={**GOOD, "version": str(idea.version)}).status_code == 303


def test_second_editor_sees_both_texts_and_then_decides(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author, co_author = participant(edition), participant(edition)
    idea = make_idea(edition, author, number=1)
    add_author(idea, co_author)
    seen = str(idea.version)
    first = {**GOOD, "title": "Den första var här", "version": seen}
    assert sign_in(client, author).post(f"{IDEAS}/1/edit", data=first).status_code == 303
    second = {**GOOD, "title": "Den andra kom sedan", "version": seen}
    answer = sign_in(client, co_author).post(f"{IDEAS}/1/edit", data=second)
    assert answer.status_code == 409
    for words in ("Någon annan hann spara idén", "Den första var här", 'value="Den andra kom sedan"'):
        assert words in answer.text
    (idea,) = ideas()
    assert idea.title == "Den första var här"
    assert f'name="version" type="hidden" value="{idea.version}"' in answer.text
    again = client.post(f"{IDEAS}/1/edit", data={**second, "version": str(idea.version)})
    assert again.status_code == 303
    assert ideas()[0].title == "Den andra kom sedan"


def test_edit_without_a_version_is_refused(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    assert sign_in(client, author).post(f"{IDEAS}/1/edit", data=GOOD).status_code == 409
    assert ideas()[0].title == "Idé med nummer 1"


def test_draft_is_submitted_from_its_form(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    idea = make_idea(edition, author, number=1, stage=Stage.DRAFT)
    idea.terms_accepted_at = None
    db.session.commit()
    data = {**GOOD, "version": str(idea.version), "do": "submit"}
    assert sign_in(client, author).post(f"{IDEAS}/1/edit", data=data).status_code == 422
    assert ideas()[0].stage is Stage.DRAFT
    assert client.post(f"{IDEAS}/1/edit", data={**data, "terms": "y"}).status_code == 303
    assert ideas()[0].stage is Stage.SUBMITTED


def test_hiding_needs_a_reason_and_can_be_undone(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    sign_in(client, make_member(Role.FACILITATOR, edition))
    assert client.post(f"{IDEAS}/1/hide", data={"reason": "  "}).status_code == 422
    assert ideas()[0].hidden_at is None
    assert client.post(f"{IDEAS}/1/hide", data={"reason": "Personuppgifter."}).status_code == 303
    assert app.test_client().get(f"{IDEAS}/1").status_code == 404
    assert "Personuppgifter." in sign_in(app.test_client(), author).get(f"{IDEAS}/1").text
    assert client.post(f"{IDEAS}/1/hide", data={"do": "show"}).status_code == 303
    assert app.test_client().get(f"{IDEAS}/1").status_code == 200
    assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == ["idea.hidden", "idea.unhidden"]


def test_author_cannot_hide(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    assert sign_in(client, author).post(f"{IDEAS}/1/hide", data={"reason": "x"}).status_code == 403
    assert ideas()[0].hidden_at is None


def test_comment_is_written_once_under_one_key(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    sign_in(client, participant(edition))
    for _ in range(3):
        assert (
            client.post(f"{IDEAS}/1/comment", data={"text": "Bra *tänkt*.", "idempotency_key": "k"}).status_code == 303
        )
    assert count(IdeaComment) == 1
    assert "Bra <em>tänkt</em>." in client.get(f"{IDEAS}/1").text


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_unusable_comment_comes_back(app: Flask, client: FlaskClient, text: str) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    answer = sign_in(client, participant(edition)).post(f"{IDEAS}/1/comment", data={"text": text})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert count(IdeaComment) == 0


def test_comment_may_have_2000_characters(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    assert (
        sign_in(client, participant(edition)).post(f"{IDEAS}/1/comment", data={"text": "å" * 2000}).status_code == 303
    )


@pytest.mark.parametrize("kind", Support)
def test_support_is_given_once_and_taken_back(app: Flask, client: FlaskClient, kind: Support) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    sign_in(client, participant(edition))
    for on, left in (("1", 1), ("1", 1), ("0", 0), ("0", 0), ("1", 1)):
        assert client.post(f"{IDEAS}/1/support", data={"kind": kind.value, "on": on}).status_code == 303
        assert count(IdeaSupport) == left


@pytest.mark.parametrize("data", [{}, {"kind": "love", "on": "1"}, {"kind": "like"}, {"kind": "like", "on": "2"}])
def test_unreadable_support_is_refused(app: Flask, client: FlaskClient, data: dict[str, str]) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    assert sign_in(client, participant(edition)).post(f"{IDEAS}/1/support", data=data).status_code == 422
    assert count(IdeaSupport) == 0


def test_nobody_supports_the_own_idea(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    sign_in(client, author)
    assert client.post(f"{IDEAS}/1/support", data={"kind": "like", "on": "1"}).status_code == 403
    assert "Stöd idén" not in client.get(f"{IDEAS}/1").text
    assert count(IdeaSupport) == 0


def test_reading_writes_nothing_and_get_changes_nothing(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    sign_in(client, make_member(Role.ORGANISER, edition))
    before = ideas()[0].version
    for path in ("comment", "support"):
        assert client.get(f"{IDEAS}/1/{path}?on=1&kind=like&text=x").status_code == 405
    for path in ("", "/move?to=winner", "/hide?reason=x", "/edit?title=x"):
        assert client.get(f"{IDEAS}/1{path}").status_code == 200
    assert (ideas()[0].version, count(IdeaComment), count(IdeaSupport)) == (before, 0, 0)
