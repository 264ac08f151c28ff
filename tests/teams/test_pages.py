"""Who sees what of the teams."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.judging.models import PublishedResult, Round
from hackathon.judging.rules import RoundState
from hackathon.matching.services import publish_plan
from hackathon.teams.links import idea_links
from hackathon.teams.models import Entry, Team
from hackathon.teams.queries import list_teams, team_of
from tests.factories import NOW, make_edition, make_member, sign_in
from tests.matching_web.crowd import make_crowd, make_plan

TEAMS = "/events/skills360/teams"


@pytest.fixture
def edition(app: Flask) -> Edition:
    return make_edition(team_count=3)


@pytest.fixture
def people(edition: Edition) -> list[Person]:
    """Twelve people; number n (from 0) is in team n % 3 + 1."""
    people = make_crowd(edition, 12)
    publish_plan(make_plan(edition), actor_id=make_member(Role.ORGANISER, edition).id, now=NOW)
    db.session.commit()
    return people


def publish_results(edition: Edition) -> None:
    round_ = Round(edition_id=edition.id, key="final", name_sv="Final", name_en="Final", state=RoundState.PUBLISHED)
    db.session.add(round_)
    db.session.flush()
    db.session.add(PublishedResult(round_id=round_.id, edition_id=edition.id, snapshot={}, published_at=NOW))
    db.session.commit()


def write_entry(number: int, *, submitted: bool, idea_id: int | None = None) -> Entry:
    team = db.session.query(Team).filter_by(number=number).one()
    entry = Entry(
        team_id=team.id, title="Kanariefågeln", pitch="En hemlig text.", changed_at=NOW, idea_id=idea_id,
        submitted_at=NOW if submitted else None,
    )  # fmt: skip
    db.session.add(entry)
    db.session.commit()
    return entry


def names_in(text: str) -> set[str]:
    return {f"Deltagare {number:02}" for number in range(1, 13) if f"Deltagare {number:02}" in text}


OWN = {"Deltagare 01", "Deltagare 04", "Deltagare 07", "Deltagare 10"}


def test_before_publishing_there_is_an_empty_page(client: FlaskClient, edition: Edition) -> None:
    make_crowd(edition, 12)
    make_plan(edition)
    page = client.get(TEAMS)
    assert page.status_code == 200
    assert "Teamen är inte publicerade ännu" in page.text
    assert not names_in(page.text)
    assert client.get(f"{TEAMS}/1").status_code == 404


def test_everybody_sees_teams_without_names(client: FlaskClient, people: list[Person]) -> None:
    page = client.get(TEAMS).text
    assert "12 personer i 3 team" in page
    assert "Fråga 1?" in page
    assert not names_in(page)
    one = client.get(f"{TEAMS}/1").text
    assert "Sammansättning" in one
    assert not names_in(one)
    assert "@example.org" not in one


def test_a_participant_sees_the_names_of_the_own_team_alone(client: FlaskClient, people: list[Person]) -> None:
    sign_in(client, people[0])
    assert not names_in(client.get(TEAMS).text) - {people[0].name}
    own, other = client.get(f"{TEAMS}/1").text, client.get(f"{TEAMS}/2").text
    assert names_in(own) == OWN
    assert people[3].email in own
    assert "Varför är jag här?" in own
    assert names_in(other) <= {people[0].name}  # The menu names whoever is signed in.
    assert people[1].email not in other


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.FACILITATOR])
def test_organisers_and_facilitators_see_names_but_no_addresses(
    client: FlaskClient, edition: Edition, people: list[Person], role: Role
) -> None:
    sign_in(client, make_member(role, edition))
    assert len(names_in(client.get(TEAMS).text)) == 12
    page = client.get(f"{TEAMS}/2").text
    assert len(names_in(page)) == 4
    assert people[1].email not in page


@pytest.mark.parametrize("role", [Role.JUDGE, Role.COORDINATOR])
def test_judges_and_coordinators_see_no_names(
    client: FlaskClient, edition: Edition, people: list[Person], role: Role
) -> None:
    sign_in(client, make_member(role, edition))
    assert not names_in(client.get(TEAMS).text)
    assert not names_in(client.get(f"{TEAMS}/2").text)


def test_a_reason_is_for_the_person_alone(client: FlaskClient, people: list[Person]) -> None:
    sign_in(client, people[0])
    assert client.get(f"{TEAMS}/1").text.count("Varför är jag här?") == 1


def test_the_pitch_is_public_after_the_results_alone(
    client: FlaskClient, app: Flask, edition: Edition, people: list[Person]
) -> None:
    write_entry(1, submitted=True)
    write_entry(2, submitted=False)
    strangers = [app.test_client(), sign_in(app.test_client(), people[1])]
    for stranger in strangers:
        assert "Kanariefågeln" not in stranger.get(f"{TEAMS}/1").text
        assert "En hemlig text." not in stranger.get(TEAMS).text
    assert "En hemlig text." in sign_in(client, people[0]).get(f"{TEAMS}/1").text
    publish_results(edition)
    for stranger in strangers:
        assert "En hemlig text." in stranger.get(f"{TEAMS}/1").text
    assert "Kanariefågeln" not in app.test_client().get(f"{TEAMS}/2").text  # It was never handed in.


def test_the_list_takes_the_same_number_of_queries_for_many_teams(app: Flask) -> None:
    counts = []
    for slug, size in (("small", 4), ("large", 12)):
        edition = make_edition(slug, team_count=size // 4)
        make_crowd(edition, size)
        publish_plan(make_plan(edition), actor_id=make_member(Role.ORGANISER, edition).id, now=NOW)
        db.session.commit()
        edition_id = edition.id
        seen: list[str] = []
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        teams = list_teams(edition_id)
        event.remove(db.engine, "before_cursor_execute", listener)
        assert len(teams) == size // 4
        counts.append(len(seen))
    assert counts == [2, 2]


def test_the_home_page_gets_the_own_team(edition: Edition, people: list[Person]) -> None:
    own = team_of(edition.id, people[0].id)
    assert own is not None
    assert (own.team.number, own.team.table_no, own.team.agency, own.team.external) == (1, 1, 2, 2)
    assert {member.name for member in own.members} == OWN
    assert (own.entry_title, own.has_begun) == ("", False)
    assert team_of(edition.id, make_member(Role.ORGANISER, edition).id) is None


def test_an_idea_leads_to_its_team_after_the_results(app: Flask, edition: Edition, people: list[Person]) -> None:
    from tests.teams.test_entry import make_idea

    idea = make_idea(edition, number=1)
    write_entry(1, submitted=True, idea_id=idea.id)
    with app.test_request_context("/events/skills360/ideas/1"):
        assert idea_links(edition.id, idea.id) == []
        db.session.rollback()
    publish_results(edition)
    with app.test_request_context("/events/skills360/ideas/1"):
        from flask import g

        from hackathon.events.queries import find_edition

        g.edition = find_edition("skills360")
        assert idea_links(edition.id, idea.id) == [("Team 1", f"{TEAMS}/1")]
