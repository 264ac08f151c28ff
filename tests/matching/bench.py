"""`make bench-matching`: what the team engine reaches on the problems of the folder and on large ones, against its targets.

Each problem is solved by `flask teams solve` in a process of its own, as an organiser's machine would, and its answer is
held against the scorer of the tests. Large problems come from ../shared/matching/make_instance.py, where it is there.
Named problems can be given: `make bench-matching ONLY="people-80 2000"`.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.matching import scorer
from tests.matching.problems import FOLDER

ROOT = Path(__file__).parents[2]
MAKER = ROOT.parent / "shared" / "matching" / "make_instance.py"
START_SECONDS = 4.0
"""The command's start and its writing, beyond the time limit: what the whole process may take on a busy machine."""


@dataclass(frozen=True)
class Row:
    """A problem (a name, or a number of people to make up), a time limit in seconds, and what has to be reached."""

    problem: str
    seconds: int
    cost: int | None
    bound_share: float = 0.0
    status: str = "feasible"
    memory_mib: int = 1024


ROWS = (
    Row("people-24", 60, 305, 1.0, "optimal"),
    Row("people-80", 3, 510),
    Row("people-80", 10, 492),
    Row("people-80", 60, 488, 0.85),
    Row("people-83-messy", 10, 485),
    Row("people-80-repair", 10, 642),
    Row("people-400", 30, 2_400, 0.80),
    Row("2000", 60, 10_450, memory_mib=1024),
    Row("10000", 120, 53_500, memory_mib=2048),
    Row("people-24-infeasible", 5, None, status="infeasible"),
)


def problem_file(name: str, folder: Path) -> Path | None:
    """The file of a problem; None where it would have to be made and the maker is not there."""
    if not name.isdigit():
        return FOLDER / f"{name}.json"
    if not MAKER.exists():
        return None
    path = folder / f"{name}.json"
    made = subprocess.run(
        [sys.executable, str(MAKER), "--people", name, "--seed", "1"], capture_output=True, check=True
    )
    path.write_bytes(made.stdout)
    return path


def solve(path: Path, seconds: int, seed: int) -> tuple[dict[str, Any], float, float]:
    """The solution document, the seconds of the whole process, and its peak memory in MiB."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("flask")), "teams", "solve", str(path), "--time-limit", str(seconds),
             "--seed", str(seed), "--out", out.name],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _pid, _status, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return json.loads(Path(out.name).read_text(encoding="utf-8")), time.monotonic() - begun, _mib(usage)


def _mib(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def faults(row: Row, document: dict[str, Any], solution: dict[str, Any], took: float, memory: float) -> list[str]:
    """What was not reached, in words."""
    found = []
    if solution["status"] != row.status and not (row.status == "feasible" and solution["status"] == "optimal"):
        found.append(f"status {solution['status']}")
    if row.cost is not None and solution["teams"]:
        scorer.check(document, solution)
        if solution["cost"] > row.cost:
            found.append(f"cost above {row.cost}")
        if solution["lower_bound"] < row.bound_share * solution["cost"]:
            found.append(f"bound below {row.bound_share:.0%}")
    if row.status == "infeasible" and solution["conflict"]["rules"] != [16, 17, 19]:
        found.append(f"conflict {solution['conflict']['rules']}")
    if solution["seconds"] > row.seconds + 1 or took > row.seconds + START_SECONDS:
        found.append(f"took {solution['seconds']:.1f} s, the process {took:.1f} s")
    if memory > row.memory_mib:
        found.append(f"memory above {row.memory_mib} MiB")
    return found


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a target was missed."""
    seed = next((int(argument.removeprefix("seed=")) for argument in arguments if re.match(r"seed=\d+$", argument)), 1)
    only = {argument for argument in arguments if "=" not in argument}
    missed = 0
    print("| problem | limit | cost | target | lower bound | share | process | memory | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for row in ROWS:
            if only and row.problem not in only:
                continue
            path = problem_file(row.problem, Path(folder))
            if path is None:
                print(f"| {row.problem} people | {row.seconds} s | the maker of large problems is not here |")
                continue
            document = json.loads(path.read_text(encoding="utf-8"))
            solution, took, memory = solve(path, row.seconds, seed)
            wrong = faults(row, document, solution, took, memory)
            missed += bool(wrong)
            cost, bound = solution["cost"], solution["lower_bound"]
            share = f"{bound / cost:.1%}" if cost else "–"
            shown = f"{cost:,}" if cost is not None else solution["status"]
            target = "–" if row.cost is None else f"{row.cost:,}"
            bound_text = "–" if bound is None else f"{bound:,}"
            print(
                f"| {row.problem} | {row.seconds} s | {shown} | {target} | {bound_text} | {share} | {took:.1f} s "
                f"| {memory:.0f} MiB | {'; '.join(wrong) or 'reached'} |",
                flush=True,
            )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
