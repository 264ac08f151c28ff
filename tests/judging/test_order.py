"""The judge's own order, and ballots that a phone sends again."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.core.db import db
from hackathon.core.errors import Forbidden, Invalid
from hackathon.judging.errors import RoundClosed
from hackathon.judging.official import rank_round
from hackathon.judging.queries import list_cards, read_marks
from hackathon.judging.rules import moved, weighted_mean
from hackathon.judging.services import close_round, recuse, save_order
from tests.factories import NOW, sign_in
from tests.judging.factories import Jury, all_points, give, make_jury

pytestmark = pytest.mark.usefixtures("app")
ORDER = "/events/skills360/judging/order"


def orders(jury: Jury, judge: int = 0) -> dict[int, int | None]:
    """The places by the teams' numbers."""
    db.session.rollback()
    marks = read_marks(jury.round.id, judge_id=jury.judges[judge].id)
    cards = list_cards(jury.round.id, judge_id=jury.judges[judge].id)
    return {card.number: marks[card.id].order for card in cards if card.id in marks}


def scored(teams: int = 3) -> Jury:
    """The first judge has given the teams 3, 4, 5, …"""
    jury = make_jury(teams=teams)
    for number in range(1, teams + 1):
        give(jury, 0, number, min(5, 2 + number))
    return jury


def listed(client: FlaskClient) -> list[int]:
    page = client.get(ORDER).get_data(as_text=True)
    return [int(part.split('"')[0]) for part in page.split('name="team" value="')[1:]]


def test_order_starts_from_the_points_and_is_moved_by_a_plain_form(client: FlaskClient) -> None:
    jury = scored()
    sign_in(client, jury.judges[0])
    assert listed(client) == [3, 2, 1]
    assert orders(jury) == {1: None, 2: None, 3: None}
    answer = client.post(ORDER, data={"team": ["3", "2", "1"], "up": "1"})
    assert (answer.status_code, answer.location) == (303, ORDER)
    assert listed(client) == [3, 1, 2]
    assert orders(jury) == {3: 1, 1: 2, 2: 3}
    client.post(ORDER, data={"team": ["3", "1", "2"], "down": "3"})
    assert client.post(ORDER, data={"team": ["1", "3", "2"]}).location == "/events/skills360/judging"
    assert orders(jury) == {1: 1, 3: 2, 2: 3}


def test_team_that_comes_later_is_put_where_its_points_say(client: FlaskClient) -> None:
    jury = make_jury(teams=3)
    give(jury, 0, 1, 5)
    give(jury, 0, 2, 2)
    save_order(jury.round.id, [1, 2], judge_id=jury.judges[0].id, now=NOW)
    give(jury, 0, 3, 4)
    sign_in(client, jury.judges[0])
    assert listed(client) == [1, 3, 2]


@pytest.mark.parametrize("numbers", [["1", "1"], ["9"], ["x"], ["-1"], ["1", "2", "3", "4"], ["9" * 30]])
def test_order_of_other_teams_is_refused_and_changes_nothing(client: FlaskClient, numbers: list[str]) -> None:
    jury = scored()
    sign_in(client, jury.judges[0])
    client.post(ORDER, data={"team": ["3", "2", "1"]})
    assert client.post(ORDER, data={"team": numbers}).status_code == 422
    assert orders(jury) == {3: 1, 2: 2, 1: 3}


def test_order_needs_an_open_round_and_goes_with_a_conflict(now: datetime) -> None:
    jury = scored()
    judge = jury.judges[0].id
    with pytest.raises(Invalid, match="order_invalid"):
        save_order(jury.round.id, [1, 2, 3], judge_id=jury.judges[1].id, now=now)
    save_order(jury.round.id, [1, 2, 3], judge_id=judge, now=now)
    recuse(jury.round.id, 2, judge_id=judge, reason="Jäv.", now=now)
    db.session.commit()
    assert orders(jury) == {1: 1, 3: 3}
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    with pytest.raises(RoundClosed):
        save_order(jury.round.id, [1, 3], judge_id=judge, now=now)


def test_order_is_as_secret_as_points_and_counts_in_the_ranking(app: Flask, now: datetime) -> None:
    jury = make_jury(teams=3)
    for judge in range(2):
        for number in (1, 2, 3):
            give(jury, judge, number, 4)
        save_order(jury.round.id, [2, 3, 1], judge_id=jury.judges[judge].id, now=now)
    db.session.commit()
    with pytest.raises(Forbidden, match="scores_secret"):
        read_marks(jury.round.id)
    room = sign_in(app.test_client(), jury.organisers[0])
    before = room.get("/events/skills360/organise/judging").data
    save_order(jury.round.id, [1, 2, 3], judge_id=jury.judges[0].id, now=now)
    db.session.commit()
    bare = [page.split(b"csrf_token")[0] for page in (before, room.get("/events/skills360/organise/judging").data)]
    assert bare[0] == bare[1]
    save_order(jury.round.id, [2, 3, 1], judge_id=jury.judges[0].id, now=now)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    ranking = rank_round(jury.round.id, chances=False)
    assert ranking is not None
    numbers = {team.id: team.number for team in jury.teams}
    assert [numbers[int(team.team)] for team in ranking.teams] == [2, 3, 1]


def test_ballot_that_is_sent_again_does_not_replace_a_newer_one(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    sign_in(client, jury.judges[0])
    address = "/events/skills360/judging/1"

    def send(points: int, key: str) -> int:
        form = {f"points-{name}": str(points) for name in all_points(points)} | {"note_to_team": "", "key": key}
        return client.post(address, data=form, headers={"Accept": "application/json"}).status_code

    assert [send(2, "first"), send(5, "second"), send(2, "first")] == [200, 200, 200]
    db.session.rollback()
    (marks,) = read_marks(jury.round.id, judge_id=jury.judges[0].id).values()
    assert set(marks.points.values()) == {5}
    # Nothing is said of it on the next page: the phone has its own words.
    assert "är inlämnat" not in client.get("/events/skills360/judging").get_data(as_text=True)


def test_moving_stops_at_both_ends() -> None:
    assert moved([1, 2, 3], up=1) == [1, 2, 3]
    assert moved([1, 2, 3], down=3) == [1, 2, 3]
    assert moved([1, 2, 3], up=9) == [1, 2, 3]
    assert moved([1, 2, 3], down=1) == [2, 1, 3]


def test_weights_count() -> None:
    assert weighted_mean({"a": 5, "b": 1}, {"a": 3, "b": 1}) == 4.0


def test_worker_looks_after_the_judges_pages_alone(client: FlaskClient) -> None:
    jury = make_jury(teams=1)
    assert client.get("/events/skills360/judging/worker.js").status_code == 303
    answer = sign_in(client, jury.judges[0]).get("/events/skills360/judging/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/events/skills360/judging"
