"""Pages of workshops, findings and questions. Importing this package registers them all on the blueprint."""

from __future__ import annotations

from hackathon.workshops.views import asking, planning, rating, reading, room
from hackathon.workshops.views.blueprint import blueprint

__all__ = ["asking", "blueprint", "planning", "rating", "reading", "room"]
