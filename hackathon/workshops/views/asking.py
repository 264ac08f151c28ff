"""Writing challenge questions, their versions, the need owner's promise, and publication."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role, requires
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden
from hackathon.core.idempotency import new_key, once
from hackathon.core.text import difference
from hackathon.events.context import current_edition
from hackathon.workshops import queries
from hackathon.workshops.forms import PromiseForm, QuestionForm
from hackathon.workshops.models import ChallengeQuestion
from hackathon.workshops.services import asking
from hackathon.workshops.services.loading import load_question_for_writing
from hackathon.workshops.views.blueprint import blueprint

Page = Response | str | tuple[str, int]
PARTS = ("title_sv", "text_sv", "title_en", "text_en")


def _form() -> QuestionForm:
    form = QuestionForm()
    form.offer(queries.organisation_choices(current_edition().id))
    return form


@blueprint.route("/questions/new", methods=["GET", "POST"])
@requires(Permission.WRITE_QUESTION)
def write() -> Page:
    """The form for a new question; `?finding=12&finding=40` brings the findings along."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    form = _form()
    if request.method == "GET":
        numbers = [number for number in request.args.getlist("finding", type=int) if number > 0]
        form.findings.data = ", ".join(str(number) for number in numbers[: asking.MOST_EVIDENCE])
        form.idempotency_key.data = new_key()
        return _page(form, None)
    if not form.validate_on_submit():
        return _page(form, None), 422

    def create() -> str:
        return str(asking.write_question(edition, form.question(), actor=viewer, now=now).number)

    key, scope = form.idempotency_key.data, f"question.write:{edition.id}"
    number = once(key, scope=scope, actor_id=viewer.person_id, now=now, act=create)
    db.session.commit()
    flash(_("Frågan är sparad som utkast. Arrangören publicerar den."), "success")
    return redirect(url_for(".question", number=number), 303)


@blueprint.route("/questions/<int:number>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_QUESTION)
def rewrite(number: int) -> Page:
    """The form for changing a question; whoever comes second sees what is new."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    question = load_question_for_writing(edition.id, number)
    form = _form()
    if request.method == "GET":
        form.read(question, queries.finding_numbers(question.id))
        return _page(form, question)
    if not form.validate_on_submit():
        return _page(form, question), 422
    try:
        asking.change_question(
            question, form.question(), version=form.version_read, note=form.note.data or "", actor=viewer, now=now
        )
    except Conflict as conflict:
        if conflict.reason != "changed_meanwhile":
            raise
        return _overtaken(form, number)
    db.session.commit()
    flash(_("Ändringarna är sparade."), "success")
    return redirect(url_for(".question", number=number), 303)


def _overtaken(form: QuestionForm, number: int) -> tuple[str, int]:
    """The form with one's own text, and beside it how it differs from what somebody else has saved meanwhile."""
    db.session.rollback()
    theirs = load_question_for_writing(current_edition().id, number)
    form.version.data = str(theirs.version)
    form.version.raw_data = None
    changed = [
        (form[name].label.text, difference(getattr(theirs, name), form[name].data or ""))
        for name in PARTS
        if getattr(theirs, name) != (form[name].data or "")
    ]
    return _page(form, theirs, changed=changed, overtaken=True), 409


def _page(
    form: QuestionForm, question: ChallengeQuestion | None, *, changed: object = (), overtaken: bool = False
) -> str:
    return render_template(
        "workshops/question_edit.html", form=form, question=question, changed=changed, overtaken=overtaken
    )


@blueprint.get("/questions/<int:number>/versions")
@requires(Permission.READ_PUBLIC)
def versions(number: int) -> str:
    """What a question has said, the latest first, with what each version changed."""
    drafts = current_viewer().can(Permission.WRITE_QUESTION)
    row = queries.load_question(current_edition().id, number, drafts=drafts)
    return render_template(
        "workshops/question_versions.html", question=row, versions=queries.list_versions(row.id), difference=difference
    )


@blueprint.post("/questions/<int:number>/publish")
@requires(Permission.PUBLISH_QUESTION)
def publish(number: int) -> Response:
    """Shows a question to everybody (`on=1`), or takes it back."""
    question = load_question_for_writing(current_edition().id, number)
    on = request.form.get("on") == "1"
    asking.publish_question(question, on=on, actor=current_viewer(), now=clock.now())
    db.session.commit()
    flash(_("Frågan är publicerad.") if on else _("Frågan är åter ett utkast."), "success")
    return redirect(url_for(".question", number=number), 303)


@blueprint.route("/questions/<int:number>/promise", methods=["GET", "POST"])
@requires(Permission.PROMISE)
def promise(number: int) -> Page:
    """What the need owner promises to do with what comes out."""
    viewer = current_viewer()
    question = load_question_for_writing(current_edition().id, number)
    owns = question.need_owner_id is not None and viewer.organisations.get(Role.COORDINATOR) == question.need_owner_id
    if not (owns or viewer.can(Permission.PLAN_WORKSHOPS)):
        raise Forbidden(
            "not_the_owner", _("Bara behovsägarens samordnare kan ge löftet. Be arrangören om det är din fråga.")
        )
    form = PromiseForm()
    if request.method == "GET":
        form.promise_sv.data, form.promise_en.data = question.promise_sv, question.promise_en
    if not form.validate_on_submit():
        page = render_template("workshops/question_promise.html", form=form, question=question)
        return (page, 422) if request.method == "POST" else page
    asking.promise_followup(
        question, promise_sv=form.promise_sv.data or "", promise_en=form.promise_en.data or "", actor=viewer, now=clock.now()
    )  # fmt: skip
    db.session.commit()
    flash(_("Löftet är sparat och syns vid frågan."), "success")
    return redirect(url_for(".question", number=number), 303)
