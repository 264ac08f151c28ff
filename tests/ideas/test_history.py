"""Versions and the line of time; whoever edits second is shown the difference; similar and merged ideas keep their own pages."""

from __future__ import annotations

from flask import Flask

from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.ideas.models import Idea, IdeaVersion
from hackathon.ideas.rules import Stage
from tests.factories import make_edition, make_member, sign_in
from tests.ideas.factories import make_idea, participant
from tests.ideas.test_board import counted

IDEAS = "/events/skills360/ideas"
TEXT = {"title": "Lånekontoret", "summary": "Ett rum för den som är ny.", "question": ""}


def idea(number: int = 1) -> Idea:
    return db.session.query(Idea).filter_by(number=number).one()


def test_every_change_is_a_version_with_its_difference(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1, title="Lånekontoret", summary="Ett rum.")
    client = sign_in(app.test_client(), author)
    for turn, summary in enumerate(("Ett rum för alla.", "Ett rum för alla nya.", "Ett rum för alla nya."), start=1):
        data = TEXT | {"summary": summary, "version": str(idea().version)}
        assert client.post(f"{IDEAS}/1/edit", data=data).status_code == 303, turn
    kept = db.session.query(IdeaVersion).order_by(IdeaVersion.number).all()
    assert [version.texts["summary"] for version in kept] == ["Ett rum.", "Ett rum för alla.", "Ett rum för alla nya."]
    assert [version.author_id for version in kept] == [None, author.id, author.id]
    page = app.test_client().get(f"{IDEAS}/1/history").text
    assert page.index("version 3") < page.index("version 2")
    assert "Tillagt: </span> nya</ins>" in page


def test_drafts_keep_no_versions_and_submission_keeps_the_first(app: Flask) -> None:
    edition = make_edition()
    client = sign_in(app.test_client(), participant(edition))
    client.post(f"{IDEAS}/new", data=TEXT)
    client.post(f"{IDEAS}/1/edit", data=TEXT | {"summary": "Annat.", "version": "1"})
    assert db.session.query(IdeaVersion).count() == 0
    assert db.session.query(AuditEntry).filter_by(action="idea.edited").count() == 0
    data = TEXT | {"version": str(idea().version), "do": "submit", "terms": "y"}
    assert client.post(f"{IDEAS}/1/edit", data=data).status_code == 303
    assert [version.number for version in db.session.query(IdeaVersion)] == [1]


def test_second_editor_is_shown_the_difference_and_nothing_is_lost(app: Flask) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1, title="Lånekontoret", summary="Ett rum.")
    first, second = (sign_in(app.test_client(), make_member(Role.ORGANISER, edition)) for _ in range(2))
    assert first.post(f"{IDEAS}/1/edit", data=TEXT | {"summary": "Ett stort rum.", "version": "1"}).status_code == 303
    answer = second.post(f"{IDEAS}/1/edit", data=TEXT | {"summary": "Ett litet rum.", "version": "1"})
    assert answer.status_code == 409
    assert "Borttaget: </span>stort</del>" in answer.text
    assert "Tillagt: </span>litet</ins>" in answer.text
    assert ">Ett litet rum.</textarea>" in answer.text.replace("\r\n", "")
    assert idea().summary == "Ett stort rum."
    data = TEXT | {"summary": "Ett litet rum i ett stort.", "version": str(idea().version)}
    assert second.post(f"{IDEAS}/1/edit", data=data).status_code == 303
    assert {version.texts["summary"] for version in db.session.query(IdeaVersion)} == {
        "Ett rum.", "Ett stort rum.", "Ett litet rum i ett stort.",
    }  # fmt: skip


def test_draft_saves_itself_and_then_lives_at_its_own_address(app: Flask) -> None:
    edition = make_edition()
    client = sign_in(app.test_client(), participant(edition))
    as_script = {"Accept": "application/json"}
    data = TEXT | {"do": "draft", "idempotency_key": "k"}
    for _ in range(2):
        saved = client.post(f"{IDEAS}/new", data=data, headers=as_script).get_json()
        assert (saved["number"], saved["url"]) == (1, f"{IDEAS}/1/edit")
    assert db.session.query(Idea).count() == 1
    again = client.post(saved["url"], data=TEXT | {"summary": "Mer.", "version": saved["version"]}, headers=as_script)
    assert again.status_code == 200
    assert idea().summary == "Mer."
    assert idea().stage is Stage.DRAFT
    late = client.post(saved["url"], data=TEXT | {"summary": "För sent.", "version": "1"}, headers=as_script)
    assert late.status_code == 409
    empty = client.post(saved["url"], data=TEXT | {"title": "", "version": "2"}, headers=as_script)
    assert empty.status_code == 422
    assert idea().summary == "Mer."


def test_similar_ideas_stand_beside_what_is_written_and_on_the_page(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1, title="Lånekontor för nya", summary="Dator, kod och kollega för en dag.")
    make_idea(edition, author, number=2, title="Ett lånekontor", summary="Dator och kollega en dag.")
    make_idea(edition, author, number=3, title="Kanarie lånekontor", stage=Stage.DRAFT)
    client = app.test_client()
    found = client.get(f"{IDEAS}/similar?text=lånekontor+dator+kollega").text
    assert "/ideas/1" in found
    assert "/ideas/2" in found
    assert "Kanarie" not in found
    assert 'data-fragment="/events/skills360/ideas/1/similar"' in client.get(f"{IDEAS}/1").text
    assert "/ideas/2" in client.get(f"{IDEAS}/1/similar").text
    assert client.get(f"{IDEAS}/similar?text=").status_code == 200
    assert client.get(f"{IDEAS}/3/similar").status_code == 404
    assert client.get(f"{IDEAS}/3/history").status_code == 404


def test_merging_keeps_both_histories(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    for number in (1, 2):
        make_idea(edition, author, number=number, title=f"Idé {number}")
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    data = {"to": "merged", "reason": "Samma sak.", "merged_into": "2", "version": "1"}
    assert client.post(f"{IDEAS}/1/move", data=data).status_code == 303
    onlooker = app.test_client()
    assert "Samma sak." in onlooker.get(f"{IDEAS}/1/history").text
    assert f"{IDEAS}/1/history" in onlooker.get(f"{IDEAS}/2/history").text
    assert f'{IDEAS}/1"' in onlooker.get(f"{IDEAS}/2/similar").text
    back = {"to": "submitted", "reason": "Nej, två saker.", "version": str(idea(1).version)}
    assert client.post(f"{IDEAS}/1/move", data=back).status_code == 303
    assert f"{IDEAS}/1/history" not in onlooker.get(f"{IDEAS}/2/history").text
    assert "Samma sak." in onlooker.get(f"{IDEAS}/1/history").text


def test_history_reads_the_same_number_of_rows_at_once(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    client, counts = sign_in(app.test_client(), author), []
    for turn in range(3):
        data = TEXT | {"summary": f"Version {turn}.", "version": str(idea().version)}
        client.post(f"{IDEAS}/1/edit", data=data)
        with counted() as statements:
            client.get(f"{IDEAS}/1/history")
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
