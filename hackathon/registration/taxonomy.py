"""The edition's taxonomy of skills, as organisers edit it: words, synonyms, suggestions, and lists from outside.

Whoever changes the taxonomy holds the edition's row, so that two organisers do not work on one skill at the same time.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.events.models import Edition
from hackathon.registration.models import Profile, ProfileSkill, Skill, SkillSuggestion, SkillSynonym
from hackathon.registration.rules import LONGEST_SKILL

MOST_SKILLS = 400
MOST_SYNONYMS = 20
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class SkillText:
    """A skill in words. `key` names it for programs and never changes."""

    key: str
    sv: str
    en: str
    synonyms: tuple[str, ...] = ()


def key_of(name: str) -> str:
    """A key made of a name: "Öppna data" becomes "oppna-data"."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "x"


def add_skill(text: SkillText, *, edition_id: int, actor_id: int, now: datetime) -> Skill:
    """A new skill. Raises Conflict where there is one of this key, Invalid where a name is missing or too long."""
    _lock(edition_id)
    _refuse_unusable(text)
    if text.key in _keys(edition_id):
        raise Conflict("skill_exists", _l("Det finns redan en kompetens som heter så."))
    skill = _write(Skill(edition_id=edition_id, key=text.key), text)
    _record("taxonomy.added", skill.id, edition_id, actor_id, now)
    return skill


def change_skill(skill_id: int, text: SkillText, *, edition_id: int, actor_id: int, now: datetime) -> None:
    """Renames a skill and sets its synonyms; profiles keep it."""
    _lock(edition_id)
    _refuse_unusable(text)
    _write(_load(skill_id, edition_id), text)
    _record("taxonomy.changed", skill_id, edition_id, actor_id, now)


def merge_skill(skill_id: int, *, into_id: int, edition_id: int, actor_id: int, now: datetime) -> None:
    """Makes one skill part of another: profiles get the other at their higher level, and its words become synonyms."""
    _lock(edition_id)
    if skill_id == into_id:
        raise Invalid("same_skill", _l("Välj två olika kompetenser."))
    skill, into = _load(skill_id, edition_id), _load(into_id, edition_id)
    levels = _levels(skill_id)
    db.session.execute(delete(ProfileSkill).where(ProfileSkill.skill_id == skill_id))
    _raise_levels(into_id, levels)
    words = [word for word in skill.words if word.casefold() not in {known.casefold() for known in into.words}]
    db.session.delete(skill)
    db.session.flush()
    db.session.add_all(SkillSynonym(skill_id=into_id, text=word) for word in dict.fromkeys(words))
    db.session.flush()
    db.session.expire(into)
    _record("taxonomy.merged", into_id, edition_id, actor_id, now)


def remove_skill(skill_id: int, *, edition_id: int, actor_id: int, now: datetime) -> None:
    """Takes a skill away that nobody has. Raises Conflict for one that is used: merge it instead."""
    _lock(edition_id)
    skill = _load(skill_id, edition_id)
    used = db.session.scalar(select(func.count()).select_from(ProfileSkill).where(ProfileSkill.skill_id == skill_id))
    if used:
        raise Conflict(
            "skill_used", _l("%(num)s personer har kompetensen. Slå ihop den med en annan i stället.", num=used)
        )
    db.session.delete(skill)
    db.session.flush()
    _record("taxonomy.removed", skill_id, edition_id, actor_id, now)


# --- suggestions ------------------------------------------------------------------------------------------------------


def settle_suggestion(text: str, *, into_id: int | None, edition_id: int, actor_id: int, now: datetime) -> None:
    """Gives everybody who wrote these words the skill that they mean, or with None leaves the words out."""
    _lock(edition_id)
    rows = [row for row in _all_suggestions(edition_id) if row.text.casefold() == text.casefold()]
    if into_id is not None:
        into = _load(into_id, edition_id)
        levels: dict[int, int] = {}
        for row in rows:
            levels[row.profile_id] = max(row.level, levels.get(row.profile_id, 0))
        _raise_levels(into_id, levels)
        if text.casefold() not in {word.casefold() for word in into.words}:
            db.session.add(SkillSynonym(skill_id=into_id, text=text))
    db.session.execute(delete(SkillSuggestion).where(SkillSuggestion.id.in_([row.id for row in rows])))
    db.session.expire_all()
    _record("taxonomy.suggestion_settled", into_id or 0, edition_id, actor_id, now)


def list_suggestions(edition_id: int) -> list[tuple[str, int]]:
    """The suggested words with how many people wrote them, the most frequent first."""
    spelling: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for row in _all_suggestions(edition_id):
        spelling.setdefault(row.text.casefold(), row.text)
        counts[row.text.casefold()] += 1
    return [(spelling[word], count) for word, count in counts.most_common()]


def count_uses(edition_id: int) -> dict[int, int]:
    """How many people have each skill, by its id."""
    rows = db.session.execute(
        select(ProfileSkill.skill_id, func.count())
        .join(Skill, ProfileSkill.skill_id == Skill.id)
        .where(Skill.edition_id == edition_id)
        .group_by(ProfileSkill.skill_id)
    )
    return dict(rows.all())


# --- lists from outside -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry of a list that cannot be used: its number from 1, and why."""

    number: int
    problem: object


def read_taxonomy(text: str) -> tuple[list[SkillText], list[BadEntry]]:
    """Skills out of JSON (a list of objects with sv, en and perhaps key and synonyms) or CSV with a heading row.

    CSV's columns are key, sv, en, synonyms, separated by comma, semicolon or tab; synonyms by |. Without a key the Swedish
    name makes one.
    """
    found: list[SkillText] = []
    bad: list[BadEntry] = []
    try:
        entries = list(_entries(text.lstrip("\ufeff").strip()))
    except (ValueError, csv.Error):
        return [], [BadEntry(1, _l("Varken JSON eller CSV med rubrikerna key, sv, en och synonyms."))]
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        skill = _skill_of(entry)
        if isinstance(skill, BadEntry):
            bad.append(BadEntry(number, skill.problem))
        elif skill.key in seen:
            bad.append(BadEntry(number, _l("Nyckeln %(key)s står två gånger.", key=skill.key)))
        else:
            seen.add(skill.key)
            found.append(skill)
    return found, bad


def import_taxonomy(skills: Sequence[SkillText], *, edition_id: int, actor_id: int, now: datetime) -> tuple[int, int]:
    """Adds what is new and changes what is there, by key; nothing is removed. Returns how many of each. Repeatable."""
    _lock(edition_id)
    known = {skill.key: skill for skill in list_taxonomy(edition_id)}
    if len(known.keys() | {text.key for text in skills}) > MOST_SKILLS:
        raise Invalid("taxonomy_too_large", _l("En taxonomi har högst 400 kompetenser."))
    for text in skills:
        _write(known.get(text.key) or Skill(edition_id=edition_id, key=text.key), text)
    _record("taxonomy.imported", len(skills), edition_id, actor_id, now)
    new = sum(text.key not in known for text in skills)
    return new, len(skills) - new


def list_taxonomy(edition_id: int) -> Sequence[Skill]:
    """All skills with their synonyms, in their order."""
    query = select(Skill).where(Skill.edition_id == edition_id).order_by(Skill.id)
    return db.session.scalars(query.options(selectinload(Skill.synonyms))).all()


def _entries(text: str) -> Iterable[dict[str, object]]:
    if text.startswith(("[", "{")):
        entries = json.loads(text)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise ValueError("not a list of objects")
        return entries
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    if not {"sv", "en"} <= {(name or "").strip() for name in reader.fieldnames or ()}:
        raise ValueError("no heading row")
    return [{(name or "").strip(): value for name, value in row.items()} for row in reader]


def _skill_of(entry: dict[str, object]) -> SkillText | BadEntry:
    sv, en = (str(entry.get(name) or "").strip() for name in ("sv", "en"))
    said = entry.get("synonyms") or ()
    synonyms = said if isinstance(said, list) else str(said).split("|") if said else []
    text = SkillText(
        str(entry.get("key") or "").strip() or key_of(sv), sv, en,
        tuple(dict.fromkeys(word for word in (str(word).strip() for word in synonyms) if word)),
    )  # fmt: skip
    problem = _problem_of(text)
    return text if problem is None else BadEntry(0, problem)


def _problem_of(text: SkillText) -> object:
    if not _KEY.fullmatch(text.key):
        return _l("Nyckeln får ha små bokstäver a–z, siffror och bindestreck.")
    if not text.sv or not text.en:
        return _l("Skriv namnet på både svenska och engelska.")
    if max(len(word) for word in (text.sv, text.en, *text.synonyms)) > LONGEST_SKILL:
        return _l("Ett ord får ha högst 60 tecken.")
    return _l("Högst 20 synonymer.") if len(text.synonyms) > MOST_SYNONYMS else None


def _refuse_unusable(text: SkillText) -> None:
    problem = _problem_of(text)
    if problem is not None:
        raise Invalid("skill_unusable", problem)


def _write(skill: Skill, text: SkillText) -> Skill:
    skill.name_sv, skill.name_en = text.sv, text.en
    db.session.add(skill)
    db.session.flush()
    db.session.execute(delete(SkillSynonym).where(SkillSynonym.skill_id == skill.id))
    db.session.add_all(SkillSynonym(skill_id=skill.id, text=word) for word in dict.fromkeys(text.synonyms))
    db.session.flush()
    db.session.expire(skill)
    return skill


def _raise_levels(skill_id: int, levels: dict[int, int]) -> None:
    """Gives profiles a skill at these levels, unless they have it at a higher one."""
    mine, held = ProfileSkill.skill_id == skill_id, _levels(skill_id)
    for profile_id, level in levels.items():
        if profile_id not in held:
            db.session.add(ProfileSkill(profile_id=profile_id, skill_id=skill_id, level=level))
        elif held[profile_id] < level:
            db.session.execute(
                update(ProfileSkill).where(mine, ProfileSkill.profile_id == profile_id).values(level=level)
            )
    db.session.flush()


def _levels(skill_id: int) -> dict[int, int]:
    """Who has a skill at which level, by profile."""
    held = select(ProfileSkill.profile_id, ProfileSkill.level).where(ProfileSkill.skill_id == skill_id)
    return dict(db.session.execute(held).all())


def _all_suggestions(edition_id: int) -> Sequence[SkillSuggestion]:
    query = select(SkillSuggestion).join(Profile, SkillSuggestion.profile_id == Profile.id)
    return db.session.scalars(query.where(Profile.edition_id == edition_id).order_by(SkillSuggestion.id)).all()


def _keys(edition_id: int) -> set[str]:
    return set(db.session.scalars(select(Skill.key).where(Skill.edition_id == edition_id)))


def _load(skill_id: int, edition_id: int) -> Skill:
    mine = select(Skill).where(Skill.id == skill_id, Skill.edition_id == edition_id)
    skill = db.session.scalar(mine.execution_options(populate_existing=True))
    if skill is None:
        raise NotFound("skill_unknown", _l("Den kompetensen finns inte i det här evenemanget."))
    return skill


def _lock(edition_id: int) -> None:
    db.session.scalar(select(Edition.id).where(Edition.id == edition_id).with_for_update())


def _record(action: str, subject: int, edition_id: int, actor_id: int, now: datetime) -> None:
    audit.record(action, edition_id=edition_id, actor_id=actor_id, subject=f"skill:{subject}", now=now)
