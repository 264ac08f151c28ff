"""The blueprint of workshops, findings and questions, and what its views share."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from hackathon.core.errors import Invalid
from hackathon.events.queries import SectorInfo, list_sectors
from hackathon.workshops.queries import list_themes

blueprint = Blueprint("workshops", __name__, url_prefix="/events/<slug>")


def wants_json() -> bool:
    """Whether a script asks, and wants no page back."""
    return bool(request.accept_mimetypes.best == "application/json")


def in_words(row: object, name: str, language: str) -> str:
    """The text `name` of a row in this language."""
    return str(getattr(row, f"{name}_{language}", "") or getattr(row, f"{name}_sv"))


def sector_choices(edition_id: int, language: str) -> list[tuple[str, str]]:
    """Keys and names of the sectors, for a form."""
    return [(sector.key, in_words(sector, "name", language)) for sector in list_sectors(edition_id)]


def sector_ids(edition_id: int, language: str) -> list[tuple[str, str]]:
    """The same with ids."""
    return [(str(sector.id), in_words(sector, "name", language)) for sector in list_sectors(edition_id)]


def theme_choices(edition_id: int, language: str) -> list[tuple[str, str]]:
    """Keys and names of the themes."""
    return [(theme.key, in_words(theme, "name", language)) for theme in list_themes(edition_id)]


def chosen_sectors(edition_id: int, form: MultiDict[str, str]) -> list[SectorInfo]:
    """The sectors that are ticked in a form. Raises Invalid where there are none."""
    wanted = set(form.getlist("sector"))
    found = [sector for sector in list_sectors(edition_id) if sector.key in wanted]
    if not found:
        raise Invalid("sector_unknown", _("Kryssa i minst en sektor."))
    return found


def read_number(name: str) -> int:
    """A whole number of the form at hand. Raises Invalid."""
    text = request.form.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid("number_unreadable", _("Ett nummer i formuläret gick inte att läsa. Skriv bara siffror."))
    return int(text)
