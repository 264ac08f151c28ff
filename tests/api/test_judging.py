"""Scorecards, rounds and results through the API, and that nobody learns a score before the reveal."""

from __future__ import annotations

import pytest
from flask import Flask

from hackathon.core.db import db
from hackathon.judging.models import Score
from tests.api.conftest import Program, Programs, refusal, wrong_fields
from tests.judging.factories import KEYS, Jury, all_points, give, give_everything, make_jury

CARD = "/rounds/final/scorecards/1"


@pytest.fixture
def jury(app: Flask) -> Jury:
    return make_jury()


@pytest.fixture
def judge(jury: Jury, program: Programs) -> Program:
    return program(jury.judges[0])


@pytest.fixture
def organisers(jury: Jury, program: Programs) -> list[Program]:
    return [program(person) for person in jury.organisers]


def test_judge_hands_a_card_in_and_changes_it(judge: Program) -> None:
    empty = judge.get(CARD).get_json()
    assert (empty["state"], empty["points"], [c["key"] for c in empty["criteria"]]) == ("assigned", {}, list(KEYS))
    answer = judge.put(CARD, {"points": all_points(4), "note_to_team": " Tydligt. "})
    assert answer.status_code == 200
    card = answer.get_json()
    assert (card["round"], card["team"], card["state"], card["note_to_team"]) == ("final", 1, "submitted", "Tydligt.")
    assert card["points"] == all_points(4)
    again = judge.put(CARD, {"points": all_points(5)}).get_json()
    assert (again["points"], again["note_to_team"]) == (all_points(5), "")
    assert judge.get(CARD).json == again
    assert judge.put(CARD, {"points": all_points(5)}).json == again


def test_draft_may_be_incomplete(judge: Program) -> None:
    draft = judge.put(CARD, {"points": {"need": 3}, "submit": False}).get_json()
    assert (draft["state"], draft["points"]) == ("draft", {"need": 3})
    assert wrong_fields(judge.put(CARD, {"points": {"need": 3}})) == {f"points.{key}" for key in KEYS[1:]}
    assert judge.get(CARD).get_json()["state"] == "draft"


@pytest.mark.parametrize("points", [0, 6, -1])
def test_points_out_of_range_are_refused(judge: Program, points: int) -> None:
    assert refusal(judge.put(CARD, {"points": all_points(points)})) == (422, "points_invalid")
    assert db.session.query(Score).count() == 0


@pytest.mark.parametrize("points", [True, 3.0, "3", None, [], {}])
def test_points_of_another_type_are_refused(judge: Program, points: object) -> None:
    assert wrong_fields(judge.put(CARD, {"points": all_points(3) | {"need": points}})) == {"points.need"}


def test_unknown_criterion_is_refused(judge: Program) -> None:
    answer = judge.put(CARD, {"points": all_points(3) | {"beauty": 5}})
    assert refusal(answer) == (422, "points_invalid")


def test_long_note_is_refused(judge: Program) -> None:
    assert wrong_fields(judge.put(CARD, {"points": all_points(3), "note_to_team": "x" * 2001})) == {"note_to_team"}


def test_card_of_another_team_or_round_is_unknown(judge: Program) -> None:
    assert refusal(judge.put("/rounds/final/scorecards/99", {"points": {}})) == (404, "scorecard_unknown")
    assert refusal(judge.put("/rounds/first/scorecards/1", {"points": {}})) == (404, "round_unknown")


def test_judge_never_sees_anybody_elses_card(jury: Jury, program: Programs) -> None:
    give(jury, 1, 1, 5, note="Hemligt ord")
    answer = program(jury.judges[0]).get(CARD)
    assert answer.get_json()["points"] == {}
    assert "Hemligt" not in answer.text


def test_closed_round_takes_no_card(judge: Program, organisers: list[Program]) -> None:
    judge.put(CARD, {"points": all_points(4)})
    closed = organisers[0].post("/rounds/final/close").get_json()
    assert (closed["state"], closed["approvals"], closed["approvals_needed"]) == ("closed", 0, 2)
    assert refusal(judge.put(CARD, {"points": all_points(1)})) == (409, "round_not_open")
    assert judge.get(CARD).get_json()["points"] == all_points(4)


def test_round_is_opened_by_an_organiser(app: Flask, program: Programs) -> None:
    jury = make_jury(opened=False)
    judge, organiser = program(jury.judges[0]), program(jury.organisers[0])
    assert refusal(judge.put(CARD, {"points": all_points(3)})) == (404, "scorecard_unknown")
    assert refusal(judge.post("/rounds/final/open")) == (403, "not_permitted")
    opened = organiser.post("/rounds/final/open").get_json()
    assert (opened["key"], opened["state"]) == ("final", "open")
    assert judge.put(CARD, {"points": all_points(3)}).status_code == 200


def test_reveal_takes_two_organisers(jury: Jury, organisers: list[Program], public: Program) -> None:
    give_everything(jury)
    first, second = organisers
    assert refusal(first.post("/rounds/final/approve")) == (409, "round_not_closed")
    first.post("/rounds/final/close")
    for _ in range(2):
        assert first.post("/rounds/final/approve").get_json()["approvals"] == 1
    assert refusal(first.post("/rounds/final/publish")) == (409, "approvals_missing")
    assert refusal(public.get("/results")) == (404, "not_published")
    assert second.post("/rounds/final/approve").get_json()["approvals"] == 2
    assert first.post("/rounds/final/publish").get_json()["state"] == "published"
    result = public.get("/results").get_json()
    assert [(team["place"], team["number"]) for team in result["teams"]] == [(1, 1), (2, 2), (3, 3)]
    assert (result["judges"], result["ballots"]) == (2, 6)
    assert "Från domare" not in str(result)


def test_nothing_of_the_result_leaks_before_the_reveal(
    jury: Jury, program: Programs, organisers: list[Program]
) -> None:
    """What the API says is the same to the letter, whether nobody or everybody has handed in, and for every role."""
    everybody = [program(None), program(jury.judges[0]), *organisers]
    before = [(one.get("/results").data, one.get("/teams").data, one.get("/ideas").data) for one in everybody]
    give_everything(jury)
    organisers[0].post("/rounds/final/close")
    for one in organisers:
        one.post("/rounds/final/approve")
    after = [(one.get("/results").data, one.get("/teams").data, one.get("/ideas").data) for one in everybody]
    assert before == after
    assert {one.get("/results").status_code for one in everybody} == {404}
