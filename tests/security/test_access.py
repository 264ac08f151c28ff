"""Who gets past the gate: every route × every role, by real requests, against a table written by hand.

The table is the expectation, the code has its own (hackathon/core/access.py). A route that is missing here fails the
build. What a role may do with foreign objects is tested beside each feature and in test_foreign_objects.py.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from hackathon.core.access import DENIALS, GRANTS, Permission, Role, allowed
from tests.conftest import SeparateClient
from tests.factories import give_role, make_edition, make_organisation, make_person, sign_in

EVERYBODY = "anybody person participant coordinator judge facilitator organiser administrator"
SIGNED_IN = "person participant coordinator judge facilitator organiser administrator"
ORGANISER = "organiser"
TALKERS = "participant coordinator facilitator organiser"
WRITERS = "participant coordinator organiser"

EXPECTED: dict[str, str] = {
    "static": EVERYBODY,
    "healthz": EVERYBODY,
    # portal
    "portal.index": EVERYBODY,
    "portal.edition": EVERYBODY,
    "portal.accessibility": EVERYBODY,
    "portal.privacy": EVERYBODY,
    "portal.search": EVERYBODY,
    "portal.home": SIGNED_IN,
    "portal.own_data": SIGNED_IN,
    "portal.own_data_json": SIGNED_IN,
    "portal.own_data_zip": SIGNED_IN,
    "portal.erase_account": SIGNED_IN,
    "portal.organise": ORGANISER,
    "portal.phases": ORGANISER,
    # accounts
    "accounts.sign_in": EVERYBODY,
    "accounts.sign_up": EVERYBODY,
    "accounts.check_sign_in": EVERYBODY,
    "accounts.create_account": EVERYBODY,
    "accounts.check_mail": EVERYBODY,
    "accounts.verify": EVERYBODY,
    "accounts.forgot": EVERYBODY,
    "accounts.send_reset": EVERYBODY,
    "accounts.sign_in_by_mail": EVERYBODY,
    "accounts.send_sign_in_link": EVERYBODY,
    "accounts.link_sent": EVERYBODY,
    "accounts.sign_in_link": EVERYBODY,
    "accounts.use_sign_in_link": EVERYBODY,
    "accounts.reset": EVERYBODY,
    "accounts.set_password": EVERYBODY,
    "accounts.second_step": EVERYBODY,
    "accounts.check_second_step": EVERYBODY,
    "accounts.passkey": EVERYBODY,
    "accounts.check_passkey": EVERYBODY,
    "accounts.sso_start": EVERYBODY,
    "accounts.sso_callback": EVERYBODY,
    "accounts.new_app": SIGNED_IN,
    "accounts.add_app": SIGNED_IN,
    "accounts.remove_app": SIGNED_IN,
    "accounts.new_passkey": SIGNED_IN,
    "accounts.add_passkey": SIGNED_IN,
    "accounts.remove_passkey": SIGNED_IN,
    "accounts.verify_address": EVERYBODY,
    "accounts.set_language": EVERYBODY,
    "accounts.set_theme": EVERYBODY,
    "accounts.mail": EVERYBODY,
    "accounts.show": SIGNED_IN,
    "accounts.sign_out": SIGNED_IN,
    "accounts.end_session": SIGNED_IN,
    "accounts.end_everywhere": SIGNED_IN,
    "accounts.describe": SIGNED_IN,
    # registration
    "registration.register": EVERYBODY,
    "registration.take_place": "person participant coordinator facilitator organiser administrator",
    "registration.cancel": "participant",
    "registration.give_up_place": "participant",
    "registration.profile": "participant",
    "registration.profile_step": "participant",
    "registration.save_profile": "participant",
    "registration.take_back_suggestion": "participant",
    "registration.needs": "participant",
    "registration.save_needs": "participant",
    "registration.erase_needs": "participant",
    "registration.needs_counts": ORGANISER,
    "registration.name_readers": ORGANISER,
    "registration.needs_people": "facilitator organiser",
    "registration.skills": ORGANISER,
    "registration.add_skill": ORGANISER,
    "registration.import_skills": ORGANISER,
    "registration.change_skill": ORGANISER,
    "registration.merge_skill": ORGANISER,
    "registration.remove_skill": ORGANISER,
    "registration.settle_suggestion": ORGANISER,
    "registration.people": ORGANISER,
    "registration.set_capacity": ORGANISER,
    "registration.accept_offer": "participant",
    "registration.cannot_come": EVERYBODY,
    "registration.leave": EVERYBODY,
    "registration.delegation": "coordinator",
    "registration.set_aims": "coordinator",
    "registration.nominate": "coordinator",
    "registration.replace": "coordinator",
    "registration.withdraw_invitation": "coordinator",
    "registration.invitation": EVERYBODY,
    "registration.answer_invitation": EVERYBODY,
    "registration.wait_again": "participant",
    "registration.place_rules": ORGANISER,
    "registration.set_place_rules": ORGANISER,
    "registration.person": ORGANISER,
    "registration.give_place": ORGANISER,
    "registration.withdraw_place": ORGANISER,
    "registration.merge": ORGANISER,
    # workshops
    "workshops.index": EVERYBODY,
    "workshops.show": EVERYBODY,
    "workshops.questions": EVERYBODY,
    "workshops.question": EVERYBODY,
    "workshops.finding": EVERYBODY,
    "workshops.plan": ORGANISER,
    "workshops.change": ORGANISER,
    "workshops.step": "facilitator organiser",
    "workshops.people": "facilitator organiser",
    "workshops.invite": "facilitator organiser",
    "workshops.join": SIGNED_IN,
    "workshops.capture": SIGNED_IN,
    "workshops.wall": SIGNED_IN,
    "workshops.pulse": SIGNED_IN,
    "workshops.edit": SIGNED_IN,
    "workshops.themes": "facilitator organiser",
    "workshops.sort": "facilitator organiser",
    "workshops.merge": "facilitator organiser",
    "workshops.ranking": SIGNED_IN,
    "workshops.deal": SIGNED_IN,
    "workshops.rate": SIGNED_IN,
    "workshops.prepare": "facilitator organiser",
    "workshops.move_ranking": "facilitator organiser",
    "workshops.ranked": EVERYBODY,
    "workshops.write": "facilitator organiser",
    "workshops.rewrite": "facilitator organiser",
    "workshops.versions": EVERYBODY,
    "workshops.publish": ORGANISER,
    "workshops.promise": "coordinator organiser",
    # ideas
    "ideas.index": EVERYBODY,
    "ideas.board": EVERYBODY,
    "ideas.show": EVERYBODY,
    "ideas.overview": ORGANISER,
    "ideas.save": SIGNED_IN,
    "ideas.pulse": EVERYBODY,
    "ideas.move_many": ORGANISER,
    "ideas.timeline": EVERYBODY,
    "ideas.similar": EVERYBODY,
    "ideas.like": EVERYBODY,
    "ideas.download": EVERYBODY,
    "ideas.files": WRITERS,
    "ideas.new": WRITERS,
    "ideas.edit": WRITERS,
    "ideas.move": WRITERS,
    "ideas.comment": TALKERS,
    "ideas.support": TALKERS,
    "ideas.hide": "facilitator organiser",
    # teams
    "matching.index": "facilitator organiser",
    "matching.show": "facilitator organiser",
    "matching.progress": "facilitator organiser",
    "matching.start": ORGANISER,
    "matching.cancel": ORGANISER,
    "matching.confirm": ORGANISER,
    "matching.publish": ORGANISER,
    "teams.index": EVERYBODY,
    "teams.show": EVERYBODY,
    "teams.entry": "participant",
    "teams.save": "participant",
    # judging
    "judging.index": "judge",
    "judging.score": "judge",
    "judging.recuse": "judge",
    "judging.order": "judge",
    "judging.worker": "judge",
    "judging.room": ORGANISER,
    "judging.assign": ORGANISER,
    "judging.open": ORGANISER,
    "judging.close": ORGANISER,
    "judging.approve": ORGANISER,
    "judging.publish": ORGANISER,
    "judging.panels": ORGANISER,
    "judging.absent": ORGANISER,
    "judging.nudge": ORGANISER,
    "judging.open_review": ORGANISER,
    "judging.review": ORGANISER,
    "judging.ask_void": ORGANISER,
    "judging.confirm_void": ORGANISER,
    "judging.withdraw_void": ORGANISER,
    "judging.criteria": EVERYBODY,
    "judging.results": EVERYBODY,
    "judging.stage": EVERYBODY,
    # follow-up
    "followup.index": EVERYBODY,
    "followup.decide": ORGANISER,
}
ROLES = EVERYBODY.split()


@pytest.fixture
def clients(app: Flask) -> dict[str, FlaskClient]:
    """One client for each role in one edition."""
    edition = make_edition()
    agency = make_organisation(edition)
    found: dict[str, FlaskClient] = {"anybody": app.test_client(), "person": sign_in(app.test_client(), make_person())}
    for role in Role:
        if role not in (Role.ANYBODY, Role.PERSON):
            person = make_person()
            give_role(
                person,
                role,
                None if role is Role.ADMINISTRATOR else edition,
                agency if role is not Role.ADMINISTRATOR else None,
            )
            found[role.value] = sign_in(app.test_client(), person)
    return found


def address(app: Flask, rule: Rule) -> str:
    """An address of the rule: object 1 of this edition, whether it is there or not."""
    values: dict[str, str | int] = {name: "skills360" if name == "slug" else 1 for name in rule.arguments}
    return app.url_map.bind("localhost").build(
        rule.endpoint, values, method=min((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )


def is_let_in(client: FlaskClient, path: str, method: str) -> bool:
    """Whether the gate let the request pass; what the view then says of the object does not matter here."""
    with client.open(path, method=method) as answer:
        assert answer.status_code < 500, f"{method} {path} answered {answer.status_code}"
        to_sign_in = answer.status_code == 303 and "/account/sign-in?next=" in answer.location
        return not to_sign_in and answer.status_code != 401 and answer.headers.get("X-Refused-By") != "gate"


def test_every_route_is_in_the_table(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("api.")}
    assert pages - EXPECTED.keys() == set()  # The API has a table of its own, with tokens: tests/api/test_access.py.


def test_every_view_says_what_it_asks_for(app: Flask) -> None:
    unmarked = {name for name, view in app.view_functions.items() if not hasattr(view, "permission")}
    assert unmarked <= {"static", "healthz"}


@pytest.mark.parametrize("endpoint", sorted(set(EXPECTED) - {"static"}))
def test_route_lets_in_whom_the_table_names(app: Flask, clients: dict[str, FlaskClient], endpoint: str) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    if not rules:
        pytest.fail(f"{endpoint} is in the table, but there is no such route")
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = address(app, rule)
            let_in = {role for role, client in clients.items() if is_let_in(client, path, method)}
            if endpoint == "accounts.sign_out":
                continue
            assert let_in == set(EXPECTED[endpoint].split()), f"{method} {path}"


def test_unsafe_acts_are_not_reached_by_get(app: Flask) -> None:
    """Whatever changes something is POST: none of these endpoints answers GET."""
    acts = {
        "sign_out", "end_session", "end_everywhere", "give_up_place", "take_place", "save_profile", "set_capacity",
        "accept_offer", "wait_again", "give_place", "withdraw_place", "merge", "start", "publish",
        "step", "invite", "deal", "rate", "move_ranking",
        "assign", "open", "close", "approve", "comment", "support", "save", "set_language", "set_theme", "verify_address",
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[2] in acts:
            assert not {"GET", "HEAD"} & (rule.methods or set()), rule.endpoint


@pytest.mark.parametrize("permission", list(Permission))
def test_denial_wins_over_every_grant(permission: Permission) -> None:
    for denied in DENIALS.get(permission, frozenset()):
        assert not allowed(permission, {denied, *GRANTS[permission]})


def test_administrator_has_no_way_to_scores() -> None:
    for permission in (Permission.SCORE, Permission.MANAGE_ROUND, Permission.REVEAL):
        assert not allowed(
            permission, set(Role) - {Role.JUDGE, Role.PARTICIPANT} if permission is Permission.SCORE else set(Role)
        )


def test_role_in_another_edition_counts_for_nothing(app: Flask) -> None:
    make_edition()
    other = make_edition("other")
    organiser = make_person()
    give_role(organiser, Role.ORGANISER, other)
    client: SeparateClient = sign_in(app.test_client(), organiser)  # type: ignore[assignment]
    assert client.get("/events/other/organise/").status_code == 200
    assert client.get("/events/skills360/organise/").status_code == 403
