"""Needs: the own ones, the counts, and the list for those who are named."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db, start_writing
from hackathon.events.context import current_edition
from hackathon.registration import needs as services
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.needs import ACCESSES, DIETS, NeedsForm, ReadersForm, needs_form, readers_form
from hackathon.registration.rules import needs_deleted_on


@blueprint.get("/needs")
@requires(Permission.EDIT_NEEDS)
def needs() -> Answer:
    return _own_page(needs_form(services.read_own_needs(current_viewer().person_id, edition_id=current_edition().id)))


@blueprint.post("/needs")
@requires(Permission.EDIT_NEEDS)
def save_needs() -> Answer:
    form = NeedsForm()
    if not form.validate():
        return _own_page(form), 422
    services.save_needs(current_viewer().person_id, form.content(), edition=current_edition())
    db.session.commit()
    flash(_("Dina behov är sparade."), "success")
    return redirect(url_for("registration.register"), 303)


@blueprint.post("/needs/erase")
@requires(Permission.EDIT_NEEDS)
def erase_needs() -> Answer:
    services.forget_needs(current_viewer().person_id, edition_id=current_edition().id)
    db.session.commit()
    flash(_("Dina behov är raderade."), "success")
    return redirect(url_for("registration.needs"), 303)


def _own_page(form: NeedsForm) -> str:
    edition = current_edition()
    return render_template(
        "registration/needs_edit.html", form=form, readers=services.list_readers(edition.id),
        delete_on=needs_deleted_on(edition.event_date),
    )  # fmt: skip


@blueprint.get("/organise/needs")
@requires(Permission.COUNT_NEEDS)
def needs_counts() -> Answer:
    return _counts_page(_readers_form())


@blueprint.post("/organise/needs/readers")
@requires(Permission.COUNT_NEEDS)
def name_readers() -> Answer:
    form = _readers_form()
    if not form.validate():
        return _counts_page(form), 422
    services.name_readers(
        [int(person_id) for person_id in form.readers.data or ()], edition_id=current_edition().id,
        actor_id=current_viewer().person_id, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("Sparat."), "success")
    return redirect(url_for("registration.needs_counts"), 303)


def _readers_form() -> ReadersForm:
    edition_id = current_edition().id
    return readers_form(services.list_candidates(edition_id), services.list_readers(edition_id))


def _counts_page(form: ReadersForm) -> str:
    edition = current_edition()
    return render_template(
        "registration/needs_count.html", form=form, counts=services.count_needs(edition.id), diets=DIETS, accesses=ACCESSES,
        is_reader=services.is_reader(current_viewer().person_id, edition_id=edition.id),
        delete_on=needs_deleted_on(edition.event_date),
    )  # fmt: skip


@blueprint.get("/organise/needs/people")
@requires(Permission.READ_NEEDS)
def needs_people() -> Answer:
    """The list; that it was read is written down, so that this page writes."""
    start_writing()
    people = services.read_needs(current_viewer().person_id, edition_id=current_edition().id, now=clock.now())
    db.session.commit()
    return render_template("registration/needs_list.html", people=people, diets=DIETS, accesses=ACCESSES)
