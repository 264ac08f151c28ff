"""The whole database as plain data, so that two loads can be compared whatever ids their rows got."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select

from hackathon.core.db import db
from hackathon.core.model import Base

_NOT_COMPARED = {"audit_entry", "audit_note", "job", "idempotency_key", "search_posting"}
"""What grows with every load, and the index of the search, whose rows name others by id without pointing to them."""
_SALTED = {"password_hash"}


def canon() -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table; an id is replaced by its place among the ids of its table."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _NOT_COMPARED]
    places = {table.name: _places(table) for table in tables if "id" in table.c}
    return {table.name: sorted(_rows(table, places), key=repr) for table in tables}


def _places(table: Table) -> dict[int, int]:
    return {row[0]: place for place, row in enumerate(db.session.execute(select(table.c.id).order_by(table.c.id)))}


def _rows(table: Table, places: dict[str, dict[int, int]]) -> list[tuple[Any, ...]]:
    kinds = [_points_to(column) for column in table.columns if column.name not in _SALTED]
    wanted = [column for column in table.columns if column.name not in _SALTED]
    return [
        tuple(
            str(value) if kind is None or value is None else places[kind][value]
            for kind, value in zip(kinds, row, strict=True)
        )
        for row in db.session.execute(select(*wanted))
    ]


def _points_to(column: Any) -> str | None:
    """The table whose id a column holds."""
    if column.name == "id":
        return str(column.table.name)
    for key in column.foreign_keys:
        if key.column.name == "id":
            return str(key.column.table.name)
    return None
