"""`flask search …`: the index of what can be found."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hackathon.core.db import db
from hackathon.events.queries import list_editions
from hackathon.ideas.searching import reindex

search = AppGroup("search", help="The index that the search reads.")


@search.command("rebuild")
def rebuild() -> None:
    """Index everything anew, for rows that were written past the application. Example: flask search rebuild"""
    for edition in list_editions():
        count = reindex(edition.id)
        click.echo(f"{edition.slug}: {count} documents")
    db.session.commit()
