"""Blocks of a large plan as jobs of the queue: every worker on every machine can take one.

The run's own job hands them out, does as many of them as it can itself, and puts together what comes back in time. A
block whose worker is lost is left out: it costs time, and nothing else.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from flask import current_app
from sqlalchemy import select, update

from hackathon.core import clock, jobs
from hackathon.core.db import db
from hackathon.core.jobs import ENDED, Job, JobRun, JobState
from hackathon.matching.models import TeamRun
from hackathon.matching.problem import Plan, parse_problem

if TYPE_CHECKING:
    from flask import Flask

JOB_KIND = "teams.block"
BLOCK_SECONDS = 4.0
PATIENCE_SECONDS = 8.0
"""So much longer than planned may a round take before the blocks that others have are given up."""
LOOK_EVERY = 0.1


def improve_block(run: JobRun) -> dict[str, Any] | None:
    """Makes one block of a run's working plan better; what changed, or None where the run has gone on or nothing was found."""
    from hackathon.matching.solver.blocks import improve  # Numba belongs into workers, never into a web process.

    arguments = run.arguments
    row = db.session.execute(
        select(TeamRun.problem, TeamRun.working).where(TeamRun.id == int(arguments["run_id"]))
    ).one_or_none()
    db.session.rollback()
    if row is None or row.working is None or row.working["round"] != arguments["round"]:
        return None
    plan = plan_of(row.working)
    better = improve(
        parse_problem(row.problem), plan, arguments["teams"], seconds=arguments["seconds"], seed=arguments["seed"],
        share=(arguments["number"], arguments["of"]), cancelled=run.cancelled,
    )  # fmt: skip
    return None if better is None else difference(plan, better)


def plan_of(working: dict[str, Any]) -> Plan:
    """The working plan of a run."""
    return Plan(tuple(working["team_of"]), tuple(working["challenge_of"]), working["team_count"])


def difference(plan: Plan, better: Plan) -> dict[str, Any]:
    """What one plan has otherwise than another: [person, team] and [team, challenge], as positions."""
    seats = [[p, team] for p, team in enumerate(better.team_of) if team != plan.team_of[p]]
    challenges = [[t, given] for t, given in enumerate(better.challenge_of) if given != plan.challenge_of[t]]
    return {"seats": seats, "challenges": challenges}


class BlockSharing:
    """Hands out the blocks of one run, round by round."""

    def __init__(self, run_id: int, *, edition_id: int, seed: int, seconds: float = BLOCK_SECONDS) -> None:
        self.run_id, self.edition_id, self.seconds = run_id, edition_id, seconds
        self.rng = np.random.default_rng(seed)
        self.round = 0
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def __call__(self, plan: Plan, seconds_left: float) -> Plan | None:
        """The plan with what one round of blocks made better; None where there is no time for one or nothing was gained."""
        from hackathon.matching.solver.blocks import cut
        from hackathon.matching.solver.search import cores

        groups, hands = cut(plan.team_count, self.rng), cores()
        alone = self.seconds * -(-len(groups) // hands)  # Where nobody else helps.
        seconds = self.seconds * min(1.0, 0.8 * seconds_left / alone)
        if seconds < 0.5:
            return None
        deadline = time.monotonic() + min(alone + PATIENCE_SECONDS, seconds_left)
        ids = self._hand_out(plan, groups, seconds)
        with ThreadPoolExecutor(hands, thread_name_prefix="matching-blocks") as pool:
            list(pool.map(lambda job_id: self._do(job_id, deadline), ids))
        self._wait(ids, deadline)
        return self._gather(plan, ids)

    def _hand_out(self, plan: Plan, groups: list[list[int]], seconds: float) -> list[int]:
        """Writes the plan that the round starts from and a job for each block, and wakes the workers."""
        self.round += 1
        working = {
            "round": self.round,
            "team_of": list(plan.team_of),
            "challenge_of": list(plan.challenge_of),
            "team_count": plan.team_count,
        }
        db.session.execute(update(TeamRun).where(TeamRun.id == self.run_id).values(working=working))
        common = {"run_id": self.run_id, "round": self.round, "seconds": seconds, "of": len(groups)}
        seeds = self.rng.integers(2**31, size=len(groups)).tolist()
        ids = [
            jobs.enqueue(
                JOB_KIND, common | {"number": number, "teams": teams, "seed": seeds[number]},
                person_id=None, edition_id=self.edition_id, now=clock.now(),
            ).id
            for number, teams in enumerate(groups)
        ]  # fmt: skip
        db.session.commit()
        for job_id in ids:
            jobs.wake(job_id)
        return ids

    def _do(self, job_id: int, deadline: float) -> None:
        """Does a block, if no other worker has taken it."""
        if time.monotonic() < deadline:
            with self.app.app_context():
                jobs.perform(job_id)

    def _wait(self, ids: list[int], deadline: float) -> None:
        """Waits for the blocks that others have, and gives up those that take too long."""
        while time.monotonic() < deadline and self._open(ids):
            time.sleep(LOOK_EVERY)
        for job_id in self._open(ids):
            jobs.request_cancel(db.session.get_one(Job, job_id, populate_existing=True), now=clock.now())
        db.session.commit()

    def _open(self, ids: list[int]) -> list[int]:
        found = db.session.scalars(select(Job.id).where(Job.id.in_(ids), Job.state.not_in(ENDED))).all()
        db.session.rollback()
        return list(found)

    def _gather(self, plan: Plan, ids: list[int]) -> Plan | None:
        """The plan with the changes of all blocks that were done."""
        results = db.session.scalars(select(Job.result).where(Job.id.in_(ids), Job.state == JobState.DONE)).all()
        db.session.rollback()
        changes = [result for result in results if result is not None]
        if not changes:
            return None
        team_of, challenge_of = list(plan.team_of), list(plan.challenge_of)
        for change in changes:
            for person, team in change["seats"]:
                team_of[person] = team
            for team, challenge in change["challenges"]:
                challenge_of[team] = challenge
        return Plan(tuple(team_of), tuple(challenge_of), plan.team_count)


HANDLERS: dict[str, jobs.Handler] = {JOB_KIND: jobs.Handler(improve_block)}
