"""The people who register: they come when the doors open, fill in their profiles, and check in the evening before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.demo.accounts import role_row
from hackathon.demo.draw import fraction, shuffled, whole
from hackathon.demo.rows import Row, add_identified, add_rows, read_pairs
from hackathon.demo.scene import Scene
from hackathon.demo.texts import PersonText
from hackathon.registration.models import (
    Profession,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Registration,
    RegistrationState,
    Skill,
    WaitingLine,
)

_OPENING = (-60, "09:00")
_CHECK_IN = (-1, "16:00")
_CHECK_IN_MINUTES = 210
_WAITING_COME_AFTER = 40
"""Minutes after the opening, when the seats are long gone."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One person at the door: the seat, or the place in line."""

    person: PersonText
    at: datetime
    seat_no: int | None
    line_no: int | None


def add_crowd(scene: Scene) -> None:
    """Everybody who has registered by now, with role and profile."""
    arrivals = [
        arrival for pool in scene.pools for arrival in _arrivals(scene, pool) if scene.calendar.has_come(arrival.at)
    ]
    add_rows(Registration, [_registration(scene, arrival) for arrival in arrivals])
    for pool, pool_id in scene.pools.items():
        last = max((arrival.line_no or 0 for arrival in arrivals if arrival.person.pool == pool), default=0)
        if last:
            add_rows(WaitingLine, [{"pool_id": pool_id, "last_no": last}])
    add_rows(
        RoleAssignment,
        [
            role_row(scene.people[person.id], scene.edition_id, Role.PARTICIPANT, scene.organisation_of(person))
            for person in (arrival.person for arrival in arrivals)
        ],
    )
    _add_profiles(scene, arrivals)


def _arrivals(scene: Scene, pool: str) -> list[_Arrival]:
    """A pool's people in the order in which they come: fast at first, then fewer and fewer."""
    arrivals = []
    first = [person for person in scene.content.participants if person.pool == pool]
    for place, person in enumerate(shuffled(first, "arrival", pool), start=1):
        minutes = (place + fraction("arrival", person.id)) ** 1.6 / 50
        arrivals.append(_Arrival(person, scene.calendar.at(*_OPENING, minutes=minutes), place, None))
    late = [person for person in scene.content.waiting if person.pool == pool]
    for place, person in enumerate(late, start=1):
        minutes = _WAITING_COME_AFTER + 25 * place + 20 * fraction("arrival", person.id)
        arrivals.append(_Arrival(person, scene.calendar.at(*_OPENING, minutes=minutes), None, place))
    return arrivals


def _registration(scene: Scene, arrival: _Arrival) -> Row:
    person = arrival.person
    check_in = scene.calendar.at(*_CHECK_IN, minutes=_CHECK_IN_MINUTES * fraction("check-in", person.id))
    state, changed_at = RegistrationState.CONFIRMED, arrival.at
    if arrival.seat_no is None:
        state = RegistrationState.WAITLISTED
    elif scene.calendar.has_come(check_in):
        state, changed_at = RegistrationState.CHECKED_IN, check_in
    return {
        "edition_id": scene.edition_id,
        "person_id": scene.people[person.id],
        "pool_id": scene.pools[person.pool],
        "organisation_id": scene.organisation_of(person),
        "state": state,
        "seat_no": arrival.seat_no,
        "line_no": arrival.line_no,
        "created_at": arrival.at,
        "changed_at": changed_at,
    }


def _add_profiles(scene: Scene, arrivals: Sequence[_Arrival]) -> None:
    skills = _ids_by_key(scene.edition_id, Skill)
    professions = _ids_by_key(scene.edition_id, Profession)
    rows: list[Row] = [
        {
            "edition_id": scene.edition_id,
            "person_id": scene.people[arrival.person.id],
            "title": arrival.person.title,
            "profession_id": professions[arrival.person.profession],
            "seniority": arrival.person.seniority,
            "experience_years": arrival.person.experience_years,
            "brings": arrival.person.brings,
            "changed_at": scene.calendar.at(*_OPENING, minutes=60 + whole(0, 900, "profile", arrival.person.id)),
        }
        for arrival in arrivals
    ]
    profiles = list(zip(add_identified(Profile, rows), (arrival.person for arrival in arrivals), strict=True))
    add_rows(
        ProfileSkill,
        [
            {"profile_id": profile, "skill_id": skills[skill], "level": level}
            for profile, person in profiles
            for skill, level in person.skills.items()
        ],
    )
    numbers = {key: number for number, key in enumerate(scene.questions, start=1)}
    add_rows(
        QuestionWish,
        [
            {"profile_id": profile, "question_number": numbers[question], "rank": rank}
            for profile, person in profiles
            for rank, question in enumerate(person.preferences, start=1)
        ],
    )
    add_rows(
        ProfileLanguage,
        [
            {"profile_id": profile, "language": language}
            for profile, person in profiles
            for language in person.languages
        ],
    )


def _ids_by_key(edition_id: int, model: type[Skill] | type[Profession]) -> dict[str, int]:
    return read_pairs(select(model.key, model.id).where(model.edition_id == edition_id))
