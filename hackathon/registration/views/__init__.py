"""Pages of registration: the own place, the own profile, and the organiser's people."""

from __future__ import annotations

from hackathon.registration.blueprint import blueprint
from hackathon.registration.views import delegation, needs, people, places, profiles, taxonomy

__all__ = ["blueprint", "delegation", "needs", "people", "places", "profiles", "taxonomy"]
