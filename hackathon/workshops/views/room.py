"""The room: cards from many phones on one screen, sorted into themes, merged and parted."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.mail import address
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.core.idempotency import new_key, once
from hackathon.events.context import current_edition
from hackathon.workshops import graphics, queries, room, rules
from hackathon.workshops.forms import CardForm
from hackathon.workshops.models import Finding, Workshop
from hackathon.workshops.rules import FindingState, Place, WorkshopState
from hackathon.workshops.services import capture as cards
from hackathon.workshops.services import planning
from hackathon.workshops.services.loading import (
    load_finding_for_changing,
    load_finding_for_sorting,
    load_workshop_for_leading,
    load_workshop_for_taking_part,
)
from hackathon.workshops.views.blueprint import blueprint, read_number, sector_choices, theme_choices, wants_json
from hackathon.workshops.words import language

Page = Response | str | tuple[str, int]
LATEST = 30
"""How many of the room's latest cards a phone shows."""
ON_THE_WALL = 60


@blueprint.route("/workshops/<int:number>/capture", methods=["GET", "POST"])
@requires(Permission.JOIN_WORKSHOP)
def capture(number: int) -> Page:
    """The phone's page: write a card, see one's own and the room's latest."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    workshop, place = load_workshop_for_taking_part(edition.id, viewer, number)
    form = _card_form(edition.id)
    if request.method == "GET":
        form.sector.data = cards.sector_key_of(viewer)
        form.signed.data = cards.organisation_of(viewer) is not None
        return _capture_page(form, workshop, place)
    if not form.validate_on_submit():
        return _capture_page(form, workshop, place), 422

    def write() -> str:
        planning.join_workshop(workshop, code="", actor=viewer, now=now) if place.is_member else None
        return str(cards.capture_finding(workshop, form.card(), place=place, actor=viewer, now=now).number)

    key, scope = form.idempotency_key.data, f"finding.capture:{workshop.id}"
    finding = once(key, scope=scope, actor_id=viewer.person_id, now=now, act=write)
    db.session.commit()
    flash(_("Kort %(number)s sitter på väggen.", number=finding), "success")
    return redirect(url_for(".capture", number=number), 303)


def _card_form(edition_id: int) -> CardForm:
    form = CardForm()
    form.offer(sector_choices(edition_id, language()), theme_choices(edition_id, language()))
    return form


def _capture_page(form: CardForm, workshop: Workshop, place: Place) -> str:
    me = current_viewer().person_id
    shown = room.list_cards(workshop)
    if request.method == "GET" or not form.idempotency_key.data:
        form.idempotency_key.data = new_key()
    return render_template(
        "workshops/finding_capture.html",
        form=form,
        workshop=workshop,
        place=place,
        mine=[card for card in shown if card.author_id == me],
        others=[card for card in shown if card.author_id != me][:LATEST],
        total=len(shown),
        may_capture=rules.may_capture(workshop.state, place),
        may_sign=cards.organisation_of(current_viewer()) is not None,
        longest=rules.LONGEST_FINDING,
        State=WorkshopState,
    )


@blueprint.get("/workshops/<int:number>/wall")
@requires(Permission.JOIN_WORKSHOP)
def wall(number: int) -> str:
    """The projector's page: the latest cards, how many there are, and how to get in."""
    edition = current_edition()
    workshop, _place = load_workshop_for_taking_part(edition.id, current_viewer(), number)
    shown = room.list_cards(workshop)
    way_in = address("workshops.join", slug=edition.slug, number=number)
    return render_template(
        "workshops/workshop_wall.html",
        workshop=workshop,
        cards=shown[:ON_THE_WALL],
        columns=[column for column in room.columns_of(workshop, shown) if column.key and column.cards],
        factors=sum(card.kind.value == "success_factor" for card in shown),
        total=len(shown),
        present=room.count_present(workshop.id),
        way_in=way_in,
        qr=graphics.qr_code(f"{way_in}?code={workshop.code}", title=_("QR-kod till sidan där man går med"))
        if workshop.code and workshop.state in (WorkshopState.PLANNED, WorkshopState.OPEN)
        else "",
        State=WorkshopState,
    )


@blueprint.get("/workshops/<int:number>/pulse")
@requires(Permission.JOIN_WORKSHOP)
def pulse(number: int) -> Response:
    """What the room's screens ask every other second: whether there is something new."""
    workshop, _place = load_workshop_for_taking_part(current_edition().id, current_viewer(), number)
    return jsonify({"revision": workshop.revision})


@blueprint.route("/findings/<int:number>/edit", methods=["GET", "POST"])
@requires(Permission.JOIN_WORKSHOP)
def edit(number: int) -> Page:
    """Mends a card, or takes it back."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    finding = load_finding_for_changing(edition.id, viewer, number)
    back = url_for(".capture", number=finding.workshop.number)
    if request.form.get("do") == "withdraw":
        cards.withdraw_finding(finding, actor=viewer, now=now)
        db.session.commit()
        flash(_("Kortet är borttaget."), "success")
        return redirect(back, 303)
    form = _card_form(edition.id)
    if request.method == "GET":
        form.read(finding)
        return render_template("workshops/finding_edit.html", form=form, finding=finding)
    if not form.validate_on_submit():
        return render_template("workshops/finding_edit.html", form=form, finding=finding), 422
    cards.change_finding(finding, form.card(), actor=viewer, now=now)
    db.session.commit()
    flash(_("Kortet är ändrat."), "success")
    return redirect(back, 303)


# --- sorting ----------------------------------------------------------------------------------------------------------


@blueprint.route("/workshops/<int:number>/themes", methods=["GET", "POST"])
@requires(Permission.FACILITATE)
def themes(number: int) -> Page:
    """The facilitator's view: cards in the columns of themes, moved by drag, keyboard or form."""
    edition, viewer = current_edition(), current_viewer()
    workshop = load_workshop_for_leading(edition.id, viewer, number)
    if request.method == "POST":
        name_sv, name_en = request.form.get("name_sv", "")[:200], request.form.get("name_en", "")[:200]
        cards.add_theme(workshop, name_sv=name_sv, name_en=name_en, actor=viewer, now=clock.now())
        db.session.commit()
        flash(_("Temat är tillagt."), "success")
        return redirect(url_for(".themes", number=number), 303)
    shown = room.list_cards(workshop)
    return render_template(
        "workshops/theme_board.html",
        workshop=workshop,
        columns=room.columns_of(workshop, shown),
        total=len(shown),
        alike=room.alike(shown),
        longest_name=rules.LONGEST_NAME,
    )


@blueprint.route("/findings/<int:number>/sort", methods=["GET", "POST"])
@requires(Permission.FACILITATE)
def sort(number: int) -> Page:
    """One card: its theme, the cards that say something alike, and those that it stands for. The board's script posts the same."""
    edition, viewer = current_edition(), current_viewer()
    finding = load_finding_for_sorting(edition.id, viewer, number)
    if request.method == "GET":
        return _sort_page(finding)
    cards.sort_finding(finding, theme=request.form.get("theme", "")[:80], actor=viewer, now=clock.now())
    revision = room.read_revision(finding.workshop_id)
    db.session.commit()
    if wants_json():
        return jsonify({"number": number, "revision": revision})
    flash(_("Kortet är sorterat."), "success")
    return redirect(url_for(".themes", number=finding.workshop.number, _anchor=f"f{number}"), 303)


def _sort_page(finding: Finding) -> str:
    return render_template(
        "workshops/finding_sort.html",
        finding=finding,
        target=queries.load_finding(finding.edition_id, finding.number, everything=True).merged_into,
        themes=queries.list_themes(finding.edition_id),
        hints=room.hints_for(finding) if finding.state is FindingState.OPEN else [],
        sources=queries.list_sources(finding.edition_id, finding.id),
        State=FindingState,
    )


@blueprint.post("/findings/<int:number>/merge")
@requires(Permission.FACILITATE)
def merge(number: int) -> Response:
    """Lets another finding stand for this one (`into`), or parts them again (`do=part`)."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    finding = load_finding_for_sorting(edition.id, viewer, number)
    act = request.form.get("do", "merge")
    if act == "part":
        cards.part_finding(finding, actor=viewer, now=now)
        message, shown = _("Kortet står för sig självt igen."), number
    elif act == "merge":
        target = cards.merge_finding(finding, into=read_number("into"), actor=viewer, now=now)
        message, shown = (
            _("Kortet ingår nu i fynd %(number)s. Det går att ta isär dem igen.", number=target.number),
            number,
        )
    else:
        raise Invalid("act_unknown", _("Det gick inte att läsa vad du valde. Ladda om sidan och försök igen."))
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".sort", number=shown), 303)
