from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry, AuditNote
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid, NotFound
from hackathon.ideas.models import IdeaAuthor
from hackathon.judging.errors import Incomplete, OwnOrganisation, RoundClosed
from hackathon.judging.models import Score, Scorecard
from hackathon.judging.queries import list_cards, read_points
from hackathon.judging.rules import ScorecardState
from hackathon.judging.services import (
    assign_all,
    close_round,
    open_round,
    recuse,
    save_draft,
    setup_round,
    submit_scorecard,
)
from hackathon.registration.models import Registration
from tests.factories import make_edition, make_member, make_organisation
from tests.judging.factories import KEYS, all_points, entry_of, give, make_jury, make_rubric, make_team

pytestmark = pytest.mark.usefixtures("app")


def card_of(judge_id: int, team_id: int) -> Scorecard | None:
    return db.session.scalar(select(Scorecard).where(Scorecard.judge_id == judge_id, Scorecard.team_id == team_id))


def test_round_needs_an_entry_and_a_judge(now: datetime) -> None:
    edition = make_edition()
    organiser = make_member(Role.ORGANISER, edition)
    round_ = setup_round(edition.id, criteria=make_rubric(), actor_id=organiser.id, now=now)
    with pytest.raises(Conflict, match="round_not_ready"):
        open_round(round_.id, actor_id=organiser.id, now=now)
    make_team(edition, 1, make_organisation(edition), submitted=False)
    make_member(Role.JUDGE, edition)
    with pytest.raises(Conflict, match="round_not_ready"):
        open_round(round_.id, actor_id=organiser.id, now=now)
    assert round_.state == "setup"


def test_everybody_gets_every_team_that_handed_in(now: datetime) -> None:
    jury = make_jury(teams=3, judges=2, opened=False)
    make_team(jury.edition, 9, make_organisation(jury.edition), submitted=False)
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    cards = list_cards(jury.round.id)
    assert {(card.judge_id, card.number) for card in cards} == {
        (judge.id, n) for judge in jury.judges for n in (1, 2, 3)
    }
    assert {card.state for card in cards} == {ScorecardState.ASSIGNED}


def test_judge_gets_no_team_of_the_own_organisation(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1, opened=False)
    organisation = db.session.scalars(select(Registration.organisation_id).order_by(Registration.seat_no)).first()
    own = make_member(Role.JUDGE, jury.edition)
    db.session.scalars(
        select(RoleAssignment).where(RoleAssignment.person_id == own.id)
    ).one().organisation_id = organisation
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert [card.number for card in list_cards(jury.round.id, judge_id=own.id)] == [2]
    frozen = card_of(own.id, jury.teams[1].id)
    assert frozen is not None
    assert frozen.organisation_id == organisation


def test_judge_gets_no_team_whose_idea_the_own_organisation_wrote(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1, opened=False)
    author = db.session.scalars(select(IdeaAuthor).where(IdeaAuthor.idea_id == entry_of(jury.teams[0]).idea_id)).one()
    grant = db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == jury.judges[0].id)).one()
    author.organisation_id = grant.organisation_id
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert [card.number for card in list_cards(jury.round.id)] == [2]


def test_judge_gets_no_team_whose_idea_is_their_own(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1, opened=False)
    db.session.add(
        IdeaAuthor(idea_id=entry_of(jury.teams[1]).idea_id, person_id=jury.judges[0].id, pool_key="agency", position=2)
    )
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert [card.number for card in list_cards(jury.round.id)] == [1]


def test_assigning_again_adds_only_what_is_new(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1)
    assert assign_all(jury.round.id, actor_id=jury.organisers[0].id, now=now) == 0
    make_member(Role.JUDGE, jury.edition)
    assert assign_all(jury.round.id, actor_id=jury.organisers[0].id, now=now) == 2


def test_organiser_who_also_judges_gets_no_cards(now: datetime) -> None:
    jury = make_jury(teams=1, judges=1, opened=False)
    both = make_member(Role.JUDGE, jury.edition)
    db.session.add(RoleAssignment(person_id=both.id, edition_id=jury.edition.id, role=Role.ORGANISER))
    open_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert list_cards(jury.round.id, judge_id=both.id) == []


def test_draft_may_be_incomplete_and_is_handed_in_later(now: datetime) -> None:
    jury = make_jury()
    judge = jury.judges[0].id
    state = save_draft(jury.round.id, 1, judge_id=judge, points={KEYS[0]: 2}, note_to_team="", now=now)
    assert state is ScorecardState.DRAFT
    with pytest.raises(Incomplete) as refused:
        submit_scorecard(jury.round.id, 1, judge_id=judge, points={KEYS[0]: 2}, note_to_team="", now=now)
    assert refused.value.missing == KEYS[1:]
    assert submit_scorecard(jury.round.id, 1, judge_id=judge, points=all_points(4), note_to_team="Bra.", now=now) is (
        ScorecardState.SUBMITTED
    )
    assert list(read_points(jury.round.id, judge_id=judge).values()) == [all_points(4)]


def test_handing_in_twice_gives_one_card_and_one_entry_in_the_log(now: datetime) -> None:
    jury = make_jury()
    give(jury, 0, 1, 4)
    give(jury, 0, 1, 4)
    assert len(db.session.scalars(select(Score)).all()) == len(KEYS)
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "scorecard.submitted")).all()) == 1


def test_saving_a_draft_never_takes_back_what_was_handed_in(now: datetime) -> None:
    jury = make_jury()
    give(jury, 0, 1, 4)
    with pytest.raises(Incomplete):
        save_draft(jury.round.id, 1, judge_id=jury.judges[0].id, points={KEYS[0]: 1}, note_to_team="", now=now)
    state = save_draft(jury.round.id, 1, judge_id=jury.judges[0].id, points=all_points(2), note_to_team="", now=now)
    assert state is ScorecardState.SUBMITTED


@pytest.mark.parametrize(
    "points", [{KEYS[0]: 0}, {KEYS[0]: 6}, {KEYS[0]: True}, {KEYS[0]: 2.5}, {KEYS[0]: "3"}, {"style": 3}]
)
def test_points_that_the_rubric_does_not_know_are_refused(points: dict[str, int], now: datetime) -> None:
    jury = make_jury()
    with pytest.raises(Invalid, match="points_invalid"):
        save_draft(jury.round.id, 1, judge_id=jury.judges[0].id, points=points, note_to_team="", now=now)
    assert db.session.scalars(select(Score)).all() == []


def test_card_of_another_round_or_judge_is_unknown(now: datetime) -> None:
    jury = make_jury(teams=1)
    stranger = make_member(Role.JUDGE, jury.edition)
    with pytest.raises(NotFound):
        submit_scorecard(jury.round.id, 1, judge_id=stranger.id, points=all_points(5), note_to_team="", now=now)
    with pytest.raises(NotFound):
        submit_scorecard(jury.round.id, 77, judge_id=jury.judges[0].id, points=all_points(5), note_to_team="", now=now)
    assert db.session.scalars(select(Score)).all() == []


@pytest.mark.parametrize("who", ["judge moves", "member moves", "idea is changed", "author joins"])
def test_own_organisation_is_refused_when_it_becomes_so_after_the_assignment(who: str, now: datetime) -> None:
    jury = make_jury(teams=2, judges=1)
    judge = jury.judges[0].id
    grant = db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == judge)).one()
    member = db.session.scalars(select(Registration).where(Registration.seat_no == 1)).one()
    entry = entry_of(jury.teams[0])
    if who == "judge moves":
        grant.organisation_id = member.organisation_id
    elif who == "member moves":
        member.organisation_id = grant.organisation_id
    elif who == "idea is changed":
        other = entry_of(jury.teams[1])
        db.session.scalars(
            select(IdeaAuthor).where(IdeaAuthor.idea_id == other.idea_id)
        ).one().organisation_id = grant.organisation_id
        entry.idea_id = other.idea_id
    else:
        db.session.add(
            IdeaAuthor(
                idea_id=entry.idea_id, person_id=jury.organisers[0].id, organisation_id=grant.organisation_id,
                pool_key="agency", position=2,
            )
        )  # fmt: skip
    db.session.commit()
    with pytest.raises(OwnOrganisation):
        submit_scorecard(jury.round.id, 1, judge_id=judge, points=all_points(5), note_to_team="", now=now)
    assert db.session.scalars(select(Score)).all() == []


def test_frozen_organisation_stays_a_conflict_after_the_judge_has_moved_away(now: datetime) -> None:
    jury = make_jury(teams=1, judges=1)
    grant = db.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == jury.judges[0].id)).one()
    db.session.scalars(select(Registration)).one().organisation_id = grant.organisation_id
    grant.organisation_id = make_organisation(jury.edition).id
    with pytest.raises(OwnOrganisation):
        submit_scorecard(jury.round.id, 1, judge_id=jury.judges[0].id, points=all_points(5), note_to_team="", now=now)


def test_closed_round_takes_nothing_and_locks_what_was_handed_in(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1)
    judge = jury.judges[0].id
    give(jury, 0, 1, 4)
    save_draft(jury.round.id, 2, judge_id=judge, points={KEYS[0]: 1}, note_to_team="", now=now)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    for act in (save_draft, submit_scorecard):
        with pytest.raises(RoundClosed):
            act(jury.round.id, 1, judge_id=judge, points=all_points(5), note_to_team="", now=now)
    with pytest.raises(RoundClosed):
        recuse(jury.round.id, 1, judge_id=judge, reason="Sent.", now=now)
    states = [card.state for card in list_cards(jury.round.id)]
    assert states == [ScorecardState.LOCKED, ScorecardState.DRAFT]
    assert list(read_points(jury.round.id).values()) == [all_points(4)]


def test_round_goes_one_way(now: datetime) -> None:
    jury = make_jury(teams=1, judges=1, opened=False)
    organiser = jury.organisers[0].id
    with pytest.raises(Conflict):
        close_round(jury.round.id, actor_id=organiser, now=now)
    open_round(jury.round.id, actor_id=organiser, now=now)
    open_round(jury.round.id, actor_id=organiser, now=now)
    close_round(jury.round.id, actor_id=organiser, now=now)
    with pytest.raises(Conflict):
        open_round(jury.round.id, actor_id=organiser, now=now)
    actions = list(
        db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("round.%")).order_by(AuditEntry.id))
    )
    assert actions == ["round.prepared", "round.assigned", "round.opened", "round.closed"]


def test_recusing_removes_the_points_and_keeps_the_reason_out_of_the_chain(now: datetime) -> None:
    jury = make_jury(teams=2, judges=1)
    judge = jury.judges[0].id
    give(jury, 0, 1, 5, note="Bra.")
    with pytest.raises(Invalid):
        recuse(jury.round.id, 1, judge_id=judge, reason="  ", now=now)
    recuse(jury.round.id, 1, judge_id=judge, reason="Vi delar kontor.", now=now)
    recuse(jury.round.id, 1, judge_id=judge, reason="Vi delar kontor.", now=now)
    card = card_of(judge, jury.teams[0].id)
    assert card is not None
    assert (card.state, card.note_to_team) == (ScorecardState.RECUSED, "")
    assert read_points(jury.round.id, judge_id=judge) == {}
    with pytest.raises(Conflict, match="scorecard_ended"):
        submit_scorecard(jury.round.id, 1, judge_id=judge, points=all_points(5), note_to_team="", now=now)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "scorecard.recused")).all()
    assert len(entries) == 1
    assert "kontor" not in entries[0].details
    assert [note.text for note in db.session.scalars(select(AuditNote))] == ["Vi delar kontor."]


def test_everybodys_points_are_refused_while_the_round_is_open() -> None:
    jury = make_jury()
    give(jury, 0, 1, 5)
    with pytest.raises(Forbidden, match="scores_secret"):
        read_points(jury.round.id)


def test_points_cannot_be_loaded_past_the_one_reader() -> None:
    jury = make_jury()
    give(jury, 0, 1, 5)
    db.session.expire_all()
    card = card_of(jury.judges[0].id, jury.teams[0].id)
    assert card is not None
    with pytest.raises(InvalidRequestError, match="lazy"):
        _ = card.scores
