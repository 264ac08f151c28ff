"""What organisers do in the review. Everything that changes a result takes two of them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid, NotFound
from hackathon.judging.models import RevealApproval, ReviewOpening, Round, Scorecard, Voiding
from hackathon.judging.publishing import correct_results
from hackathon.judging.queries import find_round
from hackathon.judging.review.queries import require_review
from hackathon.judging.rules import LONGEST_REASON, RoundState, ScorecardState
from hackathon.judging.services import lock_round, record_round

_REVIEWED = (RoundState.CLOSED, RoundState.PUBLISHED)


def open_review(round_id: int, *, actor_id: int, now: datetime) -> None:
    """An organiser wants to see the scores of a closed round. Asked twice by the same one, it counts once."""
    round_ = lock_round(round_id)
    if round_.state not in _REVIEWED:
        raise Conflict("round_not_closed", _l("Granskningen kan öppnas när bedömningen är stängd."))
    if db.session.get(ReviewOpening, (round_id, actor_id)) is not None:
        return
    db.session.add(ReviewOpening(round_id=round_id, person_id=actor_id, at=now))
    db.session.flush()
    record_round("review.opened", round_, actor_id, now)


def ask_voiding(round_id: int, judge_id: int, *, reason: str, actor_id: int, now: datetime) -> Voiding:
    """One organiser asks that a judge's ballots no longer count. Nothing changes until another one confirms."""
    round_ = _lock_reviewed(round_id)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason_missing", _l("Skriv varför bedömningarna ska strykas, med högst 500 tecken."))
    waiting = select(Voiding.id).where(
        Voiding.round_id == round_id, Voiding.judge_id == judge_id, Voiding.confirmed_at.is_(None),
        Voiding.withdrawn_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(waiting) is not None:
        raise Conflict(
            "voiding_waits", _l("Det finns redan ett förslag att stryka domaren. Bekräfta det eller dra tillbaka det.")
        )
    if not _counting(round_id, judge_id):
        raise Conflict("nothing_to_void", _l("Domaren har ingen bedömning som räknas."))
    voiding = Voiding(round_id=round_id, judge_id=judge_id, reason=reason, asked_by=actor_id, asked_at=now)
    db.session.add(voiding)
    db.session.flush()
    _record("voiding.asked", round_, voiding, actor_id, now, note=reason)
    return voiding


def confirm_voiding(voiding_id: int, *, round_id: int, actor_id: int, now: datetime) -> None:
    """Another organiser confirms: the ballots are void. Approvals were of other results and fall; published results are corrected."""
    round_ = _lock_reviewed(round_id)
    voiding = _load_waiting(voiding_id, round_id)
    if voiding.asked_by == actor_id:
        raise Forbidden("same_organiser", _l("En annan arrangör än den som föreslog måste bekräfta."))
    voiding.confirmed_by, voiding.confirmed_at = actor_id, now
    db.session.execute(
        update(Scorecard)
        .where(
            Scorecard.round_id == round_id,
            Scorecard.judge_id == voiding.judge_id,
            Scorecard.state == ScorecardState.LOCKED,
        )
        .values(state=ScorecardState.VOIDED, changed_at=now)
    )
    db.session.flush()
    db.session.expire_all()
    _record("voiding.confirmed", round_, voiding, actor_id, now)
    if round_.state is RoundState.PUBLISHED:
        correct_results(round_, reason=voiding.reason, actor_id=actor_id, now=now)
    else:
        db.session.execute(delete(RevealApproval).where(RevealApproval.round_id == round_id))


def withdraw_voiding(voiding_id: int, *, round_id: int, actor_id: int, now: datetime) -> None:
    """The wish was a mistake, or the other organiser does not share it."""
    round_ = _lock_reviewed(round_id)
    voiding = _load_waiting(voiding_id, round_id)
    voiding.withdrawn_at = now
    db.session.flush()
    _record("voiding.withdrawn", round_, voiding, actor_id, now)


def _lock_reviewed(round_id: int) -> Round:
    round_ = lock_round(round_id)
    info = find_round(round_.edition_id, round_.key)
    if info is not None:
        require_review(info)
    return round_


def _load_waiting(voiding_id: int, round_id: int) -> Voiding:
    voiding = db.session.scalar(select(Voiding).where(Voiding.id == voiding_id, Voiding.round_id == round_id))
    if voiding is None:
        raise NotFound("voiding_unknown", _l("Förslaget finns inte. Ladda om sidan."))
    if voiding.confirmed_at is not None or voiding.withdrawn_at is not None:
        raise Conflict("voiding_ended", _l("Förslaget är redan avgjort. Ladda om sidan."))
    return voiding


def _counting(round_id: int, judge_id: int) -> bool:
    query = select(Scorecard.id).where(
        Scorecard.round_id == round_id, Scorecard.judge_id == judge_id, Scorecard.state == ScorecardState.LOCKED
    )
    return db.session.scalar(query.limit(1)) is not None


def _record(action: str, round_: Round, voiding: Voiding, actor_id: int, now: datetime, note: str = "") -> None:
    audit.record(
        action,
        edition_id=round_.edition_id,
        actor_id=actor_id,
        subject=f"round:{round_.id}",
        now=now,
        note=note,
        judge=voiding.judge_id,
    )
