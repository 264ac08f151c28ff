"""The ranking of findings: what is rated, who gets which small set, and what people say of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, delete, func, select

from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.core.text import clean
from hackathon.events.models import Organisation
from hackathon.workshops import rules
from hackathon.workshops.models import Finding, FindingKind, Ranking, RankingItem, Rating, Theme, Workshop
from hackathon.workshops.rules import FindingState, RankingState
from hackathon.workshops.services.capture import organisation_of
from hackathon.workshops.services.loading import touch

FORGOTTEN_AFTER = timedelta(hours=1)
"""A finding that somebody was given and has not rated for this long counts as not given: they may have left."""


def prepare_ranking(
    workshop: Workshop,
    *,
    kinds: Collection[FindingKind],
    themes: Collection[str],
    set_size: int,
    actor: Viewer,
    now: datetime,
) -> Ranking:
    """Chooses what is rated in a workshop: the open findings of the edition of these kinds and themes (no theme: of all).

    May be done again until somebody has rated; raises Conflict after that.
    """
    ranking = db.session.scalar(select(Ranking).where(Ranking.workshop_id == workshop.id).with_for_update())
    if ranking is None:
        ranking = Ranking(workshop_id=workshop.id)
        db.session.add(ranking)
    elif ranking.state is not RankingState.SETUP or db.session.scalar(_any_rating(ranking.id)) is not None:
        raise Conflict("ranking_has_begun", _l("Rangordningen har börjat. Det som ska bedömas ligger fast."))
    chosen = select(Finding.id).where(
        Finding.edition_id == workshop.edition_id, Finding.state == FindingState.OPEN, Finding.kind.in_(kinds)
    )
    if themes:
        chosen = chosen.join(Theme, Theme.id == Finding.theme_id).where(Theme.key.in_(themes))
    findings = db.session.scalars(chosen.order_by(Finding.id)).all()
    if not findings:
        raise Invalid("nothing_to_rate", _l("Inga fynd passar urvalet. Välj fler slag eller teman."))
    ranking.set_size = min(max(set_size, 1), 30)
    db.session.flush()
    db.session.execute(delete(RankingItem).where(RankingItem.ranking_id == ranking.id))
    db.session.add_all(RankingItem(ranking_id=ranking.id, finding_id=finding) for finding in findings)
    _record("ranking.prepared", workshop, actor, now)
    db.session.flush()
    return ranking


def _any_rating(ranking_id: int) -> Select[int]:
    return select(Rating.id).where(Rating.ranking_id == ranking_id).limit(1)


def move_ranking(workshop: Workshop, ranking: Ranking, *, to: RankingState, actor: Viewer, now: datetime) -> None:
    """Opens, closes or publishes a ranking, or takes that back."""
    if to not in rules.RANKING_STEPS[ranking.state]:
        raise Conflict("no_such_step", _l("Rangordningen har redan gått vidare. Ladda om sidan och se var den står."))
    ranking.state = to
    touch(workshop.id)
    _record(f"ranking.{to.value}", workshop, actor, now)


def deal_set(ranking: Ranking, *, actor: Viewer, now: datetime) -> int:
    """Gives somebody the next small set of findings, those with the fewest ratings first; returns how many.

    The ranking is locked meanwhile, so that people who ask at once get different ones. Whoever still has something to rate
    gets nothing new.
    """
    _require_open(ranking)
    db.session.execute(select(Ranking.id).where(Ranking.id == ranking.id).with_for_update())
    mine = {
        row.finding_id: row.rated_at
        for row in db.session.execute(
            select(Rating.finding_id, Rating.rated_at).where(
                Rating.ranking_id == ranking.id, Rating.person_id == actor.person_id
            )
        )
    }
    if any(rated_at is None for rated_at in mine.values()):
        return 0
    sector_id = _sector_id(actor)
    given, given_in_sector = _counts(ranking.id, sector_id, now)
    items = db.session.scalars(
        select(RankingItem.finding_id)
        .join(Finding, Finding.id == RankingItem.finding_id)
        .where(RankingItem.ranking_id == ranking.id, Finding.state == FindingState.OPEN)
    )
    left = [finding for finding in items if finding not in mine]
    dealt = rules.deal(
        left, given=given, given_in_sector=given_in_sector, size=ranking.set_size, person_id=actor.person_id
    )
    db.session.add_all(
        Rating(ranking_id=ranking.id, person_id=actor.person_id, finding_id=finding, sector_id=sector_id, given_at=now)
        for finding in dealt
    )
    db.session.flush()
    return len(dealt)


def _counts(ranking_id: int, sector_id: int | None, now: datetime) -> tuple[Counter[int], Counter[int]]:
    counted = Rating.rated_at.is_not(None) | (Rating.given_at > now - FORGOTTEN_AFTER)
    rows = db.session.execute(
        select(Rating.finding_id, Rating.sector_id, func.count())
        .where(Rating.ranking_id == ranking_id, counted)
        .group_by(Rating.finding_id, Rating.sector_id)
    )
    given: Counter[int] = Counter()
    in_sector: Counter[int] = Counter()
    for finding_id, sector, count in rows:
        given[finding_id] += count
        if sector == sector_id:
            in_sector[finding_id] += count
    return given, in_sector


def _sector_id(actor: Viewer) -> int | None:
    return db.session.scalar(select(Organisation.sector_id).where(Organisation.id == organisation_of(actor)))


def rate_finding(
    ranking: Ranking,
    finding_number: int,
    *,
    interest: int,
    feasibility: int,
    reason: str,
    actor: Viewer,
    now: datetime,
) -> None:
    """What somebody says of a finding that they were given; said again, it replaces what they said before."""
    _require_open(ranking)
    rating = db.session.scalar(
        select(Rating)
        .join(Finding, Finding.id == Rating.finding_id)
        .where(
            Rating.ranking_id == ranking.id, Rating.person_id == actor.person_id, Finding.number == finding_number
        )
        .with_for_update(of=Rating)
    )  # fmt: skip
    if rating is None:
        raise NotFound(
            "not_given", _l("Fyndet finns inte bland dina. Gå till rangordningen och ta det som står på tur.")
        )
    if interest not in rules.POINTS or feasibility not in rules.POINTS:
        raise Invalid("points", _l("Välj ett värde från 1 till 5 på båda frågorna."))
    reason = clean(reason)
    if not reason or len(reason) > rules.LONGEST_REASON:
        raise Invalid("reason_needed", _l("Skriv varför, med högst 500 tecken. Skälet är det som de andra lär sig av."))
    rating.interest, rating.feasibility, rating.reason, rating.rated_at = interest, feasibility, reason, now
    db.session.flush()


def _require_open(ranking: Ranking) -> None:
    if ranking.state is not RankingState.OPEN:
        raise Conflict("ranking_closed", _l("Rangordningen är inte öppen. Den som leder workshoppen öppnar den."))


def _record(action: str, workshop: Workshop, actor: Viewer, now: datetime) -> None:
    audit.record(
        action, edition_id=workshop.edition_id, actor_id=actor.person_id, subject=f"workshop:{workshop.id}", now=now
    )
