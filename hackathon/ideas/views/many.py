"""Moving several ideas at once from the table, and keeping a narrowed board under a name."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.events.context import current_edition
from hackathon.ideas import services
from hackathon.ideas.forms import read_filters, read_page
from hackathon.ideas.saved import remove_view, save_view
from hackathon.ideas.views.blueprint import blueprint
from hackathon.ideas.views.pages import read_stage
from hackathon.ideas.words import stage_names

MOST_AT_ONCE = 200


@blueprint.post("/moves")
@requires(Permission.MOVE_IDEA)
def move_many() -> Response:
    """Moves the ticked ideas for one reason, and goes back to the table as it was narrowed."""
    chosen = request.form.getlist("number")[: MOST_AT_ONCE + 1]
    if len(chosen) > MOST_AT_ONCE or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in chosen):
        raise Invalid("number_unreadable", _("Det gick inte att läsa vilka idéer du valde. Ladda om sidan."))
    stage = read_stage(request.form.get("to", ""))
    count = services.take_steps(
        current_edition(), [int(one) for one in chosen], to=stage, reason=request.form.get("reason", ""),
        actor=current_viewer(), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("%(count)s idéer står nu i %(stage)s.", count=count, stage=stage_names()[stage]), "success")
    return redirect(_back(request.form.get("back", "")), 303)


@blueprint.post("/views")
@requires(Permission.MANAGE_ACCOUNT)
def save() -> Response:
    """Keeps the filters of the board under a name, or forgets a view (`remove`)."""
    edition, viewer = current_edition(), current_viewer()
    args: MultiDict[str, str] = MultiDict(parse_qs(request.form.get("query", "")[:2000]))
    filters = read_filters(args, signed_in=True, now=clock.now())
    remove = request.form.get("remove", "")
    if remove.isascii() and remove.isdigit() and len(remove) < 10:
        remove_view(edition.id, viewer.person_id, int(remove))
        message = _("Vyn är borttagen.")
    else:
        save_view(edition.id, viewer.person_id, name=request.form.get("name", ""), filters=filters)
        message = _("Vyn är sparad och står bland dina urval.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".board", **filters.address()), 303)


def _back(query: str) -> str:
    """The table again. Only what its own filters understand is taken from the form, so that nobody is led elsewhere."""
    args: MultiDict[str, str] = MultiDict(parse_qs(query[:2000]))
    return url_for(".index", page=read_page(args), **read_filters(args, signed_in=True, now=clock.now()).address())
