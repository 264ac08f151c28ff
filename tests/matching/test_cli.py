"""`teams solve`: the documents, the exit codes and one clear line for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no time limit below pays for it.
import pytest
from click.testing import CliRunner, Result

from hackathon.cli.teams import teams
from tests.matching import scorer
from tests.matching.problems import FOLDER, crowd, load

RULE = {"kind": "balance", "attribute": "pool", "weight": 1}
SMALL = crowd({"pool": "x"}, {"pool": "y"}, {}, {}, rules=(RULE,))


def run(*arguments: str) -> Result:
    """The command as the shell would call it."""
    return CliRunner().invoke(teams, ["solve", *arguments])


def write(folder: Path, document: Any) -> str:
    """A file with a problem."""
    path = folder / "problem.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_the_solution_is_printed(tmp_path: Path) -> None:
    result = run(write(tmp_path, SMALL), "--time-limit", "5", "--seed", "3")
    assert result.exit_code == 0
    solution = json.loads(result.stdout)
    scorer.check(SMALL, solution)
    assert solution["format"] == "team-formation-solution/1"
    assert solution["conflict"] is None
    assert [team["challenge"] for team in solution["teams"]] == [None, None]


def test_the_solution_is_written(tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    result = run(write(tmp_path, SMALL), "--time-limit", "5", "--out", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    scorer.check(SMALL, json.loads(out.read_text(encoding="utf-8")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "solution.json"]


def test_an_infeasible_problem_exits_with_3_and_is_written_too(tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    result = run(str(FOLDER / "people-24-infeasible.json"), "--time-limit", "20", "--out", str(out))
    assert result.exit_code == 3
    solution = json.loads(out.read_text(encoding="utf-8"))
    assert (solution["status"], solution["teams"], solution["cost"]) == ("infeasible", [], None)
    assert solution["conflict"]["rules"] == [16, 17, 19]
    assert result.stderr.strip().splitlines()[-1] == solution["conflict"]["text"]


def test_neither_plan_nor_proof_exits_with_4(tmp_path: Path) -> None:
    people = [{"weight": 1_000_003 * (number**3 + 17) % 999_983} for number in range(30)]
    participants = [{"id": f"p{number}", **person} for number, person in enumerate(people)]
    rule = {"kind": "evenness", "attribute": "weight", "hard": True}
    sums = crowd(*people[:10], teams=5, rules=(rule,))
    document = {**sums, "participants": participants, "team_size": {"min": 6, "max": 6}}
    result = run(write(tmp_path, document), "--time-limit", "1")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["status"] == "unknown"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "line 1, column 2: is not JSON"),
        (b"", "line 1, column 1: is not JSON"),
        (b'{"name": "\xe5"}', "byte 11: is not UTF-8"),
        (b"\xef\xbb\xbf{}", "starts with a byte order mark"),
        (b'{"team_count": NaN}', "NaN is not JSON"),
        (b'{"team_count": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "a": 2}', "the key 'a' is given twice"),
        (b"[" * 100_000, "is nested too deep"),
        (b'{"team_count": ' + b"9" * 5000 + b"}", "problem.json: "),
        (b"[]", "document: must be an object"),
        (json.dumps({**SMALL, "team_count": 0}).encode(), "team_count: must be a whole number of at least 1"),
        (json.dumps({**SMALL, "rules": [{**RULE, "weight": "5"}]}).encode(), "rules[0].weight: must be a whole"),
        (json.dumps({**SMALL, "\ud800": 1, "name": "\ud800"}).encode(), "name: holds half of a character"),
        (json.dumps({**SMALL, "rules": [{"kind": "x"}] * 50}).encode(), "30 more faults"),
    ],
)  # fmt: skip
def test_wrong_input_exits_with_2_and_names_the_place(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    result = run(str(path), "--time-limit", "1")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.json"], "missing.json: No such file or directory"),
        (["."], ".: Is a directory"),
        (["x.json", "--time-limit", "nan"], "--time-limit: must be"),
        (["x.json", "--time-limit", "0"], "--time-limit: must be"),
        (["x.json", "--time-limit", "soon"], "'soon' is not a valid float"),
        (["x.json", "--work-limit", "0"], "--work-limit: must be"),
        (["x.json", "--work-limit", "inf"], "--work-limit: must be"),
        (["x.json", "--seed", "-1"], "--seed: must be"),
        (["x.json", "--out", "nowhere/out.json"], "is no directory"),
        ([], "Missing argument"),
    ],
)
def test_wrong_arguments_exit_with_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_problem_itself_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, load("people-24"))
    before = Path(path).read_bytes()
    run(path, "--time-limit", "0.2")
    assert Path(path).read_bytes() == before


def test_the_same_work_gives_the_same_answer() -> None:
    path = str(FOLDER / "people-80.json")
    first, second = (json.loads(run(path, "--work-limit", "3", "--seed", "5").stdout) for _ in range(2))
    assert first["seconds"] > 0
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_progress_is_told_as_lines_or_as_json(tmp_path: Path) -> None:
    path = str(FOLDER / "people-80.json")
    told = run(path, "--time-limit", "1.5").stderr.strip().splitlines()
    assert all(" cost " in line and " bound " in line and " gap " in line for line in told)
    rows = [json.loads(line) for line in run(path, "--time-limit", "1.5", "--json-progress").stderr.splitlines()]
    assert rows
    assert all(set(row) == {"seconds", "cost", "bound", "gap", "phase"} for row in rows)
    costs = [row["cost"] for row in rows if row["cost"] is not None]
    assert costs == sorted(costs, reverse=True)


def test_a_repair_shows_both_variants_and_the_fewest_moves() -> None:
    path = str(FOLDER / "people-80-repair.json")
    result = CliRunner().invoke(teams, ["repair", path, "--time-limit", "2"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["least_moves"] == 0
    for name in ("fewest_moves", "best_balance"):
        scorer.check(load("people-80-repair"), answer[name]["solution"])
    assert len(answer["fewest_moves"]["moved"]) <= len(answer["best_balance"]["moved"])


def test_a_repair_without_former_teams_is_refused() -> None:
    result = CliRunner().invoke(teams, ["repair", str(FOLDER / "people-80.json")])
    assert result.exit_code == 2
    assert "no stability rule" in result.stderr
