"""Reading rounds, cards and results. Points are read by `read_points` alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, bindparam, func, select

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core.access import DENIALS, Permission, Role
from hackathon.core.db import db, fetch
from hackathon.core.errors import Forbidden, NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.judging.models import Criterion, PublishedResult, RevealApproval, Round, Score, Scorecard
from hackathon.judging.rules import RoundState, ScorecardState, TeamTies, display_name
from hackathon.judging.snapshot import Member, Result, from_json
from hackathon.registration.models import Registration
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.teams.queries import IS_PUBLIC
from hackathon.workshops.models import ChallengeQuestion

FINAL = "final"


@dataclass(frozen=True, slots=True)
class RoundInfo:
    """A round as pages need it."""

    id: int
    edition_id: int
    key: str
    name_sv: str
    name_en: str
    state: RoundState
    opened_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a number of points means."""

    points: int
    text_sv: str
    text_en: str


@dataclass(frozen=True, slots=True)
class CriterionInfo:
    """A question of the rubric."""

    id: int
    key: str
    name_sv: str
    name_en: str
    ask_sv: str
    ask_en: str
    weight: int
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class CardInfo:
    """A judge's card in a list: which team, and how far. It holds no points and no notes."""

    id: int
    judge_id: int
    team_id: int
    number: int
    name: str
    title_sv: str | None
    title_en: str | None
    state: ScorecardState


@dataclass(frozen=True, slots=True)
class JudgeInfo:
    """A judge and the organisation that they judge for."""

    id: int
    name: str
    organisation_id: int | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class TeamInfo:
    """A team that has handed in its entry."""

    id: int
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Approval:
    """An organiser's word that the results may be published."""

    person_id: int
    name: str
    at: datetime


def find_round(edition_id: int, key: str = FINAL) -> RoundInfo | None:
    """The edition's round of this name, if it has one."""
    columns = (Round.id, Round.edition_id, Round.key, Round.name_sv, Round.name_en, Round.state)
    moments = (Round.opened_at, Round.closed_at, Round.published_at)
    row = db.session.execute(select(*columns, *moments).where(Round.edition_id == edition_id, Round.key == key)).first()
    return RoundInfo(*row) if row else None


def load_round(edition_id: int, key: str = FINAL) -> RoundInfo:
    """The edition's round; NotFound where judging has not been prepared."""
    found = find_round(edition_id, key)
    if found is None:
        raise NotFound(
            "round_unknown", _l("Bedömningen är inte förberedd än. Arrangören lägger först in bedömningskriterierna.")
        )
    return found


def list_criteria(round_id: int) -> list[CriterionInfo]:
    """The rubric in its order."""
    rows = db.session.scalars(select(Criterion).where(Criterion.round_id == round_id).order_by(Criterion.position))
    return [
        CriterionInfo(
            row.id, row.key, row.name_sv, row.name_en, row.ask_sv, row.ask_en, row.weight,
            tuple(Anchor(int(points), text["sv"], text["en"]) for points, text in sorted(row.anchors.items())),
        )
        for row in rows
    ]  # fmt: skip


def read_points(round_id: int, *, judge_id: int | None = None) -> dict[int, dict[str, int]]:
    """The points of cards: {card id: {criterion's key: points}}. The only function that reads them.

    A judge's own at any time. Everybody's (no judge_id) once the round has closed, from the cards that were locked then;
    before that Forbidden, whoever asks.
    """
    query = (
        select(Score.scorecard_id, Criterion.key, Score.points)
        .join(Scorecard, Score.scorecard_id == Scorecard.id)
        .join(Criterion, Score.criterion_id == Criterion.id)
        .where(Scorecard.round_id == round_id)
    )
    if judge_id is not None:
        query = query.where(Scorecard.judge_id == judge_id)
    else:
        state = db.session.scalar(select(Round.state).where(Round.id == round_id))
        if state not in (RoundState.CLOSED, RoundState.PUBLISHED):
            raise Forbidden("scores_secret", _l("Poängen är hemliga så länge bedömningen är öppen."))
        query = query.where(Scorecard.state == ScorecardState.LOCKED)
    points: dict[int, dict[str, int]] = defaultdict(dict)
    for card_id, key, value in db.session.execute(query):
        points[card_id][key] = value
    return dict(points)


def _cards(round_id: int) -> Select[int, int, int, int, str, str, str, ScorecardState]:
    return (
        select(
            Scorecard.id, Scorecard.judge_id, Scorecard.team_id, Team.number, Team.name,
            ChallengeQuestion.title_sv, ChallengeQuestion.title_en, Scorecard.state,
        )
        .join(Team, Scorecard.team_id == Team.id)
        .outerjoin(ChallengeQuestion, Team.question_id == ChallengeQuestion.id)
        .where(Scorecard.round_id == round_id)
        .order_by(Team.number)
    )  # fmt: skip


def list_cards(round_id: int, *, judge_id: int | None = None) -> list[CardInfo]:
    """The cards of a round, or of one judge in it, by the teams' numbers."""
    query = _cards(round_id)
    if judge_id is not None:
        query = query.where(Scorecard.judge_id == judge_id)
    return [CardInfo(*row) for row in db.session.execute(query)]


def load_own_card(round_id: int, team_number: int, *, judge_id: int) -> CardInfo:
    """The judge's own card for a team; NotFound where the judge was not given that team."""
    query = _cards(round_id).where(Scorecard.judge_id == judge_id, Team.number == team_number)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(
            "scorecard_unknown", _l("Du ska inte bedöma det teamet. Gå tillbaka till listan över dina team.")
        )
    return CardInfo(*row)


def read_own_note(card_id: int, *, judge_id: int) -> str:
    """What the judge has written to the team on an own card."""
    query = select(Scorecard.note_to_team).where(Scorecard.id == card_id, Scorecard.judge_id == judge_id)
    return db.session.scalar(query) or ""


def list_judges(edition_id: int) -> list[JudgeInfo]:
    """Who judges in an edition, by name. Somebody who is denied scoring by another role is not among them."""
    denied = select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(DENIALS[Permission.SCORE]),
        RoleAssignment.edition_id.is_(None) | (RoleAssignment.edition_id == edition_id),
    )
    rows = db.session.execute(
        select(Person.id, Person.name, RoleAssignment.organisation_id, Organisation.name.label("organisation"))
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .outerjoin(Organisation, RoleAssignment.organisation_id == Organisation.id)
        .where(
            RoleAssignment.edition_id == edition_id,
            RoleAssignment.role == Role.JUDGE,
            Person.disabled_at.is_(None),
            Person.id.not_in(denied),
        )
        .order_by(Person.name, Person.id)
    )
    return [JudgeInfo(*row) for row in rows]


def list_judge_organisations(edition_id: int, judge_id: int) -> set[int]:
    """Every organisation that a judge stands for in an edition, in whatever role."""
    query = select(RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == judge_id,
        RoleAssignment.edition_id == edition_id,
        RoleAssignment.organisation_id.is_not(None),
    )
    return {organisation for organisation in db.session.scalars(query) if organisation is not None}


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


def list_approvals(round_: RoundInfo) -> list[Approval]:
    """The approvals that count: of those who may reveal results still, by time."""
    may = select(RoleAssignment.person_id).where(
        RoleAssignment.edition_id == round_.edition_id, RoleAssignment.role == Role.ORGANISER
    )
    may_not = select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(DENIALS[Permission.REVEAL]),
        RoleAssignment.edition_id.is_(None) | (RoleAssignment.edition_id == round_.edition_id),
    )
    rows = db.session.execute(
        select(Person.id, Person.name, RevealApproval.at)
        .join(Person, RevealApproval.person_id == Person.id)
        .where(
            RevealApproval.round_id == round_.id,
            Person.disabled_at.is_(None),
            Person.id.in_(may),
            Person.id.not_in(may_not),
        )
        .order_by(RevealApproval.at, Person.id)
    )
    return [Approval(*row) for row in rows]


_SNAPSHOT = (
    select(PublishedResult.snapshot)
    .where(PublishedResult.edition_id == bindparam("edition"))
    .order_by(PublishedResult.id.desc())
    .limit(1)
)


def find_result(edition_id: int) -> Result | None:
    """The published result; None until the reveal. What public pages show, and nothing else."""
    snapshot = fetch(_SNAPSHOT, {"edition": edition_id}).scalar()
    return from_json(snapshot) if snapshot is not None else None


def list_feedback(edition_id: int, person_id: int) -> list[str]:
    """What judges wrote to the person's own team: after the reveal, without names, in an order that says nothing."""
    query = (
        select(Scorecard.note_to_team)
        .join(Round, Scorecard.round_id == Round.id)
        .join(TeamMember, TeamMember.team_id == Scorecard.team_id)
        .where(
            Round.edition_id == edition_id,
            Round.state == RoundState.PUBLISHED,
            Scorecard.state == ScorecardState.LOCKED,
            Scorecard.note_to_team != "",
            TeamMember.person_id == person_id,
        )
        .order_by(Scorecard.note_to_team)
    )
    return list(db.session.scalars(query))


def count_states(round_id: int) -> dict[ScorecardState, int]:
    """How many cards are in each state: all that an organiser sees while a round is open."""
    query = select(Scorecard.state, func.count()).where(Scorecard.round_id == round_id).group_by(Scorecard.state)
    found = dict(db.session.execute(query).all())
    return {state: found.get(state, 0) for state in ScorecardState}


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


def list_panel(round_id: int) -> list[tuple[int, str]]:
    """Who has cards in a round, as (id, name), by name."""
    query = select(Person.id, Person.name).where(
        Person.id.in_(select(Scorecard.judge_id).where(Scorecard.round_id == round_id))
    )
    return list(db.session.execute(query.order_by(Person.name, Person.id)))


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
