"""The own place."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.api import documents
from hackathon.api.blueprint import EVENT, blueprint
from hackathon.api.documents import Document
from hackathon.api.queries import load_organisation_id
from hackathon.api.reading import read_body, read_idempotency_key
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db, reads_first, start_writing
from hackathon.core.errors import NotFound
from hackathon.events.context import current_edition
from hackathon.registration import services
from hackathon.registration.queries import find_place

LONGEST_POOL = 64
LONGEST_ORGANISATION = 200


@blueprint.post(f"{EVENT}/registrations")
@requires(Permission.REGISTER)
@reads_first
def registration_create() -> tuple[Document, int, dict[str, str]]:
    """Takes a place, or a place in line: 201; who has one already gets it told again: 200."""
    with read_body() as body:
        pool = body.text("pool", longest=LONGEST_POOL, required=True)
        organisation = body.text("organisation", longest=LONGEST_ORGANISATION)
    edition = current_edition()
    organisation_id = load_organisation_id(edition.id, organisation) if organisation else None
    start_writing()
    done = services.register(
        current_viewer().person_id,
        pool_key=pool,
        organisation_id=organisation_id,
        edition=edition,
        key=read_idempotency_key(),
        now=clock.now(),
    )
    db.session.commit()
    status = 201 if done.is_new else 200
    return documents.registration(done.place), status, {"Location": url_for("api.registration_show")}


@blueprint.get(f"{EVENT}/registrations/mine")
@requires(Permission.USE_API)
def registration_show() -> Document:
    """The own place."""
    place = find_place(current_edition().id, current_viewer().person_id)
    if place is None:
        raise NotFound("not_registered", _l("Du är inte anmäld till det här evenemanget."))
    return documents.registration(place)


@blueprint.delete(f"{EVENT}/registrations/mine")
@requires(Permission.CANCEL_REGISTRATION)
def registration_cancel() -> tuple[str, int]:
    """Gives the own place up."""
    services.cancel(current_viewer().person_id, edition=current_edition(), now=clock.now())
    db.session.commit()
    return "", 204
