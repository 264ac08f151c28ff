"""What the review shows. Loading it is refused until two organisers have asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.core.errors import Forbidden
from hackathon.judging.model.health import Flag
from hackathon.judging.model.ranking import RankedJudge, RankedTeam, Ranking
from hackathon.judging.models import ReviewOpening, Voiding
from hackathon.judging.official import name, rank_round
from hackathon.judging.queries import (
    Approval,
    RoundInfo,
    list_cards,
    list_criteria,
    list_panel,
    may_reveal,
    read_points,
)
from hackathon.judging.rules import ScorecardState, may_review, weighted_mean


@dataclass(frozen=True, slots=True)
class ReviewedTeam:
    """A team in the review: where it stands, and where it would stand without the judge that is left out."""

    id: int
    number: int
    name: str
    ranked: RankedTeam
    place_without: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewedJudge:
    """A judge in the review; `ranked` is None where no ballot counts. `means` are of the ballots, by the team's id."""

    id: int
    name: str
    ranked: RankedJudge | None
    means: dict[int, float]
    too_high: tuple[str, ...] = ()
    too_low: tuple[str, ...] = ()

    @property
    def flag(self) -> Flag | None:
        """The hint about the judge, if there is one."""
        return self.ranked.flag if self.ranked else None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that two organisers decide on."""

    teams: tuple[ReviewedTeam, ...]
    judges: tuple[ReviewedJudge, ...]
    ranking: Ranking | None
    without: int | None


@dataclass(frozen=True, slots=True)
class VoidingInfo:
    """A wish that a judge's ballots no longer count."""

    id: int
    judge_id: int
    judge: str
    reason: str
    asked_by: int
    asker: str
    asked_at: datetime
    confirmer: str | None
    confirmed_at: datetime | None


def list_openings(round_: RoundInfo) -> list[Approval]:
    """Who has asked to see the scores and may still decide about them, by time."""
    rows = db.session.execute(
        select(Person.id, Person.name, ReviewOpening.at)
        .join(Person, ReviewOpening.person_id == Person.id)
        .where(ReviewOpening.round_id == round_.id, may_reveal(round_.edition_id))
        .order_by(ReviewOpening.at, Person.id)
    )
    return [Approval(*row) for row in rows]


def require_review(round_: RoundInfo) -> None:
    """Forbidden until the round is closed and two organisers want to see the scores."""
    if not may_review(round_.state, [opening.person_id for opening in list_openings(round_)]):
        raise Forbidden(
            "review_not_open",
            _l(
                "Poängen syns när bedömningen är stängd och två arrangörer har öppnat granskningen. Be en kollega att öppna också."
            ),
        )


def load_review(round_: RoundInfo, *, without: int | None = None) -> Review:
    """Scores, chances and judges' health of a closed round; with `without`, also what would be if that judge were void."""
    require_review(round_)
    panel = list_panel(round_.id)
    known = {judge for judge, _name in panel}
    left_out = without if without in known else None
    ranking = rank_round(round_.id)
    changed = rank_round(round_.id, without=[left_out], chances=False) if left_out is not None else None
    return Review(
        teams=_teams(round_.id, ranking, changed),
        judges=_judges(round_.id, panel, ranking),
        ranking=ranking,
        without=left_out,
    )


def _teams(round_id: int, ranking: Ranking | None, changed: Ranking | None) -> tuple[ReviewedTeam, ...]:
    if ranking is None:
        return ()
    about = {card.team_id: (card.number, card.name) for card in list_cards(round_id)}
    places = {int(team.team): team.place for team in changed.teams} if changed else {}
    ids = [int(team.team) for team in ranking.teams]
    return tuple(
        ReviewedTeam(team, *about[team], ranked, places.get(team))
        for team, ranked in zip(ids, ranking.teams, strict=True)
    )


def _judges(round_id: int, panel: list[tuple[int, str]], ranking: Ranking | None) -> tuple[ReviewedJudge, ...]:
    weights = {criterion.key: criterion.weight for criterion in list_criteria(round_id)}
    points = read_points(round_id)
    means: dict[int, dict[int, float]] = {judge: {} for judge, _name in panel}
    names: dict[str, str] = {}
    for card in list_cards(round_id):
        names[name(card.team_id)] = card.name
        given = points.get(card.id)
        if card.state is ScorecardState.LOCKED and given:
            means[card.judge_id][card.team_id] = weighted_mean(given, weights)
    ranked = {judge.judge: judge for judge in ranking.judges} if ranking else {}
    found = []
    for judge_id, judge_name in panel:
        one = ranked.get(name(judge_id))
        flag = one.flag if one else None
        found.append(
            ReviewedJudge(
                judge_id, judge_name, one, means[judge_id],
                too_high=tuple(names[team] for team in flag.too_high) if flag else (),
                too_low=tuple(names[team] for team in flag.too_low) if flag else (),
            )
        )  # fmt: skip
    return tuple(found)


def list_voidings(round_id: int) -> list[VoidingInfo]:
    """The wishes that have not been withdrawn, the latest first."""
    asker, confirmer, judge = aliased(Person), aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            Voiding.id, Voiding.judge_id, judge.name.label("judge"), Voiding.reason, Voiding.asked_by,
            asker.name.label("asker"), Voiding.asked_at, confirmer.name.label("confirmer"), Voiding.confirmed_at,
        )
        .join(judge, Voiding.judge_id == judge.id)
        .join(asker, Voiding.asked_by == asker.id)
        .outerjoin(confirmer, Voiding.confirmed_by == confirmer.id)
        .where(Voiding.round_id == round_id, Voiding.withdrawn_at.is_(None))
        .order_by(Voiding.id.desc())
    )  # fmt: skip
    return [VoidingInfo(**row._asdict()) for row in rows]
