"""Reading teams: what everybody sees, what the team itself sees, and the ideas that it can take up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BindParameter, Select, bindparam, column, select, table

from hackathon.accounts.models import Person
from hackathon.core.db import db, fetch
from hackathon.core.errors import Forbidden, NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import Stage
from hackathon.registration.models import Profession, Profile, ProfileSkill, Registration, Skill
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.teams.rules import CHOOSABLE
from hackathon.workshops.models import ChallengeQuestion

# Judging builds on this package, so that its table is known by name alone here: a row says that results are public.
_published_result = table("published_result", column("edition_id"))


_PUBLISHED = (
    select(_published_result.c.edition_id).where(_published_result.c.edition_id == bindparam("edition")).limit(1)
)


def results_are_public(edition_id: int) -> bool:
    """Whether the results of an edition have been published, and the pitches with them."""
    return fetch(_PUBLISHED, {"edition": edition_id}).first() is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """One member as everybody may see one: the pool and the sector's letter, no name."""

    pool: str
    letter: str | None
    sector_sv: str
    sector_en: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in a list. `members` is filled where names were asked for."""

    id: int
    number: int
    name: str
    table_no: int
    question_id: int | None
    question_number: int | None
    title_sv: str | None
    title_en: str | None
    """Title of the challenge question."""
    submitted_at: datetime | None
    marks: tuple[Mark, ...]
    names: tuple[str, ...]

    @property
    def agency(self) -> int:
        """How many members come from agencies."""
        return sum(mark.pool == "agency" for mark in self.marks)

    @property
    def external(self) -> int:
        """How many members come from elsewhere."""
        return len(self.marks) - self.agency

    @property
    def size(self) -> int:
        """How many members there are."""
        return len(self.marks)


_TEAM = (
    select(
        Team.id, Team.number, Team.name, Team.table_no, Team.question_id, ChallengeQuestion.number.label("question_number"),
        ChallengeQuestion.title_sv, ChallengeQuestion.title_en, Entry.submitted_at,
    )
    .outerjoin(ChallengeQuestion, Team.question_id == ChallengeQuestion.id)
    .outerjoin(Entry, Entry.team_id == Team.id)
    .order_by(Team.number)
)  # fmt: skip


_MEMBER = (
    select(TeamMember.team_id, Person.name, Pool.key, Sector.letter, Sector.name_sv, Sector.name_en)
    .select_from(TeamMember)
    .join(Person, TeamMember.person_id == Person.id)
    .outerjoin(Registration, (Registration.person_id == Person.id) & (Registration.edition_id == TeamMember.edition_id))
    .outerjoin(Pool, Registration.pool_id == Pool.id)
    .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
    .outerjoin(Sector, Organisation.sector_id == Sector.id)
    .order_by(Pool.position, Sector.position, Person.name)
)
_WANTED: BindParameter[int] = bindparam("wanted")
_OF_EDITION = _MEMBER.where(TeamMember.edition_id == _WANTED), _TEAM.where(Team.edition_id == _WANTED)
_OF_TEAM = _MEMBER.where(TeamMember.team_id == _WANTED), _TEAM.where(Team.id == _WANTED)


def list_teams(edition_id: int) -> list[TeamLine]:
    """The published teams by number, in two queries; none before an organiser has published a plan.

    `names` are for those alone who may read them: the view asks.
    """
    return _lines(*_OF_EDITION, edition_id)


def find_line(team_id: int) -> TeamLine:
    """One team as lists show it."""
    return _lines(*_OF_TEAM, team_id)[0]


def _lines(members_of: Select[*tuple[Any, ...]], teams_of: Select[*tuple[Any, ...]], wanted: int) -> list[TeamLine]:
    members: dict[int, list[tuple[Mark, str]]] = defaultdict(list)
    for team_id, name, pool, letter, sector_sv, sector_en in fetch(members_of, {"wanted": wanted}):
        members[team_id].append((Mark(pool or "external", letter, sector_sv or "", sector_en or ""), name))
    return [_line(team, members[team.id]) for team in fetch(teams_of, {"wanted": wanted})]


def _line(row: Any, members: list[tuple[Mark, str]]) -> TeamLine:
    return TeamLine(
        id=row.id,
        number=row.number,
        name=row.name,
        table_no=row.table_no,
        question_id=row.question_id,
        question_number=row.question_number,
        title_sv=row.title_sv,
        title_en=row.title_en,
        submitted_at=row.submitted_at,
        marks=tuple(mark for mark, _name in members),
        names=tuple(name for _mark, name in members),
    )


def find_team(edition_id: int, number: int) -> Team:
    """The team with this number. Raises NotFound."""
    team = db.session.scalar(select(Team).where(Team.edition_id == edition_id, Team.number == number))
    if team is None:
        raise NotFound("team_unknown", _l("Det finns inget team med det numret. Se listan över teamen."))
    return team


def is_member(team_id: int, person_id: int) -> bool:
    """Whether somebody is in a team."""
    return db.session.get(TeamMember, (team_id, person_id)) is not None


def load_own_team(edition_id: int, number: int, person_id: int) -> Team:
    """The team with this number, for one of its members. Raises NotFound and Forbidden."""
    team = find_team(edition_id, number)
    if not is_member(team.id, person_id):
        raise Forbidden("not_own_team", _l("Bara den som är med i teamet kan göra det här. Gå till ditt eget team."))
    return team


@dataclass(frozen=True, slots=True)
class SkillInfo:
    """Something that a member masters: 1 knows of it, 2 uses it, 3 teaches it."""

    key: str
    icon: str
    name_sv: str
    name_en: str
    level: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the team sees one. The address is for the own team alone."""

    person_id: int
    name: str
    email: str
    reason: str
    title: str
    """What the person calls the own work; may be empty."""
    profession_sv: str | None
    profession_en: str | None
    organisation: str | None
    pool: str
    letter: str | None
    sector_sv: str | None
    sector_en: str | None
    brings: str
    skills: tuple[SkillInfo, ...]


def list_members(team_id: int) -> list[Member]:
    """The members of a team, agencies first, each with the best skills first; two queries."""
    rows = db.session.execute(
        select(
            Person.id, Person.name, Person.email, TeamMember.reason, Profile.title, Profile.brings,
            Profession.name_sv.label("profession_sv"), Profession.name_en.label("profession_en"),
            Organisation.name.label("organisation"), Pool.key.label("pool"), Sector.letter,
            Sector.name_sv.label("sector_sv"), Sector.name_en.label("sector_en"), Profile.id.label("profile_id"),
        )
        .select_from(TeamMember)
        .join(Person, TeamMember.person_id == Person.id)
        .outerjoin(Registration, (Registration.person_id == Person.id) & (Registration.edition_id == TeamMember.edition_id))
        .outerjoin(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .outerjoin(Profile, (Profile.person_id == Person.id) & (Profile.edition_id == TeamMember.edition_id))
        .outerjoin(Profession, Profile.profession_id == Profession.id)
        .where(TeamMember.team_id == team_id)
        .order_by(Pool.position, Sector.position, Person.name)
    ).all()  # fmt: skip
    skills = _skills([row.profile_id for row in rows if row.profile_id is not None])
    return [
        Member(
            person_id=row.id,
            name=row.name,
            email=row.email,
            reason=row.reason,
            title=row.title or "",
            profession_sv=row.profession_sv,
            profession_en=row.profession_en,
            organisation=row.organisation,
            pool=row.pool or "external",
            letter=row.letter,
            sector_sv=row.sector_sv,
            sector_en=row.sector_en,
            brings=row.brings or "",
            skills=tuple(skills[row.profile_id]),
        )
        for row in rows
    ]


def _skills(profile_ids: list[int]) -> dict[int, list[SkillInfo]]:
    skills: dict[int, list[SkillInfo]] = defaultdict(list)
    rows = db.session.execute(
        select(ProfileSkill.profile_id, Skill.key, Skill.icon, Skill.name_sv, Skill.name_en, ProfileSkill.level)
        .join(Skill, ProfileSkill.skill_id == Skill.id)
        .where(ProfileSkill.profile_id.in_(profile_ids))
        .order_by(ProfileSkill.level.desc(), Skill.id)
    )
    for row in rows:
        skills[row.profile_id].append(SkillInfo(row.key, row.icon, row.name_sv, row.name_en, row.level))
    return skills


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """Somebody's own team, for the home page."""

    team: TeamLine
    members: list[Member]
    entry_title: str
    has_begun: bool
    """Whether the team has begun to write its entry."""


def team_of(edition_id: int, person_id: int) -> OwnTeam | None:
    """The team that a person is in, once teams are published; three queries."""
    row = db.session.execute(
        _TEAM.add_columns(Entry.title.label("entry_title"))
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.edition_id == edition_id, TeamMember.person_id == person_id)
    ).one_or_none()
    if row is None:
        return None
    members = list_members(row.id)
    line = _line(row, [(Mark(m.pool, m.letter, m.sector_sv or "", m.sector_en or ""), m.name) for m in members])
    return OwnTeam(line, members, row.entry_title or "", row.entry_title is not None)


IS_PUBLIC = (Idea.stage != Stage.DRAFT) & Idea.hidden_at.is_(None)
"""What may be told of an idea to everybody who sees a team's entry."""


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """What a team has written so far. `version` 0: nothing yet."""

    title: str
    pitch: str
    idea_id: int | None
    idea_number: int | None
    idea_title: str | None
    submitted_at: datetime | None
    changed_at: datetime | None
    changed_by: str | None
    version: int


NOTHING_YET = EntryInfo("", "", None, None, None, None, None, None, 0)


def find_entry(team_id: int) -> EntryInfo:
    """What a team has written so far. An idea that has been hidden or withdrawn since is not named."""
    row = db.session.execute(
        select(
            Entry.title, Entry.pitch, Entry.idea_id, Idea.number, Idea.title, Entry.submitted_at, Entry.changed_at,
            Person.name, Entry.version,
        )
        .outerjoin(Idea, (Entry.idea_id == Idea.id) & IS_PUBLIC)
        .outerjoin(Person, Entry.changed_by_id == Person.id)
        .where(Entry.team_id == team_id)
    ).one_or_none()  # fmt: skip
    return EntryInfo(*row) if row is not None else NOTHING_YET


@dataclass(frozen=True, slots=True)
class IdeaChoice:
    """An idea that a team can take up."""

    id: int
    number: int
    title: str
    stage: Stage
    question_id: int | None


def choosable_ideas(edition_id: int, *, question_id: int | None, chosen_id: int | None) -> list[IdeaChoice]:
    """Ideas that a team with this question can take up: those of its question first, then by stage and number.

    The one that it has chosen is among them, whatever became of it.
    """
    may_be_chosen = Idea.stage.in_(CHOOSABLE) & Idea.hidden_at.is_(None)
    rows = db.session.execute(
        select(Idea.id, Idea.number, Idea.title, Idea.stage, Idea.question_id).where(
            Idea.edition_id == edition_id, may_be_chosen | (Idea.id == chosen_id)
        )
    )
    order = {stage: position for position, stage in enumerate(CHOOSABLE)}

    def place(idea: IdeaChoice) -> tuple[bool, int, int]:
        return idea.question_id != question_id, order.get(idea.stage, -1), idea.number

    return sorted((IdeaChoice(*row) for row in rows), key=place)
