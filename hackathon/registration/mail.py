"""Letters about places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from hackathon.accounts.mail import address, post_letter
from hackathon.accounts.models import Person
from hackathon.events.rules import EditionInfo
from hackathon.registration.leaving import leave_token


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is written to and may have no account yet."""

    email: str
    name: str
    locale: str = "sv"


def post_invitation(
    to: Invited,
    *,
    token: str,
    edition: EditionInfo,
    organisation: str,
    inviter: str,
    replaces: str,
    until: datetime,
    now: datetime,
) -> None:
    """The letter with a link to take part for an organisation; `replaces`: whose place it is, or empty."""
    post_letter(
        to, "registration/invitation", now=now, event=edition.name, organisation=organisation, inviter=inviter,
        replaces=replaces, until=until.astimezone(edition.tz),
        link=address("registration.invitation", slug=edition.slug, token=token),
    )  # fmt: skip


def post_about_place(
    to: Person, what: str, *, edition: EditionInfo, now: datetime, position: int | None = None,
    until: datetime | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Tells somebody what became of the registration; `what` is the letter's name.

    confirmed, waitlisted, promoted, offered (with `until`), expired, cancelled; withdrawn, given, replaced, merged (with
    the organiser's or coordinator's `reason`).
    """
    post_letter(
        to,
        f"registration/{what}",
        now=now,
        event=edition.name,
        position=position,
        until=until.astimezone(edition.tz) if until else None,
        zone=edition.timezone,
        reason=reason,
        register_link=address("registration.register", slug=edition.slug),
        profile_link=address("registration.profile", slug=edition.slug),
        leave_link=address("registration.cannot_come", slug=edition.slug, token=_leave_token(edition, to)),
    )


def _leave_token(edition: EditionInfo, to: Person) -> str:
    return leave_token(edition.id, to.id, secret=current_app.config["SETTINGS"].secret_key)
