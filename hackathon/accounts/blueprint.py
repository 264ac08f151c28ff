"""The blueprint that all pages of accounts share."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("accounts", __name__, url_prefix="/account")

Answer = Response | str | tuple[str, int]
