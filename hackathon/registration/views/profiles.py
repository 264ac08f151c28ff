"""The own skill profile."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.events.context import current_edition
from hackathon.registration import services
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.profiles import LEVELS, ProfileForm, profile_form
from hackathon.registration.queries import find_profile, list_professions, list_skills


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
