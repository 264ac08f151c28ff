"""`flask tokens …`: tokens for programs."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hackathon.accounts.queries import find_person
from hackathon.accounts.services import create_api_token
from hackathon.core import clock
from hackathon.core.db import db

tokens = AppGroup("tokens", help="Tokens for programs that use the API.")


@tokens.command("create")
@click.option("--email", required=True, help="Whose token it is; it can do what this person can.")
@click.option("--name", default="command line", help="What the token is for.")
def create(email: str, name: str) -> None:
    """Make a token and print it alone; it is not shown again. Example: flask tokens create --email anna@example.org"""
    person = find_person(email)
    if person is None:
        raise click.BadParameter(f"there is no account for {email!r}.", param_hint="--email")
    token = create_api_token(person, name=name, now=clock.now())
    db.session.commit()
    click.echo(token)
