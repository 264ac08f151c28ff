from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.events.models import Edition
from hackathon.followup.flow import draw_flow
from hackathon.followup.models import Outcome
from hackathon.followup.queries import count_ideas, list_outcomes, list_waiting
from hackathon.followup.rules import CheckStatus, OutcomeKind, check_status
from hackathon.followup.services import decide_outcome
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import Stage
from tests.factories import make_edition, make_member, make_organisation, sign_in
from tests.judging.factories import make_idea

BASE = "/events/skills360/followup"


def edition_with_ideas(*stages: Stage) -> tuple[Edition, list[Idea]]:
    edition = make_edition()
    ideas = [make_idea(edition, number, stage=stage) for number, stage in enumerate(stages, start=1)]
    db.session.commit()
    return edition, ideas


def decide(
    idea: Idea, kind: OutcomeKind, now: datetime, *, owner_id: int | None = None, check: date | None = None
) -> Outcome:
    return decide_outcome(
        idea.id, kind=kind, reason="Därför.", owner_id=owner_id, next_check_on=check, actor_id=None, now=now
    )


def test_decision_is_kept_with_owner_and_logged(app: Flask, now: datetime) -> None:
    edition, (idea,) = edition_with_ideas(Stage.WINNER)
    owner = make_organisation(edition, "Ägarverket", sector="S3")
    decide(idea, OutcomeKind.PILOT, now, owner_id=owner.id, check=now.date() + timedelta(days=90))
    (card,) = list_outcomes(edition.id)
    assert (card.number, card.kind, card.owner, card.letter) == (1, OutcomeKind.PILOT, "Ägarverket", "3")
    assert list_waiting(edition.id) == []
    assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "outcome.decided")).all() == [
        "outcome.decided"
    ]


def test_second_decision_replaces_the_first_and_both_are_logged(app: Flask, now: datetime) -> None:
    edition, (idea,) = edition_with_ideas(Stage.ENTERED)
    decide(idea, OutcomeKind.PARK, now)
    decide(idea, OutcomeKind.CLOSE, now)
    assert [card.kind for card in list_outcomes(edition.id)] == [OutcomeKind.CLOSE]
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "outcome.decided")).all()) == 2


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.SHORTLISTED, Stage.PARKED, Stage.DECLINED])
def test_idea_that_no_team_took_up_gets_no_outcome(app: Flask, now: datetime, stage: Stage) -> None:
    edition, (idea,) = edition_with_ideas(stage)
    with pytest.raises(Conflict, match="idea_not_taken_up"):
        decide(idea, OutcomeKind.PARK, now)
    assert list_outcomes(edition.id) == []
    assert list_waiting(edition.id) == []


def test_unusable_decisions_are_refused(app: Flask, now: datetime) -> None:
    edition, (idea,) = edition_with_ideas(Stage.ENTERED)
    foreign = make_organisation(make_edition("other"))
    with pytest.raises(Invalid, match="owner_missing"):
        decide(idea, OutcomeKind.ADOPT, now)
    with pytest.raises(Invalid, match="owner_unknown"):
        decide(idea, OutcomeKind.ADOPT, now, owner_id=foreign.id)
    with pytest.raises(Invalid, match="check_passed"):
        decide(idea, OutcomeKind.PARK, now, check=now.date() - timedelta(days=1))
    with pytest.raises(Invalid, match="reason_missing"):
        decide_outcome(
            idea.id, kind=OutcomeKind.PARK, reason="  ", owner_id=None, next_check_on=None, actor_id=None, now=now
        )
    with pytest.raises(NotFound):
        decide_outcome(99, kind=OutcomeKind.PARK, reason="x", owner_id=None, next_check_on=None, actor_id=None, now=now)
    assert list_outcomes(edition.id) == []


def test_counts_are_those_of_the_database_without_drafts_and_hidden(app: Flask, now: datetime) -> None:
    edition, ideas = edition_with_ideas(
        Stage.DRAFT, Stage.SUBMITTED, Stage.IN_TEAM, Stage.WINNER, Stage.ENTERED, Stage.ENTERED
    )
    decide(ideas[3], OutcomeKind.PARK, now)
    decide(ideas[4], OutcomeKind.CLOSE, now)
    ideas[5].hidden_at, ideas[5].hidden_reason = now, "Olämplig."
    db.session.flush()
    counts = count_ideas(edition.id)
    assert (counts.ideas, counts.taken_up, counts.decided, counts.undecided) == (4, 3, 2, 1)
    assert [idea.number for idea in list_waiting(edition.id)] == [3]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 200))
def test_flow_shares_the_middle_among_the_parts_without_overlap(counts: list[int], others: int) -> None:
    taken = sum(counts)
    flow = draw_flow(taken + others, taken, [(str(index), count) for index, count in enumerate(counts)])
    assert [part.count for part in flow.parts] == [count for count in counts if count]
    assert sum(part.height for part in flow.parts) == pytest.approx(196 if taken else 0, abs=0.5)
    for upper, lower in zip(flow.parts, flow.parts[1:], strict=False):
        assert upper.y + max(upper.height, 44) <= lower.y + 0.1
    assert all(part.y + part.height <= flow.height for part in flow.parts)


def test_checks_are_late_due_or_later() -> None:
    today = date(2026, 9, 11)
    days = (-1, 0, 7, 8)
    assert [check_status(today + timedelta(days=days_on), today) for days_on in days] == [
        CheckStatus.LATE,
        CheckStatus.DUE,
        CheckStatus.DUE,
        CheckStatus.LATER,
    ]


def test_everybody_reads_outcomes_but_not_the_queue(client: FlaskClient, now: datetime) -> None:
    _edition, ideas = edition_with_ideas(Stage.WINNER, Stage.ENTERED)
    decide(ideas[0], OutcomeKind.PARK, now)
    page = client.get(BASE).get_data(as_text=True)
    assert "Därför." in page
    assert "Att göra nu" not in page
    assert "Besluta" not in page
    picture = page[page.index('<svg class="flow"') : page.index("</svg></div></figure>") + 6]
    title = ElementTree.fromstring(picture).get("aria-label")  # noqa: S314 - our own page
    assert title is not None
    assert title.startswith("Av 2 idéer följs 2 upp")


def test_page_without_any_outcome_is_calm(client: FlaskClient) -> None:
    make_edition()
    page = client.get(BASE)
    assert page.status_code == 200
    assert "Inga utfall här än" in page.get_data(as_text=True)


def test_gallery_is_filtered_by_outcome(client: FlaskClient, now: datetime) -> None:
    _edition, ideas = edition_with_ideas(Stage.WINNER, Stage.ENTERED)
    decide(ideas[0], OutcomeKind.PARK, now)
    decide(ideas[1], OutcomeKind.CLOSE, now)
    page = client.get(f"{BASE}?kind=park").get_data(as_text=True)
    assert "Idé 1" in page
    assert "Idé 2" not in page
    assert "Idé 2" in client.get(f"{BASE}?kind=nonsense").get_data(as_text=True)


def test_organiser_decides_on_the_page(client: FlaskClient, now: datetime) -> None:
    edition, (idea,) = edition_with_ideas(Stage.WINNER)
    owner = make_organisation(edition, "Ägarverket")
    sign_in(client, make_member(Role.ORGANISER, edition))
    assert "Besluta" in client.get(BASE).get_data(as_text=True)
    assert client.get(f"{BASE}/1").status_code == 200
    sent = {"kind": "adopt", "reason": "Det fungerade.", "owner_id": "", "next_check_on": "2026-09-15"}
    refused = client.post(f"{BASE}/1", data=sent)
    assert refused.status_code == 422
    assert "behöver en ägare" in refused.get_data(as_text=True)
    assert list_outcomes(edition.id) == []
    assert client.post(f"{BASE}/1", data={**sent, "owner_id": str(owner.id)}).status_code == 303
    db.session.rollback()
    (card,) = list_outcomes(edition.id)
    assert (card.kind, card.owner, card.next_check_on) == (OutcomeKind.ADOPT, "Ägarverket", date(2026, 9, 15))
    page = client.get(BASE).get_data(as_text=True)
    assert "Stäm av" in page
    assert re.search('<input checked[^>]*value="adopt"', client.get(f"{BASE}/1").get_data(as_text=True))
    assert db.session.scalars(select(Outcome.idea_id)).all() == [idea.id]


UNUSABLE: list[dict[str, str]] = [
    {},
    {"kind": "explode", "reason": "x"},
    {"kind": "park", "reason": ""},
    {"kind": "park", "reason": "x", "owner_id": "x"},
    {"kind": "park", "reason": "x", "next_check_on": "i morgon"},
]


@pytest.mark.parametrize("sent", UNUSABLE)
def test_unusable_form_is_422(client: FlaskClient, sent: dict[str, str]) -> None:
    edition, _ideas = edition_with_ideas(Stage.WINNER)
    sign_in(client, make_member(Role.ORGANISER, edition))
    assert client.post(f"{BASE}/1", data=sent).status_code == 422
    assert list_outcomes(edition.id) == []


@pytest.mark.parametrize(
    "role", [None, Role.PARTICIPANT, Role.COORDINATOR, Role.JUDGE, Role.FACILITATOR, Role.ADMINISTRATOR]
)
def test_only_organisers_decide(client: FlaskClient, role: Role | None) -> None:
    edition, _ideas = edition_with_ideas(Stage.WINNER)
    if role is not None:
        sign_in(client, make_member(role, edition))
    assert client.get(f"{BASE}/1").status_code in (303, 403)
    assert client.post(f"{BASE}/1", data={"kind": "park", "reason": "x"}).status_code in (303, 401, 403)
    db.session.rollback()
    assert list_outcomes(edition.id) == []


def test_unknown_idea_is_404(client: FlaskClient) -> None:
    edition, _ideas = edition_with_ideas(Stage.DRAFT)
    sign_in(client, make_member(Role.ORGANISER, edition))
    assert client.get(f"{BASE}/1").status_code == 404
    assert client.get(f"{BASE}/7").status_code == 404


def test_page_asks_the_same_number_of_queries_for_one_outcome_and_for_three(client: FlaskClient, now: datetime) -> None:
    edition, ideas = edition_with_ideas(Stage.WINNER, Stage.ENTERED, Stage.ENTERED)
    decide(ideas[0], OutcomeKind.PARK, now)
    sign_in(client, make_member(Role.ORGANISER, edition))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    numbers = []
    for _step in range(2):
        client.get(BASE)
        event.listen(db.engine, "before_cursor_execute", note)
        asked.clear()
        assert client.get(BASE).status_code == 200
        numbers.append(len(asked))
        event.remove(db.engine, "before_cursor_execute", note)
        for idea in ideas:
            decide(idea, OutcomeKind.CLOSE, now)
        db.session.commit()
    assert numbers[0] == numbers[1]
