"""Naming people in comments: `@Anna Berg` tells her, where she is in the conversation or takes part in the event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core.db import db
from hackathon.events.rules import EditionInfo
from hackathon.ideas.mail import post_mention
from hackathon.ideas.models import Idea, IdeaAuthor, IdeaComment, IdeaMention

_SIGN = re.compile(r"(?<![\w@])@(?=\w)")
MOST_MENTIONS = 10
_LONGEST_NAME = 80


def tell_mentioned(comment: IdeaComment, idea: Idea, *, edition: EditionInfo, now: datetime) -> Sequence[Person]:
    """Tells everybody whom a comment names, by letter; returns whom. Nobody is told of their own comment.

    Of several people with one name those in the conversation are meant; where that does not decide, nobody is.
    """
    starts = [comment.text[match.end() :] for match in _SIGN.finditer(comment.text)][:MOST_MENTIONS]
    if not starts:
        return []
    people = _people(idea, edition.id)
    told: dict[int, Person] = {}
    for start in starts:
        person = _meant(start[:_LONGEST_NAME], people)
        if person is not None and person.id != comment.person_id:
            told[person.id] = person
    for person in told.values():
        db.session.add(IdeaMention(comment_id=comment.id, person_id=person.id))
        post_mention(person, idea, comment, edition=edition, now=now)
    db.session.flush()
    return list(told.values())


def _meant(start: str, people: Sequence[tuple[Person, bool]]) -> Person | None:
    """The person whose name the text begins with; the longest name wins."""
    folded = start.casefold()
    fits = [(person, inside) for person, inside in people if _begins(folded, person.name.casefold())]
    longest = max((len(person.name) for person, _inside in fits), default=0)
    fits = [pair for pair in fits if len(pair[0].name) == longest]
    inside = [person for person, is_inside in fits if is_inside]
    candidates = inside or [person for person, _is_inside in fits]
    return candidates[0] if len(candidates) == 1 else None


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) : len(name) + 1].isalnum()


def _people(idea: Idea, edition_id: int) -> list[tuple[Person, bool]]:
    """Everybody with a role in the edition, and whether they are in the conversation."""
    writes = exists().where(IdeaAuthor.idea_id == idea.id, IdeaAuthor.person_id == Person.id)
    talks = exists().where(IdeaComment.idea_id == idea.id, IdeaComment.person_id == Person.id)
    takes_part = exists().where(RoleAssignment.person_id == Person.id, RoleAssignment.edition_id == edition_id)
    query = select(Person, or_(writes, talks)).where(Person.disabled_at.is_(None), or_(writes, talks, takes_part))
    return [(person, bool(inside)) for person, inside in db.session.execute(query.order_by(Person.id))]
