"""The letter that tells somebody the team."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import address, post_letter
from hackathon.accounts.models import Person
from hackathon.events.models import Edition
from hackathon.teams.models import Team
from hackathon.workshops.models import ChallengeQuestion


def post_team(
    person: Person, team: Team, question: ChallengeQuestion | None, *, edition: Edition, now: datetime
) -> None:
    """Tells somebody which team and table it is, and which question."""
    title = "" if question is None else question.title_en if person.locale == "en" else question.title_sv
    post_letter(
        person,
        "matching/published",
        now=now,
        event=edition.name,
        team=team.name,
        table=team.table_no,
        question=title,
        link=address("teams.show", slug=edition.slug, number=team.number),
    )
