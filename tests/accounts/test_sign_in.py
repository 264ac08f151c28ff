"""Signing in and out."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts import services
from hackathon.accounts.models import Person, SignInSession
from hackathon.accounts.passwords import hash_password
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from tests.accounts.conftest import PASSWORD, SIGN_IN, letters, link_in, send_sign_in, session_count
from tests.conftest import Clock
from tests.factories import make_person, sign_in

REFUSED = "Det gick inte att logga in."
WRONG = "another password"
_CSRF_TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"')


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_right_password_signs_in_and_leads_home(client: FlaskClient, anna: Person) -> None:
    answer = send_sign_in(client, email=" Anna@Example.org ")
    assert (answer.status_code, answer.location) == (303, "/events/skills360/home")
    assert is_signed_in(client)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_next_leads_back_to_where_the_person_was_going(client: FlaskClient, anna: Person) -> None:
    asked = client.get("/account/?x=1")
    assert asked.location == "/account/sign-in?next=/account/?x%3D1"
    assert 'value="/account/?x=1"' in client.get(asked.location).text
    assert send_sign_in(client, next="/account/?x=1").location == "/account/?x=1"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "/\t/evil.example"])
def test_open_redirect_is_refused(client: FlaskClient, anna: Person, target: str) -> None:
    page = client.get(SIGN_IN, query_string={"next": target}).text
    assert "evil" not in page[page.index("<main") : page.index("</main>")]
    assert send_sign_in(client, next=target).location == "/events/skills360/home"


def test_wrong_password_unknown_address_and_unverified_account_get_the_same_answer(
    client: FlaskClient, anna: Person
) -> None:
    make_person("new@example.org", verified=False, password_hash=hash_password(PASSWORD))
    make_person("gone@example.org", password_hash=None)
    tries = [
        ("anna@example.org", WRONG),
        ("nobody@example.org", PASSWORD),
        ("new@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
    ]
    answers = [send_sign_in(client, email=email, password=password) for email, password in tries]
    pages = {
        _CSRF_TOKEN.sub("", answer.text).replace(email, "")
        for answer, (email, _password) in zip(answers, tries, strict=True)
    }
    assert {answer.status_code for answer in answers} == {422}
    assert len(pages) == 1
    assert REFUSED in pages.pop()
    assert session_count() == 0


def test_unverified_account_gets_a_fresh_link_and_then_signs_in(client: FlaskClient, anna: Person) -> None:
    make_person("new@example.org", verified=False, password_hash=hash_password(PASSWORD))
    send_sign_in(client, email="new@example.org")
    letter = letters()[-1]
    assert letter.recipient == "new@example.org"
    assert client.post(link_in(letter)).status_code == 303
    assert send_sign_in(client, email="new@example.org").status_code == 303


def test_unverified_account_with_a_wrong_password_gets_no_mail(client: FlaskClient, anna: Person) -> None:
    make_person("new@example.org", verified=False, password_hash=hash_password(PASSWORD))
    send_sign_in(client, email="new@example.org", password=WRONG)
    assert letters() == []


def test_disabled_account_cannot_sign_in_and_its_session_ends(client: FlaskClient, anna: Person, now: datetime) -> None:
    sign_in(client, anna)
    services.disable_person(anna, actor_id=anna.id, now=now)
    assert not is_signed_in(client)
    assert send_sign_in(client).status_code == 422


def test_guessing_is_slowed_for_account_and_address_together(client: FlaskClient, anna: Person, clock: Clock) -> None:
    for _ in range(10):
        assert send_sign_in(client, password=WRONG).status_code == 422
    assert send_sign_in(client).status_code == 429  # Even the right password, from there.
    elsewhere = client.post(
        SIGN_IN, data={"email": "anna@example.org", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 303  # The owner, from another address, comes in.
    clock.forward(seconds=61)
    assert send_sign_in(client).status_code == 303


def test_guessing_unknown_accounts_is_slowed_alike(client: FlaskClient, anna: Person) -> None:
    answers = [send_sign_in(client, email="nobody@example.org").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_many_guesses_at_the_same_moment_get_no_more_answers(app: Flask, anna: Person) -> None:
    db.session.remove()

    def guess(number: int) -> int:
        with app.app_context():
            return send_sign_in(app.test_client(), password=f"{WRONG} {number}").status_code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(24)))
    assert sorted(answers) == [422] * 10 + [429] * 14


def test_password_is_hashed_outside_of_transactions(
    client: FlaskClient, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_transactions: list[bool] = []

    def fits(*_args: object) -> bool:
        open_transactions.append(db.session().in_transaction())
        return True

    monkeypatch.setattr("hackathon.accounts.views.account.password_fits", fits)
    other = sign_in(client, make_person())  # Somebody is signed in: the gate has read the database before the view.
    assert send_sign_in(other).status_code == 303
    assert open_transactions == [False]


def test_session_of_before_is_replaced(client: FlaskClient, anna: Person) -> None:
    """No fixation: what somebody planted in the browser before is worth nothing after, and the old session is ended."""
    other = make_person()
    sign_in(client, other)
    with client.session_transaction() as cookie:
        planted = dict(cookie)
        cookie["planted"] = "yes"
    send_sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["sign_in"] != planted["sign_in"]
    assert set(db.session.scalars(select(SignInSession.person_id))) == {anna.id}


def test_token_in_the_database_is_not_the_one_in_the_cookie(client: FlaskClient, anna: Person) -> None:
    send_sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["sign_in"] not in set(db.session.scalars(select(SignInSession.token_hash)))


def test_replayed_cookie_after_sign_out_is_refused(client: FlaskClient, app: Flask, anna: Person) -> None:
    send_sign_in(client)
    kept = client.get_cookie("skills360")
    assert kept is not None
    assert client.post("/account/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("skills360", kept.value)
    assert not is_signed_in(thief)
    assert session_count() == 0


def test_sign_out_is_no_link(client: FlaskClient, anna: Person) -> None:
    send_sign_in(client)
    assert client.get("/account/sign-out").status_code == 405
    assert is_signed_in(client)


@pytest.mark.parametrize("change", ["grant", "withdraw"])
def test_changed_role_ends_the_session(client: FlaskClient, anna: Person, now: datetime, change: str) -> None:
    send_sign_in(client)
    edition_id = db.session.scalars(select(Edition.id)).one()
    person = db.session.get_one(Person, anna.id)
    if change == "grant":
        services.grant_role(person, Role.JUDGE, edition_id=edition_id, organisation_id=None, actor_id=None, now=now)
    else:
        services.withdraw_role(person, Role.JUDGE, edition_id=edition_id, actor_id=None, now=now)
    db.session.commit()
    assert not is_signed_in(client)


def test_session_runs_out(client: FlaskClient, anna: Person, clock: Clock) -> None:
    send_sign_in(client)
    clock.forward(days=29)
    assert is_signed_in(client)
    clock.forward(days=2)
    assert not is_signed_in(client)


def test_form_without_its_token_is_refused(client: FlaskClient, app: Flask, anna: Person) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert send_sign_in(client).status_code == 400
    assert session_count() == 0


@pytest.mark.parametrize(
    "data", [{}, {"email": "anna"}, {"email": "a@b.se"}, {"email": "a@b.se", "password": "x" * 5000}]
)
def test_incomplete_sign_in_comes_back_with_its_errors(client: FlaskClient, anna: Person, data: dict[str, str]) -> None:
    answer = client.post(SIGN_IN, data=data)
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.text
