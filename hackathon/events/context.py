"""The edition of the request at hand: every address below /events/<slug> loads it before the view runs."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g, request
from flask_babel import lazy_gettext as _l

from hackathon.core.errors import NotFound
from hackathon.events.queries import find_edition
from hackathon.events.rules import EditionInfo

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def current_edition() -> EditionInfo:
    """The edition that the address names. Only for views below /events/<slug>."""
    edition: EditionInfo = g.edition
    return edition


def init_app(app: Flask) -> None:
    """Takes `slug` out of the address and hands it back where an address is built within the same edition."""

    @app.url_value_preprocessor
    def load_edition(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.edition = None
        if values and "slug" in values:
            g.edition_slug = values.pop("slug")

    @app.before_request
    def require_edition() -> None:
        slug = g.get("edition_slug")
        if slug is None or request.endpoint is None:
            return
        g.edition = find_edition(slug) if _SLUG.fullmatch(slug) else None
        if g.edition is None:
            raise NotFound("edition_unknown", _l("Det finns inget evenemang på den här adressen. Kontrollera länken."))

    @app.url_defaults
    def fill_in_slug(endpoint: str, values: dict[str, Any]) -> None:
        if (
            "slug" not in values
            and g.get("edition") is not None
            and app.url_map.is_endpoint_expecting(endpoint, "slug")
        ):
            values["slug"] = g.edition.slug
