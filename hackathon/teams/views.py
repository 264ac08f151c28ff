"""Pages of teams: all of them, one of them, and what a team hands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import Viewer, current_viewer
from hackathon.core import clock, idempotency
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.events.context import current_edition
from hackathon.events.rules import EditionInfo, PhaseInfo
from hackathon.ideas.words import STAGE_NAMES
from hackathon.teams import queries, services
from hackathon.teams.forms import EntryForm
from hackathon.teams.models import Team
from hackathon.teams.rules import default_name

blueprint = Blueprint("teams", __name__, url_prefix="/events/<slug>/teams")


@blueprint.get("")
@requires(Permission.READ_PUBLIC)
def index() -> str:
    """All teams: number, name, question and composition. Names of people are for the few who may read them."""
    edition, viewer = current_edition(), current_viewer()
    mine = queries.team_of(edition.id, viewer.person_id) if viewer.can(Permission.READ_OWN_TEAM) else None
    return render_template(
        "teams/team_list.html",
        teams=tuple(queries.list_teams(edition.id)),
        mine=mine.team.number if mine else None,
        shows_names=viewer.can(Permission.READ_TEAM_MEMBERS),
        phase=edition.phase("teams"),
        now=clock.now(),
    )


@dataclass(frozen=True)
class Seen:
    """What somebody may see of a team."""

    is_mine: bool
    people: bool
    entry: bool


def _seen(edition: EditionInfo, viewer: Viewer, team: Team) -> Seen:
    """Members see everything of their team; the names and the entry are for few, and the pitch for all after the results."""
    mine = viewer.can(Permission.READ_OWN_TEAM) and queries.is_member(team.id, viewer.person_id)
    entry = mine or viewer.can(Permission.ORGANISE) or queries.results_are_public(edition.id)
    return Seen(mine, mine or viewer.can(Permission.READ_TEAM_MEMBERS), entry)


@blueprint.get("/<int:number>")
@requires(Permission.READ_PUBLIC)
def show(number: int) -> str:
    """One team, as much of it as the viewer may see."""
    edition, viewer = current_edition(), current_viewer()
    team = queries.find_team(edition.id, number)
    seen = _seen(edition, viewer, team)
    entry = queries.find_entry(team.id) if seen.entry else None
    if entry is not None and entry.submitted_at is None and not (seen.is_mine or viewer.can(Permission.ORGANISE)):
        entry = None  # Published results publish what was handed in, not what was only begun.
    return render_template(
        "teams/team_show.html",
        team=team,
        line=queries.find_line(team.id),
        seen=seen,
        members=queries.list_members(team.id) if seen.people else [],
        entry=entry,
        phase=edition.phase("pitches"),
        now=clock.now(),
    )


@blueprint.get("/<int:number>/entry")
@requires(Permission.EDIT_ENTRY)
def entry(number: int) -> str:
    """The team's entry, to be written."""
    edition = current_edition()
    team = queries.load_own_team(edition.id, number, current_viewer().person_id)
    saved = queries.find_entry(team.id)
    form = EntryForm(formdata=None, title=saved.title, pitch=saved.pitch, version=saved.version)
    form.team_name.data = "" if team.name == default_name(team.number) else team.name
    form.idea.data = str(saved.idea_id or "")
    return _render_entry(form, team, saved)


def _render_entry(form: EntryForm, team: Team, saved: queries.EntryInfo, *, conflict: str = "") -> str:
    edition, now = current_edition(), clock.now()
    _offer_ideas(form, edition, team, saved)
    form.idempotency_key.data = idempotency.new_key()
    return render_template(
        "teams/entry_edit.html",
        form=form,
        team=team,
        saved=saved,
        conflict=conflict,
        phase=edition.phase("pitches"),
        is_open=edition.is_open("pitches", now),
        now=now,
        left=_left(edition.phase("pitches"), now),
    )


def _left(phase: PhaseInfo | None, now: datetime) -> int | None:
    """Whole minutes until the phase closes."""
    return None if phase is None or now >= phase.closes_at else int((phase.closes_at - now).total_seconds() // 60)


def _offer_ideas(form: EntryForm, edition: EditionInfo, team: Team, saved: queries.EntryInfo) -> None:
    """The ideas that the team can take up, in two groups: of its own question, and others."""
    own: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for idea in queries.choosable_ideas(edition.id, question_id=team.question_id, chosen_id=saved.idea_id):
        label = f"{idea.number}. {idea.title} ({STAGE_NAMES[idea.stage]})"
        (own if idea.question_id == team.question_id else others).append((str(idea.id), label))
    groups: dict[str, list[tuple[str, str]]] = {_("Ingen idé vald"): [("", _("Välj senare"))]}
    if own:
        groups[_("Om er fråga")] = own
    if others:
        groups[_("Om andra frågor")] = others
    form.idea.choices = groups


@blueprint.post("/<int:number>/entry")
@requires(Permission.EDIT_ENTRY)
def save(number: int) -> Response | tuple[str, int]:
    """Saves the entry, and hands it in where that button was pressed."""
    edition, actor, now = current_edition(), current_viewer().person_id, clock.now()
    team = queries.load_own_team(edition.id, number, actor)
    saved = queries.find_entry(team.id)
    form, submit = EntryForm(), request.form.get("do") == "submit"
    _offer_ideas(form, edition, team, saved)
    services.refuse_outside_phase(edition, now=now)
    if not form.validate():
        return _render_entry(form, team, saved), 422
    draft = services.EntryDraft(
        form.team_name.data or "", form.title.data or "", form.pitch.data or "",
        int(form.idea.data) if (form.idea.data or "").strip() else None, form.version.data or 0,
    )  # fmt: skip

    def act() -> str:
        services.save_entry(team, draft, edition=edition, submit=submit, actor_id=actor, now=now)
        return "saved"

    try:
        idempotency.once(form.idempotency_key.data, scope=f"entry:{team.id}", actor_id=actor, now=now, act=act)
        db.session.commit()
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        if refusal.reason in ("pitches_closed", "pitches_not_open"):
            raise
        return _answer_refusal(form, number, refusal), refusal.status
    flash(_("Bidraget är inlämnat. Ni kan ändra det tills tiden går ut.") if submit else _("Sparat."), "success")
    return redirect(url_for("teams.show" if submit else "teams.entry", number=number), 303)


def _answer_refusal(form: EntryForm, number: int, refusal: Conflict | Invalid) -> str:
    """The form again with everything that was written. After a clash it stands on the newest version, shown beside it."""
    team = queries.find_team(current_edition().id, number)
    saved = queries.find_entry(team.id)
    clash = isinstance(refusal, Conflict) and refusal.reason == "entry_changed"
    if clash:
        form.version.process_data(saved.version)
        form.version.raw_data = None  # What was sent would be shown instead.
    else:
        form.form_errors.append(refusal.message)
    return _render_entry(form, team, saved, conflict=refusal.message if clash else "")
