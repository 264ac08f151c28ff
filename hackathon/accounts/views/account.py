"""Signing in and up, the own account, language and theme, and the mail that a demo catches."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hackathon.accounts import services
from hackathon.accounts.blueprint import Answer, blueprint
from hackathon.accounts.factors import has_app, list_passkeys, passkeys_work
from hackathon.accounts.forms import LANGUAGES, AccountForm, SignInForm, SignUpForm
from hackathon.accounts.passwords import hash_password, password_fits
from hackathon.accounts.queries import (
    Credentials,
    find_credentials,
    list_caught_letters,
    list_involvements,
    list_sessions,
    load_person,
)
from hackathon.accounts.rules import local_path
from hackathon.accounts.sessions import forget_session
from hackathon.accounts.signing_in import finish_sign_in, origin_of, settings
from hackathon.accounts.sso import provider_name
from hackathon.accounts.viewer import current_viewer
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db, reading
from hackathon.core.errors import NotFound

COOKIE_SECONDS = 365 * 24 * 60 * 60
THEMES = ("light", "dark", "auto")


# --- signing in -------------------------------------------------------------------------------------------------------


@blueprint.get("/sign-in")
@requires(Permission.USE_SIGN_IN)
def sign_in() -> Answer:
    return _sign_in_page(SignInForm(next=local_path(request.args.get("next")) or ""))


@blueprint.post("/sign-in")
@requires(Permission.USE_SIGN_IN)
def check_sign_in() -> Answer:
    form, now, secret = SignInForm(), clock.now(), settings().secret_key
    if not form.validate():
        return _sign_in_page(form), 422
    email, password = form.email.data or "", form.password.data or ""
    known = _read_credentials(email, limited=True)
    fits = password_fits(known.password_hash if known else None, password)
    # Once more, now that nobody else writes: of many guesses at the same moment only the permitted number get an answer.
    services.refuse_guessing(email, origin_of(email), secret=secret, now=now)
    if known is None or not fits or not known.is_verified or known.is_disabled:
        services.note_failed_attempt(email, origin_of(email), secret=secret, now=now)
        if known is not None and fits and not known.is_disabled:
            services.send_verification_again(load_person(known.person_id), secret=secret, now=now)
        db.session.commit()
        form.form_errors.append(
            _(
                "Det gick inte att logga in. Kontrollera adress och lösenord. Är kontot nytt? Bekräfta först adressen med länken i mejlet."
            )
        )
        return _sign_in_page(form), 422
    return finish_sign_in(known.person_id, target=form.next.data, is_strong=False)


def _read_credentials(email: str, *, limited: bool) -> Credentials | None:
    """Reads an account, and lets go of the database: hashing takes 30 ms, and nobody is to wait for that."""
    db.session.rollback()
    with reading():
        if limited:
            services.refuse_guessing(email, origin_of(email), secret=settings().secret_key, now=clock.now())
        known = find_credentials(email)
        db.session.rollback()
    return known


def _sign_in_page(form: SignInForm) -> str:
    demo_sign_ins = current_app.extensions.get("demo_sign_ins") if settings().demo else None
    return render_template(
        "accounts/session_new.html",
        form=form,
        demo=settings().demo,
        demo_sign_ins=demo_sign_ins() if demo_sign_ins else [],
        sso_name=provider_name(settings()),
        passkeys_work=passkeys_work(settings()),
    )


@blueprint.post("/sign-out")
@requires(Permission.USE_SIGN_IN)
def sign_out() -> Answer:
    account = current_viewer().account
    if account is not None and account.session_id is not None:
        services.end_session(account.session_id, person_id=account.person_id)
        db.session.commit()
    forget_session()
    flash(_("Du är utloggad."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


# --- signing up -------------------------------------------------------------------------------------------------------


@blueprint.get("/sign-up")
@requires(Permission.USE_SIGN_IN)
def sign_up() -> Answer:
    return render_template("accounts/account_new.html", form=SignUpForm())


@blueprint.post("/sign-up")
@requires(Permission.USE_SIGN_IN)
def create_account() -> Answer:
    """Answers the same whether or not the address has an account; the mail says which it was."""
    form, now, secret = SignUpForm(), clock.now(), settings().secret_key
    if not form.validate():
        return render_template("accounts/account_new.html", form=form), 422
    email, password = form.email.data or "", form.password.data or ""
    known = _read_credentials(email, limited=False)
    # Both are always done, so that time tells nothing; a form sent twice keeps the hash, and so the first link.
    same = password_fits(known.password_hash if known else None, password)
    fresh = hash_password(password)
    services.refuse_guessing(f"sign-up {email}", origin_of(email), secret=secret, now=now)
    services.note_failed_attempt(f"sign-up {email}", origin_of(email), secret=secret, now=now)
    services.sign_up(
        email=email,
        name=form.name.data or "",
        password_hash=known.password_hash if known and known.password_hash and same else fresh,
        locale=get_locale().language,
        secret=secret,
        now=now,
    )
    db.session.commit()
    return redirect(url_for("accounts.check_mail"), 303)


@blueprint.get("/sign-up/sent")
@requires(Permission.USE_SIGN_IN)
def check_mail() -> Answer:
    return render_template("accounts/account_sent.html", demo=settings().demo)


@blueprint.get("/verify/<token>")
@requires(Permission.USE_SIGN_IN)
def verify(token: str) -> Answer:
    """Shows a button and changes nothing: programs that look into mail open links too."""
    person = services.find_by_verification_token(token, secret=settings().secret_key)
    return render_template("accounts/account_verify.html", person=person), 200 if person else 410


@blueprint.post("/verify/<token>")
@requires(Permission.USE_SIGN_IN)
def verify_address(token: str) -> Answer:
    person = services.find_by_verification_token(token, secret=settings().secret_key)
    if person is None:
        return render_template("accounts/account_verify.html", person=None), 410
    services.verify_email(person, now=clock.now())
    db.session.commit()
    flash(_("Adressen är bekräftad. Logga in med den."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


# --- the own account --------------------------------------------------------------------------------------------------


@blueprint.get("/")
@requires(Permission.MANAGE_ACCOUNT)
def show() -> Answer:
    person = load_person(current_viewer().person_id)
    return _account_page(AccountForm(name=person.name, locale=person.locale))


@blueprint.post("/")
@requires(Permission.MANAGE_ACCOUNT)
def describe() -> Answer:
    form = AccountForm()
    if not form.validate():
        return _account_page(form), 422
    services.describe_person(
        load_person(current_viewer().person_id), name=form.name.data or "", locale=form.locale.data
    )
    db.session.commit()
    flash(_("Sparat."), "success")
    return _remember("language", form.locale.data, url_for("accounts.show"))


def _account_page(form: AccountForm) -> str:
    viewer = current_viewer()
    return render_template(
        "accounts/account_show.html",
        form=form,
        devices=list_sessions(viewer.person_id, now=clock.now()),
        involvements=list_involvements(viewer.person_id),
        has_app=has_app(viewer.person_id),
        passkeys=list_passkeys(viewer.person_id),
        passkeys_work=passkeys_work(settings()),
    )


@blueprint.post("/sessions/<int:session_id>/end")
@requires(Permission.MANAGE_ACCOUNT)
def end_session(session_id: int) -> Answer:
    services.end_session(session_id, person_id=current_viewer().person_id)
    db.session.commit()
    flash(_("Enheten är utloggad."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.post("/sessions/end")
@requires(Permission.MANAGE_ACCOUNT)
def end_everywhere() -> Answer:
    services.end_all_sessions(current_viewer().person_id)
    db.session.commit()
    forget_session()
    flash(_("Du är utloggad överallt."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


# --- language and theme -----------------------------------------------------------------------------------------------


@blueprint.post("/language")
@requires(Permission.READ_PUBLIC)
def set_language() -> Answer:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        chosen = "sv"
    account = current_viewer().account
    if account is not None and account.locale != chosen:
        services.describe_person(load_person(account.person_id), name=account.name, locale=chosen)
        db.session.commit()
    return _remember("language", chosen, _page_before())


@blueprint.post("/theme")
@requires(Permission.READ_PUBLIC)
def set_theme() -> Answer:
    chosen = request.form.get("theme", "")
    return _remember("theme", chosen if chosen in THEMES else "auto", _page_before())


def _remember(name: str, value: str, target: str) -> Response:
    """Keeps a choice on this device for a year, and goes to the page."""
    response = make_response(redirect(target, 303))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, samesite="Lax", secure=secure, httponly=True)
    return response


def _page_before() -> str:
    """The page that the form stood on: named by it, or by the browser; never one of another site."""
    wanted = local_path(request.form.get("next"))
    if wanted is None and request.referrer:
        try:
            parts = urlsplit(request.referrer)
        except ValueError:  # No address at all, such as "http://[".
            return "/"
        if parts.netloc == request.host:
            wanted = local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return wanted or "/"


# --- the mail that a demo catches -------------------------------------------------------------------------------------


@blueprint.get("/mail")
@requires(Permission.READ_CAUGHT_MAIL)
def mail() -> Answer:
    if not settings().demo:
        raise NotFound("no_demo", _l("Den här sidan finns bara på en demonstration."))
    return render_template("accounts/mail_index.html", letters=list_caught_letters())
