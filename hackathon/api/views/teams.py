"""Team generation and the published teams."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.api import documents
from hackathon.api.blueprint import EVENT, blueprint
from hackathon.api.documents import Document
from hackathon.api.paging import page_document, read_page
from hackathon.api.reading import read_body, read_idempotency_key, read_query, refuse_body
from hackathon.core import clock, jobs
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.core.idempotency import once
from hackathon.events.context import current_edition
from hackathon.matching import services
from hackathon.matching.models import TeamPlan
from hackathon.matching.queries import find_run, progress_of
from hackathon.teams.queries import list_teams

USUAL_SEED = 1


@blueprint.post(f"{EVENT}/team-runs")
@requires(Permission.RUN_TEAMS)
def team_run_create() -> tuple[Document, int, dict[str, str]]:
    """Starts a run of `time_limit` seconds, which goes on after this answer."""
    with read_body() as body:
        time_limit, seed = body.needed_number("time_limit"), body.number("seed", low=0)
    edition, actor_id, now = current_edition(), current_viewer().person_id, clock.now()

    def act() -> str:
        run = services.start_run(
            edition, time_limit=time_limit, seed=USUAL_SEED if seed is None else seed, actor_id=actor_id, now=now
        )
        return str(run.id)

    run_id = int(once(read_idempotency_key(), scope=f"teams.start:{edition.id}", actor_id=actor_id, now=now, act=act))
    run = find_run(edition.id, run_id)
    document, job_id = {"id": run.id, "state": run.state.value}, run.job_id
    db.session.commit()
    if job_id is not None:
        jobs.wake(job_id)
    return document, 202, {"Location": url_for("api.team_run_show", run_id=run_id)}


@blueprint.get(f"{EVENT}/team-runs/<int:run_id>")
@requires(Permission.READ_TEAM_RUNS)
def team_run_show(run_id: int) -> Document:
    """A run: how far it has come, and its plan once there is one."""
    return _document(run_id)


def _document(run_id: int) -> Document:
    run = find_run(current_edition().id, run_id)
    return documents.team_run(run, progress_of(run, now=clock.now()))


@blueprint.post(f"{EVENT}/team-runs/<int:run_id>/cancel")
@requires(Permission.RUN_TEAMS)
def team_run_cancel(run_id: int) -> Document:
    """Stops a run; what it has found so far is kept."""
    refuse_body()
    run = find_run(current_edition().id, run_id)
    services.cancel_run(run, actor_id=current_viewer().person_id, now=clock.now())
    document = _document(run_id)
    db.session.commit()
    return document


@blueprint.post(f"{EVENT}/team-runs/<int:run_id>/publish")
@requires(Permission.PUBLISH_TEAMS)
def team_run_publish(run_id: int) -> Document:
    """Makes the run's plan everybody's teams."""
    refuse_body()
    actor_id, now = current_viewer().person_id, clock.now()
    plan = _load_plan(run_id)

    def act() -> str:
        services.publish_plan(plan, actor_id=actor_id, now=now)
        return str(run_id)

    once(read_idempotency_key(), scope=f"teams.publish:{run_id}", actor_id=actor_id, now=now, act=act)
    document = _document(run_id)
    db.session.commit()
    return document


def _load_plan(run_id: int) -> TeamPlan:
    plan = find_run(current_edition().id, run_id).plan
    if plan is None:
        raise Conflict("no_plan", _l("Det finns inget förslag att publicera här. Generera team först."))
    return plan


@blueprint.get(f"{EVENT}/teams")
@requires(Permission.READ_PUBLIC)
def team_list() -> Document:
    """The published teams by number; none before. Names of people are for the few who may read them."""
    with read_query() as query:
        page = read_page(query)
    lines, cursor = page.cut(list_teams(current_edition().id), lambda line: line.number)
    with_names = current_viewer().can(Permission.READ_TEAM_MEMBERS)
    return page_document([documents.team(line, with_names=with_names) for line in lines], cursor)
