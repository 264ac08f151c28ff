"""Pages of the review."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.events.context import current_edition
from hackathon.judging.queries import load_round
from hackathon.judging.review import services
from hackathon.judging.review.forms import VoidForm
from hackathon.judging.review.queries import list_voidings, load_review
from hackathon.judging.rules import PODIUM
from hackathon.judging.views import Answer, blueprint


@blueprint.post("/organise/judging/review/open")
@requires(Permission.REVEAL)
def open_review() -> Answer:
    """One organiser wants to see the scores; it takes two."""
    services.open_review(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back(_("Noterat. Granskningen är öppen när två arrangörer har öppnat den."), "judging.room")


@blueprint.get("/organise/judging/review")
@requires(Permission.REVEAL)
def review() -> Answer:
    """Scores, chances and judges' health. `?without=<judge>` shows what would be if that judge's ballots were void."""
    return _show(VoidForm())


@blueprint.post("/organise/judging/review/void")
@requires(Permission.REVEAL)
def ask_void() -> Answer:
    """One organiser asks that a judge's ballots no longer count."""
    form = VoidForm()
    if not form.validate_on_submit():
        return _show(form), 422
    actor_id, now = current_viewer().person_id, clock.now()
    services.ask_voiding(_round_id(), form.judge.data or 0, reason=form.reason.data or "", actor_id=actor_id, now=now)
    return _back(_("Förslaget är noterat. Nu behöver en annan arrangör bekräfta det."))


@blueprint.post("/organise/judging/review/void/<int:voiding_id>/confirm")
@requires(Permission.REVEAL)
def confirm_void(voiding_id: int) -> Answer:
    """Another organiser confirms."""
    services.confirm_voiding(voiding_id, round_id=_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back(_("Bedömningarna är strukna."))


@blueprint.post("/organise/judging/review/void/<int:voiding_id>/withdraw")
@requires(Permission.REVEAL)
def withdraw_void(voiding_id: int) -> Answer:
    """The wish is taken back."""
    services.withdraw_voiding(voiding_id, round_id=_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back(_("Förslaget är tillbakadraget."))


def _show(form: VoidForm) -> str:
    edition, viewer = current_edition(), current_viewer()
    round_ = load_round(edition.id)
    without = form.judge.data if form.is_submitted() else request.args.get("without", type=int)
    shown = load_review(round_, without=without)
    return render_template(
        "judging/review_show.html",
        round=round_,
        review=shown,
        voidings=list_voidings(round_.id),
        form=form,
        viewer_id=viewer.person_id,
        podium=PODIUM,
    )


def _round_id() -> int:
    return load_round(current_edition().id).id


def _back(message: str, to: str = "judging.review") -> Response:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(to), 303)
