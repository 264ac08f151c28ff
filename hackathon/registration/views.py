"""Pages of registration: a place, the skill profile, and the organiser's list of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role, requires
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.events.context import current_edition
from hackathon.registration import services
from hackathon.registration.forms import (
    LEVELS,
    CapacityForm,
    ProfileForm,
    RegistrationForm,
    capacity_form,
    profile_form,
    registration_form,
)
from hackathon.registration.queries import (
    PoolStanding,
    find_place,
    find_profile,
    has_complete_profile,
    list_organisation_choices,
    list_people,
    list_pool_standings,
    list_professions,
    list_skills,
)
from hackathon.registration.rules import RegistrationState, may_register

blueprint = Blueprint("registration", __name__, url_prefix="/events/<slug>")

Answer = Response | str | tuple[str, int]


# --- the own place ----------------------------------------------------------------------------------------------------


@blueprint.get("/register")
@requires(Permission.READ_PUBLIC)
def register() -> Answer:
    """The own place where there is one; else the form, the countdown, or the sentence that it is over."""
    viewer, edition = current_viewer(), current_edition()
    place = find_place(edition.id, viewer.person_id) if viewer.is_authenticated else None
    if place is not None and place.is_active:
        complete = has_complete_profile(edition.id, place.person_id)
        return render_template("registration/place_show.html", place=place, profile_is_complete=complete)
    pools = list_pool_standings(edition.id)
    return _registration_page(registration_form(pools, list_organisation_choices(edition.id)), pools)


@blueprint.post("/register")
@requires(Permission.REGISTER)
def take_place() -> Answer:
    edition = current_edition()
    pools = list_pool_standings(edition.id)
    form = registration_form(pools, list_organisation_choices(edition.id))
    if not form.validate():
        return _registration_page(form, pools), 422
    services.register(
        current_viewer().person_id, pool_key=form.pool.data, organisation_id=form.organisation_id, edition=edition,
        key=form.idempotency_key.data, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("registration.register"), 303)


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


# --- the own profile --------------------------------------------------------------------------------------------------


@blueprint.get("/profile")
@requires(Permission.EDIT_PROFILE)
def profile() -> Answer:
    return _profile_page(_own_profile_form())


@blueprint.post("/profile")
@requires(Permission.EDIT_PROFILE)
def save_profile() -> Answer:
    form = _own_profile_form()
    if not form.validate():
        return _profile_page(form), 422
    services.save_profile(current_viewer().person_id, form.content(), edition_id=current_edition().id, now=clock.now())
    db.session.commit()
    flash(_("Din profil är sparad."), "success")
    return redirect(url_for("registration.register"), 303)


def _own_profile_form() -> ProfileForm:
    edition_id = current_edition().id
    # Questions belong to workshops, which build on this package: they hand over their list.
    question_choices: Callable[[int, str], list[tuple[int, str]]] = current_app.extensions["question_choices"]
    return profile_form(
        find_profile(edition_id, current_viewer().person_id),
        skills=list_skills(edition_id),
        professions=list_professions(edition_id),
        questions=question_choices(edition_id, get_locale().language),
    )


def _profile_page(form: ProfileForm) -> str:
    return render_template("registration/profile_edit.html", form=form, levels=LEVELS)


# --- people, for organisers -------------------------------------------------------------------------------------------


@blueprint.get("/organise/people")
@requires(Permission.READ_PEOPLE)
def people() -> Answer:
    pools = list_pool_standings(current_edition().id)
    return _people_page(pools, {pool.key: capacity_form(pool) for pool in pools})


@blueprint.post("/organise/people/pools/<pool_key>/capacity")
@requires(Permission.EDIT_EVENT)
def set_capacity(pool_key: str) -> Answer:
    pools = list_pool_standings(current_edition().id)
    forms = {pool.key: capacity_form(pool) for pool in pools}
    form = forms.get(pool_key)
    if form is None:
        raise NotFound("pool_unknown", _l("De platserna finns inte i det här evenemanget."))
    if not form.validate():
        return _people_page(pools, forms), 422
    services.set_capacity(
        pool_key,
        capacity=form.capacity.data or 0,
        edition=current_edition(),
        actor_id=current_viewer().person_id,
        now=clock.now(),
    )
    db.session.commit()
    flash(_("Antalet platser är ändrat."), "success")
    return redirect(url_for("registration.people"), 303)


def _people_page(pools: Sequence[PoolStanding], forms: dict[str, CapacityForm]) -> str:
    chosen = {name: request.args.get(name, "").strip() for name in ("pool", "state", "text")}
    known: dict[str, list[str]] = {
        "pool": [pool.key for pool in pools],
        "state": [state.value for state in RegistrationState],
    }
    for name, values in known.items():
        if chosen[name] not in values:
            chosen[name] = ""
    return render_template(
        "registration/people_index.html",
        people=list_people(current_edition().id, **chosen),
        pools=pools,
        forms_by_pool=forms,
        chosen=chosen,
        states=list(RegistrationState),
    )
