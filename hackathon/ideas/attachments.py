"""Files with ideas: added and taken away by those who may change the idea, read by those who may read it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, func, select

from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.db import db, fetch
from hackathon.core.errors import Conflict, NotFound
from hackathon.core.uploads import File, checked_file
from hackathon.ideas.models import AttachmentData, Idea, IdeaAttachment

MOST_BYTES = 5 * 2**20
MOST_FILES = 5


def attach_file(idea: Idea, *, name: str, data: bytes, actor: Viewer, now: datetime) -> IdeaAttachment:
    """Adds a file to an idea that the actor may change. Raises Invalid for a file that is not taken, Conflict past MOST_FILES."""
    file = checked_file(name, data, most_bytes=MOST_BYTES)
    count = select(func.count()).select_from(IdeaAttachment).where(IdeaAttachment.idea_id == idea.id)
    if (db.session.scalar(count) or 0) >= MOST_FILES:
        raise Conflict("too_many_files", _l("En idé kan ha högst fem filer. Ta bort en först."))
    attachment = IdeaAttachment(
        idea_id=idea.id, name=file.name, content_type=file.content_type, size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(), person_id=actor.person_id, at=now,
    )  # fmt: skip
    db.session.add(attachment)
    db.session.flush()
    db.session.add(AttachmentData(attachment_id=attachment.id, data=file.data))
    _record("idea.file_added", idea, attachment.id, actor, now)
    return attachment


def remove_file(idea: Idea, attachment_id: int, *, actor: Viewer, now: datetime) -> None:
    """Takes a file away from an idea that the actor may change."""
    found = _find(idea.id, attachment_id)
    db.session.execute(delete(AttachmentData).where(AttachmentData.attachment_id == found.id))
    db.session.delete(found)
    _record("idea.file_removed", idea, attachment_id, actor, now)


class FileLine(NamedTuple):
    """A file as lists show it; `size` in bytes."""

    id: int
    name: str
    size: int
    at: datetime


_FILES = (
    select(IdeaAttachment.id, IdeaAttachment.name, IdeaAttachment.size, IdeaAttachment.at)
    .where(IdeaAttachment.idea_id == bindparam("idea"))
    .order_by(IdeaAttachment.id)
)


def list_files(idea_id: int) -> list[FileLine]:
    """The files of an idea, in the order in which they came."""
    return list(map(FileLine._make, fetch(_FILES, {"idea": idea_id})))


def read_file(idea_id: int, attachment_id: int) -> File:
    """A file of an idea that the caller has seen to it may be read. Raises NotFound."""
    found = _find(idea_id, attachment_id)
    return File(found.name, found.content_type, db.session.get_one(AttachmentData, found.id).data)


def _find(idea_id: int, attachment_id: int) -> IdeaAttachment:
    query = select(IdeaAttachment).where(IdeaAttachment.idea_id == idea_id, IdeaAttachment.id == attachment_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("file_unknown", _l("Filen finns inte. Den kan ha tagits bort från idén."))
    return found


def _record(action: str, idea: Idea, attachment_id: int, actor: Viewer, now: datetime) -> None:
    db.session.flush()
    audit.record(
        action, edition_id=idea.edition_id, actor_id=actor.person_id, subject=f"idea:{idea.id}", now=now, file=attachment_id
    )  # fmt: skip
