"""What an idea said before and what happened to it, and the ideas that are like it."""

from __future__ import annotations

from flask import render_template, request

from hackathon.accounts.viewer import current_viewer
from hackathon.core.access import Permission, requires
from hackathon.core.text import clean
from hackathon.events.context import current_edition
from hackathon.ideas import history
from hackathon.ideas.finding import find_similar
from hackathon.ideas.forms import IdeaForm
from hackathon.ideas.page import load_idea_for_reading
from hackathon.ideas.views.blueprint import blueprint
from hackathon.ideas.words import stage_names

LONGEST_COMPARED = 2000


@blueprint.get("/<int:number>/history")
@requires(Permission.READ_PUBLIC)
def timeline(number: int) -> str:
    """All that happened to an idea, who did it, when and why, and what each version changed."""
    page = load_idea_for_reading(current_edition().id, current_viewer(), number)
    form = IdeaForm(formdata=None)
    return render_template(
        "ideas/idea_history.html",
        idea=page,
        events=history.list_events(page.id),
        versions={version.number: version for version in history.list_versions(page.id)},
        merged=history.list_merged(page.id),
        labels={name: form[name].label.text for name in history.PARTS},
        stage_names=stage_names(),
    )


@blueprint.get("/<int:number>/similar")
@requires(Permission.READ_PUBLIC)
def similar(number: int) -> str:
    """The ideas that are most like this one, and those that were merged into it."""
    edition, viewer = current_edition(), current_viewer()
    page = load_idea_for_reading(edition.id, viewer, number)
    found = find_similar(edition.id, viewer, f"{page.title} {page.summary}", but=[number])
    return render_template(
        "ideas/idea_similar.html",
        idea=page,
        similar=found,
        merged=history.list_merged(page.id),
        stage_names=stage_names(),
    )


@blueprint.get("/similar")
@requires(Permission.READ_PUBLIC)
def like() -> str:
    """The ideas that are most like a text that is being written; the form's script puts them beside it."""
    edition, viewer = current_edition(), current_viewer()
    text = clean(request.args.get("text", ""))[:LONGEST_COMPARED]
    but = request.args.get("but", type=int)
    found = find_similar(edition.id, viewer, text, but=[but] if but is not None else [])
    return render_template("ideas/idea_similar.html", idea=None, similar=found, merged=[], stage_names=stage_names())
