"""Who looks at the page: a signed-in account, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import g
from flask_login import current_user

from hackathon.core.access import Permission, Role, allowed


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of somebody; `edition_id` None means the whole platform."""

    edition_id: int | None
    role: Role
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in person, read with all roles in one query. What Flask-Login calls the user."""

    person_id: int
    name: str
    email: str
    locale: str
    session_id: int | None
    """The sign-in session; None where an API token acts."""
    grants: tuple[Grant, ...]
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return str(self.person_id)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody with what they are in the edition at hand. Templates, views and API ask `can`."""

    account: Account | None
    roles: frozenset[Role]
    organisations: dict[Role, int | None] = field(default_factory=dict)

    @property
    def is_authenticated(self) -> bool:
        return self.account is not None

    @property
    def person_id(self) -> int:
        """The person's id. Only for views whose permission demands an account."""
        if self.account is None:
            raise LookupError("nobody is signed in")
        return self.account.person_id

    @property
    def name(self) -> str:
        return self.account.name if self.account else ""

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    def can(self, permission: str) -> bool:
        """Whether the access table grants this to the viewer's roles in this edition."""
        return allowed(Permission(permission), self.roles)


def viewer_of(account: Account | None, edition_id: int | None) -> Viewer:
    """The account as it stands in one edition."""
    roles, organisations = {Role.ANYBODY}, {}
    if account is not None:
        roles.add(Role.PERSON)
        for grant in account.grants:
            if grant.edition_id is None or grant.edition_id == edition_id:
                roles.add(grant.role)
                organisations[grant.role] = grant.organisation_id
    return Viewer(account, frozenset(roles), organisations)


def current_viewer() -> Viewer:
    """The viewer of the request at hand, worked out once."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        edition = g.get("edition")
        account = current_user._get_current_object() if current_user.is_authenticated else None
        viewer = g.viewer = viewer_of(account, edition.id if edition is not None else None)
    return viewer
