from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.judging.models import Score, Scorecard
from hackathon.judging.queries import find_result, find_round, list_cards, read_points
from hackathon.judging.rules import RoundState, ScorecardState
from tests.factories import make_edition, make_member, sign_in
from tests.judging.factories import KEYS, Jury, all_points, give, give_everything, make_jury

BASE = "/events/skills360"


def form(points: dict[str, int], note: str = "") -> dict[str, str]:
    return {**{f"points-{key}": str(value) for key, value in points.items()}, "note_to_team": note}


def states(jury: Jury, judge: int = 0) -> list[str]:
    db.session.rollback()
    return [card.state.value for card in list_cards(jury.round.id, judge_id=jury.judges[judge].id)]


def test_judge_hands_in_and_goes_on_to_the_next_team(client: FlaskClient) -> None:
    jury = make_jury(teams=3)
    sign_in(client, jury.judges[0])
    assert "0 av 3 inlämnade" in client.get(f"{BASE}/judging").get_data(as_text=True)
    answer = client.post(f"{BASE}/judging/1", data=form(all_points(4), "Bra."))
    assert (answer.status_code, answer.location) == (303, f"{BASE}/judging/2")
    answer = client.post(f"{BASE}/judging/3", data=form(all_points(2)))
    assert answer.location == f"{BASE}/judging/2"
    answer = client.post(f"{BASE}/judging/2", data=form(all_points(3)))
    assert answer.location == f"{BASE}/judging"
    assert states(jury) == ["submitted"] * 3
    assert "3 av 3 inlämnade" in client.get(f"{BASE}/judging").get_data(as_text=True)


def test_draft_is_kept_and_shown_again(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    sign_in(client, jury.judges[0])
    client.post(f"{BASE}/judging/1?draft=1", data=form({"need": 2}, "Halvvägs"))
    assert states(jury) == ["draft"]
    page = client.get(f"{BASE}/judging/1").get_data(as_text=True)
    assert 'id="points-need-2" value="2" checked' in page
    assert "Halvvägs" in page


def test_incomplete_card_comes_back_with_what_was_filled_in(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    sign_in(client, jury.judges[0])
    answer = client.post(f"{BASE}/judging/1", data=form({"need": 2}, "Kvar"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="2" checked' in page
    assert 'href="#points-solution-1"' in page
    assert "Kvar" in page
    assert states(jury) == ["assigned"]


@pytest.mark.parametrize("value", ["0", "6", "3.5", "-1", "fem", "", "1e0", "٣"])
def test_unusable_points_are_422_and_change_nothing(client: FlaskClient, value: str) -> None:
    jury = make_jury(teams=1)
    sign_in(client, jury.judges[0])
    answer = client.post(f"{BASE}/judging/1", data={**form(all_points(3)), "points-need": value})
    assert answer.status_code == 422
    assert states(jury) == ["assigned"]
    assert db.session.scalars(select(Score)).all() == []


def test_private_note_has_no_name_and_is_never_sent(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    page = sign_in(client, jury.judges[0]).get(f"{BASE}/judging/1").get_data(as_text=True)
    private = page[page.index('id="private-note"') :].split(">")[0]
    assert "data-private" in private
    assert "name=" not in private


def test_card_of_a_team_that_is_not_the_judges_is_404(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    stranger = make_member(Role.JUDGE, jury.edition)
    sign_in(client, stranger)
    for address in ("/judging/1", "/judging/1/recuse", "/judging/99"):
        assert client.get(BASE + address).status_code == 404
        assert client.post(BASE + address, data={**form(all_points(5)), "reason": "x"}).status_code == 404
    assert db.session.scalars(select(Score)).all() == []
    assert states(jury) == ["assigned"]


def test_card_of_another_edition_is_404(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    other = make_edition("other")
    make = RoleAssignment(person_id=jury.judges[0].id, edition_id=other.id, role=Role.JUDGE)
    db.session.add(make)
    sign_in(client, jury.judges[0])
    assert client.get("/events/other/judging/1").status_code == 404
    assert client.get("/events/other/judging").status_code == 200


@pytest.mark.parametrize(
    "role", [None, Role.PARTICIPANT, Role.COORDINATOR, Role.FACILITATOR, Role.ORGANISER, Role.ADMINISTRATOR]
)
def test_only_judges_reach_cards(client: FlaskClient, role: Role | None) -> None:
    jury = make_jury(teams=1)
    if role is not None:
        sign_in(client, make_member(role, jury.edition))
    for address in ("/judging", "/judging/1", "/judging/1/recuse"):
        assert client.get(BASE + address).status_code in (303, 403)
    assert client.post(f"{BASE}/judging/1", data=form(all_points(5))).status_code in (303, 401, 403)
    assert states(jury) == ["assigned"]


@pytest.mark.parametrize("role", [None, Role.PARTICIPANT, Role.JUDGE, Role.FACILITATOR, Role.ADMINISTRATOR])
def test_only_organisers_reach_the_room(client: FlaskClient, role: Role | None) -> None:
    jury = make_jury(teams=1)
    if role is not None:
        sign_in(client, make_member(role, jury.edition))
    assert client.get(f"{BASE}/organise/judging").status_code in (303, 403)
    for act in ("open", "assign", "close", "approve", "publish"):
        assert client.post(f"{BASE}/organise/judging/{act}").status_code in (303, 401, 403)
    db.session.rollback()
    round_ = find_round(jury.edition.id)
    assert round_ is not None
    assert round_.state is RoundState.OPEN


@pytest.mark.parametrize("other", [Role.JUDGE, Role.ADMINISTRATOR])
def test_organiser_with_a_second_role_that_forbids_it_stays_outside(client: FlaskClient, other: Role) -> None:
    jury = make_jury(teams=1)
    db.session.add(
        RoleAssignment(
            person_id=jury.organisers[0].id,
            edition_id=None if other is Role.ADMINISTRATOR else jury.edition.id,
            role=other,
        )
    )
    sign_in(client, jury.organisers[0])
    assert client.get(f"{BASE}/organise/judging").status_code == 403
    assert client.post(f"{BASE}/organise/judging/publish").status_code == 403


def test_own_organisation_is_403_on_the_page_too(client: FlaskClient) -> None:
    jury = make_jury(teams=1, judges=1)
    card = db.session.scalars(select(Scorecard)).one()
    member = jury.teams[0].members[0].person_id
    grant = db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == member)).one()
    card.organisation_id = grant.organisation_id
    sign_in(client, jury.judges[0])
    answer = client.post(f"{BASE}/judging/1", data=form(all_points(5)))
    assert answer.status_code == 403
    assert "jävig" in answer.get_data(as_text=True)
    assert states(jury) == ["assigned"]


def test_recusing_asks_for_a_reason_and_takes_the_team_away(client: FlaskClient) -> None:
    jury = make_jury(teams=2)
    sign_in(client, jury.judges[0])
    assert client.post(f"{BASE}/judging/1/recuse", data={"reason": " "}).status_code == 422
    assert states(jury) == ["assigned", "assigned"]
    assert client.post(f"{BASE}/judging/1/recuse", data={"reason": "Vi är syskon."}).status_code == 303
    assert states(jury) == ["recused", "assigned"]
    assert "0 av 1 inlämnade" in client.get(f"{BASE}/judging").get_data(as_text=True)
    assert client.post(f"{BASE}/judging/1", data=form(all_points(5))).status_code == 409
    room = sign_in(client, jury.organisers[0]).get(f"{BASE}/organise/judging").get_data(as_text=True)
    assert "jäv anmält" in room
    assert "syskon" not in room


def test_whole_round_from_the_room_to_the_winner(app: Flask, now: datetime) -> None:
    jury = make_jury(teams=4, opened=False)
    first, second = (sign_in(app.test_client(), organiser) for organiser in jury.organisers)
    public = app.test_client()
    room = f"{BASE}/organise/judging"
    assert "Öppna bedömningen" in first.get(room).get_data(as_text=True)
    assert first.post(f"{room}/open").status_code == 303
    give_everything(jury)
    assert "8 <small>av 8" in first.get(room).get_data(as_text=True)
    assert first.post(f"{room}/publish").status_code == 409
    assert first.post(f"{room}/close").status_code == 303
    judge = sign_in(app.test_client(), jury.judges[0])
    assert judge.post(f"{BASE}/judging/1", data=form(all_points(1))).status_code == 409
    assert first.post(f"{room}/approve").status_code == 303
    assert first.post(f"{room}/approve").status_code == 303
    assert first.post(f"{room}/publish").status_code == 409
    assert "Lag 1" not in public.get(f"{BASE}/results").get_data(as_text=True)
    assert second.post(f"{room}/approve").status_code == 303
    assert second.post(f"{room}/publish").status_code == 303
    page = public.get(f"{BASE}/results").get_data(as_text=True)
    assert page.index("Lag 1") < page.index("Lag 2") < page.index("Lag 3")
    assert ">4,99<" in page
    assert first.get(room).status_code == 200
    assert judge.get(f"{BASE}/judging/1").status_code == 200


def test_two_organisers_publish_and_members_read_their_feedback(app: Flask) -> None:
    jury = make_jury(teams=2)
    give_everything(jury)
    members = [sign_in(app.test_client(), team.members[0].person) for team in jury.teams]
    clients = [sign_in(app.test_client(), organiser) for organiser in jury.organisers]
    clients[0].post(f"{BASE}/organise/judging/close")
    assert "Från domare" not in members[0].get(f"{BASE}/results").get_data(as_text=True)
    for client in clients:
        client.post(f"{BASE}/organise/judging/approve")
    clients[1].post(f"{BASE}/organise/judging/publish")
    own, other = (member.get(f"{BASE}/results").get_data(as_text=True) for member in members)
    assert "Från domare 0 till lag 1" in own
    assert "till lag 2" not in own
    assert "till lag 2" in other
    assert "Från domare" not in clients[0].get(f"{BASE}/results").get_data(as_text=True)
    assert jury.judges[0].name not in own


def test_stage_shows_one_place_more_at_each_step(app: Flask) -> None:
    jury = make_jury(teams=4)
    give_everything(jury)
    clients = [sign_in(app.test_client(), organiser) for organiser in jury.organisers]
    clients[0].post(f"{BASE}/organise/judging/close")
    for client in clients:
        client.post(f"{BASE}/organise/judging/approve")
    clients[0].post(f"{BASE}/organise/judging/publish")
    shown = []
    for step in ("", "?step=1", "?step=2", "?step=3", "?step=9", "?step=x"):
        page = clients[0].get(f"{BASE}/results/stage{step}").get_data(as_text=True)
        shown.append([number for number in range(1, 5) if f"Lag {number}" in page])
    assert shown == [[], [3], [2, 3], [1, 2, 3], [1, 2, 3], []]


def test_grid_names_no_points_and_closing_lists_what_is_missing(client: FlaskClient) -> None:
    jury = make_jury(teams=2)
    give(jury, 0, 1, 5)
    sign_in(client, jury.organisers[0])
    client.post(f"{BASE}/organise/judging/close")
    page = client.get(f"{BASE}/organise/judging").get_data(as_text=True)
    assert f"<b>{jury.judges[0].name}</b> team 2<" in page
    assert f"<b>{jury.judges[1].name}</b> team 1, 2<" in page
    assert find_result(jury.edition.id) is None
    assert list(read_points(jury.round.id).values()) == [dict.fromkeys(KEYS, 5)]
    assert {card.state for card in list_cards(jury.round.id)} == {ScorecardState.LOCKED, ScorecardState.ASSIGNED}


def test_room_without_a_round_says_what_to_do(client: FlaskClient) -> None:
    edition = make_edition()
    sign_in(client, make_member(Role.ORGANISER, edition))
    assert "inte förberedd" in client.get(f"{BASE}/organise/judging").get_data(as_text=True)
    assert client.post(f"{BASE}/organise/judging/open").status_code == 404


@pytest.mark.parametrize("address", ["/judging", "/organise/judging", "/results"])
def test_lists_ask_the_same_number_of_queries_for_one_team_and_for_three(app: Flask, address: str) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    numbers = []
    for teams, slug in ((1, "one"), (3, "three")):
        jury = make_jury(slug, teams=teams)
        who = jury.judges[0] if address == "/judging" else jury.organisers[0]
        client = sign_in(app.test_client(), who)
        client.get(f"/events/{slug}{address}")
        event.listen(db.engine, "before_cursor_execute", note)
        asked.clear()
        assert client.get(f"/events/{slug}{address}").status_code == 200
        numbers.append(len(asked))
        event.remove(db.engine, "before_cursor_execute", note)
    assert numbers[0] == numbers[1]
