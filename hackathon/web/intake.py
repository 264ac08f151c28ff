"""What comes in is looked at before any view: numbers that no database holds, text that none stores, files that no view takes."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from hackathon.core.errors import DomainError

FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
"""What browsers send forms as; an empty form may come without a type."""
API_PATH = "/api/"


class Unreadable(DomainError):
    """What was sent is no text."""

    status = 400


class RowNumber(IntegerConverter):
    """A whole number in an address, up to what a column holds; a larger one is an unknown address."""

    def __init__(self, map, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: A002 - werkzeug's name.
        kwargs.setdefault("min", 1)
        kwargs.setdefault("max", 2**31 - 1)
        super().__init__(map, *args, **kwargs)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def refuse_what_is_no_text() -> None:
        most_bytes: int | None = getattr(app.view_functions.get(request.endpoint or ""), "most_bytes", None)
        if most_bytes is not None:
            request.max_content_length = most_bytes
        values = request.view_args or {}
        _refuse_unreadable((name, str(value)) for name, value in values.items())
        _refuse_unreadable(request.args.items(multi=True))
        if request.method in ("GET", "HEAD"):
            return
        if not request.path.startswith(API_PATH):
            # Flask-WTF would read JSON and files as if they were fields of a form: values that are no text.
            if request.mimetype not in FORM_TYPES or (request.files and most_bytes is None):
                raise UnsupportedMediaType
            _refuse_unreadable(request.form.items(multi=True))


def _refuse_unreadable(fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        if "\0" in value or "\0" in name or "\ufffd" in value:
            raise Unreadable(
                "unreadable_text",
                _l("Texten innehåller tecken som inte går att läsa. Skriv om den och skicka igen."),
            )
