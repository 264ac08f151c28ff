"""A workshop is planned, people are asked to it by sector, let in by its code, and it goes through its states."""

from __future__ import annotations

from flask import Flask

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.core.outbox import Mail
from hackathon.workshops.models import Workshop, WorkshopMember
from hackathon.workshops.rules import MemberKind, WorkshopState
from tests.factories import make_edition, make_member, make_organisation, make_person, sign_in
from tests.ideas.factories import make_finding
from tests.workshops.factories import CODE, EVENT, make_room

PLAN = {
    "title_sv": "Små myndigheter",
    "summary_sv": "Vi pratar.",
    "place": "Umeå",
    "held_on": "2026-10-01",
    "sector": "",
}


def test_plan_makes_the_next_workshop_once(app: Flask) -> None:
    edition = make_edition()
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    for _ in range(2):
        answer = client.post(f"{EVENT}/workshops/new", data=PLAN | {"idempotency_key": "k"})
        assert answer.location == f"{EVENT}/workshops/1/people"
    workshop = db.session.query(Workshop).one()
    assert (workshop.number, workshop.title_en, workshop.state) == (1, "Små myndigheter", WorkshopState.PLANNED)
    assert workshop.code
    assert len(workshop.code) == 8
    assert client.post(f"{EVENT}/workshops/new", data=PLAN | {"held_on": "i höst"}).status_code == 422


def test_change_keeps_the_number(app: Flask) -> None:
    room = make_room(app)
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, room.edition))
    assert "Träff 1" in client.get(f"{EVENT}/workshops/1/plan").text
    assert client.post(f"{EVENT}/workshops/1/plan", data=PLAN).status_code == 303
    assert (room.workshop.number, room.workshop.place) == (1, "Umeå")
    assert room.client(room.leader).post(f"{EVENT}/workshops/1/plan", data=PLAN).status_code == 403


def test_invitation_by_sector_reaches_its_people_once(app: Flask) -> None:
    room = make_room(app, guests=0)
    theirs, others = make_organisation(room.edition, sector="S3"), make_organisation(room.edition, sector="S4")
    invited = [make_member(role, room.edition, organisation=theirs) for role in (Role.PARTICIPANT, Role.COORDINATOR)]
    make_member(Role.JUDGE, room.edition, organisation=theirs)
    make_member(Role.PARTICIPANT, room.edition, organisation=others)
    client = room.client(room.leader)
    expected = sorted(person.email for person in invited)
    for _ in range(2):
        assert client.post(f"{EVENT}/workshops/1/invite", data={"sector": ["S3"]}).status_code == 303
        assert sorted(mail.recipient for mail in db.session.query(Mail)) == expected
    assert "/workshops/1/capture" in db.session.query(Mail).first().body  # type: ignore[union-attr]
    assert client.post(f"{EVENT}/workshops/1/invite", data={}).status_code == 422
    assert "Inbjuden" in client.get(f"{EVENT}/workshops/1/people").text


def test_only_somebody_who_facilitates_is_made_leader(app: Flask) -> None:
    room = make_room(app, guests=1)
    colleague = make_member(Role.FACILITATOR, room.edition)
    client = room.client(room.leader)
    for person, status in ((room.guests[0], 422), (colleague, 303)):
        data = {"do": "person", "email": person.email.upper(), "kind": "facilitator"}
        assert client.post(f"{EVENT}/workshops/1/invite", data=data).status_code == status
    leaders = db.session.query(WorkshopMember).filter_by(kind=MemberKind.FACILITATOR)
    assert {member.person_id for member in leaders} == {room.leader.id, colleague.id}


def test_code_lets_in_and_a_wrong_one_does_not(app: Flask) -> None:
    room = make_room(app)
    client = sign_in(app.test_client(), make_person())
    assert client.get(f"{EVENT}/workshops/1/capture").status_code == 403
    assert client.post(f"{EVENT}/workshops/1/join", data={"code": "WRONG234"}).status_code == 403
    assert client.post(f"{EVENT}/workshops/1/join", data={"code": ""}).status_code == 403
    assert f'value="{CODE}"' in client.get(f"{EVENT}/workshops/1/join?code={CODE}").text
    before = room.workshop.revision
    for _ in range(2):
        assert client.post(f"{EVENT}/workshops/1/join", data={"code": CODE.lower()}).status_code == 303
    assert client.get(f"{EVENT}/workshops/1/capture").status_code == 200
    db.session.expire_all()
    assert room.workshop.revision == before + 1


def test_new_code_shuts_the_old_one_out(app: Flask) -> None:
    room = make_room(app)
    assert room.client(room.leader).post(f"{EVENT}/workshops/1/invite", data={"do": "code"}).status_code == 303
    client = sign_in(app.test_client(), make_person())
    assert client.post(f"{EVENT}/workshops/1/join", data={"code": CODE}).status_code == 403


def test_workshop_goes_forward_and_back_as_the_table_says(app: Flask) -> None:
    room = make_room(app, state=WorkshopState.PLANNED)
    client = room.client(room.leader)
    for to, status in (
        ("published", 409), ("open", 303), ("open", 409), ("closed", 303), ("published", 303), ("closed", 303), ("x", 422),
    ):  # fmt: skip
        assert client.post(f"{EVENT}/workshops/1/state", data={"to": to}).status_code == status, to
    assert room.workshop.state is WorkshopState.CLOSED


def test_facilitator_leads_the_own_workshops_alone(app: Flask) -> None:
    room = make_room(app)
    stranger = room.client(make_member(Role.FACILITATOR, room.edition))
    for path in ("themes", "people", "wall", "capture", "ranking/setup"):
        assert stranger.get(f"{EVENT}/workshops/1/{path}").status_code == 403, path
    assert stranger.post(f"{EVENT}/workshops/1/state", data={"to": "closed"}).status_code == 403
    assert room.workshop.state is WorkshopState.OPEN


def test_findings_are_not_read_before_they_are_published(app: Flask) -> None:
    room = make_room(app)
    make_finding(room.workshop, 1, text="Kanarie på kortet.")
    stranger, anybody = sign_in(app.test_client(), make_person()), app.test_client()
    for client in (stranger, anybody):
        for path in ("workshops/1", "workshops?q=kanarie", "findings/1", "workshops"):
            assert "Kanarie" not in client.get(f"{EVENT}/{path}").text, path
        assert client.get(f"{EVENT}/findings/1").status_code == 404
    assert "Kanarie" in room.client(room.guests[0]).get(f"{EVENT}/workshops/1").text
    room.workshop.state = WorkshopState.PUBLISHED
    db.session.commit()
    assert "Kanarie" in anybody.get(f"{EVENT}/findings/1").text
