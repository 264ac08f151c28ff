from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.errors import Conflict
from hackathon.ideas.models import Idea, IdeaTransition
from hackathon.ideas.rules import Stage
from hackathon.judging.models import PublishedResult, Score, Scorecard
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.queries import find_result, list_feedback
from hackathon.judging.rules import RoundState
from hackathon.judging.services import close_round
from hackathon.teams.models import TeamMember
from tests.judging.factories import Jury, entry_of, give, give_everything, make_jury

pytestmark = pytest.mark.usefixtures("app")


def closed_jury(now: datetime, *, teams: int = 4) -> Jury:
    jury = make_jury(teams=teams)
    give_everything(jury)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    return jury


def approve_and_publish(jury: Jury, now: datetime) -> PublishedResult:
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    result = publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    return result


def test_publishing_needs_two_different_organisers(now: datetime) -> None:
    jury = closed_jury(now)
    first, second = (organiser.id for organiser in jury.organisers)
    for _again in range(3):
        approve_reveal(jury.round.id, actor_id=first, now=now)
        with pytest.raises(Conflict, match="approvals_missing"):
            publish_results(jury.round.id, actor_id=first, now=now)
        with pytest.raises(Conflict, match="approvals_missing"):
            publish_results(jury.round.id, actor_id=second, now=now)
    assert find_result(jury.edition.id) is None
    assert jury.round.state is RoundState.CLOSED
    approve_reveal(jury.round.id, actor_id=second, now=now)
    publish_results(jury.round.id, actor_id=first, now=now)
    assert find_result(jury.edition.id) is not None


def test_approval_of_somebody_who_is_no_longer_an_organiser_does_not_count(now: datetime) -> None:
    jury = closed_jury(now)
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    db.session.delete(
        db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == jury.organisers[1].id)).one()
    )
    with pytest.raises(Conflict, match="approvals_missing"):
        publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)


def test_approval_of_an_organiser_who_is_also_an_administrator_does_not_count(now: datetime) -> None:
    jury = closed_jury(now)
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    db.session.add(RoleAssignment(person_id=jury.organisers[1].id, edition_id=None, role=Role.ADMINISTRATOR))
    with pytest.raises(Conflict, match="approvals_missing"):
        publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)


def test_open_round_is_neither_approved_nor_published(now: datetime) -> None:
    jury = make_jury()
    give_everything(jury)
    with pytest.raises(Conflict, match="round_not_closed"):
        approve_reveal(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    with pytest.raises(Conflict, match="approvals_missing"):
        publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)


def test_publishing_without_any_ballot_is_refused(now: datetime) -> None:
    jury = make_jury()
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    with pytest.raises(Conflict, match="nothing_to_publish"):
        approve_and_publish(jury, now)


def test_snapshot_holds_places_scores_and_people(now: datetime) -> None:
    jury = closed_jury(now)
    approve_and_publish(jury, now)
    result = find_result(jury.edition.id)
    assert result is not None
    assert [(team.place, team.number, team.score) for team in result.teams] == [
        (1, 1, 4.99),
        (2, 2, 4.0),
        (3, 3, 3.0),
        (4, 4, 2.01),
    ]
    winner = result.teams[0]
    assert (winner.name, winner.entry, winner.idea_title, winner.title_en) == (
        "Lag 1",
        "Bidrag 1",
        "Idé 1",
        "Question 1?",
    )
    assert [(member.name, member.pool, member.letter) for member in winner.members] == [("Person", "agency", "1")]
    assert (result.judges, result.ballots) == (2, 8)


def test_team_that_nobody_scored_stands_without_a_place(now: datetime) -> None:
    jury = make_jury(teams=2)
    give(jury, 0, 2, 3)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    approve_and_publish(jury, now)
    result = find_result(jury.edition.id)
    assert result is not None
    assert [team.number for team in result.teams] == [2]
    assert [(team.number, team.place, team.score) for team in result.unplaced] == [(1, None, None)]


def test_snapshot_stays_when_scores_change(now: datetime) -> None:
    jury = closed_jury(now)
    before = dict(approve_and_publish(jury, now).snapshot)
    db.session.execute(update(Score).values(points=1))
    db.session.commit()
    again = publish_results(jury.round.id, actor_id=jury.organisers[1].id, now=now)
    assert again.snapshot == before
    assert len(db.session.scalars(select(PublishedResult)).all()) == 1


def test_ideas_of_the_first_three_move_on_and_the_others_stay(now: datetime) -> None:
    jury = closed_jury(now)
    approve_and_publish(jury, now)
    stages = list(db.session.scalars(select(Idea.stage).order_by(Idea.number)))
    assert stages == [Stage.WINNER, Stage.FINALIST, Stage.FINALIST, Stage.ENTERED]
    steps = db.session.execute(
        select(IdeaTransition.from_stage, IdeaTransition.to_stage).join(Idea).where(Idea.number == 1)
    ).all()
    assert steps == [(Stage.ENTERED, Stage.FINALIST), (Stage.FINALIST, Stage.WINNER)]


def test_idea_that_was_put_aside_stays_there(now: datetime) -> None:
    jury = closed_jury(now)
    db.session.execute(update(Idea).where(Idea.number == 1).values(stage=Stage.PARKED))
    db.session.commit()
    approve_and_publish(jury, now)
    assert db.session.scalar(select(Idea.stage).where(Idea.number == 1)) is Stage.PARKED


def test_every_step_is_in_the_audit_log_without_scores(now: datetime) -> None:
    jury = closed_jury(now)
    approve_and_publish(jury, now)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("round.%")).order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries][-4:] == [
        "round.closed",
        "round.approved",
        "round.approved",
        "round.published",
    ]
    assert {entry.actor_id for entry in entries if entry.action == "round.approved"} == {o.id for o in jury.organisers}


def test_feedback_reaches_the_own_team_alone_and_only_after_the_reveal(now: datetime) -> None:
    jury = closed_jury(now)
    member = db.session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == jury.teams[1].id)).one()
    assert list_feedback(jury.edition.id, member) == []
    approve_and_publish(jury, now)
    assert list_feedback(jury.edition.id, member) == ["Från domare 0 till lag 2", "Från domare 1 till lag 2"]
    assert list_feedback(jury.edition.id, jury.judges[0].id) == []


def test_feedback_of_a_card_that_was_not_handed_in_is_not_shown(now: datetime) -> None:
    jury = closed_jury(now)
    approve_and_publish(jury, now)
    db.session.execute(update(Scorecard).where(Scorecard.judge_id == jury.judges[0].id).values(state="draft"))
    member = db.session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == jury.teams[0].id)).one()
    assert list_feedback(jury.edition.id, member) == ["Från domare 1 till lag 1"]


def test_two_teams_with_one_idea_move_it_once_to_the_better_place(now: datetime) -> None:
    jury = closed_jury(now)
    entry_of(jury.teams[2]).idea_id = entry_of(jury.teams[0]).idea_id
    db.session.commit()
    approve_and_publish(jury, now)
    assert db.session.scalar(select(Idea.stage).where(Idea.number == 1)) is Stage.WINNER
    assert db.session.scalar(select(Idea.stage).where(Idea.number == 3)) is Stage.ENTERED
