"""One place where refusals and failures become answers: a page for people, problem details (RFC 9457) for programs."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from hackathon.api.reading import Unusable
from hackathon.core.db import DatabaseBusy, db
from hackathon.core.errors import DomainError
from hackathon.web.gate import NOT_PERMITTED, SignInNeeded

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = "3"


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, answer_domain_error)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StaleDataError, answer_stale)
    app.register_error_handler(IntegrityError, answer_integrity)
    for busy in (DatabaseBusy, OperationalError, PoolTimeout, DBAPIError):
        app.register_error_handler(busy, answer_busy)
    app.register_error_handler(Exception, answer_unexpected)


def wants_problem_details() -> bool:
    """Whether a program asks: everything below /api, and whoever asks for JSON alone."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def answer_domain_error(error: DomainError) -> BaseResponse:
    db.session.rollback()
    if isinstance(error, SignInNeeded) and not wants_problem_details():
        if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        return _answer(401, error.reason, error.message)
    if error.status == 401 and request.path.startswith("/api/"):
        return _answer_without_token(error)
    errors = error.errors if isinstance(error, Unusable) else None
    response = _answer(error.status, error.reason, error.message, errors=errors)
    if error.reason == NOT_PERMITTED:
        response.headers["X-Refused-By"] = (
            "gate"  # Says no more than the page does; tests tell the gate from a loader by it.
        )
    return response


def _answer_without_token(error: DomainError) -> BaseResponse:
    """What a program is told that sent no token, or one that does not count (RFC 6750)."""
    if isinstance(error, SignInNeeded):
        message, challenge = _("Det här kräver en nyckel. Skicka den i huvudet Authorization: Bearer <nyckel>."), ""
    else:
        message, challenge = error.message, ', error="invalid_token"'
    response = _answer(401, error.reason, message)
    response.headers["WWW-Authenticate"] = f'Bearer realm="skills360"{challenge}'
    return response


def answer_csrf(_error: CSRFError) -> BaseResponse:
    db.session.rollback()
    return _answer(400, "form_expired", _("Formuläret var för gammalt. Gå tillbaka, ladda om sidan och skicka igen."))


def answer_http(error: HTTPException) -> BaseResponse:
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error.get_response()
    sentences = {
        400: _("Det som skickades gick inte att läsa. Gå tillbaka och försök igen."),
        404: _("Sidan finns inte. Kontrollera länken, eller börja från startsidan."),
        405: _("Så kan den här adressen inte användas. Gå tillbaka och använd knapparna på sidan."),
        413: _("Det som skickades är för stort. Korta texten eller dela upp den."),
        415: _("Det formatet går inte att ta emot här."),
        429: _("För många försök på kort tid. Vänta en stund och försök igen."),
    }
    response = _answer(error.code, f"http_{error.code}", sentences.get(error.code) or error.description or error.name)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def answer_stale(_error: StaleDataError) -> BaseResponse:
    db.session.rollback()
    return _answer(
        409,
        "changed_meanwhile",
        _("Någon annan hann ändra samma sak. Ladda om sidan, se vad som är nytt och gör om din ändring."),
    )


def answer_integrity(error: IntegrityError) -> BaseResponse:
    db.session.rollback()
    log.warning("a constraint refused %s: %s", request.endpoint, error.orig)
    return _answer(
        409, "constraint", _("Ändringen krockar med något som redan är sparat. Ladda om sidan och försök igen.")
    )


def answer_busy(error: Exception) -> BaseResponse:
    db.session.rollback()
    log.error("the database did not answer in time: %s", error)
    response = _answer(
        503, "busy", _("Just nu är det fullt upp. Ingenting har ändrats. Försök igen om några sekunder.")
    )
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def answer_unexpected(error: Exception) -> BaseResponse:
    db.session.rollback()
    log.error("unexpected failure in %s", request.endpoint, exc_info=error)
    return _answer(
        500,
        "unexpected",
        _("Något gick fel hos oss. Ingenting har ändrats. Försök igen; händer det på nytt, säg till arrangören."),
    )


def _answer(status: int, reason: str, message: str, *, errors: list[dict[str, str]] | None = None) -> Response:
    """A page, or problem details; `errors` says which fields of a request are meant."""
    if wants_problem_details():
        problem: dict[str, object] = {"type": "about:blank", "title": message, "status": status, "reason": reason}
        if errors is not None:
            problem["errors"] = errors
        return Response(json.dumps(problem), status, mimetype="application/problem+json")
    return Response(_page(status, reason, message), status)


def _page(status: int, reason: str, message: str) -> str:
    titles = {
        400: _("Det gick inte att läsa"),
        401: _("Logga in först"),
        403: _("Inte för din roll"),
        404: _("Sidan finns inte"),
        409: _("Det går inte just nu"),
        413: _("För stort"),
        422: _("Det går inte att använda"),
        429: _("Ta det lugnt en stund"),
        500: _("Något gick fel"),
        503: _("Försök strax igen"),
    }
    title = titles.get(status, _("Det gick inte"))
    words = {"code": status, "reason": reason, "title": title, "message": message}
    if status >= 500:  # Without the context of ordinary pages, which asks the database.
        return current_app.jinja_env.get_template("errors/standalone.html").render(**words)
    return render_template("errors/error.html", **words)
