"""Single sign-on with any OpenID Connect provider: the code flow with PKCE, state and nonce (OpenID Connect Core 1.0).

The provider is asked outside of any transaction and within a few seconds. Its word on the e-mail address counts only
where it says that the address is verified.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from flask_babel import lazy_gettext as _l
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from config import Settings
from hackathon.accounts.models import Person, SsoIdentity
from hackathon.accounts.queries import find_person
from hackathon.accounts.rules import looks_like_email, normalised_email
from hackathon.accounts.services import create_person, verify_email
from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import DomainError

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 5
SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LONGEST_CLOCK_GAP_SECONDS = 60


class SsoFailed(DomainError):
    """The provider could not be reached, or what it said does not count."""

    status = 403


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in on its way to the provider: where to go, and what the answer must fit."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as the provider says. `methods`: how they showed it (`amr`)."""

    issuer: str
    subject: str
    email: str
    name: str
    methods: tuple[str, ...]


def provider_name(settings: Settings) -> str:
    """What the provider is called on the sign-in page; empty where there is none."""
    return settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""


def start(settings: Settings, *, callback: str) -> Started:
    """Begins a sign-in. Raises SsoFailed where the provider does not answer."""
    nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with _client(settings, callback) as client:
        address, state = client.create_authorization_url(
            _discover(settings)["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    return Started(address, state, nonce, verifier)


def identify(settings: Settings, *, callback: str, answer: str, started: Started) -> Identity:
    """Who came back from the provider. `answer` is the full address that it sent the browser to.

    Raises SsoFailed where the answer is not to this sign-in, the token is forged or too old, or the address not verified.
    """
    found = _discover(settings)
    try:
        with _client(settings, callback, state=started.state) as client:
            token = client.fetch_token(
                found["token_endpoint"], authorization_response=answer, code_verifier=started.verifier,
                timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
        claims = _claims(token["id_token"], _read(found["jwks_uri"]), settings, started.nonce)
    except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError) as error:
        log.warning("single sign-on failed: %s", error)
        raise _failed() from error
    email = normalised_email(str(claims.get("email", "")))
    if claims.get("email_verified") is not True or not looks_like_email(email):
        raise SsoFailed(
            "sso_email_unverified",
            _l("Din inloggningstjänst har inte bekräftat din e-postadress. Logga in på ett annat sätt."),
        )
    methods = claims.get("amr", [])
    return Identity(
        settings.oidc_issuer, str(claims["sub"]), email, str(claims.get("name") or email),
        tuple(str(method) for method in methods) if isinstance(methods, list) else (),
    )  # fmt: skip


def find_or_create(identity: Identity, *, now: datetime) -> Person:
    """The account of somebody whom the provider knows: the one it was before, the one with this address, or a new one."""
    known = select(Person).join(SsoIdentity, SsoIdentity.person_id == Person.id)
    person = db.session.scalar(
        known.where(SsoIdentity.issuer == identity.issuer, SsoIdentity.subject == identity.subject)
    )
    if person is None:
        person = find_person(identity.email)
        if person is None:
            person = create_person(email=identity.email, name=identity.name, password_hash=None, verified=True, now=now)
        elif person.email_verified_at is None:
            person.password_hash = None  # Whoever chose it never showed that the address was theirs.
        db.session.add(
            SsoIdentity(person_id=person.id, issuer=identity.issuer, subject=identity.subject, created_at=now)
        )
        audit.record("account.sso_linked", edition_id=None, actor_id=person.id, subject=f"person:{person.id}", now=now)
    if person.disabled_at is not None:
        raise _failed()
    verify_email(person, now=now)
    db.session.flush()
    return person


def _client(settings: Settings, callback: str, **more: str) -> Any:
    return OAuth2Session(
        settings.oidc_client_id, settings.oidc_client_secret or None, scope=SCOPE, redirect_uri=callback,
        code_challenge_method="S256", default_timeout=TIMEOUT_SECONDS, **more,
    )  # fmt: skip


def _discover(settings: Settings) -> dict[str, Any]:
    """What the provider says of itself; its own name must be the one that was set."""
    try:
        found = _read(f"{settings.oidc_issuer}/.well-known/openid-configuration")
        if str(found["issuer"]).rstrip("/") != settings.oidc_issuer:
            raise ValueError(f"the provider calls itself {found['issuer']}")
    except (requests.RequestException, KeyError, ValueError) as error:
        log.warning("the provider of single sign-on cannot be used: %s", error)
        raise _failed() from error
    return found


def _read(address: str) -> dict[str, Any]:
    answer = requests.get(address, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _claims(id_token: str, keys: dict[str, Any], settings: Settings, nonce: str) -> dict[str, Any]:
    token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    registry = jwt.JWTClaimsRegistry(
        leeway=LONGEST_CLOCK_GAP_SECONDS,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(token.claims)
    return dict(token.claims)


def _failed() -> SsoFailed:
    return SsoFailed("sso_failed", _l("Inloggningen hos din inloggningstjänst gick inte igenom. Försök igen."))
