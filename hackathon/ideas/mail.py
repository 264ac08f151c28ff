"""Letters about ideas."""

from __future__ import annotations

from datetime import datetime

from hackathon.accounts.mail import Addressee, address, post_letter
from hackathon.accounts.queries import load_person
from hackathon.events.rules import EditionInfo
from hackathon.ideas.models import Idea, IdeaComment


def post_mention(to: Addressee, idea: Idea, comment: IdeaComment, *, edition: EditionInfo, now: datetime) -> None:
    """Tells somebody that a comment names them."""
    post_letter(
        to,
        "ideas/mentioned",
        now=now,
        writer=load_person(comment.person_id).name,
        title=idea.title,
        text=comment.text,
        link=f"{address('ideas.show', slug=edition.slug, number=idea.number)}#c{comment.id}",
    )
