"""Reading team-generation runs, their plans and their progress."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core.access import Permission, Role, allowed
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.core.jobs import ENDED, Job
from hackathon.matching.models import PlanState, RunState, TeamPlan, TeamRun
from hackathon.matching.roster import SEATED
from hackathon.matching.rules import has_ended
from hackathon.registration.models import Registration

LONG_WAIT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list of an edition's runs."""

    id: int
    number: int
    """Counted from 1 within the edition."""
    state: RunState
    plan_state: PlanState | None
    cost: int | None
    lower_bound: int | None
    time_limit: int
    created_at: datetime
    created_by: str | None


def list_runs(edition_id: int) -> list[RunLine]:
    """The runs of an edition, the latest first."""
    rows = db.session.execute(
        select(
            TeamRun.id, TeamRun.state, TeamPlan.state, TeamRun.cost, TeamRun.lower_bound, TeamRun.time_limit,
            TeamRun.created_at, Person.name,
        )
        .outerjoin(TeamPlan, TeamPlan.run_id == TeamRun.id)
        .outerjoin(Person, TeamRun.created_by_id == Person.id)
        .where(TeamRun.edition_id == edition_id)
        .order_by(TeamRun.id)
    ).all()  # fmt: skip
    return [RunLine(row[0], number, *row[1:]) for number, row in enumerate(rows, 1)][::-1]


def find_run(edition_id: int, run_id: int) -> TeamRun:
    """The run of this edition with its plan. Raises NotFound, for runs of other editions as well."""
    run = db.session.scalar(
        select(TeamRun).where(TeamRun.id == run_id, TeamRun.edition_id == edition_id).options(joinedload(TeamRun.plan))
    )
    if run is None:
        raise NotFound("run_unknown", _l("Det finns inget sådant förslag. Gå tillbaka till listan över förslagen."))
    return run


def number_of(run: TeamRun) -> int:
    """The number of a run, counted from 1 within its edition."""
    earlier = select(TeamRun.id).where(TeamRun.edition_id == run.edition_id, TeamRun.id <= run.id)
    return len(db.session.scalars(earlier).all())


def published_plan_id(edition_id: int) -> int | None:
    """The plan that is published now."""
    return db.session.scalar(
        select(TeamPlan.id).where(TeamPlan.edition_id == edition_id, TeamPlan.state == PlanState.PUBLISHED)
    )


def published_run_id(edition_id: int) -> int | None:
    """The run whose plan is published now."""
    return db.session.scalar(
        select(TeamPlan.run_id).where(TeamPlan.edition_id == edition_id, TeamPlan.state == PlanState.PUBLISHED)
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. `curve` holds [seconds, cost or null, bound or null]."""

    state: RunState
    is_over: bool
    """Nothing will change any more: the run has ended and so has its job, which may still be saving its best plan."""
    phase: str
    seconds: float
    cost: int | None
    lower_bound: int | None
    curve: tuple[tuple[float, int | None, int | None], ...]
    waits_long: bool
    """Queued, and no worker has taken it for a while."""

    @property
    def costs(self) -> tuple[tuple[float, float], ...]:
        """The best cost over time, for the picture."""
        return tuple((seconds, cost) for seconds, cost, _bound in self.curve if cost is not None)

    @property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        """The proven bound over time, for the picture."""
        return tuple((seconds, bound) for seconds, _cost, bound in self.curve if bound is not None)

    @property
    def span(self) -> float:
        """How many seconds the picture shows: a multiple of four, so that its four marks stand at whole seconds."""
        shown = self.curve[-1][0] if self.curve and self.is_over else self.seconds
        return max(4.0, math.ceil(shown / 4) * 4.0)


def progress_of(run: TeamRun, *, now: datetime) -> Progress:
    """How far a run has come: what its worker reported last, or what was kept at its end."""
    job = db.session.get(Job, run.job_id) if run.job_id is not None else None
    reported: dict[str, Any] = job.progress if job is not None and not run.curve else {}
    job_over = job is None or job.state in ENDED
    since = run.started_at or run.created_at
    return Progress(
        state=run.state,
        is_over=has_ended(run.state.value) and job_over,
        phase=reported.get("phase", ""),
        seconds=max(0.0, ((run.ended_at or now) - since).total_seconds()),
        cost=run.cost if run.cost is not None else reported.get("cost"),
        lower_bound=run.lower_bound if run.lower_bound is not None else reported.get("bound"),
        curve=tuple((point[0], point[1], point[2]) for point in (run.curve or reported.get("curve", []))),
        waits_long=run.state is RunState.QUEUED and (now - run.created_at).total_seconds() > LONG_WAIT_SECONDS,
    )


def may_still_run(person_id: int | None, edition_id: int) -> bool:
    """Whether somebody may generate teams at this moment: asked again when the job begins."""
    rows = db.session.execute(
        select(RoleAssignment.role)
        .join(Person, RoleAssignment.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.disabled_at.is_(None),
            RoleAssignment.edition_id.is_(None) | (RoleAssignment.edition_id == edition_id),
        )
    )
    return allowed(Permission.RUN_TEAMS, {Role.ANYBODY, Role.PERSON, *rows.scalars()})


@dataclass(frozen=True, slots=True)
class Drift:
    """How the people with a place have changed since a plan was made: names, in their order."""

    gone: tuple[str, ...]
    """In the plan, but without a place now: the plan cannot be published."""
    new: tuple[str, ...]
    """With a place, but not in the plan."""


def drift_since(edition_id: int, placed: Iterable[int]) -> Drift:
    """How the people with a place differ from those whom a plan places."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.edition_id == edition_id, Registration.state.in_(SEATED))
        .order_by(Person.name)
    )
    seated = {row.id: row.name for row in rows}
    wanted = set(placed)
    gone_ids = wanted - seated.keys()
    gone = db.session.scalars(select(Person.name).where(Person.id.in_(gone_ids)).order_by(Person.name)).all()
    return Drift(tuple(gone), tuple(name for person_id, name in seated.items() if person_id not in wanted))
