"""Team-generation runs and the plans that they made."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Identified, enum_type
from hackathon.events.models import Edition


class RunState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PlanState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class TeamRun(Identified):
    """One generation of teams: the problem as it was put (matching/FORMAT.md), and how far the solver has come."""

    __tablename__ = "team_run"
    __table_args__ = (Index("ix_team_run_edition", "edition_id", "id"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    state: Mapped[RunState] = mapped_column(enum_type(RunState), default=RunState.QUEUED)
    problem: Mapped[dict[str, Any]]
    time_limit: Mapped[int]
    """Seconds."""
    seed: Mapped[int]
    job_id: Mapped[int | None]
    cost: Mapped[int | None]
    lower_bound: Mapped[int | None]
    curve: Mapped[list[Any]] = mapped_column(default=list)
    """Progress as [seconds, cost or null, bound or null], for the picture."""
    working: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The plan that the blocks of the present round start from, while a large run is shared among workers."""
    conflict: Mapped[dict[str, Any] | None]
    message: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    plan: Mapped[TeamPlan | None] = relationship(back_populates="run", uselist=False)


class TeamPlan(Identified):
    """The teams that a run found, as a solution document. Publishing it makes teams of it."""

    __tablename__ = "team_plan"

    run_id: Mapped[int] = mapped_column(ForeignKey(TeamRun.id), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    state: Mapped[PlanState] = mapped_column(enum_type(PlanState), default=PlanState.DRAFT)
    solution: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    run: Mapped[TeamRun] = relationship(back_populates="plan")
