"""The official model: what must hold of a ranking whatever the ballots are."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hackathon.judging.model.document import make_document
from hackathon.judging.model.health import Hint
from hackathon.judging.model.ranking import (
    CloseCall,
    RankedTeam,
    Ranking,
    count_groups,
    find_close_calls,
    head_to_head,
    rank,
)
from hackathon.judging.model.sheet import Ballot, Sheet, make_sheet
from hackathon.judging.model.value import order_scores, rubric_values
from tests.judging.bench.events import REGIMES, Regime, make_event
from tests.judging.bench.measure import kendall

pytestmark = pytest.mark.engine

ONE = ("a",)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Small juries with gaps, with and without orders; one ballot at least is given."""
    judges, teams = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    cell = st.none() | st.integers(1, 5)
    ballots = [
        Ballot(f"j{judge}", f"t{team}", (draw(cell), draw(cell)), draw(st.none() | st.integers(1, 6)))
        for judge in range(judges)
        for team in range(teams)
        if draw(st.integers(0, 3))
    ]
    return make_sheet(("a", "b"), [*ballots, Ballot("sure", "t0", (draw(st.integers(1, 5)), None), None)])


def table(rows: Mapping[str, list[int]], *, ordered: bool = False) -> Sheet:
    """A sheet with one criterion: for each judge the points of teams 0, 1, 2 and so on."""
    return make_sheet(
        ONE,
        [
            Ballot(judge, f"t{team}", (points,), sorted(row, reverse=True).index(points) + 1 if ordered else None)
            for judge, row in rows.items()
            for team, points in enumerate(row)
        ],
    )


def places(ranking: Ranking) -> dict[str, int]:
    return {team.team: team.place for team in ranking.teams}


@settings(max_examples=25, deadline=None)
@given(sheets())
def test_ranking_is_whole_whatever_the_ballots_are(sheet: Sheet) -> None:
    ranking = rank(sheet)
    assert {team.team for team in ranking.teams} | set(ranking.unscored) == {ballot.team for ballot in sheet.ballots}
    assert sum(team.p_win for team in ranking.teams) == pytest.approx(1)
    assert sum(team.p_podium for team in ranking.teams) == pytest.approx(min(3, len(ranking.teams)))
    assert ranking.provisional == any(not ballot.is_given for ballot in sheet.ballots)
    numbers = [(team.score, team.raw_mean, team.trimmed_mean, team.p_win) for team in ranking.teams]
    assert all(math.isfinite(number) for row in numbers for number in row)
    assert [team.place for team in ranking.teams] == sorted(team.place for team in ranking.teams)
    for team in ranking.teams:
        assert 1 + sum(other.place < team.place for other in ranking.teams) == team.place
        assert all(other.score <= team.score for other in ranking.teams if other.place > team.place)


@settings(max_examples=15, deadline=None)
@given(sheets(), st.randoms(use_true_random=False))
def test_order_of_the_lines_makes_no_difference(sheet: Sheet, shuffle: random.Random) -> None:
    ballots = list(sheet.ballots)
    shuffle.shuffle(ballots)
    shuffled = make_sheet(sheet.criteria, ballots)
    assert rank(shuffled, chances=False) == rank(sheet, chances=False)


def test_same_ballots_give_the_same_chances() -> None:
    sheet = make_event(REGIMES[1], 3).sheet
    backwards = make_sheet(sheet.criteria, sheet.ballots[::-1])
    assert make_document(rank(sheet)) == make_document(rank(backwards))


def test_harsh_judge_does_not_sink_the_teams_that_met_him() -> None:
    rows = [("j1", "t1", 4), ("j1", "t2", 3), ("j1", "t3", 3), ("j2", "t1", 4), ("j2", "t2", 4), ("j2", "t3", 3)]
    rows += [("j3", "t2", 3), ("j3", "t3", 2), ("j3", "t4", 2), ("j3", "t5", 2), ("j4", "t4", 3), ("j4", "t5", 3)]
    harsh = [("harsh", "t1", 2), ("harsh", "t3", 1), ("harsh", "t4", 1), ("harsh", "t5", 1)]
    ranking = rank(make_sheet(ONE, [Ballot(judge, team, (points,)) for judge, team, points in rows + harsh]))
    raw = {team.team: team.raw_mean for team in ranking.teams}
    assert raw["t1"] == pytest.approx(raw["t2"])
    assert places(ranking)["t1"] == 1
    adjustment = {judge.judge: judge.adjustment for judge in ranking.judges}
    assert adjustment["harsh"] == max(adjustment.values()) > 0.3


def test_judge_who_agrees_with_nobody_weighs_less() -> None:
    rows = {f"j{judge}": [5, 4, 4, 3, 3, 2, 2, 1] for judge in range(5)} | {"odd": [2, 4, 1, 5, 1, 4, 3, 3]}
    weight = {judge.judge: judge.weight for judge in rank(table(rows), chances=False).judges}
    assert weight["odd"] < 0.6 * weight["j0"]


def test_own_order_parts_teams_with_the_same_points() -> None:
    ballots = [Ballot(f"j{judge}", f"t{team}", (4,), team + 1) for judge in range(3) for team in range(4)]
    assert places(rank(make_sheet(ONE, ballots))) == {"t0": 1, "t1": 2, "t2": 3, "t3": 4}


def test_equal_teams_share_a_place_and_the_next_is_skipped() -> None:
    ranking = rank(table({"j1": [5, 3, 3, 1], "j2": [5, 3, 3, 1]}))
    assert places(ranking) == {"t0": 1, "t1": 2, "t2": 2, "t3": 4}
    assert [team.by_tie_rule for team in ranking.teams] == [False, True, True, False]


def test_equal_scores_are_decided_by_more_judges_preferring_one() -> None:
    def seen(one: float, other: float) -> dict[int, tuple[float, float]]:
        return {0: (one, 3.0), 1: (other, 3.0)}

    assert head_to_head([0, 1], [seen(1, 2), seen(1, 2), seen(9, 1)]) == {0: 1, 1: -1}
    assert head_to_head([0, 1], [seen(1, 2), seen(2, 1)]) == {0: 0, 1: 0}
    by_value = {0: (math.nan, 3.0), 1: (math.nan, 3.5)}
    assert head_to_head([0, 1], [by_value, {0: (1.0, 5.0)}]) == {0: -1, 1: 1}


def test_ties_and_gaps_in_an_order_are_allowed() -> None:
    assert order_scores(np.array([1.0, 5.0, 90.0])) == pytest.approx(order_scores(np.array([1.0, 2.0, 3.0])))
    tied = order_scores(np.array([1.0, 2.0, 2.0, 4.0]))
    assert tied[1] == tied[2]
    assert order_scores(np.array([3.0, 3.0])).tolist() == [0.0, 0.0]


def test_missing_points_neither_help_nor_hurt() -> None:
    # Criterion b is scored two points lower than a by everybody; without correction, forgetting it would pay.
    ballots = [Ballot("j1", f"t{n}", (5, 3)) for n in range(4)] + [
        Ballot("j2", "t0", (5, None)),
        Ballot("j2", "t1", (5, 3)),
    ]
    values = rubric_values(make_sheet(("a", "b"), ballots))
    assert values == pytest.approx([4.0] * 6)


def test_criterion_that_nobody_scored_counts_for_nothing() -> None:
    sheet = make_sheet(("a", "b"), [Ballot("j1", "t1", (4, None)), Ballot("j1", "t2", (2, None))], {"b": 9})
    assert rubric_values(sheet).tolist() == [4.0, 2.0]


def test_weights_count() -> None:
    ballots = [Ballot("j1", "t1", (5, 1)), Ballot("j1", "t2", (1, 4))]
    assert places(rank(make_sheet(("a", "b"), ballots, {"a": 3})))["t1"] == 1
    assert places(rank(make_sheet(("a", "b"), ballots, {"b": 3})))["t2"] == 1


def test_trimmed_mean_leaves_out_the_highest_and_the_lowest() -> None:
    (team,) = rank(table({"j1": [1], "j2": [3], "j3": [4], "j4": [5]})).teams
    assert (team.raw_mean, team.trimmed_mean, team.place, team.p_win) == (3.25, 3.5, 1, 1.0)


def test_ballot_that_was_not_given_makes_it_provisional() -> None:
    ballots = [Ballot("j1", "t1", (4,)), Ballot("j1", "t2", (None,)), Ballot("j2", "t1", (4,))]
    ranking = rank(make_sheet(ONE, ballots))
    assert (ranking.provisional, ranking.missing, ranking.unscored) == (True, 1, ("t2",))
    assert not rank(make_sheet(ONE, [*ballots[:1], *ballots[2:]])).provisional


def test_void_judge_counts_for_nothing_and_is_told_of() -> None:
    sheet = table({"j1": [5, 1], "j2": [1, 5], "j3": [1, 5]})
    ranking = rank(sheet.without(["j2", "j3"]))
    assert places(ranking) == {"t0": 1, "t1": 2}
    assert [judge.judge for judge in ranking.judges] == ["j1"]
    assert make_document(ranking)["notes"][-2:] == ["the ballots of j2 are void", "the ballots of j3 are void"]
    with pytest.raises(ValueError, match="no ballot"):
        rank(sheet.without(["j1", "j2", "j3"]))


def test_sealed_rooms_are_told_of() -> None:
    ballots = [Ballot("j1", "t1", (4,)), Ballot("j1", "t2", (2,)), Ballot("j2", "t3", (4,))]
    assert count_groups(ballots) == 2
    assert "2 groups" in " ".join(make_document(rank(make_sheet(ONE, ballots)))["notes"])
    assert count_groups([*ballots, Ballot("j2", "t2", (3,))]) == 1


def test_clear_winner_is_sure_and_twins_are_too_close_to_call() -> None:
    clear = rank(table({f"j{judge}": [5, 2, 2, 1, 1, 2] for judge in range(6)}))
    assert clear.teams[0].p_win > 0.95
    assert (1, 2) not in [(call.upper, call.lower) for call in clear.close_calls]


def test_neighbours_with_like_chances_are_too_close_to_call() -> None:
    def team(place: int, p_win: float, p_podium: float) -> RankedTeam:
        return RankedTeam(f"t{place}", place, 4.0, 4.0, 4.0, 5, p_win, p_podium)

    teams = [team(1, 0.5, 0.9), team(2, 0.3, 0.65), team(3, 0.21, 0.6), team(4, 0.2, 0.55), team(5, 0.2, 0.55)]
    assert find_close_calls(teams) == (CloseCall(2, 3, by_podium=False), CloseCall(3, 4, by_podium=True))
    assert find_close_calls(teams[:1]) == ()
    behind_a_clear_winner = [team(1, 0.99, 1.0), team(2, 0.01, 0.99), team(3, 0.0, 0.8), team(4, 0.0, 0.2)]
    assert find_close_calls(behind_a_clear_winner) == ()


def test_friend_and_sunk_rivals_are_named_in_the_hint() -> None:
    rows = {f"j{judge}": [2, 4, 4, 3, 3, 2, 3, 4] for judge in range(6)} | {"friendly": [5, 1, 1, 3, 3, 2, 3, 4]}
    two = [
        Ballot(judge, f"t{team}", (points, points)) for judge, row in rows.items() for team, points in enumerate(row)
    ]
    flags = {judge.judge: judge.flag for judge in rank(make_sheet(("a", "b"), two)).judges if judge.flag}
    assert list(flags) == ["friendly"]
    found = flags["friendly"]
    assert found is not None
    assert (found.hint, found.too_high, set(found.too_low)) == (Hint.UNLIKE_OTHERS, ("t0",), {"t1", "t2"})
    assert found.severity >= 1


def test_order_written_upside_down_is_the_most_serious_hint() -> None:
    ballots = [
        Ballot(f"j{judge}", f"t{team}", (5 - team,), team + 1 if judge else 5 - team) for judge in range(4) for team in range(5)
    ]  # fmt: skip
    flags = {judge.judge: judge.flag for judge in rank(make_sheet(ONE, ballots)).judges if judge.flag}
    assert flags["j0"] is not None
    assert flags["j0"].hint is Hint.REVERSED_ORDER


def test_harsh_judge_is_a_hint_below_those_that_call_for_voiding() -> None:
    rows = {f"j{judge}": [5, 4, 4, 3, 5, 4] for judge in range(5)} | {"harsh": [3, 2, 2, 1, 3, 2]}
    (flag,) = [judge.flag for judge in rank(table(rows)).judges if judge.flag is not None]
    assert flag.hint is Hint.HARSH
    assert flag.severity < 1


@pytest.mark.parametrize("regime", REGIMES[2:], ids=lambda regime: regime.name)
def test_official_score_finds_the_truth_better_than_the_mean(regime: Regime) -> None:
    events = [make_event(regime, seed) for seed in range(1, 9)]
    gains = []
    for event in events:
        ranking = rank(event.sheet, chances=False)
        raw = kendall({team.team: team.raw_mean for team in ranking.teams}, event.truth)
        gains.append(kendall({team.team: team.score for team in ranking.teams}, event.truth) - raw)
    assert sum(gains) > 0
