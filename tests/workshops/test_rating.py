"""The ranking: small sets that even out, ratings with a reason, and results as a picture, a table and by sector."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.workshops.models import Finding, Ranking, RankingItem, Rating
from hackathon.workshops.results import Measure
from hackathon.workshops.rules import MemberKind, RankingState, deal
from tests.conftest import Clock
from tests.factories import make_member, make_organisation
from tests.ideas.factories import make_finding, make_theme
from tests.ideas.test_board import counted
from tests.security.test_races import Rivals
from tests.workshops.factories import EVENT, Room, add_member, make_room

RANKING = f"{EVENT}/workshops/1/ranking"


def make_ranking(app: Flask, *, findings: int = 6, guests: int = 2, set_size: int = 2) -> Room:
    room = make_room(app, guests=guests)
    for number in range(1, findings + 1):
        make_finding(room.workshop, number)
    client = room.client(room.leader)
    data = {"kind": ["challenge", "success_factor"], "set_size": str(set_size)}
    assert client.post(f"{RANKING}/setup", data=data).status_code == 303
    assert client.post(f"{RANKING}/state", data={"to": "open"}).status_code == 303
    return room


def given(person_id: int) -> list[Rating]:
    return db.session.query(Rating).filter_by(person_id=person_id).order_by(Rating.id).all()


def number_of(rating: Rating) -> int:
    return db.session.get_one(Finding, rating.finding_id).number


def test_sets_are_dealt_evenly() -> None:
    """40 people with 8 of 60 findings: every finding gets 5 or 6, and no person the same twice."""
    counts: Counter[int] = Counter()
    for person in range(40):
        dealt = deal(range(60), given=counts, given_in_sector={}, size=8, person_id=person)
        assert len(set(dealt)) == 8
        counts.update(dealt)
    assert set(counts.values()) == {5, 6}


def test_own_sector_evens_out_among_equals() -> None:
    assert deal([1, 2, 3], given={1: 1, 2: 1, 3: 2}, given_in_sector={1: 1}, size=2, person_id=5) == [2, 1]


def test_deal_is_the_same_each_time_and_differs_between_people() -> None:
    sets = [deal(range(100), given={}, given_in_sector={}, size=5, person_id=person) for person in (1, 1, 2)]
    assert sets[0] == sets[1] != sets[2]


def test_people_who_ask_at_once_get_different_findings(app: Flask) -> None:
    room = make_ranking(app, findings=12, guests=6)
    rivals = Rivals(app)
    for person in room.guests:
        browser = rivals.browser(person)
        for _ in range(2):
            rivals.add(browser, "/workshops/1/ranking/set", {})
    answers = rivals.run()
    assert {answer.status for answer in answers} == {303}
    counts = Counter(rating.finding_id for rating in db.session.query(Rating))
    assert len(counts) == 12
    assert set(counts.values()) == {1}
    people = Counter(rating.person_id for rating in db.session.query(Rating))
    assert list(people.values()) == [2] * 6  # A second press gives nothing more.


def test_rating_needs_points_and_a_reason(app: Flask) -> None:
    room = make_ranking(app)
    client = room.client(room.guests[0])
    client.post(f"{RANKING}/set")
    number = number_of(given(room.guests[0].id)[0])
    whole = {"interest": "4", "feasibility": "2", "reason": "Vi har provat."}
    for broken in ({"interest": "6"}, {"feasibility": ""}, {"reason": "  "}):
        assert client.post(f"{RANKING}/{number}", data=whole | broken).status_code == 422
    assert given(room.guests[0].id)[0].rated_at is None
    for points in ("4", "5"):
        assert client.post(f"{RANKING}/{number}", data=whole | {"interest": points}).status_code == 303
    rated = given(room.guests[0].id)[0]
    assert (rated.interest, rated.feasibility, rated.reason) == (5, 2, "Vi har provat.")
    assert "1 av 2 bedömda" in client.get(RANKING).text


def test_nobody_rates_what_they_were_not_given(app: Flask) -> None:
    room = make_ranking(app)
    mine, other = (room.client(person) for person in room.guests)
    mine.post(f"{RANKING}/set")
    number = number_of(given(room.guests[0].id)[0])
    data = {"interest": "4", "feasibility": "2", "reason": "x"}
    assert other.post(f"{RANKING}/{number}", data=data).status_code == 404
    assert db.session.query(Rating).filter(Rating.rated_at.is_not(None)).count() == 0


def test_forgotten_sets_are_dealt_again(app: Flask, clock: Clock) -> None:
    room = make_ranking(app, findings=2, guests=2)
    gone, comes = (room.client(person) for person in room.guests)
    gone.post(f"{RANKING}/set")
    clock.forward(hours=2)
    comes.post(f"{RANKING}/set")
    assert {rating.finding_id for rating in given(room.guests[1].id)} == {
        rating.finding_id for rating in given(room.guests[0].id)
    }


def test_closed_ranking_takes_no_rating(app: Flask) -> None:
    room = make_ranking(app)
    client = room.client(room.guests[0])
    client.post(f"{RANKING}/set")
    number = number_of(given(room.guests[0].id)[0])
    room.client(room.leader).post(f"{RANKING}/state", data={"to": "closed"})
    data = {"interest": "4", "feasibility": "2", "reason": "x"}
    assert client.post(f"{RANKING}/{number}", data=data).status_code == 409
    assert client.post(f"{RANKING}/set").status_code == 409


def test_what_is_rated_is_settled_once_somebody_has_rated(app: Flask) -> None:
    room = make_room(app)
    theme = make_theme(room.edition)
    make_finding(room.workshop, 1, theme=theme)
    make_finding(room.workshop, 2)
    client = room.client(room.leader)
    data = {"kind": ["challenge"], "theme": [theme.key], "set_size": "3"}
    assert client.post(f"{RANKING}/setup", data=data).status_code == 303
    assert db.session.query(RankingItem).count() == 1
    assert client.post(f"{RANKING}/setup", data=data | {"theme": []}).status_code == 303
    assert db.session.query(RankingItem).count() == 2
    client.post(f"{RANKING}/state", data={"to": "open"})
    assert client.post(f"{RANKING}/setup", data=data).status_code == 409
    assert client.post(f"{RANKING}/setup", data=data | {"kind": []}).status_code in (409, 422)


def rate_everything(room: Room) -> None:
    for place, person in enumerate(room.guests):
        client = room.client(person)
        client.post(f"{RANKING}/set")
        for rating in given(person.id):
            points = str(1 + (place * 4) // max(len(room.guests) - 1, 1))
            data = {"interest": points, "feasibility": "3", "reason": f"Skäl av {place}."}
            assert client.post(f"{RANKING}/{number_of(rating)}", data=data).status_code == 303


def test_results_are_the_leaders_until_they_are_published(app: Flask) -> None:
    room = make_ranking(app, findings=2)
    rate_everything(room)
    leader, anybody = room.client(room.leader), app.test_client()
    page = leader.get(f"{RANKING}/results?finding=1").text
    assert '<svg class="scat"' in page
    assert "Skäl av 0." in page
    assert room.guests[0].name not in page
    assert anybody.get(f"{RANKING}/results").status_code == 403
    for to in ("closed", "published"):
        leader.post(f"{RANKING}/state", data={"to": to})
    assert anybody.get(f"{RANKING}/results").status_code == 200
    assert db.session.query(Ranking).one().state is RankingState.PUBLISHED


def test_results_tell_mean_spread_and_where_sectors_differ(app: Flask) -> None:
    room = make_ranking(app, findings=1, guests=0)
    room.guests = []
    for sector, count in (("S1", 2), ("S2", 2), ("S3", 1)):
        for _ in range(count):
            organisation = make_organisation(room.edition, sector=sector)
            person = make_member(Role.PARTICIPANT, room.edition, organisation=organisation)
            add_member(room.workshop, person)
            room.guests.append(person)
    rate_everything(room)  # Interest 1 2 3 4 5; a sector with one voice is not shown.
    page = room.client(room.leader).get(f"{RANKING}/results").text
    assert "3,0" in page
    assert "± 1,6" in page
    assert "2,2" in page  # Sector 1: interest 1.5 and feasibility 3, together 2.25.
    assert "3,2" in page


@pytest.mark.parametrize(
    ("points", "mean", "spread"),
    [([3], 3.0, 0.0), ([1, 5], 3.0, 2.8284), ([2, 2, 2], 2.0, 0.0), ([1, 2, 3, 4, 5], 3.0, 1.5811)],
)
def test_measure_is_mean_and_sample_deviation(points: list[int], mean: float, spread: float) -> None:
    measure = Measure.of(len(points), sum(points), sum(point * point for point in points))
    assert measure.mean == pytest.approx(mean)
    assert measure.spread == pytest.approx(spread, abs=1e-3)


def test_number_of_queries_does_not_grow_with_the_ratings(app: Flask) -> None:
    room = make_ranking(app, findings=8, set_size=1)
    client, counts = room.client(room.leader), []
    add_member(room.workshop, make_member(Role.FACILITATOR, room.edition), MemberKind.FACILITATOR)
    for _ in range(3):
        rate_everything(room)
        with counted() as statements:
            client.get(f"{RANKING}/results")
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
