"""What a team hands in: by its members alone, to the second, and never over somebody else's text."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Phase, PhaseKind
from hackathon.ideas.models import Idea, IdeaTransition
from hackathon.ideas.rules import Stage
from hackathon.matching.services import publish_plan
from hackathon.teams.models import Entry, Team
from hackathon.workshops.models import ChallengeQuestion
from tests.conftest import Clock
from tests.factories import NOW, make_edition, make_member, sign_in
from tests.matching_web.crowd import make_crowd, make_plan

ENTRY = "/events/skills360/teams/1/entry"


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


@pytest.fixture
def writer(client: FlaskClient, people: list[Person]) -> FlaskClient:
    """A member of team 1."""
    return sign_in(client, people[0])


def make_idea(edition: Edition, *, number: int, stage: Stage = Stage.SHORTLISTED, question: int = 1) -> Idea:
    found = db.session.query(ChallengeQuestion).filter_by(edition_id=edition.id, number=question).one()
    idea = Idea(
        edition_id=edition.id, number=number, title=f"Idé {number}", summary="Kort.", stage=stage, question_id=found.id,
        created_at=NOW, changed_at=NOW, stage_changed_at=NOW,
    )  # fmt: skip
    db.session.add(idea)
    db.session.commit()
    return idea


def form(**changes: object) -> dict[str, object]:
    return {
        "team_name": "Vägkant",
        "idea": "",
        "title": "Rubrik",
        "pitch": "Texten.",
        "version": "0",
        "do": "save",
    } | changes


def the_entry() -> Entry:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Entry).one()


def test_a_member_writes_and_hands_in(writer: FlaskClient, people: list[Person]) -> None:
    assert writer.post(ENTRY, data=form()).status_code == 303
    entry = the_entry()
    assert (entry.title, entry.pitch, entry.submitted_at, entry.changed_by_id) == (
        "Rubrik",
        "Texten.",
        None,
        people[0].id,
    )
    assert db.session.query(Team).filter_by(number=1).one().name == "Vägkant"
    assert writer.post(ENTRY, data=form(version=entry.version, do="submit")).status_code == 303
    assert the_entry().submitted_at == NOW


def test_what_is_handed_in_can_be_changed_and_stays_handed_in(writer: FlaskClient, people: list[Person]) -> None:
    writer.post(ENTRY, data=form(do="submit"))
    assert writer.post(ENTRY, data=form(version=the_entry().version, pitch="Bättre.")).status_code == 303
    assert (the_entry().pitch, the_entry().submitted_at) == ("Bättre.", NOW)
    answer = writer.post(ENTRY, data=form(version=the_entry().version, pitch=" "))
    assert answer.status_code == 422
    assert the_entry().pitch == "Bättre."


def test_handing_in_needs_title_and_pitch(writer: FlaskClient, people: list[Person]) -> None:
    answer = writer.post(ENTRY, data=form(title="", do="submit"))
    assert answer.status_code == 422
    assert "behöver både en rubrik och en pitch" in answer.text
    assert "Texten." in answer.text
    assert db.session.query(Entry).count() == 0


@pytest.mark.parametrize(("length", "status"), [(3000, 303), (3001, 422)])
def test_a_pitch_has_3000_characters_at_most(
    writer: FlaskClient, people: list[Person], length: int, status: int
) -> None:
    assert writer.post(ENTRY, data=form(pitch="å" * length)).status_code == status
    assert db.session.query(Entry).count() == (status == 303)


@pytest.mark.parametrize("do", ["save", "submit"])
def test_the_deadline_holds_to_the_second(
    writer: FlaskClient, people: list[Person], edition: Edition, clock: Clock, do: str
) -> None:
    closes = db.session.query(Phase).filter_by(edition_id=edition.id, kind=PhaseKind.PITCHES).one().closes_at
    clock.moment = closes - timedelta(microseconds=1)
    sign_in(writer, people[0], now=clock.moment)
    assert writer.post(ENTRY, data=form(do=do)).status_code == 303
    version = the_entry().version
    clock.moment = closes
    answer = writer.post(ENTRY, data=form(version=version, pitch="För sent.", do=do))
    assert answer.status_code == 409
    assert "Tiden för att lämna in har gått ut" in answer.text
    assert the_entry().pitch == "Texten."
    page = writer.get(ENTRY)
    assert page.status_code == 200
    assert "<textarea" not in page.text


def test_before_the_phase_nothing_can_be_written(writer: FlaskClient, people: list[Person], edition: Edition) -> None:
    phase = db.session.query(Phase).filter_by(edition_id=edition.id, kind=PhaseKind.PITCHES).one()
    phase.opens_at = NOW + timedelta(seconds=1)
    db.session.commit()
    answer = writer.post(ENTRY, data=form())
    assert answer.status_code == 409
    assert db.session.query(Entry).count() == 0


def test_whoever_saves_second_keeps_the_own_text_and_sees_the_other(
    app: Flask, writer: FlaskClient, people: list[Person]
) -> None:
    writer.post(ENTRY, data=form())
    version = the_entry().version
    mate = sign_in(app.test_client(), people[3])
    assert mate.post(ENTRY, data=form(version=version, pitch="Kamratens text.")).status_code == 303
    answer = writer.post(ENTRY, data=form(version=version, pitch="Min text."))
    assert answer.status_code == 409
    assert "Min text." in answer.text
    assert "Kamratens text." in answer.text
    assert the_entry().pitch == "Kamratens text."
    shown = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert shown is not None
    assert writer.post(ENTRY, data=form(version=shown[1], pitch="Bådas text.")).status_code == 303
    assert the_entry().pitch == "Bådas text."


def test_two_who_begin_at_once_do_not_overwrite_each_other(
    app: Flask, writer: FlaskClient, people: list[Person]
) -> None:
    assert writer.post(ENTRY, data=form()).status_code == 303
    mate = sign_in(app.test_client(), people[3])
    assert mate.post(ENTRY, data=form(pitch="Kamratens text.")).status_code == 409
    assert the_entry().pitch == "Texten."


def test_the_same_form_twice_is_saved_once(writer: FlaskClient, people: list[Person]) -> None:
    data = form(idempotency_key="same", do="submit")
    assert writer.post(ENTRY, data=data).status_code == 303
    version = the_entry().version
    assert writer.post(ENTRY, data=data).status_code == 303
    assert the_entry().version == version


def test_other_teams_and_roles_cannot_write(app: Flask, edition: Edition, people: list[Person]) -> None:
    stranger = sign_in(app.test_client(), people[1])
    assert stranger.get(ENTRY).status_code == 403
    assert stranger.post(ENTRY, data=form()).status_code == 403
    for role in (Role.ORGANISER, Role.FACILITATOR, Role.JUDGE):
        other = sign_in(app.test_client(), make_member(role, edition))
        assert other.post(ENTRY, data=form()).status_code == 403
    assert app.test_client().post(ENTRY, data=form()).status_code == 401
    assert db.session.query(Entry).count() == 0


def test_ideas_of_the_own_question_come_first(writer: FlaskClient, edition: Edition, people: list[Person]) -> None:
    make_idea(edition, number=1, question=2)
    make_idea(edition, number=2, stage=Stage.SUBMITTED)
    make_idea(edition, number=3)
    make_idea(edition, number=4, stage=Stage.PARKED)
    page = writer.get(ENTRY).text
    places = [page.index(f"{number}. Idé {number}") for number in (3, 2, 1)]
    assert places == sorted(places)
    assert "4. Idé 4" not in page


def test_an_idea_follows_its_team(writer: FlaskClient, edition: Edition, people: list[Person]) -> None:
    idea, other = make_idea(edition, number=1, stage=Stage.SUBMITTED), make_idea(edition, number=2)
    writer.post(ENTRY, data=form(idea=idea.id))
    assert (db.session.get_one(Idea, idea.id, populate_existing=True).stage, the_entry().idea_id) == (
        Stage.IN_TEAM,
        idea.id,
    )
    steps = [
        step.to_stage
        for step in db.session.query(IdeaTransition).filter_by(idea_id=idea.id).order_by(IdeaTransition.id)
    ]
    assert steps == [Stage.SHORTLISTED, Stage.IN_TEAM]
    writer.post(ENTRY, data=form(idea=idea.id, version=the_entry().version, do="submit"))
    assert db.session.get_one(Idea, idea.id, populate_existing=True).stage is Stage.ENTERED
    writer.post(ENTRY, data=form(idea=other.id, version=the_entry().version))
    assert db.session.get_one(Idea, idea.id, populate_existing=True).stage is Stage.SHORTLISTED
    assert db.session.get_one(Idea, other.id, populate_existing=True).stage is Stage.ENTERED


def test_an_idea_that_two_teams_share_stays_with_the_other(
    app: Flask, writer: FlaskClient, edition: Edition, people: list[Person]
) -> None:
    idea = make_idea(edition, number=1)
    writer.post(ENTRY, data=form(idea=idea.id))
    neighbour = sign_in(app.test_client(), people[1])
    neighbour.post(ENTRY.replace("/1/", "/2/"), data=form(idea=idea.id))
    entry = db.session.query(Entry).join(Team).filter(Team.number == 1).one()
    writer.post(ENTRY, data=form(idea="", version=entry.version))
    assert db.session.get_one(Idea, idea.id, populate_existing=True).stage is Stage.IN_TEAM


def test_an_idea_that_cannot_be_chosen_is_refused(writer: FlaskClient, edition: Edition, people: list[Person]) -> None:
    idea = make_idea(edition, number=1, stage=Stage.DRAFT)
    answer = writer.post(ENTRY, data=form(idea=idea.id))
    assert answer.status_code == 422
    assert "Texten." in answer.text
    assert db.session.query(Entry).count() == 0


def test_a_new_question_lets_the_idea_go(writer: FlaskClient, edition: Edition, people: list[Person]) -> None:
    idea = make_idea(edition, number=1)
    writer.post(ENTRY, data=form(idea=idea.id))
    plan = make_plan(edition)
    solution = dict(plan.solution)
    solution["teams"] = [dict(team, challenge="q2") for team in solution["teams"]]
    plan.solution = solution
    publish_plan(plan, actor_id=make_member(Role.ORGANISER, edition).id, now=NOW)
    db.session.commit()
    assert the_entry().idea_id is None
    assert the_entry().pitch == "Texten."
    assert db.session.get_one(Idea, idea.id, populate_existing=True).stage is Stage.SHORTLISTED
