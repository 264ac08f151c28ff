"""Letters about places."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import Addressee, address, post_letter
from hackathon.events.rules import EditionInfo


def post_about_place(
    to: Addressee, what: str, *, edition: EditionInfo, now: datetime, position: int | None = None
) -> None:
    """Tells somebody what became of the registration; `what`: confirmed, waitlisted, promoted or cancelled."""
    post_letter(
        to,
        f"registration/{what}",
        now=now,
        event=edition.name,
        position=position,
        register_link=address("registration.register", slug=edition.slug),
        profile_link=address("registration.profile", slug=edition.slug),
    )
