"""The studio's pages, as an organiser goes through them without JavaScript."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.jobs import Job, JobState
from hackathon.events.models import Edition
from hackathon.matching.models import PlanState, RunState, TeamPlan, TeamRun
from hackathon.registration.models import Registration, RegistrationState
from hackathon.teams.models import Team
from tests.factories import make_edition, make_member, sign_in
from tests.matching_web.crowd import make_crowd, make_plan

STUDIO = "/events/skills360/organise/teams"


class Woken(list[int]):
    """The jobs that the queue was told of."""

    def send(self, job_id: int) -> None:
        self.append(job_id)

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def woken(app: Flask) -> Woken:
    queue = Woken()
    app.extensions["job_queue"] = queue
    return queue


@pytest.fixture
def edition(app: Flask) -> Edition:
    return make_edition(team_count=3)


@pytest.fixture
def organiser(edition: Edition, client: FlaskClient) -> Person:
    person = make_member(Role.ORGANISER, edition)
    sign_in(client, person)
    return person


def test_before_anybody_has_a_place(client: FlaskClient, organiser: Person) -> None:
    page = client.get(STUDIO)
    assert page.status_code == 200
    assert "Inga att dela in ännu" in page.text
    assert "Generera team</button>" not in page.text


def test_what_the_roster_gives_is_seen_before_solving(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    page = client.get(STUDIO).text
    assert "12 personer har en plats" in page
    assert "Det blir 3 team om 4." in page
    assert "0 kan Data och analys, 3 team: 3 blir utan." in page
    assert "Alla har fyllt i sin profil." in page


def test_missing_profiles_are_listed(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 4, profiles=False)
    page = client.get(STUDIO).text
    assert "4 personer saknar profil." in page
    assert "Deltagare 03" in page


def test_a_run_is_started_once_for_one_form(
    client: FlaskClient, edition: Edition, organiser: Person, woken: Woken
) -> None:
    make_crowd(edition, 12)
    form = {"seconds": "10", "seed": "7", "idempotency_key": "same"}
    first, second = client.post(STUDIO, data=form), client.post(STUDIO, data=form)
    run = db.session.query(TeamRun).one()
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == f"{STUDIO}/runs/{run.id}"
    assert (run.time_limit, run.seed, run.state) == (10, 7, RunState.QUEUED)
    assert set(woken) == {run.job_id}
    assert db.session.query(Job).count() == 1


@pytest.mark.parametrize("seconds", ["2", "121", "", "x", "-1"])
def test_a_time_that_cannot_be_is_told_beside_the_field(
    client: FlaskClient, edition: Edition, organiser: Person, seconds: str
) -> None:
    make_crowd(edition, 12)
    page = client.post(STUDIO, data={"seconds": seconds, "seed": "1"})
    assert page.status_code == 422
    assert 'id="seconds-error"' in page.text
    assert db.session.query(TeamRun).count() == 0


def test_a_run_under_way_shows_its_progress(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    run = plan.run
    job = Job(
        kind="teams.generate", arguments={"run_id": run.id}, edition_id=edition.id, person_id=organiser.id,
        state=JobState.RUNNING, created_at=run.created_at,
        progress={"curve": [[0.2, 50, 10], [1.2, 40, 20]], "cost": 40, "bound": 20, "phase": "search"},
    )  # fmt: skip
    db.session.delete(plan)
    db.session.add(job)
    db.session.flush()
    run.state, run.cost, run.lower_bound, run.curve, run.job_id, run.ended_at = (
        RunState.RUNNING,
        None,
        None,
        [],
        job.id,
        None,
    )
    db.session.commit()
    page = client.get(f"{STUDIO}/runs/{run.id}").text
    assert "50,0 %" in page
    assert 'data-hx-trigger="every 1s"' in page
    assert "Avbryt beräkningen" in page
    assert "Uppdatera" in page
    part = client.get(f"{STUDIO}/runs/{run.id}/progress").text
    assert part.startswith('<div id="run" data-progress')
    assert "data-done" not in part
    assert client.post(f"{STUDIO}/runs/{run.id}/cancel").status_code == 303
    db.session.expire_all()
    assert run.state is RunState.CANCELLED
    assert job.cancel_requested
    job.state = JobState.CANCELLED
    db.session.commit()
    part = client.get(f"{STUDIO}/runs/{run.id}/progress").text
    assert f'data-done data-next="{STUDIO}/runs/{run.id}"' in part
    assert "Den hann inte hitta några team" in client.get(f"{STUDIO}/runs/{run.id}").text


def test_a_plan_is_shown_with_teams_rules_and_reasons(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    page = client.get(f"{STUDIO}/runs/{plan.run_id}").text
    assert page.count('<li class="tc">') == 3
    assert "Nått, möjligt och varför inte mer" in page
    assert "3 team behöver 3, men bara 0 av 12 har kunskapen." in page
    assert "Saknar data och analys" in page
    assert "<b>Förstaval</b>" in page
    assert f"{STUDIO}/runs/{plan.run_id}/publish" in page


@pytest.mark.parametrize(
    ("state", "message", "expected"),
    [
        (RunState.FAILED, "UNANSWERED", "Räkna längre."),
        (RunState.FAILED, "NOT_PERMITTED", "får inte längre generera team"),
        (RunState.FAILED, "RuntimeError: broken", "avbröts av ett fel"),
        (RunState.INFEASIBLE, "", "Reglerna går inte ihop"),
        (RunState.QUEUED, "", "väntar på sin tur"),
    ],
)
def test_a_run_without_plan_says_what_to_do(
    client: FlaskClient, edition: Edition, organiser: Person, state: RunState, message: str, expected: str
) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    run = plan.run
    db.session.delete(plan)
    run.state, run.message, run.cost, run.lower_bound, run.curve = state, message, None, None, []
    if state is RunState.INFEASIBLE:
        run.conflict = {"rules": [0], "text": "Fem av samma organisation.", "ways_out": ["Ta bort regeln."]}
    db.session.commit()
    page = client.get(f"{STUDIO}/runs/{run.id}").text
    assert expected in page
    assert "RuntimeError" not in page
    if state is RunState.INFEASIBLE:
        assert "Kollegor i olika team" in page
        assert "Ta bort regeln." in page


def test_publishing_asks_first_and_is_done_once(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    address = f"{STUDIO}/runs/{plan.run_id}/publish"
    assert "12 personer får veta sitt team" in client.get(address).text
    assert db.session.query(Team).count() == 0
    form = {"replaces": "0", "idempotency_key": "once"}
    assert client.post(address, data=form).status_code == 303
    assert client.post(address, data=form).status_code == 303
    assert client.post(address, data={"replaces": "0", "idempotency_key": "again"}).status_code == 409
    db.session.expire_all()
    assert db.session.get_one(TeamPlan, plan.id).state is PlanState.PUBLISHED
    assert db.session.query(Team).count() == 3
    assert "Publicerat" in client.get(STUDIO).text


def test_a_plan_of_people_who_left_cannot_be_published(
    client: FlaskClient, edition: Edition, organiser: Person
) -> None:
    people = make_crowd(edition, 12)
    plan = make_plan(edition)
    registration = db.session.query(Registration).filter_by(person_id=people[0].id).one()
    registration.state, registration.seat_no = RegistrationState.CANCELLED, None
    db.session.commit()
    address = f"{STUDIO}/runs/{plan.run_id}/publish"
    assert "Deltagare 01 har inte längre någon plats." in client.get(address).text
    answer = client.post(address, data={"replaces": "0"})
    assert answer.status_code == 409
    assert "Deltagare 01" in answer.text
    assert db.session.query(Team).count() == 0


def test_runs_of_other_editions_are_not_found(client: FlaskClient, edition: Edition, organiser: Person) -> None:
    other = make_edition("other", team_count=3)
    make_crowd(other, 6)
    foreign = make_plan(other).run_id
    for method, path in (
        ("get", ""),
        ("get", "/progress"),
        ("get", "/publish"),
        ("post", "/cancel"),
        ("post", "/publish"),
    ):
        assert getattr(client, method)(f"{STUDIO}/runs/{foreign}{path}").status_code == 404, path
    assert db.session.query(Team).count() == 0


def test_a_facilitator_reads_and_starts_nothing(client: FlaskClient, edition: Edition) -> None:
    make_crowd(edition, 12)
    plan = make_plan(edition)
    sign_in(client, make_member(Role.FACILITATOR, edition))
    page = client.get(f"{STUDIO}/runs/{plan.run_id}")
    assert page.status_code == 200
    assert "Publicera teamen" not in page.text
    assert client.get(STUDIO).status_code == 200
    assert client.post(STUDIO, data={"seconds": "3", "seed": "1"}).status_code == 403
    assert client.post(f"{STUDIO}/runs/{plan.run_id}/publish").status_code == 403


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.JUDGE, Role.COORDINATOR])
def test_others_do_not_see_the_studio(client: FlaskClient, edition: Edition, role: Role) -> None:
    make_crowd(edition, 6)
    run_id = make_plan(edition).run_id
    sign_in(client, make_member(role, edition))
    for path in ("", f"/runs/{run_id}", f"/runs/{run_id}/progress"):
        assert client.get(f"{STUDIO}{path}").status_code == 403
