"""What became of each idea after the event."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Identified, enum_type
from hackathon.events.models import Edition, Organisation
from hackathon.followup.rules import OutcomeKind
from hackathon.ideas.models import Idea


class Outcome(Identified):
    """What was decided for an idea, why, and which organisation answers for it."""

    __tablename__ = "outcome"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="reason"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey(Idea.id), unique=True)
    kind: Mapped[OutcomeKind] = mapped_column(enum_type(OutcomeKind, "kind"))
    reason: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    next_check_on: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    idea: Mapped[Idea] = relationship()
    owner: Mapped[Organisation | None] = relationship()
