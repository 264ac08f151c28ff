"""The own skill profile, in steps; each is saved when it is left."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import NotFound
from hackathon.events.context import current_edition
from hackathon.registration import profiles
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.profiles import (
    LEVELS,
    AboutForm,
    KnownForm,
    ProfileForm,
    SkillsForm,
    WishesForm,
    about_form,
    known_form,
    skills_form,
    wishes_form,
)
from hackathon.registration.models import Profile
from hackathon.registration.queries import find_profile, list_professions, list_skills
from hackathon.registration.rules import Step, first_open_step, next_step

FEW_SKILLS = 24
"""So many are listed at once; of more, those that somebody has and those that are searched for."""


@blueprint.get("/profile")
@requires(Permission.EDIT_PROFILE)
def profile() -> Answer:
    """Leads to where the person left off."""
    saved = find_profile(current_edition().id, current_viewer().person_id)
    step = Step.ABOUT
    if saved is not None:
        has_about = saved.profession_id is not None and saved.seniority is not None
        step = first_open_step(has_about=has_about, skills=len(saved.skills), wishes=len(saved.wishes))
    return redirect(url_for("registration.profile_step", step=step.value), 303)


@blueprint.get("/profile/<step>")
@requires(Permission.EDIT_PROFILE)
def profile_step(step: str) -> Answer:
    current, saved = _step(step), _saved()
    return _profile_page(current, _form(current, saved), saved)


@blueprint.post("/profile/<step>")
@requires(Permission.EDIT_PROFILE)
def save_profile(step: str) -> Answer:
    current, saved = _step(step), _saved()
    form = _form(current, saved)
    if not form.validate():
        return _profile_page(current, form, saved), 422
    _save(form)
    db.session.commit()
    return redirect(_after(current, form), 303)


@blueprint.post("/profile/suggestions/<int:suggestion_id>/remove")
@requires(Permission.EDIT_PROFILE)
def take_back_suggestion(suggestion_id: int) -> Answer:
    person_id = current_viewer().person_id
    profiles.take_back_suggestion(person_id, suggestion_id, edition_id=current_edition().id, now=clock.now())
    db.session.commit()
    return redirect(url_for("registration.profile_step", step=Step.SKILLS.value), 303)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise NotFound("no_such_step", _l("Det steget finns inte. Börja från din profil.")) from None


def _saved() -> Profile | None:
    return find_profile(current_edition().id, current_viewer().person_id)


def _form(step: Step, saved: Profile | None) -> ProfileForm:
    edition_id = current_edition().id
    if step is Step.ABOUT:
        return about_form(saved, list_professions(edition_id))
    if step is Step.SKILLS:
        return skills_form(saved, list_skills(edition_id))
    if step is Step.WISHES:
        # Questions belong to workshops, which build on this package: they hand over their list.
        question_choices: Callable[[int, str], list[tuple[int, str]]] = current_app.extensions["question_choices"]
        return wishes_form(saved, question_choices(edition_id, get_locale().language))
    return known_form(saved)


def _save(form: ProfileForm) -> None:
    person_id, edition_id, now = current_viewer().person_id, current_edition().id, clock.now()
    if isinstance(form, AboutForm):
        profiles.save_about(person_id, form.content(), edition_id=edition_id, now=now)
    elif isinstance(form, SkillsForm):
        profiles.save_skills(person_id, form.levels(), edition_id=edition_id, now=now)
        if form.own.data:
            level = int(form.own_level.data)
            profiles.suggest_skill(person_id, form.own.data, level, edition_id=edition_id, now=now)
    elif isinstance(form, WishesForm):
        wishes, brings = form.chosen_wishes, form.brings.data or ""
        profiles.save_wishes(person_id, wishes, brings, edition_id=edition_id, now=now)
    elif isinstance(form, KnownForm):
        profiles.save_known(person_id, form.addresses, edition_id=edition_id, now=now)


def _after(step: Step, form: ProfileForm) -> str:
    """Where a saved step leads: on, or back to the same one where somebody searched or added a word of their own."""
    if isinstance(form, SkillsForm) and request.form.get("do") in ("search", "own"):
        text = form.q.data if request.form["do"] == "search" else None
        return url_for("registration.profile_step", step=step.value, q=text or None)
    following = next_step(step)
    if following is not None:
        return url_for("registration.profile_step", step=following.value)
    flash(_("Din profil är sparad."), "success")
    return url_for("registration.register")


def _profile_page(step: Step, form: ProfileForm, saved: Profile | None) -> str:
    text = request.args.get("q", "").strip()[:100]
    listed = form.shown(text) if isinstance(form, SkillsForm) else []
    return render_template(
        "registration/profile_edit.html",
        form=form,
        step=step,
        steps=list(Step),
        levels=LEVELS,
        listed=listed,
        text=text,
        is_few=isinstance(form, SkillsForm) and len(form.skills) <= FEW_SKILLS,
        suggestions=saved.suggestions if saved else [],
    )
