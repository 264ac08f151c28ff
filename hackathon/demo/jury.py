"""The judging: six judges score while the teams pitch, and two organisers publish the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from hackathon.core.db import db
from hackathon.demo.draw import fraction, whole
from hackathon.demo.rows import Row, add_rows
from hackathon.demo.scene import Scene
from hackathon.demo.texts import TeamText
from hackathon.judging.models import Criterion, Score, Scorecard
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.rules import FEWEST_POINTS, MOST_POINTS, ScorecardState, read_rubric
from hackathon.judging.services import close_round, open_round, setup_round
from hackathon.teams.models import Team

_PREPARED = (-90, "11:00")
_OPENED = (0, "15:20")
_CLOSED = (0, "16:50")
_PUBLISHED = (0, "17:10")
_MINUTES_PER_TEAM = 70 / 16
_SEVERITY = 0.35
_TASTE = 0.5
_NOISE = 0.6
"""In rubric points: how far judges lie apart, how far a team's criteria do, and what is neither."""


def add_round(scene: Scene) -> int:
    """The round with its rubric; returns its id."""
    criteria = read_rubric(scene.content.rubric)
    prepared_at = scene.calendar.at(*_PREPARED)
    return setup_round(scene.edition_id, criteria=criteria, actor_id=scene.organiser, now=prepared_at).id


def judge(scene: Scene, round_id: int) -> None:
    """Opens the round, fills in the cards so far, closes and publishes, each as far as its time has come."""
    if not scene.calendar.has_come(opened_at := scene.calendar.at(*_OPENED)):
        return
    open_round(round_id, actor_id=scene.organiser, now=opened_at)
    _fill_in(scene, round_id)
    if scene.calendar.has_come(closed_at := scene.calendar.at(*_CLOSED)):
        close_round(round_id, actor_id=scene.organiser, now=closed_at)
    if scene.calendar.has_come(published_at := scene.calendar.at(*_PUBLISHED)):
        for minutes, organiser in enumerate(scene.content.organisers):
            approved_at = closed_at + timedelta(minutes=6 + 5 * minutes)
            approve_reveal(round_id, actor_id=scene.people[organiser.id], now=approved_at)
        publish_results(round_id, actor_id=scene.organiser, now=published_at)


@dataclass(frozen=True, slots=True)
class _Card:
    id: int
    judge: str
    team: TeamText


def _fill_in(scene: Scene, round_id: int) -> None:
    """Each judge begins while the team pitches and hands in a little later; what is not yet handed in is a draft."""
    criteria = db.session.execute(
        select(Criterion.id, Criterion.key).where(Criterion.round_id == round_id).order_by(Criterion.position)
    ).all()
    changed: list[Row] = []
    points: list[Row] = []
    for card in _cards(scene, round_id):
        begun_at, given_at = _times(scene, card)
        if not scene.calendar.has_come(begun_at):
            continue
        is_given = scene.calendar.has_come(given_at)
        scored = criteria if is_given else criteria[: whole(1, len(criteria) - 1, "draft", card.judge, card.team.name)]
        points += [
            {"scorecard_id": card.id, "criterion_id": criterion.id, "points": _points(card, criterion.key)}
            for criterion in scored
        ]
        changed.append(
            {
                "id": card.id,
                "state": ScorecardState.SUBMITTED if is_given else ScorecardState.DRAFT,
                "note_to_team": _note(scene, card) if is_given else "",
                "submitted_at": given_at if is_given else None,
                "changed_at": given_at if is_given else begun_at,
            }
        )
    if changed:
        db.session.execute(update(Scorecard), changed)
        add_rows(Score, points)
        db.session.expire_all()


def _cards(scene: Scene, round_id: int) -> list[_Card]:
    """The cards of the round. A judge has none for a team that the judge is too close to."""
    judges: Mapping[int, str] = {scene.people[person.id]: person.id for person in scene.content.judges}
    teams = {team.number: team for team in scene.content.teams}
    rows = db.session.execute(
        select(Scorecard.id, Scorecard.judge_id, Team.number)
        .join(Team, Scorecard.team_id == Team.id)
        .where(Scorecard.round_id == round_id)
        .order_by(Scorecard.judge_id, Team.number)
    )
    return [_Card(card_id, judges[judge_id], teams[number]) for card_id, judge_id, number in rows]


def _times(scene: Scene, card: _Card) -> tuple[datetime, datetime]:
    """When a judge begins with a card and when it is handed in; teams pitch in the order of their numbers."""
    begun = _MINUTES_PER_TEAM * (card.team.number - 1) + 2 + 1.5 * fraction("begun", card.judge, card.team.name)
    given = begun + 2 + 6 * fraction("given", card.judge, card.team.name) ** 2
    return scene.calendar.at(*_OPENED, minutes=begun), scene.calendar.at(*_OPENED, minutes=given)


def _points(card: _Card, criterion: str) -> int:
    severity = _SEVERITY * (2 * fraction("severity", card.judge) - 1)
    taste = _TASTE * (2 * fraction("taste", card.team.name, criterion) - 1)
    noise = _NOISE * (2 * fraction("noise", card.judge, card.team.name, criterion) - 1)
    return min(MOST_POINTS, max(FEWEST_POINTS, round(card.team.quality + severity + taste + noise)))


def _note(scene: Scene, card: _Card) -> str:
    """Some judges write to a team; no two write the same."""
    place = [person.id for person in scene.content.judges].index(card.judge)
    notes = card.team.notes
    turn = (place + card.team.number) % len(scene.content.judges)
    return notes[turn] if turn < len(notes) else ""
