"""Challenge questions: written from findings, every version kept, promised by a need owner, published with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.access import Permission, Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.core.text import clean, clean_line
from hackathon.events.models import Organisation
from hackathon.events.rules import EditionInfo
from hackathon.workshops import rules
from hackathon.workshops.models import ChallengeQuestion, Finding, QuestionFinding, QuestionVersion
from hackathon.workshops.rules import FindingState, QuestionState
from hackathon.workshops.searching import index_questions
from hackathon.workshops.services.loading import next_number

MOST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class QuestionText:
    """What is said in a question. English falls back on Swedish. `findings` are numbers; `owner` is an organisation's id."""

    title_sv: str
    title_en: str
    text_sv: str
    text_en: str
    findings: tuple[int, ...]
    owner: int | None


def write_question(edition: EditionInfo, text: QuestionText, *, actor: Viewer, now: datetime) -> ChallengeQuestion:
    """A new question, as a draft, with the next number."""
    question = ChallengeQuestion(
        edition_id=edition.id, number=next_number(ChallengeQuestion, edition.id), state=QuestionState.DRAFT
    )
    _write(question, text)
    db.session.add(question)
    db.session.flush()
    _link(question, text.findings)
    _keep(question, actor, now, "")
    index_questions(question.edition_id, [question])
    _record("question.written", question, actor, now)
    return question


def change_question(
    question: ChallengeQuestion, text: QuestionText, *, version: int, note: str, actor: Viewer, now: datetime
) -> None:
    """Changes a question and keeps what it said before. Raises Conflict where somebody else has changed it since `version`."""
    if question.version != version:
        raise Conflict(
            "changed_meanwhile",
            _l("Någon annan hann ändra frågan. Se vad som är nytt, för samman texterna och spara igen."),
        )
    _keep_first(question, now)
    owner_before = question.need_owner_id
    _write(question, text)
    if question.need_owner_id != owner_before:
        # A promise is the owner's own: another owner has not given it.
        question.promise_sv = question.promise_en = ""
        question.promised_at = question.promised_by_id = None
    question.version += 1
    db.session.flush()
    _link(question, text.findings)
    _keep(question, actor, now, clean_line(note)[: rules.LONGEST_REASON])
    index_questions(question.edition_id, [question])
    _record("question.changed", question, actor, now)


def _keep_first(question: ChallengeQuestion, now: datetime) -> None:
    """What a question said that was there before versions were kept."""
    known = select(QuestionVersion.id).where(
        QuestionVersion.question_id == question.id, QuestionVersion.version == question.version
    )
    if db.session.scalar(known) is None:
        db.session.add(_version(question, None, question.published_at or now, ""))
        db.session.flush()


def _keep(question: ChallengeQuestion, actor: Viewer, now: datetime, note: str) -> None:
    db.session.add(_version(question, actor.person_id, now, note))
    db.session.flush()


def _version(question: ChallengeQuestion, author_id: int | None, at: datetime, note: str) -> QuestionVersion:
    return QuestionVersion(
        question_id=question.id, version=question.version, title_sv=question.title_sv, title_en=question.title_en,
        text_sv=question.text_sv, text_en=question.text_en, author_id=author_id, at=at, note=note,
    )  # fmt: skip


def _write(question: ChallengeQuestion, text: QuestionText) -> None:
    title, body = clean_line(text.title_sv), clean(text.text_sv)
    if not title or not body:
        raise Invalid("text_missing", _l("Frågan behöver en rubrik och en bakgrund."))
    too_long = max(len(title), len(text.title_en)) > rules.LONGEST_TITLE
    if too_long or max(len(body), len(text.text_en)) > rules.LONGEST_QUESTION:
        raise Invalid("text_too_long", _l("Någon del av texten är för lång. Korta den och försök igen."))
    owner = text.owner
    if owner is not None:
        known = select(Organisation.id).where(Organisation.edition_id == question.edition_id, Organisation.id == owner)
        if db.session.scalar(known) is None:
            raise Invalid("owner_unknown", _l("Behovsägaren finns inte i listan. Välj en organisation ur den."))
    question.title_sv, question.title_en = title, clean_line(text.title_en) or title
    question.text_sv, question.text_en = body, clean(text.text_en) or body
    question.need_owner_id = owner


def _link(question: ChallengeQuestion, numbers: Sequence[int]) -> None:
    wanted = sorted(set(numbers))
    if len(wanted) > MOST_EVIDENCE:
        raise Invalid("findings", _l("Ange högst 200 fynd."))
    ids: Sequence[int] = []
    if wanted:
        known = select(Finding.id).where(Finding.edition_id == question.edition_id, Finding.number.in_(wanted))
        ids = db.session.scalars(known.where(Finding.state != FindingState.WITHDRAWN).order_by(Finding.id)).all()
    if len(ids) < len(wanted):
        raise Invalid("finding_unknown", _l("Något av fynden finns inte. Kontrollera numren under Underlag."))
    db.session.execute(delete(QuestionFinding).where(QuestionFinding.question_id == question.id))
    db.session.add_all(QuestionFinding(question_id=question.id, finding_id=finding) for finding in ids)
    db.session.flush()


def publish_question(question: ChallengeQuestion, *, on: bool, actor: Viewer, now: datetime) -> None:
    """Shows a question to everybody, or takes it back. Ideas that answer it keep it."""
    to = QuestionState.PUBLISHED if on else QuestionState.DRAFT
    if to not in rules.QUESTION_STEPS[question.state]:
        raise Conflict("no_such_step", _l("Frågan har redan gått vidare. Ladda om sidan och se var den står."))
    question.state, question.published_at = to, now if on else None
    _record(f"question.{to.value}", question, actor, now)


def promise_followup(
    question: ChallengeQuestion, *, promise_sv: str, promise_en: str, actor: Viewer, now: datetime
) -> None:
    """What the need owner promises to do with what comes out. Only the owner's coordinator gives it, or an organiser for them."""
    owns = question.need_owner_id is not None and actor.organisations.get(Role.COORDINATOR) == question.need_owner_id
    if not (owns or actor.can(Permission.PLAN_WORKSHOPS)):
        raise Forbidden(
            "not_the_owner", _l("Bara behovsägarens samordnare kan ge löftet. Be arrangören om det är din fråga.")
        )
    if question.need_owner_id is None:
        raise Conflict("no_owner", _l("Frågan har ingen behovsägare ännu. Ange en först."))
    promise = clean(promise_sv)
    if not promise or max(len(promise), len(promise_en)) > rules.LONGEST_PROMISE:
        raise Invalid("promise", _l("Skriv vad ni lovar att göra, med högst 1 000 tecken."))
    question.promise_sv, question.promise_en = promise, clean(promise_en) or promise
    question.promised_at, question.promised_by_id = now, actor.person_id
    _record("question.promised", question, actor, now)


def _record(action: str, question: ChallengeQuestion, actor: Viewer, now: datetime) -> None:
    audit.record(
        action, edition_id=question.edition_id, actor_id=actor.person_id, subject=f"question:{question.id}", now=now
    )
