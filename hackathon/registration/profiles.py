"""What somebody says of themselves, saved step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from hackathon.accounts.rules import one_line
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.registration import seating
from hackathon.registration.models import (
    Acquaintance,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Seniority,
    SkillSuggestion,
)
from hackathon.registration.rules import LONGEST_SKILL, MOST_KNOWN, MOST_SUGGESTIONS, has_doubles


@dataclass(frozen=True, slots=True)
class About:
    """The first step: what somebody does, for how long, and in which languages."""

    title: str
    profession_id: int | None
    seniority: Seniority | None
    experience_years: int | None
    languages: tuple[str, ...]


def save_about(person_id: int, about: About, *, edition_id: int, now: datetime) -> None:
    profile = _own(person_id, edition_id, now)
    profile.title, profile.profession_id = about.title, about.profession_id
    profile.seniority, profile.experience_years = about.seniority, about.experience_years
    db.session.execute(delete(ProfileLanguage).where(ProfileLanguage.profile_id == profile.id))
    db.session.add_all(ProfileLanguage(profile_id=profile.id, language=code) for code in about.languages)
    _done(profile)


def save_skills(person_id: int, levels: Mapping[int, int], *, edition_id: int, now: datetime) -> None:
    """Keeps the levels, 0 to 3 by skill id; skills that are not named stay as they are."""
    profile = _own(person_id, edition_id, now)
    db.session.execute(
        delete(ProfileSkill).where(ProfileSkill.profile_id == profile.id, ProfileSkill.skill_id.in_(levels))
    )
    db.session.add_all(
        ProfileSkill(profile_id=profile.id, skill_id=skill, level=level) for skill, level in levels.items() if level
    )
    _done(profile)


def suggest_skill(person_id: int, text: str, level: int, *, edition_id: int, now: datetime) -> None:
    """Adds a skill in the person's own words; written again it changes the level. Raises Conflict past the tenth."""
    profile = _own(person_id, edition_id, now)
    text = one_line(text)[:LONGEST_SKILL]
    if not text:
        return
    known = {row.text.casefold(): row for row in _suggestions(profile.id)}
    if text.casefold() in known:
        known[text.casefold()].level = level
    elif len(known) >= MOST_SUGGESTIONS:
        raise Conflict("too_many_suggestions", _l("Högst tio egna ord. Ta bort ett först."))
    else:
        db.session.add(SkillSuggestion(profile_id=profile.id, text=text, level=level))
    _done(profile)


def take_back_suggestion(person_id: int, suggestion_id: int, *, edition_id: int, now: datetime) -> None:
    """Removes an own suggestion; somebody else's is left alone."""
    profile = _own(person_id, edition_id, now)
    mine = (SkillSuggestion.id == suggestion_id, SkillSuggestion.profile_id == profile.id)
    db.session.execute(delete(SkillSuggestion).where(*mine))
    _done(profile)


def save_wishes(person_id: int, wishes: Sequence[int], brings: str, *, edition_id: int, now: datetime) -> None:
    """Keeps the numbers of the wished questions, the dearest first, and the line "what I bring"."""
    if has_doubles(wishes):
        raise Invalid("wish_twice", _l("Välj olika frågor på de tre raderna."))
    profile = _own(person_id, edition_id, now)
    profile.brings = brings
    db.session.execute(delete(QuestionWish).where(QuestionWish.profile_id == profile.id))
    db.session.add_all(
        QuestionWish(profile_id=profile.id, question_number=number, rank=rank) for rank, number in enumerate(wishes, 1)
    )
    _done(profile)


def save_known(person_id: int, emails: Sequence[str], *, edition_id: int, now: datetime) -> None:
    """Keeps whom the person knows already. Raises Invalid for more than twenty."""
    if len(emails) > MOST_KNOWN:
        raise Invalid("too_many_known", _l("Skriv högst tjugo adresser: dem du känner bäst."))
    profile = _own(person_id, edition_id, now)
    db.session.execute(delete(Acquaintance).where(Acquaintance.profile_id == profile.id))
    db.session.add_all(Acquaintance(profile_id=profile.id, email=email) for email in dict.fromkeys(emails))
    _done(profile)


def _own(person_id: int, edition_id: int, now: datetime) -> Profile:
    """The person's profile, made where there is none yet; locked by way of the person."""
    seating.lock_person(person_id)
    profile = db.session.scalar(select(Profile).where(Profile.edition_id == edition_id, Profile.person_id == person_id))
    if profile is None:
        profile = Profile(edition_id=edition_id, person_id=person_id)
        db.session.add(profile)
    profile.changed_at = now
    db.session.flush()
    return profile


def _suggestions(profile_id: int) -> Sequence[SkillSuggestion]:
    return db.session.scalars(select(SkillSuggestion).where(SkillSuggestion.profile_id == profile_id)).all()


def _done(profile: Profile) -> None:
    db.session.flush()
    db.session.expire(profile)
