"""The reveal: two different organisers approve, then the results become a snapshot that pages show ever after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import PATH, Stage
from hackathon.ideas.services import move_idea
from hackathon.judging.entrants import list_entered_teams, list_team_people
from hackathon.judging.feedback import keep_feedback
from hackathon.judging.model.ranking import MODEL, RankedTeam, Ranking
from hackathon.judging.models import PublishedResult, RevealApproval, Round
from hackathon.judging.official import TIE_RULE, rank_round
from hackathon.judging.queries import list_approvals, list_cards, load_round
from hackathon.judging.rules import PODIUM, RoundState, ScorecardState, may_publish
from hackathon.judging.services import lock_round, record_round
from hackathon.judging.snapshot import Result, TeamResult, to_json
from hackathon.teams.models import Entry, Team
from hackathon.teams.queries import IS_PUBLIC
from hackathon.workshops.models import ChallengeQuestion


def approve_reveal(round_id: int, *, actor_id: int, now: datetime) -> None:
    """An organiser's word that the results may be published. Given twice by the same one, it counts once."""
    round_ = lock_round(round_id)
    if round_.state is not RoundState.CLOSED:
        raise Conflict(
            "round_not_closed", _l("Resultatet kan godkännas när bedömningen är stängd och inte redan publicerad.")
        )
    if db.session.get(RevealApproval, (round_id, actor_id)) is not None:
        return
    db.session.add(RevealApproval(round_id=round_id, person_id=actor_id, at=now))
    db.session.flush()
    record_round("round.approved", round_, actor_id, now)


def publish_results(round_id: int, *, actor_id: int, now: datetime) -> PublishedResult:
    """Writes the snapshot and moves the ideas of the first three on. Refused with fewer than two different approvals.

    Publishing a second time answers with the first snapshot.
    """
    round_ = lock_round(round_id)
    if round_.state is RoundState.PUBLISHED:
        return db.session.scalars(_results(round_id).limit(1)).one()
    info = load_round(round_.edition_id, round_.key)
    if not may_publish(round_.state, [approval.person_id for approval in list_approvals(info)]):
        raise Conflict(
            "approvals_missing",
            _l("Två olika arrangörer måste godkänna innan resultatet publiceras. Be en kollega att godkänna också."),
        )
    result, ranking = _write(round_, now, reason="")
    round_.state, round_.published_at = RoundState.PUBLISHED, now
    db.session.flush()
    record_round("round.published", round_, actor_id, now, result=result.id)
    _move_ideas(ranking, actor_id, now)
    return result


def correct_results(round_: Round, *, reason: str, actor_id: int, now: datetime) -> PublishedResult:
    """Makes the published results anew after ballots were voided. The earlier snapshot stays; pages show the latest.

    The caller has seen to it that two organisers want it. Ideas move on where they now stand higher and back where lower.
    """
    result, ranking = _write(round_, now, reason=reason)
    record_round("round.corrected", round_, actor_id, now, result=result.id)
    _move_ideas(ranking, actor_id, now)
    return result


def _results(round_id: int) -> Select[PublishedResult]:
    return select(PublishedResult).where(PublishedResult.round_id == round_id).order_by(PublishedResult.id.desc())


def _write(round_: Round, now: datetime, *, reason: str) -> tuple[PublishedResult, Ranking]:
    """Ranks the round and keeps the snapshot and every team's feedback."""
    if (round_.model, round_.tie_rule) != (MODEL, TIE_RULE):
        raise Conflict(
            "model_changed",
            _l(
                "Bedömningen öppnades med en annan modell än den som finns nu. Publicera med den version som den öppnades med."
            ),
        )
    ranking = rank_round(round_.id)
    if ranking is None:
        raise Conflict(
            "nothing_to_publish", _l("Ingen bedömning är inlämnad, så det finns inget resultat att publicera.")
        )
    cards = [card for card in list_cards(round_.id) if card.state is ScorecardState.LOCKED]
    result = _result(round_, ranking, judges=len({card.judge_id for card in cards}), ballots=len(cards))
    if reason:
        result = replace(result, corrected_on=now.isoformat(), correction=reason)
    row = PublishedResult(
        round_id=round_.id, edition_id=round_.edition_id, snapshot=to_json(result), published_at=now, correction=reason
    )
    db.session.add(row)
    db.session.flush()
    keep_feedback(round_.id, ranking)
    return row, ranking


def _result(round_: Round, ranking: Ranking, *, judges: int, ballots: int) -> Result:
    """Everything that the public pages show, in both languages, so that nothing else has to be read for them."""
    entered = [team.id for team in list_entered_teams(round_.edition_id)]
    ranked = {int(team.team) for team in ranking.teams}
    about = _describe_teams(sorted({*entered, *ranked}))
    teams = tuple(
        replace(
            about[int(team.team)],
            place=team.place,
            score=team.score,
            raw_mean=round(team.raw_mean, 2),
            by_tie_rule=team.by_tie_rule,
        )
        for team in ranking.teams
    )
    unplaced = tuple(about[team_id] for team_id in entered if team_id not in ranked)
    return Result(MODEL, round_.name_sv, round_.name_en, judges, ballots, teams, unplaced)


def _describe_teams(team_ids: list[int]) -> dict[int, TeamResult]:
    people = list_team_people(team_ids)
    rows = db.session.execute(
        select(
            Team.id, Team.number, Team.name, Entry.title, Idea.number.label("idea_number"), Idea.title.label("idea_title"),
            ChallengeQuestion.title_sv, ChallengeQuestion.title_en,
        )
        .outerjoin(Entry, Entry.team_id == Team.id)
        .outerjoin(Idea, (Entry.idea_id == Idea.id) & IS_PUBLIC)
        .outerjoin(ChallengeQuestion, Team.question_id == ChallengeQuestion.id)
        .where(Team.id.in_(team_ids))
    )  # fmt: skip
    return {
        row.id: TeamResult(
            None, None, row.number, row.name, row.title or "", row.idea_number, row.idea_title or "",
            row.title_sv or "", row.title_en or "", tuple(people.get(row.id, ())),
        )
        for row in rows
    }  # fmt: skip


def _move_ideas(ranking: Ranking, actor_id: int, now: datetime) -> None:
    """Ideas of the first three become finalists, those of the first winners. One that was put aside stays there.

    After a correction, ideas that stood higher than they should step back.
    """
    best: dict[int, RankedTeam] = {}
    for team in ranking.teams:
        idea_id = db.session.scalar(select(Entry.idea_id).where(Entry.team_id == int(team.team)))
        if idea_id is not None:
            best.setdefault(idea_id, team)
    for idea_id, team in best.items():
        target = Stage.WINNER if team.place == 1 else Stage.FINALIST if team.place <= PODIUM else Stage.ENTERED
        stage = db.session.scalars(select(Idea.stage).where(Idea.id == idea_id)).one()
        if stage not in PATH or PATH.index(stage) < PATH.index(Stage.IN_TEAM):
            continue
        at, to = PATH.index(stage), PATH.index(target)
        if target is Stage.ENTERED and to > at:
            continue
        for step in PATH[at + 1 : to + 1] if to > at else PATH[to:at][::-1]:
            # A reason is kept as it was written, like those of people, and not translated later.
            move_idea(
                idea_id, to=step, reason=f"Plats {team.place} när resultatet publicerades.", actor_id=actor_id, now=now
            )
