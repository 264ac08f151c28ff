"""What every way of signing in ends with: a second factor where one is demanded, then a session.

Between the two there is no session, only a signed note in the cookie that says who has shown the first factor, and when.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, make_response, redirect, request, session, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from config import Settings
from hackathon.accounts import services
from hackathon.accounts.factors import demands_factor
from hackathon.accounts.queries import load_person
from hackathon.accounts.rules import PENDING_LENGTH, device_name, local_path, normalised_email
from hackathon.accounts.sessions import remember_session
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.db import db
from hackathon.events.queries import list_editions

PENDING_KEY = "pending_sign_in"
DEVICE_COOKIE = "device"
DEVICE_SECONDS = 365 * 24 * 60 * 60


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who has shown the first factor, and where they were going."""

    person_id: int
    target: str


def finish_sign_in(person_id: int, *, target: str | None, is_strong: bool) -> Response:
    """Begins a session, commits and leads on; or leads to the second factor, if one is demanded and was not shown.

    `is_strong`: what was shown already counts as two factors (a passkey, or a provider that says so).
    """
    person = load_person(person_id)
    target = local_path(target) or ""
    if not is_strong and demands_factor(person, is_demo=settings().demo):
        db.session.commit()
        session.clear()
        session[PENDING_KEY] = [person_id, target, int(clock.now().timestamp())]
        return redirect(url_for("accounts.second_step"), 303)
    before = current_viewer().account
    if before is not None and before.session_id is not None:
        services.end_session(before.session_id, person_id=before.person_id)
    email, now = person.email, clock.now()
    token = services.start_session(person, device=device_name(request.user_agent.string), now=now)
    remember_session(token)
    response = make_response(redirect(target or first_page(), 303))
    _know_device(response, email)
    db.session.commit()
    return response


def find_pending(now: datetime) -> Pending | None:
    """Who is between the first factor and the second; None where nobody is, or took too long."""
    noted = session.get(PENDING_KEY)
    if not isinstance(noted, list) or now.timestamp() - noted[2] > PENDING_LENGTH.total_seconds():
        return None
    return Pending(noted[0], noted[1])


def first_page() -> str:
    """Where somebody begins who was on the way to nowhere: at home in the latest event."""
    editions = list_editions()
    return url_for("portal.home", slug=editions[0].slug) if editions else url_for("accounts.show")


# --- whose guesses are counted together -------------------------------------------------------------------------------


def origin_of(email: str) -> str:
    """What guesses at an account are counted by: a device that has signed in to it before, else the address.

    A whole agency comes from one address, and a stranger may sit there too: their guesses are not the owner's.
    """
    try:
        device, account = _device_signer().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadData, ValueError, TypeError):
        return request.remote_addr or ""
    return f"device {device}" if account == _account_mark(email) else request.remote_addr or ""


def _know_device(response: Response, email: str) -> None:
    value = _device_signer().dumps([secrets.token_urlsafe(12), _account_mark(email)])
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(DEVICE_COOKIE, str(value), DEVICE_SECONDS, samesite="Lax", secure=secure, httponly=True)


def _device_signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="accounts.device")


def _account_mark(email: str) -> str:
    """Stands for an account, and tells nobody which."""
    return hmac.new(settings().secret_key.encode(), normalised_email(email).encode(), hashlib.sha256).hexdigest()[:16]
