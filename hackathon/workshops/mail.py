"""Letters about workshops."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import Addressee, address, post_letter
from hackathon.events.rules import EditionInfo
from hackathon.workshops.models import Workshop


def post_invitation(to: Addressee, workshop: Workshop, *, edition: EditionInfo, now: datetime) -> None:
    """Asks somebody to a workshop, with the address of the page on which cards are written."""
    title = workshop.title_en if to.locale == "en" else workshop.title_sv
    post_letter(
        to,
        "workshops/invited",
        now=now,
        event=edition.name,
        title=title,
        place=workshop.place,
        day=workshop.held_on,
        link=address("workshops.capture", slug=edition.slug, number=workshop.number),
    )
