"""What ideas said before: versions, how they differ, and all that happened to an idea in one line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from hackathon.accounts.models import Person
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db, fetch
from hackathon.core.text import Piece, difference
from hackathon.ideas.models import Idea, IdeaTransition, IdeaVersion
from hackathon.ideas.rules import LIMITS, IdeaText, Stage

TAGS = "tags"
PARTS = (*LIMITS, TAGS)
"""What a version keeps, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `changes` are the parts that differ from the version before, none for the first."""

    number: int
    at: datetime
    author: str | None
    changes: tuple[tuple[str, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: a step of the life cycle, or (without stages) a change of the text."""

    at: datetime
    name: str | None
    from_stage: Stage | None
    to_stage: Stage | None
    reason: str
    version: int | None


def texts_of(idea: Idea) -> dict[str, str]:
    """What an idea says now."""
    return {name: getattr(idea, name) or "" for name in LIMITS} | {
        TAGS: ", ".join(sorted(tag.tag for tag in idea.tags))
    }


def texts_in(text: IdeaText) -> dict[str, str]:
    """What somebody has written, in the same form."""
    return {name: getattr(text, name) for name in LIMITS} | {TAGS: ", ".join(sorted(text.tags))}


def keep_version(idea: Idea, *, author_id: int | None, now: datetime) -> None:
    """Keeps what an idea says now, unless that is what was kept last. A draft keeps nothing."""
    if idea.stage is Stage.DRAFT:
        return
    db.session.flush()
    last = db.session.scalar(
        select(IdeaVersion).where(IdeaVersion.idea_id == idea.id).order_by(IdeaVersion.number.desc()).limit(1)
    )
    texts = texts_of(idea)
    if last is None or last.texts != texts:
        number = (last.number if last else 0) + 1
        db.session.add(IdeaVersion(idea_id=idea.id, number=number, texts=texts, author_id=author_id, at=now))
        db.session.flush()


def keep_first_version(idea: Idea) -> None:
    """Keeps what an idea says that was written before versions were kept."""
    known = select(func.count()).select_from(IdeaVersion).where(IdeaVersion.idea_id == idea.id)
    if not db.session.scalar(known):
        keep_version(idea, author_id=None, now=idea.changed_at)


def changes_between(before: dict[str, str], after: dict[str, str]) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """The parts that differ, each word by word."""
    return tuple(
        (name, tuple(difference(before.get(name, ""), after.get(name, ""))))
        for name in PARTS
        if before.get(name, "") != after.get(name, "")
    )


def list_versions(idea_id: int) -> list[Version]:
    """An idea's versions, the latest first."""
    rows = db.session.execute(
        select(IdeaVersion.number, IdeaVersion.at, Person.name, IdeaVersion.texts)
        .outerjoin(Person, Person.id == IdeaVersion.author_id)
        .where(IdeaVersion.idea_id == idea_id)
        .order_by(IdeaVersion.number)
    ).all()
    found = []
    before: dict[str, str] | None = None
    for number, at, author, texts in rows:
        changes = changes_between(before, texts) if before is not None else ()
        found.append(Version(number, at, author, changes))
        before = texts
    return found[::-1]


def list_events(idea_id: int) -> list[Event]:
    """All that happened to an idea, the latest first: who, when and why."""
    steps = db.session.execute(
        select(
            IdeaTransition.at, Person.name, IdeaTransition.from_stage, IdeaTransition.to_stage, IdeaTransition.reason
        )
        .outerjoin(Person, Person.id == IdeaTransition.actor_id)
        .where(IdeaTransition.idea_id == idea_id)
        .order_by(IdeaTransition.id)
    )
    events = [Event(*row, version=None) for row in steps]
    edits = [
        Event(version.at, version.author, None, None, "", version.number)
        for version in reversed(list_versions(idea_id))
        if version.number > 1
    ]
    return sorted([*events, *edits], key=lambda event: event.at)[::-1]


@dataclass(frozen=True, slots=True)
class Merged:
    """An idea that goes on in another; its own page and history stay."""

    number: int
    title: str


def list_merged(idea_id: int) -> list[Merged]:
    """The ideas that were merged into this one and are still; hidden ones are left out."""
    rows = db.session.execute(
        select(Idea.number, Idea.title)
        .where(Idea.merged_into_id == idea_id, Idea.stage == Stage.MERGED, Idea.hidden_at.is_(None))
        .order_by(Idea.number)
    )
    return [Merged(number, title) for number, title in rows]


def read_revision(edition_id: int) -> int:
    """The latest act upon an idea of the edition, as the audit log numbers it: what open boards ask for."""
    return fetch(_LATEST_ACT, {"edition": edition_id}).scalar() or 0


_LATEST_ACT = (
    select(AuditEntry.id)
    .where(AuditEntry.edition_id == bindparam("edition"), AuditEntry.action.startswith("idea."))
    .order_by(AuditEntry.id.desc())
    .limit(1)
)
