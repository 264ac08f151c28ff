"""Letters to people: rendered in their own language, without a request, and put into the outbox.

The first line of a template is the subject; what follows after a blank line is the text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask import current_app
from flask_babel import force_locale

from hackathon.accounts.models import Person
from hackathon.core import outbox


class Addressee(Protocol):
    """Whoever gets a letter: a person, or a row with the same three columns."""

    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def locale(self) -> str: ...


def address(endpoint: str, **values: object) -> str:
    """The full address of a page, for letters: it begins with BASE_URL, whatever host the request named."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def post_letter(to: Addressee, template: str, *, now: datetime, **values: object) -> None:
    """Renders templates/email/<template>.txt for somebody and posts it in the transaction at hand."""
    with force_locale(to.locale):
        text = current_app.jinja_env.get_template(f"email/{template}.txt").render(name=to.name, **values)
    subject, _newline, body = text.partition("\n")
    outbox.post(to.email, subject, body.strip() + "\n", now=now)


def post_verification(person: Person, *, token: str, now: datetime) -> None:
    """The letter with the link that shows that the address is the person's own."""
    post_letter(person, "accounts/verify", now=now, link=address("accounts.verify", token=token))


def post_link(person: Person, what: str, *, token: str, now: datetime) -> None:
    """The letter with a link that stands for its reader; `what` is its purpose: reset or sign_in_link."""
    post_letter(person, f"accounts/{what}", now=now, link=address(f"accounts.{what}", token=token))


def post_known_already(person: Person, *, now: datetime) -> None:
    """The letter to somebody who has an account and signed up again (or for whom somebody else did)."""
    post_letter(person, "accounts/known_already", now=now, link=address("accounts.sign_in"))
