"""Lists page by page: `?limit=` items, and a cursor for the next page that nobody has to understand."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import gettext as _

from hackathon.api.reading import Query

MOST_ITEMS = 200
USUAL_ITEMS = 50
LONGEST_CURSOR = 40
Row = TypeVar("Row")
_INSIDE = re.compile(rb"after:([0-9]{1,10})")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted: at most `limit` items whose number is above `after`."""

    limit: int
    after: int

    def cut(self, rows: Sequence[Row], key: Callable[[Row], int]) -> tuple[list[Row], str | None]:
        """This part of the rows in the order of their keys, and the cursor of the next part; None after the last."""
        left = sorted((row for row in rows if key(row) > self.after), key=key)
        wanted = left[: self.limit]
        return wanted, _cursor(key(wanted[-1])) if len(left) > self.limit else None


def read_page(query: Query) -> Page:
    """`limit` and `cursor` of the address."""
    limit = query.number("limit", low=1, high=MOST_ITEMS) or USUAL_ITEMS
    cursor = query.text("cursor", longest=LONGEST_CURSOR)
    after = _after(cursor) if cursor else 0
    if after is None:
        query.refuse("cursor", _("Använd next från förra sidan, oförändrat."))
    return Page(limit, after or 0)


def page_document(items: list[dict[str, Any]], cursor: str | None) -> dict[str, Any]:
    """A page as every list answers it."""
    return {"items": items, "next": cursor}


def _cursor(after: int) -> str:
    return base64.urlsafe_b64encode(b"after:%d" % after).decode().rstrip("=")


def _after(cursor: str) -> int | None:
    try:
        inside = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    found = _INSIDE.fullmatch(inside)
    return int(found[1]) if found else None
