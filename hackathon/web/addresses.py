"""Addresses in templates: worked out once, and static files with a piece of their hash.

A page builds some forty addresses and most are the same on every page; the same endpoint with the same values has the
same address, so that it is kept. With the hash in its address a browser never shows yesterday's file.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for

MOST_KEPT = 4096


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @functools.cache
    def version(filename: str) -> str | None:
        path = folder / filename
        return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and (known := version(values.get("filename", ""))):
            values["v"] = known

    app.jinja_env.globals["url_for"] = address


@functools.lru_cache(MOST_KEPT)
def _kept(_script_root: str, _slug: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def address(endpoint: str, **values: Any) -> str:
    """Like Flask's url_for, for addresses within this site; what templates call `url_for`."""
    if endpoint.startswith(".") or values.keys() & {"_external", "_anchor", "_scheme", "_method"}:
        return url_for(endpoint, **values)
    edition = g.get("edition")
    slug = None if edition is None else edition.slug
    try:
        return _kept(request.script_root, slug, endpoint, tuple(values.items()))
    except TypeError:  # A value that cannot be kept, such as the list of a filter.
        return url_for(endpoint, **values)
