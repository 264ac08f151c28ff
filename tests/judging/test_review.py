"""The review after closing: two organisers see scores, and only two of them can void ballots or correct a result."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.ideas.models import Idea
from hackathon.judging.models import PublishedResult, Voiding
from hackathon.judging.official import rank_round
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.queries import find_feedback, find_result, list_approvals, load_round
from hackathon.judging.review.queries import load_review
from hackathon.judging.review.services import ask_voiding, confirm_voiding, open_review, withdraw_voiding
from hackathon.judging.services import close_round
from tests.factories import sign_in
from tests.judging.factories import Jury, give, give_everything, make_jury

pytestmark = pytest.mark.usefixtures("app")

ROOM = "/events/skills360/organise/judging"


def opened_review(now: datetime, *, judges: int = 3, odd: bool = True) -> Jury:
    """A closed round in review. The last judge turns the order round, if odd."""
    jury = make_jury(teams=4, judges=judges)
    give_everything(jury)
    if odd:
        for team in jury.teams:
            give(jury, judges - 1, team.number, team.number + 1)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    for organiser in jury.organisers:
        open_review(jury.round.id, actor_id=organiser.id, now=now)
    db.session.commit()
    return jury


def void(jury: Jury, now: datetime, judge: int = 2) -> None:
    asked = ask_voiding(
        jury.round.id, jury.judges[judge].id, reason="Är släkt med lag 4.", actor_id=jury.organisers[0].id, now=now
    )
    confirm_voiding(asked.id, round_id=jury.round.id, actor_id=jury.organisers[1].id, now=now)
    db.session.commit()


def test_scores_are_seen_when_two_organisers_want_to_and_not_before(app: Flask, now: datetime) -> None:
    jury = make_jury(teams=2)
    give_everything(jury)
    first, second = (sign_in(app.test_client(), organiser) for organiser in jury.organisers)
    assert first.post(f"{ROOM}/review/open").status_code == 409
    first.post(f"{ROOM}/close")
    assert first.get(f"{ROOM}/review").status_code == 403
    for _twice in range(2):
        assert first.post(f"{ROOM}/review/open").status_code == 303
    assert first.get(f"{ROOM}/review").status_code == 403
    assert second.post(f"{ROOM}/review/open").status_code == 303
    page = first.get(f"{ROOM}/review").get_data(as_text=True)
    assert "Chans att vinna" in page or "chans att vinna" in page
    assert page.index("Lag 1") < page.index("Lag 2")
    actions = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("review.%"))))
    assert actions == ["review.opened", "review.opened"]


def test_organiser_who_became_a_judge_no_longer_opens_the_review(now: datetime) -> None:
    jury = opened_review(now)
    info = load_round(jury.edition.id)
    assert load_review(info).teams
    jury.organisers[1].disabled_at = now
    db.session.flush()
    with pytest.raises(Forbidden, match="review_not_open"):
        load_review(info)


def test_what_if_shows_the_order_without_a_judge_and_changes_nothing(client: FlaskClient, now: datetime) -> None:
    jury = opened_review(now)
    before = rank_round(jury.round.id)
    review = load_review(load_round(jury.edition.id), without=jury.judges[2].id)
    assert [team.place_without for team in sorted(review.teams, key=lambda team: team.number)] == [1, 2, 3, 4]
    page = sign_in(client, jury.organisers[0]).get(f"{ROOM}/review?without={jury.judges[2].id}")
    assert "ströks" in page.get_data(as_text=True)
    assert client.get(f"{ROOM}/review?without=999999").status_code == 200
    assert rank_round(jury.round.id) == before


def test_voiding_takes_two_organisers_and_a_reason(now: datetime) -> None:
    jury = opened_review(now)
    judge, (first, second) = jury.judges[2].id, jury.organisers
    with pytest.raises(Invalid, match="reason_missing"):
        ask_voiding(jury.round.id, judge, reason="  ", actor_id=first.id, now=now)
    asked = ask_voiding(jury.round.id, judge, reason="Jäv.", actor_id=first.id, now=now)
    before = rank_round(jury.round.id)
    with pytest.raises(Conflict, match="voiding_waits"):
        ask_voiding(jury.round.id, judge, reason="Jäv.", actor_id=second.id, now=now)
    with pytest.raises(Forbidden, match="same_organiser"):
        confirm_voiding(asked.id, round_id=jury.round.id, actor_id=first.id, now=now)
    assert rank_round(jury.round.id) == before
    confirm_voiding(asked.id, round_id=jury.round.id, actor_id=second.id, now=now)
    ranking = rank_round(jury.round.id)
    assert ranking is not None
    assert len(ranking.judges) == 2
    with pytest.raises(Conflict, match="voiding_ended"):
        confirm_voiding(asked.id, round_id=jury.round.id, actor_id=second.id, now=now)
    with pytest.raises(Conflict, match="nothing_to_void"):
        ask_voiding(jury.round.id, judge, reason="Jäv.", actor_id=first.id, now=now)


def test_withdrawn_wish_changes_nothing_and_can_be_made_again(now: datetime) -> None:
    jury = opened_review(now)
    asked = ask_voiding(jury.round.id, jury.judges[2].id, reason="Jäv.", actor_id=jury.organisers[0].id, now=now)
    withdraw_voiding(asked.id, round_id=jury.round.id, actor_id=jury.organisers[1].id, now=now)
    with pytest.raises(Conflict, match="voiding_ended"):
        confirm_voiding(asked.id, round_id=jury.round.id, actor_id=jury.organisers[1].id, now=now)
    ranking = rank_round(jury.round.id)
    assert ranking is not None
    assert len(ranking.judges) == 3
    void(jury, now)


def test_approvals_fall_when_ballots_are_voided(now: datetime) -> None:
    jury = opened_review(now)
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    void(jury, now)
    assert list_approvals(load_round(jury.edition.id)) == []
    with pytest.raises(Conflict, match="approvals_missing"):
        publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)


def published_with_the_wrong_winner(now: datetime) -> Jury:
    """Two of three judges turn the order round, so that team 4 wins until they are void."""
    jury = make_jury(teams=4, judges=3)
    give_everything(jury)
    for judge in (1, 2):
        for team in jury.teams:
            give(jury, judge, team.number, team.number + 1)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    for organiser in jury.organisers:
        open_review(jury.round.id, actor_id=organiser.id, now=now)
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    db.session.commit()
    return jury


def test_published_result_is_corrected_by_two_and_says_so(client: FlaskClient, now: datetime) -> None:
    jury = published_with_the_wrong_winner(now)
    result = find_result(jury.edition.id)
    assert result is not None
    assert (result.teams[0].number, result.correction) == (4, "")
    void(jury, now, judge=1)
    void(jury, now, judge=2)
    corrected = find_result(jury.edition.id)
    assert corrected is not None
    assert [team.number for team in corrected.teams] == [1, 2, 3, 4]
    assert corrected.correction == "Är släkt med lag 4."
    assert len(db.session.scalars(select(PublishedResult)).all()) == 3
    stages = [stage.value for stage in db.session.scalars(select(Idea.stage).order_by(Idea.number))]
    assert stages == ["winner", "finalist", "finalist", "entered"]
    page = client.get("/events/skills360/results").get_data(as_text=True)
    assert "Rättat" in page
    assert "Är släkt med lag 4." in page
    assert jury.judges[1].name not in page


def test_team_learns_its_profile_and_quarter_after_the_reveal_alone(app: Flask, now: datetime) -> None:
    jury = make_jury(teams=4)
    give_everything(jury)
    member = jury.teams[1].members[0]
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    assert find_feedback(jury.edition.id, member.person_id) is None
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)
    found = find_feedback(jury.edition.id, member.person_id)
    assert found is not None
    assert (found.team_id, found.quarter) == (jury.teams[1].id, 2)
    assert {(row["mean"], row["field"]) for row in found.profile} == {(4.0, 3.5)}
    page = sign_in(app.test_client(), member.person).get("/events/skills360/results").get_data(as_text=True)
    assert "bättre hälften" in page
    other = sign_in(app.test_client(), jury.organisers[0]).get("/events/skills360/results").get_data(as_text=True)
    assert "bättre hälften" not in other


def test_way_of_counting_is_fixed_when_the_round_opens(now: datetime) -> None:
    jury = opened_review(now)
    assert (jury.round.model, jury.round.tie_rule) == ("panel/2", "head_to_head/1")
    jury.round.model = "panel/99"
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=now)
    with pytest.raises(Conflict, match="model_changed"):
        publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=now)


def test_voiding_goes_through_the_pages(app: Flask, now: datetime) -> None:
    jury = opened_review(now)
    first, second = (sign_in(app.test_client(), organiser) for organiser in jury.organisers)
    assert first.post(f"{ROOM}/review/void", data={"judge": jury.judges[2].id, "reason": ""}).status_code == 422
    sent = {"judge": jury.judges[2].id, "reason": "Är släkt med lag 4."}
    assert first.post(f"{ROOM}/review/void", data=sent).status_code == 303
    asked = db.session.scalars(select(Voiding)).one()
    assert first.post(f"{ROOM}/review/void/{asked.id}/confirm").status_code == 403
    assert "Bekräfta strykningen" not in first.get(f"{ROOM}/review").get_data(as_text=True)
    assert "Bekräfta strykningen" in second.get(f"{ROOM}/review").get_data(as_text=True)
    assert second.post(f"{ROOM}/review/void/{asked.id}/confirm").status_code == 303
    assert "Struket" in second.get(f"{ROOM}/review").get_data(as_text=True)
    assert second.post(f"{ROOM}/review/void/{asked.id + 7}/confirm").status_code == 404
