"""A plan becomes everybody's teams: once, whole, and only of people who still have a place."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition
from hackathon.matching.models import PlanState, TeamPlan
from hackathon.matching.services import publish_plan
from hackathon.registration.models import Registration, RegistrationState
from hackathon.teams.models import Entry, Team, TeamMember
from tests.factories import NOW, make_edition, make_member
from tests.matching_web.crowd import make_crowd, make_plan


@pytest.fixture
def edition(app: Flask) -> Edition:
    return make_edition(team_count=3)


@pytest.fixture
def organiser(edition: Edition) -> Person:
    return make_member(Role.ORGANISER, edition)


def publish(plan: TeamPlan, organiser: Person, *, replaces: int | None = None) -> None:
    publish_plan(plan, actor_id=organiser.id, now=NOW, replaces=replaces)
    db.session.commit()


def membership() -> dict[int, int]:
    """The number of everybody's team."""
    rows = db.session.execute(select(TeamMember.person_id, Team.number).join(Team))
    return {row.person_id: row.number for row in rows}


def refused(plan: TeamPlan, organiser: Person, *, replaces: int | None = None) -> str:
    with pytest.raises(Conflict) as refusal:
        publish(plan, organiser, replaces=replaces)
    db.session.rollback()
    return refusal.value.reason


def test_a_published_plan_becomes_teams(edition: Edition, organiser: Person) -> None:
    people = make_crowd(edition, 12)
    people[1].locale = "en"
    plan = make_plan(edition)
    publish(plan, organiser)
    assert membership() == {person.id: number % 3 + 1 for number, person in enumerate(people)}
    teams = db.session.query(Team).order_by(Team.number).all()
    assert [(team.name, team.table_no) for team in teams] == [("Team 1", 1), ("Team 2", 2), ("Team 3", 3)]
    assert all(team.question_id for team in teams)
    assert plan.state is PlanState.PUBLISHED
    assert (plan.published_by_id, plan.published_at) == (organiser.id, NOW)
    assert all(member.reason for member in db.session.query(TeamMember))


def test_everybody_gets_one_letter_with_team_table_and_question(edition: Edition, organiser: Person) -> None:
    people = make_crowd(edition, 12)
    publish(make_plan(edition), organiser)
    letters = {mail.recipient: mail for mail in db.session.query(Mail)}
    assert set(letters) == {person.email for person in people}
    letter = letters[people[1].email]
    assert letter.subject == "Ditt team på Skills360: Team 2, bord 2"
    assert "Fråga 2?" in letter.body
    assert "/events/skills360/teams/2" in letter.body


def test_the_act_is_in_the_audit_log(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    publish(plan, organiser)
    entry = db.session.query(AuditEntry).filter_by(action="plan.published").one()
    assert (entry.actor_id, entry.subject) == (organiser.id, f"team_plan:{plan.id}")


def test_a_plan_is_published_once(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    publish(plan, organiser)
    assert refused(plan, organiser) == "plan_not_draft"
    assert db.session.query(Mail).count() == 12
    assert db.session.query(AuditEntry).filter_by(action="plan.published").count() == 1


def test_another_plan_takes_over_and_only_those_who_move_are_told(edition: Edition, organiser: Person) -> None:
    people = make_crowd(edition, 12)
    first = make_plan(edition)
    publish(first, organiser)
    rows = {team.number: team.id for team in db.session.query(Team)}
    deal = [number % 3 for number in range(12)]
    deal[0], deal[1] = deal[1], deal[0]
    second = make_plan(edition, teams=deal)
    publish(second, organiser)
    assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.PUBLISHED)
    assert membership()[people[0].id] == 2
    assert membership()[people[1].id] == 1
    assert {team.number: team.id for team in db.session.query(Team)} == rows
    assert db.session.query(Mail).count() == 12 + 2
    assert refused(first, organiser) == "plan_not_draft"


def test_a_plan_published_meanwhile_is_not_overwritten_unseen(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    first, second = make_plan(edition), make_plan(edition)
    publish(first, organiser, replaces=0)
    assert refused(second, organiser, replaces=0) == "published_meanwhile"
    publish(second, organiser, replaces=first.id)
    assert second.state is PlanState.PUBLISHED


def test_people_who_lost_their_place_stop_the_plan_and_are_named(
    app: Flask, edition: Edition, organiser: Person
) -> None:
    people = make_crowd(edition, 12)
    plan = make_plan(edition)
    registration = db.session.query(Registration).filter_by(person_id=people[3].id).one()
    registration.state, registration.seat_no = RegistrationState.CANCELLED, None
    db.session.commit()
    with pytest.raises(Conflict) as refusal:
        publish(plan, organiser)
    db.session.rollback()
    assert refusal.value.reason == "people_left"
    with app.test_request_context():
        assert "Deltagare 04" in refusal.value.message
        assert "Deltagare 05" not in refusal.value.message
    assert (db.session.query(Team).count(), db.session.query(Mail).count()) == (0, 0)
    db.session.refresh(plan)
    assert plan.state is PlanState.DRAFT


def test_two_organisers_at_once_publish_once(app: Flask, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan_id, organiser_id = make_plan(edition).id, organiser.id
    db.session.commit()
    db.session.remove()
    together, answers = threading.Barrier(2), []

    def act() -> None:
        with app.app_context():
            together.wait()
            try:
                publish_plan(db.session.get_one(TeamPlan, plan_id), actor_id=organiser_id, now=NOW)
                db.session.commit()
                answers.append("published")
            except Conflict as refusal:
                db.session.rollback()
                answers.append(refusal.reason)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == ["plan_not_draft", "published"]
    assert db.session.query(Mail).count() == 12
    assert db.session.query(TeamMember).count() == 12


def test_a_begun_entry_follows_the_number_and_a_submitted_one_holds_the_team(
    edition: Edition, organiser: Person
) -> None:
    make_crowd(edition, 12)
    publish(make_plan(edition), organiser)
    team = db.session.query(Team).filter_by(number=1).one()
    entry = Entry(team_id=team.id, title="Rubrik", pitch="Text", changed_at=NOW)
    db.session.add(entry)
    db.session.commit()
    deal = [number % 3 for number in range(12)]
    deal[0], deal[1] = deal[1], deal[0]
    publish(make_plan(edition, teams=deal), organiser)
    assert db.session.query(Entry).one().team_id == team.id
    entry.submitted_at = NOW
    db.session.commit()
    before = membership()
    assert refused(make_plan(edition), organiser) == "entry_submitted"
    assert membership() == before
    publish(make_plan(edition, teams=deal), organiser)  # The same people in team 1: nothing is in the way.


def test_a_plan_with_fewer_teams_does_not_throw_an_entry_away(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    publish(make_plan(edition), organiser)
    team = db.session.query(Team).filter_by(number=3).one()
    db.session.add(Entry(team_id=team.id, title="Rubrik", changed_at=NOW))
    edition.team_count = 2
    db.session.commit()
    plan = make_plan(edition)
    assert refused(plan, organiser) == "entry_would_be_lost"
    db.session.query(Entry).delete()
    db.session.commit()
    publish(plan, organiser)
    assert [team.number for team in db.session.query(Team).order_by(Team.number)] == [1, 2]


def test_a_name_stays_with_a_team_that_is_still_the_same(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    publish(make_plan(edition), organiser)
    for team in db.session.query(Team):
        team.name = f"Vägkant {team.number}"
    db.session.commit()
    turned = [(number + 1) % 3 if number < 3 else number % 3 for number in range(12)]
    publish(make_plan(edition, teams=turned), organiser)
    assert {team.name for team in db.session.query(Team)} == {"Vägkant 1", "Vägkant 2", "Vägkant 3"}
    publish(make_plan(edition, teams=[(number + 1) % 3 for number in range(12)]), organiser)
    assert {team.name for team in db.session.query(Team)} == {"Team 1", "Team 2", "Team 3"}
