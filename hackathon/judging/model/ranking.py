"""The ranking of a round: places, probabilities, judges' adjustments and hints, with all that a person should know beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hackathon.judging.model.estimate import Estimate, Values, estimate
from hackathon.judging.model.health import Flag, find_flags
from hackathon.judging.model.sampler import Chances, sample_chances
from hackathon.judging.model.sheet import Ballot, Floats, Sheet
from hackathon.judging.model.value import ballot_values

MODEL = "panel/2"
"""The name and version of the official model. It is fixed with the round; a change that can move a place is a new version."""
DECIMALS = 2
"""Official scores that are the same to this many decimals are equal, and the rule for ties decides."""
PODIUM = 3
TOO_CLOSE = 0.10
"""Two neighbouring places whose probabilities differ by less are too close to call."""
FEWEST_TO_TRIM = 3
"""With fewer ballots the trimmed mean is the mean."""


@dataclass(frozen=True, slots=True)
class RankedTeam:
    """A team with its place and figures; scores and means in rubric points."""

    team: str
    place: int
    score: float
    raw_mean: float
    trimmed_mean: float
    ballots: int
    p_win: float
    p_podium: float
    by_tie_rule: bool = False
    """Whether the score is another team's too, so that judges' own orders decided the place."""


@dataclass(frozen=True, slots=True)
class RankedJudge:
    """How a judge judges. `adjustment` is what is added to the judge's points; a harsh judge's is above 0."""

    judge: str
    adjustment: float
    scale: float
    weight: float
    """What the judge's ballots count beside an ordinary judge's."""
    ballots: int
    flag: Flag | None


@dataclass(frozen=True, slots=True)
class CloseCall:
    """Two neighbouring places that the ballots do not tell apart well."""

    upper: int
    lower: int
    by_podium: bool
    """Whether the chances of a place among the first three were compared, and not those of winning."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Teams by place (those that share one by name), judges by name, and what is open or unsure."""

    teams: tuple[RankedTeam, ...]
    judges: tuple[RankedJudge, ...]
    unscored: tuple[str, ...]
    missing: int
    """How many ballots were assigned and not given."""
    incomplete: int
    """How many ballots lack points for a criterion."""
    close_calls: tuple[CloseCall, ...]
    groups: int
    """Into how many parts the jury falls that no judge and no team connects; 1 is right."""
    voided: tuple[str, ...] = ()
    model: str = MODEL

    @property
    def provisional(self) -> bool:
        """Whether a team or a judge lacks ballots that were assigned."""
        return self.missing > 0


def rank(sheet: Sheet, *, chances: bool = True) -> Ranking:
    """The official ranking of the teams that have a ballot. Without `chances` all probabilities are 0 and it is quicker.

    Raises ValueError where no ballot counts.
    """
    if not sheet.counted:
        raise ValueError("there is no ballot to rank by")
    values = Values(sheet.team, sheet.judge, ballot_values(sheet), len(sheet.teams), len(sheet.judges))
    solution = estimate(values)
    nothing = np.zeros(values.teams)
    odds = sample_chances(values, solution, podium=PODIUM) if chances else Chances(nothing, nothing)
    teams = _rank_teams(sheet, values, solution.score, odds)
    return Ranking(
        teams=teams,
        judges=_describe_judges(sheet, solution),
        unscored=sheet.unscored,
        missing=len(sheet.missing),
        incomplete=sum(None in ballot.points for ballot in sheet.counted),
        close_calls=find_close_calls(teams) if chances else (),
        groups=count_groups(sheet.counted),
        voided=tuple(sorted(set(sheet.voided))),
    )


def _rank_teams(sheet: Sheet, values: Values, scores: Floats, odds: Chances) -> tuple[RankedTeam, ...]:
    shown = [round(float(score), DECIMALS) for score in scores]
    tied: dict[float, list[int]] = defaultdict(list)
    for team, score in enumerate(shown):
        tied[score].append(team)
    preferred = _judges_for(sheet, values)
    raw, trimmed = _means(sheet)
    ranked, ahead = [], 0
    for score in sorted(tied, reverse=True):
        wins = head_to_head(tied[score], preferred)
        for team in tied[score]:
            place = 1 + ahead + sum(wins[other] > wins[team] for other in tied[score])
            ranked.append(
                RankedTeam(
                    sheet.teams[team], place, score, raw[team], trimmed[team], int((values.team == team).sum()),
                    float(odds.win[team]), float(odds.podium[team]), by_tie_rule=len(tied[score]) > 1,
                )
            )  # fmt: skip
        ahead += len(tied[score])
    return tuple(sorted(ranked, key=lambda team: (team.place, team.team)))


def _judges_for(sheet: Sheet, values: Values) -> list[dict[int, tuple[float, float]]]:
    """For each judge what decides between two teams: the own order, or the ballot's value where there is none."""
    found: list[dict[int, tuple[float, float]]] = [{} for _ in sheet.judges]
    for team, judge, order, value in zip(values.team, values.judge, sheet.order, values.value, strict=True):
        found[judge][int(team)] = (float(order), float(value))
    return found


def head_to_head(teams: Sequence[int], judges: Sequence[dict[int, tuple[float, float]]]) -> dict[int, int]:
    """The rule for ties: for each team how many of the others more judges put behind it than ahead, less the reverse.

    A judge who has seen both decides by the own order, and where it does not say by the value of the ballots. Teams that
    are equal by this too share a place.
    """
    wins = dict.fromkeys(teams, 0)
    for position, one in enumerate(teams):
        for other in teams[position + 1 :]:
            votes = sum(_preference(seen[one], seen[other]) for seen in judges if one in seen and other in seen)
            wins[one] += (votes > 0) - (votes < 0)
            wins[other] += (votes < 0) - (votes > 0)
    return wins


def _preference(one: tuple[float, float], other: tuple[float, float]) -> int:
    """1 where a judge prefers the one, -1 the other, 0 neither. A missing order is NaN and compares as neither."""
    if one[0] != other[0] and not np.isnan(one[0] + other[0]):
        return 1 if one[0] < other[0] else -1
    difference = round(one[1] - other[1], 9)
    return (difference > 0) - (difference < 0)


def _means(sheet: Sheet) -> tuple[list[float], list[float]]:
    """The plain mean of each team's ballots, and that without the highest and the lowest."""
    raw, trimmed = [], []
    for team in range(len(sheet.teams)):
        own = np.sort(sheet.own_mean[sheet.team == team])
        raw.append(float(own.mean()))
        trimmed.append(float(own[1:-1].mean() if len(own) >= FEWEST_TO_TRIM else own.mean()))
    return raw, trimmed


def _describe_judges(sheet: Sheet, solution: Estimate) -> tuple[RankedJudge, ...]:
    flags, count = find_flags(sheet, solution), Counter(sheet.judge.tolist())
    return tuple(
        RankedJudge(
            judge=judge,
            adjustment=-float(solution.bias[place]),
            scale=float(solution.scale[place]),
            weight=float(solution.ordinary_noise / solution.noise[place]),
            ballots=count[place],
            flag=flags.get(judge),
        )
        for place, judge in enumerate(sheet.judges)
    )


def find_close_calls(teams: Sequence[RankedTeam]) -> tuple[CloseCall, ...]:
    """The neighbours down to the last place of the podium and the one below it that are too close to call.

    First and second by the chance of winning; the podium and the place below it by the chance of standing there; between
    them by both, since behind a clear winner nobody has a chance of winning.
    """
    found = []
    for upper, lower in pairwise(teams[: PODIUM + 1]):
        if upper.place == lower.place:
            continue
        by_podium = upper.place <= PODIUM < lower.place
        win = by_podium or upper.p_win - lower.p_win < TOO_CLOSE
        podium = upper.place == 1 or upper.p_podium - lower.p_podium < TOO_CLOSE
        if win and podium:
            found.append(CloseCall(upper.place, lower.place, by_podium))
    return tuple(found)


def count_groups(ballots: Sequence[Ballot]) -> int:
    """How many parts judges and teams fall into when every ballot connects its judge with its team."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    for ballot in ballots:
        parent[root(("judge", ballot.judge))] = root(("team", ballot.team))
    return sum(root(node) == node for node in list(parent))
