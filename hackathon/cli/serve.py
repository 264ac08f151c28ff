"""`flask serve`: the whole platform in the foreground."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from hackathon.jobs.server import serve as run_server


@click.command("serve")
@click.option(
    "--demo", is_flag=True, help="Load the demo edition (DEMO_STAGE says how far it has come) and show its sign-ins."
)
@with_appcontext
def serve(demo: bool) -> None:
    """Migrate the database, then serve pages and do jobs until SIGINT or SIGTERM. Example: PORT=8080 flask serve --demo"""
    run_server(current_app._get_current_object(), demo=demo)  # type: ignore[attr-defined]
