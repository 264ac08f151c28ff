"""People, for organisers: the list, capacities and rules of places, and one person with what can be overruled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.events.context import current_edition
from hackathon.registration import overruling, services
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.people import (
    CapacityForm,
    MergeForm,
    PlaceRulesForm,
    ReasonForm,
    capacity_form,
)
from hackathon.registration.queries import (
    PoolStanding,
    find_registered,
    list_history,
    list_people,
    list_pool_standings,
    read_place_rules,
)
from hackathon.registration.rules import PlaceRules, Promotion, RegistrationState


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


# --- how places are given ---------------------------------------------------------------------------------------------


@blueprint.get("/organise/places")
@requires(Permission.EDIT_EVENT)
def place_rules() -> Answer:
    rules = read_place_rules(current_edition().id)
    form = PlaceRulesForm(promotion=rules.promotion.value, offer_hours=rules.offer_hours, ceiling=rules.ceiling)
    return render_template("registration/place_rules.html", form=form)


@blueprint.post("/organise/places")
@requires(Permission.EDIT_EVENT)
def set_place_rules() -> Answer:
    form = PlaceRulesForm()
    if not form.validate():
        return render_template("registration/place_rules.html", form=form), 422
    rules = PlaceRules(Promotion(form.promotion.data), form.offer_hours.data or 1, form.ceiling.data)
    services.set_place_rules(rules, edition=current_edition(), actor_id=current_viewer().person_id, now=clock.now())
    db.session.commit()
    flash(_("Reglerna för platser är sparade och gäller från och med nu."), "success")
    return redirect(url_for("registration.people"), 303)


# --- one person -------------------------------------------------------------------------------------------------------


@blueprint.get("/organise/people/<int:registration_id>")
@requires(Permission.READ_PEOPLE)
def person(registration_id: int) -> Answer:
    return _person_page(registration_id)


@blueprint.post("/organise/people/<int:registration_id>/give")
@requires(Permission.EDIT_EVENT)
def give_place(registration_id: int) -> Answer:
    return _overrule(
        registration_id, overruling.give_place, "give", _("Personen har fått en plats och ett mejl om det.")
    )


@blueprint.post("/organise/people/<int:registration_id>/withdraw")
@requires(Permission.EDIT_EVENT)
def withdraw_place(registration_id: int) -> Answer:
    return _overrule(
        registration_id,
        overruling.withdraw_place,
        "withdraw",
        _("Anmälan är avbokad, och personen har fått ett mejl om det."),
    )


def _overrule(registration_id: int, act: Callable[..., None], prefix: str, done: str) -> Answer:
    form = ReasonForm(prefix=prefix)
    if not form.validate():
        return _person_page(registration_id, form), 422
    act(
        registration_id, reason=form.reason.data or "", edition=current_edition(),
        actor_id=current_viewer().person_id, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(done, "success")
    return redirect(url_for("registration.person", registration_id=registration_id), 303)


@blueprint.post("/organise/people/<int:registration_id>/merge")
@requires(Permission.EDIT_EVENT)
def merge(registration_id: int) -> Answer:
    form = MergeForm(prefix="merge")
    other = find_registered(current_edition().id, email=form.email.data or "") if form.validate() else None
    if other is None:
        if not form.errors:
            form.email.errors = (_("Ingen är anmäld till evenemanget med den adressen. Kontrollera stavningen."),)
        return _person_page(registration_id, form), 422
    overruling.merge(
        registration_id, dropped_id=other.id, reason=form.reason.data or "", edition=current_edition(),
        actor_id=current_viewer().person_id, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("De två anmälningarna är nu en."), "success")
    return redirect(url_for("registration.person", registration_id=registration_id), 303)


def _person_page(registration_id: int, failed: ReasonForm | None = None) -> str:
    edition_id = current_edition().id
    registered = find_registered(edition_id, registration_id=registration_id)
    if registered is None:
        raise NotFound("registration_unknown", _l("Den anmälan finns inte i det här evenemanget."))
    forms = {
        "give": ReasonForm(None, prefix="give"),
        "withdraw": ReasonForm(None, prefix="withdraw"),
        "merge": MergeForm(None, prefix="merge"),
    }
    if failed is not None:
        forms[failed.purpose] = failed
    return render_template(
        "registration/person_show.html", person=registered, forms_by_act=forms, history=list_history(registration_id)
    )
