"""The ranking of findings: a small set for each person, and what came of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Forbidden, Invalid
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.workshops import graphics, queries, results
from hackathon.workshops.forms import RatingForm
from hackathon.workshops.models import FindingKind, Ranking, Workshop
from hackathon.workshops.rules import RankingState
from hackathon.workshops.services import rating as ratings
from hackathon.workshops.services.loading import (
    load_ranking,
    load_workshop_by_number,
    load_workshop_for_leading,
    load_workshop_for_taking_part,
    place_of,
)
from hackathon.workshops.views.blueprint import blueprint, read_number
from hackathon.workshops.words import ranking_states

Page = Response | str | tuple[str, int]
SHOWN_DISAGREEING = 5


@blueprint.get("/workshops/<int:number>/ranking")
@requires(Permission.JOIN_WORKSHOP)
def ranking(number: int) -> str:
    """The next finding of one's set, how many are left, and those that are done."""
    workshop, _place = load_workshop_for_taking_part(current_edition().id, current_viewer(), number)
    return _ranking_page(workshop, load_ranking(workshop))


def _ranking_page(workshop: Workshop, held: Ranking, form: RatingForm | None = None, at: int | None = None) -> str:
    turns = results.list_turns(held, current_viewer().person_id)
    wanted = at if at is not None else request.args.get("finding", type=int)
    now_on = next((turn for turn in turns if turn.number == wanted), None)
    now_on = now_on or next((turn for turn in turns if turn.interest is None), None)
    if form is None:
        form = RatingForm(formdata=None)
        if now_on is not None and now_on.interest is not None:
            form.interest.data, form.feasibility.data = str(now_on.interest), str(now_on.feasibility)
            form.reason.data = now_on.reason
    form.offer()
    return render_template(
        "workshops/ranking_rate.html",
        workshop=workshop,
        ranking=held,
        turns=turns,
        now_on=now_on,
        done=[turn for turn in turns if turn.interest is not None],
        form=form,
        State=RankingState,
    )


@blueprint.post("/workshops/<int:number>/ranking/set")
@requires(Permission.JOIN_WORKSHOP)
def deal(number: int) -> Response:
    """Gives the next small set."""
    viewer = current_viewer()
    workshop, _place = load_workshop_for_taking_part(current_edition().id, viewer, number)
    if not ratings.deal_set(load_ranking(workshop), actor=viewer, now=clock.now()):
        flash(_("Det finns inget mer för dig att bedöma just nu."), "info")
    db.session.commit()
    return redirect(url_for(".ranking", number=number), 303)


@blueprint.post("/workshops/<int:number>/ranking/<int:finding>")
@requires(Permission.JOIN_WORKSHOP)
def rate(number: int, finding: int) -> Page:
    """Takes what somebody says of one finding, and goes on to the next."""
    viewer = current_viewer()
    workshop, _place = load_workshop_for_taking_part(current_edition().id, viewer, number)
    held = load_ranking(workshop)
    form = RatingForm()
    form.offer()
    if not form.validate_on_submit():
        return _ranking_page(workshop, held, form, finding), 422
    ratings.rate_finding(
        held, finding, interest=int(form.interest.data), feasibility=int(form.feasibility.data),
        reason=form.reason.data or "", actor=viewer, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".ranking", number=number), 303)


@blueprint.route("/workshops/<int:number>/ranking/setup", methods=["GET", "POST"])
@requires(Permission.FACILITATE)
def prepare(number: int) -> Page:
    """What is rated, how many each person gets, and the states of the ranking."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    workshop = load_workshop_for_leading(edition.id, viewer, number)
    if request.method == "POST":
        kinds = [kind for kind in FindingKind if kind.value in request.form.getlist("kind")]
        ratings.prepare_ranking(
            workshop, kinds=kinds, themes=request.form.getlist("theme"), set_size=read_number("set_size"), actor=viewer, now=now
        )  # fmt: skip
        db.session.commit()
        flash(_("Urvalet är sparat."), "success")
        return redirect(url_for(".prepare", number=number), 303)
    held = db.session.query(Ranking).filter_by(workshop_id=workshop.id).one_or_none()
    return render_template(
        "workshops/ranking_setup.html",
        workshop=workshop,
        ranking=held,
        progress=results.read_progress(held) if held else None,
        themes=queries.list_themes(edition.id),
        kinds=list(FindingKind),
        state_names=ranking_states(),
        State=RankingState,
    )


@blueprint.post("/workshops/<int:number>/ranking/state")
@requires(Permission.FACILITATE)
def move_ranking(number: int) -> Response:
    """Opens, closes or publishes the ranking."""
    viewer = current_viewer()
    workshop = load_workshop_for_leading(current_edition().id, viewer, number)
    states = {state.value: state for state in RankingState}
    to = states.get(request.form.get("to", ""))
    if to is None:
        raise Invalid("state_unknown", _("Det gick inte att läsa vad du valde. Ladda om sidan och försök igen."))
    ratings.move_ranking(workshop, load_ranking(workshop, lock=True), to=to, actor=viewer, now=clock.now())
    db.session.commit()
    flash(_("Rangordningen är nu: %(state)s.", state=ranking_states()[to]), "success")
    return redirect(url_for(".prepare", number=number), 303)


@blueprint.get("/workshops/<int:number>/ranking/results")
@requires(Permission.READ_PUBLIC)
def ranked(number: int) -> str:
    """Interest against feasibility, as a picture and as a table, and where sectors agree and differ."""
    edition = current_edition()
    workshop = load_workshop_by_number(edition.id, number)
    held = load_ranking(workshop)
    leads = place_of(workshop.id, current_viewer()).leads
    if held.state is not RankingState.PUBLISHED and not leads:
        raise Forbidden("not_published", _("Resultatet visas när den som leder workshoppen har publicerat det."))
    found = results.list_results(held)
    rated = [result for result in found if result.count]
    spoken = sorted((result for result in rated if result.gap), key=lambda result: (-result.gap, result.number))
    wanted = request.args.get("finding", type=int)
    return render_template(
        "workshops/ranking_show.html",
        workshop=workshop,
        ranking=held,
        results=found,
        picture=_picture(rated),
        differ=spoken[:SHOWN_DISAGREEING],
        agree=[result for result in reversed(spoken) if len(result.by_sector) > 1][:SHOWN_DISAGREEING],
        sectors=[sector for sector in list_sectors(edition.id) if any(sector.id in row.by_sector for row in rated)],
        asked=next((result for result in found if result.number == wanted), None),
        reasons=results.list_reasons(held, wanted) if wanted is not None else [],
        may_write=current_viewer().can(Permission.WRITE_QUESTION),
    )


def _picture(rated: list[results.Result]) -> str:
    dots = tuple(
        graphics.Dot(
            result.number, result.interest.mean, result.feasibility.mean, result.interest.spread,
            result.feasibility.spread, result.count,
        )
        for result in rated
        if result.interest and result.feasibility
    )  # fmt: skip
    return graphics.scatter(
        dots,
        title=_("Fynden efter hur genomförbara och intressanta de är"),
        across=_("Genomförbart"),
        up=_("Intressant"),
    )
