from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hackathon.judging.ranking import Ballot, estimate_severity, rank, weighted_mean

tables = st.integers(1, 8).flatmap(
    lambda judges: st.lists(st.lists(st.integers(1, 5), min_size=judges, max_size=judges), min_size=1, max_size=12)
)


def complete(table: list[list[int]]) -> list[Ballot]:
    return [Ballot(judge, team, value) for team, row in enumerate(table) for judge, value in enumerate(row)]


@given(tables)
def test_complete_design_gives_the_plain_means(table: list[list[int]]) -> None:
    ranking = rank(complete(table))
    for team in ranking.teams:
        assert team.score == pytest.approx(sum(table[team.team]) / len(table[team.team]), abs=1e-6)
        assert team.score == pytest.approx(team.raw_mean, abs=1e-6)
    means = [round(team.raw_mean, 2) for team in ranking.teams]
    assert means == sorted(means, reverse=True)


@given(tables, st.randoms(use_true_random=False))
def test_order_of_ballots_makes_no_difference(table: list[list[int]], shuffle: random.Random) -> None:
    ballots = [ballot for ballot in complete(table) if (ballot.judge + ballot.team) % 3 or ballot.judge == 0]
    shuffled = list(ballots)
    shuffle.shuffle(shuffled)
    assert rank(ballots) == rank(shuffled)


@given(tables)
def test_severity_sums_to_nothing(table: list[list[int]]) -> None:
    ballots = [ballot for ballot in complete(table) if (ballot.judge * 7 + ballot.team) % 4]
    assert sum(estimate_severity(ballots).values()) == pytest.approx(0, abs=1e-6)


@given(tables)
def test_places_count_those_ahead_and_are_shared_on_equal_scores(table: list[list[int]]) -> None:
    teams = rank(complete(table)).teams
    for team in teams:
        ahead = sum(round(other.score, 2) > round(team.score, 2) for other in teams)
        assert team.place == ahead + 1


def test_harsh_judge_does_not_sink_the_teams_that_met_him() -> None:
    # Team 1 is the better one wherever both were seen, but only team 1 met the harsh judge 9.
    ballots = [Ballot(judge, team, value) for judge in (1, 2) for team, value in ((1, 4), (2, 3.5), (3, 3))]
    ballots += [Ballot(9, 1, 1.5), Ballot(9, 3, 0.5), Ballot(9, 4, 0.5), Ballot(1, 4, 3), Ballot(2, 4, 3)]
    ranking = rank(ballots)
    places = {team.team: team.place for team in ranking.teams}
    raw = {team.team: team.raw_mean for team in ranking.teams}
    assert raw[1] < raw[2]
    assert places[1] == 1
    assert ranking.severity[9] < -1


def test_one_ballot_alone_says_little_about_its_judge() -> None:
    severity = estimate_severity([Ballot(1, 1, 5), Ballot(2, 1, 1)])
    assert severity[1] == pytest.approx(-severity[2])
    assert 0 < severity[1] < 2


def test_teams_equal_to_two_decimals_share_a_place() -> None:
    ranking = rank([Ballot(1, 7, 4.331), Ballot(1, 3, 4.329), Ballot(1, 5, 4.0)])
    assert [(team.team, team.place) for team in ranking.teams] == [(3, 1), (7, 1), (5, 3)]


def test_teams_that_differ_in_the_second_decimal_do_not_share() -> None:
    assert [team.place for team in rank([Ballot(1, 1, 4.33), Ballot(1, 2, 4.32)]).teams] == [1, 2]


def test_no_ballots_give_no_places() -> None:
    assert rank([]).teams == ()


def test_weights_count() -> None:
    assert weighted_mean({"a": 5, "b": 1}, {"a": 3, "b": 1}) == 4.0
