"""Signing in without the password: a link by mail that signs in, or that lets its reader choose a new password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from hackathon.accounts import links, services
from hackathon.accounts.blueprint import Answer, blueprint
from hackathon.accounts.forms import AddressForm, PasswordForm
from hackathon.accounts.links import Purpose
from hackathon.accounts.passwords import hash_password
from hackathon.accounts.signing_in import finish_sign_in, origin_of, settings
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db, reading


@blueprint.get("/forgot")
@requires(Permission.USE_SIGN_IN)
def forgot() -> Answer:
    return render_template("accounts/link_ask.html", form=AddressForm(), purpose=Purpose.RESET)


@blueprint.post("/forgot")
@requires(Permission.USE_SIGN_IN)
def send_reset() -> Answer:
    return _send(Purpose.RESET)


@blueprint.get("/sign-in-by-mail")
@requires(Permission.USE_SIGN_IN)
def sign_in_by_mail() -> Answer:
    return render_template("accounts/link_ask.html", form=AddressForm(), purpose=Purpose.SIGN_IN)


@blueprint.post("/sign-in-by-mail")
@requires(Permission.USE_SIGN_IN)
def send_sign_in_link() -> Answer:
    return _send(Purpose.SIGN_IN)


def _send(purpose: Purpose) -> Answer:
    """Answers the same whether or not the address has an account."""
    form, now, secret = AddressForm(), clock.now(), settings().secret_key
    if not form.validate():
        return render_template("accounts/link_ask.html", form=form, purpose=purpose), 422
    email = form.email.data or ""
    services.refuse_guessing(f"{purpose} {email}", origin_of(email), secret=secret, now=now)
    services.note_failed_attempt(f"{purpose} {email}", origin_of(email), secret=secret, now=now)
    links.send_link(email, purpose, secret=secret, now=now)
    db.session.commit()
    return redirect(url_for("accounts.link_sent"), 303)


@blueprint.get("/link-sent")
@requires(Permission.USE_SIGN_IN)
def link_sent() -> Answer:
    return render_template("accounts/link_sent.html", demo=settings().demo)


@blueprint.get("/sign-in-by-mail/<token>")
@requires(Permission.USE_SIGN_IN)
def sign_in_link(token: str) -> Answer:
    """Shows a button and changes nothing: programs that look into mail open links too."""
    person = links.find_by_link(token, Purpose.SIGN_IN, secret=settings().secret_key)
    return render_template("accounts/link_use.html", person=person), 200 if person else 410


@blueprint.post("/sign-in-by-mail/<token>")
@requires(Permission.USE_SIGN_IN)
def use_sign_in_link(token: str) -> Answer:
    person = links.find_by_link(token, Purpose.SIGN_IN, secret=settings().secret_key)
    if person is None:
        return render_template("accounts/link_use.html", person=None), 410
    links.use_sign_in_link(person, now=clock.now())
    return finish_sign_in(person.id, target=None, is_strong=False)


@blueprint.get("/reset/<token>")
@requires(Permission.USE_SIGN_IN)
def reset(token: str) -> Answer:
    person = links.find_by_link(token, Purpose.RESET, secret=settings().secret_key)
    return render_template("accounts/password_edit.html", form=PasswordForm(), person=person), 200 if person else 410


@blueprint.post("/reset/<token>")
@requires(Permission.USE_SIGN_IN)
def set_password(token: str) -> Answer:
    form, secret = PasswordForm(), settings().secret_key
    db.session.rollback()
    with reading():  # Nobody waits for the hash, and nobody without a link makes us work.
        person = links.find_by_link(token, Purpose.RESET, secret=secret)
        db.session.rollback()
    if person is None:
        return render_template("accounts/password_edit.html", form=form, person=None), 410
    if not form.validate():
        return render_template("accounts/password_edit.html", form=form, person=person), 422
    hashed = hash_password(form.password.data or "")
    person = links.find_by_link(token, Purpose.RESET, secret=secret)
    if person is None:
        return render_template("accounts/password_edit.html", form=form, person=None), 410
    links.set_password(person, password_hash=hashed, now=clock.now())
    db.session.commit()
    flash(_("Ditt nya lösenord gäller nu, och alla enheter är utloggade. Logga in med det."), "success")
    return redirect(url_for("accounts.sign_in"), 303)
