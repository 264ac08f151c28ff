"""The ranking as a JSON document, "judging-ranking/1", with its notes in English for people who read files."""

from __future__ import annotations

from typing import Any

from hackathon.judging.model.health import Flag, Hint
from hackathon.judging.model.ranking import TOO_CLOSE, RankedJudge, RankedTeam, Ranking

FORMAT = "judging-ranking/1"
NAMED = 5
"""How many teams a sentence names before it counts the rest."""


def make_document(ranking: Ranking) -> dict[str, Any]:
    """The document, teams by place and after them those that nobody has scored; see docs/judging.md for its fields."""
    return {
        "format": FORMAT,
        "model": ranking.model,
        "teams": [*map(_team, ranking.teams), *map(_unscored, ranking.unscored)],
        "judges": [_judge(judge) for judge in ranking.judges],
        "provisional": ranking.provisional,
        "notes": write_notes(ranking),
    }


def _team(team: RankedTeam) -> dict[str, Any]:
    return {
        "team": team.team, "place": team.place, "score": team.score, "raw_mean": round(team.raw_mean, 4),
        "trimmed_mean": round(team.trimmed_mean, 4), "ballots": team.ballots, "p_win": team.p_win, "p_podium": team.p_podium,
    }  # fmt: skip


def _unscored(team: str) -> dict[str, Any]:
    return {
        "team": team, "place": None, "score": None, "raw_mean": None, "trimmed_mean": None, "ballots": 0, "p_win": 0.0,
        "p_podium": 0.0,
    }  # fmt: skip


def _judge(judge: RankedJudge) -> dict[str, Any]:
    return {
        "judge": judge.judge, "adjustment": _points(judge.adjustment), "scale": round(judge.scale, 2),
        "weight": round(judge.weight, 2), "ballots": judge.ballots, "flag": describe(judge.flag) if judge.flag else None,
        "severity": round(judge.flag.severity, 2) if judge.flag else 0.0,
    }  # fmt: skip


def _points(value: float) -> float:
    """Two decimals, and no minus before a nought."""
    return round(value, 2) + 0.0


def describe(flag: Flag) -> str:
    """The hint as a sentence for a person."""
    if flag.hint is Hint.REVERSED_ORDER:
        return "the own order runs against the own points: was 1 taken for the worst? Ask the judge"
    if flag.hint is Hint.NO_SPREAD:
        return "gave every team the same and no order, so that the ballots say nothing"
    if flag.hint is Hint.UNLIKE_OTHERS:
        clear = [("far above the others for", flag.too_high), ("far below the others for", flag.too_low)]
        where = " and ".join(f"{words} {_list(teams)}" for words, teams in clear if teams)
        return "unlike the other judges" + (f": {where}" if where else "") + "; look at these ballots"
    kind = "harsh" if flag.hint is Hint.HARSH else "lenient"
    return f"{kind}: about {flag.points:.1f} points from the other judges, which the adjustment evens out"


def _list(teams: tuple[str, ...]) -> str:
    rest = len(teams) - NAMED
    return ", ".join(teams[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def write_notes(ranking: Ranking) -> list[str]:
    """What a person should know before the ranking is used."""
    notes = []
    for call in ranking.close_calls:
        figure = "p_podium" if call.by_podium else "p_win"
        places = f"places {call.upper} and {call.lower}"
        notes.append(f"{places} are too close to call (difference in {figure} below {TOO_CLOSE:.2f})")
    decided = sorted({team.place for team in ranking.teams if team.by_tie_rule})
    if decided:
        listed = ", ".join(map(str, decided))
        notes.append(f"equal scores: the judges' own orders decided (place {listed})")
    if ranking.missing:
        notes.append(f"{ranking.missing} ballots were assigned and not given")
    if ranking.incomplete:
        notes.append(f"{ranking.incomplete} ballots lack points for some criterion")
    if ranking.unscored:
        notes.append(f"nobody has scored {_list(ranking.unscored)}")
    if ranking.groups > 1:
        notes.append(
            f"the jury falls into {ranking.groups} groups without a judge or team in common: scores of different "
            "groups can hardly be compared"
        )
    notes += [f"the ballots of {judge} are void" for judge in ranking.voided]
    return notes
