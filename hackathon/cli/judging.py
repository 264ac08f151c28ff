"""`flask judging rank`: the official model on files, without app or database."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hackathon.cli.teams import SHOWN_FAULTS, fail

if TYPE_CHECKING:
    from hackathon.judging.model.sheet import Sheet

HEAVIEST = 1000.0


@click.group("judging")
def judging() -> None:
    """Turn judges' scores into a ranking."""


@judging.command("rank")
@click.argument("files", metavar="SCORES.csv…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--weights", default="", metavar="NAME=WEIGHT,…", help="Of criteria; those not named weigh 1.")
@click.option("--void", "voided", multiple=True, metavar="JUDGE", help="Leave a judge's ballots out; can be repeated.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write DIR/<file's name>.json for each file."
)
def rank_command(files: tuple[Path, ...], weights: str, voided: tuple[str, ...], out: Path | None) -> None:
    """Rank the teams of one file of scores and print the ranking, or write those of several files to a folder.

    Exits with 0, or with 2 and one line for each fault where the input is wrong; then nothing has been written.

    Example: flask judging rank scores.csv --weights novelty=2 --void j02 --out rankings
    """
    if out is None and len(files) > 1:
        fail("several files need --out DIR, where the rankings are written")
    targets = _targets(files, out) if out is not None else []
    given = read_weights(weights)
    sheets = [_read_sheet(path, given, voided) for path in files]
    # Loaded here: the other commands and the web need no numerics to start.
    from hackathon.judging.model.document import make_document
    from hackathon.judging.model.ranking import rank

    documents = [make_document(rank(sheet)) for sheet in sheets]
    if out is None:
        click.echo(json.dumps(documents[0], ensure_ascii=False, indent=1))
    else:
        _write_all(targets, documents)


def read_weights(text: str) -> dict[str, float]:
    """The weights of `--weights`; ends the program where they cannot be read."""
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = 0.0
        if not name or not 0 < weight <= HEAVIEST:
            fail(f"--weights: {part!a} must be a criterion, =, and a number above 0 and at most {HEAVIEST:.0f}")
        if name in found:
            fail(f"--weights: {name} is given twice")
        found[name] = weight
    return found


def _read_sheet(path: Path, weights: dict[str, float], voided: Sequence[str]) -> Sheet:
    """The ballots of a file; ends the program with one line for each fault where it is none."""
    from hackathon.judging.model.scores_file import LARGEST_FILE, ScoresError, read_scores
    from hackathon.judging.model.sheet import make_sheet

    try:
        if not path.is_file():
            fail(f"{path}: there is no such file")
        with path.open("rb") as file:
            scores = read_scores(file.read(LARGEST_FILE + 1))
    except OSError as error:
        fail(f"{path}: {error.strerror or error}")
    except ScoresError as error:
        shown = [f"{path}: {fault}" for fault in error.faults[:SHOWN_FAULTS]]
        if len(error.faults) > SHOWN_FAULTS:
            shown.append(f"{path}: there are more faults than these {SHOWN_FAULTS}")
        fail("\n".join(shown))
    unknown = sorted(set(weights) - set(scores.criteria))
    if unknown:
        fail(
            f"{path}: line 1: has no criterion {unknown[0]!a}, which --weights names; it has {', '.join(scores.criteria)}"
        )
    strangers = sorted(set(voided) - {ballot.judge for ballot in scores.ballots})
    if strangers:
        fail(f"{path}: has no ballot of the judge {strangers[0]!a}, whom --void names")
    sheet = make_sheet(scores.criteria, scores.ballots, weights).without(voided)
    if not sheet.counted:
        fail(f"{path}: no ballot is left once those of --void are out, so that there is nothing to rank")
    return sheet


def _targets(files: Sequence[Path], out: Path) -> list[Path]:
    """Where the rankings go; ends the program where two would go to the same place, or there is no such place."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--out: {out}: {error.strerror or error}")
    if not os.access(out, os.W_OK):
        fail(f"--out: {out} cannot be written to")
    targets = [out / f"{path.stem}.json" for path in files]
    for position, target in enumerate(targets):
        if target in targets[:position]:
            fail(f"{files[position]}: another of the files has the same name, so that both would become {target}")
    return targets


def _write_all(targets: Sequence[Path], documents: Sequence[dict[str, Any]]) -> None:
    """Each file at once and whole."""
    for target, document in zip(targets, documents, strict=True):
        part = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            part.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            fail(f"--out: {target}: {error.strerror or error}")
