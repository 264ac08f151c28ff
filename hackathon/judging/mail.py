"""The letter that reminds a judge of what waits."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import address, post_letter
from hackathon.accounts.models import Person
from hackathon.events.models import Edition


def post_waiting(person: Person, count: int, *, edition: Edition, now: datetime) -> None:
    """Tells a judge how many teams wait. It says nothing of what anybody scored."""
    link = address("judging.index", slug=edition.slug)
    post_letter(person, "judging/waiting", now=now, event=edition.name, count=count, link=link)
