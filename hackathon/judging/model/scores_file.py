"""Reads a file of scores. Whatever is wrong with it is told by line and column; nothing is guessed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hackathon.judging.model.sheet import FEWEST_POINTS, MOST_POINTS, Ballot

LARGEST_FILE = 20 * 1024 * 1024
MOST_BALLOTS = 200_000
MOST_CRITERIA = 50
MOST_TEAMS, MOST_JUDGES = 5_000, 1_000
MOST_ORDER = 1_000_000
LONGEST_NAME = 200
MOST_FAULTS = 200
"""Reading ends after this many faults."""
FORMULA = ("=", "+", "-", "@")
_POINTS = {str(points): points for points in range(FEWEST_POINTS, MOST_POINTS + 1)}


class ScoresError(ValueError):
    """The file is no file of scores; `faults` are sentences, each with its place in the file."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a file holds."""

    criteria: tuple[str, ...]
    ballots: tuple[Ballot, ...]


def read_scores(data: bytes) -> Scores:
    """The criteria and ballots of a CSV file. Raises ScoresError with every fault that was found."""
    reader = _Reader(_decode(data))
    scores = reader.read()
    if reader.faults:
        raise ScoresError(reader.faults)
    return scores


def _decode(data: bytes) -> str:
    if not data.strip():
        raise ScoresError(["line 1, column 1: the file is empty; the first line names the columns: judge,team,…"])
    if len(data) > LARGEST_FILE:
        raise ScoresError([f"the file is larger than {LARGEST_FILE // 1024**2} MiB"])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScoresError(["line 1, column 1: is UTF-16; save the file as CSV in UTF-8"])
    if data.startswith(b"\xef\xbb\xbf"):
        raise ScoresError(["line 1, column 1: starts with a byte order mark; save the file as UTF-8 without one"])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
        raise ScoresError([f"line {line}, column {column}: is not UTF-8; save the file as CSV in UTF-8"]) from None
    return text


class _Reader:
    """Goes through a file once and collects ballots and faults."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[str] = []
        self.criteria: tuple[str, ...] = ()
        self.has_order = False
        self.columns: list[str] = []
        self.first: dict[tuple[str, str], int] = {}

    def read(self) -> Scores:
        lines = self._lines()
        first = next(lines, None)
        if first is None or not self._read_header(*first):
            return Scores((), ())
        ballots = []
        for line, cells in lines:
            ballot = self._read_ballot(line, cells)
            if ballot is not None:
                ballots.append(ballot)
            if len(ballots) > MOST_BALLOTS:
                self._fault(line, 1, f"there are more than {MOST_BALLOTS} ballots")
            if len(self.faults) >= MOST_FAULTS:
                break
        if not self.faults:
            self._check_whole(ballots)
        return Scores(self.criteria, tuple(ballots))

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Each line that is not empty with its number. Empty lines are borne at the end of the file alone."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        empty = None
        start = 1
        try:
            for cells in reader:
                if not cells:
                    empty = empty or start
                elif empty:
                    self._fault(empty, 1, "is empty")
                    return
                else:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            self._fault(max(start, reader.line_num), 1, f"is not CSV ({error})")

    def _fault(self, line: int, column: int, what: str) -> None:
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        self.faults.append(f"line {line}, column {column}{f' ({name})' if name else ''}: {what}")

    def _read_header(self, line: int, names: list[str]) -> bool:
        if len(names) == 1 and ";" in names[0]:
            self._fault(line, 1, "columns are parted by semicolons; save the file with commas")
            return False
        for column, (name, wanted) in enumerate(zip(names[:2], ("judge", "team"), strict=False), start=1):
            if name != wanted:
                self._fault(line, column, f"must be named {wanted}, not {name!a}")
        self.has_order = names[-1] == "order" and len(names) > 2
        criteria = names[2 : -1 if self.has_order else None]
        if not criteria:
            self._fault(line, len(names), "there must be a column for a criterion after judge and team")
        if len(criteria) > MOST_CRITERIA:
            self._fault(line, MOST_CRITERIA + 3, f"there are more than {MOST_CRITERIA} criteria")
        for column, name in enumerate(criteria, start=3):
            wrong = _wrong_name(name)
            if wrong:
                self._fault(line, column, wrong)
            elif name in ("judge", "team", "order"):
                self._fault(line, column, f"{name} cannot be a criterion here: judge and team come first, order last")
            elif name in criteria[: column - 3]:
                self._fault(line, column, f"the criterion {name} is named twice")
        self.criteria = tuple(criteria)
        if not self.faults:
            self.columns = names
        return not self.faults

    def _read_ballot(self, line: int, cells: list[str]) -> Ballot | None:
        known = len(self.faults)
        if len(cells) != len(self.columns):
            self._fault(
                line, min(len(cells), len(self.columns)), f"the line has {len(cells)} cells, not {len(self.columns)}"
            )
            return None
        for column, name in enumerate(cells[:2], start=1):
            wrong = _wrong_name(name)
            if wrong:
                self._fault(line, column, wrong)
        points = [self._read_points(line, 3 + i, cells[2 + i]) for i in range(len(self.criteria))]
        order = self._read_order(line, cells[-1]) if self.has_order else None
        pair = (cells[0], cells[1])
        earlier = self.first.setdefault(pair, line)
        if earlier != line:
            self._fault(line, 2, f"{cells[0]} has a ballot for {cells[1]} already, on line {earlier}")
        return Ballot(cells[0], cells[1], tuple(points), order) if len(self.faults) == known else None

    def _read_points(self, line: int, column: int, cell: str) -> int | None:
        if cell and cell not in _POINTS:
            wanted = f"a whole number from {FEWEST_POINTS} to {MOST_POINTS}, or empty"
            self._fault(line, column, f"must be {wanted}, not {_shown(cell)}")
        return _POINTS.get(cell)

    def _read_order(self, line: int, cell: str) -> int | None:
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and cell[0] != "0" and int(cell[:8]) <= MOST_ORDER and len(cell) < 8):
            self._fault(
                line,
                len(self.columns),
                f"must be a place, 1 for the best, 2, 3 and so on, or empty, not {_shown(cell)}",
            )
            return None
        return int(cell)

    def _check_whole(self, ballots: Sequence[Ballot]) -> None:
        if not ballots:
            self._fault(2, 1, "there is no ballot in the file")
        elif not any(ballot.is_given for ballot in ballots):
            self._fault(2, 3, "there are no points in the whole file, so that there is nothing to rank")
        for column, found, most in (
            (1, {ballot.judge for ballot in ballots}, MOST_JUDGES),
            (2, {ballot.team for ballot in ballots}, MOST_TEAMS),
        ):
            if len(found) > most:
                self._fault(2, column, f"there are {len(found)} of them in the file; at most {most} can be ranked")


def _wrong_name(name: str) -> str:
    """What is wrong with the name of a judge, team or criterion; empty where nothing is."""
    if not name:
        return "must not be empty"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    if name != name.strip():
        return f"{_shown(name)} begins or ends with a space"
    if name.startswith(FORMULA):
        return f"{_shown(name)} begins like a formula of a spreadsheet; take away the {name[0]}"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") for character in name):
        return f"{_shown(name)} holds a character that cannot be seen"
    return ""


def _shown(cell: str) -> str:
    return ascii(cell if len(cell) <= 40 else cell[:40] + "…")
