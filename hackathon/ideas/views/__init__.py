"""Pages of ideas. Importing this package registers them all on the blueprint."""

from __future__ import annotations

from hackathon.ideas.views import files, many, pages, past, sums
from hackathon.ideas.views.blueprint import blueprint

__all__ = ["blueprint", "files", "many", "pages", "past", "sums"]
