"""A workshop with people in it, for tests."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.workshops.models import Finding, Workshop, WorkshopMember
from hackathon.workshops.rules import MemberKind, WorkshopState
from tests.factories import NOW, make_edition, make_member, make_organisation, sign_in
from tests.ideas.factories import make_workshop

EVENT = "/events/skills360"
CODE = "ABCD2345"


@dataclass
class Room:
    """An open workshop with a facilitator and two guests, each with a browser of their own."""

    edition: Edition
    workshop_id: int
    leader: Person
    guests: list[Person]
    app: Flask

    def client(self, person: Person) -> FlaskClient:
        return sign_in(self.app.test_client(), person)

    @property
    def workshop(self) -> Workshop:
        return db.session.get_one(Workshop, self.workshop_id)


def make_room(app: Flask, *, state: WorkshopState = WorkshopState.OPEN, guests: int = 2) -> Room:
    edition = make_edition()
    workshop = make_workshop(edition)
    workshop.state, workshop.code = state, CODE
    leader = make_member(Role.FACILITATOR, edition, organisation=make_organisation(edition))
    people = [
        make_member(Role.PARTICIPANT, edition, organisation=make_organisation(edition, sector=f"S{number % 5 + 1}"))
        for number in range(guests)
    ]
    add_member(workshop, leader, MemberKind.FACILITATOR)
    for person in people:
        add_member(workshop, person)
    return Room(edition, workshop.id, leader, people, app)


def add_member(workshop: Workshop, person: Person, kind: MemberKind = MemberKind.GUEST) -> None:
    db.session.add(WorkshopMember(workshop_id=workshop.id, person_id=person.id, kind=kind, invited_at=NOW))
    db.session.commit()


def card(**fields: str) -> dict[str, str]:
    """What a phone sends."""
    return {"kind": "challenge", "text": "Ingen vet vem som äger frågan.", "sector": "S2", "theme": "", **fields}


def finding(number: int = 1) -> Finding:
    return db.session.query(Finding).filter_by(number=number).one()
