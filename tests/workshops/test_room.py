"""Cards come from many phones, are sorted into themes, merged where they say the same, and parted again."""

from __future__ import annotations

import pytest
from flask import Flask

from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.workshops.models import Finding
from hackathon.workshops.rules import FindingState, WorkshopState
from tests.factories import make_member
from tests.ideas.factories import make_finding, make_theme, question_of
from tests.ideas.test_board import counted
from tests.security.test_races import Rivals
from tests.workshops.factories import EVENT, card, finding, make_room


def test_card_is_written_once_and_seen_by_all(app: Flask) -> None:
    room = make_room(app)
    phone, other, screen = (room.client(person) for person in (*room.guests, room.leader))
    before = screen.get(f"{EVENT}/workshops/1/pulse").get_json()
    for _ in range(2):
        answer = phone.post(f"{EVENT}/workshops/1/capture", data=card(idempotency_key="k"))
        assert answer.status_code == 303
    assert db.session.query(Finding).count() == 1
    assert (finding().author_id, finding().organisation_id, finding().sector.key) == (room.guests[0].id, None, "S2")
    assert screen.get(f"{EVENT}/workshops/1/pulse").get_json() != before
    for client in (phone, other, screen):
        for page in ("wall", "capture"):
            assert "Ingen vet vem som äger frågan." in client.get(f"{EVENT}/workshops/1/{page}").text
    assert "Mina kort" in phone.get(f"{EVENT}/workshops/1/capture").text
    assert "Mina kort" not in other.get(f"{EVENT}/workshops/1/capture").text


def test_signed_card_shows_the_organisation_and_never_the_person(app: Flask) -> None:
    room = make_room(app)
    room.client(room.guests[0]).post(f"{EVENT}/workshops/1/capture", data=card(signed="y"))
    organisation = finding().organisation
    assert organisation is not None
    wall = room.client(room.leader).get(f"{EVENT}/workshops/1/wall").text
    assert organisation.name in wall
    assert room.guests[0].name not in wall


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": " . "}, "innan du skickar"),
        ({"text": "x" * 401}, "400"),
        ({"sector": ""}, "sektor"),
        ({"kind": ""}, "Välj"),
    ],
)
def test_card_that_cannot_be_used_is_refused_with_a_sentence(app: Flask, fields: dict[str, str], says: str) -> None:
    room = make_room(app)
    answer = room.client(room.guests[0]).post(f"{EVENT}/workshops/1/capture", data=card(**fields))
    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.query(Finding).count() == 0


@pytest.mark.parametrize("state", [WorkshopState.PLANNED, WorkshopState.CLOSED, WorkshopState.PUBLISHED])
def test_no_card_is_taken_outside_the_workshop(app: Flask, state: WorkshopState) -> None:
    room = make_room(app, state=state)
    assert room.client(room.guests[0]).post(f"{EVENT}/workshops/1/capture", data=card()).status_code == 409
    assert db.session.query(Finding).count() == 0


def test_thirty_cards_at_once_get_thirty_numbers(app: Flask) -> None:
    room = make_room(app, guests=6)
    rivals = Rivals(app)
    phones = [rivals.browser(person) for person in room.guests]
    for number in range(30):
        rivals.add(phones[number % 6], "/workshops/1/capture", card(text=f"Kort nummer {number}"))
    answers = rivals.run()
    taken = [answer for answer in answers if answer.status == 303]
    assert {answer.status for answer in answers} <= {303, 503}  # A busy database says so, and has changed nothing.
    numbers = sorted(number for (number,) in db.session.query(Finding.number))
    assert numbers == list(range(1, len(taken) + 1))
    assert len(taken) >= 20
    assert room.workshop.revision >= len(taken)


def test_own_card_is_mended_and_taken_back_and_no_other(app: Flask) -> None:
    room = make_room(app)
    mine, other = (room.client(person) for person in room.guests)
    mine.post(f"{EVENT}/workshops/1/capture", data=card())
    assert other.get(f"{EVENT}/findings/1/edit").status_code == 403
    assert other.post(f"{EVENT}/findings/1/edit", data=card(text="Stulet")).status_code == 403
    assert mine.post(f"{EVENT}/findings/1/edit", data=card(text="Rättat", kind="success_factor")).status_code == 303
    assert finding().text == "Rättat"
    assert mine.post(f"{EVENT}/findings/1/edit", data={"do": "withdraw"}).status_code == 303
    assert finding().state is FindingState.WITHDRAWN
    assert "Rättat" not in room.client(room.leader).get(f"{EVENT}/workshops/1/wall").text
    assert mine.get(f"{EVENT}/findings/1/edit").status_code == 404


def test_own_card_stays_as_it_is_after_the_workshop(app: Flask) -> None:
    room = make_room(app)
    mine = room.client(room.guests[0])
    mine.post(f"{EVENT}/workshops/1/capture", data=card())
    room.workshop.state = WorkshopState.CLOSED
    assert mine.post(f"{EVENT}/findings/1/edit", data=card(text="Rättat")).status_code == 409
    assert room.client(room.leader).post(f"{EVENT}/findings/1/edit", data=card(text="Rättat")).status_code == 303


def test_card_is_sorted_by_form_and_by_script(app: Flask) -> None:
    room = make_room(app)
    make_finding(room.workshop, 1)
    theme = make_theme(room.edition)
    client = room.client(room.leader)
    assert client.post(f"{EVENT}/findings/1/sort", data={"theme": theme.key}).status_code == 303
    assert finding().theme_id == theme.id
    by_script = client.post(f"{EVENT}/findings/1/sort", data={"theme": ""}, headers={"Accept": "application/json"})
    assert by_script.get_json()["number"] == 1
    assert finding().theme_id is None
    assert client.post(f"{EVENT}/findings/1/sort", data={"theme": "nonsense"}).status_code == 422
    assert room.client(room.guests[0]).post(f"{EVENT}/findings/1/sort", data={"theme": ""}).status_code == 403


def test_theme_is_added_under_its_own_name(app: Flask) -> None:
    room = make_room(app)
    client = room.client(room.leader)
    for name, status in (("Språk", 303), ("språk", 409), ("", 422)):
        assert client.post(f"{EVENT}/workshops/1/themes", data={"name_sv": name}).status_code == status
    assert "Språk" in client.get(f"{EVENT}/workshops/1/themes").text


def test_merge_keeps_the_source_and_parting_brings_it_back(app: Flask) -> None:
    room = make_room(app, state=WorkshopState.PUBLISHED)
    question = question_of(room.edition)
    make_finding(room.workshop, 1, text="Ingen äger frågan.", question=question)
    make_finding(room.workshop, 2, text="Frågan ägs av ingen.", question=question)
    make_finding(room.workshop, 3, text="Ingen vill äga den här frågan.")
    client, anybody = room.client(room.leader), app.test_client()
    assert client.post(f"{EVENT}/findings/1/merge", data={"into": "2"}).status_code == 303
    assert client.post(f"{EVENT}/findings/2/merge", data={"into": "3"}).status_code == 303
    page = anybody.get(f"{EVENT}/findings/3").text
    assert "Ingen äger frågan." in page  # What came with another is still there.
    assert "Frågan ägs av ingen." in page
    assert "Fynd 3" in anybody.get(f"{EVENT}/findings/2").text
    assert "/findings/1" not in anybody.get(f"{EVENT}/workshops/1").text
    assert "/findings/1" in anybody.get(f"{EVENT}/questions/1").text  # Evidence stays evidence.
    assert client.post(f"{EVENT}/findings/2/merge", data={"do": "part"}).status_code == 303
    assert (finding(1).state, finding(2).state) == (FindingState.MERGED, FindingState.OPEN)
    assert "Ingen äger frågan." in anybody.get(f"{EVENT}/findings/2").text
    acts = {action for (action,) in db.session.query(AuditEntry.action)}
    assert {"finding.merged", "finding.parted"} <= acts


@pytest.mark.parametrize(
    ("source", "target", "status"), [(1, 1, 422), (1, 9, 422), (2, 3, 409), (1, 2, 422), (3, 1, 303)]
)
def test_merge_that_leads_nowhere_is_refused(app: Flask, source: int, target: int, status: int) -> None:
    room = make_room(app)
    for number in (1, 2, 3):
        make_finding(room.workshop, number)
    client = room.client(room.leader)
    client.post(f"{EVENT}/findings/2/merge", data={"into": "1"})
    assert client.post(f"{EVENT}/findings/{source}/merge", data={"into": str(target)}).status_code == status
    assert client.post(f"{EVENT}/findings/1/edit", data={"do": "withdraw"}).status_code == 409


def test_alike_cards_are_hinted_ranked(app: Flask) -> None:
    room = make_room(app)
    texts = [
        "Testen är gjorda på svenska för svenskar.",
        "Budgeten räcker inte till.",
        "Testerna görs på svenska, för svenskar.",
    ]
    for number, text in enumerate(texts, 1):
        make_finding(room.workshop, number, text=text)
    client = room.client(room.leader)
    page = client.get(f"{EVENT}/findings/1/sort").text
    assert page.index(texts[2]) < page.index(texts[1]) if texts[1] in page else texts[2] in page
    board = client.get(f"{EVENT}/workshops/1/themes").text
    assert board.count("liknar 1") == 2


@pytest.mark.parametrize("path", ["wall", "capture", "themes", "pulse"])
def test_number_of_queries_does_not_grow_with_the_cards(app: Flask, path: str) -> None:
    room = make_room(app)
    client, counts, made = room.client(room.leader), [], 0
    for wanted in (1, 3, 20):
        while made < wanted:
            made += 1
            make_finding(room.workshop, made)
        with counted() as statements:
            assert client.get(f"{EVENT}/workshops/1/{path}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]


def test_organiser_leads_every_workshop(app: Flask) -> None:
    room = make_room(app)
    organiser = room.client(make_member(Role.ORGANISER, room.edition))
    for path in ("themes", "people", "wall", "capture"):
        assert organiser.get(f"{EVENT}/workshops/1/{path}").status_code == 200
