"""Whatever is sent to whatever operation as whoever: never a failure of ours, and every refusal is problem details."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.rules import Stage
from tests.api.conftest import Program, Programs
from tests.api.test_access import operations
from tests.factories import make_member
from tests.ideas.factories import make_idea
from tests.judging.factories import KEYS, Jury, make_jury
from tests.matching_web.crowd import make_plan

EXAMPLES = 150
ROLES = ("anybody", "participant", "judge", "organiser", "facilitator")

numbers = st.sampled_from([-1, 0, 1, 2, 3, 5, 200, 201, 2**31 - 1, 2**31, 2**63, 10**30]) | st.integers()
texts = st.text(max_size=12) | st.sampled_from(
    ["", " ", "\0", "\ud800", "\u202e", "%", "'", "a" * 6000, "agency", "external", "Organisation 1"]
)
leaves = st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=4
)

LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "pool": st.sampled_from(["agency", "external"]),
    "organisation": texts,
    "title": texts, "summary": texts, "problem": texts, "audience": texts, "solution": texts, "benefit": texts,
    "first_step": texts,
    "question": numbers,
    "tags": st.lists(texts, max_size=4),
    "findings": st.lists(numbers, max_size=3),
    "submit": st.booleans(), "terms_accepted": st.booleans(),
    "to": st.sampled_from([stage.value for stage in Stage]),
    "reason": texts, "version": numbers, "merged_into": numbers,
    "time_limit": numbers, "seed": numbers,
    "points": st.dictionaries(st.sampled_from(KEYS) | texts, st.integers(1, 5) | leaves, max_size=5),
    "note_to_team": texts,
}  # fmt: skip
WANTED = {
    "registration_create": ("pool", "organisation"),
    "idea_create": (
        "title", "summary", "problem", "solution", "question", "tags", "findings", "submit", "terms_accepted",
    ),
    "idea_move": ("to", "reason", "version", "merged_into", "terms_accepted"),
    "team_run_create": ("time_limit", "seed"),
    "scorecard_save": ("points", "note_to_team", "submit"),
}  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn, operation: str) -> bytes:
    """Mostly the fields that the operation knows, with likely or any values; now and then any JSON, or no JSON at all."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.binary(max_size=30))
    if kind == 1:
        return json.dumps(draw(values)).encode()
    names = WANTED.get(operation, ())
    fields = {
        name: draw(values if draw(st.integers(0, 5)) == 0 else LIKELY[name])
        for name in names
        if draw(st.integers(0, 3))
    }
    if draw(st.integers(0, 7)) == 0:
        fields[draw(texts)] = draw(values)
    return json.dumps(fields).encode()


queries = st.dictionaries(
    st.sampled_from(["limit", "cursor", "stage", "question", "sector", "q", "page"]) | texts.filter(lambda text: "\ud800" not in text),
    st.sampled_from(["", "1", "200", "submitted", "S1", "YWZ0ZXI6MQ", "%", "\0"]) | st.text(max_size=8),
    max_size=3,
)  # fmt: skip


@pytest.fixture
def jury(app: Flask) -> Jury:
    """An event in which there is something of everything."""
    jury = make_jury()
    author = make_member(Role.PARTICIPANT, jury.edition)
    for number in range(90, 94):
        make_idea(jury.edition, author, number=number, stage=Stage.DRAFT if number == 93 else Stage.SUBMITTED)
    make_plan(jury.edition)
    return jury


@pytest.fixture
def programs(jury: Jury, program: Programs) -> dict[str, Program]:
    edition = db.session.get_one(Edition, jury.edition.id)
    return {
        "anybody": program(None),
        "participant": program(make_member(Role.PARTICIPANT, edition)),
        "judge": program(jury.judges[0]),
        "organiser": program(jury.organisers[0]),
        "facilitator": program(make_member(Role.FACILITATOR, edition)),
    }


def test_no_request_makes_the_server_fail(app: Flask, programs: dict[str, Program]) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    table, seen = operations(app), Counter[int]()
    addresses = st.sampled_from(["1", "2", "90", "91", "93", "0", "2147483648", "x"])

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(table)))
        method, path = table[name]
        path = path.replace("/1", "/" + data.draw(addresses)) if data.draw(st.booleans()) else path
        more: dict[str, Any] = {}
        if method in ("POST", "PUT"):
            more = {"data": data.draw(bodies(name)), "content_type": "application/json"}
        if data.draw(st.integers(0, 3)) == 0 or name in ("idea_list", "event_list", "team_list"):
            more["query_string"] = data.draw(queries)
        answer = programs[data.draw(st.sampled_from(ROLES))].ask(method, path, **more)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"

    send()
    assert {200, 400, 403, 404, 422} <= seen.keys(), seen
