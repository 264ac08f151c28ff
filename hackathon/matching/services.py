"""Starting, ending and publishing team generation. The solver itself runs between these, outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from hackathon.accounts.models import Person
from hackathon.core import audit, jobs
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, TooMany
from hackathon.events.models import Edition
from hackathon.events.rules import EditionInfo
from hackathon.matching.facts import members_of
from hackathon.matching.mail import post_team
from hackathon.matching.models import PlanState, RunState, TeamPlan, TeamRun
from hackathon.matching.problem import Problem, Solution, parse_problem, rule_costs
from hackathon.matching.queries import drift_since, may_still_run, published_plan_id
from hackathon.matching.roster import person_id_of, read_roster
from hackathon.matching.rules import (
    LARGEST_SEED,
    LONGEST_SECONDS,
    PLAN_STEPS,
    RUN_STEPS,
    SHORTEST_SECONDS,
    has_ended,
    may_step,
    thin,
)
from hackathon.matching.wording import Names, read_names, reason_for
from hackathon.teams.models import Team
from hackathon.teams.services import Seating, seat_teams
from hackathon.workshops.models import ChallengeQuestion

JOB_KIND = "teams.generate"
MOST_ACTIVE = 5
UNANSWERED = "UNANSWERED"
NOT_PERMITTED = "NOT_PERMITTED"
"""What a run keeps as its message where it is not a sentence: the page says it in its own language."""


def start_run(edition: EditionInfo, *, time_limit: int, seed: int, actor_id: int, now: datetime) -> TeamRun:
    """Writes a run and the job that will do it. Commit, then wake the job `run.job_id`.

    Raises Conflict where there is nobody to place, Invalid for a time or seed out of range, and TooMany where several
    runs already wait.
    """
    if not SHORTEST_SECONDS <= time_limit <= LONGEST_SECONDS:
        raise Invalid(
            "time_limit_out_of_range",
            _l("Räknetiden ska vara mellan %(low)s och %(high)s sekunder.", low=SHORTEST_SECONDS, high=LONGEST_SECONDS),
        )
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid(
            "seed_out_of_range", _l("Slumpfröet ska vara ett heltal mellan 0 och %(high)s.", high=LARGEST_SEED)
        )
    active = select(func.count()).where(
        TeamRun.edition_id == edition.id, TeamRun.state.in_((RunState.QUEUED, RunState.RUNNING))
    )
    if (db.session.scalar(active) or 0) >= MOST_ACTIVE:
        raise TooMany(
            "too_many_runs", _l("Flera förslag räknas redan. Vänta tills något är klart, eller avbryt ett av dem.")
        )
    document = read_roster(edition.id).document
    if document is None:
        raise Conflict(
            "roster_empty", _l("Ingen har en plats ännu, så det finns inga att dela in i team. Vänta på anmälningarna.")
        )
    run = TeamRun(
        edition_id=edition.id,
        problem=document,
        time_limit=time_limit,
        seed=seed,
        created_by_id=actor_id,
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    job = jobs.enqueue(JOB_KIND, {"run_id": run.id}, person_id=actor_id, edition_id=edition.id, now=now)
    run.job_id = job.id
    audit.record("team_run.started", edition_id=edition.id, actor_id=actor_id, subject=f"team_run:{run.id}", now=now)
    return run


def cancel_run(run: TeamRun, *, actor_id: int, now: datetime) -> None:
    """Ends a run at once; a worker that is at it stops soon, and what it has found so far is kept as a plan.

    Raises Conflict where the run has ended.
    """
    _lock(run)
    if has_ended(run.state.value):
        raise Conflict("run_ended", _l("Beräkningen är redan avslutad. Ladda om sidan för att se hur det gick."))
    _step(run, RunState.CANCELLED, now=now)
    job = db.session.get(jobs.Job, run.job_id, with_for_update=True, populate_existing=True) if run.job_id else None
    if job is not None and job.state not in jobs.ENDED:
        jobs.request_cancel(job, now=now)
    audit.record(
        "team_run.cancelled", edition_id=run.edition_id, actor_id=actor_id, subject=f"team_run:{run.id}", now=now
    )


def _lock(row: TeamRun | TeamPlan) -> None:
    """Locks a row and reads it anew. In two queries: PostgreSQL locks nothing that is joined in on the way."""
    kind = type(row)
    db.session.execute(select(kind.id).where(kind.id == row.id).with_for_update())
    db.session.refresh(row)


def _step(run: TeamRun, to: RunState, *, now: datetime) -> None:
    if not may_step(RUN_STEPS, run.state.value, to.value):
        raise Conflict("run_state", _l("Beräkningen har redan gått vidare. Ladda om sidan."))
    run.state = to
    if has_ended(to.value):
        run.ended_at = now


# --- what the job does, each in a transaction of its own ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """What the solver needs of a run."""

    run_id: int
    edition_id: int
    document: dict[str, Any]
    time_limit: int
    seed: int


def begin_run(run_id: int, *, now: datetime) -> Work | None:
    """Takes a run up, for the first time or after a worker was lost. None where there is nothing to do.

    The permission of the person who started it is asked again: whoever lost it since gets no teams.
    """
    run = db.session.get(TeamRun, run_id, with_for_update=True)
    if run is None or has_ended(run.state.value):
        return None
    if not may_still_run(run.created_by_id, run.edition_id):
        run.message = NOT_PERMITTED
        _step(run, RunState.FAILED, now=now)
        return None
    if run.state is RunState.QUEUED:
        _step(run, RunState.RUNNING, now=now)
    run.started_at = now
    return Work(run.id, run.edition_id, run.problem, run.time_limit, run.seed)


def finish_run(run_id: int, solution: Solution, curve: list[list[float | int | None]], *, now: datetime) -> None:
    """Keeps what the solver found. A run that ended meanwhile is left as it is, save that a cancelled one gets its plan."""
    run = db.session.get(TeamRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or (has_ended(run.state.value) and run.state is not RunState.CANCELLED):
        return
    if db.session.scalar(select(TeamPlan.id).where(TeamPlan.run_id == run_id)) is not None:
        return
    run.curve, run.cost, run.lower_bound, run.working = thin(curve), solution.cost, solution.lower_bound, None
    if solution.teams:
        db.session.add(TeamPlan(run_id=run.id, edition_id=run.edition_id, solution=solution.to_json()))
    if run.state is RunState.CANCELLED:
        return
    if solution.teams:
        _step(run, RunState.SOLVED, now=now)
    elif solution.conflict is not None:
        run.conflict = solution.to_json()["conflict"]
        _step(run, RunState.INFEASIBLE, now=now)
    else:
        run.message = UNANSWERED
        _step(run, RunState.FAILED, now=now)


def fail_run(run_id: int, message: str, *, now: datetime) -> None:
    """Ends a run whose job could not be done, with a sentence that says why."""
    run = db.session.get(TeamRun, run_id, with_for_update=True)
    if run is not None and not has_ended(run.state.value):
        run.message = message
        _step(run, RunState.FAILED, now=now)


# --- publishing -----------------------------------------------------------------------------------------------------


def publish_plan(plan: TeamPlan, *, actor_id: int, now: datetime, replaces: int | None = None) -> None:
    """Makes a plan the teams of its edition, all in the transaction at hand, and writes to everybody for whom something changed.

    `replaces` is the plan that the person saw as published, 0 for none; None does not ask. Raises Conflict where the
    plan is no draft any more, where another plan was published meanwhile, or where people have lost their place.
    """
    db.session.execute(select(Edition.id).where(Edition.id == plan.edition_id).with_for_update())
    _lock(plan)
    former_id = published_plan_id(plan.edition_id)
    if not may_step(PLAN_STEPS, plan.state.value, PlanState.PUBLISHED.value):
        raise Conflict(
            "plan_not_draft", _l("Det här förslaget är redan publicerat eller ersatt. Se vilka team som gäller nu.")
        )
    if replaces is not None and replaces != (former_id or 0):
        raise Conflict(
            "published_meanwhile",
            _l("Någon annan har publicerat team under tiden. Se dem innan du byter."),
        )
    solution = Solution.from_json(plan.solution)
    placed = [person_id_of(member) for team in solution.teams for member in team.members]
    _refuse_absent(plan.edition_id, placed)
    seatings = _seatings(plan, solution)
    changed = seat_teams(plan.edition_id, seatings, actor_id=actor_id, now=now)
    db.session.execute(
        update(TeamPlan)
        .where(TeamPlan.edition_id == plan.edition_id, TeamPlan.state == PlanState.PUBLISHED)
        .values(state=PlanState.SUPERSEDED)
    )
    plan.state, plan.published_at, plan.published_by_id = PlanState.PUBLISHED, now, actor_id
    _tell(plan.edition_id, changed, now=now)
    audit.record(
        "plan.published", edition_id=plan.edition_id, actor_id=actor_id, subject=f"team_plan:{plan.id}", now=now,
        replaces=former_id, people=len(placed),
    )  # fmt: skip


def _refuse_absent(edition_id: int, placed: list[int]) -> None:
    gone = drift_since(edition_id, placed).gone
    if gone:
        raise Conflict(
            "people_left",
            _l(
                "%(names)s har inte längre någon plats. Generera om teamen och publicera det nya förslaget.",
                names=", ".join(gone),
            ),
        )


def _seatings(plan: TeamPlan, solution: Solution) -> list[Seating]:
    """The plan's teams with the reason for each seat, in the language of the person who sits there."""
    problem = parse_problem(plan.run.problem)
    positions = problem.plan_of(solution.teams)
    by_team = members_of(problem, positions)
    questions = select(ChallengeQuestion).where(ChallengeQuestion.edition_id == plan.edition_id)
    by_key = {question.key: question.id for question in db.session.scalars(questions)}
    everybody = [person_id_of(member) for team in solution.teams for member in team.members]
    rows = db.session.execute(select(Person.id, Person.locale).where(Person.id.in_(everybody)))
    locales = {row.id: row.locale for row in rows}
    names: dict[str, Names] = {locale: read_names(plan.edition_id, locale) for locale in set(locales.values())}
    seatings = []
    for team in solution.teams:
        members: dict[int, str] = {}
        for member in team.members:
            person_id = person_id_of(member)
            locale = locales[person_id]
            with force_locale(locale):
                members[person_id] = reason_for(problem, positions, by_team, member, names[locale])
        seatings.append(Seating(team.number, by_key.get(team.challenge or ""), members))
    return seatings


def _tell(edition_id: int, changed: dict[int, Team], *, now: datetime) -> None:
    """Writes to everybody whose team, table or question changed."""
    edition = db.session.get_one(Edition, edition_id)
    questions = select(ChallengeQuestion).where(ChallengeQuestion.edition_id == edition_id)
    by_id = {question.id: question for question in db.session.scalars(questions)}
    people = select(Person).where(Person.id.in_(changed.keys())).order_by(Person.id)
    for person in db.session.scalars(people):
        team = changed[person.id]
        post_team(person, team, by_id.get(team.question_id or 0), edition=edition, now=now)


def check_solution(problem: Problem, solution: Solution) -> None:
    """Recomputes a plan from the problem, so that what is stored is what is true. Raises ValueError where it is not."""
    if not solution.teams:
        return
    placed = sorted(member for team in solution.teams for member in team.members)
    if placed != sorted(person.id for person in problem.participants):
        raise ValueError("the plan does not place everybody exactly once")
    costs = rule_costs(problem, solution.teams)
    if any(row.hard and row.cost for row in costs) or sum(row.weighted for row in costs) != solution.cost:
        raise ValueError("the plan does not cost what the solver says")
