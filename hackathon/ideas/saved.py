"""Views of the board that people keep: their filters under a name."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, func, select

from hackathon.core.db import db, fetch
from hackathon.core.errors import Conflict, Invalid
from hackathon.core.text import clean_line
from hackathon.ideas.models import SavedView
from hackathon.ideas.queries import Filters

MOST_VIEWS = 12
LONGEST_NAME = 40


class View(NamedTuple):
    """A kept view: its name, and the part of the address after the question mark."""

    id: int
    name: str
    query: str


_VIEWS = (
    select(SavedView.id, SavedView.name, SavedView.query)
    .where(SavedView.edition_id == bindparam("edition"), SavedView.person_id == bindparam("me"))
    .order_by(SavedView.name)
)


def list_views(edition_id: int, person_id: int) -> list[View]:
    """Somebody's own views, by name."""
    return list(map(View._make, fetch(_VIEWS, {"edition": edition_id, "me": person_id})))


def save_view(edition_id: int, person_id: int, *, name: str, filters: Filters) -> SavedView:
    """Keeps the filters under a name; a view of that name is replaced."""
    name = clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("view_name", _l("Vyn behöver ett namn på högst 40 tecken."))
    mine = SavedView.edition_id == edition_id, SavedView.person_id == person_id
    found = db.session.scalar(select(SavedView).where(*mine, SavedView.name == name).with_for_update())
    if found is None:
        if (db.session.scalar(select(func.count()).select_from(SavedView).where(*mine)) or 0) >= MOST_VIEWS:
            raise Conflict("too_many_views", _l("Du kan ha högst tolv vyer. Ta bort en först."))
        found = SavedView(edition_id=edition_id, person_id=person_id, name=name)
        db.session.add(found)
    found.query = urlencode(filters.address(), doseq=True)
    db.session.flush()
    return found


def remove_view(edition_id: int, person_id: int, view_id: int) -> None:
    """Forgets one of somebody's own views; one that is not there, or not theirs, is left alone."""
    mine = SavedView.edition_id == edition_id, SavedView.person_id == person_id
    db.session.execute(delete(SavedView).where(*mine, SavedView.id == view_id))
