"""Planning a workshop, its people and its states."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.core.idempotency import new_key, once
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.workshops import room, rules
from hackathon.workshops.forms import PlanForm
from hackathon.workshops.rules import MemberKind, WorkshopState
from hackathon.workshops.services import planning
from hackathon.workshops.services.loading import load_workshop_by_number, load_workshop_for_leading
from hackathon.workshops.views.blueprint import blueprint, sector_ids
from hackathon.workshops.words import language, workshop_states

Page = Response | str | tuple[str, int]


@blueprint.route("/workshops/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WORKSHOPS)
def plan() -> Page:
    """The form for a new workshop."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    form = PlanForm()
    form.offer(sector_ids(edition.id, language()))
    if not form.validate_on_submit():
        form.idempotency_key.data = form.idempotency_key.data or new_key()
        page = render_template("workshops/workshop_edit.html", form=form, workshop=None)
        return (page, 422) if request.method == "POST" else page

    def create() -> str:
        return str(planning.plan_workshop(edition, form.plan(), actor=viewer, now=now).number)

    key, scope = form.idempotency_key.data, f"workshop.plan:{edition.id}"
    number = once(key, scope=scope, actor_id=viewer.person_id, now=now, act=create)
    db.session.commit()
    flash(_("Workshoppen är planerad. Bjud in dem som ska komma."), "success")
    return redirect(url_for(".people", number=number), 303)


@blueprint.route("/workshops/<int:number>/plan", methods=["GET", "POST"])
@requires(Permission.PLAN_WORKSHOPS)
def change(number: int) -> Page:
    """The form for changing what is said of a workshop."""
    edition, viewer = current_edition(), current_viewer()
    workshop = load_workshop_for_leading(edition.id, viewer, number)
    form = PlanForm()
    form.offer(sector_ids(edition.id, language()))
    if request.method == "GET":
        form.read(workshop)
        return render_template("workshops/workshop_edit.html", form=form, workshop=workshop)
    if not form.validate_on_submit():
        return render_template("workshops/workshop_edit.html", form=form, workshop=workshop), 422
    planning.change_plan(workshop, form.plan(), actor=viewer, now=clock.now())
    db.session.commit()
    flash(_("Ändringarna är sparade."), "success")
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/workshops/<int:number>/state")
@requires(Permission.FACILITATE)
def step(number: int) -> Response:
    """Opens, closes or publishes a workshop."""
    viewer = current_viewer()
    workshop = load_workshop_for_leading(current_edition().id, viewer, number)
    states = {state.value: state for state in WorkshopState}
    to = states.get(request.form.get("to", ""))
    if to is None:
        raise Invalid("state_unknown", _("Det gick inte att läsa vad du valde. Ladda om sidan och försök igen."))
    planning.move_workshop(workshop, to=to, actor=viewer, now=clock.now())
    db.session.commit()
    flash(_("Workshoppen är nu: %(state)s.", state=workshop_states()[to]), "success")
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/workshops/<int:number>/people")
@requires(Permission.FACILITATE)
def people(number: int) -> str:
    """Who is invited and who has come, and the ways to invite."""
    edition = current_edition()
    workshop = load_workshop_for_leading(edition.id, current_viewer(), number)
    return render_template(
        "workshops/workshop_people.html",
        workshop=workshop,
        guests=room.list_guests(workshop),
        sectors=list_sectors(edition.id),
        MemberKind=MemberKind,
    )


@blueprint.post("/workshops/<int:number>/invite")
@requires(Permission.FACILITATE)
def invite(number: int) -> Response:
    """Invites everybody of the ticked sectors, or one person by address; or gives the workshop another code."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    workshop = load_workshop_for_leading(edition.id, viewer, number)
    act = request.form.get("do", "")
    if act == "code":
        planning.renew_code(workshop, actor=viewer, now=now)
        message = _("Workshoppen har en ny kod. Den gamla släpper inte in någon.")
    elif act == "person":
        kind = MemberKind.FACILITATOR if request.form.get("kind") == "facilitator" else MemberKind.GUEST
        email = request.form.get("email", "")[:254]
        planning.invite_person(edition, workshop, email=email, kind=kind, actor=viewer, now=now)
        message = _("Inbjudan är skickad.")
    else:
        wanted = set(request.form.getlist("sector"))
        sectors = [sector.id for sector in list_sectors(edition.id) if sector.key in wanted]
        if not sectors:
            raise Invalid("sector_unknown", _("Kryssa i minst en sektor."))
        count = planning.invite_sectors(edition, workshop, sectors=sectors, actor=viewer, now=now)
        message = _("%(count)s inbjudningar är skickade.", count=count)
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".people", number=number), 303)


@blueprint.route("/workshops/<int:number>/join", methods=["GET", "POST"])
@requires(Permission.JOIN_WORKSHOP)
def join(number: int) -> Page:
    """Lets somebody in who has the code; the QR code on the wall leads here with it filled in."""
    workshop = load_workshop_by_number(current_edition().id, number)
    code = request.values.get("code", "")[: rules.CODE_LENGTH * 2]
    if request.method == "GET":
        return render_template("workshops/workshop_join.html", workshop=workshop, code=code)
    planning.join_workshop(workshop, code=code, actor=current_viewer(), now=clock.now())
    db.session.commit()
    return redirect(url_for(".capture", number=number), 303)
