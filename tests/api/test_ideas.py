"""Ideas through the API: the same as the board shows, to each the same as the pages do."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import Stage
from tests.api.conftest import Program, Programs, refusal, wrong_fields
from tests.factories import make_edition, make_member, make_person
from tests.ideas.factories import add_comment, add_support, make_finding, make_idea, make_workshop, question_of

FULL = {
    "title": "En gemensam kompetensprofil", "summary": "Myndigheter delar profil.", "problem": "Alla frågar samma sak.",
    "audience": "HR", "solution": "Ett format.", "benefit": "Mindre arbete.", "first_step": "Två myndigheter.",
    "question": 1, "tags": ["Kompetens", "HR"], "findings": [7],
}  # fmt: skip


def numbers(program: Program, query: str = "") -> list[int]:
    return [item["number"] for item in program.get(f"/ideas{query}").get_json()["items"]]


def test_list_tells_what_the_board_tells(public: Program) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    idea = make_idea(edition, author, number=4, question=question_of(edition), summary="Kort.")
    add_support(idea, make_person())
    add_comment(idea, make_person())
    (item,) = public.get("/ideas").get_json()["items"]
    assert item == {
        "number": 4, "title": "Idé med nummer 4", "summary": "Kort.", "stage": "submitted", "question": 1, "sector": "S1",
        "supports": 1, "comments": 1, "authors": {"agency": 1, "external": 0}, "hidden": False,
        "changed_at": "2026-09-11T07:00:00Z",
        "links": {"self": "/api/v1/events/skills360/ideas/4", "page": "/events/skills360/ideas/4"},
    }  # fmt: skip
    assert public.get(item["links"]["self"]).get_json().items() >= item.items()


def test_list_is_read_page_by_page(public: Program) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    for number in range(1, 8):
        make_idea(edition, author, number=number, stage=Stage.DRAFT if number == 5 else Stage.SUBMITTED)
    seen, cursor = [], ""
    while True:
        page = public.get(f"/ideas?limit=2{cursor}").get_json()
        seen.append([item["number"] for item in page["items"]])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [[1, 2], [3, 4], [6, 7]]


def test_list_has_filters(public: Program) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    make_idea(edition, author, number=1, title="Språk på jobbet", question=question_of(edition))
    make_idea(edition, author, number=2, stage=Stage.PARKED, sector="S2")
    make_idea(edition, author, number=3, sector="technology")
    assert numbers(public, "?q=SPRÅK") == [1]
    assert numbers(public, "?stage=parked") == [2]
    assert numbers(public, "?sector=S2&sector=technology") == [2, 3]
    assert numbers(public, "?sector=external") == [3]
    assert numbers(public, "?question=1") == [1]
    assert numbers(public, "?question=99") == []


def test_drafts_and_hidden_ideas_are_for_those_who_may_read_them(program: Programs, public: Program) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    make_idea(edition, author, number=1, stage=Stage.DRAFT)
    make_idea(edition, author, number=2, hidden="Innehåller namn.")
    who = {
        "public": public,
        "other": program(make_member(Role.PARTICIPANT, edition)),
        "author": program(author),
        "facilitator": program(make_member(Role.FACILITATOR, edition)),
        "organiser": program(make_member(Role.ORGANISER, edition)),
    }
    expected: dict[str, list[int]] = {
        "public": [],
        "other": [],
        "author": [1, 2],
        "facilitator": [2],
        "organiser": [1, 2],
    }
    for name, one in who.items():
        assert numbers(one) == expected[name], name
        assert numbers(one, "?q=idé") == expected[name], name
        for number in (1, 2):
            assert (one.get(f"/ideas/{number}").status_code == 200) is (number in expected[name]), (name, number)
    assert refusal(public.get("/ideas/1")) == (404, "idea_unknown")


@pytest.mark.parametrize("path", ["/ideas", "/ideas/1"])
def test_reading_asks_the_same_number_of_queries_for_more(public: Program, path: str) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    make_idea(edition, author, number=1)
    asked: list[int] = []
    for more in (0, 2):
        for number in range(more):
            add_comment(make_idea(edition, author, number=number + 2), author)
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", note)
        public.get(path)
        event.remove(db.engine, "before_cursor_execute", note)
        asked.append(count)
    assert asked[0] == asked[1]
    assert 0 < asked[0] <= 9


def test_idea_is_kept_as_it_was_sent(program: Programs, public: Program) -> None:
    edition = make_edition()
    make_finding(make_workshop(edition), 7)
    writer = program(make_member(Role.PARTICIPANT, edition))
    answer = writer.post("/ideas", FULL)
    assert answer.status_code == 201
    idea = answer.get_json()
    assert answer.location == f"/api/v1/events/skills360/ideas/{idea['number']}"
    assert {name: idea[name] for name in FULL} == FULL | {"tags": ["hr", "kompetens"]}
    assert (idea["stage"], idea["version"]) == ("draft", 1)
    assert writer.get(answer.location).json == idea
    assert public.get(answer.location).status_code == 404


def test_idea_is_submitted_with_the_terms_accepted(program: Programs, public: Program) -> None:
    edition = make_edition()
    writer = program(make_member(Role.PARTICIPANT, edition))
    text = {"title": "Titel", "summary": "Kort.", "submit": True}
    assert refusal(writer.post("/ideas", text)) == (422, "terms_needed")
    assert db.session.query(Idea).count() == 0
    answer = writer.post("/ideas", text | {"terms_accepted": True})
    assert answer.get_json()["stage"] == "submitted"
    assert numbers(public) == [answer.get_json()["number"]]


def test_idea_sent_twice_under_one_key_is_one(program: Programs) -> None:
    edition = make_edition()
    writer = program(make_member(Role.PARTICIPANT, edition))
    answers = [
        writer.post("/ideas", {"title": "T", "summary": "S"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert db.session.query(Idea).count() == 1


def test_idea_that_cannot_be_used_is_refused(program: Programs) -> None:
    writer = program(make_member(Role.PARTICIPANT, make_edition()))
    assert wrong_fields(writer.post("/ideas", {})) == {"title", "summary"}
    assert refusal(writer.post("/ideas", {"title": "T", "summary": "S", "question": 99})) == (422, "question_unknown")
    assert refusal(writer.post("/ideas", {"title": "T", "summary": "S", "findings": [99]})) == (422, "finding_unknown")
    assert refusal(writer.post("/ideas", {"title": "\u202e", "summary": "S"})) == (422, "text_missing")
    assert db.session.query(Idea).count() == 0


def test_idea_outside_its_phase_is_refused(program: Programs) -> None:
    edition = make_edition(open_phases=())
    writer = program(make_member(Role.PARTICIPANT, edition))
    assert refusal(writer.post("/ideas", {"title": "T", "summary": "S"})) == (409, "ideas_closed")


def test_author_submits_a_draft_and_takes_it_back(program: Programs) -> None:
    edition = make_edition()
    writer = program(make_member(Role.PARTICIPANT, edition))
    number = writer.post("/ideas", {"title": "T", "summary": "S"}).get_json()["number"]
    steps = f"/ideas/{number}/transitions"
    assert refusal(writer.post(steps, {"to": "submitted"})) == (422, "terms_needed")
    assert writer.post(steps, {"to": "submitted", "terms_accepted": True}).get_json()["stage"] == "submitted"
    assert refusal(writer.post(steps, {"to": "shortlisted"})) == (403, "step_not_yours")
    assert refusal(writer.post(steps, {"to": "draft"})) == (422, "reason_needed")
    assert writer.post(steps, {"to": "draft", "reason": "Mer att göra."}).get_json()["stage"] == "draft"


def test_organiser_moves_an_idea_on_with_a_record(program: Programs) -> None:
    edition = make_edition()
    make_idea(edition, make_member(Role.PARTICIPANT, edition), number=1)
    organiser = program(make_member(Role.ORGANISER, edition))
    steps = "/ideas/1/transitions"
    assert refusal(organiser.post(steps, {"to": "winner"})) == (409, "no_such_step")
    assert wrong_fields(organiser.post(steps, {"to": "best"})) == {"to"}
    assert wrong_fields(organiser.post(steps, {"reason": "Bra"})) == {"to"}
    assert wrong_fields(organiser.post(steps, {"to": "parked", "reason": "x" * 501})) == {"reason"}
    moved = organiser.post(steps, {"to": "shortlisted", "reason": "Tydlig nytta.", "version": 1}).get_json()
    assert (moved["stage"], moved["version"]) == ("shortlisted", 2)
    assert moved["history"][0].items() >= {"from": "submitted", "to": "shortlisted", "reason": "Tydlig nytta."}.items()
    assert refusal(organiser.post(steps, {"to": "in_team", "version": 1})) == (409, "changed_meanwhile")


def test_merged_idea_names_where_it_went(program: Programs) -> None:
    edition = make_edition()
    author = make_member(Role.PARTICIPANT, edition)
    for number in (1, 2):
        make_idea(edition, author, number=number)
    organiser = program(make_member(Role.ORGANISER, edition))
    step = {"to": "merged", "reason": "Samma tanke."}
    assert refusal(organiser.post("/ideas/1/transitions", step | {"merged_into": 9})) == (422, "merge_target")
    assert organiser.post("/ideas/1/transitions", step | {"merged_into": 2}).get_json()["merged_into"] == 2


def test_idea_of_others_is_not_moved(program: Programs) -> None:
    edition = make_edition()
    make_idea(edition, make_member(Role.PARTICIPANT, edition), number=1)
    make_idea(edition, make_member(Role.PARTICIPANT, edition), number=2, stage=Stage.DRAFT)
    other = program(make_member(Role.PARTICIPANT, edition))
    step = {"to": "draft", "reason": "Bort."}
    assert refusal(other.post("/ideas/1/transitions", step)) == (403, "step_not_yours")
    hidden = refusal(other.post("/ideas/2/transitions", {"to": "submitted", "terms_accepted": True}))
    assert hidden == (404, "idea_unknown")
    assert numbers(other) == [1]
