"""Search: stems in two languages, prefixes, parts of compounds and typing errors; and nobody finds what they may not read.

Both databases run these tests, so that what is expected here is what both find, in this order.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.finding import find_similar
from hackathon.ideas.rules import Stage
from hackathon.ideas.searching import reindex
from hackathon.search.models import DocumentKind, SearchPosting
from hackathon.search.queries import find_alike, understand
from hackathon.search.rules import errors_allowed, is_mistyped, letters, may_be_mistyped
from hackathon.search.services import Document, forget, index
from tests.factories import make_edition, make_member, sign_in
from tests.ideas.factories import add_comment, make_finding, make_idea, make_workshop, participant, viewer
from tests.ideas.test_board import counted

EVENT = "/events/skills360"
TITLES = {
    1: "Möbler som delas mellan myndigheter",
    2: "En möbelbank i källaren",
    3: "Upphandlingsregler på en sida",
    4: "Shared tables for small agencies",
    5: "Regeln som ingen läste",
    6: "Café Återbruk öppnar",
}


@pytest.fixture
def edition(app: Flask) -> Edition:
    found = make_edition()
    author = participant(found)
    for number, title in TITLES.items():
        make_idea(found, author, number=number, title=title, summary="Kort.")
    return found


def found_by(edition: Edition, text: str) -> list[int]:
    """The ideas that an onlooker finds, in their order."""
    from hackathon.accounts.viewer import viewer_of
    from hackathon.ideas.finding import find_ideas

    rows, count = find_ideas(viewer_of(None, edition.id), understand(edition.id, text), most=10)
    assert count == len(rows)
    return [row.number for row in rows]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("möbel", [1, 2]),  # The stem is worth more than the beginning of a compound.
        ("MÖBLERNA", [1]),  # A compound does not begin with what was typed.
        ("möb", [1, 2]),
        ("table", [4]),
        ("agency", [4]),
        ("regler", [5]),
        ("upphandling", [3]),
        ("upphandlingsreg", [3]),
        ("gsregler", [3]),  # A part of a compound, where no word begins with it.
        ("mydnigheter", [1]),
        ("myndigheetr", [1]),
        ("uphandlingsregler", [3]),
        ("kallaren", [2]),
        ("cafe", [6]),
        ("återbrukk", [6]),
        ("möbler myndigheter", [1]),
        ("möbler regler", []),
        ("som", [1, 5]),  # A common word alone is looked for as it stands.
        ("som möbler", [1]),
        ("xyzzy", []),
        ("mxy", []),
        ("", []),
        ("%", []),
        ("_öbler", [1]),
        ("'; DROP TABLE idea; --", []),
    ],
)
def test_text_finds_these_ideas_in_this_order(edition: Edition, text: str, numbers: list[int]) -> None:
    assert found_by(edition, text) == numbers


def test_title_counts_more_than_text(edition: Edition) -> None:
    make_idea(edition, participant(edition), number=7, title="Något annat", summary="Här nämns möbler.")
    assert found_by(edition, "möbler") == [1, 7]


def test_what_is_rewritten_is_found_under_its_new_words_alone(app: Flask, edition: Edition) -> None:
    organiser = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    fields = {"title": "Lånecyklar", "summary": "Kort.", "question": "", "version": "1"}
    assert organiser.post(f"{EVENT}/ideas/1/edit", data=fields).status_code == 303
    assert found_by(edition, "delas") == []
    assert found_by(edition, "lånecykel") == found_by(edition, "cykel") == [1]
    assert found_by(edition, "möbel") == [2]


def test_new_ideas_comments_and_cards_are_found_at_once(app: Flask, edition: Edition) -> None:
    client = sign_in(app.test_client(), participant(edition))
    fields = {"title": "Zebran", "summary": "Randig.", "question": "", "terms": "y", "do": "submit"}
    assert client.post(f"{EVENT}/ideas/new", data=fields).status_code == 303
    client.post(f"{EVENT}/ideas/1/comment", data={"text": "Giraffen är högre."})
    assert "Zebran" in client.get(f"{EVENT}/search?q=zebror").text
    assert "#c1" in client.get(f"{EVENT}/search?q=giraff").text


def test_nobody_finds_what_they_may_not_read(app: Flask, client: FlaskClient, edition: Edition) -> None:
    author = participant(edition)
    draft = make_idea(edition, author, number=20, title="Kanarie utkast", stage=Stage.DRAFT)
    hidden = make_idea(edition, author, number=21, title="Kanarie dold", hidden="Skäl")
    for idea in (draft, hidden):
        add_comment(idea, author, "Kanarie i kommentaren.")
    page = client.get(f"{EVENT}/search?q=kanarie").text
    assert "Kanarie" not in page
    assert "Inget passar" in page
    theirs = sign_in(app.test_client(), author).get(f"{EVENT}/search?q=kanarie").text
    assert theirs.count("Kanarie") >= 4
    me = viewer(make_member(Role.PARTICIPANT, edition), edition)
    assert find_similar(edition.id, me, "Kanarie utkast och kanarie dold") == []


def test_search_covers_findings_and_questions(client: FlaskClient, edition: Edition) -> None:
    make_finding(make_workshop(edition), 3, text="Ingen äger frågan om lokalerna.")
    assert "/findings/3" in client.get(f"{EVENT}/search?q=lokal").text
    assert "/findings/3" in client.get(f"{EVENT}/workshops?q=lokalen").text
    reindex(edition.id)
    db.session.commit()
    assert "/questions/1" in client.get(f"{EVENT}/search?q=bakgrund").text
    assert "/findings/3" in client.get(f"{EVENT}/search?q=lokal").text


def test_index_of_an_edition_is_its_own(edition: Edition) -> None:
    other = make_edition("other")
    make_idea(other, participant(other), number=1, title="Möbler hos de andra")
    assert found_by(edition, "möbler") == [1]
    assert found_by(other, "möbler") == [1]


def test_indexing_again_changes_nothing_and_forgetting_leaves_nothing(edition: Edition) -> None:
    def rows() -> list[tuple[int, str, int, int]]:
        query = db.session.query(
            SearchPosting.word_id, SearchPosting.kind, SearchPosting.subject_id, SearchPosting.weight
        )
        return sorted((word, kind.value, subject, weight) for word, kind, subject, weight in query)

    document = Document(DocumentKind.FINDING, 99, "Titel", "text text")
    index(edition.id, [document])
    before = rows()
    index(edition.id, [document])
    assert rows() == before
    forget(DocumentKind.FINDING, 99)
    assert db.session.query(SearchPosting).filter_by(subject_id=99).count() == 0
    assert len(rows()) == len(before) - 2


def test_similar_ideas_are_ranked(edition: Edition) -> None:
    make_idea(
        edition, participant(edition), number=8, title="Möbler delas mellan statliga myndigheter", summary="Kort."
    )
    me = viewer(participant(edition), edition)
    found = find_similar(edition.id, me, "Möbler som delas mellan myndigheter, kort.")
    assert [row.number for row in found[:2]] == [1, 8]
    assert found[0].likeness > found[1].likeness > 0.3
    assert 1 not in [row.number for row in find_similar(edition.id, me, TITLES[1], but=[1])]
    assert find_alike(edition.id, "xyzzy", DocumentKind.IDEA, most=5) == []


@pytest.mark.parametrize("query", ["möbler", "mydnigheter", "möbler myndigheter"])
def test_number_of_queries_does_not_grow_with_the_hits(client: FlaskClient, edition: Edition, query: str) -> None:
    counts, number, author = [], 30, participant(edition)
    for wanted in (1, 3, 30):
        while number < 30 + wanted:
            make_idea(edition, author, number=number, title=f"Möbler för myndigheter {number}")
            number += 1
        with counted() as statements:
            client.get(f"{EVENT}/search", query_string={"q": query})
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize(
    ("typed", "written", "most", "fits"),
    [
        ("regler", "regler", 0, True), ("reglre", "regler", 1, True), ("rgler", "regler", 1, True), ("regller", "regler", 1, True),
        ("ragler", "regler", 1, True), ("rgelre", "regler", 1, False), ("rgelre", "regler", 2, True), ("abc", "xyz", 2, False),
        ("ab", "ba", 1, True), ("", "a", 1, True), ("abcd", "a", 2, False),
    ],
)  # fmt: skip
def test_typing_errors_are_counted(typed: str, written: str, most: int, fits: bool) -> None:
    assert is_mistyped(typed, written, most) is fits
    assert is_mistyped(written, typed, most) is fits
    if fits:
        assert may_be_mistyped(letters(typed), letters(written), most)


def test_short_words_have_no_errors_and_long_ones_two() -> None:
    assert [errors_allowed("x" * length) for length in (3, 4, 7, 8)] == [0, 1, 1, 2]
