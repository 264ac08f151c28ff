"""The judge's own order of the teams, and the script that keeps the judge's pages on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.events.context import current_edition
from hackathon.judging import services
from hackathon.judging.queries import CardInfo, RoundInfo, list_cards, list_criteria, load_round, read_marks
from hackathon.judging.rules import GIVEN_CARDS, RoundState, moved, weighted_mean
from hackathon.judging.views import Answer, blueprint


@blueprint.route("/judging/order", methods=["GET", "POST"])
@requires(Permission.SCORE)
def order() -> Answer:
    """The teams that I have handed in, best first: sorted from the points until I move them."""
    round_ = load_round(current_edition().id)
    judge_id = current_viewer().person_id
    if request.method == "POST":
        return _save(round_.id, judge_id)
    cards, is_saved = own_order(round_, judge_id)
    return render_template(
        "judging/order_edit.html",
        round=round_,
        cards=cards,
        is_saved=is_saved,
        writable=round_.state is RoundState.OPEN,
    )


def own_order(round_: RoundInfo, judge_id: int) -> tuple[list[CardInfo], bool]:
    """The judge's cards that are handed in, in the judge's order; what has no place in it by points. And whether one is saved."""
    weights = {criterion.key: criterion.weight for criterion in list_criteria(round_.id)}
    marks = read_marks(round_.id, judge_id=judge_id)
    cards = [
        card for card in list_cards(round_.id, judge_id=judge_id) if card.state in GIVEN_CARDS and card.id in marks
    ]
    value = {card.id: weighted_mean(marks[card.id].points, weights) for card in cards}
    by_points = sorted(cards, key=lambda card: (-value[card.id], card.number))
    placed = [card for card in cards if marks[card.id].order is not None]
    found = sorted(placed, key=lambda card: marks[card.id].order or 0)
    for card in by_points:
        if card in found:
            continue
        # A team that came later goes in front of the first that got fewer points.
        behind = (place for place, other in enumerate(found) if value[other.id] < value[card.id])
        found.insert(next(behind, len(found)), card)
    return found, bool(placed)


def _save(round_id: int, judge_id: int) -> Answer:
    """`team` comes once for each team, best first; `up` or `down` names one that changes places with its neighbour."""
    numbers = _read_numbers(request.form.getlist("team"))
    numbers = moved(numbers, up=request.form.get("up", type=int), down=request.form.get("down", type=int))
    services.save_order(round_id, numbers, judge_id=judge_id, now=clock.now())
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(next=url_for("judging.index"))
    if {"up", "down"} & request.form.keys():
        return redirect(url_for("judging.order"), 303)
    flash(_("Din ordning är sparad."), "success")
    return redirect(url_for("judging.index"), 303)


def _read_numbers(sent: Sequence[str]) -> list[int]:
    if not all(value.isascii() and value.isdigit() and len(value) < 7 for value in sent):
        raise Invalid("order_invalid", _("Ordningen går inte att läsa. Ladda om sidan och försök igen."))
    return [int(value) for value in sent]


@blueprint.get("/judging/worker.js")
@requires(Permission.SCORE)
def worker() -> Response:
    """The service worker of the judge's pages. It may look after them alone, and nothing else of the site."""
    script = Path(current_app.static_folder or "") / "js" / "judging-worker.js"
    answer = Response(script.read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("judging.index")
    return answer
