"""Workshops, findings and questions: read by everybody, traceable both ways, searchable."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.core.db import db
from hackathon.workshops.models import FindingKind
from hackathon.workshops.queries import question_choices
from tests.factories import make_edition, make_organisation
from tests.ideas.factories import make_finding, make_idea, make_theme, make_workshop, participant, question_of
from tests.ideas.test_board import counted

EVENT = "/events/skills360"


def findings(page: str) -> list[str]:
    """The numbers of the findings that a page links to."""
    return list(dict.fromkeys(re.findall(r"/findings/(\d+)", page)))


def test_workshops_are_listed_with_their_counts(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    workshop, empty = make_workshop(edition, 1), make_workshop(edition, 2, sector=None)
    make_finding(workshop, 1, kind=FindingKind.SUCCESS_FACTOR)
    make_finding(workshop, 2)
    make_finding(workshop, 3)
    page = client.get(f"{EVENT}/workshops").text
    assert "1 framgångsfaktor ·" in page
    assert "2 utmaningar" in page
    assert "0 framgångsfaktorer" in page
    assert f"{EVENT}/workshops/{empty.number}" in page
    assert "2 workshoppar gav 1 framgångsfaktorer och 2 utmaningar" in page


def test_workshop_groups_its_findings_by_theme(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    workshop, theme = make_workshop(edition), make_theme(edition)
    make_finding(workshop, 1)
    make_finding(workshop, 2, theme=theme)
    make_finding(make_workshop(edition, 2), 3)
    page = client.get(f"{EVENT}/workshops/1").text
    assert findings(page) == ["2", "1"]
    assert page.index("Krav") < page.index("Utan tema")


def test_finding_leads_to_its_questions_and_ideas(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    question, author = question_of(edition, 2), participant(edition)
    idea = make_idea(edition, author, number=5, title="Broar", question=question)
    hidden = make_idea(edition, author, number=6, title="Dold idé", hidden="Skäl")
    workshop = make_workshop(edition)
    make_finding(workshop, 7, question=question, idea=idea)
    make_finding(workshop, 8, idea=hidden)
    page = client.get(f"{EVENT}/findings/7").text
    assert f'href="{EVENT}/questions/2"' in page
    assert f'href="{EVENT}/ideas/5">Idé 5, Broar</a>' in page
    other = client.get(f"{EVENT}/findings/8").text
    assert "Dold idé" not in other
    assert "Ingen idé nämner fyndet ännu." in other
    del app.extensions["finding_links"]
    assert client.get(f"{EVENT}/findings/7").status_code == 200


def test_question_tells_who_answers_for_it(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    question = question_of(edition)
    question.need_owner_id = make_organisation(edition, "Skatteverket").id
    question.promise_sv = "Vi prövar det bästa förslaget."
    make_finding(make_workshop(edition), 3, question=question)
    db.session.commit()
    page = client.get(f"{EVENT}/questions/1").text
    for words in (
        "Skatteverket",
        "Vi prövar det bästa förslaget.",
        "Ett kort med nummer 3.",
        f'href="{EVENT}/ideas/board?question=1"',
    ):
        assert words in page
    assert "Skatteverket" in client.get(f"{EVENT}/questions").text


def test_pages_speak_english_on_request(app: Flask, client: FlaskClient) -> None:
    make_workshop(make_edition())
    client.set_cookie("language", "en")
    assert "Question 1?" in client.get(f"{EVENT}/questions/1").text
    assert "Meeting 1" in client.get(f"{EVENT}/workshops/1").text


def test_question_choices_are_numbers_and_titles(app: Flask) -> None:
    edition = make_edition()
    assert question_choices(edition.id, "sv") == [(1, "Fråga 1?"), (2, "Fråga 2?")]
    assert question_choices(edition.id, "en") == [(1, "Question 1?"), (2, "Question 2?")]


@pytest.fixture
def searched(app: Flask, client: FlaskClient) -> FlaskClient:
    edition = make_edition()
    theme, workshop = make_theme(edition), make_workshop(edition)
    make_finding(workshop, 1, text="ÄRLIG annons 100 %", theme=theme, question=question_of(edition))
    make_finding(workshop, 2, text="ärenden i kö", kind=FindingKind.SUCCESS_FACTOR, sector="S2")
    make_finding(workshop, 3, text="Något helt annat_", sector="technology")
    return client


FOUND: dict[str, list[str]] = {
    "q=är": [],
    "q=ärl": ["1"],
    "q=100": ["1"],
    "q=ÄRENDEN": ["2"],
    "q=%25": [],
    "q=_": [],
    "q=annat": ["3"],
    "q=%27 OR 1=1--": [],
    "kind=success_factor": ["2"],
    "theme=requirements": ["1"],
    "theme=x": [],
    "sector=S2": ["2"],
    "sector=external": ["3"],
    "question=1": ["1"],
    "question=999999999": [],
    "q=ärlig&kind=challenge": ["1"],
    "q=ärenden&kind=challenge": [],
    "q=ärlig&page=2": [],
    "kind=nonsense": [],
    "_external=1&endpoint=x&q=ärlig&_scheme=javascript": ["1"],
}


def test_search_of_findings(searched: FlaskClient) -> None:
    answers = {query: searched.get(f"{EVENT}/workshops?{query}") for query in FOUND}
    assert {query: findings(answer.text) for query, answer in answers.items()} == FOUND
    assert {answer.status_code for answer in answers.values()} == {200}


def test_search_goes_page_by_page(app: Flask, client: FlaskClient) -> None:
    workshop = make_workshop(make_edition())
    for number in range(1, 53):
        make_finding(workshop, number)
    page = client.get(f"{EVENT}/workshops?kind=challenge").text
    assert len(findings(page)) == 50
    assert "kind=challenge" in page.split("page=2")[1].split('"')[0] + page.split("page=2")[0].split('"')[-1]
    assert findings(client.get(f"{EVENT}/workshops?kind=challenge&page=2").text) == ["51", "52"]


@pytest.mark.parametrize(
    "path", ["workshops/9", "findings/9", "questions/9", "workshops/0", f"findings/{'9' * 30}", "questions/x"]
)
def test_what_is_not_there_is_not_found(app: Flask, client: FlaskClient, path: str) -> None:
    make_edition()
    assert client.get(f"{EVENT}/{path}").status_code == 404


def test_findings_of_another_edition_stay_there(app: Flask, client: FlaskClient) -> None:
    make_edition()
    make_finding(make_workshop(make_edition("annan")), 1, text="Hemma hos andra")
    assert client.get(f"{EVENT}/findings/1").status_code == 404
    assert findings(client.get(f"{EVENT}/workshops?q=andra").text) == []


def test_empty_pages_say_what_comes(app: Flask, client: FlaskClient) -> None:
    edition = make_edition(questions=0)
    assert "Inga workshoppar ännu" in client.get(f"{EVENT}/workshops").text
    assert "Inga frågor ännu" in client.get(f"{EVENT}/questions").text
    make_workshop(edition)
    assert "Inga fynd ännu" in client.get(f"{EVENT}/workshops/1").text


@pytest.mark.parametrize(
    "path", ["workshops", "workshops?kind=challenge", "workshops/1", "questions", "questions/1", "findings/1"]
)
def test_number_of_queries_does_not_grow(app: Flask, client: FlaskClient, path: str) -> None:
    edition = make_edition()
    workshop, counts, made = make_workshop(edition), [], 0
    theme = make_theme(edition)
    for wanted in (1, 3, 30):
        while made < wanted:
            made += 1
            make_finding(workshop, made, theme=theme, question=question_of(edition))
        with counted() as statements:
            assert client.get(f"{EVENT}/{path}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
