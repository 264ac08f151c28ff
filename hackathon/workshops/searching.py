"""What findings and questions are found under, and the findings that a search finds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from hackathon.core.db import db
from hackathon.search.models import DocumentKind
from hackathon.search.queries import Asked, hits
from hackathon.search.services import Document, forget, index
from hackathon.workshops.models import ChallengeQuestion, Finding
from hackathon.workshops.queries import FindingRow, QuestionRow, select_findings, select_questions
from hackathon.workshops.rules import FindingState


def index_findings(edition_id: int, findings: Sequence[Finding]) -> None:
    """Makes findings found under what they say now; one that is withdrawn is found no more."""
    db.session.flush()
    for finding in findings:
        if finding.state is FindingState.WITHDRAWN:
            forget(DocumentKind.FINDING, finding.id)
    kept = [finding for finding in findings if finding.state is not FindingState.WITHDRAWN]
    index(edition_id, [Document(DocumentKind.FINDING, finding.id, "", finding.text) for finding in kept])


def index_questions(edition_id: int, questions: Sequence[ChallengeQuestion]) -> None:
    """Makes questions found under their title and background, in both languages."""
    db.session.flush()
    index(
        edition_id,
        [
            Document(
                DocumentKind.QUESTION,
                question.id,
                f"{question.title_sv} {question.title_en}",
                f"{question.text_sv} {question.text_en} {question.promise_sv}",
            )
            for question in questions
        ],
    )


def find_findings(
    edition_id: int, asked: Sequence[Asked], *, most: int, everything: bool
) -> tuple[list[FindingRow], int]:
    """The findings that a search finds, the best first, and how many there are in all; `everything`: also before publication."""
    found = hits(asked, DocumentKind.FINDING)
    if found is None:
        return [], 0
    query = select_findings(edition_id, everything=everything).join(found, found.c.subject_id == Finding.id)
    query = query.add_columns(func.count().over()).order_by(found.c.score.desc(), Finding.number)
    rows = db.session.execute(query.limit(most)).all()
    return [FindingRow(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def find_questions(
    edition_id: int, asked: Sequence[Asked], *, most: int, drafts: bool
) -> tuple[list[QuestionRow], int]:
    """The questions that a search finds, the best first, and how many there are in all."""
    found = hits(asked, DocumentKind.QUESTION)
    if found is None:
        return [], 0
    query = select_questions(edition_id, drafts=drafts).join(found, found.c.subject_id == ChallengeQuestion.id)
    query = query.add_columns(func.count().over()).order_by(found.c.score.desc(), ChallengeQuestion.number)
    rows = db.session.execute(query.limit(most)).all()
    return [QuestionRow(*row[:-1]) for row in rows], rows[0][-1] if rows else 0
