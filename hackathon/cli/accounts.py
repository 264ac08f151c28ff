"""`flask accounts …`: people and their roles."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from hackathon.accounts.factors import forget_factors
from hackathon.accounts.passwords import hash_password
from hackathon.accounts.queries import find_person
from hackathon.accounts.rules import SHORTEST_PASSWORD, looks_like_email
from hackathon.accounts.services import create_person, grant_role
from hackathon.core import clock
from hackathon.core.access import EDITION_ROLES, Role
from hackathon.core.db import db
from hackathon.events.queries import find_edition
from hackathon.portal.erasure import replay_erasures

accounts = AppGroup("accounts", help="People and their roles.")


@accounts.command("replay-erasures")
def replay() -> None:
    """After a restore: erase again those who were erased since the backup. Example: flask accounts replay-erasures"""
    count = replay_erasures(current_app.config["SETTINGS"].instance_path, now=clock.now())
    click.echo(f"{count} erased again.")


@accounts.command("forget-factors")
@click.option("--email", required=True, help="The address that the person signs in with.")
def forget(email: str) -> None:
    """Take away all second factors of somebody who has lost them, and end all sessions. Make sure that it is them.

    Example: flask accounts forget-factors --email anna@example.org
    """
    person = find_person(email)
    if person is None:
        raise click.BadParameter(f"there is no account for {email!r}.", param_hint="--email")
    forget_factors(person, now=clock.now())
    db.session.commit()
    click.echo(f"{person.email} sets up a new second factor at the next sign-in, if one is demanded.")


@accounts.command("create")
@click.option("--email", required=True, help="The address that the person signs in with.")
@click.option("--name", help="The person's name; the address if not given.")
@click.option(
    "--role",
    "role_name",
    required=True,
    type=click.Choice([role.value for role in (*EDITION_ROLES, Role.ADMINISTRATOR)]),
)
@click.option("--event", help="The slug of the edition that the role is for; not for administrator.")
@click.option("--password", help=f"At least {SHORTEST_PASSWORD} characters; asked for if not given.")
def create(email: str, name: str | None, role_name: str, event: str | None, password: str | None) -> None:
    """Make an account, or give one a further role.

    Example: flask accounts create --email anna@example.org --role organiser --event skills360
    """
    role = Role(role_name)
    if not looks_like_email(email.strip()):
        raise click.BadParameter(f"{email!r} is no e-mail address.", param_hint="--email")
    edition_id = None
    if role is not Role.ADMINISTRATOR:
        edition = find_edition(event or "")
        if edition is None:
            raise click.BadParameter(f"there is no edition {event!r}; name one by its slug.", param_hint="--event")
        edition_id = edition.id
    person, now = find_person(email), clock.now()
    db.session.rollback()
    if person is None:
        password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if len(password) < SHORTEST_PASSWORD:
            raise click.BadParameter(f"at least {SHORTEST_PASSWORD} characters.", param_hint="--password")
        hashed = hash_password(password)
        person = create_person(email=email, name=name or email, password_hash=hashed, verified=True, now=now)
    grant_role(person, role, edition_id=edition_id, organisation_id=None, actor_id=None, now=now)
    db.session.commit()
    click.echo(f"{person.email} is {role.value}{f' of {event}' if edition_id else ''}.")
