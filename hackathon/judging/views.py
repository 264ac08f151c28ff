"""Pages of judging: the judge's phone, the organisers' room, and the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.core.idempotency import once
from hackathon.events.context import current_edition
from hackathon.judging import publishing, services
from hackathon.judging.entrants import find_entry, list_entered_teams
from hackathon.judging.errors import Incomplete
from hackathon.judging.forms import RecuseForm, ScorecardInput, read_panel_size, read_scorecard
from hackathon.judging.model.ranking import MODEL
from hackathon.judging.official import TIE_RULE
from hackathon.judging.queries import (
    CardInfo,
    RoundInfo,
    count_states,
    find_feedback,
    find_result,
    find_round,
    list_absent,
    list_approvals,
    list_cards,
    list_criteria,
    list_feedback,
    list_judges,
    list_panel,
    load_own_card,
    load_round,
    read_own_note,
    read_points,
)
from hackathon.judging.review.queries import list_openings
from hackathon.judging.rules import (
    APPROVALS_NEEDED,
    GIVEN_CARDS,
    OPEN_CARDS,
    PODIUM,
    ScorecardState,
    may_open,
    may_publish,
    may_review,
    may_write,
)

blueprint = Blueprint("judging", __name__, url_prefix="/events/<slug>")
Answer = str | Response | tuple[str, int]


@blueprint.get("/judging")
@requires(Permission.SCORE)
def index() -> Answer:
    """My teams, and how far I have come."""
    round_ = find_round(current_edition().id)
    cards = list_cards(round_.id, judge_id=current_viewer().person_id) if round_ else []
    counted = [card for card in cards if card.state is not ScorecardState.RECUSED]
    given = sum(card.state in GIVEN_CARDS for card in counted)
    return render_template(
        "judging/card_index.html",
        round=round_,
        cards=cards,
        given=given,
        total=len(counted),
        waiting=_next(cards, 0),
        judge_id=current_viewer().person_id,
    )


@blueprint.route("/judging/<int:team_number>", methods=["GET", "POST"])
@requires(Permission.SCORE)
def score(team_number: int) -> Answer:
    """One team's card. `?draft=1` keeps what there is so far without handing it in."""
    round_ = load_round(current_edition().id)
    card = load_own_card(round_.id, team_number, judge_id=current_viewer().person_id)
    if request.method == "POST":
        return _save(round_, card)
    points = read_points(round_.id, judge_id=card.judge_id).get(card.id, {})
    note = read_own_note(card.id, judge_id=card.judge_id)
    return _show_card(round_, card, ScorecardInput(points, note))


def _save(round_: RoundInfo, card: CardInfo) -> Answer:
    sent = read_scorecard(request.form, [criterion.key for criterion in list_criteria(round_.id)])
    draft = "draft" in request.args
    save = services.save_draft if draft else services.submit_scorecard
    now = clock.now()

    def act() -> str:
        return save(
            round_.id, card.number, judge_id=card.judge_id, points=sent.points, note_to_team=sent.note_to_team, now=now
        ).value  # fmt: skip

    try:
        # A phone sends again what it does not know to have arrived; by then there may be something newer on the card.
        once(request.form.get("key"), scope=f"scorecard:{round_.edition_id}", actor_id=card.judge_id, now=now, act=act)
    except Incomplete as error:
        db.session.rollback()
        return _show_card(round_, card, sent, missing=error.missing), error.status
    db.session.commit()
    if "key" not in request.form:
        said = _("Utkastet för %(team)s är sparat.") if draft else _("%(team)s är inlämnat.")
        flash(said % {"team": card.name}, "success")
    following = _next(list_cards(round_.id, judge_id=card.judge_id), card.number)
    if draft or following is None:
        return _go_on(url_for("judging.index"))
    return _go_on(url_for("judging.score", team_number=following.number))


def _go_on(address: str) -> Answer:
    """To the next page. A script is told where that is: following by itself, it would use up the message that waits there."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(next=address)
    return redirect(address, 303)


def _show_card(round_: RoundInfo, card: CardInfo, given: ScorecardInput, missing: Sequence[str] = ()) -> str:
    cards = [
        other for other in list_cards(round_.id, judge_id=card.judge_id) if other.state is not ScorecardState.RECUSED
    ]
    numbers = [other.number for other in cards]
    at = numbers.index(card.number) if card.number in numbers else 0
    return render_template(
        "judging/card_edit.html",
        card=card,
        cards=cards,
        position=at + 1 if card.number in numbers else None,
        previous=cards[at - 1] if at > 0 else None,
        following=cards[at + 1] if at + 1 < len(cards) else None,
        criteria=list_criteria(round_.id),
        entry=find_entry(card.team_id),
        given=given,
        missing=missing,
        writable=may_write(round_.state, card.state),
        judge_id=card.judge_id,
    )


def _next(cards: Sequence[CardInfo], number: int) -> CardInfo | None:
    """The next card that waits for its judge: after this team's number, then from the start."""
    waiting = [card for card in cards if card.state in OPEN_CARDS and card.number != number]
    return next((card for card in waiting if card.number > number), waiting[0] if waiting else None)


@blueprint.route("/judging/<int:team_number>/recuse", methods=["GET", "POST"])
@requires(Permission.SCORE)
def recuse(team_number: int) -> Answer:
    """The judge is too close to this team."""
    round_ = load_round(current_edition().id)
    card = load_own_card(round_.id, team_number, judge_id=current_viewer().person_id)
    form = RecuseForm()
    if form.validate_on_submit():
        services.recuse(round_.id, team_number, judge_id=card.judge_id, reason=form.reason.data or "", now=clock.now())
        db.session.commit()
        flash(_("Tack. Du bedömer inte %(team)s.", team=card.name), "success")
        return redirect(url_for("judging.index"), 303)
    page = render_template(
        "judging/card_recuse.html", card=card, form=form, writable=may_write(round_.state, card.state)
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organise/judging")
@requires(Permission.MANAGE_ROUND)
def room() -> Answer:
    """The organisers' room: who has come how far. Never what anybody scored."""
    edition = current_edition()
    round_ = find_round(edition.id)
    if round_ is None:
        return render_template("judging/round_missing.html")
    teams, judges, cards = list_entered_teams(edition.id), list_judges(edition.id), list_cards(round_.id)
    approvals = list_approvals(round_)
    approvers = [approval.person_id for approval in approvals]
    openings = list_openings(round_)
    openers = [opening.person_id for opening in openings]
    return render_template(
        "judging/round_room.html",
        round=round_,
        teams=teams,
        judges=judges,
        panel=list_panel(round_.id),
        states={(card.judge_id, card.team_id): card.state for card in cards},
        counts=count_states(round_.id),
        given=Counter(card.judge_id for card in cards if card.state in GIVEN_CARDS),
        wanted=Counter(card.judge_id for card in cards if card.state is not ScorecardState.RECUSED),
        missing=[card for card in cards if card.state in OPEN_CARDS],
        approvals=approvals,
        approved=current_viewer().person_id in approvers,
        needed=APPROVALS_NEEDED,
        openable=may_open(round_.state, entries=len(teams), judges=len(judges)),
        publishable=may_publish(round_.state, approvers),
        openings=openings,
        opened=current_viewer().person_id in openers,
        reviewable=may_review(round_.state, openers),
        absent=list_absent(round_.id),
        model=MODEL,
    )


@blueprint.post("/organise/judging/open", endpoint="open")
@requires(Permission.MANAGE_ROUND)
def open_judging() -> Answer:
    """Gives out the cards and lets the judges begin."""
    services.open_round(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("Bedömningen är öppen. Domarna ser sina team nu."))


@blueprint.post("/organise/judging/assign")
@requires(Permission.MANAGE_ROUND)
def assign() -> Answer:
    """Gives cards to judges and teams that came after the opening."""
    count = services.assign_all(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("%(count)s nya bedömningskort är utdelade.", count=count))


@blueprint.post("/organise/judging/panels")
@requires(Permission.MANAGE_ROUND)
def panels() -> Answer:
    """How many judges each team gets."""
    count = read_panel_size(request.form)
    services.choose_panel_size(_round_id(), count, actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("Sparat. Teamen fördelas när bedömningen öppnar."))


@blueprint.post("/organise/judging/absent")
@requires(Permission.MANAGE_ROUND)
def absent() -> Answer:
    """A judge is not there: the cards that wait go to colleagues."""
    judge_id = request.form.get("judge", type=int) or 0
    round_id = _round_id()
    if judge_id not in dict(list_panel(round_id)):
        raise NotFound("judge_unknown", _("Den domaren har inga kort i omgången. Ladda om sidan."))
    count = services.replace_judge(round_id, judge_id, actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(
        ngettext("Noterat. Kollegorna fick %(num)s nytt kort.", "Noterat. Kollegorna fick %(num)s nya kort.", count)
    )


@blueprint.post("/organise/judging/nudge")
@requires(Permission.MANAGE_ROUND)
def nudge() -> Answer:
    """Reminds the judges who have cards left."""
    count = services.nudge_judges(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(ngettext("%(num)s domare får en påminnelse.", "%(num)s domare får en påminnelse.", count))


@blueprint.post("/organise/judging/close")
@requires(Permission.MANAGE_ROUND)
def close() -> Answer:
    """Ends scoring and locks what was handed in."""
    services.close_round(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("Bedömningen är stängd. Nu ska två arrangörer godkänna att resultatet publiceras."))


@blueprint.post("/organise/judging/approve")
@requires(Permission.REVEAL)
def approve() -> Answer:
    """One organiser's approval of the reveal."""
    publishing.approve_reveal(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("Ditt godkännande är noterat."))


@blueprint.post("/organise/judging/publish")
@requires(Permission.REVEAL)
def publish() -> Answer:
    """The reveal, once two different organisers have approved."""
    publishing.publish_results(_round_id(), actor_id=current_viewer().person_id, now=clock.now())
    return _back_to_room(_("Resultatet är publicerat."))


def _round_id() -> int:
    return load_round(current_edition().id).id


def _back_to_room(message: str) -> Response:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("judging.room"), 303)


@blueprint.get("/results")
@requires(Permission.READ_PUBLIC)
def results() -> Answer:
    """The winner and everybody else, from the snapshot; a calm page until then."""
    edition, viewer = current_edition(), current_viewer()
    result = find_result(edition.id)
    is_known = bool(result and viewer.is_authenticated)
    return render_template(
        "judging/result_show.html",
        result=result,
        podium=result.podium(PODIUM) if result else (),
        feedback=list_feedback(edition.id, viewer.person_id) if is_known else [],
        profile=find_feedback(edition.id, viewer.person_id) if is_known else None,
    )


@blueprint.get("/judging/criteria")
@requires(Permission.READ_PUBLIC)
def criteria() -> Answer:
    """How teams are judged, for everybody, long before it is done."""
    round_ = find_round(current_edition().id)
    return render_template(
        "judging/criteria_show.html",
        criteria=list_criteria(round_.id) if round_ else [],
        model=MODEL,
        tie_rule=TIE_RULE,
    )


@blueprint.get("/results/stage")
@requires(Permission.READ_PUBLIC)
def stage() -> Answer:
    """Third, second, first on the big screen: `?step=1` to 3 shows one place more each time."""
    result = find_result(current_edition().id)
    step = min(max(request.args.get("step", 0, type=int), 0), PODIUM)
    podium = result.podium(PODIUM) if result else ()
    shown = [team for team in podium if team.place is not None and team.place > PODIUM - step]
    steps = [
        PODIUM + 1 - place for place in sorted({team.place for team in podium if team.place is not None}, reverse=True)
    ]
    return render_template("judging/result_stage.html", result=result, shown=shown, step=step, steps=steps)
