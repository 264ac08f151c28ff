"""The first page of an event: the right button in each phase, true counts, and no names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.followup.models import Outcome
from hackathon.followup.rules import OutcomeKind
from hackathon.ideas.rules import Stage
from hackathon.workshops.models import Finding, FindingKind, Workshop
from tests.conftest import Clock
from tests.factories import NOW, make_edition, make_member, make_organisation, make_person, sector_of, sign_in
from tests.portal.builders import (
    counted_queries,
    make_agenda,
    make_idea,
    make_place,
    make_round,
    make_team,
    publish_results,
    set_phase,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def page(client: FlaskClient, address: str = "/events/skills360") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.text)


def edition_with_registration(opens: timedelta, closes: timedelta) -> Edition:
    """Registration from and until these distances from now; everything else is far ahead."""
    edition = make_edition(open_phases=())
    set_phase(edition, "registration", opens_at=NOW + opens, closes_at=NOW + closes)
    return edition


@pytest.mark.usefixtures("app")
class TestIndex:
    def test_without_edition_says_what_to_do(self, client: FlaskClient) -> None:
        assert "flask demo load" in page(client, "/")

    def test_one_edition_is_shown_directly(self, client: FlaskClient) -> None:
        make_edition(open_phases=("registration",))
        text = page(client, "/")
        assert 'href="/events/skills360/register"' in text
        assert 'href="/events/skills360/ideas/board"' in text

    def test_one_edition_knows_the_viewers_role(self, client: FlaskClient) -> None:
        edition = make_edition()
        sign_in(client, make_member(Role.ORGANISER, edition))
        assert 'href="/events/skills360/organise/"' in page(client, "/")

    def test_several_editions_are_listed(self, client: FlaskClient) -> None:
        make_edition("skills360")
        make_edition("nasta")
        text = page(client, "/")
        assert 'href="/events/skills360"' in text
        assert 'href="/events/nasta"' in text


@pytest.mark.usefixtures("app")
class TestMainButton:
    def test_before_registration_counts_down_to_the_announced_minute(self, client: FlaskClient, clock: Clock) -> None:
        edition_with_registration(2 * DAY + 3 * HOUR, 9 * DAY)
        text = page(client)
        assert "Anmälan öppnar 13 september kl. 12:00" in text
        assert 'data-countdown="2026-09-13T10:00:00+00:00"' in text
        assert '<li data-unit="d"><b>2</b>' in text
        assert '<li data-unit="h"><b>03</b>' in text
        assert "js/countdown.js" in text
        assert "/register" not in text

    def test_opens_on_the_minute(self, client: FlaskClient, clock: Clock) -> None:
        edition_with_registration(HOUR, DAY)
        clock.forward(minutes=59, seconds=59)
        assert 'href="/events/skills360/register"' not in page(client)
        clock.forward(seconds=1)
        text = page(client)
        assert 'href="/events/skills360/register"' in text
        assert "Anmäl dig" in text
        assert "js/countdown.js" not in text

    def test_full_event_offers_the_waiting_list(self, client: FlaskClient) -> None:
        edition = make_edition(capacity=0, open_phases=("registration",))
        assert edition.slug in page(client)
        assert "Ställ dig på reservlistan" in page(client)

    def test_after_registration_ideas_are_asked_for(self, client: FlaskClient) -> None:
        edition = edition_with_registration(-9 * DAY, -DAY)
        set_phase(edition, "ideas", opens_at=NOW - DAY, closes_at=NOW + DAY)
        text = page(client)
        assert 'href="/events/skills360/ideas/new"' in text
        assert "Idéer tas emot till 12 september" in text

    def test_after_everything_has_closed_there_are_ideas_to_read(self, client: FlaskClient) -> None:
        edition_with_registration(-9 * DAY, -DAY)
        text = page(client)
        assert "/ideas/new" not in text
        assert "Läs idéerna" in text

    def test_after_publication_teams_are_shown(self, client: FlaskClient) -> None:
        edition = edition_with_registration(-9 * DAY, -DAY)
        make_team(edition, 1, [make_person()])
        assert "Se teamen" in page(client)

    def test_after_results_the_winner(self, client: FlaskClient) -> None:
        edition = make_edition()
        publish_results(edition, make_round(edition))
        text = page(client)
        assert "Se vinnaren" in text
        assert "Anmäl dig" not in text

    def test_whoever_takes_part_goes_on_to_the_own_page(self, client: FlaskClient) -> None:
        edition = make_edition()
        sign_in(client, make_member(Role.PARTICIPANT, edition))
        text = page(client)
        assert "Till min sida" in text
        assert 'href="/events/skills360/register"' not in text

    def test_has_one_filled_button(self, client: FlaskClient) -> None:
        make_edition()
        assert page(client).split("<main")[1].count('class="btn"') == 1


@pytest.mark.usefixtures("app")
class TestCounts:
    def test_seats_are_counts_and_never_people(self, client: FlaskClient) -> None:
        edition = make_edition(capacity=4)
        for seat in (1, 2, 3):
            make_place(make_person(name="Hemlig Person"), edition, seat=seat)
        make_place(make_person(), edition, line=1)
        text = page(client)
        assert "Hemlig" not in text
        assert "3 av 4 platser är tagna." in text
        assert "0 av 4 platser är tagna." in text
        assert "1 person på reservlistan" in text
        assert "4 platser kvar" in text

    def test_journey_counts_what_everybody_may_read(self, client: FlaskClient) -> None:
        edition = make_edition(questions=2)
        workshop = Workshop(
            edition_id=edition.id, number=1, title_sv="W", title_en="W", summary_sv="", summary_en="", place="Umeå",
            held_on=(NOW - 100 * DAY).date(),
        )  # fmt: skip
        db.session.add(workshop)
        db.session.flush()
        for number in (1, 2, 3):
            kind = FindingKind.CHALLENGE if number == 3 else FindingKind.SUCCESS_FACTOR
            db.session.add(
                Finding(
                    edition_id=edition.id,
                    number=number,
                    kind=kind,
                    text="F",
                    workshop_id=workshop.id,
                    sector_id=sector_of(edition, "S1").id,
                )
            )
        for number, stage in enumerate((Stage.DRAFT, Stage.SUBMITTED, Stage.WINNER, Stage.PARKED), start=1):
            make_idea(edition, number, stage=stage)
        hidden = make_idea(edition, 9, hidden=True)
        db.session.add(
            Outcome(edition_id=edition.id, idea_id=hidden.id, kind=OutcomeKind.PILOT, reason="Provas.", decided_at=NOW)
        )
        db.session.commit()
        text = page(client)
        for count, path, noun in (
            (3, "workshops", "fynd"),
            (2, "questions", "frågor"),
            (3, "ideas/board", "idéer"),
            (1, "followup", "pilot"),
        ):
            assert f'<b class="num">{count}</b> <a href="/events/skills360/{path}">{noun}</a>' in text
        assert "1 workshoppar samlade 2 framgångsfaktorer och 1 utmaningar" in text

    def test_agenda_marks_the_open_closing(self, client: FlaskClient) -> None:
        make_agenda(make_edition())
        text = page(client)
        assert text.count('<li class="open">') == 1
        assert 'Punkt 3 <span class="pill">Öppet för alla</span>' in text
        assert '<time datetime="2026-09-11T07:00:00+00:00">09:00</time>' in text

    @pytest.mark.parametrize("address", ["/events/skills360", "/"])
    def test_queries_do_not_grow(self, client: FlaskClient, address: str) -> None:
        edition = make_edition(questions=1)
        make_agenda(edition, points=1)
        page(client, address)
        with counted_queries() as few:
            page(client, address)
        for number in range(1, 6):
            make_idea(edition, number)
            make_organisation(edition)
            make_place(make_person(), edition, seat=number)
            make_team(edition, number, [make_person()])
        make_agenda(edition, points=5)
        with counted_queries() as many:
            page(client, address)
        assert len(many) == len(few)

    def test_english(self, client: FlaskClient) -> None:
        make_agenda(make_edition())
        client.set_cookie("language", "en")
        text = page(client)
        assert "Question 1?" in text
        assert "Fråga 1?" not in text
        assert "Point 1" in text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("address", ["/accessibility", "/privacy"])
def test_statements_are_there_for_everybody(client: FlaskClient, address: str) -> None:
    text = page(client, address)
    assert text.count("<h1") == 1
    assert "arrangören" in text


@pytest.mark.usefixtures("app")
def test_unknown_edition_is_not_found(client: FlaskClient) -> None:
    make_edition()
    assert client.get("/events/other").status_code == 404
