"""Many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Table, insert

from hackathon.core.db import db
from hackathon.core.model import Base, Identified

Row = dict[str, Any]
Key = TypeVar("Key")
Value = TypeVar("Value")


def add_rows(model: type[Base], rows: Sequence[Row]) -> None:
    """Inserts rows; none where there are none."""
    if rows:
        db.session.execute(insert(_table_of(model)), rows)


def add_identified(model: type[Identified], rows: Sequence[Row]) -> list[int]:
    """Inserts rows and returns their ids, in the order of the rows."""
    if not rows:
        return []
    table = _table_of(model)
    return list(db.session.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))


def read_pairs(query: Select[Key, Value]) -> dict[Key, Value]:
    """A query of two columns as a dictionary."""
    return {row[0]: row[1] for row in db.session.execute(query)}


def _table_of(model: type[Base]) -> Table:
    """Plain rows need nothing of the mapping, which takes most of the time."""
    return Base.metadata.tables[model.__tablename__]
