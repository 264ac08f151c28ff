"""Where a lower feature asks a higher one: the questions a profile can wish for, what came of an idea or a finding.

A lower package may not import a higher one (see docs/architecture.md); it asks for these functions by name instead.
"""

from __future__ import annotations

from flask import Flask

from hackathon.demo.loader import sign_ins
from hackathon.ideas.tracing import finding_links
from hackathon.teams.links import idea_links, idea_teams
from hackathon.workshops.queries import question_choices


def init_app(app: Flask) -> None:
    app.extensions.update(
        question_choices=question_choices,
        finding_links=finding_links,
        idea_links=idea_links,
        idea_teams=idea_teams,
        demo_sign_ins=sign_ins,
    )
