"""Team generation as a job: from the roster to a plan, and what happens when something goes wrong on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core import jobs
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, TooMany
from hackathon.core.jobs import Job, JobState, perform, reap
from hackathon.events.models import Edition
from hackathon.matching import jobs as matching_jobs
from hackathon.matching.models import RunState, TeamPlan, TeamRun
from hackathon.matching.problem import Solution, Team, parse_problem, rule_costs
from hackathon.matching.services import cancel_run, finish_run, start_run
from tests.conftest import Clock
from tests.factories import NOW, make_edition, make_member
from tests.matching_web.crowd import info_of, make_crowd


@pytest.fixture
def edition(app: Flask) -> Edition:
    return make_edition(team_count=3)


@pytest.fixture
def organiser(edition: Edition) -> Person:
    return make_member(Role.ORGANISER, edition)


def start(edition: Edition, organiser: Person, *, time_limit: int = 3) -> TeamRun:
    run = start_run(info_of(edition), time_limit=time_limit, seed=1, actor_id=organiser.id, now=NOW)
    db.session.commit()
    return run


def fresh(run_id: int) -> TeamRun:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(TeamRun, run_id)


def pretend_solver(monkeypatch: pytest.MonkeyPatch, solve: Any) -> None:
    """Puts something else in the place of the engine, where the engine's time is not what is tested."""
    from hackathon.matching.solver import engine

    monkeypatch.setattr(engine, "solve", solve)


def any_solution(problem: Any, **_options: Any) -> Solution:
    """Everybody in turn, whatever it costs."""
    members: list[list[str]] = [[] for _ in range(problem.team_count)]
    for number, person in enumerate(problem.participants):
        members[number % problem.team_count].append(person.id)
    challenge = problem.challenges[0].id if problem.challenges else None
    teams = tuple(Team(number + 1, challenge, tuple(ids)) for number, ids in enumerate(members))
    cost = sum(row.weighted for row in rule_costs(problem, teams))
    return Solution("feasible", teams, cost, 0, 0.1)


def test_a_run_finds_a_plan_for_twelve(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    run_id = start(edition, organiser).id
    assert fresh(run_id).state is RunState.QUEUED
    job_id = fresh(run_id).job_id
    assert job_id is not None
    perform(job_id)
    run = fresh(run_id)
    assert run.state is RunState.SOLVED
    assert run.plan is not None
    assert run.curve
    problem, solution = parse_problem(run.problem), Solution.from_json(run.plan.solution)
    assert sum(row.weighted for row in rule_costs(problem, solution.teams)) == run.cost == solution.cost
    assert sorted(len(team.members) for team in solution.teams) == [4, 4, 4]
    assert db.session.get_one(Job, job_id).state is JobState.DONE


def test_progress_is_written_at_most_twice_a_second(
    edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hackathon.matching.solver.engine import Progress

    written: list[dict[str, Any]] = []
    monkeypatch.setattr(jobs.JobRun, "report", lambda _run, progress: written.append(progress))

    def solve(problem: Any, *, progress: Any, **_options: Any) -> Solution:
        for tenth in range(51):
            progress(Progress(tenth / 10, 100 - tenth, tenth, "search"))
        return any_solution(problem)

    pretend_solver(monkeypatch, solve)
    make_crowd(edition, 12)
    run = start(edition, organiser)
    perform(run.job_id or 0)
    assert 8 <= len(written) <= 11
    assert written[-1]["cost"] == 50


def test_the_solver_runs_outside_any_transaction(
    edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def solve(problem: Any, **_options: Any) -> Solution:
        seen.append(db.session().in_transaction())
        return any_solution(problem)

    pretend_solver(monkeypatch, solve)
    make_crowd(edition, 12)
    run = start(edition, organiser)
    perform(run.job_id or 0)
    assert seen == [False]


def test_a_run_that_cannot_be_says_why(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    run = start(edition, organiser)
    document = dict(run.problem)
    document["challenges"] = [{"id": "q1", "teams": {"min": 0, "max": 1}}]
    document["rules"] = [rule for rule in document["rules"] if rule["kind"] != "preference"]
    run.problem = document
    db.session.commit()
    perform(run.job_id or 0)
    run = fresh(run.id)
    assert run.state is RunState.INFEASIBLE
    assert run.plan is None
    assert run.conflict is not None
    assert run.conflict["text"]


def test_nobody_to_place_is_refused(edition: Edition, organiser: Person) -> None:
    with pytest.raises(Conflict) as refusal:
        start(edition, organiser)
    assert refusal.value.reason == "roster_empty"


@pytest.mark.parametrize("seconds", [2, 121])
def test_a_time_out_of_range_is_refused(edition: Edition, organiser: Person, seconds: int) -> None:
    make_crowd(edition, 12)
    with pytest.raises(Invalid):
        start(edition, organiser, time_limit=seconds)
    assert db.session.query(TeamRun).count() == 0


def test_a_sixth_run_at_the_same_time_is_refused(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    for _run in range(5):
        start(edition, organiser)
    with pytest.raises(TooMany):
        start(edition, organiser)


def test_whoever_is_no_organiser_any_more_gets_no_teams(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    run = start(edition, organiser)
    db.session.query(RoleAssignment).filter_by(person_id=organiser.id).delete()
    db.session.commit()
    perform(run.job_id or 0)
    run = fresh(run.id)
    assert (run.state, run.message, run.plan) == (RunState.FAILED, "NOT_PERMITTED", None)


def test_a_queued_run_is_cancelled_at_once(edition: Edition, organiser: Person) -> None:
    make_crowd(edition, 12)
    run = start(edition, organiser)
    cancel_run(run, actor_id=organiser.id, now=NOW)
    db.session.commit()
    perform(run.job_id or 0)
    run = fresh(run.id)
    assert (run.state, run.plan) == (RunState.CANCELLED, None)
    assert db.session.get_one(Job, run.job_id).state is JobState.CANCELLED
    with pytest.raises(Conflict):
        cancel_run(run, actor_id=organiser.id, now=NOW)


def test_a_run_cancelled_under_way_keeps_its_best_plan(
    edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crowd(edition, 12)
    run_id = start(edition, organiser).id

    def solve(problem: Any, *, cancelled: Any, **_options: Any) -> Solution:
        cancel_run(db.session.get_one(TeamRun, run_id), actor_id=organiser.id, now=NOW)
        db.session.commit()
        # The worker learns of it at its next heartbeat.
        job = db.session.get_one(Job, db.session.get_one(TeamRun, run_id).job_id)
        jobs_run.append(job.cancel_requested)
        db.session.rollback()
        return any_solution(problem)

    jobs_run: list[bool] = []
    pretend_solver(monkeypatch, solve)
    perform(fresh(run_id).job_id or 0)
    run = fresh(run_id)
    assert jobs_run == [True]
    assert run.state is RunState.CANCELLED
    assert run.plan is not None


def test_a_killed_worker_is_made_good_and_given_up_after_two_attempts(
    edition: Edition, organiser: Person, clock: Clock
) -> None:
    make_crowd(edition, 12)
    run_id, job_id = start(edition, organiser).id, fresh(db.session.query(TeamRun.id).scalar()).job_id
    job = db.session.get_one(Job, job_id)
    job.state, job.attempts, job.heartbeat_at = JobState.RUNNING, 1, NOW
    db.session.get_one(TeamRun, run_id).state = RunState.RUNNING
    db.session.commit()
    clock.forward(seconds=30)
    assert reap(now=clock()) == 1
    assert (fresh(run_id).state, db.session.get_one(Job, job_id).state) == (RunState.RUNNING, JobState.QUEUED)
    job = db.session.get_one(Job, job_id)
    job.state, job.attempts = JobState.RUNNING, 2
    db.session.commit()
    reap(now=clock())
    run = fresh(run_id)
    assert run.state is RunState.FAILED
    assert run.message


def test_a_run_taken_up_again_is_solved_once(
    edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    pretend_solver(monkeypatch, any_solution)
    make_crowd(edition, 12)
    run = start(edition, organiser)
    run.state = RunState.RUNNING  # A worker took it and was killed.
    job = db.session.get_one(Job, run.job_id)
    job.state, job.attempts, job.heartbeat_at = JobState.RUNNING, 1, NOW - timedelta(minutes=1)
    db.session.commit()
    reap(now=clock())
    perform(job.id)
    perform(job.id)
    run = fresh(run.id)
    assert run.state is RunState.SOLVED
    assert db.session.query(TeamPlan).count() == 1
    # A worker that was only slow comes to its end after all: nothing changes.
    before = run.plan.solution if run.plan else None
    finish_run(run.id, any_solution(parse_problem(run.problem)), [], now=NOW)
    db.session.commit()
    assert db.session.query(TeamPlan).count() == 1
    assert fresh(run.id).plan is not None
    assert fresh(run.id).plan.solution == before  # type: ignore[union-attr]


def test_a_failure_is_told(edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(_problem: Any, **_options: Any) -> Solution:
        raise RuntimeError("broken")

    pretend_solver(monkeypatch, solve)
    make_crowd(edition, 12)
    run = start(edition, organiser)
    perform(run.job_id or 0)
    run = fresh(run.id)
    assert run.state is RunState.FAILED
    assert "broken" in run.message


def test_a_plan_that_does_not_cost_what_is_said_is_not_kept(
    edition: Edition, organiser: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(problem: Any, **_options: Any) -> Solution:
        honest = any_solution(problem)
        return Solution("optimal", honest.teams, (honest.cost or 0) - 1, (honest.cost or 0) - 1, 0.1)

    pretend_solver(monkeypatch, solve)
    make_crowd(edition, 12)
    run = start(edition, organiser)
    perform(run.job_id or 0)
    run = fresh(run.id)
    assert (run.state, run.plan) == (RunState.FAILED, None)


def test_the_web_process_never_loads_ortools() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import hackathon.matching.views, hackathon.matching.jobs, hackathon.teams.views; "
        "sys.exit('ortools' in sys.modules or 'hackathon.matching.solver.engine' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_handler_is_registered() -> None:
    assert set(matching_jobs.HANDLERS) == {"teams.generate", "teams.block"}
