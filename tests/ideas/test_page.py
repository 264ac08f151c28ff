"""An idea's page: who may see it, where the idea comes from, and that nothing on it can run."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.ideas.models import IdeaTag, Support
from hackathon.ideas.rules import Stage
from tests.factories import make_edition, make_member, make_organisation, make_person, sign_in
from tests.ideas.factories import (
    add_author,
    add_comment,
    add_support,
    make_finding,
    make_idea,
    make_theme,
    make_workshop,
    participant,
    question_of,
)  # fmt: skip
from tests.ideas.test_text import PAYLOADS

IDEAS = "/events/skills360/ideas"


def test_everybody_reads_a_published_idea(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(
        edition,
        participant(edition),
        number=1,
        title="Broar som håller",
        problem="Ett *problem*.",
        solution="En lösning.",
    )
    page = client.get(f"{IDEAS}/1")
    assert page.status_code == 200
    for words in ("Broar som håller", "<em>problem</em>", "En lösning.", "Problemet", "Var idén kommer ifrån"):
        assert words in page.text
    assert "Stöd idén" not in page.text


@pytest.mark.parametrize(
    ("stage", "hidden", "readers"),
    [
        (Stage.DRAFT, "", {"author", "co-author", Role.ORGANISER}),
        (Stage.SUBMITTED, "Personuppgifter.", {"author", "co-author", Role.ORGANISER, Role.FACILITATOR}),
        (Stage.DRAFT, "Personuppgifter.", {"author", "co-author", Role.ORGANISER}),
    ],
)
def test_what_is_not_public_is_not_found_by_others(
    app: Flask, client: FlaskClient, stage: Stage, hidden: str, readers: set[str]
) -> None:
    edition = make_edition()
    author, co_author = participant(edition), participant(edition)
    idea = make_idea(edition, author, number=1, stage=stage, hidden=hidden)
    add_author(idea, co_author)
    people = {"author": author, "co-author": co_author, "somebody": make_person()}
    people |= {role.value: make_member(role, edition) for role in (Role.PARTICIPANT, Role.COORDINATOR, Role.JUDGE)}
    people |= {role.value: make_member(role, edition) for role in (Role.FACILITATOR, Role.ORGANISER)}
    assert client.get(f"{IDEAS}/1").status_code == 404
    for name, person in people.items():
        sign_in(client, person)
        assert client.get(f"{IDEAS}/1").status_code == (200 if name in readers else 404), name
        for path, data in (("comment", {"text": "Hej"}), ("support", {"kind": "like", "on": "1"})):
            if name not in readers:
                assert client.post(f"{IDEAS}/1/{path}", data=data).status_code in (403, 404)


def test_way_back_to_the_findings(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    question = question_of(edition, 2)
    idea = make_idea(edition, participant(edition), number=1, question=question)
    workshop = make_workshop(edition)
    make_finding(workshop, 12, text="Annonsen ärvdes.", question=question, idea=idea, theme=make_theme(edition))
    make_finding(workshop, 13, text="Något annat.", question=question)
    page = client.get(f"{IDEAS}/1").text
    assert 'href="/events/skills360/findings/12"' in page
    assert 'href="/events/skills360/questions/2"' in page
    assert "Annonsen ärvdes." in page
    assert "Något annat." not in page
    picture = page[page.index('<svg class="trace"') : page.index("</svg>", page.index('<svg class="trace"'))]
    for words in ("Fynd 12", "Fråga 2", "Idé 1", "Umeå"):
        assert words in picture


def test_idea_without_findings_stands_on_those_of_its_question(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1, question=question_of(edition))
    workshop = make_workshop(edition)
    for number in range(1, 8):
        make_finding(workshop, number, question=question_of(edition))
    page = client.get(f"{IDEAS}/1").text
    assert page.count("<blockquote>Ett kort med nummer") == 3
    assert "4 fynd till" in page
    assert "Frågan växte fram ur 7 fynd" in page


def test_link_to_the_team_comes_from_the_package_above(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition), number=1)
    asked: list[tuple[int, int]] = []

    def links(edition_id: int, idea_id: int) -> list[tuple[str, str]]:
        asked.append((edition_id, idea_id))
        return [("Team 3, Broarna", "/events/skills360/teams/3")]

    app.extensions["idea_links"] = links
    page = client.get(f"{IDEAS}/1").text
    assert asked == [(edition.id, idea.id)]
    assert 'href="/events/skills360/teams/3">Team 3, Broarna</a>' in page
    assert page.index("Broarna") < page.index("</svg>", page.index('<svg class="trace"'))
    del app.extensions["idea_links"]
    assert client.get(f"{IDEAS}/1").status_code == 200


def test_history_tells_who_when_and_why(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=1)
    organiser = make_member(Role.ORGANISER, edition)
    sign_in(client, organiser).post(f"{IDEAS}/1/move", data={"to": "parked", "reason": "Lagen ändras i höst."})
    page = client.get(f"{IDEAS}/1").text
    assert "Lagen ändras i höst." in page
    assert organiser.name in page
    assert "11 september" in page


@pytest.mark.parametrize("payload", ["\n\n".join(PAYLOADS[start::3]) for start in range(3)])
def test_no_text_that_people_write_can_run(app: Flask, client: FlaskClient, payload: str) -> None:
    edition = make_edition()
    author = participant(edition)
    author.name = payload
    organisation = make_organisation(edition, payload)
    idea = make_idea(edition, author, number=1, title=payload, question=question_of(edition), hidden=payload)
    for part in ("summary", "problem", "audience", "solution", "benefit", "first_step"):
        setattr(idea, part, payload)
    idea.tags = [IdeaTag(tag=payload)]
    idea.transitions[0].reason = payload
    idea.authors[0].organisation_id = organisation.id
    workshop = make_workshop(edition)
    workshop.title_sv = workshop.summary_sv = workshop.place = payload
    question = question_of(edition)
    question.title_sv = question.text_sv = question.promise_sv = payload
    question.need_owner_id = organisation.id
    make_finding(workshop, 1, text=payload, question=question, idea=idea, theme=make_theme(edition, name=payload))
    add_comment(idea, author, payload)
    db.session.commit()
    sign_in(client, make_member(Role.ORGANISER, edition))
    paths = [
        "ideas/1",
        "ideas/1/edit",
        "ideas/1/move",
        "ideas/1/hide",
        "ideas",
        "ideas/board",
        "workshops",
        "workshops/1",
    ]
    paths += ["workshops?kind=challenge", "findings/1", "questions", "questions/1", "ideas/new"]
    quiet = {path: _dangerous(client.get(f"/events/skills360/{path}").text) for path in paths}
    idea.hidden_at, idea.hidden_reason = None, ""
    db.session.commit()
    quiet["ideas/board"] |= _dangerous(client.get("/events/skills360/ideas/board").text)
    echoed = client.get(
        "/events/skills360/ideas/board", query_string={"q": payload, "sector": payload, "question": payload}
    )
    assert not any(quiet.values()), quiet
    assert not _dangerous(echoed.text)


def _dangerous(page: str) -> set[str]:
    """Elements, handlers and addresses that no template of ours writes."""
    own = re.compile(r'<script (type="module"|defer) src="/static/[^"]+"></script>')
    rest = own.sub("", page)
    found = re.findall(r"<(?:script|iframe|style|object|embed|base|form action=//)\b", rest, re.IGNORECASE)
    tags = re.findall(r"<[a-zA-Z][^<>]*>", rest)
    found += [
        tag for tag in tags if re.search(r"""[\s"'/]on[a-z]+\s*=""", re.sub(r'"[^"]*"', '""', tag), re.IGNORECASE)
    ]
    address = re.compile(
        r"""(?:href|src|action|formaction)\s*=\s*["']?\s*(?:javascript|data|vbscript):""", re.IGNORECASE
    )
    found += [tag for tag in tags if address.search(tag)]
    return set(found)


def test_the_test_above_sees_what_is_dangerous() -> None:
    for text in (
        "<script>x</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:x">',
        "<style>",
        "<svg/onload=x>",
    ):
        assert _dangerous(text), text


def test_support_counts_people_and_organisations(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    organisation = make_organisation(edition)
    idea = make_idea(edition, participant(edition), number=1)
    for person in (
        participant(edition, organisation=organisation),
        participant(edition, organisation=organisation),
        participant(edition),
    ):
        add_support(idea, person)
    add_support(idea, participant(edition), Support.WORK)
    page = client.get(f"{IDEAS}/1").text
    assert "3 personer stöder idén" in page
    assert "från 1 organisation" in page
    assert "1 vill arbeta med den" in page
