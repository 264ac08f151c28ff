"""Who is judged: teams that have handed in, who stands behind them, and their entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.judging.rules import TeamTies, display_name
from hackathon.judging.snapshot import Member
from hackathon.registration.models import Registration
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.teams.queries import IS_PUBLIC


@dataclass(frozen=True, slots=True)
class TeamInfo:
    """A team that has handed in its entry."""

    id: int
    number: int
    name: str


def list_entered_teams(edition_id: int) -> list[TeamInfo]:
    """The teams whose entry is handed in, by number."""
    rows = db.session.execute(
        select(Team.id, Team.number, Team.name)
        .join(Entry, Entry.team_id == Team.id)
        .where(Team.edition_id == edition_id, Entry.submitted_at.is_not(None))
        .order_by(Team.number)
    )
    return [TeamInfo(*row) for row in rows]


def list_ties(edition_id: int, team_ids: Collection[int]) -> dict[int, TeamTies]:
    """Who stands behind each team now: its members and the authors of its idea, and their organisations."""
    people: dict[int, set[int]] = defaultdict(set)
    organisations: dict[int, set[int]] = defaultdict(set)
    members = select(TeamMember.team_id, TeamMember.person_id).where(TeamMember.team_id.in_(team_ids))
    for team_id, person_id in db.session.execute(members):
        people[team_id].add(person_id)
    authors = (
        select(Entry.team_id, IdeaAuthor.person_id, IdeaAuthor.organisation_id)
        .join(IdeaAuthor, IdeaAuthor.idea_id == Entry.idea_id)
        .where(Entry.team_id.in_(team_ids))
    )
    for team_id, person_id, organisation_id in db.session.execute(authors):
        people[team_id].add(person_id)
        if organisation_id is not None:
            organisations[team_id].add(organisation_id)
    everybody = set().union(*people.values()) if people else set()
    belongs = _organisations_of(edition_id, everybody)
    for team_id, persons in people.items():
        organisations[team_id].update(belongs[person] for person in persons if person in belongs)
    return {team_id: TeamTies(frozenset(people[team_id]), frozenset(organisations[team_id])) for team_id in team_ids}


def _organisations_of(edition_id: int, people: Collection[int]) -> dict[int, int]:
    query = select(Registration.person_id, Registration.organisation_id).where(
        Registration.edition_id == edition_id,
        Registration.person_id.in_(people),
        Registration.organisation_id.is_not(None),
    )
    return {person: organisation for person, organisation in db.session.execute(query) if organisation is not None}


def list_team_people(team_ids: Collection[int]) -> dict[int, list[Member]]:
    """The members of each team with the marks of their pool and sector, agencies first, for the snapshot."""
    rows = db.session.execute(
        select(
            TeamMember.team_id, Person.name, Pool.key.label("pool"), Sector.letter, Sector.name_sv, Sector.name_en,
        )
        .join(Person, TeamMember.person_id == Person.id)
        .outerjoin(Registration, (Registration.person_id == Person.id) & (Registration.edition_id == TeamMember.edition_id))
        .outerjoin(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .where(TeamMember.team_id.in_(team_ids))
        .order_by(Pool.position, Sector.position, Person.name)
    )  # fmt: skip
    people: dict[int, list[Member]] = defaultdict(list)
    for row in rows:
        mark = (row.pool or "external", row.letter or "", row.name_sv or "", row.name_en or "")
        people[row.team_id].append(Member(display_name(row.name), *mark))
    return people


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """What a team handed in, for its judges."""

    title: str
    pitch: str
    idea_number: int | None
    idea_title: str | None


def find_entry(team_id: int) -> EntryInfo | None:
    """The entry of a team, if it is handed in."""
    row = db.session.execute(
        select(Entry.title, Entry.pitch, Idea.number, Idea.title.label("idea_title"))
        .outerjoin(Idea, (Entry.idea_id == Idea.id) & IS_PUBLIC)
        .where(Entry.team_id == team_id, Entry.submitted_at.is_not(None))
    ).first()
    return EntryInfo(*row) if row else None
