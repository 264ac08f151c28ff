"""Who may do what through the API: every operation × every role, with tokens, against a table written by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from hackathon.accounts.models import ApiToken
from hackathon.core.access import Role
from hackathon.core.db import db
from tests.api.conftest import ROOT, Program, Programs, make_token, refusal
from tests.conftest import Clock
from tests.factories import give_role, make_edition, make_member, make_organisation, make_person, sign_in

EVERYBODY = "anybody person participant coordinator judge facilitator organiser administrator"
SIGNED_IN = "person participant coordinator judge facilitator organiser administrator"
ORGANISER = "organiser"
WRITERS = "participant coordinator organiser"

EXPECTED = {
    "event_list": EVERYBODY,
    "event_show": EVERYBODY,
    "registration_create": "person participant coordinator facilitator organiser administrator",
    "registration_show": SIGNED_IN,
    "registration_cancel": "participant",
    "idea_list": EVERYBODY,
    "idea_show": EVERYBODY,
    "idea_create": WRITERS,
    "idea_move": WRITERS,
    "team_run_create": ORGANISER,
    "team_run_show": "facilitator organiser",
    "team_run_cancel": ORGANISER,
    "team_run_publish": ORGANISER,
    "team_list": EVERYBODY,
    "scorecard_show": "judge",
    "scorecard_save": "judge",
    "round_open": ORGANISER,
    "round_close": ORGANISER,
    "round_approve": ORGANISER,
    "round_publish": ORGANISER,
    "result_show": EVERYBODY,
}


@pytest.fixture
def programs(program: Programs) -> dict[str, Program]:
    """One program for each role in one event."""
    edition = make_edition()
    agency = make_organisation(edition)
    found = {"anybody": program(None), "person": program(make_person())}
    for role in set(Role) - {Role.ANYBODY, Role.PERSON}:
        person = make_person()
        platform = role is Role.ADMINISTRATOR
        give_role(person, role, None if platform else edition, None if platform else agency)
        found[role.value] = program(person)
    return found


def operations(app: Flask) -> dict[str, tuple[str, str]]:
    """Method and address of every operation."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            path = rule.rule
            for part, value in (
                ("<slug>", "skills360"), ("<round_key>", "final"), ("<int:number>", "1"), ("<int:run_id>", "1"),
                ("<int:team_number>", "1"),
            ):  # fmt: skip
                path = path.replace(part, value)
            method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found[rule.endpoint.removeprefix("api.")] = (method, path)
    return found


def test_every_operation_is_in_the_table(app: Flask) -> None:
    assert operations(app).keys() == EXPECTED.keys()


def test_operation_lets_in_whom_the_table_names(app: Flask, programs: dict[str, Program]) -> None:
    for name, (method, path) in operations(app).items():
        let_in = set()
        for role, program in programs.items():
            answer = program.ask(method, path)
            assert answer.status_code < 500, (name, role)
            if answer.status_code != 401 and answer.headers.get("X-Refused-By") != "gate":
                let_in.add(role)
        assert let_in == set(EXPECTED[name].split()), name


def test_role_in_another_event_counts_for_nothing(program: Programs) -> None:
    make_edition()
    elsewhere = program(make_member(Role.ORGANISER, make_edition("other")))
    assert elsewhere.post("/api/v1/events/other/team-runs", {}).status_code == 422
    assert refusal(elsewhere.post("/team-runs", {})) == (403, "not_permitted")


def test_cookie_alone_is_nobody(app: Flask) -> None:
    """A browser sends its cookie for any page that asks it to; the API must not listen to it."""
    organiser = make_member(Role.ORGANISER, make_edition())
    client = sign_in(app.test_client(), organiser)
    assert client.get("/events/skills360/organise/").status_code == 200
    answer = client.post(f"{ROOT}/team-runs", json={"time_limit": 5})
    assert refusal(answer) == (401, "sign_in_needed")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="skills360"'


def test_token_opens_no_page(app: Flask) -> None:
    organiser = make_member(Role.ORGANISER, make_edition())
    headers = {"Authorization": f"Bearer {make_token(organiser)}"}
    answer = app.test_client().get("/events/skills360/organise/", headers=headers)
    assert answer.status_code == 303
    assert "sign-in" in answer.location


def test_cookie_beside_a_token_changes_nothing(app: Flask) -> None:
    edition = make_edition()
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    headers = {"Authorization": f"Bearer {make_token(make_person())}"}
    assert refusal(client.post(f"{ROOT}/team-runs", json={}, headers=headers)) == (403, "not_permitted")


def test_api_needs_no_form_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    edition = make_edition()
    person = make_person()
    program = Program(app, make_token(person))
    edition_open = program.post("/registrations", {"pool": "agency"})
    assert edition_open.status_code == 201, edition.slug


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer ", "Bearer", "Basic YTpi", "", "Bearer é"])
def test_token_that_does_not_count_is_refused_also_where_everybody_may_read(app: Flask, header: str) -> None:
    make_edition()
    answer = app.test_client().get(f"{ROOT}/ideas", headers={"Authorization": header})
    assert refusal(answer) == (401, "token_unknown")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="skills360", error="invalid_token"'


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_name_of_the_scheme_has_no_case(app: Flask, scheme: str) -> None:
    make_edition()
    headers = {"Authorization": f"{scheme} {make_token(make_person())}"}
    assert refusal(app.test_client().get(f"{ROOT}/registrations/mine", headers=headers)) == (404, "not_registered")


def test_token_of_a_disabled_person_is_refused(program: Programs, clock: Clock) -> None:
    organiser = make_member(Role.ORGANISER, make_edition())
    acting = program(organiser)
    assert acting.post("/team-runs", {}).status_code == 422
    organiser.disabled_at = clock.moment
    db.session.commit()
    assert refusal(acting.post("/team-runs", {})) == (401, "token_unknown")


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_token_that_has_ended_is_refused(program: Programs, clock: Clock, end: str) -> None:
    make_edition()
    acting = program(make_person())
    assert acting.get("/ideas").status_code == 200
    setattr(db.session.query(ApiToken).one(), end, clock.moment - timedelta(seconds=1))
    db.session.commit()
    assert refusal(acting.get("/ideas")) == (401, "token_unknown")


def test_answers_are_not_kept_and_differ_by_token(public: Program) -> None:
    make_edition()
    answer = public.get("/ideas")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in ", ".join(answer.headers.getlist("Vary"))
    assert "Set-Cookie" not in answer.headers
