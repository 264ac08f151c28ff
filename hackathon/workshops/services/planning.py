"""Planning a workshop, letting people in, and leading it through its states."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from hackathon.accounts.models import Person, RoleAssignment
from hackathon.accounts.rules import normalised_email
from hackathon.accounts.viewer import Viewer
from hackathon.core import audit
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid
from hackathon.core.text import clean, clean_line
from hackathon.events.models import Organisation, Sector
from hackathon.events.rules import EditionInfo
from hackathon.workshops import rules
from hackathon.workshops.mail import post_invitation
from hackathon.workshops.models import Workshop, WorkshopMember
from hackathon.workshops.rules import MemberKind, WorkshopState
from hackathon.workshops.services.loading import next_number, touch

INVITED_ROLES = (Role.PARTICIPANT, Role.COORDINATOR)
"""Whom an invitation by sector reaches: people who write ideas for an organisation of the sector, and who speak for it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a workshop. `sector_id` None: all sectors meet. English falls back on Swedish."""

    title_sv: str
    title_en: str
    summary_sv: str
    summary_en: str
    place: str
    held_on: date
    sector_id: int | None


def plan_workshop(edition: EditionInfo, plan: Plan, *, actor: Viewer, now: datetime) -> Workshop:
    """A new workshop with the next number and a code of its own."""
    plan = _checked(edition.id, plan)
    workshop = Workshop(edition_id=edition.id, number=next_number(Workshop, edition.id), code=new_code())
    _write(workshop, plan)
    db.session.add(workshop)
    db.session.flush()
    _record("workshop.planned", workshop, actor, now)
    return workshop


def change_plan(workshop: Workshop, plan: Plan, *, actor: Viewer, now: datetime) -> None:
    """Changes what is said of a workshop."""
    _write(workshop, _checked(workshop.edition_id, plan))
    workshop.revision += 1
    _record("workshop.changed", workshop, actor, now)
    db.session.flush()


def _write(workshop: Workshop, plan: Plan) -> None:
    workshop.title_sv, workshop.title_en = plan.title_sv, plan.title_en or plan.title_sv
    workshop.summary_sv, workshop.summary_en = plan.summary_sv, plan.summary_en or plan.summary_sv
    workshop.place, workshop.held_on, workshop.sector_id = plan.place, plan.held_on, plan.sector_id


def _checked(edition_id: int, plan: Plan) -> Plan:
    if plan.sector_id is not None:
        known = select(Sector.id).where(Sector.edition_id == edition_id, Sector.id == plan.sector_id)
        if db.session.scalar(known) is None:
            raise Invalid("sector_unknown", _l("Sektorn finns inte. Välj en ur listan."))
    return Plan(
        clean_line(plan.title_sv), clean_line(plan.title_en), clean(plan.summary_sv), clean(plan.summary_en),
        clean_line(plan.place), plan.held_on, plan.sector_id,
    )  # fmt: skip


def new_code() -> str:
    """A code that is read from a wall: eight of 32 signs, about a million million possibilities."""
    return "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))


def move_workshop(workshop: Workshop, *, to: WorkshopState, actor: Viewer, now: datetime) -> None:
    """Opens, closes or publishes a workshop, or takes that back. Raises Conflict where the table has no such step."""
    if to not in rules.WORKSHOP_STEPS[workshop.state]:
        raise Conflict("no_such_step", _l("Workshoppen har redan gått vidare. Ladda om sidan och se var den står."))
    workshop.state = to
    workshop.code = workshop.code or new_code()
    workshop.revision += 1
    _record(f"workshop.{to.value}", workshop, actor, now)
    db.session.flush()


def invite_sectors(
    edition: EditionInfo, workshop: Workshop, *, sectors: Collection[int], actor: Viewer, now: datetime
) -> int:
    """Invites everybody with a role for an organisation of these sectors, by letter; returns how many are new.

    Asked again it invites only those who came since.
    """
    people = db.session.scalars(
        select(Person)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            RoleAssignment.edition_id == edition.id, RoleAssignment.role.in_(INVITED_ROLES),
            Organisation.sector_id.in_(sectors), Person.disabled_at.is_(None), Person.id.not_in(_members(workshop.id)),
        )
        .order_by(Person.id)
        .distinct()
    ).all()  # fmt: skip
    _invite(edition, workshop, people, kind=MemberKind.GUEST, now=now)
    _record("workshop.invited", workshop, actor, now, count=len(people))
    return len(people)


def invite_person(
    edition: EditionInfo, workshop: Workshop, *, email: str, kind: MemberKind, actor: Viewer, now: datetime
) -> None:
    """Invites one person with an account; as FACILITATOR somebody who facilitates in the edition. Naming again changes the kind."""
    person = db.session.scalar(
        select(Person).where(Person.email == normalised_email(email), Person.disabled_at.is_(None))
    )
    if person is None or (kind is MemberKind.FACILITATOR and not _facilitates(person.id, edition.id)):
        raise Invalid(
            "person_unknown",
            _l(
                "Ingen passar in på adressen. Den som leder en workshop behöver rollen processledare; be arrangören ge den."
            ),
        )
    member = db.session.get(WorkshopMember, (workshop.id, person.id))
    if member is None:
        _invite(edition, workshop, [person], kind=kind, now=now)
    else:
        member.kind = kind
    _record("workshop.invited", workshop, actor, now, person=person.id, kind=kind.value)
    db.session.flush()


def _facilitates(person_id: int, edition_id: int) -> bool:
    roles = select(RoleAssignment.id).where(
        RoleAssignment.person_id == person_id, RoleAssignment.edition_id == edition_id,
        RoleAssignment.role.in_((Role.FACILITATOR, Role.ORGANISER)),
    )  # fmt: skip
    return db.session.scalar(roles.limit(1)) is not None


def _members(workshop_id: int) -> Select[int]:
    return select(WorkshopMember.person_id).where(WorkshopMember.workshop_id == workshop_id)


def _invite(
    edition: EditionInfo, workshop: Workshop, people: Sequence[Person], *, kind: MemberKind, now: datetime
) -> None:
    for person in people:
        db.session.add(WorkshopMember(workshop_id=workshop.id, person_id=person.id, kind=kind, invited_at=now))
        post_invitation(person, workshop, edition=edition, now=now)
    db.session.flush()


def join_workshop(workshop: Workshop, *, code: str, actor: Viewer, now: datetime) -> None:
    """Lets somebody in who has the code or was invited. Asked twice it changes nothing more."""
    member = db.session.get(WorkshopMember, (workshop.id, actor.person_id))
    if member is not None:
        member.joined_at = member.joined_at or now
        db.session.flush()
        return
    if workshop.state not in (WorkshopState.PLANNED, WorkshopState.OPEN, WorkshopState.CLOSED):
        raise Conflict("workshop_is_over", _l("Workshoppen är slut och korten är publicerade. Du kan läsa dem här."))
    if not workshop.code or not secrets.compare_digest(workshop.code.encode(), clean_line(code).upper().encode()):
        raise Forbidden("code_wrong", _l("Koden stämmer inte. Skriv den som den står på skärmen i rummet."))
    try:
        with db.session.begin_nested():
            db.session.add(WorkshopMember(workshop_id=workshop.id, person_id=actor.person_id, joined_at=now))
    except IntegrityError:  # The same press came twice at once: the other one counts.
        return
    touch(workshop.id)


def renew_code(workshop: Workshop, *, actor: Viewer, now: datetime) -> None:
    """Gives the workshop another code, so that the old one lets nobody in."""
    workshop.code = new_code()
    workshop.revision += 1
    _record("workshop.code_renewed", workshop, actor, now)
    db.session.flush()


def _record(
    action: str, workshop: Workshop, actor: Viewer, now: datetime, note: str = "", **details: int | str
) -> None:
    audit.record(
        action, edition_id=workshop.edition_id, actor_id=actor.person_id, subject=f"workshop:{workshop.id}", now=now, note=note, **details
    )  # fmt: skip
