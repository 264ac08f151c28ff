"""Events: which there are, and what each is made of."""

from __future__ import annotations

from hackathon.api import documents
from hackathon.api.blueprint import EVENT, blueprint
from hackathon.api.documents import Document
from hackathon.api.paging import page_document, read_page
from hackathon.api.reading import read_query
from hackathon.core.access import Permission, requires
from hackathon.events.context import current_edition
from hackathon.events.queries import list_editions, list_sectors
from hackathon.registration.queries import list_pool_standings


@blueprint.get("/events")
@requires(Permission.READ_PUBLIC)
def event_list() -> Document:
    """All events."""
    with read_query() as query:
        page = read_page(query)
    editions, cursor = page.cut(list_editions(), lambda edition: edition.id)
    return page_document([documents.event_line(edition) for edition in editions], cursor)


@blueprint.get(EVENT)
@requires(Permission.READ_PUBLIC)
def event_show() -> Document:
    """One event: its phases, its pools with how many are seated, its sectors."""
    edition = current_edition()
    return documents.event(edition, list_pool_standings(edition.id), list_sectors(edition.id))
