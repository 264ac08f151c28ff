"""Single sign-on: to the provider, and back."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask_babel import lazy_gettext as _l

from hackathon.accounts import sso
from hackathon.accounts.blueprint import Answer, blueprint
from hackathon.accounts.mail import address
from hackathon.accounts.rules import is_strong, local_path
from hackathon.accounts.signing_in import finish_sign_in, settings
from hackathon.core import clock
from hackathon.core.access import Permission, requires
from hackathon.core.db import db, start_writing
from hackathon.core.errors import NotFound

STARTED_KEY = "sso"


@blueprint.get("/sso")
@requires(Permission.USE_SIGN_IN)
def sso_start() -> Answer:
    _require_provider()
    db.session.rollback()  # Nothing of the database is held while the provider is asked.
    started = sso.start(settings(), callback=address("accounts.sso_callback"))
    session[STARTED_KEY] = [started.state, started.nonce, started.verifier, local_path(request.args.get("next")) or ""]
    return redirect(started.address, 303)


@blueprint.get("/sso/callback")
@requires(Permission.USE_SIGN_IN)
def sso_callback() -> Answer:
    """The provider sends the browser here. It is no form: what counts is that the state is the one we gave."""
    _require_provider()
    noted = session.pop(STARTED_KEY, None)
    if not isinstance(noted, list) or request.args.get("error"):
        return redirect(url_for("accounts.sign_in"), 303)
    started = sso.Started("", *noted[:3])
    callback = address("accounts.sso_callback")
    db.session.rollback()
    answer = f"{callback}?{request.query_string.decode('ascii', 'replace')}"
    identity = sso.identify(settings(), callback=callback, answer=answer, started=started)
    start_writing()
    person = sso.find_or_create(identity, now=clock.now())
    return finish_sign_in(person.id, target=noted[3], is_strong=is_strong(identity.methods))


def _require_provider() -> None:
    if not settings().oidc_issuer:
        raise NotFound("no_sso", _l("Här finns ingen annan inloggningstjänst. Logga in med lösenord eller länk."))
