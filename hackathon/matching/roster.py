"""The roster: who is to be placed, read from the database and written as a problem document (team-formation/1)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.events.models import Edition, Organisation, Pool, Sector
from hackathon.matching.rules import Crowd, TeamShape, acquaintance_rules, team_shape, usual_rules
from hackathon.registration.models import (
    Acquaintance,
    Profession,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Registration,
    RegistrationState,
    Skill,
)
from hackathon.workshops.models import ChallengeQuestion

SEATED = (RegistrationState.CONFIRMED, RegistrationState.CHECKED_IN)
"""Whoever has a place is placed in a team."""


def participant_id(person_id: int) -> str:
    """How a problem document names a person."""
    return f"p{person_id}"


def person_id_of(participant: str) -> int:
    """The person whom a problem document names so."""
    return int(participant.removeprefix("p"))


@dataclass(frozen=True)
class Roster:
    """Everybody to be placed. `shape` is None where nobody has a place."""

    shape: TeamShape | None
    participants: tuple[dict[str, Any], ...]
    without_profile: tuple[tuple[int, str], ...]
    """Person id and name of those whose profile is not filled in: they are placed by pool and organisation alone."""
    document: dict[str, Any] | None
    """The problem; None where nobody has a place."""


def read_roster(edition_id: int) -> Roster:
    """The people of an edition as they stand now, and the problem that they make. A constant number of queries."""
    edition = db.session.get_one(Edition, edition_id)
    people = _people(edition_id)
    participants = tuple(_participant(row, people) for row in people.rows)
    missing = tuple((row.id, row.name) for row in people.rows if row.profile_id is None)
    if not participants:
        return Roster(None, (), missing, None)
    shape = team_shape(
        len(participants), tables=edition.team_count, smallest=edition.team_size_min, largest=edition.team_size_max
    )
    return Roster(shape, participants, missing, _document(edition, shape, participants))


@dataclass(frozen=True)
class _People:
    """The rows that participants are made of, by profile."""

    rows: list[Any]
    skills: dict[int, dict[str, int]]
    wishes: dict[int, list[str]]
    languages: dict[int, list[str]]


def _people(edition_id: int) -> _People:
    rows = db.session.execute(
        select(
            Person.id, Person.name, Pool.key.label("pool"), Sector.key.label("sector"),
            Organisation.name.label("organisation"), Profession.key.label("profession"), Profile.id.label("profile_id"),
            Profile.seniority, Profile.experience_years,
        )
        .select_from(Registration)
        .join(Person, Registration.person_id == Person.id)
        .join(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .outerjoin(Profile, (Profile.person_id == Person.id) & (Profile.edition_id == edition_id))
        .outerjoin(Profession, Profile.profession_id == Profession.id)
        .where(Registration.edition_id == edition_id, Registration.state.in_(SEATED))
        .order_by(Pool.position, Registration.seat_no)
    ).all()  # fmt: skip
    people = _People(list(rows), defaultdict(dict), defaultdict(list), defaultdict(list))
    mine = Profile.edition_id == edition_id
    for profile, skill, level in db.session.execute(
        select(ProfileSkill.profile_id, Skill.key, ProfileSkill.level)
        .join(Skill, ProfileSkill.skill_id == Skill.id)
        .join(Profile, ProfileSkill.profile_id == Profile.id)
        .where(mine)
        .order_by(Skill.id)
    ):
        people.skills[profile][skill] = level
    for profile, number in db.session.execute(
        select(QuestionWish.profile_id, QuestionWish.question_number)
        .join(Profile, QuestionWish.profile_id == Profile.id)
        .join(
            ChallengeQuestion,
            (ChallengeQuestion.edition_id == edition_id) & (ChallengeQuestion.number == QuestionWish.question_number),
        )
        .where(mine)
        .order_by(QuestionWish.rank)
    ):
        people.wishes[profile].append(f"q{number}")
    for profile, language in db.session.execute(
        select(ProfileLanguage.profile_id, ProfileLanguage.language)
        .join(Profile, ProfileLanguage.profile_id == Profile.id)
        .where(mine)
        .order_by(ProfileLanguage.language)
    ):
        people.languages[profile].append(language)
    return people


def _participant(row: Any, people: _People) -> dict[str, Any]:
    spoken = people.languages.get(row.profile_id, [])
    return {
        "id": participant_id(row.id),
        "name": row.name,
        "pool": row.pool,
        "sector": row.sector,
        "organisation": row.organisation,
        "profession": row.profession,
        "seniority": row.seniority.value if row.seniority else None,
        # Who works in Swedish counts as Swedish: it is the language that teams work in unless somebody cannot.
        "language": "sv" if "sv" in spoken else spoken[0] if spoken else None,
        "experience_years": row.experience_years,
        "skills": people.skills.get(row.profile_id, {}),
        "preferences": people.wishes.get(row.profile_id, []),
    }


def _acquainted(edition_id: int) -> list[tuple[str, str]]:
    """Pairs of people who are both to be placed and of whom one says that they know each other, each pair once."""
    seated = (Registration.edition_id == edition_id, Registration.state.in_(SEATED))
    known = Person.__table__.alias("known")
    here = select(Registration.person_id).where(*seated)
    rows = db.session.execute(
        select(Profile.person_id, known.c.id)
        .join(Acquaintance, Acquaintance.profile_id == Profile.id)
        .join(known, known.c.email == Acquaintance.email)
        .where(Profile.edition_id == edition_id, Profile.person_id.in_(here), known.c.id.in_(here))
    )
    pairs = {(min(one, other), max(one, other)) for one, other in rows if one != other}
    return [(participant_id(one), participant_id(other)) for one, other in sorted(pairs)]


def _document(edition: Edition, shape: TeamShape, participants: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    questions = db.session.scalars(
        select(ChallengeQuestion).where(ChallengeQuestion.edition_id == edition.id).order_by(ChallengeQuestion.number)
    ).all()
    taxonomy = frozenset(db.session.scalars(select(Skill.key).where(Skill.edition_id == edition.id)))
    colleagues = Counter(person["organisation"] for person in participants if person["organisation"])
    sectors = {person["sector"] for person in participants if person["sector"]}
    crowd = Crowd(shape, max(colleagues.values(), default=0), len(sectors), taxonomy, len(questions))
    document: dict[str, Any] = {
        "format": "team-formation/1",
        "name": f"{edition.slug}-{len(participants)}",
        "team_count": shape.count,
        "team_size": {"min": shape.smallest, "max": shape.largest},
        "participants": list(participants),
        "rules": usual_rules(crowd) + acquaintance_rules(_acquainted(edition.id)),
    }
    if questions:
        document["challenges"] = [
            {"id": question.key, "teams": {"min": question.teams_min, "max": question.teams_max}}
            for question in questions
        ]
    return document
