"""The gate: a view answers only whom the access table lets in, and a view without a mark answers nobody."""

from __future__ import annotations

import logging

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l

from hackathon.accounts.viewer import current_viewer
from hackathon.core.access import Permission
from hackathon.core.errors import DomainError, Forbidden

log = logging.getLogger(__name__)
NOT_PERMITTED = "not_permitted"
OWN_ENDPOINTS = frozenset({"static", "healthz"})


class SignInNeeded(DomainError):
    """The page is there, for somebody who has signed in."""

    status = 401


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """What an endpoint asks for; None where its view carries no mark."""
    permission: Permission | None = getattr(app.view_functions[endpoint], "permission", None)
    return permission


def init_app(app: Flask) -> None:
    @app.before_request
    def check_permission() -> None:
        if request.endpoint is None or request.endpoint in OWN_ENDPOINTS:
            return
        permission = permission_of(current_app, request.endpoint)
        viewer = current_viewer()
        if permission is not None and viewer.can(permission):
            return
        log.info("denied %s for roles %s", request.endpoint, sorted(viewer.roles))
        if not viewer.is_authenticated:
            raise SignInNeeded("sign_in_needed", _l("Logga in för att komma vidare."))
        raise Forbidden(
            NOT_PERMITTED,
            _l("Din roll i evenemanget ger inte tillgång till den här sidan. Fråga arrangören om du behöver den."),
        )
