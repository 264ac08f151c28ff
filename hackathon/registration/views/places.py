"""The own place: taking it, accepting an offer, waiting, giving it up."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role, requires
from hackathon.core.db import db, reads_first, start_writing
from hackathon.events.context import current_edition
from hackathon.registration import services
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.places import RegistrationForm, registration_form
from hackathon.registration.leaving import read_leave_token
from hackathon.registration.queries import (
    Place,
    PoolStanding,
    find_place,
    has_complete_profile,
    is_organisation_full,
    list_organisation_choices,
    list_pool_standings,
    read_place_rules,
)
from hackathon.registration.rules import CAME, may_register


@blueprint.get("/register")
@requires(Permission.READ_PUBLIC)
def register() -> Answer:
    """The own place where there is one; else the form, the countdown, or the sentence that it is over."""
    viewer, edition = current_viewer(), current_edition()
    place = find_place(edition.id, viewer.person_id) if viewer.is_authenticated else None
    if place is not None and place.is_active:
        return _own_place_page(place)
    pools = list_pool_standings(edition.id)
    return _registration_page(registration_form(pools, list_organisation_choices(edition.id)), pools)


@blueprint.post("/register")
@requires(Permission.REGISTER)
@reads_first
def take_place() -> Answer:
    edition = current_edition()
    pools = list_pool_standings(edition.id)
    form = registration_form(pools, list_organisation_choices(edition.id))
    if not form.validate():
        return _registration_page(form, pools), 422
    start_writing()
    services.register(
        current_viewer().person_id, pool_key=form.pool.data, organisation_id=form.organisation_id, edition=edition,
        key=form.idempotency_key.data, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("registration.register"), 303)


def _own_place_page(place: Place) -> str:
    edition, now = current_edition(), clock.now()
    rules = read_place_rules(edition.id)
    return render_template(
        "registration/place_show.html",
        place=place.at(now),
        ceiling=rules.ceiling if is_organisation_full(place.id, ceiling=rules.ceiling) else None,
        profile_is_complete=has_complete_profile(edition.id, place.person_id),
        rules=rules,
    )


def _registration_page(form: RegistrationForm, pools: Sequence[PoolStanding]) -> str:
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    phase = edition.phase("registration")
    refusal = may_register(
        phase=phase.status(now) if phase else None, is_judge=Role.JUDGE in viewer.roles, is_verified=True
    )  # Who is signed in has a verified address; the service looks again.
    return render_template("registration/place_new.html", form=form, pools=pools, phase=phase, refusal=refusal, now=now)


@blueprint.get("/register/cancel")
@requires(Permission.CANCEL_REGISTRATION)
def cancel() -> Answer:
    place = find_place(current_edition().id, current_viewer().person_id)
    if place is None or not place.is_active:
        return redirect(url_for("registration.register"), 303)
    return render_template("registration/place_cancel.html", place=place)


@blueprint.post("/register/cancel")
@requires(Permission.CANCEL_REGISTRATION)
def give_up_place() -> Answer:
    services.cancel(current_viewer().person_id, edition=current_edition(), now=clock.now())
    db.session.commit()
    flash(_("Din anmälan är avbokad. Tack för att du sa till."), "success")
    return redirect(url_for("registration.register"), 303)


@blueprint.get("/cannot-come/<token>")
@requires(Permission.LEAVE_BY_LINK)
def cannot_come(token: str) -> Answer:
    """Shows a button and changes nothing: programs that look into mail open links too."""
    place = _place_of_link(token)
    return render_template("registration/place_leave.html", place=place), 200 if place else 410


@blueprint.post("/cannot-come/<token>")
@requires(Permission.LEAVE_BY_LINK)
def leave(token: str) -> Answer:
    place = _place_of_link(token)
    if place is None:
        return render_template("registration/place_leave.html", place=None), 410
    services.cancel(place.person_id, edition=current_edition(), now=clock.now())
    db.session.commit()
    flash(_("Din anmälan är avbokad. Tack för att du sa till."), "success")
    return redirect(url_for("registration.register"), 303)


def _place_of_link(token: str) -> Place | None:
    """The place that a letter's link gives up; None where the link is none, or there is nothing left to give up."""
    edition = current_edition()
    person_id = read_leave_token(token, edition_id=edition.id, secret=current_app.config["SETTINGS"].secret_key)
    place = find_place(edition.id, person_id) if person_id is not None else None
    return place if place is not None and place.is_active and place.state not in CAME else None


@blueprint.post("/register/accept")
@requires(Permission.CANCEL_REGISTRATION)
def accept_offer() -> Answer:
    services.accept_offer(current_viewer().person_id, edition=current_edition(), now=clock.now())
    db.session.commit()
    flash(_("Platsen är din. Välkommen!"), "success")
    return redirect(url_for("registration.register"), 303)


@blueprint.post("/register/wait")
@requires(Permission.CANCEL_REGISTRATION)
def wait_again() -> Answer:
    services.wait_again(current_viewer().person_id, edition=current_edition(), now=clock.now())
    db.session.commit()
    return redirect(url_for("registration.register"), 303)
