"""The own place through the API, alone and in a stampede."""

from __future__ import annotations

import threading

from flask import Flask
from werkzeug.test import TestResponse

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.registration.models import Registration, RegistrationState
from tests.api.conftest import Program, Programs, make_token, refusal, wrong_fields
from tests.conftest import Clock
from tests.factories import make_edition, make_member, make_organisation, make_person

PEOPLE, SEATS = 40, 5
BUSY = 503


def test_registration_takes_a_seat_and_then_the_line(program: Programs) -> None:
    make_edition(capacity=1)
    first, second, third = (program(make_person()) for _ in range(3))
    answer = first.post("/registrations", {"pool": "agency"})
    assert answer.status_code == 201
    assert answer.json == {"state": "confirmed", "position": None, "seat": 1, "pool": "agency", "organisation": None}
    assert answer.location == "/api/v1/events/skills360/registrations/mine"
    waiting = [one.post("/registrations", {"pool": "agency"}).get_json() for one in (second, third)]
    assert [(place["state"], place["position"], place["seat"]) for place in waiting] == [
        ("waitlisted", 1, None),
        ("waitlisted", 2, None),
    ]
    elsewhere = program(make_person()).post("/registrations", {"pool": "external"})
    assert elsewhere.get_json()["seat"] == 1


def test_registration_sent_again_is_the_same(program: Programs) -> None:
    make_edition()
    person = program(make_person())
    headers = {"Idempotency-Key": "one"}
    answers = [person.post("/registrations", {"pool": "agency"}, headers=headers) for _ in range(2)]
    answers.append(person.post("/registrations", {"pool": "agency"}))
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json == answers[1].json == answers[2].json
    assert person.get("/registrations/mine").json == answers[0].json
    assert db.session.query(Registration).count() == 1


def test_registration_names_its_organisation(program: Programs) -> None:
    edition = make_edition()
    make_organisation(edition, "Lunds universitet", sector="S4")
    person = program(make_person())
    unknown = person.post("/registrations", {"pool": "agency", "organisation": "Lund"})
    assert refusal(unknown) == (422, "organisation_unknown")
    foreign = person.post("/registrations", {"pool": "external", "organisation": "Lunds universitet"})
    assert refusal(foreign) == (422, "organisation_not_in_pool")
    assert db.session.query(Registration).count() == 0
    answer = person.post("/registrations", {"pool": "agency", "organisation": "Lunds universitet"})
    assert answer.get_json()["organisation"] == "Lunds universitet"


def test_unknown_pool_is_refused(program: Programs) -> None:
    make_edition()
    person = program(make_person())
    assert refusal(person.post("/registrations", {"pool": "press"})) == (422, "pool_unknown")
    assert wrong_fields(person.post("/registrations", {"pool": "agency", "organisation": 7})) == {"organisation"}


def test_registration_before_it_opens_and_by_a_judge_is_refused(program: Programs) -> None:
    edition = make_edition(open_phases=("workshops",))
    assert refusal(program(make_person()).post("/registrations", {"pool": "agency"})) == (
        409,
        "registration_not_open_yet",
    )
    judge = program(make_member(Role.JUDGE, edition))
    assert refusal(judge.post("/registrations", {"pool": "agency"})) == (403, "not_permitted")
    assert db.session.query(Registration).count() == 0


def test_registration_opens_at_its_minute(program: Programs, clock: Clock) -> None:
    make_edition(open_phases=())
    person = program(make_person())
    clock.forward(days=30, seconds=-1)
    assert person.post("/registrations", {"pool": "agency"}).status_code == 409
    clock.forward(seconds=1)
    assert person.post("/registrations", {"pool": "agency"}).status_code == 201


def test_cancelled_place_goes_to_the_first_in_line(program: Programs) -> None:
    make_edition(capacity=1)
    first, second = program(make_person()), program(make_person())
    for one in (first, second):
        one.post("/registrations", {"pool": "agency"})
    answer = first.delete("/registrations/mine")
    assert (answer.status_code, answer.data) == (204, b"")
    assert second.get("/registrations/mine").get_json()["state"] == "confirmed"
    assert first.get("/registrations/mine").get_json()["state"] == "cancelled"
    again = first.post("/registrations", {"pool": "agency"})
    assert (again.status_code, again.get_json()["position"]) == (201, 1)


def test_nobody_has_a_place_that_was_not_taken(program: Programs, public: Program) -> None:
    make_edition()
    assert refusal(program(make_person()).get("/registrations/mine")) == (404, "not_registered")
    assert refusal(program(make_person()).delete("/registrations/mine")) == (403, "not_permitted")
    assert refusal(public.get("/registrations/mine")) == (401, "sign_in_needed")


def test_stampede_fills_the_seats_and_then_the_line(app: Flask) -> None:
    """Forty at the same moment for five places: five seats, and every position from 1 to 35 once."""
    make_edition(capacity=SEATS)
    tokens = [make_token(make_person()) for _ in range(PEOPLE)]
    db.session.remove()
    barrier, answers = threading.Barrier(PEOPLE), list[TestResponse]()

    def run(token: str) -> None:
        program = Program(app, token)
        barrier.wait()
        for _try in range(5):  # A busy server says so, and asking again is safe.
            answer = program.post("/registrations", {"pool": "agency"}, headers={"Idempotency-Key": "mine"})
            if answer.status_code != BUSY:
                break
        answers.append(answer)

    threads = [threading.Thread(target=run, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.status_code for answer in answers] == [201] * PEOPLE
    places = [answer.get_json() for answer in answers]
    seats = sorted(place["seat"] for place in places if place["state"] == "confirmed")
    positions = sorted(place["position"] for place in places if place["state"] == "waitlisted")
    assert seats == list(range(1, SEATS + 1))
    assert positions == list(range(1, PEOPLE - SEATS + 1))
    confirmed = db.session.query(Registration).filter_by(state=RegistrationState.CONFIRMED).count()
    assert (confirmed, db.session.query(Registration).count()) == (SEATS, PEOPLE)
