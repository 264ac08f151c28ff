"""The organiser's overview and the form for the phases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.events.models import Edition, Phase
from hackathon.ideas.rules import Stage
from hackathon.judging.models import Criterion, Score
from hackathon.judging.rules import RoundState, ScorecardState
from tests.conftest import Clock
from tests.factories import NOW, make_edition, make_member, make_person, sign_in
from tests.portal.builders import (
    counted_queries,
    make_card,
    make_idea,
    make_place,
    make_profile,
    make_round,
    make_team,
    publish_results,
)

ORGANISE = "/events/skills360/organise/"
PHASES = "/events/skills360/organise/phases"


@pytest.fixture
def edition(client: FlaskClient) -> Edition:
    """An edition, and an organiser of it signed in."""
    made = make_edition(capacity=40)
    sign_in(client, make_member(Role.ORGANISER, made))
    return made


def overview(client: FlaskClient) -> str:
    answer = client.get(ORGANISE)
    assert answer.status_code == 200
    return str(answer.text).split("<main")[1].split("</main>")[0]


def shown(client: FlaskClient) -> dict[str, str]:
    """The form as the browser would send it back unchanged."""
    answer = client.get(PHASES)
    assert answer.status_code == 200
    fields = {}
    for part in answer.text.split("<input ")[1:]:
        tag = part.split(">", 1)[0]
        if 'name="' in tag and 'value="' in tag:
            fields[tag.split('name="')[1].split('"')[0]] = tag.split('value="')[1].split('"')[0]
    return {name: value for name, value in fields.items() if name == "seen" or name.endswith(("_opens", "_closes"))}


def send(client: FlaskClient, fields: Mapping[str, str]) -> TestResponse:
    return client.post(PHASES, data=fields)


def stored(edition: Edition) -> dict[str, tuple[datetime, datetime]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Phase).where(Phase.edition_id == edition.id))
    return {phase.kind.value: (phase.opens_at, phase.closes_at) for phase in rows}


def entries() -> list[AuditEntry]:
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phase.change").order_by(AuditEntry.id))
    )


@pytest.mark.usefixtures("app")
class TestWhoMay:
    @pytest.mark.parametrize("address", [ORGANISE, PHASES])
    @pytest.mark.parametrize(
        "role", [Role.PARTICIPANT, Role.COORDINATOR, Role.FACILITATOR, Role.JUDGE, Role.ADMINISTRATOR]
    )
    def test_others_are_refused(self, client: FlaskClient, address: str, role: Role) -> None:
        made = make_edition()
        sign_in(client, make_member(role, made))
        assert client.get(address).status_code == 403

    def test_anonymous_is_sent_to_sign_in(self, client: FlaskClient) -> None:
        make_edition()
        assert client.get(ORGANISE).status_code == 303

    def test_participant_changes_nothing(self, client: FlaskClient, edition: Edition) -> None:
        fields = shown(client)
        before = stored(edition)
        sign_in(client, make_member(Role.PARTICIPANT, edition))
        assert send(client, {**fields, "registration_closes": "2027-01-01T00:00"}).status_code == 403
        assert stored(edition) == before


@pytest.mark.usefixtures("app")
class TestOverview:
    def test_empty_event_says_what_is_next(self, client: FlaskClient, edition: Edition) -> None:
        text = overview(client)
        assert "Härnäst: Sätt samman teamen och publicera dem." in text
        assert text.count('aria-current="step"') == 1
        assert "0 av 40" in text

    def test_counts_are_true_and_lead_to_their_lists(self, client: FlaskClient, edition: Edition) -> None:
        people = [make_person() for _ in range(3)]
        for seat, person in enumerate(people, start=1):
            make_place(person, edition, seat=seat)
        make_place(make_person(), edition, pool="external", line=1)
        make_profile(people[0], edition)
        for number, stage in enumerate((Stage.DRAFT, Stage.SUBMITTED, Stage.SUBMITTED), start=1):
            make_idea(edition, number, stage=stage)
        make_team(edition, 1, people[:2], submitted=True)
        make_team(edition, 2, [])
        text = overview(client)
        assert "3 av 40" in text
        assert ", 1 på reservlistan" in text
        assert '<a href="/events/skills360/organise/people"><b class="num">2</b> utan profil</a>' in text
        assert '<a href="/events/skills360/ideas?stage=submitted">Inskickad <b class="num">2</b></a>' in text
        assert '<b class="num">1 av 2</b> inlämnade' in text
        assert '<b class="num">1</b> med plats men utan team' in text

    def test_judging_is_counts_and_never_points(self, client: FlaskClient, edition: Edition) -> None:
        current = make_round(edition)
        question = Criterion(
            round_id=current.id,
            key="k",
            name_sv="N",
            name_en="N",
            ask_sv="?",
            ask_en="?",
            anchors={},
            weight=1,
            position=1,
        )
        db.session.add(question)
        db.session.flush()
        card = make_card(make_member(Role.JUDGE, edition), make_team(edition, 1, []), current, ScorecardState.SUBMITTED)
        db.session.add(Score(scorecard_id=card.id, criterion_id=question.id, points=5))
        db.session.commit()
        with counted_queries() as statements:
            text = overview(client)
        assert '<b class="num">1 av 1</b> bedömningar inlämnade' in text
        assert not [statement for statement in statements if re.search(r"\bscore\b|\bpoints\b", statement)]

    def test_closed_round_waits_for_two(self, client: FlaskClient, edition: Edition) -> None:
        make_team(edition, 1, [], submitted=True)
        make_round(edition, RoundState.CLOSED)
        text = overview(client)
        assert "Två arrangörer godkänner resultatet" in text
        assert "0 av 2" in text

    def test_published_results_are_linked(self, client: FlaskClient, edition: Edition) -> None:
        publish_results(edition, make_round(edition))
        assert 'href="/events/skills360/results"' in overview(client)

    def test_queries_do_not_grow(self, client: FlaskClient, edition: Edition) -> None:
        make_round(edition)
        overview(client)
        with counted_queries() as few:
            overview(client)
        for number in range(1, 6):
            person = make_person()
            make_place(person, edition, seat=number)
            make_idea(edition, number, person)
            make_team(edition, number, [person])
        with counted_queries() as many:
            overview(client)
        assert len(many) == len(few)


@pytest.mark.usefixtures("app")
class TestPhases:
    def test_shows_the_editions_own_time(self, client: FlaskClient, edition: Edition) -> None:
        fields = shown(client)
        assert fields["registration_opens"] == "2026-09-10T09:00"  # 07:00 UTC, in Stockholm's summer
        assert fields["registration_closes"] == "2026-09-18T09:00"

    def test_sent_back_unchanged_changes_and_records_nothing(self, client: FlaskClient, edition: Edition) -> None:
        before = stored(edition)
        answer = send(client, shown(client))
        assert answer.status_code == 303
        assert answer.location == ORGANISE
        assert stored(edition) == before
        assert entries() == []

    def test_moves_one_phase_and_records_it(self, client: FlaskClient, edition: Edition) -> None:
        before = stored(edition)
        assert send(client, {**shown(client), "ideas_closes": "2026-12-01T12:00"}).status_code == 303
        moved = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
        assert stored(edition) == before | {"ideas": (before["ideas"][0], moved)}
        (entry,) = entries()
        assert entry.edition_id == edition.id
        assert entry.actor_id is not None
        assert '"closes_at": "20261201T110000"' in entry.details

    def test_moved_phase_counts_at_once(self, client: FlaskClient, edition: Edition, clock: Clock) -> None:
        assert send(client, {**shown(client), "registration_closes": "2026-09-11T08:00"}).status_code == 303
        browser = client.application.test_client()
        assert 'href="/events/skills360/register"' not in browser.get("/events/skills360").text
        clock.forward(hours=-2)
        assert 'href="/events/skills360/register"' in browser.get("/events/skills360").text

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("ideas_closes", "2026-09-10T09:00", "Stängningen måste komma efter öppningen."),
            ("ideas_closes", "2026-09-01T09:00", "Stängningen måste komma efter öppningen."),
            ("ideas_closes", "", "Ange dag och klockslag."),
            ("ideas_opens", "i morgon", "Skriv dag och klockslag"),
            ("ideas_opens", "2026-13-40T25:61", "Skriv dag och klockslag"),
            ("ideas_opens", "0001-01-01T00:00", "Ange ett år mellan 2000 och 2100."),
            ("ideas_closes", "9999-12-31T23:59", "Ange ett år mellan 2000 och 2100."),
            ("ideas_closes", "2027-03-28T02:30", "Den tiden finns inte"),
        ],
    )
    def test_wrong_time_is_told_at_its_field_and_changes_nothing(
        self, client: FlaskClient, edition: Edition, name: str, value: str, message: str
    ) -> None:
        before = stored(edition)
        answer = send(client, {**shown(client), "registration_closes": "2026-12-24T12:00", name: value})
        assert answer.status_code == 422
        assert f'href="#{name}"' in answer.text  # in the summary
        at_field = answer.text.split(f'id="{name}-error"')[1].split("</p>")[0]
        assert message in at_field
        assert 'value="2026-12-24T12:00"' in answer.text  # what was right is kept
        assert stored(edition) == before
        assert entries() == []

    def test_missing_fields_are_refused(self, client: FlaskClient, edition: Edition) -> None:
        before = stored(edition)
        assert send(client, {}).status_code == 422
        assert stored(edition) == before

    def test_what_somebody_else_changed_is_not_overwritten(self, client: FlaskClient, edition: Edition) -> None:
        seen = shown(client)
        assert send(client, {**seen, "ideas_closes": "2026-12-01T12:00"}).status_code == 303
        between = stored(edition)
        assert send(client, {**seen, "registration_closes": "2026-10-01T12:00"}).status_code == 409
        assert stored(edition) == between

    def test_other_editions_phases_stay(self, client: FlaskClient, edition: Edition) -> None:
        other = make_edition("annan", now=NOW + timedelta(days=3))
        before = stored(other)
        assert send(client, {**shown(client), "ideas_closes": "2026-12-01T12:00"}).status_code == 303
        assert stored(other) == before
