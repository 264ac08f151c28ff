"""Gives cards to judges: to all of them every team, or by a plan that the solver makes; anew when a judge is absent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, select

from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid
from hackathon.judging.assignment.problem import Assignment, JudgeSpec, NoPlan, Obstacle, ObstacleKind, TeamSpec, Tie
from hackathon.judging.entrants import TeamInfo, list_entered_teams, list_ties
from hackathon.judging.errors import RoundClosed
from hackathon.judging.models import AbsentJudge, OwnOrder, Round, Score, Scorecard
from hackathon.judging.queries import JudgeInfo, list_absent, list_judge_organisations, list_judges
from hackathon.judging.rules import GIVEN_CARDS, OPEN_CARDS, RoundState, ScorecardState, in_conflict

SECONDS = 10.0
"""How long a plan may take."""
MOST_JUDGES_PER_TEAM = 50
MOST_REASONS = 3


def choose_panels(round_: Round, judges_per_team: int | None) -> None:
    """How many judges each team gets, before the round opens; None gives every team to every judge."""
    if round_.state is not RoundState.SETUP:
        raise RoundClosed
    if judges_per_team is not None and not 2 <= judges_per_team <= MOST_JUDGES_PER_TEAM:
        raise Invalid("panel_size", _l("Varje team ska ha mellan 2 och 50 domare, eller alla."))
    round_.judges_per_team = judges_per_team
    db.session.flush()


def deal_cards(round_: Round, *, now: datetime) -> int:
    """Gives out what is missing and returns how many cards are new. Cards that are handed in are never touched."""
    teams, judges = list_entered_teams(round_.edition_id), list_judges(round_.edition_id)
    absent = list_absent(round_.id)
    cards = list(db.session.scalars(select(Scorecard).where(Scorecard.round_id == round_.id)))
    known = {(card.judge_id, card.team_id) for card in cards}
    conflicts = _find_conflicts(round_.edition_id, judges, teams)
    if round_.judges_per_team is None:
        wanted = {(j.id, t.id) for j in judges if j.id not in absent for t in teams} - conflicts.keys()
    else:
        problem = _make_problem(round_, judges, teams, absent, conflicts, cards)
        wanted = set(_solve(problem, round_.id, teams))
        _take_back(cards, wanted)
    organisation = {judge.id: judge.organisation_id for judge in judges}
    new = [
        Scorecard(
            round_id=round_.id, judge_id=judge, team_id=team, organisation_id=organisation.get(judge), changed_at=now
        )
        for judge, team in sorted(wanted - known)
    ]
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def set_absent(round_: Round, judge_id: int, *, now: datetime) -> int:
    """Notes that a judge is not there, takes back the cards that wait, and gives them to colleagues where there is a plan."""
    if round_.state is not RoundState.OPEN:
        raise RoundClosed
    if db.session.get(AbsentJudge, (round_.id, judge_id)) is None:
        db.session.add(AbsentJudge(round_id=round_.id, judge_id=judge_id, at=now))
        db.session.flush()
    waiting = list(
        db.session.scalars(
            select(Scorecard).where(
                Scorecard.round_id == round_.id, Scorecard.judge_id == judge_id, Scorecard.state.in_(OPEN_CARDS)
            )
        )
    )
    if round_.judges_per_team is not None:
        return deal_cards(round_, now=now)
    _take_back(waiting, set())
    db.session.flush()
    return 0


def _find_conflicts(
    edition_id: int, judges: Sequence[JudgeInfo], teams: Sequence[TeamInfo]
) -> dict[tuple[int, int], Tie]:
    ties = list_ties(edition_id, [team.id for team in teams])
    found = {}
    for judge in judges:
        organisations = list_judge_organisations(edition_id, judge.id)
        for team in teams:
            if judge.id in ties[team.id].people:
                found[judge.id, team.id] = Tie.OWN_TEAM
            elif in_conflict(judge.id, organisations, ties[team.id]):
                found[judge.id, team.id] = Tie.OWN_ORGANISATION
    return found


def _make_problem(
    round_: Round,
    judges: Sequence[JudgeInfo],
    teams: Sequence[TeamInfo],
    absent: set[int],
    conflicts: dict[tuple[int, int], Tie],
    cards: Sequence[Scorecard],
) -> Assignment:
    """The round as it stands. Whoever has recused themselves is in conflict with that team; drafts stay with their judges."""
    entered = {team.id for team in teams}
    there = {judge.id for judge in judges} - absent
    declared = {(c.judge_id, c.team_id): Tie.DECLARED for c in cards if c.state is ScorecardState.RECUSED}
    live = [card for card in cards if card.team_id in entered and card.state in GIVEN_CARDS | OPEN_CARDS]
    begun = [c for c in live if c.state in GIVEN_CARDS or (c.state is ScorecardState.DRAFT and c.judge_id in there)]
    sector = {judge.id: judge.sector or "" for judge in judges}
    everybody = sorted({*sector, *(card.judge_id for card in live)})
    return Assignment(
        judges=tuple(JudgeSpec(judge, sector.get(judge, ""), is_absent=judge not in there) for judge in everybody),
        teams=tuple(TeamSpec(team.id) for team in teams),
        per_team=round_.judges_per_team or 0,
        conflicts=conflicts | declared,
        given=frozenset((card.judge_id, card.team_id) for card in begun),
        current=frozenset((card.judge_id, card.team_id) for card in live),
    )


def _solve(problem: Assignment, seed: int, teams: Sequence[TeamInfo]) -> frozenset[tuple[int, int]]:
    # Loaded here: the solver weighs more than all else that a web process holds.
    from hackathon.judging.assignment.solver import assign

    try:
        return assign(problem, seed=seed, time_limit=SECONDS).pairs
    except NoPlan as refusal:
        raise NoAssignment(refusal.obstacles, {team.id: team.name for team in teams}) from None


class NoAssignment(Conflict):
    """The teams cannot be dealt out; the sentence says what stands in the way, in the reader's language."""

    def __init__(self, obstacles: Sequence[Obstacle], names: dict[int, str]) -> None:
        def write() -> str:
            reasons = " ".join(_describe(obstacle, names) for obstacle in obstacles[:MOST_REASONS])
            return str(_("Teamen kan inte fördelas på domarna. %(reasons)s", reasons=reasons))

        super().__init__("no_assignment", LazyString(write))


def _describe(obstacle: Obstacle, names: dict[int, str]) -> str:
    """What stands in the way, and what would help."""
    if obstacle.kind is ObstacleKind.TOO_FEW_JUDGES and obstacle.team is not None:
        return str(_(
            "%(team)s kan bedömas av %(have)s domare utan jäv men behöver %(need)s: bjud in fler, eller välj mindre paneler.",
            team=names[obstacle.team], have=obstacle.have, need=obstacle.need,
        ))  # fmt: skip
    if obstacle.kind is ObstacleKind.ONE_SECTOR and obstacle.team is not None:
        return str(
            _(
                "Alla som kan bedöma %(team)s kommer från samma sektor: bjud in en domare från en annan.",
                team=names[obstacle.team],
            )
        )
    if obstacle.kind is ObstacleKind.NOT_CONNECTED:
        return str(
            _(
                "Jäv delar juryn i grupper som inte går att jämföra: bjud in en domare som kan bedöma team i flera av dem."
            )
        )
    if obstacle.kind is ObstacleKind.NOBODY:
        return str(_("Det finns ingen domare, eller inget team."))
    if obstacle.kind is ObstacleKind.TIME:
        return str(_("Ingen fördelning hittades i tid: välj mindre paneler, eller försök igen."))
    return str(_("Reglerna om antal, jämn fördelning, två sektorer och jäv går inte ihop: bjud in fler domare."))


def _take_back(cards: Sequence[Scorecard], wanted: set[tuple[int, int]]) -> None:
    """Cards that wait and are no longer their judge's go away, with what was noted on them."""
    gone = [card.id for card in cards if card.state in OPEN_CARDS and (card.judge_id, card.team_id) not in wanted]
    for table in (Score, OwnOrder):
        db.session.execute(delete(table).where(table.scorecard_id.in_(gone)))
    db.session.execute(delete(Scorecard).where(Scorecard.id.in_(gone)))
