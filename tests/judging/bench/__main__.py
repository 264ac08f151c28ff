"""Prints the table and ends with 1 where a target is missed. `--events N` sets the number of events of every regime."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from hackathon.judging.assignment.problem import faults
from hackathon.judging.assignment.solver import assign
from hackathon.judging.model.ranking import rank
from tests.judging.bench.events import REGIMES, Regime, make_event
from tests.judging.bench.measure import Measured, mean_of, measure, missed_targets
from tests.judging.bench.panels import make_panel

SLOWEST_RANKING = 1.0


def print_row(regime: Regime, events: int, mean: Measured, missed: list[str]) -> None:
    gain = (mean.voided if regime.messy else mean.official) - mean.raw
    voided = f"{mean.voided:6.3f}" if regime.messy else "     –"
    print(
        f"{regime.name:<8}{regime.teams:>4} × {regime.judges:<3}{events:>9}  {mean.raw:6.3f}  {mean.official:6.3f}  {voided}  {gain:+7.3f}"
        f"  {mean.crowd:6.3f}  {mean.claimed:6.3f}  {mean.first:6.3f}  {mean.flagged:5.0%}  "
        + ("; ".join(missed) if missed else "ok"),
        flush=True,
    )


def time_ranking() -> float:
    """Seconds of CPU that 110 teams and 20 judges take, everything included; the median of five."""
    taken = []
    for seed in range(5):
        sheet = make_event(next(regime for regime in REGIMES if regime.name == "D"), seed).sheet
        begun = time.process_time()
        rank(sheet)
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def time_assignment(teams: int, judges: int, per_team: int, rooms: int, limit: float) -> bool:
    """Prints how long an assignment takes and what is wrong with it; returns whether all is right."""
    problem = make_panel(teams, judges, per_team, rooms=rooms)
    begun = time.monotonic()
    plan = assign(problem, seed=1, time_limit=2 * limit)
    seconds = time.monotonic() - begun
    wrong = faults(problem, plan)
    if seconds >= limit:
        wrong.append("too slow")
    loads = Counter(judge for judge, _team in plan.pairs).values()
    where = f"in {rooms} rooms" if rooms else "reading"
    print(
        f"Assigning {teams} teams × {judges} judges, {per_team} each, {where}: {seconds:.2f} s (under {limit:.0f} s), "
        f"{len(problem.conflicts)} conflicts kept apart, loads {min(loads)} to {max(loads)}: {'; '.join(wrong) or 'ok'}"
    )
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.judging.bench", description=__doc__)
    parser.add_argument("--events", type=int)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"Kendall's tau with the truth, seeds from {chosen.seed}; void: the top flagged judge's ballots")
    print("regime  teams×judges events   raw  official    void    gain  CrowdBT  P(win)   first  flagged  result")
    failed = False
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for regime in REGIMES:
            seeds = range(chosen.seed, chosen.seed + (chosen.events or regime.events))
            mean = mean_of(list(pool.map(partial(measure, regime), seeds, chunksize=4)))
            missed = missed_targets(regime, mean)
            print_row(regime, len(seeds), mean, missed)
            failed = failed or bool(missed)
    seconds = time_ranking()
    late = seconds >= SLOWEST_RANKING
    print(
        f"Ranking 110 teams × 20 judges: {seconds:.2f} s of CPU ({'too slow' if late else 'ok'}, under {SLOWEST_RANKING:.0f} s)"
    )
    assigned = [time_assignment(*row) for row in ((110, 20, 4, 0, 10.0), (300, 60, 4, 0, 60.0), (300, 60, 3, 15, 60.0))]
    return int(failed or late or not all(assigned))


if __name__ == "__main__":
    sys.exit(main())
