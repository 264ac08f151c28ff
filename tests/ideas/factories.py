"""Ideas and what they build on, for tests."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from hackathon.accounts.models import Person
from hackathon.accounts.queries import find_account_by_session
from hackathon.accounts.services import start_session
from hackathon.accounts.viewer import Viewer, viewer_of
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Organisation
from hackathon.events.queries import find_edition
from hackathon.events.rules import EditionInfo
from hackathon.ideas.models import Idea, IdeaAuthor, IdeaComment, IdeaFinding, IdeaSupport, IdeaTransition, Support
from hackathon.ideas.rules import Stage
from hackathon.ideas.searching import index_comments, index_ideas
from hackathon.workshops.models import ChallengeQuestion, Finding, FindingKind, QuestionFinding, Theme, Workshop
from hackathon.workshops.rules import WorkshopState
from hackathon.workshops.searching import index_findings
from tests.factories import NOW, make_member, sector_of

_numbers = itertools.count(1)


def make_idea(
    edition: Edition,
    author: Person,
    *,
    number: int | None = None,
    title: str = "",
    stage: Stage = Stage.SUBMITTED,
    pool: str = "agency",
    sector: str | None = "S1",
    question: ChallengeQuestion | None = None,
    now: datetime = NOW,
    age_days: int = 0,
    hidden: str = "",
    **texts: str,
) -> Idea:
    """An idea by this author; `age_days`: how long it has stood in its stage."""
    number = number or next(_numbers)
    at = now - timedelta(days=age_days)
    idea = Idea(
        edition_id=edition.id,
        number=number,
        title=title or f"Idé med nummer {number}",
        summary=texts.pop("summary", "En sammanfattning."),
        stage=stage,
        question_id=question.id if question else None,
        sector_id=sector_of(edition, sector).id if sector else None,
        terms_accepted_at=at,
        created_at=at,
        changed_at=at,
        stage_changed_at=at,
        hidden_at=now if hidden else None,
        hidden_reason=hidden,
        **texts,
    )
    idea.authors.append(IdeaAuthor(person_id=author.id, pool_key=pool, position=1))
    idea.transitions.append(IdeaTransition(from_stage=None, to_stage=Stage.DRAFT, actor_id=author.id, at=at))
    db.session.add(idea)
    index_ideas(edition.id, [idea])
    db.session.commit()
    return idea


def add_author(idea: Idea, person: Person, *, pool: str = "external", organisation: Organisation | None = None) -> None:
    idea.authors.append(
        IdeaAuthor(
            person_id=person.id,
            pool_key=pool,
            position=len(idea.authors) + 1,
            organisation_id=organisation.id if organisation else None,
        )
    )
    db.session.commit()


def add_support(idea: Idea, person: Person, kind: Support = Support.LIKE) -> None:
    db.session.add(IdeaSupport(idea_id=idea.id, person_id=person.id, kind=kind, at=NOW))
    db.session.commit()


def add_comment(idea: Idea, person: Person, text: str = "Bra tänkt.") -> IdeaComment:
    comment = IdeaComment(idea_id=idea.id, person_id=person.id, text=text, at=NOW)
    db.session.add(comment)
    index_comments(idea.edition_id, [comment])
    db.session.commit()
    return comment


def make_workshop(edition: Edition, number: int = 1, *, sector: str | None = "S1") -> Workshop:
    workshop = Workshop(
        edition_id=edition.id, number=number, title_sv=f"Träff {number}", title_en=f"Meeting {number}", summary_sv="Vi pratade.",
        summary_en="We talked.", place="Umeå", held_on=date(2026, 3, number), sector_id=sector_of(edition, sector).id if sector else None,
        state=WorkshopState.PUBLISHED,
    )  # fmt: skip
    db.session.add(workshop)
    db.session.commit()
    return workshop


def make_finding(
    workshop: Workshop,
    number: int,
    *,
    text: str = "",
    kind: FindingKind = FindingKind.CHALLENGE,
    theme: Theme | None = None,
    question: ChallengeQuestion | None = None,
    idea: Idea | None = None,
    sector: str = "S1",
) -> Finding:
    """A finding of this workshop; linked to a question and an idea on request."""
    edition = db.session.get_one(Edition, workshop.edition_id)
    finding = Finding(
        edition_id=edition.id, number=number, kind=kind, text=text or f"Ett kort med nummer {number}.", workshop_id=workshop.id,
        sector_id=sector_of(edition, sector).id, theme_id=theme.id if theme else None,
    )  # fmt: skip
    db.session.add(finding)
    index_findings(edition.id, [finding])
    if question:
        db.session.add(QuestionFinding(question_id=question.id, finding_id=finding.id))
    if idea:
        db.session.add(IdeaFinding(idea_id=idea.id, finding_id=finding.id))
    db.session.commit()
    return finding


def make_theme(edition: Edition, key: str = "requirements", name: str = "Krav") -> Theme:
    theme = Theme(edition_id=edition.id, key=key, name_sv=name, name_en=f"{name} (en)")
    db.session.add(theme)
    db.session.commit()
    return theme


def question_of(edition: Edition, number: int = 1) -> ChallengeQuestion:
    return db.session.query(ChallengeQuestion).filter_by(edition_id=edition.id, number=number).one()


def info(edition: Edition) -> EditionInfo:
    """The edition as views and services get it."""
    found = find_edition(edition.slug)
    assert found is not None
    return found


def viewer(person: Person, edition: Edition, *, now: datetime = NOW) -> Viewer:
    """The person as a service's actor."""
    token = start_session(person, device="test", now=now)
    db.session.commit()
    account = find_account_by_session(token, now=now)
    return viewer_of(account, edition.id)


def participant(edition: Edition, email: str = "", organisation: Organisation | None = None) -> Person:
    return make_member(Role.PARTICIPANT, edition, organisation=organisation, email=email)
