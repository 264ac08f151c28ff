"""Who the request at hand comes from: Flask-Login over our own session rows for pages, over tokens for the API."""

from __future__ import annotations

from flask import Flask, Request, g, session
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager

from hackathon.accounts.queries import find_account_by_api_token, find_account_by_session
from hackathon.accounts.viewer import Account
from hackathon.core import clock
from hackathon.core.errors import DomainError

COOKIE_KEY = "sign_in"
API_PATH = "/api/"

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    login_manager.init_app(app)


class TokenRefused(DomainError):
    """A request to the API names a token, and there is no such token."""

    status = 401


@login_manager.request_loader  # type: ignore[untyped-decorator]
def load_account(request: Request) -> Account | None:
    """The account of the signed cookie's session row. Flask-Login's own user id is not used: a row can be ended.

    In the API the header's token alone counts: a browser sends its cookie without being asked, but never a token.
    """
    if request.path.startswith(API_PATH):
        return _load_account_by_token(request.headers.get("Authorization"))
    token = session.get(COOKIE_KEY)
    return find_account_by_session(token, now=clock.now()) if isinstance(token, str) else None


def _load_account_by_token(authorization: str | None) -> Account | None:
    """The account that `Bearer <token>` acts for; None without the header. Raises TokenRefused."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    account = find_account_by_api_token(token.strip(), now=clock.now()) if scheme.lower() == "bearer" else None
    if account is None:
        raise TokenRefused("token_unknown", _l("Nyckeln är okänd, återkallad eller för gammal. Skaffa en ny."))
    return account


def remember_session(token: str) -> None:
    """Puts a fresh session into the cookie; nothing of an earlier one stays (no fixation)."""
    session.clear()
    session[COOKIE_KEY] = token
    session.permanent = True
    g.pop("viewer", None)


def forget_session() -> None:
    session.clear()
    g.pop("viewer", None)
