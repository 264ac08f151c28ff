"""The operations of the API, one module for each feature."""

from __future__ import annotations

from hackathon.api.blueprint import blueprint
from hackathon.api.views import events, ideas, judging, registrations, teams

__all__ = ["blueprint", "events", "ideas", "judging", "registrations", "teams"]
