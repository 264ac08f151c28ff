"""`flask teams solve`: the team engine on the command line, without app or database."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from hackathon.matching.problem import Problem, ProblemError, Solution, parse_problem

if TYPE_CHECKING:
    from hackathon.matching.solver.incumbent import Progress

DEFAULT_SECONDS, LONGEST_SECONDS, MOST_WORK = 10, 86_400, 10_000_000
LARGEST_FILE = 100 * 1024 * 1024
SHOWN_FAULTS = 20
WRONG_INPUT, INFEASIBLE, UNKNOWN = 2, 3, 4


@click.group("teams")
def teams() -> None:
    """Make cross-sector teams."""


@teams.command("solve")
@click.argument("problem_file", metavar="PROBLEM.json", type=click.Path(path_type=Path))
@click.option("--time-limit", type=float, help="Seconds, above 0; 10 if neither limit is given.")
@click.option("--work-limit", type=float, help="Millions of proposals of the search: the same answer on every machine.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed tries the same things.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the solution here.")
@click.option("--json-progress", is_flag=True, help="Tell the progress as one JSON object per line, on standard error.")
def solve_command(
    problem_file: Path,
    time_limit: float | None,
    work_limit: float | None,
    seed: int,
    out: Path | None,
    json_progress: bool,
) -> None:
    """Solve a team-formation problem; prints the solution or writes it.

    Exits with 0 (feasible or optimal), 2 (the input is wrong), 3 (infeasible) or 4 (neither plan nor proof in time).

    Example: flask teams solve problem.json --time-limit 10 --seed 1 --out solution.json
    """
    if time_limit is None:
        time_limit = DEFAULT_SECONDS if work_limit is None else LONGEST_SECONDS
    if not (math.isfinite(time_limit) and 0 < time_limit <= LONGEST_SECONDS):
        fail(f"--time-limit: must be a number of seconds above 0 and at most {LONGEST_SECONDS}")
    if work_limit is not None and not (math.isfinite(work_limit) and 0 < work_limit <= MOST_WORK):
        fail(f"--work-limit: must be a number of units above 0 and at most {MOST_WORK}")
    if seed < 0:
        fail("--seed: must be a whole number of at least 0")
    if out is not None and not (out.absolute().parent.is_dir() and os.access(out.absolute().parent, os.W_OK)):
        fail(f"--out: {out.absolute().parent} is no directory that can be written to")
    problem = read_problem(problem_file)
    from hackathon.matching.solver.engine import solve

    meter = Meter(json_lines=json_progress)
    solution = solve(problem, time_limit=time_limit, work_limit=work_limit, seed=seed, progress=meter.show)
    meter.end()
    _write(solution, out)
    if solution.conflict is not None:
        click.echo(solution.conflict.text, err=True)
    sys.exit({"infeasible": INFEASIBLE, "unknown": UNKNOWN}.get(solution.status, 0))


@teams.command("repair")
@click.argument("problem_file", metavar="PROBLEM.json", type=click.Path(path_type=Path))
@click.option("--time-limit", type=float, default=DEFAULT_SECONDS, show_default=True, help="Seconds, above 0.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed tries the same things.")
def repair_command(problem_file: Path, time_limit: float, seed: int) -> None:
    """Mend a plan on the morning: prints two variants, with the fewest moves and with the best balance.

    The problem's stability rule says who sat where. Each variant is a solution document with the ids of those who
    move; least_moves is the proven smallest number of moves, or null.

    Example: flask teams repair morning.json --time-limit 10
    """
    if not (math.isfinite(time_limit) and 0 < time_limit <= LONGEST_SECONDS):
        fail(f"--time-limit: must be a number of seconds above 0 and at most {LONGEST_SECONDS}")
    if seed < 0:
        fail("--seed: must be a whole number of at least 0")
    problem = read_problem(problem_file)
    from hackathon.matching.solver.repair import repair

    try:
        mended = repair(problem, time_limit=time_limit, seed=seed)
    except ValueError as error:
        fail(f"{problem_file}: {error}")
    variants = {"fewest_moves": mended.fewest_moves, "best_balance": mended.best_balance}
    answer = {name: {"solution": v.solution.to_json(), "moved": list(v.moved)} for name, v in variants.items()}
    click.echo(json.dumps(answer | {"least_moves": mended.least_moves}, ensure_ascii=False, indent=1))
    statuses = {variant.solution.status for variant in variants.values()}
    sys.exit(INFEASIBLE if "infeasible" in statuses else UNKNOWN if "unknown" in statuses else 0)


def read_problem(path: Path) -> Problem:
    """A problem from a file; ends the program with one clear line for each fault where it is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            fail(f"{path}: is larger than {LARGEST_FILE // 1024**2} MiB")
        return parse_problem(read_json(path.read_bytes()))
    except OSError as error:
        fail(f"{path}: {error.strerror or error}")
    except ProblemError as error:
        shown = [f"{path}: {fault}" for fault in error.faults[:SHOWN_FAULTS]]
        if len(error.faults) > SHOWN_FAULTS:
            shown.append(f"{path}: {len(error.faults) - SHOWN_FAULTS} more faults")
        fail("\n".join(shown))
    except ValueError as error:
        fail(f"{path}: {error}")


def read_json(data: bytes) -> Any:
    """Strict JSON in UTF-8: no key twice, no NaN. Raises ValueError with the place, also for what is nested too deep."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1}: is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise ValueError("byte 1: starts with a byte order mark; save it as plain UTF-8")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: is not JSON ({error.msg})") from None
    except RecursionError:
        raise ValueError("is nested too deep") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!a} is given twice in one object")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def fail(message: str) -> NoReturn:
    """End the program because the input is wrong."""
    click.echo(message.encode("utf-8", "backslashreplace").decode(), err=True)
    sys.exit(WRONG_INPUT)


class Meter:
    """Tells on standard error how far a run has come; on a terminal in one line that is written over."""

    def __init__(self, *, json_lines: bool) -> None:
        self.json_lines, self.rewrites = json_lines, sys.stderr.isatty() and not json_lines
        self.told: tuple[int | None, int] | None = None

    def show(self, progress: Progress) -> None:
        """Tell the progress; where lines are not written over, only what has changed."""
        now = (progress.cost, progress.bound)
        if now == self.told and not self.rewrites:
            return
        self.told = now
        if self.json_lines:
            line = {"seconds": round(progress.seconds, 2), "cost": progress.cost, "bound": progress.bound}
            click.echo(json.dumps(line | {"gap": progress.gap, "phase": progress.phase}), err=True)
            return
        cost = "–" if progress.cost is None else progress.cost
        gap = "–" if progress.gap is None else f"{progress.gap:.1%}"
        line_text = f"{progress.seconds:7.1f} s  {progress.phase:<7} cost {cost}  bound {progress.bound}  gap {gap}"
        click.echo(f"\r{line_text}  " if self.rewrites else line_text, nl=not self.rewrites, err=True)

    def end(self) -> None:
        """Leave the line."""
        if self.rewrites and self.told is not None:
            click.echo(err=True)


def _write(solution: Solution, out: Path | None) -> None:
    """Print the solution, or put it into a file at once and whole."""
    text = json.dumps(solution.to_json(), ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
        return
    part = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        fail(f"--out: {error.strerror or error}")
