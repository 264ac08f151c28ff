"""`@Anna Berg` in a comment tells her, and nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from hackathon.ideas.models import IdeaMention
from tests.factories import give_role, make_edition, make_person, sign_in
from tests.ideas.factories import add_author, make_idea, participant

IDEAS = "/events/skills360/ideas"


def named(name: str) -> Person:
    return make_person(f"{name.replace(' ', '.').lower()}@example.org", name=name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Vad säger du, @Anna Berg?", ["anna.berg@example.org"]),
        ("@anna bergman kan svara", ["anna.bergman@example.org"]),
        ("@Anna Berg och @Anna Berg igen", ["anna.berg@example.org"]),
        ("Skriv till anna@Anna Berg", []),
        ("@Anna Bergström", []),
        ("@Okänd Person", []),
        ("@Jag Själv", []),
        ("@Utan Roll", []),
        ("@Bo Ek", ["bo.ek@example.org"]),
        ("@", []),
        ("@@Anna Berg", []),
    ],
)
def test_comment_tells_whom_it_names(app: Flask, text: str, told: list[str]) -> None:
    edition = make_edition()
    author = participant(edition)
    idea = make_idea(edition, author, number=1)
    me = named("Jag Själv")
    for person in (named("Anna Berg"), named("Anna Bergman"), me):
        give_role(person, Role.PARTICIPANT, edition)
    named("Utan Roll")
    add_author(idea, named("Bo Ek"))
    give_role(
        make_person("bo.ek2@example.org", name="Bo Ek"), Role.PARTICIPANT, edition
    )  # The one in the conversation is meant.
    client = sign_in(app.test_client(), me)
    for _ in range(2):
        data = {"text": text, "idempotency_key": "k"}
        assert client.post(f"{IDEAS}/1/comment", data=data).status_code == 303
    assert sorted(mail.recipient for mail in db.session.query(Mail)) == told
    assert db.session.query(IdeaMention).count() == len(told)
    if told:
        assert "/ideas/1#c1" in db.session.query(Mail).first().body  # type: ignore[union-attr]
