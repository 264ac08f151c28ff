"""The pages of registration, as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Pool
from hackathon.registration.models import Profession, Profile, Registration, RegistrationState, Skill
from hackathon.registration.queries import find_place, find_profile, has_complete_profile
from hackathon.registration.services import register as register_person
from tests.conftest import Clock
from tests.factories import make_edition, make_member, make_organisation, make_person, sign_in
from tests.registration.conftest import info

ADDRESS = "/events/skills360/register"
PROFILE = "/events/skills360/profile"
PEOPLE = "/events/skills360/organise/people"


def filled(organisation_id: int | str, **more: str) -> dict[str, str]:
    return {"pool": "agency", "organisation_agency": str(organisation_id), "terms": "y", "idempotency_key": "k", **more}


def follow(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """Goes where an answer leads."""
    assert answer.status_code == 303
    return client.get(answer.location)


def registrations() -> int:
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_person_takes_a_place_through_the_form(client: FlaskClient, small: Edition) -> None:
    agency, person = make_organisation(small), make_person()
    sign_in(client, person)
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "platser kvar" in page.text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)
    assert key is not None
    answer = follow(client, client.post(ADDRESS, data=filled(agency.id, idempotency_key=key[1])))
    assert answer.status_code == 200
    assert "Du har plats 1 av 2" in answer.text
    assert agency.name in answer.text


def test_double_submit_of_the_form_gives_one_place(client: FlaskClient, small: Edition) -> None:
    agency = make_organisation(small)
    sign_in(client, make_person())
    answers = [client.post(ADDRESS, data=filled(agency.id)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert registrations() == 1


def test_full_pool_shows_the_position_in_line(client: FlaskClient, small: Edition) -> None:
    for _ in range(3):
        register_person(
            make_person().id,
            pool_key="agency",
            organisation_id=None,
            edition=info(small),
            key=None,
            now=small.phases[0].opens_at,
        )
    agency = make_organisation(small)
    sign_in(client, make_person())
    assert "du skulle få plats 2 i kön" in client.get(ADDRESS).text
    answer = follow(client, client.post(ADDRESS, data=filled(agency.id)))
    assert "Du är nummer 2 i kön" in answer.text


def test_other_organisation_of_the_external_half(client: FlaskClient, small: Edition) -> None:
    person = make_person()
    sign_in(client, person)
    data = {"pool": "external", "organisation_external": "0", "terms": "y"}
    assert client.post(ADDRESS, data=data).status_code == 303
    place = find_place(small.id, person.id)
    assert place is not None
    assert (place.pool, place.organisation) == ("external", None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Välj myndighet eller näringsliv och andra."),
        ({"pool": "agency", "terms": "y"}, "Välj den myndighet som du kommer från."),
        ({"pool": "external", "terms": "y"}, "annan organisation"),
        ({"pool": "external", "organisation_external": "0"}, "Läs uppförandekoden"),
        ({"pool": "vip", "terms": "y"}, "Not a valid choice|giltigt"),
        ({"pool": "agency", "organisation_agency": "99999", "terms": "y"}, "Not a valid choice|giltigt"),
        ({"pool": "agency", "organisation_agency": "x' OR 1=1", "terms": "y"}, "Not a valid choice|giltigt"),
    ],
)
def test_form_that_cannot_be_used_comes_back_with_its_errors(
    client: FlaskClient, small: Edition, data: dict[str, str], sentence: str
) -> None:
    make_organisation(small)
    sign_in(client, make_person())
    answer = client.post(ADDRESS, data=data)
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.text
    assert re.search(sentence, answer.text)
    assert registrations() == 0


def test_before_the_opening_the_page_counts_down_and_refuses(client: FlaskClient, app: Flask, clock: Clock) -> None:
    edition = make_edition(open_phases=())
    agency = make_organisation(edition)
    sign_in(client, make_person())
    page = client.get(ADDRESS)
    assert "Anmälan öppnar 11 oktober 2026 09:00" in page.text
    assert 'data-countdown="2026-10-11T07:00:00+00:00"' in page.text
    assert '<form class="take"' not in page.text
    answer = client.post(ADDRESS, data=filled(agency.id))
    assert answer.status_code == 409
    assert "Den öppnar 11 oktober 09:00" in answer.text
    assert registrations() == 0
    clock.forward(days=30)
    assert client.post(ADDRESS, data=filled(agency.id)).status_code == 401  # A month on, the sign-in has run out.
    sign_in(client, make_person(), now=clock())
    assert client.post(ADDRESS, data=filled(agency.id)).status_code == 303


def test_after_the_closing_the_page_says_so_and_refuses(client: FlaskClient, small: Edition, clock: Clock) -> None:
    agency = make_organisation(small)
    sign_in(client, make_person())
    clock.forward(days=7)
    assert "Anmälan är stängd" in client.get(ADDRESS).text
    answer = client.post(ADDRESS, data=filled(agency.id))
    assert answer.status_code == 409
    assert registrations() == 0


def test_nobody_known_sees_the_places_and_is_asked_to_sign_in(client: FlaskClient, small: Edition) -> None:
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "/account/sign-in?next=/events/skills360/register" in page.text
    assert client.post(ADDRESS, data={}).status_code == 401


def test_judge_is_told_and_refused(client: FlaskClient, small: Edition) -> None:
    sign_in(client, make_member(Role.JUDGE, small))
    assert "Du sitter i juryn" in client.get(ADDRESS).text
    assert client.post(ADDRESS, data=filled(make_organisation(small).id)).status_code == 403
    assert registrations() == 0


def test_cancelling_asks_first_and_frees_the_place(client: FlaskClient, small: Edition) -> None:
    agency, person = make_organisation(small), make_person()
    sign_in(client, person)
    client.post(ADDRESS, data=filled(agency.id))
    assert "Avboka din plats?" in client.get(f"{ADDRESS}/cancel").text
    place = find_place(small.id, person.id)
    assert place is not None
    assert place.is_active
    db.session.rollback()
    answer = follow(client, client.post(f"{ADDRESS}/cancel"))
    assert "Din anmälan är avbokad" in answer.text
    assert "Ta en plats" in answer.text
    assert client.get(f"{ADDRESS}/cancel").status_code == 403  # No participant any more.


# --- profile ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def participant(client: FlaskClient, small: Edition) -> int:
    """The id of a participant who is signed in; the edition has one profession and two skills."""
    db.session.add(Profession(edition_id=small.id, key="hr", name_sv="HR-specialist", name_en="HR specialist"))
    for key, name in (("law", "Juridik"), ("data", "Data")):
        db.session.add(Skill(edition_id=small.id, key=key, name_sv=name, name_en=key, icon="scale"))
    person = make_member(Role.PARTICIPANT, small)
    sign_in(client, person)
    return person.id


def profile_data(**more: str) -> dict[str, dict[str, object]]:
    """What is filled in, by step; `more` goes to the step that has such a field."""
    profession = db.session.scalar(select(Profession.id))
    law, data = db.session.scalars(select(Skill.id).order_by(Skill.id))
    steps: dict[str, dict[str, object]] = {
        "about": {
            "profession": str(profession), "title": "HR-strateg", "seniority": "senior", "experience_years": "19",
            "languages": ["sv", "sma"],
        },
        "skills": {f"skill_{law}": "3", f"skill_{data}": "0"},
        "wishes": {"wish_1": "2", "wish_2": "1", "wish_3": "", "brings": "Nitton års annonser."},
        "known": {"emails": "Bo@Example.org, cia@example.org"},
    }  # fmt: skip
    for fields in steps.values():
        fields.update({name: value for name, value in more.items() if name in fields})
    return steps


def test_profile_is_kept_step_by_step_and_shown_again(client: FlaskClient, small: Edition, participant: int) -> None:
    for _ in range(2):
        answers = [client.post(f"{PROFILE}/{step}", data=data) for step, data in profile_data().items()]
        assert [answer.location.rpartition("/")[2] for answer in answers] == ["skills", "wishes", "known", "register"]
    profile = find_profile(small.id, participant)
    assert profile is not None
    assert [(skill.level, skill.skill.key) for skill in profile.skills] == [(3, "law")]
    assert [(wish.rank, wish.question_number) for wish in profile.wishes] == [(1, 2), (2, 1)]
    assert [row.language for row in profile.languages] == ["sma", "sv"]
    assert [row.email for row in profile.acquaintances] == ["bo@example.org", "cia@example.org"]
    assert has_complete_profile(small.id, participant)
    assert db.session.scalar(select(func.count()).select_from(Profile)) == 1
    assert 'value="Nitton års annonser."' in client.get(f"{PROFILE}/wishes").text
    assert re.search(r'value="3" checked>Kan lära ut', client.get(f"{PROFILE}/skills").text)
    assert "cia@example.org" in client.get(f"{PROFILE}/known").text


def test_profile_goes_on_where_it_was_left(client: FlaskClient, small: Edition, participant: int) -> None:
    steps = profile_data()
    left_at = [client.get(PROFILE).location]
    for step in ("about", "skills", "wishes"):
        client.post(f"{PROFILE}/{step}", data=steps[step])
        left_at.append(client.get(PROFILE).location)
    assert [location.rpartition("/")[2] for location in left_at] == ["about", "skills", "wishes", "about"]
    assert client.get(f"{PROFILE}/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("step", "more", "sentence"),
    [
        ("wishes", {"wish_2": "2"}, "Samma fråga står på två rader"),
        ("about", {"experience_years": "-3"}, "Skriv ett tal från 0 till 70."),
        ("about", {"experience_years": "99999999999999999999"}, "Skriv ett tal från 0 till 70."),
        ("about", {"experience_years": "många"}, "experience_years-error"),
        ("wishes", {"brings": "x" * 141}, "Högst 140 tecken."),
        ("about", {"profession": "99999"}, "profession-error"),
        ("wishes", {"wish_1": "99"}, "wish_1-error"),
        ("about", {"seniority": "wizard"}, "seniority-error"),
        ("about", {"languages": "klingon"}, "languages-error"),
        ("known", {"emails": "Bo Ek"}, "ingen e-postadress: Bo, Ek"),
        ("known", {"emails": " ".join(f"p{n}@example.org" for n in range(21))}, "Skriv högst tjugo adresser"),
    ],
)
def test_step_that_cannot_be_used_is_not_kept(
    client: FlaskClient, small: Edition, participant: int, step: str, more: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"{PROFILE}/{step}", data=profile_data(**more)[step])
    assert answer.status_code == 422
    assert sentence in answer.text
    assert find_profile(small.id, participant) is None
    if step == "about":
        assert "HR-strateg" in answer.text  # What was written is still there.


def test_skill_level_outside_the_scale_is_refused(client: FlaskClient, small: Edition, participant: int) -> None:
    law = db.session.scalars(select(Skill.id).order_by(Skill.id)).first()
    answer = client.post(f"{PROFILE}/skills", data={f"skill_{law}": "4"})
    assert answer.status_code == 422
    assert f"skill_{law}-error" in answer.text


def test_search_without_script_saves_first_and_keeps_what_it_does_not_show(
    client: FlaskClient, small: Edition, participant: int
) -> None:
    for number in range(30):
        db.session.add(Skill(edition_id=small.id, key=f"s{number}", name_sv=f"Konst {number}", name_en=f"Art {number}"))
    law = db.session.scalars(select(Skill.id).where(Skill.key == "law")).one()
    answer = client.post(f"{PROFILE}/skills", data={f"skill_{law}": "2", "do": "search", "q": "art 17"})
    page = client.get(answer.location).text
    assert page.count('<fieldset class="skill"') == 2  # What one has, and what was found by its English name.
    assert "Konst 17" in page
    found = db.session.scalars(select(Skill.id).where(Skill.key == "s17")).one()
    client.post(f"{PROFILE}/skills", data={f"skill_{found}": "1"})
    profile = find_profile(small.id, participant)
    assert profile is not None
    assert {(row.skill.key, row.level) for row in profile.skills} == {("law", 2), ("s17", 1)}


def test_own_words_are_kept_and_can_be_taken_back(client: FlaskClient, small: Edition, participant: int) -> None:
    data = {"own": " Drönar\u200bflygning ", "own_level": "3", "do": "own"}
    for _ in range(2):
        assert client.post(f"{PROFILE}/skills", data=data).status_code == 303
    profile = find_profile(small.id, participant)
    assert profile is not None
    assert [(row.text, row.level) for row in profile.suggestions] == [("Drönar flygning", 3)]
    assert "Drönar flygning" in client.get(f"{PROFILE}/skills").text
    assert client.post(f"{PROFILE}/suggestions/{profile.suggestions[0].id}/remove").status_code == 303
    assert "Drönar flygning" not in client.get(f"{PROFILE}/skills").text
    for number in range(11):
        answer = client.post(f"{PROFILE}/skills", data={"own": f"ord {number}", "own_level": "1"})
    assert answer.status_code == 409


def test_empty_profile_can_be_saved_but_is_not_complete(client: FlaskClient, small: Edition, participant: int) -> None:
    assert client.post(f"{PROFILE}/about", data={}).status_code == 303
    assert not has_complete_profile(small.id, participant)


def test_profile_is_for_participants(client: FlaskClient, small: Edition) -> None:
    sign_in(client, make_person())
    assert client.get(PROFILE).status_code == 403
    assert client.get(f"{PROFILE}/about").status_code == 403


# --- people -----------------------------------------------------------------------------------------------------------


def seat(edition: Edition, name: str, *, pool: str = "agency") -> None:
    register_person(
        make_person(name=name).id, pool_key=pool, organisation_id=None, edition=info(edition), key=None,
        now=edition.phases[0].opens_at,
    )  # fmt: skip
    db.session.commit()


def test_organiser_sees_and_narrows_the_people(client: FlaskClient, small: Edition) -> None:
    for name in ("Åsa Öberg", "Bo Ek", "Cia Li"):
        seat(small, name)
    seat(small, "Dag Sten", pool="external")
    sign_in(client, make_member(Role.ORGANISER, small))
    everybody = client.get(PEOPLE).text
    assert all(name in everybody for name in ("Åsa Öberg", "Bo Ek", "Cia Li", "Dag Sten"))
    assert "kö 1" in everybody

    def shown(query: str) -> set[str]:
        page = client.get(f"{PEOPLE}?{query}")
        assert page.status_code == 200
        return {name for name in ("Åsa Öberg", "Bo Ek", "Cia Li", "Dag Sten") if name in page.text}

    assert shown("pool=external") == {"Dag Sten"}
    assert shown("state=waitlisted") == {"Cia Li"}
    assert shown("text=åsa") == {"Åsa Öberg"}
    assert shown("text=nobody") == set()
    assert shown("pool=%27&state=nonsense") == {"Åsa Öberg", "Bo Ek", "Cia Li", "Dag Sten"}


def test_people_take_the_same_number_of_queries_for_one_and_for_many(client: FlaskClient, app: Flask) -> None:
    edition = make_edition(capacity=9)
    sign_in(client, make_member(Role.ORGANISER, edition))
    seat(edition, "Bo Ek")
    counts = []
    for names in ((), ("Cia Li", "Dag Sten", "Eva Ask")):
        for name in names:
            seat(edition, name)
        statements: list[str] = []

        def note(_c: object, _u: object, statement: str, *_more: object, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        client.get(PEOPLE)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_people_are_for_organisers(client: FlaskClient, small: Edition) -> None:
    for role in (Role.PARTICIPANT, Role.JUDGE, Role.COORDINATOR, Role.ADMINISTRATOR):
        assert sign_in(client, make_member(role, small)).get(PEOPLE).status_code == 403


def test_organiser_changes_the_capacity(client: FlaskClient, small: Edition) -> None:
    for name in ("A", "B", "C"):
        seat(small, name)
    sign_in(client, make_member(Role.ORGANISER, small))
    answer = follow(client, client.post(f"{PEOPLE}/pools/agency/capacity", data={"agency-capacity": "3"}))
    assert "Antalet platser är ändrat" in answer.text
    states = db.session.scalars(select(Registration.state)).all()
    assert set(states) == {RegistrationState.CONFIRMED}


@pytest.mark.parametrize("capacity", ["1", "-1", "", "åtta", "99999999999999999999"])
def test_capacity_that_cannot_be_used_is_refused(client: FlaskClient, small: Edition, capacity: str) -> None:
    for name in ("A", "B"):
        seat(small, name)
    sign_in(client, make_member(Role.ORGANISER, small))
    answer = client.post(f"{PEOPLE}/pools/agency/capacity", data={"agency-capacity": capacity})
    assert answer.status_code == 422
    assert "agency-capacity-error" in answer.text
    assert set(db.session.scalars(select(Pool.capacity))) == {2}


def test_unknown_pool_has_no_capacity(client: FlaskClient, small: Edition) -> None:
    sign_in(client, make_member(Role.ORGANISER, small))
    assert client.post(f"{PEOPLE}/pools/vip/capacity", data={"vip-capacity": "3"}).status_code == 404


def test_place_survives_the_closing_of_registration(client: FlaskClient, small: Edition, clock: Clock) -> None:
    person = make_person()
    register_person(person.id, pool_key="agency", organisation_id=None, edition=info(small), key=None, now=clock())
    sign_in(client, person)
    clock.moment += timedelta(days=10)
    assert "Du har plats 1 av 2" in client.get(ADDRESS).text
