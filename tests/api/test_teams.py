"""Team generation and teams through the API."""

from __future__ import annotations

from typing import Any

import pytest

from hackathon.core import jobs
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.matching.models import TeamRun
from hackathon.teams.models import Team
from tests.api.conftest import Program, Programs, refusal, wrong_fields
from tests.factories import make_edition, make_member
from tests.matching_web.crowd import make_crowd

SHORT = {"time_limit": 3, "seed": 7}


@pytest.fixture
def edition() -> Edition:
    """An event with ten people for two teams."""
    edition = make_edition(team_count=2)
    make_crowd(edition, 10)
    return edition


@pytest.fixture
def organiser(app: object, edition: Edition, program: Programs) -> Program:
    return program(make_member(Role.ORGANISER, edition))


def solve(run_id: int) -> None:
    """Does what a worker would do."""
    job_id = db.session.get_one(TeamRun, run_id).job_id
    assert job_id is not None
    db.session.commit()
    jobs.perform(job_id)


def start(organiser: Program) -> int:
    run_id: int = organiser.post("/team-runs", SHORT).get_json()["id"]
    return run_id


def people(teams: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [team["members"] for team in teams["items"]]


def test_run_is_accepted_and_told_of(organiser: Program) -> None:
    answer = organiser.post("/team-runs", SHORT)
    assert answer.status_code == 202
    run_id = answer.get_json()["id"]
    assert answer.json == {"id": run_id, "state": "queued"}
    assert answer.location == f"/api/v1/events/skills360/team-runs/{run_id}"
    run = organiser.get(answer.location).get_json()
    assert (run["state"], run["cost"], run["plan"], run["message"]) == ("queued", None, None, "")
    assert (run["time_limit"], run["seed"]) == (3, 7)
    assert run["problem"]["format"] == "team-formation/1"
    assert len(run["problem"]["participants"]) == 10


def test_run_becomes_a_plan_and_the_plan_teams(organiser: Program, program: Programs, edition: Edition) -> None:
    public, facilitator = program(None), program(make_member(Role.FACILITATOR, edition))
    run_id = start(organiser)
    assert refusal(organiser.post(f"/team-runs/{run_id}/publish")) == (409, "no_plan")
    solve(run_id)
    run = facilitator.get(f"/team-runs/{run_id}").get_json()
    assert run["state"] == "solved"
    assert run["plan"]["format"] == "team-formation-solution/1"
    assert run["cost"] == run["plan"]["cost"] >= run["lower_bound"]
    assert run["progress"]["is_over"] is True
    assert public.get("/teams").json == {"items": [], "next": None}
    assert refusal(facilitator.post(f"/team-runs/{run_id}/publish")) == (403, "not_permitted")

    published = organiser.post(f"/team-runs/{run_id}/publish", headers={"Idempotency-Key": "p"})
    assert (published.status_code, published.get_json()["plan_state"]) == (200, "published")
    assert organiser.post(f"/team-runs/{run_id}/publish", headers={"Idempotency-Key": "p"}).status_code == 200
    assert refusal(organiser.post(f"/team-runs/{run_id}/publish")) == (409, "plan_not_draft")

    seen = public.get("/teams").get_json()
    assert [len(members) for members in people(seen)] == [5, 5]
    assert {field for members in people(seen) for member in members for field in member} == {"pool", "letter"}
    assert "Deltagare" not in str(seen)
    named = {member["name"] for members in people(facilitator.get("/teams").get_json()) for member in members}
    assert named == {f"Deltagare {number:02}" for number in range(1, 11)}
    assert [team["number"] for team in public.get("/teams?limit=1").get_json()["items"]] == [1]


def test_run_that_cannot_be_is_refused(organiser: Program) -> None:
    assert wrong_fields(organiser.post("/team-runs", {})) == {"time_limit"}
    assert wrong_fields(organiser.post("/team-runs", {"time_limit": "10", "seed": -1})) == {"time_limit", "seed"}
    for seconds in (0, 2, 121):
        assert refusal(organiser.post("/team-runs", {"time_limit": seconds})) == (422, "time_limit_out_of_range")
    assert db.session.query(TeamRun).count() == 0


def test_run_without_people_is_refused(program: Programs) -> None:
    organiser = program(make_member(Role.ORGANISER, make_edition()))
    assert refusal(organiser.post("/team-runs", SHORT)) == (409, "roster_empty")


def test_run_sent_twice_under_one_key_is_one(organiser: Program) -> None:
    answers = [organiser.post("/team-runs", SHORT, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert db.session.query(TeamRun).count() == 1


def test_run_is_cancelled_once(organiser: Program) -> None:
    run_id = start(organiser)
    assert organiser.post(f"/team-runs/{run_id}/cancel").get_json()["state"] == "cancelled"
    assert refusal(organiser.post(f"/team-runs/{run_id}/cancel")) == (409, "run_ended")
    solve(run_id)
    assert organiser.get(f"/team-runs/{run_id}").get_json()["state"] == "cancelled"
    assert db.session.query(Team).count() == 0


def test_run_of_another_event_is_unknown(organiser: Program, program: Programs) -> None:
    run_id = start(organiser)
    other = make_edition("other")
    stranger = program(make_member(Role.ORGANISER, other))
    for method, step in (("GET", ""), ("POST", "/cancel"), ("POST", "/publish")):
        answer = stranger.ask(method, f"/api/v1/events/other/team-runs/{run_id}{step}")
        assert refusal(answer) == (404, "run_unknown")
    assert organiser.get(f"/team-runs/{run_id}").get_json()["state"] == "queued"
