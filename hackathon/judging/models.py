"""Rounds, rubrics, scorecards, and the snapshot that is published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hackathon.accounts.models import Person
from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition, Organisation
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.teams.models import Team


class Round(Identified):
    """One round of judging. `key` is its name in addresses."""

    __tablename__ = "judging_round"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    state: Mapped[RoundState] = mapped_column(enum_type(RoundState), default=RoundState.SETUP)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    judges_per_team: Mapped[int | None]
    """None: every judge sees every team, conflicts of interest aside."""
    model: Mapped[str | None]
    tie_rule: Mapped[str | None]
    """How results will be made: fixed when the round opens, before anybody has scored."""

    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position")


class Criterion(Identified):
    """One question of the rubric, scored 1 to 5; `anchors` say in words what 1, 3 and 5 mean."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("round_id", "key"), CheckConstraint("weight >= 1", name="weight"))

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    key: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    ask_sv: Mapped[str]
    ask_en: Mapped[str]
    anchors: Mapped[dict[str, Any]]
    """{"1": {"sv": …, "en": …}, "2": …, "5": …}"""
    weight: Mapped[int]
    position: Mapped[int]


class Scorecard(Identified):
    """One judge's assessment of one team. The judge's organisation is frozen at the assignment."""

    __tablename__ = "scorecard"
    __table_args__ = (UniqueConstraint("round_id", "judge_id", "team_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    judge_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[ScorecardState] = mapped_column(enum_type(ScorecardState), default=ScorecardState.ASSIGNED)
    note_to_team: Mapped[str] = mapped_column(default="")
    recused_reason: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    team: Mapped[Team] = relationship()
    judge: Mapped[Person] = relationship()
    scores: Mapped[list[Score]] = relationship(cascade="all, delete-orphan", lazy="raise")
    """For writing. Reading goes through queries.read_points alone, so that loading it here is refused."""


class Score(Base):
    """A judge's points for one criterion. Read by one function alone: queries.read_points."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("points BETWEEN 1 AND 5", name="points"),)

    scorecard_id: Mapped[int] = mapped_column(ForeignKey(Scorecard.id), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey(Criterion.id), primary_key=True)
    points: Mapped[int]


class OwnOrder(Base):
    """The place of a team in a judge's own order, 1 the best. As secret as points, and read by the same function."""

    __tablename__ = "own_order"
    __table_args__ = (CheckConstraint("place >= 1", name="place"),)

    scorecard_id: Mapped[int] = mapped_column(ForeignKey(Scorecard.id), primary_key=True)
    place: Mapped[int]


class AbsentJudge(Base):
    """A judge who is not there: what is handed in counts, the other cards went to colleagues."""

    __tablename__ = "absent_judge"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    at: Mapped[datetime]


class ReviewOpening(Base):
    """One organiser wants to see the scores of a closed round. It takes two different ones."""

    __tablename__ = "review_opening"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Voiding(Identified):
    """One organiser asks that a judge's ballots no longer count, with a reason; another one confirms, or it is withdrawn."""

    __tablename__ = "voiding"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class TeamFeedback(Base):
    """What a team learns after the reveal, as it was then: its profile by criterion and the quarter of the field it is in."""

    __tablename__ = "team_feedback"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    profile: Mapped[list[Any]]
    """[{"name_sv", "name_en", "mean", "field"}]: the team's mean and that of all teams, by criterion."""
    quarter: Mapped[int]
    """1 is the best quarter of the field."""


class RevealApproval(Base):
    """One organiser says that the results of a round may be published. It takes two different ones."""

    __tablename__ = "reveal_approval"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class PublishedResult(Identified):
    """The results as they were when two organisers published them. Pages show the latest and never the scores.

    A correction is a further row with its reason; the rows before it stay.
    """

    __tablename__ = "published_result"

    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    snapshot: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    correction: Mapped[str] = mapped_column(default="")
    """Why the results were made anew; empty for the first."""
