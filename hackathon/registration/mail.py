"""Letters about places."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import Addressee, address, post_letter
from hackathon.events.rules import EditionInfo


def post_about_place(
    to: Addressee, what: str, *, edition: EditionInfo, now: datetime, position: int | None = None,
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
    )
