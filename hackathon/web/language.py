"""Language and theme of a page: Swedish unless somebody chose English; light or dark as the device says unless chosen."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, format_time, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from hackathon.core import clock

LANGUAGES = ("sv", "en")
THEMES = ("light", "dark")
LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"


def select_language() -> str:
    """The chosen language; Swedish comes first."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else "sv"


def select_timezone() -> str | None:
    edition = g.get("edition")
    return edition.timezone if edition is not None else None


def chosen_theme() -> str:
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def language() -> str:
    """The language of the moment: "sv" or "en"."""
    # Flask-Babel keeps the locale here once it is known. Asking it costs thrice as much, and a page asks fifty times.
    known = getattr(g.get("_flask_babel"), "babel_locale", None) if has_app_context() else None
    locale = known or get_locale()
    return locale.language if locale is not None else "sv"


def in_language(thing: Any, name: str) -> str:
    """The text `name` of a row that has it in both languages: `in_language(question, "title")`."""
    text: str = getattr(thing, f"{name}_{language()}") or getattr(thing, f"{name}_sv")
    return text


def _day(value: date | datetime | None) -> str:
    """Day and month; the year too where it is not the present one, since nobody can guess it."""
    if not value:
        return ""
    text: str = format_date(value, "d MMMM" if value.year == clock.now().year else "d MMMM yyyy")
    return text


@lru_cache
def _catalogue(_language: str) -> NullTranslations:
    """The texts of the moment's language, which is named to be the key: a page asks for some fifty texts."""
    return get_translations()  # type: ignore[no-any-return]


@lru_cache(4096)
def _words(language: str, text: str) -> Markup:
    """A text without variables as markup."""
    return Markup(_catalogue(language).gettext(text)) % {}  # noqa: S704 - the catalogue is ours.


def translate(text: str) -> str:
    """A text in the moment's language."""
    found: str = _catalogue(language()).gettext(text)
    return found


@pass_eval_context
def _in_template(context: EvalContext, text: str, **variables: object) -> str:
    """A text with its variables put in; on a page they are escaped, in a letter they are not."""
    if context.autoescape and not variables:
        return _words(language(), text)
    found = _catalogue(language()).gettext(text)
    return Markup(found) % variables if context.autoescape else found % variables  # noqa: S704 - the catalogue is ours.


@pass_eval_context
def _plural_in_template(context: EvalContext, one: str, many: str, num: int, **variables: object) -> str:
    """A text that depends on a number; `%(num)s` stands for it."""
    found, values = _catalogue(language()).ngettext(one, many, num), {"num": num} | variables
    return Markup(found) % values if context.autoescape else found % values  # noqa: S704


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=select_language, timezone_selector=select_timezone)
    app.jinja_env.filters.update(
        day=_day,
        dateformat=lambda value, form="d MMMM yyyy": format_date(value, form) if value else "",
        timeformat=lambda value, form="HH:mm": format_time(value, form) if value else "",
        datetimeformat=lambda value, form="d MMMM HH:mm": format_datetime(value, form) if value else "",
        numberformat=lambda value, form=None: format_decimal(value, format=form) if value is not None else "",
        tr=in_language,
    )
    app.jinja_env.globals.update(get_locale=get_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Past the extension's own wrappers, which cost more than the look-up: a page asks for some fifty texts.
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_plural_in_template)
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined] # {% trans %} hands its variables on.
