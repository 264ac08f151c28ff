"""Everything that is kept of somebody, for themselves: as one JSON document, and the same in a ZIP with a file for each part.

Keys and secrets are left out, and so is what others wrote in confidence. A test fails when a table that points to people is
neither here nor in LEFT_OUT.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from hackathon.accounts.models import (
    ApiToken,
    AuthenticatorApp,
    Passkey,
    Person,
    RoleAssignment,
    SignInSession,
    SsoIdentity,
)
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from hackathon.events.models import Edition, Organisation, Pool
from hackathon.ideas.models import Idea, IdeaAttachment, IdeaAuthor, IdeaComment, IdeaMention, IdeaSupport, SavedView
from hackathon.registration.models import (
    Acquaintance,
    Invitation,
    Need,
    NeedsReader,
    Profession,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Registration,
    Skill,
    SkillSuggestion,
)
from hackathon.registration.needs import read_own_needs
from hackathon.teams.models import Team, TeamMember
from hackathon.workshops.models import Finding, Rating, Workshop, WorkshopMember

Document = dict[str, Any]
Part = Callable[[Person], Sequence[Document]]

LEFT_OUT = {
    "scorecard": "a jury's scores are read in one place alone, by their judge; see /events/…/judging",
    "reveal_approval": "an act of the office, in the log",
    "outcome": "an act of the office, in the log",
    "idea_transition": "an act of the office, in the log",
    "team_run": "an act of the office",
    "team_plan": "an act of the office",
    "entry": "the team's own work, on its page",
    "absent_judge": "an act of the office, in the log",
    "review_opening": "an act of the office, in the log",
    "voiding": "an act of the office, in the log",
    "challenge_question": "its promise is the office's, on its page",
    "question_version": "the office's own text, on the question's page",
    "idea_version": "the idea as it was, on its page; the person's own ideas are among the parts",
}


def collect(person_id: int) -> Document:
    """What is kept of the person, by part; moments are in UTC."""
    person = db.session.get_one(Person, person_id)
    return {name: list(part(person)) for name, part in PARTS.items()}


def as_json(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode()


def as_zip(document: Document) -> bytes:
    """The whole document, and each part that is not empty in a file of its own; the same data give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("everything.json"), as_json(document), zipfile.ZIP_DEFLATED)
        for name, rows in document.items():
            if rows:
                archive.writestr(zipfile.ZipInfo(f"{name}.json"), as_json({name: rows}), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _rows(query: Select[*tuple[Any, ...]]) -> list[Document]:
    return [dict(row._mapping) for row in db.session.execute(query)]


# --- the parts --------------------------------------------------------------------------------------------------------


def _account(person: Person) -> list[Document]:
    return _rows(
        select(Person.name, Person.email, Person.locale, Person.email_verified_at, Person.created_at).where(
            Person.id == person.id
        )
    )


def _roles(person: Person) -> list[Document]:
    return _rows(
        select(RoleAssignment.role, Edition.slug.label("event"), Organisation.name.label("organisation"))
        .outerjoin(Edition, RoleAssignment.edition_id == Edition.id)
        .outerjoin(Organisation, RoleAssignment.organisation_id == Organisation.id)
        .where(RoleAssignment.person_id == person.id)
    )


def _sign_in(person: Person) -> list[Document]:
    """Devices, tokens and second factors, without what opens them."""
    me = person.id
    kinds: list[tuple[str, Select[*tuple[Any, ...]]]] = [
        ("session", select(SignInSession.device, SignInSession.created_at).where(SignInSession.person_id == me)),
        ("token", select(ApiToken.name, ApiToken.created_at, ApiToken.expires_at).where(ApiToken.person_id == me)),
        ("app", select(AuthenticatorApp.created_at).where(AuthenticatorApp.person_id == me)),
        ("passkey", select(Passkey.device, Passkey.created_at, Passkey.used_at).where(Passkey.person_id == me)),
        ("provider", select(SsoIdentity.issuer, SsoIdentity.subject).where(SsoIdentity.person_id == me)),
    ]
    return [{"kind": kind, **row} for kind, query in kinds for row in _rows(query)]


def _registrations(person: Person) -> list[Document]:
    return _rows(
        select(
            Edition.slug.label("event"), Pool.key.label("pool"), Organisation.name.label("organisation"), Registration.state,
            Registration.seat_no, Registration.line_no, Registration.offer_expires_at, Registration.created_at,
            Registration.changed_at,
        )
        .join(Edition, Registration.edition_id == Edition.id)
        .join(Pool, Registration.pool_id == Pool.id)
        .outerjoin(Organisation, Registration.organisation_id == Organisation.id)
        .where(Registration.person_id == person.id)
    )  # fmt: skip


def _profiles(person: Person) -> list[Document]:
    found = _rows(
        select(
            Profile.id, Edition.slug.label("event"), Profile.title, Profession.name_sv.label("profession"), Profile.seniority,
            Profile.experience_years, Profile.brings, Profile.changed_at,
        )
        .join(Edition, Profile.edition_id == Edition.id)
        .outerjoin(Profession, Profile.profession_id == Profession.id)
        .where(Profile.person_id == person.id)
    )  # fmt: skip
    for profile in found:
        mine = profile.pop("id")
        profile["skills"] = _rows(
            select(Skill.name_sv.label("skill"), ProfileSkill.level).join(Skill).where(ProfileSkill.profile_id == mine)
        )
        profile["own_words"] = _rows(
            select(SkillSuggestion.text, SkillSuggestion.level).where(SkillSuggestion.profile_id == mine)
        )
        profile["wishes"] = _rows(
            select(QuestionWish.rank, QuestionWish.question_number).where(QuestionWish.profile_id == mine)
        )
        profile["languages"] = list(
            db.session.scalars(select(ProfileLanguage.language).where(ProfileLanguage.profile_id == mine))
        )
        profile["knows"] = list(db.session.scalars(select(Acquaintance.email).where(Acquaintance.profile_id == mine)))
    return found


def _needs(person: Person) -> list[Document]:
    kept = select(Need.edition_id, Edition.slug, Need.delete_on).join(Edition, Need.edition_id == Edition.id)
    return [
        {"event": row.slug, "delete_on": row.delete_on, **asdict(read_own_needs(person.id, edition_id=row.edition_id))}
        for row in db.session.execute(kept.where(Need.person_id == person.id))
    ]


def _needs_read_by_me(person: Person) -> list[Document]:
    named = select(Edition.slug.label("event")).join(NeedsReader, NeedsReader.edition_id == Edition.id)
    return _rows(named.where(NeedsReader.person_id == person.id))


def _invitations(person: Person) -> list[Document]:
    return _rows(
        select(Invitation.name, Organisation.name.label("organisation"), Invitation.state, Invitation.created_at)
        .join(Organisation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.email == person.email)
    )


def _ideas(person: Person) -> list[Document]:
    return _rows(
        select(
            Edition.slug.label("event"), Idea.number, Idea.stage, Idea.title, Idea.summary, Idea.problem, Idea.audience,
            Idea.solution, Idea.benefit, Idea.first_step,
        )
        .join(IdeaAuthor, IdeaAuthor.idea_id == Idea.id)
        .join(Edition, Idea.edition_id == Edition.id)
        .where(IdeaAuthor.person_id == person.id)
    )  # fmt: skip


def _comments(person: Person) -> list[Document]:
    written = select(Idea.number.label("idea"), IdeaComment.text, IdeaComment.at)
    return _rows(written.join(Idea, IdeaComment.idea_id == Idea.id).where(IdeaComment.person_id == person.id))


def _supports(person: Person) -> list[Document]:
    given = select(Idea.number.label("idea"), Idea.title).join(IdeaSupport, IdeaSupport.idea_id == Idea.id)
    return _rows(given.where(IdeaSupport.person_id == person.id))


def _files(person: Person) -> list[Document]:
    given = select(Idea.number.label("idea"), IdeaAttachment.name, IdeaAttachment.size, IdeaAttachment.at)
    return _rows(given.join(Idea, IdeaAttachment.idea_id == Idea.id).where(IdeaAttachment.person_id == person.id))


def _mentions(person: Person) -> list[Document]:
    """Where others have named the person."""
    named = select(Idea.number.label("idea"), IdeaComment.at).join(Idea, IdeaComment.idea_id == Idea.id)
    return _rows(
        named.join(IdeaMention, IdeaMention.comment_id == IdeaComment.id).where(IdeaMention.person_id == person.id)
    )


def _saved_views(person: Person) -> list[Document]:
    mine = SavedView.person_id == person.id
    return _rows(select(SavedView.name, SavedView.query).where(mine))


def _workshops(person: Person) -> list[Document]:
    """Workshops that the person was invited to, and what the person wrote and rated there."""
    me = person.id
    kinds: list[tuple[str, Select[*tuple[Any, ...]]]] = [
        (
            "member",
            select(Workshop.number.label("workshop"), WorkshopMember.invited_at, WorkshopMember.joined_at)
            .join(Workshop, WorkshopMember.workshop_id == Workshop.id)
            .where(WorkshopMember.person_id == me),
        ),
        ("finding", select(Finding.number, Finding.text, Finding.created_at).where(Finding.author_id == me)),
        (
            "rating",
            select(Finding.number, Rating.interest, Rating.feasibility, Rating.reason, Rating.rated_at)
            .join(Finding, Rating.finding_id == Finding.id)
            .where(Rating.person_id == me),
        ),
    ]
    return [{"kind": kind, **row} for kind, query in kinds for row in _rows(query)]


def _teams(person: Person) -> list[Document]:
    mine = select(Edition.slug.label("event"), Team.number, Team.name).join(TeamMember, TeamMember.team_id == Team.id)
    return _rows(mine.join(Edition, Team.edition_id == Edition.id).where(TeamMember.person_id == person.id))


def _acts(person: Person) -> list[Document]:
    done = select(AuditEntry.at, AuditEntry.action, AuditEntry.subject).where(AuditEntry.actor_id == person.id)
    return _rows(done.order_by(AuditEntry.id))


def _letters(person: Person) -> list[Document]:
    sent = select(Mail.created_at, Mail.subject, Mail.state).where(Mail.recipient == person.email)
    return _rows(sent.order_by(Mail.id))


PARTS: dict[str, Part] = {
    "account": _account, "roles": _roles, "sign_in": _sign_in, "registrations": _registrations, "profiles": _profiles,
    "needs": _needs, "needs_read_by_me": _needs_read_by_me, "invitations": _invitations, "ideas": _ideas,
    "comments": _comments, "supports": _supports, "files": _files, "mentions": _mentions, "saved_views": _saved_views,
    "workshops": _workshops, "teams": _teams, "acts": _acts, "letters": _letters,
}  # fmt: skip
EXPORTED = {
    "role_assignment", "sign_in_session", "api_token", "authenticator_app", "passkey", "sso_identity", "registration",
    "profile", "need", "needs_reader", "invitation", "idea_author", "idea_comment", "idea_support", "team_member",
    "idea_attachment", "idea_mention", "idea_saved_view", "workshop_member", "finding", "rating",
}  # fmt: skip
