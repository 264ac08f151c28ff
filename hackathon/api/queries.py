"""What the API reads beyond the features' own queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.events.models import Organisation, Sector
from hackathon.ideas.models import Idea
from hackathon.workshops.models import ChallengeQuestion


def load_organisation_id(edition_id: int, name: str) -> int:
    """The organisation with this name. Raises Invalid."""
    known = select(Organisation.id).where(Organisation.edition_id == edition_id, Organisation.name == name)
    found = db.session.scalar(known)
    if found is None:
        raise Invalid(
            "organisation_unknown", _l("Organisationen finns inte i evenemanget. Utelämna den, eller skriv dess namn.")
        )
    return found


@dataclass(frozen=True, slots=True)
class IdeaMarks:
    """What a line of the list tells of an idea beside its card: `question` is a number, `sector` a key."""

    summary: str
    question: int | None
    sector: str | None


def describe_ideas(idea_ids: Collection[int]) -> dict[int, IdeaMarks]:
    """The marks of ideas that the viewer was found to be allowed to read, in one query."""
    rows = db.session.execute(
        select(Idea.id, Idea.summary, ChallengeQuestion.number, Sector.key)
        .outerjoin(ChallengeQuestion, Idea.question_id == ChallengeQuestion.id)
        .outerjoin(Sector, Idea.sector_id == Sector.id)
        .where(Idea.id.in_(idea_ids))
    )
    return {row[0]: IdeaMarks(*row[1:]) for row in rows}
