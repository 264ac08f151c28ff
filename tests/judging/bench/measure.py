"""One event measured, and many events summed up and held against the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from hackathon.judging.model.ranking import Ranking, rank
from tests.judging.bench.crowd_bt import crowd_bt
from tests.judging.bench.events import Event, Regime, make_event

PARTIAL_GAIN, MESSY_GAIN, CROWD_GAIN, MOST_OVERCLAIM = 0.03, 0.08, 0.10, 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """Kendall's tau with the truth for each method, and what is claimed of the first place beside what is so."""

    raw: float
    official: float
    voided: float
    """With the top flagged judge void where one is flagged and the jury is messy; else as `official`."""
    crowd: float
    claimed: float
    first: float
    flagged: float


def kendall(scores: Mapping[str, float], truth: Mapping[str, float]) -> float:
    """Kendall's tau: pairs in the right order less pairs in the wrong order, over all pairs."""
    names = sorted(scores)
    one, other = (np.array([table[name] for name in names]) for table in (scores, truth))
    agree = np.sign(one[:, None] - one) * np.sign(other[:, None] - other)
    return float(agree.sum() / (len(names) * (len(names) - 1)))


def top_flagged(ranking: Ranking) -> str | None:
    """The judge whose ballots a person would look at first, if any is flagged as one to look at."""
    flagged = {judge.judge: judge.flag.severity for judge in ranking.judges if judge.flag and judge.flag.severity >= 1}
    return max(flagged, key=flagged.__getitem__) if flagged else None


def measure(regime: Regime, seed: int) -> Measured:
    """One event of the regime, through every method."""
    event = make_event(regime, seed)
    ranking = rank(event.sheet, chances=not regime.messy)
    flagged = top_flagged(ranking)
    final = ranking
    if regime.messy:
        final = rank(event.sheet.without([flagged] if flagged is not None else []))
    best = max(event.truth, key=event.truth.__getitem__)
    return Measured(
        raw=kendall({team.team: team.raw_mean for team in ranking.teams}, event.truth),
        official=_tau(ranking, event),
        voided=_tau(final, event),
        crowd=kendall(crowd_bt(event), event.truth),
        claimed=final.teams[0].p_win,
        first=float(final.teams[0].team == best),
        flagged=float(flagged is not None),
    )


def _tau(ranking: Ranking, event: Event) -> float:
    return kendall({team.team: -float(team.place) for team in ranking.teams}, event.truth)


def mean_of(found: Sequence[Measured]) -> Measured:
    """The mean of every figure over the events of a regime."""
    return Measured(*np.mean([astuple(one) for one in found], axis=0).tolist())


def missed_targets(regime: Regime, mean: Measured) -> list[str]:
    """What a regime's means fall short of, in words."""
    wanted = 0.0 if regime.name in ("A", "B") else PARTIAL_GAIN
    gain, name = mean.official - mean.raw, "official − raw"
    if regime.messy:
        gain, name, wanted = mean.voided - mean.raw, "official, top flagged void − raw", MESSY_GAIN
    missed = [f"{name} is {gain:+.3f}, wanted {wanted:+.3f}"] if gain < wanted else []
    if mean.official < mean.raw:
        missed.append("official is below raw")
    if not regime.messy and mean.official - mean.crowd < CROWD_GAIN:
        missed.append(f"official − Crowd-BT is {mean.official - mean.crowd:+.3f}, wanted {CROWD_GAIN:+.3f}")
    if mean.claimed - mean.first > MOST_OVERCLAIM:
        missed.append(
            f"P(win) claims {mean.claimed - mean.first:+.3f} too much, at most {MOST_OVERCLAIM:+.3f} is wanted"
        )
    return missed
