"""Scorecards, the steps of a round, and the published results."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.api import documents
from hackathon.api.blueprint import EVENT, blueprint
from hackathon.api.documents import Document
from hackathon.api.reading import Unusable, read_body, refuse_body
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.events.context import current_edition
from hackathon.judging import publishing, services
from hackathon.judging.errors import Incomplete
from hackathon.judging.queries import (
    RoundInfo,
    find_result,
    list_approvals,
    list_criteria,
    load_own_card,
    load_round,
    read_own_note,
    read_points,
)
from hackathon.judging.rules import LONGEST_NOTE
from hackathon.judging.snapshot import to_json

ROUND = f"{EVENT}/rounds/<round_key>"
_KEY = re.compile(r"[a-z0-9_-]{1,64}")


def _load_round(key: str) -> RoundInfo:
    """The round that the address names; what cannot be a name never reaches the database."""
    return load_round(current_edition().id, key if _KEY.fullmatch(key) else "")


@blueprint.get(f"{ROUND}/scorecards/<int:team_number>")
@requires(Permission.SCORE)
def scorecard_show(round_key: str, team_number: int) -> Document:
    """The judge's own card for a team, with the criteria that it asks for."""
    return _card_document(_load_round(round_key), team_number)


@blueprint.put(f"{ROUND}/scorecards/<int:team_number>")
@requires(Permission.SCORE)
def scorecard_save(round_key: str, team_number: int) -> Document:
    """Writes the judge's own card anew: handed in, or with `"submit": false` kept as a draft."""
    with read_body() as body:
        points = body.table("points")
        note = body.text("note_to_team", longest=LONGEST_NOTE)
        submit = body.flag("submit", default=True)
    round_ = _load_round(round_key)
    save = services.submit_scorecard if submit else services.save_draft
    judge_id = current_viewer().person_id
    try:
        save(round_.id, team_number, judge_id=judge_id, points=points, note_to_team=note, now=clock.now())
    except Incomplete as error:
        message = _("Ge poäng från 1 till 5.")
        raise Unusable([{"field": f"points.{key}", "message": message} for key in error.missing]) from error
    document = _card_document(round_, team_number)
    db.session.commit()
    return document


def _card_document(round_: RoundInfo, team_number: int) -> Document:
    judge_id = current_viewer().person_id
    card = load_own_card(round_.id, team_number, judge_id=judge_id)
    points = read_points(round_.id, judge_id=judge_id).get(card.id, {})
    note = read_own_note(card.id, judge_id=judge_id)
    return documents.scorecard(round_, card, list_criteria(round_.id), points, note)


@blueprint.post(f"{ROUND}/open")
@requires(Permission.MANAGE_ROUND)
def round_open(round_key: str) -> Document:
    """Gives the cards out and lets judges score."""
    return _step(round_key, services.open_round)


@blueprint.post(f"{ROUND}/close")
@requires(Permission.MANAGE_ROUND)
def round_close(round_key: str) -> Document:
    """Ends scoring and locks what was handed in."""
    return _step(round_key, services.close_round)


@blueprint.post(f"{ROUND}/approve")
@requires(Permission.REVEAL)
def round_approve(round_key: str) -> Document:
    """One organiser's approval of the reveal; it takes two."""
    return _step(round_key, publishing.approve_reveal)


@blueprint.post(f"{ROUND}/publish")
@requires(Permission.REVEAL)
def round_publish(round_key: str) -> Document:
    """The reveal."""
    return _step(round_key, publishing.publish_results)


class Step(Protocol):
    """A service that moves a round on."""

    def __call__(self, round_id: int, /, *, actor_id: int, now: datetime) -> object: ...


def _step(round_key: str, step: Step) -> Document:
    """Takes one step of a round and answers how the round stands after it."""
    refuse_body()
    step(_load_round(round_key).id, actor_id=current_viewer().person_id, now=clock.now())
    round_ = _load_round(round_key)
    document = documents.judging_round(round_, len(list_approvals(round_)))
    db.session.commit()
    return document


@blueprint.get(f"{EVENT}/results")
@requires(Permission.READ_PUBLIC)
def result_show() -> Document:
    """The results as they were published; before the reveal nobody learns more than that it has not been."""
    result = find_result(current_edition().id)
    if result is None:
        raise NotFound("not_published", _l("Resultatet är inte publicerat än."))
    return to_json(result)
