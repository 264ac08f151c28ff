"""The second step of signing in, and the own second factors: an authenticator app and passkeys."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hackathon.accounts import factors, services
from hackathon.accounts.blueprint import Answer, blueprint
from hackathon.accounts.forms import CodeForm, PasskeyForm
from hackathon.accounts.models import Person
from hackathon.accounts.queries import load_person
from hackathon.accounts.rules import device_name
from hackathon.accounts.signing_in import Pending, find_pending, finish_sign_in, origin_of, settings
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db
from hackathon.core.errors import Invalid

CHALLENGE_KEY = "passkey_challenge"
SECRET_KEY = "app_secret"  # noqa: S105 - the name under which the cookie keeps it.


# --- the second step --------------------------------------------------------------------------------------------------


@blueprint.get("/second-step")
@requires(Permission.USE_SIGN_IN)
def second_step() -> Answer:
    pending = find_pending(clock.now())
    return _second_step_page(pending, CodeForm()) if pending else _too_late()


@blueprint.post("/second-step")
@requires(Permission.USE_SIGN_IN)
def check_second_step() -> Answer:
    """A code of the app; from somebody who has no factor yet, the first code of a new app."""
    form, now, secret = CodeForm(), clock.now(), settings().secret_key
    pending = find_pending(now)
    if pending is None:
        return _too_late()
    if not form.validate():
        return _second_step_page(pending, form), 422
    person = load_person(pending.person_id)
    counted = f"second step {person.email}"
    services.refuse_guessing(counted, origin_of(person.email), secret=secret, now=now)
    try:
        if factors.has_app(person.id):
            factors.use_code(person.id, form.code.data or "", now=now)
        elif factors.list_passkeys(person.id):
            raise factors.wrong_code()
        else:
            factors.add_app(person, secret=str(session.get(SECRET_KEY, "")), code=form.code.data or "", now=now)
    except Invalid as error:
        services.note_failed_attempt(counted, origin_of(person.email), secret=secret, now=now)
        db.session.commit()
        form.code.errors = (error.message,)
        return _second_step_page(pending, form), 422
    return finish_sign_in(person.id, target=pending.target, is_strong=True)


def _second_step_page(pending: Pending, form: CodeForm) -> str:
    person = load_person(pending.person_id)
    has_app, keys = factors.has_app(person.id), bool(factors.list_passkeys(person.id))
    picture, secret = (None, "") if has_app or keys else _new_app(person)
    return render_template(
        "accounts/second_step.html", form=form, has_app=has_app, picture=picture, secret=secret,
        passkey=_challenge() if keys and factors.passkeys_work(settings()) else None,
    )  # fmt: skip


def _too_late() -> Answer:
    flash(_("Inloggningen tog för lång tid. Börja om."), "warning")
    return redirect(url_for("accounts.sign_in"), 303)


# --- an authenticator app ---------------------------------------------------------------------------------------------


@blueprint.get("/app")
@requires(Permission.MANAGE_ACCOUNT)
def new_app() -> Answer:
    return _app_page(CodeForm())


@blueprint.post("/app")
@requires(Permission.MANAGE_ACCOUNT)
def add_app() -> Answer:
    form = CodeForm()
    if not form.validate():
        return _app_page(form), 422
    try:
        factors.add_app(
            load_person(current_viewer().person_id), secret=str(session.get(SECRET_KEY, "")), code=form.code.data or "",
            now=clock.now(),
        )  # fmt: skip
    except Invalid as error:
        form.code.errors = (error.message,)
        return _app_page(form), 422
    session.pop(SECRET_KEY, None)
    db.session.commit()
    flash(_("Appen är tillagd. Nästa gång du loggar in frågar vi efter en kod."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.post("/app/remove")
@requires(Permission.MANAGE_ACCOUNT)
def remove_app() -> Answer:
    factors.remove_app(current_viewer().person_id, now=clock.now())
    db.session.commit()
    flash(_("Appen är borttagen."), "success")
    return redirect(url_for("accounts.show"), 303)


def _app_page(form: CodeForm) -> str:
    picture, secret = _new_app(load_person(current_viewer().person_id))
    return render_template("accounts/app_new.html", form=form, picture=picture, secret=secret)


def _new_app(person: Person) -> tuple[str, str]:
    """A QR code for the app as the address of a picture, and the secret in groups of four. Until it has shown that it has the
    secret, the person's own cookie keeps it."""
    secret = session.get(SECRET_KEY)
    if not isinstance(secret, str):
        secret = session[SECRET_KEY] = factors.new_secret()
    code = segno.make(factors.app_address(secret, person.email), error="m")
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return code.svg_data_uri(scale=6, border=2, dark="#261827", light="#ffffff"), groups


# --- passkeys ---------------------------------------------------------------------------------------------------------


@blueprint.get("/passkeys/new")
@requires(Permission.MANAGE_ACCOUNT)
def new_passkey() -> Answer:
    options, session[CHALLENGE_KEY] = factors.passkey_to_make(load_person(current_viewer().person_id), settings())
    return render_template("accounts/passkey_new.html", options=options)


@blueprint.post("/passkeys/new")
@requires(Permission.MANAGE_ACCOUNT)
def add_passkey() -> Answer:
    factors.add_passkey(
        load_person(current_viewer().person_id), answer=_passkey_answer(), challenge=str(session.pop(CHALLENGE_KEY, "")),
        settings=settings(), device=device_name(request.user_agent.string), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("Nyckeln är tillagd. Nästa gång kan du logga in med den, utan lösenord."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@requires(Permission.MANAGE_ACCOUNT)
def remove_passkey(passkey_id: int) -> Answer:
    factors.remove_passkey(passkey_id, person_id=current_viewer().person_id, now=clock.now())
    db.session.commit()
    flash(_("Nyckeln är borttagen."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.get("/passkey")
@requires(Permission.USE_SIGN_IN)
def passkey() -> Answer:
    return render_template("accounts/passkey_use.html", options=_challenge(), target=request.args.get("next", ""))


@blueprint.post("/passkey")
@requires(Permission.USE_SIGN_IN)
def check_passkey() -> Answer:
    """A passkey is two factors: the device, and what unlocks it. It signs in alone, or is the second step."""
    pending, now = find_pending(clock.now()), clock.now()
    person = factors.use_passkey(
        answer=_passkey_answer(), challenge=str(session.pop(CHALLENGE_KEY, "")), settings=settings(), now=now
    )
    return finish_sign_in(person.id, target=pending.target if pending else request.form.get("next"), is_strong=True)


def _challenge() -> str:
    options, session[CHALLENGE_KEY] = factors.passkey_to_show(settings())
    return options


def _passkey_answer() -> str:
    form = PasskeyForm()
    if not form.validate():
        raise Invalid(
            "passkey_refused", _l("Nyckeln gick inte att använda. Försök igen, eller logga in på ett annat sätt.")
        )
    return form.credential.data or ""
