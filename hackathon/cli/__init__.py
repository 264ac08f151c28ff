"""The command line."""

from __future__ import annotations

from flask import Flask

from hackathon.cli import accounts, demo, jobs, judging, search, serve, teams, tokens


def init_app(app: Flask) -> None:
    """Adds every group and command to `flask`."""
    for command in (
        serve.serve,
        jobs.jobs,
        demo.demo,
        accounts.accounts,
        tokens.tokens,
        teams.teams,
        judging.judging,
        search.search,
    ):
        app.cli.add_command(command)
