"""Who may do what: the whole table. What is not granted here is denied.

A permission is named scope:object:action. "own", "org" and "asg" are checked again on the object itself, by the
function that loads it; a permission alone never opens somebody else's object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Role(StrEnum):
    """What somebody is, within one edition; ADMINISTRATOR is for the whole platform."""

    ANYBODY = "anybody"  # also without an account
    PERSON = "person"  # everybody who is signed in
    PARTICIPANT = "participant"
    COORDINATOR = "coordinator"
    JUDGE = "judge"
    FACILITATOR = "facilitator"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


EDITION_ROLES = (Role.PARTICIPANT, Role.COORDINATOR, Role.JUDGE, Role.FACILITATOR, Role.ORGANISER)


class Permission(StrEnum):
    """Everything that a page, an API operation or a button can ask for."""

    READ_PUBLIC = "all:public:read"
    USE_SIGN_IN = "all:session:create"
    MANAGE_ACCOUNT = "own:account:manage"
    READ_CAUGHT_MAIL = "demo:mail:read"

    REGISTER = "own:registration:create"
    CANCEL_REGISTRATION = "own:registration:cancel"
    MANAGE_DELEGATION = "org:delegation:manage"
    ANSWER_INVITATION = "all:invitation:answer"
    LEAVE_BY_LINK = "all:registration:leave"
    READ_PEOPLE = "edition:registration:read"
    EDIT_PROFILE = "own:profile:edit"
    EDIT_EVENT = "edition:event:edit"
    EDIT_NEEDS = "own:needs:edit"
    COUNT_NEEDS = "edition:needs:count"
    READ_NEEDS = "asg:needs:read"

    JOIN_WORKSHOP = "own:workshop:join"
    FACILITATE = "asg:workshop:facilitate"
    PLAN_WORKSHOPS = "edition:workshop:plan"
    WRITE_QUESTION = "edition:question:write"
    PUBLISH_QUESTION = "edition:question:publish"
    PROMISE = "org:question:promise"

    CREATE_IDEA = "own:idea:create"
    EDIT_IDEA = "own:idea:edit"
    DISCUSS_IDEA = "edition:idea:discuss"
    MOVE_IDEA = "edition:idea:move"
    HIDE_IDEA = "edition:idea:hide"

    READ_TEAM_RUNS = "edition:team-run:read"
    RUN_TEAMS = "edition:team-run:create"
    PUBLISH_TEAMS = "edition:plan:publish"
    READ_TEAM_MEMBERS = "edition:team:members"
    READ_OWN_TEAM = "own:team:read"
    EDIT_ENTRY = "own:entry:edit"

    SCORE = "asg:scorecard:write"
    MANAGE_ROUND = "edition:round:manage"
    REVEAL = "edition:round:reveal"

    READ_HOME = "own:home:read"
    ORGANISE = "edition:overview:read"
    DECIDE_OUTCOME = "edition:outcome:decide"
    READ_AUDIT = "edition:audit:read"
    USE_API = "own:api:use"


_EVERYBODY = frozenset(Role)
_INSIDE = frozenset(EDITION_ROLES)

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.READ_PUBLIC: _EVERYBODY,
    Permission.USE_SIGN_IN: _EVERYBODY,
    Permission.READ_CAUGHT_MAIL: _EVERYBODY,  # only where the server was started as a demo
    Permission.MANAGE_ACCOUNT: frozenset({Role.PERSON}),
    Permission.USE_API: frozenset({Role.PERSON}),
    Permission.REGISTER: frozenset({Role.PERSON}),
    Permission.CANCEL_REGISTRATION: frozenset({Role.PARTICIPANT}),
    Permission.MANAGE_DELEGATION: frozenset({Role.COORDINATOR}),
    Permission.ANSWER_INVITATION: _EVERYBODY,  # whoever has the link
    Permission.LEAVE_BY_LINK: _EVERYBODY,  # whoever has the link of the own letter
    Permission.READ_PEOPLE: frozenset({Role.ORGANISER}),
    Permission.EDIT_PROFILE: frozenset({Role.PARTICIPANT}),
    Permission.EDIT_EVENT: frozenset({Role.ORGANISER}),
    Permission.JOIN_WORKSHOP: frozenset({Role.PERSON}),
    Permission.FACILITATE: frozenset({Role.FACILITATOR, Role.ORGANISER}),
    Permission.PLAN_WORKSHOPS: frozenset({Role.ORGANISER}),
    Permission.WRITE_QUESTION: frozenset({Role.FACILITATOR, Role.ORGANISER}),
    Permission.PUBLISH_QUESTION: frozenset({Role.ORGANISER}),
    Permission.PROMISE: frozenset({Role.COORDINATOR, Role.ORGANISER}),
    Permission.EDIT_NEEDS: frozenset({Role.PARTICIPANT}),
    Permission.COUNT_NEEDS: frozenset({Role.ORGANISER}),
    Permission.READ_NEEDS: frozenset({Role.ORGANISER, Role.FACILITATOR}),  # and named for it
    Permission.CREATE_IDEA: frozenset({Role.PARTICIPANT, Role.COORDINATOR, Role.ORGANISER}),
    Permission.EDIT_IDEA: frozenset({Role.PARTICIPANT, Role.COORDINATOR, Role.ORGANISER}),
    Permission.DISCUSS_IDEA: frozenset({Role.PARTICIPANT, Role.COORDINATOR, Role.FACILITATOR, Role.ORGANISER}),
    Permission.MOVE_IDEA: frozenset({Role.ORGANISER}),
    Permission.HIDE_IDEA: frozenset({Role.FACILITATOR, Role.ORGANISER}),
    Permission.READ_TEAM_RUNS: frozenset({Role.FACILITATOR, Role.ORGANISER}),
    Permission.RUN_TEAMS: frozenset({Role.ORGANISER}),
    Permission.PUBLISH_TEAMS: frozenset({Role.ORGANISER}),
    Permission.READ_TEAM_MEMBERS: frozenset({Role.FACILITATOR, Role.ORGANISER}),
    Permission.READ_OWN_TEAM: frozenset({Role.PARTICIPANT}),
    Permission.EDIT_ENTRY: frozenset({Role.PARTICIPANT}),
    Permission.SCORE: frozenset({Role.JUDGE}),
    Permission.MANAGE_ROUND: frozenset({Role.ORGANISER}),
    Permission.REVEAL: frozenset({Role.ORGANISER}),
    Permission.READ_HOME: _INSIDE | {Role.PERSON},
    Permission.ORGANISE: frozenset({Role.ORGANISER}),
    Permission.DECIDE_OUTCOME: frozenset({Role.ORGANISER}),
    Permission.READ_AUDIT: frozenset({Role.ORGANISER, Role.ADMINISTRATOR}),
}

DENIALS: dict[Permission, frozenset[Role]] = {
    # A denial wins over every grant: whoever judges neither runs the round nor competes in it,
    # and an administrator has no way to scores by also being an organiser.
    Permission.MANAGE_ROUND: frozenset({Role.JUDGE, Role.ADMINISTRATOR}),
    Permission.REVEAL: frozenset({Role.JUDGE, Role.ADMINISTRATOR}),
    Permission.SCORE: frozenset({Role.ADMINISTRATOR, Role.PARTICIPANT, Role.ORGANISER}),
    Permission.REGISTER: frozenset({Role.JUDGE}),
    Permission.CREATE_IDEA: frozenset({Role.JUDGE}),
}


def allowed(permission: Permission, roles: Collection[Role]) -> bool:
    """Whether somebody with these roles may do this; roles include ANYBODY, and PERSON where signed in."""
    held = frozenset(roles)
    return bool(GRANTS[permission] & held) and not (DENIALS.get(permission, frozenset()) & held)


def requires(permission: Permission) -> Callable[[View], View]:
    """Marks a view with what it asks for. A view without this mark answers nobody."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark
