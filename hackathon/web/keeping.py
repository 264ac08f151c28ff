"""Markup that depends on nothing but what it is handed is made once and kept: `{{ kept(shell.menu, nav) }}`.

The key is the macro with everything it is handed, and what a macro knows besides: language, time zone, year and the address
of the edition. So nothing has to be thrown away when data change: changed data are another key. A macro that is imported
without context sees neither viewer nor request; that it does not ask for the session either is tested
(tests/web/test_keeping.py). What is handed over must be hashable: tuples, frozen dataclasses, named tuples.
"""

from __future__ import annotations

from collections.abc import Hashable, MutableMapping
from typing import Any

from flask import Flask, g, request
from flask.templating import Environment as FlaskEnvironment
from jinja2.runtime import Macro
from markupsafe import Markup

from hackathon.core import clock
from hackathon.web.language import language

MOST_CHARACTERS = 16_000_000
"""How much one process keeps; a page is some 50,000. When it is full it begins anew."""


class Keeper:
    """The kept markup of one process."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        self._most = most_characters
        self._size = 0
        self._found: dict[Hashable, Markup] = {}

    def kept(self, macro: Macro, *arguments: Hashable) -> Markup:
        """What `macro(*arguments)` gives."""
        types = tuple(map(type, arguments))  # True equals 1, and text equals the same text as Markup.
        key = (macro, arguments, types, language(), g.get("surroundings") or _surroundings())
        found = self._found.get(key)
        if found is not None:
            return found
        markup = Markup(macro(*arguments))  # noqa: S704 - a macro gives markup.
        if self._size + len(markup) > self._most:
            self._found, self._size = {}, 0
        self._found[key] = markup
        self._size += len(markup)
        return markup


def _surroundings() -> Hashable:
    """What markup depends on besides its arguments and the language; the same for the whole request."""
    edition = g.get("edition")
    place = (edition.slug, edition.timezone) if edition is not None else None
    g.surroundings = (request.script_root, place, clock.now().year)
    return g.surroundings  # type: ignore[no-any-return]


class Environment(FlaskEnvironment):
    """Jinja, with one set of globals for all templates: a layer for each makes every import within a page cost as much as
    ten lookups."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    app.jinja_env.globals["kept"] = Keeper().kept
