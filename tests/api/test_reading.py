"""What is sent is read strictly: what is not understood is refused with its name, and nothing is changed."""

from __future__ import annotations

import pytest
from flask import Flask, request

from hackathon.api.reading import refuse_body
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.ideas.models import Idea
from hackathon.registration.models import Registration
from tests.api.conftest import ROOT, Program, Programs, make_token, refusal, wrong_fields
from tests.factories import make_edition, make_member, make_person

JSON = "application/json"


@pytest.fixture
def person(program: Programs) -> Program:
    """Somebody who may register."""
    make_edition()
    return program(make_person())


@pytest.fixture
def writer(program: Programs) -> Program:
    """Somebody who may write ideas."""
    return program(make_member(Role.PARTICIPANT, make_edition()))


@pytest.mark.parametrize(
    "data",
    [
        b"{", b'{"pool": agency}', b'{"pool": NaN}', b'{"pool": Infinity}', b'{"pool": "agency", "pool": "external"}',
        b"\xff\xfe", b'{"pool": "\xe5"}', '{"pool": "agency"}'.encode("utf-16"), b"\xef\xbb\xbf{}", b"[" * 100_000,
        b'{"pool": ' + b"9" * 5000 + b"}", b'{"a": {"b": 1, "b": 2}}', b"{} {}",
    ],
)  # fmt: skip
def test_what_is_no_json_is_400(person: Program, data: bytes) -> None:
    answer = person.post("/registrations", data=data, content_type=JSON)
    assert refusal(answer) == (400, "malformed_json")
    assert db.session.query(Registration).count() == 0


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/json; charset=latin-1", "application/json-patch+json"],
)  # fmt: skip
def test_other_media_types_are_415(person: Program, media_type: str) -> None:
    answer = person.post("/registrations", data=b'{"pool": "agency"}', content_type=media_type)
    assert refusal(answer) == (415, "http_415")


def test_compressed_body_is_415(person: Program) -> None:
    answer = person.post("/registrations", data=b"x", content_type=JSON, headers={"Content-Encoding": "gzip"})
    assert refusal(answer) == (415, "http_415")


def test_body_without_a_media_type_is_415(app: Flask, person: Program) -> None:
    answer = person.post("/registrations", data=b'{"pool": "agency"}')
    assert refusal(answer) == (415, "http_415")


def test_large_body_is_413(person: Program) -> None:
    answer = person.post("/registrations", {"pool": "a" * 1_100_000})
    assert refusal(answer) == (413, "http_413")


@pytest.mark.parametrize("json", [[], "agency", 1, True])
def test_what_is_no_object_is_422(person: Program, json: object) -> None:
    assert wrong_fields(person.post("/registrations", json)) == {""}


@pytest.mark.parametrize("pool", [1, 1.5, True, None, [], {}, "", " ", "a\0b", "a" * 65])
def test_wrong_type_names_the_field(person: Program, pool: object) -> None:
    assert wrong_fields(person.post("/registrations", {"pool": pool})) == {"pool"}


def test_lone_surrogate_names_the_field(person: Program) -> None:
    answer = person.post("/registrations", data=rb'{"pool": "\ud800"}', content_type=JSON)
    assert wrong_fields(answer) == {"pool"}


def test_missing_field_is_named(person: Program) -> None:
    assert wrong_fields(person.post("/registrations")) == {"pool"}


def test_unknown_fields_are_refused_by_name(person: Program) -> None:
    answer = person.post("/registrations", {"pool": "agency", "state": "confirmed", "\ud800" * 300: 1})
    assert wrong_fields(answer) == {"state", "\ud800" * 100}
    assert db.session.query(Registration).count() == 0


def test_operation_without_fields_refuses_any(program: Programs) -> None:
    organiser = program(make_member(Role.ORGANISER, make_edition()))
    assert wrong_fields(organiser.post("/rounds/final/open", {"force": True})) == {"force"}
    nothings: tuple[object, ...] = ({}, None)
    for nothing in nothings:
        assert refusal(organiser.post("/rounds/final/open", nothing)) == (404, "round_unknown")
    empty_form = organiser.post("/rounds/final/open", data=b"", content_type="application/x-www-form-urlencoded")
    assert refusal(empty_form) == (404, "round_unknown")


@pytest.mark.parametrize("media_type", [None, JSON])
def test_request_without_a_length_has_no_body(app: Flask, media_type: str | None) -> None:
    """So curl -X POST sends it, also where a header says that the body is JSON."""
    with app.test_request_context("/", method="POST", content_type=media_type):
        assert request.content_length is None
        refuse_body()


def test_every_wrong_field_is_named_at_once(writer: Program) -> None:
    wrong = {
        "title": 1,
        "problem": [],
        "question": "2",
        "tags": ["a", 1],
        "findings": [0],
        "submit": "yes",
        "stage": "winner",
    }
    answer = writer.post("/ideas", wrong)
    assert wrong_fields(answer) == wrong.keys() | {"summary"}
    assert db.session.query(Idea).count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 121), ("tags", ["x" * 31]), ("tags", ["x"] * 9), ("tags", "x"), ("findings", [1.0]), ("findings", [True]),
     ("findings", list(range(1, 14))), ("question", 2**31), ("question", 0), ("question", True), ("question", 1.0)],
)  # fmt: skip
def test_field_out_of_bounds_is_named(writer: Program, field: str, value: object) -> None:
    assert wrong_fields(writer.post("/ideas", {"title": "T", "summary": "S"} | {field: value})) == {field}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("limit=", "limit"), ("limit=1&limit=2", "limit"),
        ("limit=1.0", "limit"), ("limit=-1", "limit"), ("limit=%D9%A3", "limit"), ("limit=99999999999", "limit"),
        ("cursor=x", "cursor"), ("cursor=!!!!", "cursor"), ("cursor=" + "A" * 41, "cursor"), ("cursor=%C3%A5", "cursor"),
        ("stage=nothing", "stage"), ("stage=", "stage"), ("question=x", "question"), ("question=0", "question"),
        ("q=" + "x" * 101, "q"), ("q=a&q=b", "q"), ("page=2", "page"), ("sector=" + "x" * 41, "sector"),
    ],
)  # fmt: skip
def test_query_that_is_not_understood_is_named(public: Program, query: str, field: str) -> None:
    make_edition()
    assert wrong_fields(public.get(f"/ideas?{query}")) == {field}


def test_query_that_is_no_text_is_400(public: Program) -> None:
    make_edition()
    assert refusal(public.get("/ideas?q=%00")) == (400, "unreadable_text")


@pytest.mark.parametrize("key", ["", "x" * 129, "å", "a\tb"])
def test_idempotency_key_that_cannot_be_kept_is_named(person: Program, key: str) -> None:
    answer = person.post("/registrations", {"pool": "agency"}, headers={"Idempotency-Key": key})
    assert wrong_fields(answer) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1", "/api/", "/api/v1/events/no-such", "/api/v1/events/%00", f"{ROOT}/ideas/0", f"{ROOT}/ideas/99",
     f"{ROOT}/ideas/99999999999999999999", f"{ROOT}/ideas/x"],
)  # fmt: skip
def test_unknown_address_is_problem_details(public: Program, path: str) -> None:
    make_edition()
    assert refusal(public.get(path))[0] == 404


def test_wrong_method_says_which_there_are(public: Program) -> None:
    make_edition()
    answer = public.delete("/ideas")
    assert refusal(answer) == (405, "http_405")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("key", ["%00", "%ff"])
def test_address_that_is_no_text_is_400(program: Programs, key: str) -> None:
    organiser = program(make_member(Role.ORGANISER, make_edition()))
    assert refusal(organiser.post(f"/rounds/{key}/open")) == (400, "unreadable_text")


@pytest.mark.parametrize("key", ["FINAL", "x" * 65, "a b", "no-such"])
def test_round_that_does_not_exist_is_404(program: Programs, key: str) -> None:
    organiser = program(make_member(Role.ORGANISER, make_edition()))
    assert refusal(organiser.post(f"/rounds/{key}/open")) == (404, "round_unknown")


def test_head_and_options_need_no_more_than_get(app: Flask, public: Program) -> None:
    make_edition()
    assert public.ask("HEAD", "/ideas").status_code == 200
    headers = {"Authorization": f"Bearer {make_token(make_person())}"}
    assert app.test_client().options(f"{ROOT}/ideas", headers=headers).status_code == 200
