"""The team studio: what the roster gives, runs as they go, plans, and publishing one."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock, idempotency, jobs
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.events.context import current_edition
from hackathon.events.queries import list_pools
from hackathon.matching import queries, services
from hackathon.matching.forms import RunForm
from hackathon.matching.models import PlanState, TeamRun
from hackathon.matching.roster import person_id_of, read_roster
from hackathon.matching.rules import gap_percent
from hackathon.matching.studio import clashing_rules, rules_before, show_plan, supplies
from hackathon.matching.wording import Names, read_names
from hackathon.teams.queries import list_teams

blueprint = Blueprint("matching", __name__, url_prefix="/events/<slug>/organise/teams")


@blueprint.get("")
@requires(Permission.READ_TEAM_RUNS)
def index() -> str:
    """What the roster gives before anything is solved, the form that starts a run, and the runs so far."""
    return _render_index(RunForm(formdata=None, seed=secrets.randbelow(10_000)))


def _render_index(form: RunForm) -> str:
    edition = current_edition()
    roster, names = read_roster(edition.id), _names(edition.id)
    counts = {pool.key: sum(p["pool"] == pool.key for p in roster.participants) for pool in list_pools(edition.id)}
    form.idempotency_key.data = idempotency.new_key()
    return render_template(
        "matching/run_list.html",
        form=form,
        roster=roster,
        pools=[(pool, counts[pool.key]) for pool in list_pools(edition.id)],
        supplies=supplies(roster, names),
        tiers=rules_before(roster, names),
        runs=queries.list_runs(edition.id),
        gap=gap_percent,
    )


@blueprint.post("")
@requires(Permission.RUN_TEAMS)
def start() -> Response | tuple[str, int]:
    """Starts a run."""
    form, edition, actor = RunForm(), current_edition(), current_viewer().person_id
    if not form.validate():
        return _render_index(form), 422
    now = clock.now()

    def act() -> str:
        run = services.start_run(
            edition, time_limit=form.seconds.data or 0, seed=form.seed.data or 0, actor_id=actor, now=now
        )
        return str(run.id)

    run_id = int(
        idempotency.once(form.idempotency_key.data, scope=f"teams.start:{edition.id}", actor_id=actor, now=now, act=act)
    )
    job_id = queries.find_run(edition.id, run_id).job_id
    db.session.commit()
    if job_id is not None:
        jobs.wake(job_id)
    return redirect(url_for("matching.show", run_id=run_id), 303)


@blueprint.get("/runs/<int:run_id>")
@requires(Permission.READ_TEAM_RUNS)
def show(run_id: int) -> str:
    """A run: its progress while it goes, its plan when it is done, what to do where there is none."""
    edition = current_edition()
    run = queries.find_run(edition.id, run_id)
    names = _names(edition.id)
    progress = queries.progress_of(run, now=clock.now())
    plan = run.plan
    drift = queries.drift_since(edition.id, _placed(run)) if plan is not None else None
    return render_template(
        "matching/run_show.html",
        run=run,
        number=queries.number_of(run),
        progress=progress,
        gap=gap_percent(progress.cost, progress.lower_bound),
        plan=plan,
        studio=show_plan(run.problem, plan.solution, names) if plan is not None else None,
        drift=drift,
        clashes=clashing_rules(run.problem, run.conflict["rules"], names) if run.conflict else [],
        published_run=queries.published_run_id(edition.id),
        team_names=_team_names(edition.id) if plan is not None and plan.state is PlanState.PUBLISHED else {},
        live=not progress.is_over,
    )


@blueprint.get("/runs/<int:run_id>/progress")
@requires(Permission.READ_TEAM_RUNS)
def progress(run_id: int) -> str:
    """The part of the run's page that changes while it goes."""
    run = queries.find_run(current_edition().id, run_id)
    state = queries.progress_of(run, now=clock.now())
    next_page = url_for("matching.show", run_id=run_id) if state.is_over else None
    gap = gap_percent(state.cost, state.lower_bound)
    return render_template("matching/run_progress.html", run=run, progress=state, gap=gap, next_page=next_page)


@blueprint.post("/runs/<int:run_id>/cancel")
@requires(Permission.RUN_TEAMS)
def cancel(run_id: int) -> Response:
    """Stops a run; the best plan so far is kept."""
    run = queries.find_run(current_edition().id, run_id)
    services.cancel_run(run, actor_id=current_viewer().person_id, now=clock.now())
    db.session.commit()
    flash(_("Beräkningen avbryts. Det bästa som hann hittas sparas."), "info")
    return redirect(url_for("matching.show", run_id=run_id), 303)


@blueprint.get("/runs/<int:run_id>/publish")
@requires(Permission.PUBLISH_TEAMS)
def confirm(run_id: int) -> str:
    """Asks before a plan becomes everybody's teams, and says what will happen."""
    edition = current_edition()
    run = _with_plan(queries.find_run(edition.id, run_id))
    assert run.plan is not None  # noqa: S101 - _with_plan refuses runs without one.
    return render_template(
        "matching/plan_publish.html",
        run=run,
        number=queries.number_of(run),
        teams=len(run.plan.solution["teams"]),
        people=len(_placed(run)),
        drift=queries.drift_since(edition.id, _placed(run)),
        replaces=queries.published_plan_id(edition.id) or 0,
        key=idempotency.new_key(),
    )


@blueprint.post("/runs/<int:run_id>/publish")
@requires(Permission.PUBLISH_TEAMS)
def publish(run_id: int) -> Response:
    """Makes a plan everybody's teams. Sent twice, it is done once."""
    edition, actor, now = current_edition(), current_viewer().person_id, clock.now()
    run = _with_plan(queries.find_run(edition.id, run_id))
    seen = request.form.get("replaces", "")
    replaces = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 11 else None

    def act() -> str:
        assert run.plan is not None  # noqa: S101 - _with_plan refuses runs without one.
        services.publish_plan(run.plan, actor_id=actor, now=now, replaces=replaces)
        return str(run.id)

    idempotency.once(
        request.form.get("idempotency_key"), scope=f"teams.publish:{run.id}", actor_id=actor, now=now, act=act
    )
    db.session.commit()
    flash(_("Teamen är publicerade. Alla deltagare får veta sitt team med e-post."), "success")
    return redirect(url_for("teams.index"), 303)


def _with_plan(run: TeamRun) -> TeamRun:
    if run.plan is None:
        raise Conflict("no_plan", _("Det finns inget förslag att publicera här. Generera team först."))
    return run


def _placed(run: TeamRun) -> list[int]:
    """The people whom the run's plan places."""
    assert run.plan is not None  # noqa: S101 - asked by the callers.
    return [person_id_of(member) for team in run.plan.solution["teams"] for member in team["members"]]


def _team_names(edition_id: int) -> dict[int, str]:
    """What the published teams call themselves, by number."""
    return {team.number: team.name for team in list_teams(edition_id)}


def _names(edition_id: int) -> Names:
    locale = get_locale()
    return read_names(edition_id, locale.language if locale is not None else "sv")
