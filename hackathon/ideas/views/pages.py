"""Pages of ideas: board and list, one idea, and the forms that change it."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Conflict, DomainError, Forbidden, Invalid
from hackathon.core.idempotency import new_key, once
from hackathon.core.text import Piece
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.ideas import attachments, discussion, history, rules, services
from hackathon.ideas.board import board_of
from hackathon.ideas.forms import CommentForm, HideForm, IdeaForm, MoveForm, read_column, read_filters, read_page
from hackathon.ideas.history import read_revision
from hackathon.ideas.models import Idea, Support
from hackathon.ideas.page import IdeaPage, load_idea_for_reading
from hackathon.ideas.queries import find_idea, find_numbers, list_columns, list_page, list_people, standing_of
from hackathon.ideas.rules import Stage
from hackathon.ideas.saved import list_views
from hackathon.ideas.views.blueprint import blueprint, wants_json
from hackathon.ideas.words import language, stage_meanings, stage_names
from hackathon.workshops.queries import question_choices

PAGE_SIZE = 50
Changes = tuple[tuple[str, tuple[Piece, ...]], ...]

# --- reading ----------------------------------------------------------------------------------------------------------


@blueprint.get("/board")
@requires(Permission.READ_PUBLIC)
def board() -> str:
    """All published ideas in the columns of their stages."""
    edition, viewer = current_edition(), current_viewer()
    filters = read_filters(request.args, signed_in=viewer.is_authenticated, now=clock.now())
    column, page = read_column(request.args)
    tallies, cards = list_columns(edition.id, viewer, filters, column=column, page=page)
    now = clock.now()
    team_numbers = current_app.extensions.get("idea_teams")
    return render_template(
        "ideas/idea_board.html",
        board=board_of(tallies, cards, now=now, ideas_open=edition.is_open("ideas", now), column=column, page=page),
        revision=read_revision(edition.id),
        saved=list_views(edition.id, viewer.person_id) if viewer.is_authenticated else [],
        query=urlencode(filters.address(), doseq=True),
        column_address=filters.column_address(),
        filters=filters,
        teams=tuple(team_numbers(edition.id).items()) if team_numbers else (),
        may_create=services.may_create(edition, actor=viewer, now=clock.now()),
        **_choices(edition.id),
    )


@blueprint.get("/pulse")
@requires(Permission.READ_PUBLIC)
def pulse() -> Response:
    """What open boards ask every other second: whether anything has happened to an idea."""
    return jsonify({"revision": read_revision(current_edition().id)})


@blueprint.get("")
@requires(Permission.READ_PUBLIC)
def index() -> str:
    """The same ideas as a table, page by page."""
    edition, viewer = current_edition(), current_viewer()
    filters = read_filters(request.args, signed_in=viewer.is_authenticated, now=clock.now())
    page = read_page(request.args)
    cards, total = list_page(edition.id, viewer, filters, page=page, size=PAGE_SIZE)
    return render_template(
        "ideas/idea_list.html",
        cards=tuple(card.for_everybody() for card in cards),
        total=total,
        page=page,
        pages=max(ceil(total / PAGE_SIZE), 1),
        filters=filters,
        stage_choices=tuple(
            (stage.value, name)
            for stage, name in stage_names().items()
            if viewer.is_authenticated or stage is not Stage.DRAFT
        ),
        url_for_page=lambda number: url_for(".index", page=number, **filters.address()),
        may_create=services.may_create(edition, actor=viewer, now=clock.now()),
        **_choices(edition.id),
    )


def _choices(edition_id: int) -> dict[str, object]:
    """What the filters offer, and the words of the stages."""
    sectors = tuple(list_sectors(edition_id))
    return {
        "sectors": sectors,
        "sector_of": {sector.id: sector for sector in sectors},
        "agency_sectors": tuple(sector for sector in sectors if sector.pool == "agency"),
        "questions": tuple(question_choices(edition_id, language())),
        "stage_names": stage_names(),
        "stage_meanings": stage_meanings(),
        "Stage": Stage,
    }


@blueprint.get("/<int:number>")
@requires(Permission.READ_PUBLIC)
def show(number: int) -> str:
    """One idea: where it comes from, what it says, and what people say of it."""
    page = load_idea_for_reading(current_edition().id, current_viewer(), number)
    return _show(page)


def _show(page: IdeaPage, refused: CommentForm | None = None) -> str:
    """The page; `refused` is a comment that could not be taken, to be mended."""
    edition, viewer = current_edition(), current_viewer()
    links = current_app.extensions.get("idea_links")
    after = tuple(links(edition.id, page.id)) if links else ()
    ideas_open = edition.is_open("ideas", clock.now())
    standing, names = page.standing, stage_names()
    return render_template(
        "ideas/idea_show.html",
        idea=page,
        files=attachments.list_files(page.id),
        after=after,
        refused=refused,
        idempotency_key=new_key(),
        longest_comment=rules.LONGEST_COMMENT,
        may_edit=rules.may_edit(page.stage, hidden=page.hidden, standing=standing, ideas_open=ideas_open),
        may_move=bool(
            rules.steps_for(page.stage, is_author=standing.is_author and ideas_open, may_move_any=standing.organises)
        ),
        may_support=viewer.can(Permission.DISCUSS_IDEA) and rules.may_support(page.stage, standing=standing),
        stage_names=names,
        path=rules.PATH[1:],
        path_names=[names[stage] for stage in rules.PATH[1:]],
        Stage=Stage,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CREATE_IDEA)
def new() -> BaseResponse | str | tuple[str, int]:
    """The form for a new idea, kept as a draft or submitted."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    services.require_creating(edition, actor=viewer, now=now)
    form = IdeaForm()
    form.offer(question_choices(edition.id, language()), [])
    if request.method == "GET":
        form.idempotency_key.data = new_key()
        form.question.data = request.args.get("question", "")
        return _form_page(form)
    if not _is_valid(form):
        return _unusable(form)

    def create() -> str:
        idea = services.create_idea(
            edition,
            form.text(),
            actor=viewer,
            co_authors=form.addresses(),
            submit=_submits(),
            terms_accepted=form.terms.data,
            now=now,
        )
        return str(idea.number)

    try:
        number = once(
            form.idempotency_key.data, scope=f"idea.create:{edition.id}", actor_id=viewer.person_id, now=now, act=create
        )
    except Invalid as refusal:
        return _refused(form, refusal)
    if wants_json():
        return _saved(int(number))
    db.session.commit()
    flash(
        _("Idén är inskickad.") if _submits() else _("Utkastet är sparat. Bara du och medförfattarna ser det."),
        "success",
    )
    return redirect(url_for(".show", number=number), 303)


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_IDEA)
def edit(number: int) -> BaseResponse | str | tuple[str, int]:
    """The form for changing an idea; whoever comes second sees how the texts differ."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    idea = services.load_idea_for_editing(edition, viewer, number, now=now)
    form = IdeaForm()
    form.offer(question_choices(edition.id, language()), list_people(idea))
    if request.method == "GET":
        form.read(idea, *find_numbers(idea))
        return _form_page(form, idea)
    if not _is_valid(form, is_draft=idea.stage is Stage.DRAFT):
        return _unusable(form, idea)
    try:
        services.edit_idea(
            idea, form.text(), edition=edition, actor=viewer, version=form.version.data or 0, now=now,
            add_authors=form.addresses(), remove_authors=form.remove_authors.data or (),
        )  # fmt: skip
        if _submits() and idea.stage is Stage.DRAFT:
            services.submit_idea(idea, edition=edition, actor=viewer, terms_accepted=form.terms.data, now=now)
    except Invalid as refusal:
        return _refused(form, refusal, number)
    except Conflict as conflict:
        if conflict.reason != "changed_meanwhile" or wants_json():
            raise
        return _overtaken(form, number)
    if wants_json():
        return _saved(number)
    db.session.commit()
    flash(_("Idén är inskickad.") if _submits() else _("Ändringarna är sparade."), "success")
    return redirect(url_for(".show", number=number), 303)


def _unusable(form: IdeaForm, idea: Idea | None = None) -> tuple[str, int]:
    """The form again with what is wrong; a draft that saves itself is told that it was not saved."""
    if wants_json():
        raise Invalid(
            "draft_unusable", _("Utkastet är inte sparat. Tryck på Spara utkast och se vad som behöver rättas.")
        )
    return _form_page(form, idea), 422


def _saved(number: int) -> Response:
    """Where a draft that saves itself now lives, and its version."""
    idea = find_idea(current_edition().id, number)
    assert idea is not None  # noqa: S101 - it was written a moment ago, and ideas are never deleted.
    answer = {"number": number, "version": idea.version, "url": url_for(".edit", number=number)}
    db.session.commit()
    return jsonify(answer)


def _submits() -> bool:
    return request.form.get("do") == "submit"


def _is_valid(form: IdeaForm, *, is_draft: bool = True) -> bool:
    """Whether the form can be used; what is submitted needs the terms accepted."""
    valid: bool = form.validate_on_submit()
    if valid and _submits() and is_draft and not form.terms.data:
        form.terms.errors = [_("Läs och godkänn villkoren innan idén skickas in.")]
        return False
    return valid


def _refused(form: IdeaForm, refusal: DomainError, number: int | None = None) -> tuple[str, int]:
    """The form again, with what the service said beside the field it means."""
    db.session.rollback()
    if wants_json():
        raise refusal
    fields = {
        "co_author_unknown": "co_authors",
        "too_many_authors": "co_authors",
        "finding_unknown": "findings",
        "tags": "tags",
    }
    field = form[fields.get(refusal.reason, "title")]
    field.errors = [*field.errors, refusal.message]
    return _form_page(form, _again(number)), refusal.status


def _overtaken(form: IdeaForm, number: int) -> tuple[str, int]:
    """The form with one's own text, and how it differs from what somebody else has saved meanwhile."""
    db.session.rollback()
    theirs = _again(number)
    assert theirs is not None  # noqa: S101 - it was there a moment ago, and ideas are never deleted.
    form.version.data = theirs.version
    form.version.raw_data = None
    changes = history.changes_between(history.texts_of(theirs), history.texts_in(form.text()))
    return _form_page(form, theirs, overtaken=True, changes=changes), 409


def _again(number: int | None) -> Idea | None:
    if number is None:
        return None
    return services.load_idea_for_writing(current_edition(), current_viewer(), number)


def _form_page(form: IdeaForm, idea: Idea | None = None, *, overtaken: bool = False, changes: Changes = ()) -> str:
    return render_template(
        "ideas/idea_edit.html", form=form, idea=idea, overtaken=overtaken, Stage=Stage, changes=changes
    )


@blueprint.route("/<int:number>/move", methods=["GET", "POST"])
@requires(Permission.EDIT_IDEA)
def move(number: int) -> BaseResponse | str | tuple[str, int]:
    """Where an idea can go from here, as a plain form; the board's script posts the same."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    idea = services.load_idea_for_writing(edition, viewer, number)
    form = MoveForm()
    organises = viewer.can(Permission.MOVE_IDEA)
    is_author = standing_of(idea, viewer).is_author and edition.is_open("ideas", now)
    form.offer(rules.steps_for(idea.stage, is_author=is_author, may_move_any=organises))
    if request.method == "GET":
        if not form.to.choices:
            raise Forbidden("step_not_yours", _("Idén står där den står just nu. Fråga arrangören om den ska vidare."))
        form.version.data = idea.version
        return _move_page(form, idea)
    stage = read_stage(request.form.get("to", ""))
    if not wants_json() and stage in {step.to for step in form.steps.values()} and not form.validate_on_submit():
        return _move_page(form, idea), 422
    idea = services.take_step(
        edition, number, to=stage, reason=request.form.get("reason", ""), actor=viewer, now=now,
        version=read_number("version"), merged_into=read_number("merged_into"),
    )  # fmt: skip
    answer = {"number": idea.number, "stage": idea.stage.value, "version": idea.version}
    db.session.commit()
    if wants_json():
        return jsonify(answer)
    flash(_("Idén står nu i %(stage)s.", stage=stage_names()[stage]), "success")
    return redirect(url_for(".show", number=number), 303)


def read_stage(text: str) -> Stage:
    """The stage that a form names. Raises Invalid."""
    try:
        return Stage(text)
    except ValueError:
        raise Invalid("stage_unknown", _("Det steget finns inte. Ladda om sidan och välj ett i listan.")) from None


def read_number(name: str) -> int | None:
    """A number of a form; None where the field is empty. Raises Invalid."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(
            "number_unreadable", _("Ett nummer i formuläret gick inte att läsa. Ladda om sidan och försök igen.")
        )
    return int(text)


def _move_page(form: MoveForm, idea: Idea) -> str:
    return render_template(
        "ideas/idea_move.html",
        form=form,
        idea=idea,
        stage_names=stage_names(),
        stage_meanings=stage_meanings(),
        Stage=Stage,
    )


@blueprint.route("/<int:number>/hide", methods=["GET", "POST"])
@requires(Permission.HIDE_IDEA)
def hide(number: int) -> BaseResponse | str | tuple[str, int]:
    """Hides an idea with a reason, or shows it again."""
    viewer, now = current_viewer(), clock.now()
    idea = services.load_idea_for_writing(current_edition(), viewer, number)
    form = HideForm()
    if request.method == "GET":
        return render_template("ideas/idea_hide.html", form=form, idea=idea)
    if request.form.get("do") == "show":
        services.unhide_idea(idea, actor_id=viewer.person_id, now=now)
        message = _("Idén syns igen.")
    elif form.validate_on_submit():
        services.hide_idea(idea, reason=form.reason.data or "", actor_id=viewer.person_id, now=now)
        message = _("Idén är dold för alla utom författarna, processledare och arrangörer.")
    else:
        return render_template("ideas/idea_hide.html", form=form, idea=idea), 422
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/comment")
@requires(Permission.DISCUSS_IDEA)
def comment(number: int) -> BaseResponse | tuple[str, int]:
    """Adds a comment."""
    edition, viewer, now = current_edition(), current_viewer(), clock.now()
    idea = services.load_idea_for_writing(edition, viewer, number)
    form = CommentForm()
    if not form.validate_on_submit():
        return _show(load_idea_for_reading(edition.id, viewer, number), form), 422

    def write() -> str:
        return str(
            discussion.comment_on(
                idea, text=form.text.data or "", edition=edition, person_id=viewer.person_id, now=now
            ).id
        )

    key = form.idempotency_key.data
    comment_id = once(key, scope=f"idea.comment:{idea.id}", actor_id=viewer.person_id, now=now, act=write)
    db.session.commit()
    return redirect(url_for(".show", number=number, _anchor=f"c{comment_id}"), 303)


@blueprint.post("/<int:number>/support")
@requires(Permission.DISCUSS_IDEA)
def support(number: int) -> BaseResponse | Response:
    """Gives support (`on=1`) or takes it back (`on=0`), of the kind `like` or `work`."""
    viewer = current_viewer()
    idea = services.load_idea_for_writing(current_edition(), viewer, number)
    kinds = {kind.value: kind for kind in Support}
    kind = kinds.get(request.form.get("kind", ""))
    if kind is None or request.form.get("on") not in ("0", "1"):
        raise Invalid("support_unreadable", _("Det gick inte att läsa vad du valde. Ladda om sidan och försök igen."))
    discussion.set_support(idea, kind=kind, on=request.form["on"] == "1", actor=viewer, now=clock.now())
    db.session.commit()
    return redirect(url_for(".show", number=number), 303)
