"""Whom do we send? What a coordinator does for the own organisation: invite, replace, say what is to be brought home.

An invitation is a link by mail that works once. Accepting takes a place like everybody else's, in the order of commit; or
it takes over the seat of a colleague, which stays with the organisation. Locks: invitation, people, pools.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hackathon.accounts.models import Person
from hackathon.accounts.queries import find_person, token_hash
from hackathon.accounts.rules import normalised_email
from hackathon.accounts.services import create_person
from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import Conflict, Forbidden, Invalid, NotFound
from hackathon.events.models import Organisation, Pool, Sector
from hackathon.events.rules import EditionInfo
from hackathon.registration import overruling, services
from hackathon.registration.mail import Invited, post_invitation
from hackathon.registration.models import Delegation, Invitation, Registration
from hackathon.registration.rules import (
    INVITATION_LENGTH,
    LONGEST_AIMS,
    MOST_OPEN_INVITATIONS,
    InvitationState,
    Nominee,
    RegistrationState,
)

# --- inviting ---------------------------------------------------------------------------------------------------------


def invite(
    nominees: Sequence[Nominee], *, organisation_id: int, edition: EditionInfo, actor: Person, now: datetime
) -> int:
    """Invites people to take part for the organisation; returns how many letters leave.

    Whoever has an invitation gets a fresh link in its place; who is registered for the organisation already gets none.
    Raises TooMany invitations as Conflict.
    """
    organisation = _lock_organisation(organisation_id, edition)
    here = _registered_emails(organisation_id)
    fresh = [nominee for nominee in nominees if nominee.email not in here]
    if _count_open(organisation_id, now) + len(fresh) > MOST_OPEN_INVITATIONS:
        raise Conflict(
            "too_many_invitations",
            _l("Högst 100 inbjudningar kan vara ute på en gång. Ta tillbaka några som inte har svarat."),
        )
    for nominee in fresh:
        _send(nominee, organisation, None, edition=edition, actor=actor, now=now)
    return len(fresh)


def invite_instead(
    registration_id: int, nominee: Nominee, *, organisation_id: int, edition: EditionInfo, actor: Person, now: datetime
) -> None:
    """Invites somebody to take over a colleague's seat, who keeps it until the invitation is accepted.

    Raises NotFound for a registration of another organisation, Conflict where there is no seat to hand over.
    """
    organisation = _lock_organisation(organisation_id, edition)
    row = db.session.get(Registration, registration_id, populate_existing=True)
    if row is None or row.edition_id != edition.id or row.organisation_id != organisation_id:
        raise NotFound("registration_unknown", _l("Den anmälan finns inte hos er."))
    if row.state is not RegistrationState.CONFIRMED:
        raise Conflict("seat_not_confirmed", _l("Bara en bekräftad plats kan gå till någon annan. Ladda om sidan."))
    _send(nominee, organisation, row, edition=edition, actor=actor, now=now)


def withdraw_invitation(
    invitation_id: int, *, organisation_id: int, edition: EditionInfo, actor_id: int, now: datetime
) -> None:
    """Takes an invitation back: its link is dead. Done twice, it changes nothing."""
    locked = select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id)
    row = db.session.scalar(locked.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("invitation_unknown", _l("Den inbjudan finns inte hos er."))
    if row.state is InvitationState.SENT:
        row.state = InvitationState.WITHDRAWN
        _record("invitation.withdrawn", row, edition, actor_id, now)


def set_aims(aims: str, *, organisation_id: int, edition: EditionInfo, now: datetime) -> None:
    """Says what the organisation wants to bring home."""
    if len(aims) > LONGEST_AIMS:
        raise Invalid("aims_too_long", _l("Korta texten till högst 2 000 tecken."))
    _lock_organisation(organisation_id, edition)
    row = db.session.get(Delegation, organisation_id)
    if row is None:
        row = Delegation(organisation_id=organisation_id, edition_id=edition.id)
        db.session.add(row)
    row.aims, row.changed_at = aims.strip(), now


def _send(
    nominee: Nominee,
    organisation: Organisation,
    replaces: Registration | None,
    *,
    edition: EditionInfo,
    actor: Person,
    now: datetime,
) -> None:
    token = secrets.token_urlsafe(32)
    row = _find_sent(organisation.id, nominee.email, replaces.id if replaces else None)
    if row is None:
        row = Invitation(
            edition_id=edition.id, organisation_id=organisation.id, email=nominee.email, state=InvitationState.SENT,
            replaces_id=replaces.id if replaces else None, invited_by=actor.id,
        )  # fmt: skip
        db.session.add(row)
    row.name, row.token_hash = nominee.name or row.name or "", token_hash(token)
    row.created_at, row.expires_at = now, now + INVITATION_LENGTH
    db.session.flush()
    _record("invitation.sent", row, edition, actor.id, now)
    post_invitation(
        Invited(row.email, row.name, actor.locale), token=token, edition=edition, organisation=organisation.name,
        inviter=actor.name, replaces=replaces.person.name if replaces else "", until=row.expires_at, now=now,
    )  # fmt: skip


# --- answering --------------------------------------------------------------------------------------------------------


def find_invitation(token: str, *, edition: EditionInfo, now: datetime) -> Invitation | None:
    """The invitation that a link stands for, locked until the transaction ends; None where it is used, withdrawn or too old."""
    mine = select(Invitation).where(Invitation.token_hash == token_hash(token), Invitation.edition_id == edition.id)
    row = db.session.scalar(
        mine.options(joinedload(Invitation.organisation), joinedload(Invitation.inviter))
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    )
    return row if row and row.state is InvitationState.SENT and now < row.expires_at else None


def accept_invitation(
    invitation: Invitation, person: Person, *, edition: EditionInfo, now: datetime
) -> RegistrationState:
    """Takes the place, or the colleague's seat, and uses the link up. Returns what came of it.

    Raises Forbidden for anybody but the person who was invited, Conflict where the colleague's seat is gone or registration
    is not open.
    """
    if person.email != invitation.email:
        raise Forbidden(
            "invitation_of_another",
            _l("Inbjudan gäller en annan adress. Logga in med kontot som har den adressen."),
        )
    if invitation.replaces_id is not None:
        row = overruling.replace(
            invitation.replaces_id,
            incoming_id=person.id,
            reason="",
            edition=edition,
            actor_id=invitation.invited_by,
            now=now,
        )
        state = row.state
    else:
        place = services.register(
            person.id, pool_key=_pool_key(invitation.organisation_id), organisation_id=invitation.organisation_id,
            edition=edition, key=None, now=now,
        ).place  # fmt: skip
        state = place.state
    invitation.state = InvitationState.ACCEPTED
    _record("invitation.accepted", invitation, edition, person.id, now)
    return state


def make_account(invitation: Invitation, *, name: str, password_hash: str, locale: str, now: datetime) -> Person:
    """An account for the invited address; the link came there, so that it is verified. Raises Conflict where there is one."""
    person = find_person(invitation.email)
    if person is not None and person.email_verified_at is not None:
        raise Conflict("email_taken", _l("Det finns redan ett konto med den adressen. Logga in i stället."))
    if person is None:
        person = create_person(email=invitation.email, name=name, password_hash=password_hash, verified=True, now=now)
    person.name, person.password_hash, person.locale, person.email_verified_at = name, password_hash, locale, now
    db.session.flush()
    return person


# --- reading ----------------------------------------------------------------------------------------------------------


def list_invitations(organisation_id: int) -> Sequence[Invitation]:
    """The organisation's invitations that were not withdrawn, the latest first."""
    mine = select(Invitation).where(
        Invitation.organisation_id == organisation_id, Invitation.state != InvitationState.WITHDRAWN
    )
    return db.session.scalars(
        mine.order_by(Invitation.id.desc()).options(joinedload(Invitation.replaces).joinedload(Registration.person))
    ).all()


def read_aims(organisation_id: int) -> str:
    return db.session.scalar(select(Delegation.aims).where(Delegation.organisation_id == organisation_id)) or ""


def _lock_organisation(organisation_id: int, edition: EditionInfo) -> Organisation:
    """One organisation's invitations are written one at a time, so that nobody gets two links."""
    locked = select(Organisation).where(Organisation.id == organisation_id, Organisation.edition_id == edition.id)
    found = db.session.scalar(locked.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("organisation_unknown", _l("Er organisation finns inte i det här evenemanget."))
    return found


def _find_sent(organisation_id: int, email: str, replaces_id: int | None) -> Invitation | None:
    sent = select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == normalised_email(email),
        Invitation.replaces_id == replaces_id,
        Invitation.state == InvitationState.SENT,
    )
    return db.session.scalar(sent)


def _registered_emails(organisation_id: int) -> set[str]:
    registered = select(Person.email).join(Registration, Registration.person_id == Person.id)
    here = (Registration.organisation_id == organisation_id, Registration.state != RegistrationState.CANCELLED)
    return set(db.session.scalars(registered.where(*here)))


def _count_open(organisation_id: int, now: datetime) -> int:
    count = select(func.count()).select_from(Invitation)
    here = (Invitation.organisation_id == organisation_id, Invitation.state == InvitationState.SENT)
    return db.session.scalar(count.where(*here, Invitation.expires_at > now)) or 0


def _pool_key(organisation_id: int) -> str:
    key = (
        select(Pool.key).join(Sector, Sector.pool_id == Pool.id).join(Organisation, Organisation.sector_id == Sector.id)
    )
    return db.session.scalars(key.where(Organisation.id == organisation_id)).one()


def _record(action: str, row: Invitation, edition: EditionInfo, actor_id: int, now: datetime) -> None:
    audit.record(
        action, edition_id=edition.id, actor_id=actor_id, subject=f"invitation:{row.id}", now=now,
        organisation=row.organisation_id, replaces=row.replaces_id,
    )  # fmt: skip
