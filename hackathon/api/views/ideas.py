"""Ideas: reading them, writing one, moving one on."""

from __future__ import annotations

from flask import url_for

from hackathon.accounts.viewer import current_viewer
from hackathon.api import documents
from hackathon.api.blueprint import EVENT, blueprint
from hackathon.api.documents import Document
from hackathon.api.paging import page_document, read_page
from hackathon.api.queries import describe_ideas
from hackathon.api.reading import Query, read_body, read_idempotency_key, read_query
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.idempotency import once
from hackathon.core.text import clean_line
from hackathon.events.context import current_edition
from hackathon.ideas import rules, services
from hackathon.ideas.page import load_idea_for_reading
from hackathon.ideas.queries import Filters, list_after
from hackathon.ideas.rules import IdeaText, Stage
from hackathon.workshops.rules import LONGEST_SEARCH

MOST_SECTORS = 30
LONGEST_SECTOR = 40


@blueprint.get(f"{EVENT}/ideas")
@requires(Permission.READ_PUBLIC)
def idea_list() -> Document:
    """The ideas that the viewer may read, by number: `?stage=&question=&sector=&q=` narrow them."""
    with read_query() as query:
        filters, page = _read_filters(query), read_page(query)
    # The board's own query says which ideas this viewer may see, so that there is one such rule and not two.
    cards = list_after(current_edition().id, current_viewer(), filters, number=page.after, most=page.limit + 1)
    wanted, cursor = page.cut(cards, lambda card: card.number)
    marks = describe_ideas([card.id for card in wanted])
    return page_document([documents.idea_line(card, marks[card.id]) for card in wanted], cursor)


def _read_filters(query: Query) -> Filters:
    return Filters(
        q=clean_line(query.text("q", longest=LONGEST_SEARCH)),
        sectors=query.texts("sector", most=MOST_SECTORS, longest=LONGEST_SECTOR),
        question=query.number("question"),
        stage=query.choice("stage", Stage),
    )


@blueprint.get(f"{EVENT}/ideas/<int:number>")
@requires(Permission.READ_PUBLIC)
def idea_show(number: int) -> Document:
    """One idea with everything that its page shows."""
    return _document(number)


def _document(number: int) -> Document:
    page = load_idea_for_reading(current_edition().id, current_viewer(), number)
    return documents.idea(page, describe_ideas([page.id])[page.id])


@blueprint.post(f"{EVENT}/ideas")
@requires(Permission.CREATE_IDEA)
def idea_create() -> tuple[Document, int, dict[str, str]]:
    """A new idea: a draft, or with `"submit": true` everybody's to read."""
    with read_body() as body:
        parts = {
            name: body.text(name, longest=longest, required=name in ("title", "summary"))
            for name, longest in rules.LIMITS.items()
        }
        text = IdeaText(
            **parts,
            question=body.number("question"),
            tags=body.texts("tags", most=rules.MOST_TAGS, longest=rules.LONGEST_TAG),
            findings=body.numbers("findings", most=rules.MOST_FINDINGS),
        )
        submit, terms_accepted = body.flag("submit"), body.flag("terms_accepted")
    edition, actor, now = current_edition(), current_viewer(), clock.now()

    def create() -> str:
        idea = services.create_idea(edition, text, actor=actor, submit=submit, terms_accepted=terms_accepted, now=now)
        return str(idea.number)

    scope = f"idea.create:{edition.id}"
    number = int(once(read_idempotency_key(), scope=scope, actor_id=actor.person_id, now=now, act=create))
    document = _document(number)
    db.session.commit()
    return document, 201, {"Location": url_for("api.idea_show", number=number)}


@blueprint.post(f"{EVENT}/ideas/<int:number>/transitions")
@requires(Permission.EDIT_IDEA)
def idea_move(number: int) -> Document:
    """One step of an idea's life. A draft that is submitted for the first time needs `"terms_accepted": true`."""
    with read_body() as body:
        to = body.chosen("to", Stage)
        reason = body.text("reason", longest=rules.LONGEST_REASON)
        version, merged_into = body.number("version"), body.number("merged_into")
        terms_accepted = body.flag("terms_accepted")
    edition, actor, now = current_edition(), current_viewer(), clock.now()
    idea = services.load_idea_for_writing(edition, actor, number)
    if idea.stage is Stage.DRAFT and to is Stage.SUBMITTED and terms_accepted:
        services.submit_idea(idea, edition=edition, actor=actor, terms_accepted=True, now=now)
    else:
        services.take_step(
            edition, number, to=to, reason=reason, actor=actor, now=now, version=version, merged_into=merged_into
        )
    document = _document(number)
    db.session.commit()
    return document
