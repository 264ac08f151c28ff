"""What the portal's tests build on the models of the other features. Each commits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.events.models import AgendaItem, Edition, Organisation, Phase, Pool
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import Stage
from hackathon.judging.models import PublishedResult, Round, Scorecard
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.registration.models import (
    Profession,
    Profile,
    ProfileSkill,
    QuestionWish,
    Registration,
    Seniority,
    Skill,
)
from hackathon.registration.rules import RegistrationState
from hackathon.teams.models import Entry, Team, TeamMember
from tests.factories import NOW


def set_phase(edition: Edition, kind: str, *, opens_at: datetime, closes_at: datetime) -> Phase:
    """Moves one phase of the edition."""
    phase = db.session.query(Phase).filter_by(edition_id=edition.id, kind=kind).one()
    phase.opens_at, phase.closes_at = opens_at, closes_at
    db.session.commit()
    return phase


def make_place(
    person: Person, edition: Edition, *, pool: str = "agency", seat: int | None = None, line: int | None = None,
    organisation: Organisation | None = None,
) -> Registration:  # fmt: skip
    """A registration with a seat or a place in line; without either a cancelled one."""
    state = (
        RegistrationState.CONFIRMED if seat else RegistrationState.WAITLISTED if line else RegistrationState.CANCELLED
    )
    row = Registration(
        edition_id=edition.id, person_id=person.id, pool_id=db.session.query(Pool).filter_by(edition_id=edition.id, key=pool).one().id,
        organisation_id=organisation.id if organisation else None, state=state, seat_no=seat, line_no=line,
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def make_profile(person: Person, edition: Edition, *, title: str = "Handläggare") -> Profile:
    """A complete profile with one skill."""
    number = db.session.query(Skill).count() + 1
    skill = Skill(
        edition_id=edition.id, key=f"s{number}", name_sv=f"Kunskap {number}", name_en=f"Skill {number}", icon="star"
    )
    profession = Profession(edition_id=edition.id, key=f"p{number}", name_sv="Yrke", name_en="Profession")
    db.session.add_all([skill, profession])
    db.session.flush()
    profile = Profile(
        edition_id=edition.id,
        person_id=person.id,
        title=title,
        profession_id=profession.id,
        seniority=Seniority.MID,
        changed_at=NOW,
    )
    profile.skills = [ProfileSkill(skill_id=skill.id, level=2)]
    profile.wishes = [QuestionWish(question_number=1, rank=1)]
    db.session.add(profile)
    db.session.commit()
    return profile


def make_idea(
    edition: Edition, number: int, author: Person | None = None, *, stage: Stage = Stage.SUBMITTED, hidden: bool = False
) -> Idea:
    """An idea, written by somebody or nobody known."""
    idea = Idea(
        edition_id=edition.id, number=number, title=f"Idé {number}", summary="Kort.", stage=stage,
        created_at=NOW, changed_at=NOW, stage_changed_at=NOW,
        hidden_at=NOW if hidden else None, hidden_reason="Olämplig." if hidden else "",
    )  # fmt: skip
    if author is not None:
        idea.authors = [IdeaAuthor(person_id=author.id, pool_key="agency", position=1)]
    db.session.add(idea)
    db.session.commit()
    return idea


def make_team(edition: Edition, number: int, people: list[Person], *, submitted: bool = False) -> Team:
    """A published team at the table with its number, with or without an entry handed in."""
    team = Team(edition_id=edition.id, number=number, name=f"Lag {number}", table_no=number)
    team.members = [TeamMember(person_id=person.id, edition_id=edition.id) for person in people]
    if submitted:
        team.entry = Entry(title="Bidrag", pitch="Text.", submitted_at=NOW, changed_at=NOW)
    db.session.add(team)
    db.session.commit()
    return team


def make_round(edition: Edition, state: RoundState = RoundState.OPEN) -> Round:
    """The round of judging."""
    row = Round(edition_id=edition.id, key="final", name_sv="Final", name_en="Final", state=state)
    db.session.add(row)
    db.session.commit()
    return row


def make_card(judge: Person, team: Team, of: Round, state: ScorecardState = ScorecardState.ASSIGNED) -> Scorecard:
    """A judge's card for a team."""
    card = Scorecard(round_id=of.id, judge_id=judge.id, team_id=team.id, state=state, changed_at=NOW)
    db.session.add(card)
    db.session.commit()
    return card


def publish_results(edition: Edition, of: Round) -> None:
    """The snapshot that everybody may see, as far as these pages ask: that it is there."""
    of.state = RoundState.PUBLISHED
    db.session.add(PublishedResult(round_id=of.id, edition_id=edition.id, snapshot={"teams": []}, published_at=NOW))
    db.session.commit()


def make_agenda(edition: Edition, starts: datetime = NOW, points: int = 3) -> None:
    """Points of the day, an hour apart; the last one is open to everybody."""
    for index in range(points):
        db.session.add(
            AgendaItem(
                edition_id=edition.id, starts_at=starts + timedelta(hours=index), title_sv=f"Punkt {index + 1}",
                title_en=f"Point {index + 1}", is_public=index == points - 1,
            )
        )  # fmt: skip
    db.session.commit()


@contextlib.contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that are sent to the database in this block."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
