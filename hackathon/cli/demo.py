"""`flask demo …`: the demo edition."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from config import STAGES, Settings
from hackathon.core import clock
from hackathon.core.db import db
from hackathon.demo.loader import load_demo
from hackathon.demo.people import make_people

demo = AppGroup("demo", help="The demo edition skills360.")


@demo.command("load")
@click.option("--stage", type=click.Choice(STAGES), help="How far the event has come; DEMO_STAGE if not given.")
def load(stage: str | None) -> None:
    """Load the demo edition anew, replacing it, also under a running server. Example: flask demo load --stage teams"""
    settings: Settings = current_app.config["SETTINGS"]
    load_demo(stage or settings.demo_stage, now=clock.now())
    db.session.commit()
    click.echo(f"The demo edition skills360 stands at: {stage or settings.demo_stage}.")


@demo.command("people")
@click.argument("count", type=click.IntRange(1, 100_000))
def people(count: int) -> None:
    """Make COUNT people with verified accounts and print a line email,token for each. Example: flask demo people 2000"""
    lines = make_people(count, now=clock.now())
    db.session.commit()
    click.echo("\n".join(lines))
