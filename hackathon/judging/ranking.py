"""The official ranking: the weighted mean of the rubric, corrected for how severe each judge is. Pure.

Model "additive/1": value = team + judge + noise. Team effects are free; judge effects are shrunken towards 0 by a ridge
penalty, which is the best linear prediction where severity varies among judges (G. K. Robinson, "That BLUP is a good thing",
Statistical Science 6:1, 1991; for raters: D. N. M. de Gruijter, "Two simple models for rater effects", Applied Psychological
Measurement 8:2, 1984). Where every judge has scored every team, a team's score is its plain mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MODEL = "additive/1"
SHRINKAGE = 2.0
"""The variance of the noise in one ballot over the variance of severity among judges: (1.1 / 0.8) squared, about 2."""
DECIMALS = 2
"""Teams whose scores are the same to this many decimals share a place."""
PRECISE_ENOUGH = 1e-12
MOST_ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Ballot:
    """One judge's value for one team, in rubric points (1 to 5)."""

    judge: int
    team: int
    value: float


@dataclass(frozen=True, slots=True)
class RankedTeam:
    """A team's place. `score` is official, `raw_mean` uncorrected; both in rubric points."""

    team: int
    place: int
    score: float
    raw_mean: float
    ballots: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Teams by place (those that share one by number), and each judge's severity: below 0 is harsh."""

    teams: tuple[RankedTeam, ...]
    severity: Mapping[int, float]


def weighted_mean(points: Mapping[str, int], weights: Mapping[str, int]) -> float:
    """One ballot's value in rubric points: the mean of its points by the criteria's weights."""
    return sum(points[key] * weight for key, weight in weights.items()) / sum(weights.values())


def rank(ballots: Sequence[Ballot]) -> Ranking:
    """The official ranking of the teams that have a ballot. The order of the ballots makes no difference."""
    ballots = sorted(ballots, key=lambda ballot: (ballot.team, ballot.judge))
    of_team: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        of_team[ballot.team].append(ballot)
    severity = estimate_severity(ballots)
    scored = []
    for team, given in of_team.items():
        raw = sum(ballot.value for ballot in given) / len(given)
        score = sum(ballot.value - severity[ballot.judge] for ballot in given) / len(given)
        # The tenth decimal is arithmetic, not judgement, and must not part teams.
        scored.append((round(score, 9), team, round(raw, 9), len(given)))
    scored.sort(key=lambda row: (-round(row[0], DECIMALS), row[1]))
    official = [round(score, DECIMALS) for score, *_rest in scored]
    return Ranking(
        tuple(
            RankedTeam(team, official.index(round(score, DECIMALS)) + 1, score, raw, count)
            for score, team, raw, count in scored
        ),
        severity,
    )


def estimate_severity(ballots: Sequence[Ballot]) -> dict[int, float]:
    """How far each judge is from the others on the same teams, shrunken. They sum to 0.

    Solves the ridge problem by alternating between teams and judges until nothing moves; it is convex, so it ends at the
    one solution.
    """
    of_team: dict[int, list[Ballot]] = defaultdict(list)
    of_judge: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        of_team[ballot.team].append(ballot)
        of_judge[ballot.judge].append(ballot)
    severity = dict.fromkeys(of_judge, 0.0)
    for _round in range(MOST_ROUNDS):
        level = {team: sum(b.value - severity[b.judge] for b in given) / len(given) for team, given in of_team.items()}
        fresh = {
            judge: sum(b.value - level[b.team] for b in given) / (len(given) + SHRINKAGE)
            for judge, given in of_judge.items()
        }
        moved = max((abs(fresh[judge] - severity[judge]) for judge in fresh), default=0.0)
        severity = fresh
        if moved < PRECISE_ENOUGH:
            break
    return severity
