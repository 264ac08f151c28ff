"""Second factors: codes of an authenticator app (TOTP, RFC 6238) and passkeys (WebAuthn), and who must have one."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from urllib.parse import urlsplit

import pyotp
import webauthn
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from config import Settings
from hackathon.accounts import services
from hackathon.accounts.models import AuthenticatorApp, Passkey, Person, RoleAssignment
from hackathon.accounts.rules import TOTP_SECONDS, is_invented
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.core.sealing import seal, unseal

GUARDED = (Role.ORGANISER, Role.ADMINISTRATOR)
"""The roles that nobody gets to with a password alone."""


def demands_factor(person: Person, *, is_demo: bool) -> bool:
    """Whether somebody needs a second factor to sign in: whoever has set one up, and everybody with a guarded role.

    On a demo the people with invented addresses are let in with their password, unless they have set one up.
    """
    if has_app(person.id) or list_passkeys(person.id):
        return True
    return holds_guarded_role(person.id) and not (is_demo and is_invented(person.email))


def holds_guarded_role(person_id: int) -> bool:
    held = select(RoleAssignment.id).where(RoleAssignment.person_id == person_id, RoleAssignment.role.in_(GUARDED))
    return db.session.scalar(held.limit(1)) is not None


# --- authenticator apps -----------------------------------------------------------------------------------------------


def new_secret() -> str:
    """A secret that is about to be shown to an authenticator app."""
    return pyotp.random_base32()


def app_address(secret: str, email: str) -> str:
    """What the app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Skills360")


def has_app(person_id: int) -> bool:
    return db.session.scalar(select(AuthenticatorApp.id).where(AuthenticatorApp.person_id == person_id)) is not None


def add_app(person: Person, *, secret: str, code: str, now: datetime) -> None:
    """Keeps the secret once the app has shown that it has it. Raises Invalid where the code is not the app's."""
    step = _step_of(secret, code, now) if secret else None  # No secret: the page that shows it was never opened.
    if step is None:
        raise wrong_code()
    db.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person.id))
    db.session.add(AuthenticatorApp(person_id=person.id, sealed_secret=seal(secret), last_step=step, created_at=now))
    _record("account.app_added", person.id, now)


def use_code(person_id: int, code: str, *, now: datetime) -> None:
    """Takes a code of the person's app. Raises Invalid where it is wrong, too old, or was used already."""
    mine = select(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id).with_for_update()
    app = db.session.scalar(mine.execution_options(populate_existing=True))
    step = _step_of(unseal(app.sealed_secret), code, now) if app else None
    if app is None or step is None or step <= app.last_step:
        raise wrong_code()
    app.last_step = step


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute that a code belongs to: this one, the one before or the one after, since clocks differ a little."""
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // TOTP_SECONDS
    typed = "".join(code.split()).encode()
    steps = [
        step for step in (current - 1, current, current + 1) if compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return max(steps, default=None)


def remove_app(person_id: int, *, now: datetime) -> None:
    """Takes the app away. Raises Conflict where it is the last factor of somebody who must have one."""
    _refuse_last(person_id, has_other=bool(list_passkeys(person_id)))
    db.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id))
    _record("account.app_removed", person_id, now)


# --- passkeys ---------------------------------------------------------------------------------------------------------


def passkeys_work(settings: Settings) -> bool:
    """Whether browsers allow passkeys here: not where the address is a number."""
    try:
        ipaddress.ip_address(_host(settings))
    except ValueError:
        return True
    return False


def list_passkeys(person_id: int) -> Sequence[Passkey]:
    return db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def passkey_to_make(person: Person, settings: Settings) -> tuple[str, str]:
    """What the browser is to make: its options as JSON, and the challenge that the answer must contain."""
    options = webauthn.generate_registration_options(
        rp_id=_host(settings), rp_name="Skills360", user_id=str(person.id).encode(), user_name=person.email,
        user_display_name=person.name,
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in list_passkeys(person.id)
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return options_to_json(options), bytes_to_base64url(options.challenge)


def add_passkey(
    person: Person, *, answer: str, challenge: str, settings: Settings, device: str, now: datetime
) -> Passkey:
    """Keeps the key that the browser has made. Raises Invalid where the answer does not fit the challenge."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(settings),
            expected_origin=settings.base_url, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _passkey_refused() from error
    key = Passkey(
        person_id=person.id, credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key), sign_count=made.sign_count, device=device, created_at=now,
    )  # fmt: skip
    db.session.add(key)
    db.session.flush()
    _record("account.passkey_added", person.id, now)
    return key


def passkey_to_show(settings: Settings) -> tuple[str, str]:
    """What the browser is to show: any passkey of this site. Its options as JSON, and the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(settings), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def use_passkey(*, answer: str, challenge: str, settings: Settings, now: datetime) -> Person:
    """Whose passkey was shown. Raises Invalid where it is unknown, does not fit the challenge, or its person is shut out."""
    try:
        shown = webauthn.helpers.parse_authentication_credential_json(answer)
        mine = select(Passkey).where(Passkey.credential_id == bytes_to_base64url(shown.raw_id)).with_for_update()
        key = db.session.scalar(mine)
        if key is None:
            raise _passkey_refused()
        verified = webauthn.verify_authentication_response(
            credential=shown, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(settings),
            expected_origin=settings.base_url, credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _passkey_refused() from error
    person = db.session.get_one(Person, key.person_id)
    if person.disabled_at is not None or person.email_verified_at is None:
        raise _passkey_refused()
    key.sign_count, key.used_at = verified.new_sign_count, now
    return person


def remove_passkey(passkey_id: int, *, person_id: int, now: datetime) -> None:
    """Forgets a passkey of the person's own. Raises Conflict where it is the last factor of somebody who must have one."""
    keys = list_passkeys(person_id)
    if passkey_id not in {key.id for key in keys}:
        raise NotFound("passkey_unknown", _l("Den nyckeln finns inte. Ladda om sidan."))
    _refuse_last(person_id, has_other=len(keys) > 1 or has_app(person_id))
    db.session.execute(delete(Passkey).where(Passkey.id == passkey_id))
    _record("account.passkey_removed", person_id, now)


# --- both -------------------------------------------------------------------------------------------------------------


def forget_factors(person: Person, *, now: datetime) -> None:
    """For somebody who has lost them all: takes every factor away and ends all sessions."""
    db.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person.id))
    db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))
    services.end_all_sessions(person.id)
    _record("account.factors_forgotten", person.id, now)


def wrong_code() -> Invalid:
    return Invalid("code_wrong", _l("Koden stämmer inte. Vänta på nästa kod i appen och skriv den."))


def _passkey_refused() -> Invalid:
    return Invalid(
        "passkey_refused", _l("Nyckeln gick inte att använda. Försök igen, eller logga in på ett annat sätt.")
    )


def _refuse_last(person_id: int, *, has_other: bool) -> None:
    if not has_other and holds_guarded_role(person_id):
        raise Conflict("last_factor", _l("Din roll kräver ett andra steg vid inloggningen. Lägg till ett annat först."))


def _host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _record(action: str, person_id: int, now: datetime) -> None:
    audit.record(action, edition_id=None, actor_id=person_id, subject=f"person:{person_id}", now=now)
