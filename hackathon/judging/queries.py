"""Reading rounds, cards and results. Points and own orders are read by `read_marks` alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.core.access import DENIALS, Permission, Role
from hackathon.core.db import db, fetch
from hackathon.core.errors import Forbidden, NotFound
from hackathon.events.models import Organisation, Sector
from hackathon.judging.models import (
    AbsentJudge,
    Criterion,
    OwnOrder,
    PublishedResult,
    RevealApproval,
    Round,
    Score,
    Scorecard,
    TeamFeedback,
)
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.judging.snapshot import Result, from_json
from hackathon.teams.models import Team, TeamMember
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
    judges_per_team: int | None


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
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """An organiser's word that the results may be published."""

    person_id: int
    name: str
    at: datetime


def find_round(edition_id: int, key: str = FINAL) -> RoundInfo | None:
    """The edition's round of this name, if it has one."""
    columns = (Round.id, Round.edition_id, Round.key, Round.name_sv, Round.name_en, Round.state)
    moments = (Round.opened_at, Round.closed_at, Round.published_at, Round.judges_per_team)
    row = db.session.execute(select(*columns, *moments).where(Round.edition_id == edition_id, Round.key == key)).first()
    return RoundInfo(**row._asdict()) if row else None


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


@dataclass(frozen=True, slots=True)
class Marks:
    """What a judge gave on a card: points by the criteria's keys, and the place in the own order."""

    points: dict[str, int]
    order: int | None


def read_marks(round_id: int, *, judge_id: int | None = None) -> dict[int, Marks]:
    """What cards hold, by the card's id. The only function that reads points and own orders.

    A judge's own at any time. Everybody's (no judge_id) once the round has closed, from the cards that were locked then;
    before that Forbidden, whoever asks.
    """
    query = (
        select(Score.scorecard_id, Criterion.key, Score.points)
        .join(Scorecard, Score.scorecard_id == Scorecard.id)
        .join(Criterion, Score.criterion_id == Criterion.id)
        .where(Scorecard.round_id == round_id)
    )
    ordered = select(OwnOrder.scorecard_id, OwnOrder.place).join(Scorecard).where(Scorecard.round_id == round_id)
    if judge_id is not None:
        query, ordered = query.where(Scorecard.judge_id == judge_id), ordered.where(Scorecard.judge_id == judge_id)
    else:
        state = db.session.scalar(select(Round.state).where(Round.id == round_id))
        if state not in (RoundState.CLOSED, RoundState.PUBLISHED):
            raise Forbidden("scores_secret", _l("Poängen är hemliga så länge bedömningen är öppen."))
        locked = Scorecard.state == ScorecardState.LOCKED
        query, ordered = query.where(locked), ordered.where(locked)
    points: dict[int, dict[str, int]] = defaultdict(dict)
    for card_id, key, value in db.session.execute(query):
        points[card_id][key] = value
    places = dict(db.session.execute(ordered).all())
    return {card_id: Marks(given, places.get(card_id)) for card_id, given in points.items()}


def read_points(round_id: int, *, judge_id: int | None = None) -> dict[int, dict[str, int]]:
    """The points alone, as read_marks lets them be read: {card id: {criterion's key: points}}."""
    return {card_id: marks.points for card_id, marks in read_marks(round_id, judge_id=judge_id).items()}


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
        select(
            Person.id, Person.name, RoleAssignment.organisation_id, Organisation.name.label("organisation"),
            Sector.letter.label("sector"),
        )
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .outerjoin(Organisation, RoleAssignment.organisation_id == Organisation.id)
        .outerjoin(Sector, Organisation.sector_id == Sector.id)
        .where(
            RoleAssignment.edition_id == edition_id,
            RoleAssignment.role == Role.JUDGE,
            Person.disabled_at.is_(None),
            Person.id.not_in(denied),
        )
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return [JudgeInfo(*row) for row in rows]


def list_judge_organisations(edition_id: int, judge_id: int) -> set[int]:
    """Every organisation that a judge stands for in an edition, in whatever role."""
    query = select(RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == judge_id,
        RoleAssignment.edition_id == edition_id,
        RoleAssignment.organisation_id.is_not(None),
    )
    return {organisation for organisation in db.session.scalars(query) if organisation is not None}


def may_reveal(edition_id: int) -> ColumnElement[bool]:
    """The condition that a Person may still decide about results: an organiser whom no other role denies it."""
    may = select(RoleAssignment.person_id).where(
        RoleAssignment.edition_id == edition_id, RoleAssignment.role == Role.ORGANISER
    )
    may_not = select(RoleAssignment.person_id).where(
        RoleAssignment.role.in_(DENIALS[Permission.REVEAL]),
        RoleAssignment.edition_id.is_(None) | (RoleAssignment.edition_id == edition_id),
    )
    return and_(Person.disabled_at.is_(None), Person.id.in_(may), Person.id.not_in(may_not))


def list_approvals(round_: RoundInfo) -> list[Approval]:
    """The approvals that count: of those who may reveal results still, by time."""
    rows = db.session.execute(
        select(Person.id, Person.name, RevealApproval.at)
        .join(Person, RevealApproval.person_id == Person.id)
        .where(RevealApproval.round_id == round_.id, may_reveal(round_.edition_id))
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


def find_feedback(edition_id: int, person_id: int) -> TeamFeedback | None:
    """The profile of the person's own team, as it was kept at the reveal; None before it."""
    return db.session.scalar(
        select(TeamFeedback)
        .join(Round, TeamFeedback.round_id == Round.id)
        .join(TeamMember, TeamMember.team_id == TeamFeedback.team_id)
        .where(Round.edition_id == edition_id, Round.state == RoundState.PUBLISHED, TeamMember.person_id == person_id)
        .order_by(Round.id.desc())
        .limit(1)
    )


def list_absent(round_id: int) -> set[int]:
    """The judges who are not there."""
    return set(db.session.scalars(select(AbsentJudge.judge_id).where(AbsentJudge.round_id == round_id)))


def count_states(round_id: int) -> dict[ScorecardState, int]:
    """How many cards are in each state: all that an organiser sees while a round is open."""
    query = select(Scorecard.state, func.count()).where(Scorecard.round_id == round_id).group_by(Scorecard.state)
    found = dict(db.session.execute(query).all())
    return {state: found.get(state, 0) for state in ScorecardState}


def list_panel(round_id: int) -> list[tuple[int, str]]:
    """Who has cards in a round, as (id, name), by name."""
    query = select(Person.id, Person.name).where(
        Person.id.in_(select(Scorecard.judge_id).where(Scorecard.round_id == round_id))
    )
    return list(db.session.execute(query.order_by(Person.name, Person.id)))
