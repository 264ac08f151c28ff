"""Pages of workshops, findings and questions: all of them readable by everybody."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.events.context import current_edition
from hackathon.events.queries import list_sectors
from hackathon.workshops import queries
from hackathon.workshops.models import FindingKind
from hackathon.workshops.queries import FindingRow, Search
from hackathon.workshops.rules import LONGEST_SEARCH

PAGE_SIZE = 50
_KINDS = frozenset(FindingKind)
Links = Callable[[int, int], list[tuple[str, str]]]

blueprint = Blueprint("workshops", __name__, url_prefix="/events/<slug>")


@blueprint.get("/workshops")
@requires(Permission.READ_PUBLIC)
def index() -> str:
    """The workshops; with a search, the findings that fit."""
    edition = current_edition()
    search, page = read_search(request.args), read_page(request.args)
    found: list[FindingRow] = []
    total, pages = 0, 1
    if search.is_set:
        found, total = queries.search_findings(edition.id, search, page=page, size=PAGE_SIZE)
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
    themes = queries.list_themes_of_workshop(edition.id, workshop.id)
    return render_template("workshops/workshop_show.html", workshop=workshop, themes=themes)


@blueprint.get("/findings/<int:number>")
@requires(Permission.READ_PUBLIC)
def finding(number: int) -> str:
    """One finding, and what grew out of it."""
    edition = current_edition()
    found = queries.load_finding(edition.id, number)
    links: Links | None = current_app.extensions.get("finding_links")
    return render_template(
        "workshops/finding_show.html",
        finding=found,
        questions=queries.list_questions_of_finding(edition.id, found.id),
        ideas=links(edition.id, found.id) if links else [],
    )


@blueprint.get("/questions")
@requires(Permission.READ_PUBLIC)
def questions() -> str:
    """All challenge questions."""
    return render_template("workshops/question_list.html", questions=queries.list_questions(current_edition().id))


@blueprint.get("/questions/<int:number>")
@requires(Permission.READ_PUBLIC)
def question(number: int) -> str:
    """One question: who answers for it, and the findings that it grew out of."""
    edition = current_edition()
    row = queries.load_question(edition.id, number)
    themes = queries.list_themes_of_question(edition.id, row.id)
    return render_template("workshops/question_show.html", question=row, themes=themes, may_create=_may_create())


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
