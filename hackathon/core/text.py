"""Text that people wrote, as it is kept, and the difference between two versions of it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import NamedTuple

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of the text around them, also of text that is not theirs."""
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST_COMPARED = 3000
"""How many pieces of a text are compared word by word; longer texts are compared line by line."""


def clean(text: str) -> str:
    """The text as it is kept: composed characters, plain line breaks, no control characters, no blanks around it.

    What no database can hold (zero bytes, lone surrogates) is dropped.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign in "\n\t" or _is_kept(sign)).strip()


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURNING


def clean_line(text: str) -> str:
    """The same for a text of one line."""
    return " ".join(clean(text).split())


class Piece(NamedTuple):
    """A stretch of a comparison: `kind` is "same", "gone" or "new"."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """What became of one text in another, word by word, in reading order; what is gone stands before what replaced it."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(old), len(new)) > LONGEST_COMPARED:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            found.append(Piece("new", "".join(new[c:d])))
    return found
