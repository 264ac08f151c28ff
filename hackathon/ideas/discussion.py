"""What people say of ideas: comments, and support of two kinds. The caller commits."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from hackathon.accounts.viewer import Viewer
from hackathon.core.db import db
from hackathon.core.errors import Forbidden, Invalid
from hackathon.core.text import clean
from hackathon.events.rules import EditionInfo
from hackathon.ideas import rules
from hackathon.ideas.mentions import tell_mentioned
from hackathon.ideas.models import Idea, IdeaComment, IdeaSupport, Support
from hackathon.ideas.queries import standing_of
from hackathon.ideas.searching import index_comments


def comment_on(idea: Idea, *, text: str, edition: EditionInfo, person_id: int, now: datetime) -> IdeaComment:
    """Says something under an idea, and tells those whom it names."""
    text = clean(text)
    if not text:
        raise Invalid("text_missing", _l("Skriv något innan du skickar kommentaren."))
    if len(text) > rules.LONGEST_COMMENT:
        raise Invalid("text_too_long", _l("Kommentaren är för lång. Korta den till högst 2 000 tecken."))
    comment = IdeaComment(idea_id=idea.id, person_id=person_id, text=text, at=now)
    db.session.add(comment)
    index_comments(idea.edition_id, [comment])
    tell_mentioned(comment, idea, edition=edition, now=now)
    return comment


def set_support(idea: Idea, *, kind: Support, on: bool, actor: Viewer, now: datetime) -> None:
    """Gives or takes back one's support. Asked twice it changes nothing more, so that a double press does no harm."""
    if not rules.may_support(idea.stage, standing=standing_of(idea, actor)):
        raise Forbidden("own_idea", _l("Du har skrivit idén. Stödet är till för alla andra."))
    key = (idea.id, actor.person_id, kind)
    given = db.session.get(IdeaSupport, key)
    if given is not None and not on:
        db.session.delete(given)
    elif given is None and on:
        try:
            with db.session.begin_nested():
                db.session.add(IdeaSupport(idea_id=idea.id, person_id=actor.person_id, kind=kind, at=now))
        except IntegrityError:  # The same press came twice at once: the other one counts.
            return
    db.session.flush()
