"""What ideas and comments are found under."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from hackathon.core.db import db
from hackathon.ideas.models import Idea, IdeaComment, IdeaTag
from hackathon.search.models import DocumentKind
from hackathon.search.services import Document, forget_edition, index
from hackathon.workshops.models import ChallengeQuestion, Finding
from hackathon.workshops.rules import FindingState

PARTS = ("summary", "problem", "audience", "solution", "benefit", "first_step")


def index_ideas(edition_id: int, ideas: Sequence[Idea]) -> None:
    """Makes ideas found under their title, tags and text. Who sees a draft or a hidden idea is asked when they are read."""
    db.session.flush()
    index(edition_id, [Document(DocumentKind.IDEA, idea.id, _title(idea), _body(idea)) for idea in ideas])


def _title(idea: Idea) -> str:
    return " ".join([idea.title, *(tag.tag for tag in idea.tags)])


def _body(idea: Idea) -> str:
    return "\n".join(getattr(idea, part) for part in PARTS)


def index_comments(edition_id: int, comments: Sequence[IdeaComment]) -> None:
    """Makes comments found under what they say."""
    db.session.flush()
    index(edition_id, [Document(DocumentKind.COMMENT, comment.id, "", comment.text) for comment in comments])


def reindex(edition_id: int) -> int:
    """Indexes everything of an edition anew, for what was written past the services; returns how many documents there are."""
    documents = [*_findings(edition_id), *_questions(edition_id), *_ideas(edition_id), *_comments(edition_id)]
    forget_edition(edition_id)
    index(edition_id, documents)
    return len(documents)


def _findings(edition_id: int) -> list[Document]:
    kept = Finding.edition_id == edition_id, Finding.state != FindingState.WITHDRAWN
    rows = db.session.execute(select(Finding.id, Finding.text).where(*kept))
    return [Document(DocumentKind.FINDING, number, "", text) for number, text in rows]


def _questions(edition_id: int) -> list[Document]:
    asked = ChallengeQuestion
    rows = db.session.execute(
        select(asked.id, asked.title_sv, asked.title_en, asked.text_sv, asked.text_en, asked.promise_sv).where(
            asked.edition_id == edition_id
        )
    )
    return [
        Document(DocumentKind.QUESTION, number, f"{title} {title_en}", f"{text} {text_en} {promise}")
        for number, title, title_en, text, text_en, promise in rows
    ]


def _ideas(edition_id: int) -> list[Document]:
    tags: dict[int, list[str]] = {}
    for idea_id, tag in db.session.execute(
        select(IdeaTag.idea_id, IdeaTag.tag).join(Idea, Idea.id == IdeaTag.idea_id).where(Idea.edition_id == edition_id)
    ):
        tags.setdefault(idea_id, []).append(tag)
    columns = [getattr(Idea, part) for part in PARTS]
    rows = db.session.execute(select(Idea.id, Idea.title, *columns).where(Idea.edition_id == edition_id))
    return [
        Document(DocumentKind.IDEA, row[0], " ".join([row[1], *tags.get(row[0], ())]), "\n".join(row[2:]))
        for row in rows
    ]


def _comments(edition_id: int) -> list[Document]:
    query = select(IdeaComment.id, IdeaComment.text).join(Idea, Idea.id == IdeaComment.idea_id)
    rows = db.session.execute(query.where(Idea.edition_id == edition_id))
    return [Document(DocumentKind.COMMENT, number, "", text) for number, text in rows]
