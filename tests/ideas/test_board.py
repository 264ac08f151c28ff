"""Board and list: what is on them, how they are narrowed, and that they cost the same whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry, first_broken_entry
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.board import board_of
from hackathon.ideas.models import Idea, IdeaTag, IdeaTransition, SavedView
from hackathon.ideas.queries import MOST_IN_COLUMN, Filters, list_columns
from hackathon.ideas.rules import Stage
from hackathon.ideas.searching import index_ideas
from tests.factories import NOW, give_role, make_edition, make_member, sign_in
from tests.ideas.factories import (
    add_author,
    add_comment,
    add_support,
    make_finding,
    make_idea,
    make_workshop,
    participant,
    question_of,
    viewer,
)  # fmt: skip
from tests.security.test_races import Rivals

IDEAS = "/events/skills360/ideas"


@contextmanager
def counted() -> Any:
    """Counts the statements of the block; yields a list that fills."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def titles(page: str) -> list[str]:
    """The numbers of the ideas on a page, in their order."""
    return list(dict.fromkeys(re.findall(r'href="/events/skills360/ideas/(\d+)"', page)))


@pytest.mark.parametrize("path", ["/board", "", "/board?q=a&both=1&sector=S1&question=1", "/1"])
@pytest.mark.parametrize("role", [None, Role.PARTICIPANT, Role.ORGANISER])
def test_number_of_queries_is_the_same_for_1_3_and_30_ideas(
    app: Flask, client: FlaskClient, path: str, role: Role | None
) -> None:
    edition = make_edition()
    if role:
        sign_in(client, make_member(role, edition))
    workshop, counts, made = make_workshop(edition), [], 0
    for wanted in (1, 3, 30):
        while made < wanted:
            made += 1
            _fill(edition, workshop, made)
        with counted() as statements:
            assert client.get(IDEAS + path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
    if path.startswith("/board"):
        assert counts[0] <= (10 if role else 9)


def _fill(edition: Edition, workshop: Any, number: int) -> None:
    """An idea with everything that a page may show of it; the first gets more of all with each call."""
    person = participant(edition)
    idea = make_idea(edition, person, number=number, question=question_of(edition), problem="Så *här*.")
    add_author(idea, participant(edition))
    first = db.session.query(type(idea)).filter_by(number=1).one()
    make_finding(workshop, number, question=question_of(edition), idea=first)
    for one in {first, idea}:
        add_support(one, person)
        add_comment(one, person)


def test_board_has_a_column_per_stage_and_the_rest_aside(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    for number, stage in enumerate(Stage, 1):
        make_idea(edition, author, number=number, stage=stage)
    page = client.get(f"{IDEAS}/board").text
    for key in ("submitted", "shortlisted", "in_team", "entered", "finalist", "winner"):
        assert page.count(f'data-stage="{key}"') == 1
    assert 'data-stage="draft"' not in page
    assert "Vid sidan av: 3" in page
    assert "Idé med nummer 1<" not in page  # The draft.


def test_column_folds_what_comes_after_twelve(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    for number in range(1, 16):
        make_idea(edition, author, number=number)
    page = client.get(f"{IDEAS}/board").text
    assert page.count('class="ic-card"') == 12
    assert "3 till" in page
    assert len(titles(page)) == 15


def test_funnel_counts_everything_whatever_is_filtered(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    for number, stage in enumerate((Stage.SUBMITTED, Stage.SHORTLISTED, Stage.WINNER, Stage.PARKED, Stage.DRAFT), 1):
        make_idea(edition, author, number=number, stage=stage)
    found = list_columns(edition.id, viewer(participant(edition), edition), Filters(q="nummer 2"))
    board = board_of(*found, now=NOW, ideas_open=True)
    assert board.shown.reached == (4, 2, 1, 1, 1, 1)
    assert (board.total, board.matching) == (4, 1)


def test_signals_speak_while_ideas_are_open(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    still = make_idea(edition, author, age_days=18)
    fresh = make_idea(edition, author, age_days=13)
    lonely = make_idea(edition, author, stage=Stage.SHORTLISTED)
    mixed = make_idea(edition, author, stage=Stage.SHORTLISTED)
    add_author(mixed, participant(edition))
    found = list_columns(edition.id, viewer(author, edition), Filters())
    board = board_of(*found, now=NOW, ideas_open=True)
    assert board.shown.still == ((still.id, 18),)
    assert board.shown.lacking == {lonely.id}
    assert board.shown.own_moves == {still.id, fresh.id}
    quiet = board_of(*found, now=NOW, ideas_open=False).shown
    assert (quiet.still, quiet.lacking, quiet.own_moves) == ((), frozenset(), frozenset())


def test_cards_carry_what_the_script_needs_for_those_who_may_move(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    make_idea(edition, participant(edition), number=7)
    assert "data-move-url" not in client.get(f"{IDEAS}/board").text
    assert "data-move-url" not in sign_in(client, participant(edition)).get(f"{IDEAS}/board").text
    page = sign_in(client, make_member(Role.ORGANISER, edition)).get(f"{IDEAS}/board").text
    assert 'data-number="7" data-version="1" data-move-url="/events/skills360/ideas/7/move"' in page
    assert 'href="/events/skills360/ideas/7/move"' in page


@pytest.fixture
def narrowed(app: Flask, client: FlaskClient) -> Callable[[str], list[str]]:
    """Four ideas that differ in everything; gives the numbers that an address finds, on board and list alike."""
    edition = make_edition()
    agency, business = participant(edition), participant(edition)
    one = make_idea(
        edition, agency, number=1, title="Ärlig 50 % _annons_", sector="S1", question=question_of(edition, 1)
    )
    two = make_idea(edition, agency, number=2, title="Ålder är ÖVNING", sector="S2", question=question_of(edition, 2))
    three = make_idea(
        edition, business, number=3, title="Bro", summary="ÖPPEN dörr", sector="technology", pool="external"
    )
    three.tags.append(IdeaTag(tag="broar"))
    index_ideas(edition.id, [three])
    make_idea(edition, agency, number=4, title="Möte", sector=None, age_days=9)
    add_author(two, business)
    for person in (agency, participant(edition)):
        add_support(three, person)
    add_support(one, business)
    sign_in(client, business)

    def find(query: str) -> list[str]:
        board, listed = (titles(client.get(f"{IDEAS}{path}?{query}").text) for path in ("/board", ""))
        assert board == listed
        return listed

    return find


FOUND: dict[str, list[str]] = {
    "": ["3", "1", "2", "4"],
    "q=ärlig": ["1"],
    "q=ÄRLIG": ["1"],
    "q=övning": ["2"],
    "q=öppen": ["3"],
    "q=ålder": ["2"],
    "q=%25": [],
    "q=50 %25": ["1"],
    "q=_": [],
    "q=\\": [],
    "q='": [],
    "q=ord som inte finns": [],
    "q=%E2%80%AEbro%07": ["3"],
    "sector=S1": ["1"],
    "sector=S1&sector=S2": ["1", "2"],
    "sector=external": ["3"],
    "sector=S9": [],
    "tag=broar": ["3"],
    "tag=bro": [],
    "q=broa": ["3"],
    "question=2": ["2"],
    "question=99999999": [],
    "question=x": ["3", "1", "2", "4"],
    "question=" + "9" * 40: ["3", "1", "2", "4"],
    "both=1": ["2"],
    "both=yes": ["3", "1", "2", "4"],
    "mine=1": ["3", "2"],
    "sort=still": ["4", "1", "2", "3"],
    "sort=changed": ["1", "2", "3", "4"],
    "sort=nonsense": ["3", "1", "2", "4"],
    "page=-1&page=x&sort=still": ["4", "1", "2", "3"],
    "_external=1&_anchor=x&_scheme=javascript&endpoint=x&slug=y&sort=still": ["4", "1", "2", "3"],
}


def test_filters(narrowed: Callable[[str], list[str]]) -> None:
    assert {query: narrowed(query) for query in FOUND} == FOUND


def test_list_goes_page_by_page(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    for number in range(1, 54):
        make_idea(edition, author, number=number)
    assert titles(client.get(IDEAS).text)[-1] == "50"
    assert titles(client.get(f"{IDEAS}?page=2").text) == ["51", "52", "53"]
    beyond = client.get(f"{IDEAS}?page=999999999")
    assert beyond.status_code == 200
    assert titles(beyond.text) == []
    assert "page=2" in client.get(f"{IDEAS}?q=idé&_external=1").text


@pytest.mark.parametrize("role", [None, *Role])
def test_drafts_and_hidden_ideas_are_listed_to_whom_they_concern(
    app: Flask, client: FlaskClient, role: Role | None
) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1, stage=Stage.DRAFT)
    make_idea(edition, author, number=2, hidden="Personuppgifter.")
    make_idea(edition, author, number=3)
    if role not in (None, Role.ANYBODY, Role.PERSON, Role.ADMINISTRATOR):
        sign_in(client, make_member(role, edition))
    assert titles(client.get(f"{IDEAS}/board").text) == ["3"]
    wanted = {Role.ORGANISER: {"1", "2", "3"}, Role.FACILITATOR: {"2", "3"}}.get(role or Role.ANYBODY, {"3"})
    assert set(titles(client.get(IDEAS).text)) == wanted


def test_author_finds_the_own_drafts(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1, stage=Stage.DRAFT, title="Mitt utkast")
    page = sign_in(client, author).get(f"{IDEAS}/board").text
    assert "Du har 1 utkast" in page
    assert "Mitt utkast" in page
    assert "Mitt utkast" not in sign_in(client, participant(edition)).get(f"{IDEAS}/board").text


def test_empty_board_says_what_to_do(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    assert "Inga idéer ännu" in client.get(f"{IDEAS}/board").text
    assert "Inga idéer ännu" in client.get(IDEAS).text
    make_idea(edition, participant(edition))
    assert "Ingen idé passar" in client.get(f"{IDEAS}/board?q=xyz").text


def test_order_by_change_looks_at_the_text(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    late = make_idea(edition, author, number=2)
    late.changed_at = NOW + timedelta(hours=1)
    db.session.commit()
    assert titles(client.get(f"{IDEAS}/board?sort=changed").text) == ["2", "1"]


def test_column_goes_page_by_page_and_the_others_stay(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    for number in range(1, MOST_IN_COLUMN + 4):
        make_idea(edition, author, number=number)
    make_idea(edition, author, number=900, stage=Stage.SHORTLISTED)
    first = client.get(f"{IDEAS}/board?q=idé")
    assert titles(first.text) == [*(str(number) for number in range(1, MOST_IN_COLUMN + 1)), "900"]
    assert f"{IDEAS}/board?q=id%C3%A9&amp;column=submitted&amp;page=2#k0" in first.text
    second = client.get(f"{IDEAS}/board?column=submitted&page=2").text
    assert titles(second) == [*(str(number) for number in range(MOST_IN_COLUMN + 1, MOST_IN_COLUMN + 4)), "900"]
    assert f'{MOST_IN_COLUMN + 3}<span class="sr"> idéer' in second  # The column counts all of its ideas on every page.
    assert titles(client.get(f"{IDEAS}/board?column=submitted&page=99").text) == ["900"]
    assert client.get(f"{IDEAS}/board?column=nonsense&page=2").text.count("page=2#k") == 1


def test_pulse_grows_with_what_happens_to_ideas_alone(app: Flask, client: FlaskClient) -> None:
    edition, other = make_edition(), make_edition("other")
    make_idea(edition, participant(edition), number=1)
    make_idea(other, participant(other), number=1)
    organiser = make_member(Role.ORGANISER, edition)
    give_role(organiser, Role.ORGANISER, other)
    mover = sign_in(app.test_client(), organiser)

    def pulse() -> int:
        found: int = client.get(f"{IDEAS}/pulse").get_json()["revision"]
        return found

    before = pulse()
    mover.post("/events/other/ideas/1/move", data={"to": "shortlisted"})
    assert pulse() == before
    mover.post(f"{IDEAS}/1/move", data={"to": "shortlisted"})
    assert pulse() > before
    assert f'data-seen="{pulse()}"' in client.get(f"{IDEAS}/board").text


def test_many_ideas_move_for_one_reason_or_none_does(app: Flask) -> None:
    edition = make_edition()
    author = participant(edition)
    for number, stage in ((1, Stage.SUBMITTED), (2, Stage.SUBMITTED), (3, Stage.WINNER)):
        make_idea(edition, author, number=number, stage=stage)
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    assert 'name="number" value="2"' in client.get(IDEAS).text
    move = {"to": "parked", "reason": "Efter sommaren.", "back": "tag=broar&page=2&next=//evil.example"}

    def stages() -> list[Stage]:
        return [stage for (stage,) in db.session.query(Idea.stage).order_by(Idea.number)]

    before = stages()
    for fields, status in (
        ({"number": []}, 422),
        ({"number": ["1"], "reason": " "}, 422),
        ({"number": ["1", "x"]}, 422),
    ):
        assert client.post(f"{IDEAS}/moves", data=move | fields).status_code == status
    refused = client.post(f"{IDEAS}/moves", data=move | {"to": "shortlisted", "number": ["1", "2", "3"]})
    assert refused.status_code == 409
    assert "Idé 3" in refused.text
    assert stages() == before
    answer = client.post(f"{IDEAS}/moves", data=move | {"number": ["1", "2", "2"]})
    assert answer.location == f"{IDEAS}?page=2&tag=broar"
    assert stages() == [Stage.PARKED, Stage.PARKED, Stage.WINNER]
    reasons = db.session.query(IdeaTransition).filter_by(to_stage=Stage.PARKED)
    assert {step.reason for step in reasons} == {"Efter sommaren."}
    assert reasons.count() == 2
    assert sign_in(app.test_client(), author).post(f"{IDEAS}/moves", data=move | {"number": ["3"]}).status_code == 403


def test_view_is_kept_under_a_name_and_is_its_owners_alone(app: Flask) -> None:
    edition = make_edition()
    mine, other = (sign_in(app.test_client(), participant(edition)) for _ in range(2))
    data = {"name": " Mina broar ", "query": "tag=broar&sector=S1&next=//evil.example&column=draft"}
    for _ in range(2):
        assert mine.post(f"{IDEAS}/views", data=data).location == f"{IDEAS}/board?sector=S1&tag=broar"
    kept = db.session.query(SavedView).one()
    assert (kept.name, kept.query) == ("Mina broar", "sector=S1&tag=broar")
    assert f'href="{IDEAS}/board?sector=S1&amp;tag=broar"' in mine.get(f"{IDEAS}/board").text
    assert "Ta bort vyn Mina broar" in mine.get(f"{IDEAS}/board?tag=broar&sector=S1").text
    assert "Mina broar" not in other.get(f"{IDEAS}/board").text
    assert other.post(f"{IDEAS}/views", data={"remove": str(kept.id)}).status_code == 303
    assert db.session.query(SavedView).count() == 1
    assert mine.post(f"{IDEAS}/views", data={"name": "x" * 41, "query": ""}).status_code == 422
    assert mine.post(f"{IDEAS}/views", data={"remove": str(kept.id)}).status_code == 303
    assert db.session.query(SavedView).count() == 0


def test_cards_that_many_move_at_once_move_once_each(app: Flask) -> None:
    """Twelve people move six cards: of two at once one is told that the card has moved on, and every step is recorded once."""
    edition = make_edition()
    author = participant(edition)
    for number in range(1, 7):
        make_idea(edition, author, number=number)
    rivals = Rivals(app)
    for place in range(12):
        browser = rivals.browser(make_member(Role.ORGANISER, edition))
        rivals.add(
            browser, f"/ideas/{place % 6 + 1}/move", {"to": "shortlisted", "version": "1"}, Accept="application/json"
        )
    answers = rivals.run()
    assert sorted(answer.status for answer in answers) == [200] * 6 + [409] * 6
    steps = [step.idea_id for step in db.session.query(IdeaTransition).filter_by(to_stage=Stage.SHORTLISTED)]
    assert len(steps) == len(set(steps)) == 6
    boards = {app.test_client().get(f"{IDEAS}/board").text.partition('id="results"')[2] for _ in range(3)}
    assert len(boards) == 1  # Every screen agrees.
    acts = db.session.query(AuditEntry).filter_by(action="idea.moved").count()
    assert acts == 6
    assert first_broken_entry() is None
