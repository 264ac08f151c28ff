"""Panels instead of everybody for everything: dealt when the round opens, repaired when a judge is absent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.core.outbox import Mail
from hackathon.events.models import Organisation
from hackathon.judging.errors import RoundClosed
from hackathon.judging.models import Scorecard
from hackathon.judging.rules import ScorecardState
from hackathon.judging.services import assign_all, choose_panel_size, open_round, recuse, replace_judge
from tests.conftest import Clock
from tests.factories import make_organisation, sign_in
from tests.judging.factories import Jury, give, make_jury

pytestmark = pytest.mark.usefixtures("app")

ROOM = "/events/skills360/organise/judging"


def make_panels(now: datetime, *, teams: int = 6, judges: int = 4, each: int = 2, opened: bool = True) -> Jury:
    """A jury of two sectors whose teams get `each` judges."""
    jury = make_jury(teams=teams, judges=judges, opened=False)
    for judge in jury.judges[::2]:
        agency = make_organisation(jury.edition, sector="S1")
        role = db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == judge.id)).one()
        role.organisation_id = agency.id
    choose_panel_size(jury.round.id, each, actor_id=jury.organisers[0].id, now=now)
    if opened:
        open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    return jury


def live_cards(jury: Jury) -> list[Scorecard]:
    query = select(Scorecard).where(Scorecard.round_id == jury.round.id, Scorecard.state != ScorecardState.RECUSED)
    return list(db.session.scalars(query))


def test_each_team_gets_its_panel_of_two_sectors(now: datetime) -> None:
    jury = make_panels(now)
    cards = live_cards(jury)
    assert Counter(card.team_id for card in cards) == {team.id: 2 for team in jury.teams}
    assert set(Counter(card.judge_id for card in cards).values()) == {3}
    sector = dict(db.session.execute(select(Organisation.id, Organisation.sector_id)).all())
    for team in jury.teams:
        assert len({sector[card.organisation_id or 0] for card in cards if card.team_id == team.id}) == 2


def test_dealing_again_changes_nothing(now: datetime) -> None:
    jury = make_panels(now)
    before = {(card.judge_id, card.team_id) for card in live_cards(jury)}
    assert assign_all(jury.round.id, actor_id=jury.organisers[0].id, now=now) == 0
    assert {(card.judge_id, card.team_id) for card in live_cards(jury)} == before


def test_absent_judge_keeps_what_is_handed_in_and_colleagues_take_the_rest(now: datetime) -> None:
    jury = make_panels(now)
    mine = [card for card in live_cards(jury) if card.judge_id == jury.judges[0].id]
    numbers = {team.id: team.number for team in jury.teams}
    give(jury, 0, numbers[mine[0].team_id], 4)
    count = replace_judge(jury.round.id, jury.judges[0].id, actor_id=jury.organisers[0].id, now=now)
    assert count >= 2
    cards = live_cards(jury)
    kept = [card for card in cards if card.judge_id == jury.judges[0].id]
    assert [(card.team_id, card.state) for card in kept] == [(mine[0].team_id, ScorecardState.SUBMITTED)]
    assert set(Counter(card.team_id for card in cards).values()) == {2}


def test_recused_judge_is_replaced_when_cards_are_dealt_again(now: datetime) -> None:
    jury = make_panels(now)
    card = next(card for card in live_cards(jury) if card.judge_id == jury.judges[0].id)
    number = next(team.number for team in jury.teams if team.id == card.team_id)
    recuse(jury.round.id, number, judge_id=jury.judges[0].id, reason="Vi är syskon.", now=now)
    assign_all(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    panel = [other.judge_id for other in live_cards(jury) if other.team_id == card.team_id]
    assert len(panel) == 2
    assert jury.judges[0].id not in panel


def test_without_a_plan_the_round_stays_shut_and_says_why(app: Flask, now: datetime) -> None:
    jury = make_panels(now, judges=2, each=3, opened=False)
    with pytest.raises(Conflict, match="no_assignment") as refusal:
        open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    with app.test_request_context():
        assert "Lag 1 kan bedömas av 2 domare utan jäv men behöver 3" in str(refusal.value.message)
    db.session.rollback()
    assert live_cards(jury) == []


def test_size_of_panels_is_chosen_before_the_round_opens(client: FlaskClient, now: datetime) -> None:
    jury = make_jury(teams=2, opened=False)
    with pytest.raises(Invalid, match="panel_size"):
        choose_panel_size(jury.round.id, 1, actor_id=jury.organisers[0].id, now=now)
    sign_in(client, jury.organisers[0])
    for value, status in (("2", 303), ("x", 422), ("-1", 422), ("", 303)):
        assert client.post(f"{ROOM}/panels", data={"judges_per_team": value}).status_code == status
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    with pytest.raises(RoundClosed):
        choose_panel_size(jury.round.id, 3, actor_id=jury.organisers[0].id, now=now)


def test_absence_is_noted_in_the_room_where_everybody_sees_everything(client: FlaskClient, now: datetime) -> None:
    jury = make_jury(teams=2)
    give(jury, 0, 1, 4)
    sign_in(client, jury.organisers[0])
    assert client.post(f"{ROOM}/absent", data={"judge": jury.judges[0].id}).status_code == 303
    assert client.post(f"{ROOM}/absent", data={"judge": 999999}).status_code == 404
    db.session.rollback()
    assert [card.state for card in live_cards(jury) if card.judge_id == jury.judges[0].id] == [ScorecardState.SUBMITTED]
    assert "frånvarande" in client.get(ROOM).get_data(as_text=True)
    assert assign_all(jury.round.id, actor_id=jury.organisers[0].id, now=now) == 0


def test_criteria_and_way_of_counting_are_public_beforehand(client: FlaskClient) -> None:
    make_jury(teams=1, opened=False, weights=(3, 1, 1, 1, 1))
    page = client.get("/events/skills360/judging/criteria").get_data(as_text=True)
    assert "Hur är need?" in page
    assert "Betyder 5" in page
    assert "43 %" in page
    assert "panel/2" in page


def test_judges_role_is_needed_for_panels(now: datetime) -> None:
    jury = make_panels(now, each=3, opened=False)
    query = select(RoleAssignment).where(
        RoleAssignment.person_id == jury.judges[0].id, RoleAssignment.role == Role.JUDGE
    )
    db.session.delete(db.session.scalars(query).one())
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert jury.judges[0].id not in {card.judge_id for card in live_cards(jury)}


def test_reminder_reaches_those_who_have_cards_left_and_not_twice_in_a_row(client: FlaskClient, clock: Clock) -> None:
    jury = make_jury(teams=1, judges=2)
    give(jury, 0, 1, 4)
    sign_in(client, jury.organisers[0])
    assert client.post(f"{ROOM}/nudge").status_code == 303
    db.session.rollback()
    letters = list(db.session.execute(select(Mail.recipient, Mail.subject)))
    assert [letter.recipient for letter in letters] == [jury.judges[1].email]
    assert "1 team väntar" in letters[0].subject
    assert client.post(f"{ROOM}/nudge").status_code == 409
    clock.forward(minutes=6)
    assert client.post(f"{ROOM}/nudge").status_code == 303
    client.post(f"{ROOM}/close")
    assert client.post(f"{ROOM}/nudge").status_code == 409
