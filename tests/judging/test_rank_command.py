"""`flask judging rank`: documents, exit codes, and one line with its place for whatever is wrong with a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hackathon.cli.judging import judging
from hackathon.judging.model.scores_file import ScoresError, read_scores
from tests.judging.bench.events import REGIMES, make_event

pytestmark = pytest.mark.engine

GOOD = "judge,team,novelty,benefit,order\nj1,t1,5,4,1\nj1,t2,3,,2\nj2,t1,4,4,\nj2,t2,,,\n"


def run(*arguments: str | Path) -> Result:
    """The command as the shell would call it."""
    return CliRunner().invoke(judging, ["rank", *map(str, arguments)])


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_ranking_is_printed(tmp_path: Path) -> None:
    result = run(write(tmp_path / "s.csv", GOOD))
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["format"], document["provisional"]) == ("judging-ranking/1", True)
    assert [(team["team"], team["place"], team["ballots"]) for team in document["teams"]] == [
        ("t1", 1, 2),
        ("t2", 2, 1),
    ]
    assert set(document["teams"][0]) == {
        "team", "place", "score", "raw_mean", "trimmed_mean", "ballots", "p_win", "p_podium",
    }  # fmt: skip
    assert {"judge", "adjustment", "scale", "ballots", "flag", "severity"} <= set(document["judges"][0])
    assert document["teams"][0]["raw_mean"] == 4.25
    assert "1 ballots were assigned and not given" in document["notes"]


def test_several_files_are_written_to_a_folder(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.csv", GOOD) for name in ("final", "heat.1")]
    result = run(*files, "--out", tmp_path / "made" / "here", "--weights", "novelty=2,benefit=0.5")
    assert (result.exit_code, result.output) == (0, "")
    assert sorted(path.name for path in (tmp_path / "made" / "here").iterdir()) == ["final.json", "heat.1.json"]


def test_one_file_gives_the_same_printed_and_written(tmp_path: Path) -> None:
    file = write(tmp_path / "s.csv", GOOD)
    run(file, "--out", tmp_path)
    assert json.loads(run(file).stdout) == json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))


def test_void_judge_is_left_out(tmp_path: Path) -> None:
    document = json.loads(run(write(tmp_path / "s.csv", GOOD), "--void", "j2").stdout)
    assert [judge["judge"] for judge in document["judges"]] == ["j1"]
    assert not document["provisional"]


def test_large_event_goes_through_a_file(tmp_path: Path) -> None:
    event = make_event(REGIMES[2], 1)
    path = tmp_path / "c.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["judge", "team", *event.sheet.criteria, "order"])
        for ballot in event.sheet.ballots:
            writer.writerow([ballot.judge, ballot.team, *ballot.points, ballot.order])
    document = json.loads(run(path).stdout)
    assert len(document["teams"]) == 40
    assert sum(team["p_win"] for team in document["teams"]) == pytest.approx(1)


WRONG: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "line 1, column 1: the file is empty"),
    "spaces only": (b" \n\n", "line 1, column 1: the file is empty"),
    "mark": (b"\xef\xbb\xbf" + GOOD.encode(), "line 1, column 1: starts with a byte order mark"),
    "UTF-16": (GOOD.encode("utf-16"), "line 1, column 1: is UTF-16"),
    "Latin-1": ("judge,team,a\nj1,Mål,4\n".encode("latin-1"), "line 2, column 2: is not UTF-8"),
    "semicolons": ("judge;team;a\nj1;t1;4\n", "line 1, column 1: columns are parted by semicolons"),
    "no header": ("j1,t1,4\n", "line 1, column 1: must be named judge, not 'j1'"),
    "no criterion": ("judge,team,order\nj1,t1,1\n", "line 1, column 3: there must be a column for a criterion"),
    "short header": ("judge\n", "line 1, column 1: there must be a column for a criterion"),
    "order in the middle": ("judge,team,order,a\nj1,t1,1,4\n", "line 1, column 3: order cannot be a criterion here"),
    "criterion twice": ("judge,team,a,a\nj1,t1,1,4\n", "line 1, column 4: the criterion a is named twice"),
    "nameless criterion": ("judge,team,a,\nj1,t1,1,4\n", "line 1, column 4: must not be empty"),
    "too high": ("judge,team,a\nj1,t1,6\n", "line 2, column 3 (a): must be a whole number from 1 to 5, or empty, not '6'"),
    "zero": ("judge,team,a\nj1,t1,0\n", "line 2, column 3 (a)"),
    "fraction": ("judge,team,a\nj1,t1,4.5\n", "line 2, column 3 (a)"),
    "space": ("judge,team,a\nj1,t1, 4\n", "line 2, column 3 (a)"),
    "other digits": ("judge,team,a\nj1,t1,٤\n", "line 2, column 3 (a)"),
    "order of nought": ("judge,team,a,order\nj1,t1,4,0\n", "line 2, column 4 (order): must be a place"),
    "endless order": ("judge,team,a,order\nj1,t1,4," + "9" * 5000 + "\n", "line 2, column 4 (order): must be a place"),
    "twice": ("judge,team,a\nj1,t1,4\nj1,t2,4\nj1,t1,5\n", "line 4, column 2 (team): j1 has a ballot for t1 already, on line 2"),
    "formula": ("judge,team,a\nj1,=1+1,4\n", "line 2, column 2 (team): '=1+1' begins like a formula"),
    "formula as judge": ("judge,team,a\n@SUM(A1),t1,4\n", "line 2, column 1 (judge)"),
    "no judge": ("judge,team,a\n,t1,4\n", "line 2, column 1 (judge): must not be empty"),
    "space round a name": ("judge,team,a\nj1 ,t1,4\n", "line 2, column 1 (judge): 'j1 ' begins or ends with a space"),
    "hidden character": ("judge,team,a\nj1,t\u202e1,4\n", "line 2, column 2 (team): 't\\u202e1' holds a character"),
    "line break in a name": ('judge,team,a\nj1,"t\n1",4\n', "line 2, column 2 (team)"),
    "zero byte": (b"judge,team,a\nj1,t\x001,4\n", "line 2, column 2 (team)"),
    "long name": ("judge,team,a\nj1," + "t" * 201 + ",4\n", "line 2, column 2 (team): is longer than 200 characters"),
    "short line": ("judge,team,a,b\nj1,t1,4\n", "line 2, column 3 (a): the line has 3 cells, not 4"),
    "long line": ("judge,team,a\nj1,t1,4,5\n", "line 2, column 3 (a): the line has 4 cells, not 3"),
    "empty line": ("judge,team,a\n\nj1,t1,4\n", "line 2, column 1 (judge): is empty"),
    "open quote": ('judge,team,a\nj1,"t1,4\n', "is not CSV"),
    "huge cell": ("judge,team,a\nj1," + "t" * 200_000 + ",4\n", "line 2, column 1 (judge): is not CSV"),
    "header alone": ("judge,team,a\n", "line 2, column 1 (judge): there is no ballot"),
    "no points at all": ("judge,team,a\nj1,t1,\n", "line 2, column 3 (a): there are no points in the whole file"),
    "many criteria": ("judge,team," + ",".join(f"c{n}" for n in range(51)) + "\n", "line 1, column 53"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_file_is_refused_by_line_and_column(case: str, tmp_path: Path) -> None:
    content, expected = WRONG[case]
    result = run(write(tmp_path / "s.csv", content))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{tmp_path / 's.csv'}: " in result.stderr
    assert expected in result.stderr


def test_every_fault_of_a_file_is_told_up_to_a_limit(tmp_path: Path) -> None:
    result = run(write(tmp_path / "s.csv", "judge,team,a\n" + "".join(f"j1,t{n},9\n" for n in range(500))))
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert (len(lines), lines[-1].endswith("there are more faults than these 20")) == (21, True)


def test_file_that_is_too_large_is_refused_without_reading_it_all() -> None:
    with pytest.raises(ScoresError, match="larger than 20 MiB"):
        read_scores(b"x" * (20 * 1024 * 1024 + 1))


def test_nothing_is_written_when_one_of_several_files_is_wrong(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "a.csv", GOOD), write(tmp_path / "b.csv", "judge,team,a\nj1,t1,7\n")
    result = run(good, bad, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--weights", "novelty"], "--weights"),
        (["--weights", "novelty=0"], "--weights"),
        (["--weights", "novelty=nan"], "--weights"),
        (["--weights", "novelty=1,novelty=2"], "given twice"),
        (["--weights", "beauty=2"], "has no criterion 'beauty'"),
        (["--void", "j9"], "no ballot of the judge 'j9'"),
        (["--void", "j1", "--void", "j2"], "nothing to rank"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = run(write(tmp_path / "s.csv", GOOD), *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_files_that_cannot_be_had_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "s.csv", GOOD)
    (tmp_path / "other").mkdir()
    twin = write(tmp_path / "other" / "s.csv", GOOD)
    for arguments in (
        [tmp_path / "none.csv"],
        [tmp_path],
        [file, twin],
        [file, twin, "--out", tmp_path / "out"],
        [file, "--out", file],
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert result.stderr.count("\n") == 1
