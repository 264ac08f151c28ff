"""Ideas and comments that a search finds, and ideas that are like a text: of those that the viewer may read, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from hackathon.accounts.viewer import Viewer
from hackathon.core.access import Permission
from hackathon.core.db import db
from hackathon.core.similarity import likeness
from hackathon.ideas.models import Idea, IdeaAuthor, IdeaComment
from hackathon.ideas.rules import Stage
from hackathon.search.models import DocumentKind
from hackathon.search.queries import Asked, find_alike, hits

MOST_COMPARED = 60
"""How many ideas that share words with a text are compared with it closely."""
LEAST_LIKE = 0.12
"""Below this an idea is not shown as similar: it shares a word or two with the text."""


@dataclass(frozen=True, slots=True)
class FoundIdea:
    number: int
    title: str
    summary: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class FoundComment:
    """A comment, and the idea that it stands under."""

    id: int
    text: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An idea that is like a text; `likeness` from 0 to 1."""

    number: int
    title: str
    summary: str
    stage: Stage
    likeness: float


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The ideas that the viewer may read: what `rules.may_read` says, for the database."""
    organises = viewer.can(Permission.MOVE_IDEA)
    if organises:
        return true()
    published = Idea.stage != Stage.DRAFT
    shown = published if viewer.can(Permission.HIDE_IDEA) else and_(published, Idea.hidden_at.is_(None))
    if not viewer.is_authenticated:
        return shown
    mine = exists().where(IdeaAuthor.idea_id == Idea.id, IdeaAuthor.person_id == viewer.person_id)
    return or_(shown, mine)


def find_ideas(viewer: Viewer, asked: Sequence[Asked], *, most: int) -> tuple[list[FoundIdea], int]:
    """The ideas that a search finds, the best first, and how many there are in all."""
    found = hits(asked, DocumentKind.IDEA)
    if found is None:
        return [], 0
    query = (
        select(Idea.number, Idea.title, Idea.summary, Idea.stage, func.count().over())
        .join(found, found.c.subject_id == Idea.id)
        .where(readable(viewer))
        .order_by(found.c.score.desc(), Idea.number)
    )
    rows = db.session.execute(query.limit(most)).all()
    return [FoundIdea(*row[:4]) for row in rows], rows[0][4] if rows else 0


def find_comments(viewer: Viewer, asked: Sequence[Asked], *, most: int) -> tuple[list[FoundComment], int]:
    """The comments that a search finds, under ideas that the viewer may read, and how many there are in all."""
    found = hits(asked, DocumentKind.COMMENT)
    if found is None:
        return [], 0
    query = (
        select(IdeaComment.id, IdeaComment.text, Idea.number, Idea.title, func.count().over())
        .join(found, found.c.subject_id == IdeaComment.id)
        .join(Idea, Idea.id == IdeaComment.idea_id)
        .where(readable(viewer))
        .order_by(found.c.score.desc(), IdeaComment.id)
    )
    rows = db.session.execute(query.limit(most)).all()
    return [FoundComment(*row[:4]) for row in rows], rows[0][4] if rows else 0


def find_similar(
    edition_id: int, viewer: Viewer, text: str, *, most: int = 5, but: Sequence[int] = ()
) -> list[Similar]:
    """The ideas that are most like a text, ranked: first by shared rare words, then those compared closely. `but`: numbers left out."""
    ids = find_alike(edition_id, text, DocumentKind.IDEA, most=MOST_COMPARED)
    if not ids:
        return []
    rows = db.session.execute(
        select(Idea.number, Idea.title, Idea.summary, Idea.stage)
        .where(Idea.id.in_(ids), readable(viewer), Idea.number.not_in(but), Idea.stage != Stage.DRAFT)
        .order_by(Idea.number)
    ).all()
    found = likeness(text, [f"{row[1]} {row[2]}" for row in rows])
    ranked = sorted(zip(found, rows, strict=True), key=lambda pair: (-pair[0], pair[1][0]))
    return [Similar(*row, likeness=float(value)) for value, row in ranked[:most] if value >= LEAST_LIKE]
