"""Team generation as a job: ids in, a plan in the database out. The solver runs outside any transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from hackathon.core import clock
from hackathon.core.db import db
from hackathon.core.jobs import Handler, JobRun
from hackathon.matching import blocks
from hackathon.matching.problem import parse_problem
from hackathon.matching.rules import thin
from hackathon.matching.services import JOB_KIND, begin_run, check_solution, fail_run, finish_run

if TYPE_CHECKING:
    from hackathon.matching.solver.engine import Progress

REPORT_SECONDS = 0.5
"""Progress is written this often at most."""


class Reporter:
    """Keeps the curve of a run and writes it now and then."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._written = -REPORT_SECONDS
        self.curve: list[list[float | int | None]] = []

    def note(self, progress: Progress) -> None:
        """Takes a point where cost or bound changed; writes where the last writing was long enough ago."""
        point = [round(progress.seconds, 2), progress.cost, progress.bound]
        if not self.curve or self.curve[-1][1:] != point[1:]:
            self.curve.append(point)
        if progress.seconds - self._written >= REPORT_SECONDS:
            self._written = progress.seconds
            self._run.report(
                {"curve": thin(self.curve), "cost": progress.cost, "bound": progress.bound, "phase": progress.phase}
            )


def generate(run: JobRun) -> dict[str, Any] | None:
    """Solves the problem of a run and keeps the plan. Done twice, it does nothing the second time."""
    from hackathon.matching.solver.engine import (
        solve,
    )  # OR-Tools takes a second and 240 MB: the web process never needs it.

    run_id = int(run.arguments["run_id"])
    work = begin_run(run_id, now=clock.now())
    db.session.commit()
    if work is None:
        return None
    problem = parse_problem(work.document)
    reporter = Reporter(run)
    solution = solve(
        problem, time_limit=work.time_limit, seed=work.seed, progress=reporter.note, cancelled=run.cancelled,
        share_out=blocks.BlockSharing(run_id, edition_id=work.edition_id, seed=work.seed),
    )  # fmt: skip
    check_solution(problem, solution)
    if solution.teams:
        reporter.curve.append([round(solution.seconds, 2), solution.cost, solution.lower_bound])
    finish_run(run_id, solution, reporter.curve, now=clock.now())
    db.session.commit()
    return {"status": solution.status}


def failed(arguments: dict[str, Any], message: str, now: datetime) -> None:
    """The job could not be done: its run tells so."""
    fail_run(int(arguments["run_id"]), message, now=now)


HANDLERS: dict[str, Handler] = {JOB_KIND: Handler(generate, failed), **blocks.HANDLERS}
