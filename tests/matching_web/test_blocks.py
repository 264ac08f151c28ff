"""A large run shared among workers: blocks are jobs of the queue, and a lost worker costs time and nothing else."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from sqlalchemy import select, update

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.jobs import Job, JobState, perform
from hackathon.events.models import Edition
from hackathon.matching import blocks
from hackathon.matching.blocks import BlockSharing
from hackathon.matching.models import TeamRun
from hackathon.matching.problem import Plan, Problem, parse_problem, rule_costs
from hackathon.matching.services import start_run
from hackathon.matching.solver.engine import solve
from tests.factories import NOW, make_edition, make_member
from tests.matching_web.crowd import info_of, make_crowd


@pytest.fixture
def run(app: Flask) -> TeamRun:
    edition: Edition = make_edition(team_count=6)
    organiser: Person = make_member(Role.ORGANISER, edition)
    make_crowd(edition, 24)
    run = start_run(info_of(edition), time_limit=5, seed=1, actor_id=organiser.id, now=NOW)
    db.session.commit()
    return run


def dealt(problem: Problem) -> Plan:
    """Everybody in turn: a plan that leaves something to do."""
    given = tuple(0 for _ in range(problem.team_count)) if problem.challenges else ()
    seats = tuple(person % problem.team_count for person in range(len(problem.participants)))
    return Plan(seats, given, problem.team_count)


def cost(problem: Problem, plan: Plan) -> int:
    return sum(row.weighted for row in rule_costs(problem, plan))


def block_jobs() -> list[Job]:
    db.session.rollback()
    found = db.session.scalars(select(Job).where(Job.kind == blocks.JOB_KIND).order_by(Job.id)).all()
    db.session.rollback()
    return list(found)


def begin(run: TeamRun) -> tuple[BlockSharing, Problem, Plan]:
    problem = parse_problem(run.problem)
    sharing = BlockSharing(run.id, edition_id=run.edition_id, seed=1, seconds=0.6)
    db.session.rollback()
    return sharing, problem, dealt(problem)


def test_a_round_of_blocks_makes_the_plan_better(run: TeamRun) -> None:
    sharing, problem, plan = begin(run)
    better = sharing(plan, 30.0)
    assert better is not None
    assert cost(problem, better) < cost(problem, plan)
    assert sorted(better.sizes()) == sorted(plan.sizes())
    assert {job.state for job in block_jobs()} == {JobState.DONE}
    assert all(
        set(job.arguments) == {"run_id", "round", "seconds", "of", "number", "teams", "seed"} for job in block_jobs()
    )


def test_without_time_for_a_round_none_begins(run: TeamRun) -> None:
    sharing, _problem, plan = begin(run)
    assert sharing(plan, 0.2) is None
    assert block_jobs() == []


def test_a_block_whose_worker_is_lost_is_left_out(run: TeamRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker takes a block and dies: the round ends in time, with what the others found."""
    sharing, problem, plan = begin(run)
    hand_out = sharing._hand_out

    def and_lose_one(plan: Plan, groups: list[list[int]], seconds: float) -> list[int]:
        ids = hand_out(plan, groups, seconds)
        db.session.execute(update(Job).where(Job.id == ids[0]).values(state=JobState.RUNNING, heartbeat_at=NOW))
        db.session.commit()
        return ids

    monkeypatch.setattr(sharing, "_hand_out", and_lose_one)
    better = sharing(plan, 4.0)
    lost, *others = block_jobs()
    assert (lost.state, lost.cancel_requested) == (JobState.RUNNING, True)
    assert {job.state for job in others} == {JobState.DONE}
    assert better is not None
    assert cost(problem, better) < cost(problem, plan)
    untouched = set(lost.arguments["teams"])
    assert all(a == b for a, b in zip(plan.team_of, better.team_of, strict=True) if a in untouched or b in untouched)


def test_another_worker_may_do_the_blocks(app: Flask, run: TeamRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the run's own job does none of them: what comes back is another worker's."""
    sharing, problem, plan = begin(run)
    monkeypatch.setattr(sharing, "_do", lambda _job_id, _deadline: None)
    stop = threading.Event()

    def another_worker() -> None:
        with app.app_context():
            while not stop.is_set():
                queued = db.session.scalars(
                    select(Job.id).where(Job.kind == blocks.JOB_KIND, Job.state == JobState.QUEUED)
                ).all()
                db.session.rollback()
                for job_id in queued:
                    perform(job_id)
                time.sleep(0.05)
            db.session.remove()

    worker = threading.Thread(target=another_worker)
    worker.start()
    try:
        better = sharing(plan, 30.0)
    finally:
        stop.set()
        worker.join()
    assert better is not None
    assert cost(problem, better) < cost(problem, plan)


def test_a_block_of_a_round_that_is_over_does_nothing(run: TeamRun) -> None:
    sharing, _problem, plan = begin(run)
    ids = sharing._hand_out(plan, [[0, 1, 2], [3, 4, 5]], 0.5)
    db.session.execute(update(TeamRun).where(TeamRun.id == run.id).values(working=None))
    db.session.commit()
    perform(ids[0])
    assert block_jobs()[0].result is None


def test_a_large_run_hands_out_blocks_until_the_time_is_up(run: TeamRun, monkeypatch: pytest.MonkeyPatch) -> None:
    from hackathon.matching.solver import blocks as solver_blocks

    monkeypatch.setattr(solver_blocks, "SHARED_FROM", 20)
    problem, calls = parse_problem(run.problem), list[float]()
    db.session.rollback()

    def share_out(plan: Plan, seconds_left: float) -> Plan | None:
        calls.append(seconds_left)
        return None

    solution = solve(problem, time_limit=1.5, seed=1, share_out=share_out)
    assert len(calls) == 1
    assert 0 < calls[0] < 1.5
    assert solution.cost is not None
