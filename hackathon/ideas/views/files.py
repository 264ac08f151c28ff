"""Files with an idea: sent, taken away, downloaded."""

from __future__ import annotations

import contextlib

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.core.uploads import TYPES, accepts_file, file_response
from hackathon.events.context import current_edition
from hackathon.ideas import attachments
from hackathon.ideas.page import load_idea_for_reading
from hackathon.ideas.services import load_idea_for_editing
from hackathon.ideas.views.blueprint import blueprint

_AROUND_THE_FILE = 2**16
"""What a request holds beside the file: the token, the names of fields and the boundaries."""


@blueprint.route("/<int:number>/files", methods=["GET", "POST"])
@requires(Permission.EDIT_IDEA)
@accepts_file(attachments.MOST_BYTES + _AROUND_THE_FILE)
def files(number: int) -> BaseResponse | str:
    """The files of an idea, for those who may change it: add one, or take one away."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    idea = load_idea_for_editing(edition, viewer, number, now=now)
    if request.method == "GET":
        shown = attachments.list_files(idea.id)
        return render_template(
            "ideas/idea_files.html", idea=idea, files=shown, most=attachments.MOST_FILES, endings=sorted(TYPES)
        )
    wanted = request.form.get("remove", "")
    if wanted:
        if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 9:
            raise Invalid("number_unreadable", _("Det gick inte att läsa vilken fil du valde. Ladda om sidan."))
        attachments.remove_file(idea, int(wanted), actor=viewer, now=now)
        message = _("Filen är borttagen.")
    else:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("file_missing", _("Välj en fil innan du skickar."))
        with contextlib.closing(sent):  # A large one lies in a file of its own until then.
            data = sent.read()
        attachments.attach_file(idea, name=sent.filename, data=data, actor=viewer, now=now)
        message = _("Filen är tillagd.")
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".files", number=number), 303)


@blueprint.get("/<int:number>/files/<int:file_id>")
@requires(Permission.READ_PUBLIC)
def download(number: int, file_id: int) -> Response:
    """A file, for everybody who may read the idea."""
    page = load_idea_for_reading(current_edition().id, current_viewer(), number)
    return file_response(attachments.read_file(page.id, file_id))
