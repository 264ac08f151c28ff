"""What can be done with a round and its scorecards. Publishing stands in publishing.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from hackathon.accounts.models import Person
from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Invalid, NotFound
from hackathon.events.models import Edition
from hackathon.judging.assigning import choose_panels, deal_cards, set_absent
from hackathon.judging.entrants import list_entered_teams, list_ties
from hackathon.judging.errors import Incomplete, OwnOrganisation, RoundClosed
from hackathon.judging.mail import post_waiting
from hackathon.judging.model.ranking import MODEL
from hackathon.judging.models import Criterion, OwnOrder, Round, Score, Scorecard
from hackathon.judging.official import TIE_RULE
from hackathon.judging.queries import FINAL, list_judge_organisations, list_judges
from hackathon.judging.rules import (
    LONGEST_NOTE,
    LONGEST_REASON,
    NUDGE_PAUSE,
    OPEN_CARDS,
    ROUND_STEPS,
    CriterionDraft,
    RoundState,
    ScorecardState,
    in_conflict,
    may_open,
    may_write,
    missing_points,
    state_after_saving,
    unusable_points,
)
from hackathon.teams.models import Team


def setup_round(
    edition_id: int,
    *,
    criteria: Sequence[CriterionDraft],
    actor_id: int | None,
    now: datetime,
    key: str = FINAL,
    name_sv: str = "Finalen",
    name_en: str = "The final",
) -> Round:
    """A new round with its rubric; see rules.read_rubric for a rubric out of a file."""
    if not criteria:
        raise Invalid("rubric_empty", _l("Bedömningen behöver minst ett kriterium."))
    created = Round(edition_id=edition_id, key=key, name_sv=name_sv, name_en=name_en)
    created.criteria = [
        Criterion(
            key=item.key, name_sv=item.name_sv, name_en=item.name_en, ask_sv=item.ask_sv, ask_en=item.ask_en,
            weight=item.weight, anchors=item.anchors, position=position,
        )
        for position, item in enumerate(criteria, start=1)
    ]  # fmt: skip
    db.session.add(created)
    db.session.flush()
    record_round("round.prepared", created, actor_id, now, criteria=len(criteria))
    return created


def assign_all(round_id: int, *, actor_id: int | None, now: datetime) -> int:
    """Gives judges the cards that are missing; returns how many are new. Can be repeated, for judges who came later.

    Every team that handed in goes to every judge, or to as many as the round asks for; nobody gets a team that they are too
    close to. The judge's organisation is frozen on the card.
    """
    round_ = lock_round(round_id)
    if round_.state not in (RoundState.SETUP, RoundState.OPEN):
        raise RoundClosed
    count = deal_cards(round_, now=now)
    record_round("round.assigned", round_, actor_id, now, cards=count)
    return count


def choose_panel_size(round_id: int, judges_per_team: int | None, *, actor_id: int, now: datetime) -> None:
    """How many judges each team gets once the round opens; None for all."""
    round_ = lock_round(round_id)
    choose_panels(round_, judges_per_team)
    record_round("round.panels", round_, actor_id, now, judges_per_team=judges_per_team or 0)


def replace_judge(round_id: int, judge_id: int, *, actor_id: int, now: datetime) -> int:
    """The judge is not there: what is handed in counts, the rest goes to colleagues. Returns how many cards they got."""
    round_ = lock_round(round_id)
    count = set_absent(round_, judge_id, now=now)
    record_round("round.judge_absent", round_, actor_id, now, judge=judge_id, cards=count)
    return count


def open_round(round_id: int, *, actor_id: int, now: datetime) -> None:
    """Assigns the cards and lets judges score. Needs an entry and a judge; opening an open round changes nothing."""
    round_ = lock_round(round_id)
    if round_.state is RoundState.OPEN:
        return
    _refuse_step(round_, RoundState.OPEN)
    entries, judges = len(list_entered_teams(round_.edition_id)), len(list_judges(round_.edition_id))
    if not may_open(round_.state, entries=entries, judges=judges):
        raise Conflict(
            "round_not_ready", _l("Bedömningen kan öppnas när minst ett team har lämnat in och minst en domare finns.")
        )
    cards = assign_all(round_id, actor_id=actor_id, now=now)
    round_.state, round_.opened_at = RoundState.OPEN, now
    # From here on nobody can choose the way of counting by its outcome.
    round_.model, round_.tie_rule = MODEL, TIE_RULE
    record_round("round.opened", round_, actor_id, now, entries=entries, judges=judges, cards=cards)


def nudge_judges(round_id: int, *, actor_id: int, now: datetime) -> int:
    """Posts a letter to every judge who has cards waiting; returns to how many. Within NUDGE_PAUSE nobody gets a second one."""
    round_ = lock_round(round_id)
    if round_.state is not RoundState.OPEN:
        raise RoundClosed
    last = audit.last_at("round.nudged", subject=f"round:{round_id}")
    if last is not None and now - last < NUDGE_PAUSE:
        raise Conflict("nudged_lately", _l("Domarna fick en påminnelse nyss. Vänta några minuter."))
    waiting = select(Scorecard.judge_id, func.count()).where(
        Scorecard.round_id == round_id, Scorecard.state.in_(OPEN_CARDS)
    )  # fmt: skip
    counts = dict(db.session.execute(waiting.group_by(Scorecard.judge_id)).all())
    edition = db.session.get_one(Edition, round_.edition_id)
    people = select(Person).where(Person.id.in_(counts), Person.disabled_at.is_(None)).order_by(Person.id)
    judges = list(db.session.scalars(people))
    for judge in judges:
        post_waiting(judge, counts[judge.id], edition=edition, now=now)
    record_round("round.nudged", round_, actor_id, now, judges=len(judges))
    return len(judges)


def close_round(round_id: int, *, actor_id: int, now: datetime) -> None:
    """Ends scoring: what was handed in is locked, drafts stay drafts and do not count."""
    round_ = lock_round(round_id)
    if round_.state is RoundState.CLOSED:
        return
    _refuse_step(round_, RoundState.CLOSED)
    locked = db.session.execute(
        update(Scorecard)
        .where(Scorecard.round_id == round_id, Scorecard.state == ScorecardState.SUBMITTED)
        .values(state=ScorecardState.LOCKED)
    )
    round_.state, round_.closed_at = RoundState.CLOSED, now
    record_round("round.closed", round_, actor_id, now, locked=locked.rowcount)  # type: ignore[attr-defined]


def save_draft(
    round_id: int, team_number: int, *, judge_id: int, points: Mapping[str, int], note_to_team: str, now: datetime
) -> ScorecardState:
    """Keeps what a judge has so far. A card that was handed in stays handed in, and must stay complete."""
    return _save(round_id, team_number, judge_id, points, note_to_team, now, hand_in=False)


def submit_scorecard(
    round_id: int, team_number: int, *, judge_id: int, points: Mapping[str, int], note_to_team: str, now: datetime
) -> ScorecardState:
    """Hands a card in: whole numbers from 1 to 5 for every criterion's key. Can be repeated until the round closes.

    Raises NotFound (not the judge's team), RoundClosed, OwnOrganisation, Conflict (recused, voided), Invalid, Incomplete.
    """
    return _save(round_id, team_number, judge_id, points, note_to_team, now, hand_in=True)


def _save(
    round_id: int,
    team_number: int,
    judge_id: int,
    points: Mapping[str, int],
    note_to_team: str,
    now: datetime,
    *,
    hand_in: bool,
) -> ScorecardState:
    round_, card = _load_card_for_writing(round_id, team_number, judge_id)
    query = select(Criterion.key, Criterion.id).where(Criterion.round_id == round_id).order_by(Criterion.position)
    criteria = dict(db.session.execute(query).all())
    note = note_to_team.strip()
    _refuse_unusable(points, note, criteria)
    state = state_after_saving(card.state, hand_in=hand_in)
    missing = missing_points(points, criteria)
    if missing and state is ScorecardState.SUBMITTED:
        raise Incomplete(missing)
    first = state is ScorecardState.SUBMITTED and card.state is not ScorecardState.SUBMITTED
    card.state, card.note_to_team, card.changed_at = state, note, now
    if first:
        card.submitted_at = now
    db.session.execute(delete(Score).where(Score.scorecard_id == card.id))
    db.session.add_all(
        Score(scorecard_id=card.id, criterion_id=criteria[key], points=value) for key, value in points.items()
    )
    db.session.flush()
    if first:
        _record_card("scorecard.submitted", round_, card, now)
    return state


def save_order(round_id: int, team_numbers: Sequence[int], *, judge_id: int, now: datetime) -> None:
    """Keeps the judge's own order of the teams that they have handed in, the best first. Teams left out have no place.

    Raises RoundClosed, Invalid (a team twice, or one that the judge has not handed in).
    """
    round_ = lock_round(round_id, shared=True)
    if round_.state is not RoundState.OPEN:
        raise RoundClosed
    rows = db.session.execute(
        select(Team.number, Scorecard.id)
        .join(Team, Scorecard.team_id == Team.id)
        .where(
            Scorecard.round_id == round_id, Scorecard.judge_id == judge_id, Scorecard.state == ScorecardState.SUBMITTED
        )
        .with_for_update(of=Scorecard)
    )
    cards = dict(rows.all())
    if len(set(team_numbers)) != len(team_numbers) or not set(team_numbers) <= cards.keys():
        raise Invalid(
            "order_invalid", _l("Ordningen stämmer inte med dina inlämnade team. Ladda om sidan och försök igen.")
        )
    db.session.execute(delete(OwnOrder).where(OwnOrder.scorecard_id.in_(cards.values())))
    db.session.add_all(
        OwnOrder(scorecard_id=cards[number], place=place) for place, number in enumerate(team_numbers, start=1)
    )
    db.session.flush()


def recuse(round_id: int, team_number: int, *, judge_id: int, reason: str, now: datetime) -> None:
    """The judge is too close to the team: the card and what stood on it no longer count. Needs a reason."""
    round_ = lock_round(round_id, shared=True)
    card = _load_card(round_id, team_number, judge_id)
    if card.state is ScorecardState.RECUSED:
        return
    _refuse_writing(round_, card)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason_missing", _l("Skriv kort varför du är jävig, med högst 500 tecken."))
    for table in (Score, OwnOrder):
        db.session.execute(delete(table).where(table.scorecard_id == card.id))
    card.state, card.recused_reason, card.note_to_team = ScorecardState.RECUSED, reason, ""
    card.submitted_at, card.changed_at = None, now
    db.session.flush()
    _record_card("scorecard.recused", round_, card, now, note=reason)


def lock_round(round_id: int, *, shared: bool = False) -> Round:
    """The round, read anew under a lock: shared by those who score, alone for whoever moves the round."""
    query = select(Round).where(Round.id == round_id).with_for_update(read=shared)
    round_ = db.session.scalar(query.execution_options(populate_existing=True))
    if round_ is None:
        raise NotFound("round_unknown", _l("Bedömningsomgången finns inte. Kontrollera länken."))
    return round_


def _load_card(round_id: int, team_number: int, judge_id: int) -> Scorecard:
    """The judge's own card, locked; NotFound for anybody else's."""
    card = db.session.scalar(
        select(Scorecard)
        .join(Team, Scorecard.team_id == Team.id)
        .where(Scorecard.round_id == round_id, Scorecard.judge_id == judge_id, Team.number == team_number)
        .with_for_update(of=Scorecard)
        .execution_options(populate_existing=True)
    )
    if card is None:
        raise NotFound(
            "scorecard_unknown", _l("Du ska inte bedöma det teamet. Gå tillbaka till listan över dina team.")
        )
    return card


def _load_card_for_writing(round_id: int, team_number: int, judge_id: int) -> tuple[Round, Scorecard]:
    """The judge's own card with everything checked that can have changed since it was assigned.

    The round is locked before the card, in the order that closing it takes them.
    """
    round_ = lock_round(round_id, shared=True)
    card = _load_card(round_id, team_number, judge_id)
    _refuse_writing(round_, card)
    organisations = list_judge_organisations(round_.edition_id, judge_id)
    if card.organisation_id is not None:
        organisations.add(card.organisation_id)
    ties = list_ties(round_.edition_id, [card.team_id])[card.team_id]
    if in_conflict(judge_id, organisations, ties):
        raise OwnOrganisation
    return round_, card


def _refuse_writing(round_: Round, card: Scorecard) -> None:
    if round_.state is not RoundState.OPEN:
        raise RoundClosed
    if not may_write(round_.state, card.state):
        raise Conflict(
            "scorecard_ended", _l("Kortet räknas inte längre: jäv är anmält, eller så är det struket. Ta nästa team.")
        )


def _refuse_unusable(points: Mapping[str, int], note: str, criteria: Mapping[str, int]) -> None:
    if unusable_points(points, criteria):
        raise Invalid("points_invalid", _l("Poäng ges som heltal från 1 till 5. Välj en ruta i varje fråga."))
    if len(note) > LONGEST_NOTE:
        raise Invalid("note_too_long", _l("Korta texten till teamet: högst 2 000 tecken får plats."))


def _refuse_step(round_: Round, to: RoundState) -> None:
    if ROUND_STEPS[round_.state] is not to:
        raise Conflict(
            "round_moved_on",
            _l("Bedömningen är i ett annat läge än sidan visade. Ladda om sidan och se vad som gäller."),
        )


def record_round(action: str, round_: Round, actor_id: int | None, now: datetime, **details: int) -> None:
    """Writes into the audit log what was done with a round; `details` are counts and ids."""
    audit.record(
        action,
        edition_id=round_.edition_id,
        actor_id=actor_id,
        subject=f"round:{round_.id}",
        now=now,
        note="",
        **details,
    )


def _record_card(action: str, round_: Round, card: Scorecard, now: datetime, note: str = "") -> None:
    """Who did what with which card; never what stands on it."""
    subject = f"scorecard:{card.id}"
    audit.record(
        action,
        edition_id=round_.edition_id,
        actor_id=card.judge_id,
        subject=subject,
        now=now,
        note=note,
        team=card.team_id,
    )
