"""The blueprint that all pages of registration share."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("registration", __name__, url_prefix="/events/<slug>")

Answer = Response | str | tuple[str, int]
