"""Pages of the follow-up: what became of the ideas, for everybody, and the organisers' decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.events.context import current_edition
from hackathon.events.queries import list_organisations
from hackathon.followup import services
from hackathon.followup.flow import draw_flow
from hackathon.followup.forms import DecideForm
from hackathon.followup.queries import (
    OutcomeCard,
    count_ideas,
    find_outcome,
    list_outcomes,
    list_waiting,
    load_idea_for_deciding,
)
from hackathon.followup.rules import CheckStatus, OutcomeKind, check_status

blueprint = Blueprint("followup", __name__, url_prefix="/events/<slug>/followup")
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Check:
    """An outcome that is to be looked at again, and how urgent that is."""

    card: OutcomeCard
    day: date
    status: CheckStatus


@blueprint.get("")
@requires(Permission.READ_PUBLIC)
def index() -> Answer:
    """What became of the ideas; for organisers also what waits for them. `?kind=` shows one outcome alone."""
    edition = current_edition()
    wanted = request.args.get("kind", "")
    kind = OutcomeKind(wanted) if wanted in list(OutcomeKind) else None
    counts, cards = count_ideas(edition.id), list_outcomes(edition.id)
    organiser = current_viewer().can(Permission.DECIDE_OUTCOME)
    parts = [*((kind.value, count) for kind, count in counts.outcomes.items()), ("undecided", counts.undecided)]
    return render_template(
        "followup/outcome_index.html",
        counts=counts,
        flow=draw_flow(counts.ideas, counts.taken_up, parts),
        cards=[card for card in cards if kind is None or card.kind is kind],
        kind=kind,
        organiser=organiser,
        waiting=list_waiting(edition.id) if organiser else [],
        checks=_checks(cards) if organiser else [],
    )


def _checks(cards: list[OutcomeCard]) -> list[Check]:
    """The checks that are late or come within a week, the most urgent first."""
    today = clock.now().astimezone(current_edition().tz).date()
    checks = [
        Check(card, card.next_check_on, check_status(card.next_check_on, today)) for card in cards if card.next_check_on
    ]
    urgent = [check for check in checks if check.status is not CheckStatus.LATER]
    return sorted(urgent, key=lambda check: (check.day, check.card.number))


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(Permission.DECIDE_OUTCOME)
def decide(number: int) -> Answer:
    """The decision for one idea."""
    edition = current_edition()
    idea = load_idea_for_deciding(edition.id, number)
    form = DecideForm(obj=find_outcome(idea.id))
    form.offer_owners([(organisation.id, organisation.name) for organisation in list_organisations(edition.id)])
    if form.validate_on_submit():
        try:
            services.decide_outcome(
                idea.id,
                kind=OutcomeKind(form.kind.data),
                reason=form.reason.data or "",
                owner_id=form.owner_id.data,
                next_check_on=form.next_check_on.data,
                actor_id=current_viewer().person_id,
                now=clock.now(),
            )
        except Invalid as error:
            _show_beside_field(form, error)
        else:
            db.session.commit()
            flash(_("Utfallet för %(idea)s är sparat.", idea=idea.title), "success")
            return redirect(url_for("followup.index"), 303)
    page = render_template("followup/outcome_decide.html", idea=idea, form=form)
    return page, 422 if form.is_submitted() else 200


def _show_beside_field(form: DecideForm, error: Invalid) -> None:
    fields = {"owner_missing": form.owner_id, "owner_unknown": form.owner_id, "check_passed": form.next_check_on}
    field = fields.get(error.reason, form.reason)
    field.errors = [*field.errors, error.message]
