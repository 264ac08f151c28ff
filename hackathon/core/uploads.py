"""Files that people send: few kinds, checked by their content, and given back so that no browser runs them.

A view says that it takes a file, and how large; all others refuse files before they look at them (hackathon/web/intake.py).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from flask import Response
from flask_babel import lazy_gettext as _l

from hackathon.core.errors import Invalid
from hackathon.core.text import clean_line

View = TypeVar("View", bound=Callable[..., object])
LONGEST_NAME = 120
MOST_UNPACKED = 100 * 2**20
MOST_ENTRIES = 5000
OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""What is taken, by the ending of the name. No SVG and no HTML: they can carry scripts. No macros either."""
_BEGINNINGS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}


def accepts_file(most_bytes: int) -> Callable[[View], View]:
    """Marks a view that takes a file, with the largest request that it takes."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


@dataclass(frozen=True, slots=True)
class File:
    """A file that was checked: a name without folders, a type of our own list, and what is in it."""

    name: str
    content_type: str
    data: bytes


def checked_file(name: str, data: bytes, *, most_bytes: int) -> File:
    """The file, if name and content agree on a kind that is taken. Raises Invalid; `most_bytes` is for the content alone."""
    name = clean_line(PurePath(name.replace("\\", "/")).name)
    ending = name.rpartition(".")[2].lower()
    if ending not in TYPES or "." not in name or len(name) > LONGEST_NAME:
        raise Invalid(
            "file_kind", _l("Filen kan inte tas emot. Skicka pdf, png, jpg, webp, docx, xlsx, pptx, txt, md eller csv.")
        )
    if not data or len(data) > most_bytes:
        raise Invalid("file_size", _l("Filen är tom eller för stor. Den får vara högst 5 MB."))
    if not _is(ending, data):
        raise Invalid(
            "file_content", _l("Filens innehåll stämmer inte med dess namn. Spara om den och skicka den igen.")
        )
    return File(name, TYPES[ending], data)


def _is(ending: str, data: bytes) -> bool:
    if ending in _BEGINNINGS:
        return data.startswith(_BEGINNINGS[ending])
    if ending == "webp":
        return data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if ending in OFFICE:
        return _is_office(data, OFFICE[ending])
    return _is_text(data)


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _is_office(data: bytes, folder: str) -> bool:
    """An Office file without macros, and no bomb: what it says that it unpacks to is bounded. Nothing is unpacked here."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    names = {entry.filename for entry in entries}
    small = len(entries) <= MOST_ENTRIES and sum(entry.file_size for entry in entries) <= MOST_UNPACKED
    macros = any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names)
    return small and not macros and "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)


def file_response(file: File) -> Response:
    """The file as a download: never shown within the site, and harmless if a browser shows it all the same."""
    response = Response(file.data, content_type=file.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
