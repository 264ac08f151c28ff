"""English: every text has a translation, and its placeholders are those of the source."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import ROOT

KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2),
}  # fmt: skip
SOURCES = {"hackathon": [("**.py", "python")], "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")]}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")


def english() -> Catalog:
    path: Path = ROOT / "hackathon" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="en")


def source_texts() -> set[str]:
    """Every text that code and templates mark as one for people."""
    found: set[str] = set()
    for folder, methods in SOURCES.items():
        for _file, _line, text, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS):
            found.add(text if isinstance(text, str) else text[0])
    return found


def pairs() -> dict[str, list[tuple[str, str]]]:
    """For each text of the catalogue, by its Swedish singular: Swedish and English, the plural as a second pair."""
    found = {}
    for message in english():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if ids[0]:
            found[ids[0]] = list(zip(ids, strings, strict=True))
    return found


def test_every_text_has_an_english_one() -> None:
    known = pairs()
    missing = sorted(
        text for text in source_texts() if not all(english for _swedish, english in known.get(text, [("", "")]))
    )
    assert missing == []


def test_placeholders_are_those_of_the_source() -> None:
    for texts in pairs().values():
        for swedish, translated in texts:
            assert set(PLACEHOLDER.findall(swedish)) == set(PLACEHOLDER.findall(translated)), swedish
