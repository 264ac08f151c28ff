"""The blueprint of ideas, and what its views share."""

from __future__ import annotations

from flask import Blueprint, request

from hackathon.ideas.text import render
from hackathon.ideas.tracing import trace_of
from hackathon.ideas.words import stage_meanings, stage_names

blueprint = Blueprint("ideas", __name__, url_prefix="/events/<slug>/ideas")
blueprint.add_app_template_filter(render, "markdown")
blueprint.add_app_template_filter(trace_of, "trace")
blueprint.add_app_template_filter(lambda stage: stage_names()[stage], "stage_name")
blueprint.add_app_template_filter(lambda stage: stage_meanings()[stage], "stage_meaning")


def wants_json() -> bool:
    """Whether a script asks, and wants no page back."""
    return bool(request.accept_mimetypes.best == "application/json")
