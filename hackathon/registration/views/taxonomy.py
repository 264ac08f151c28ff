"""The taxonomy of skills, for organisers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.events.context import current_edition
from hackathon.registration import taxonomy
from hackathon.registration.blueprint import Answer, blueprint
from hackathon.registration.forms.taxonomy import SkillForm, TaxonomyForm, meaning_form


@blueprint.get("/organise/skills")
@requires(Permission.EDIT_EVENT)
def skills() -> Answer:
    return _page()


@blueprint.post("/organise/skills")
@requires(Permission.EDIT_EVENT)
def add_skill() -> Answer:
    form = SkillForm(prefix="new")
    if not form.validate():
        return _page(new=form), 422
    taxonomy.add_skill(form.text(), **_by_me())
    return _saved(_("Kompetensen är tillagd."))


@blueprint.post("/organise/skills/import")
@requires(Permission.EDIT_EVENT)
def import_skills() -> Answer:
    form = TaxonomyForm()
    if not form.validate():
        return _page(pasted=form), 422
    new, changed = taxonomy.import_taxonomy(form.skills, **_by_me())
    return _saved(_("%(new)s nya kompetenser, %(changed)s uppdaterade.", new=new, changed=changed))


@blueprint.post("/organise/skills/<int:skill_id>")
@requires(Permission.EDIT_EVENT)
def change_skill(skill_id: int) -> Answer:
    form = SkillForm(prefix=f"skill-{skill_id}")
    if not form.validate():
        return _page(changed=(skill_id, form)), 422
    taxonomy.change_skill(skill_id, form.text("unchanged"), **_by_me())
    return _saved(_("Sparat."))


@blueprint.post("/organise/skills/<int:skill_id>/merge")
@requires(Permission.EDIT_EVENT)
def merge_skill(skill_id: int) -> Answer:
    form = meaning_form(taxonomy.list_taxonomy(current_edition().id), f"merge-{skill_id}")
    if not form.validate() or form.into.data == "0":
        return _page(), 422
    taxonomy.merge_skill(skill_id, into_id=int(form.into.data), **_by_me())
    return _saved(_("Kompetenserna är en nu."))


@blueprint.post("/organise/skills/<int:skill_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_skill(skill_id: int) -> Answer:
    taxonomy.remove_skill(skill_id, **_by_me())
    return _saved(_("Kompetensen är borttagen."))


@blueprint.post("/organise/skills/suggestions")
@requires(Permission.EDIT_EVENT)
def settle_suggestion() -> Answer:
    form = meaning_form(taxonomy.list_taxonomy(current_edition().id), "meaning")
    if not form.validate():
        return _page(), 422
    taxonomy.settle_suggestion(form.word.data or "", into_id=int(form.into.data) or None, **_by_me())
    return _saved(_("Sparat."))


def _by_me() -> dict[str, Any]:
    return {"edition_id": current_edition().id, "actor_id": current_viewer().person_id, "now": clock.now()}


def _saved(message: str) -> Response:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("registration.skills"), 303)


def _page(
    *,
    new: SkillForm | None = None,
    pasted: TaxonomyForm | None = None,
    changed: tuple[int, SkillForm] | None = None,
) -> str:
    edition_id = current_edition().id
    listed = taxonomy.list_taxonomy(edition_id)
    forms = {
        skill.id: SkillForm(
            None, prefix=f"skill-{skill.id}", sv=skill.name_sv, en=skill.name_en,
            synonyms=", ".join(row.text for row in skill.synonyms),
        )
        for skill in listed
    }  # fmt: skip
    if changed is not None and changed[0] in forms:
        forms[changed[0]] = changed[1]
    return render_template(
        "registration/taxonomy_edit.html", skills=listed, forms_by_skill=forms, uses=taxonomy.count_uses(edition_id),
        suggestions=taxonomy.list_suggestions(edition_id), new_form=new or SkillForm(None, prefix="new"),
        paste_form=pasted or TaxonomyForm(None),
    )  # fmt: skip
