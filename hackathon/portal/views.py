"""The pages that gather everything: the event's first page, one's own page, and the organiser's overview."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.rules import normalised_email
from hackathon.accounts.sessions import forget_session
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.events.context import current_edition
from hackathon.events.queries import find_edition
from hackathon.ideas.words import STAGE_NAMES
from hackathon.portal.erasure import erase_person, note_erasure
from hackathon.portal.forms import EraseForm, phases_form
from hackathon.portal.own_data import as_json, as_zip, collect
from hackathon.portal.pages import home_page, landing_page, overview_page
from hackathon.portal.queries.event import list_edition_cards
from hackathon.portal.queries.search import find_everywhere
from hackathon.portal.services import change_phases, phases_as_seen
from hackathon.portal.words import MARK_NAMES, PHASE_NAMES, TASK_CALLS, TASK_NAMES
from hackathon.workshops.rules import LONGEST_SEARCH

blueprint = Blueprint("portal", __name__)

WORDS = {"stage_names": STAGE_NAMES, "task_names": TASK_NAMES, "task_calls": TASK_CALLS, "mark_names": MARK_NAMES}


@blueprint.get("/")
@requires(Permission.READ_PUBLIC)
def index() -> str:
    """One edition: its first page. Several: a list. None: what to do."""
    cards = list_edition_cards()
    if len(cards) == 1:
        # This address names no edition, so the only one there is takes that place for menu, roles and links.
        g.edition = find_edition(cards[0].slug)
        g.pop("viewer", None)
        if g.edition is not None:
            return _render_landing()
    return render_template("portal/edition_list.html", cards=cards)


@blueprint.get("/events/<slug>")
@requires(Permission.READ_PUBLIC)
def edition() -> str:
    """The event's first page: is it for me, and what can I do now?"""
    return _render_landing()


def _render_landing() -> str:
    return render_template(
        "portal/edition_show.html", page=landing_page(current_edition(), current_viewer(), clock.now())
    )


@blueprint.get("/events/<slug>/search")
@requires(Permission.READ_PUBLIC)
def search() -> str:
    """What a text finds among ideas, findings, questions and comments: of each kind the best, and how many there are."""
    text = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    found = find_everywhere(current_edition().id, current_viewer(), text)
    return render_template("portal/search_show.html", text=text, found=found, stage_names=STAGE_NAMES)


@blueprint.get("/events/<slug>/home")
@requires(Permission.READ_HOME)
def home() -> str:
    """One's own page: what is next, by role and phase."""
    page = home_page(current_edition(), current_viewer(), clock.now())
    return render_template("portal/home_show.html", page=page, stage_names=STAGE_NAMES, task_titles=TASK_CALLS)


@blueprint.get("/events/<slug>/organise/")
@requires(Permission.ORGANISE)
def organise() -> str:
    """The organiser's overview: every stage, how it stands and what waits for somebody."""
    page = overview_page(current_edition(), clock.now())
    return render_template("portal/overview_show.html", page=page, **WORDS)


@blueprint.route("/events/<slug>/organise/phases", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def phases() -> str | Response | tuple[str, int]:
    """When each phase opens and closes."""
    edition, viewer = current_edition(), current_viewer()
    form = phases_form(edition, seen=phases_as_seen(edition.phases))
    if form.validate_on_submit():
        seen = form.seen.data or ""
        change_phases(edition.id, times=form.times(), seen=seen, actor_id=viewer.person_id, now=clock.now())
        db.session.commit()
        flash(_("Tiderna är sparade."), "success")
        return redirect(url_for("portal.organise"), 303)
    page = render_template("portal/phases_edit.html", form=form, phase_names=PHASE_NAMES, now=clock.now())
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/accessibility")
@requires(Permission.READ_PUBLIC)
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("portal/accessibility_show.html")


@blueprint.get("/privacy")
@requires(Permission.READ_PUBLIC)
def privacy() -> str:
    """What is kept about people, why and for how long."""
    return render_template("portal/privacy_show.html")


# --- the own data -----------------------------------------------------------------------------------------------------


@blueprint.get("/account/data")
@requires(Permission.MANAGE_ACCOUNT)
def own_data() -> str:
    """Taking the own data out, and having it erased."""
    return render_template("portal/own_data.html", form=EraseForm(None))


@blueprint.get("/account/data.json")
@requires(Permission.MANAGE_ACCOUNT)
def own_data_json() -> Response:
    document = collect(current_viewer().person_id)
    return _download(as_json(document), "application/json", "skills360.json")


@blueprint.get("/account/data.zip")
@requires(Permission.MANAGE_ACCOUNT)
def own_data_zip() -> Response:
    document = collect(current_viewer().person_id)
    return _download(as_zip(document), "application/zip", "skills360.zip")


def _download(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


@blueprint.post("/account/erase")
@requires(Permission.MANAGE_ACCOUNT)
def erase_account() -> Response | tuple[str, int]:
    form, account = EraseForm(), current_viewer().account
    if not form.validate() or account is None or normalised_email(form.email.data or "") != account.email:
        if not form.errors:
            form.email.errors = (_("Skriv den adress som du loggar in med, så att ingen raderar fel konto."),)
        return render_template("portal/own_data.html", form=form), 422
    line = erase_person(account.person_id, now=clock.now())
    db.session.commit()
    note_erasure(line, current_app.config["SETTINGS"].instance_path)
    forget_session()
    flash(_("Ditt konto och dina uppgifter är raderade."), "success")
    return redirect(url_for("accounts.sign_in"), 303)
