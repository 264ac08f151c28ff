"""The blueprint that all views of the API share. Its account comes from the token of each request, never from a cookie."""

from __future__ import annotations

from flask import Blueprint, Response

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
EVENT = "/events/<slug>"


@blueprint.after_request
def vary_by_token(response: Response) -> Response:
    """The same address answers each token differently."""
    response.headers.add("Vary", "Authorization")
    return response
