"""Pages of workshops, findings and questions that everybody can read once they are published."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from flask import current_app, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, Role, requires
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.workshops import queries, rules
from hackathon.workshops.models import FindingKind
from hackathon.workshops.queries import FindingRow, Search
from hackathon.workshops.rules import LONGEST_SEARCH, QuestionState, WorkshopState
from hackathon.workshops.services.loading import place_of
from hackathon.workshops.views.blueprint import blueprint

PAGE_SIZE = 50
_KINDS = frozenset(FindingKind)
Links = Callable[[int, int], list[tuple[str, str]]]


@blueprint.get("/workshops")
@requires(Permission.READ_PUBLIC)
def index() -> str:
    """The workshops; with a search, the findings that fit."""
    edition = current_edition()
    search, page = read_search(request.args), read_page(request.args)
    found: list[FindingRow] = []
    total, pages = 0, 1
    if search.is_set:
        found, total = queries.search_findings(
            edition.id, search, page=page, size=PAGE_SIZE, everything=_sees_everything()
        )
        pages = max(ceil(total / PAGE_SIZE), 1)
    return render_template(
        "workshops/workshop_list.html",
        workshops=queries.list_workshops(edition.id),
        sectors=list_sectors(edition.id),
        themes=queries.list_themes(edition.id),
        questions=queries.list_questions(edition.id),
        search=search,
        found=found,
        total=total,
        page=page,
        pages=pages,
        url_for_page=lambda number: url_for(".index", page=number, **search.address()),
    )


@blueprint.get("/workshops/<int:number>")
@requires(Permission.READ_PUBLIC)
def show(number: int) -> str:
    """One workshop with its findings by theme."""
    edition = current_edition()
    workshop = queries.load_workshop(edition.id, number)
    place = place_of(workshop.id, current_viewer())
    may_see = rules.may_see_inside(workshop.state, place)
    themes = queries.list_themes_of_workshop(edition.id, workshop.id) if may_see else []
    return render_template(
        "workshops/workshop_show.html",
        workshop=workshop,
        themes=themes,
        place=place,
        may_see=may_see,
        State=WorkshopState,
        steps=rules.WORKSHOP_STEPS[workshop.state],
    )


@blueprint.get("/findings/<int:number>")
@requires(Permission.READ_PUBLIC)
def finding(number: int) -> str:
    """One finding, and what grew out of it."""
    edition = current_edition()
    found = queries.load_finding(edition.id, number, everything=_sees_everything())
    links: Links | None = current_app.extensions.get("finding_links")
    return render_template(
        "workshops/finding_show.html",
        finding=found,
        sources=queries.list_sources(edition.id, found.id) if found.sources else [],
        questions=queries.list_questions_of_finding(edition.id, found.id),
        ideas=links(edition.id, found.id) if links else [],
    )


@blueprint.get("/questions")
@requires(Permission.READ_PUBLIC)
def questions() -> str:
    """All challenge questions."""
    drafts = current_viewer().can(Permission.WRITE_QUESTION)
    rows = queries.list_questions(current_edition().id, drafts=drafts)
    return render_template("workshops/question_list.html", questions=rows)


@blueprint.get("/questions/<int:number>")
@requires(Permission.READ_PUBLIC)
def question(number: int) -> str:
    """One question: who answers for it, and the findings that it grew out of."""
    edition = current_edition()
    viewer = current_viewer()
    row = queries.load_question(edition.id, number, drafts=viewer.can(Permission.WRITE_QUESTION))
    owns = row.owner_id is not None and viewer.organisations.get(Role.COORDINATOR) == row.owner_id
    return render_template(
        "workshops/question_show.html",
        question=row,
        themes=queries.list_themes_of_question(edition.id, row.id, everything=_sees_everything()),
        may_create=_may_create() and row.state is QuestionState.PUBLISHED,
        may_promise=viewer.can(Permission.PROMISE) and (owns or viewer.can(Permission.PLAN_WORKSHOPS)),
    )


def _sees_everything() -> bool:
    """Whether the viewer prepares the event, and so reads what is not published yet."""
    return current_viewer().can(Permission.FACILITATE)


def _may_create() -> bool:
    """Whether the button that leads to a new idea would work."""
    viewer = current_viewer()
    is_time = viewer.can(Permission.MOVE_IDEA) or current_edition().is_open("ideas", clock.now())
    return is_time and viewer.can(Permission.CREATE_IDEA)


def read_search(args: MultiDict[str, str]) -> Search:
    """The search that an address names; what it does not understand it leaves out."""
    kind, question = args.get("kind", ""), args.get("question", "")
    return Search(
        q=_words(args.get("q", ""))[:LONGEST_SEARCH],
        kind=FindingKind(kind) if kind in _KINDS else None,
        sector=_words(args.get("sector", ""))[:40],
        theme=_words(args.get("theme", ""))[:40],
        question=int(question) if _is_number(question) else None,
    )


def read_page(args: MultiDict[str, str]) -> int:
    """The page of a list that an address names, from 1."""
    page = args.get("page", "")
    return max(int(page), 1) if _is_number(page) else 1


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _words(text: str) -> str:
    """The words without what no database can hold: control characters and lone surrogates."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
