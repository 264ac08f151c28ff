"""One's own page: the next thing by role, the own team, and nobody else's things."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.rules import Stage
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.teams.models import TeamMember
from tests.conftest import Clock
from tests.factories import NOW, give_role, make_edition, make_member, make_organisation, make_person, sign_in
from tests.portal.builders import (
    counted_queries,
    make_agenda,
    make_card,
    make_idea,
    make_place,
    make_profile,
    make_round,
    make_team,
    publish_results,
    set_phase,
)

HOME = "/events/skills360/home"


def home(client: FlaskClient) -> str:
    answer = client.get(HOME)
    assert answer.status_code == 200
    return str(answer.text).split("<main")[1].split("</main>")[0]


def participant(client: FlaskClient, edition: Edition, *, seat: int | None = 1, line: int | None = None) -> Person:
    """A signed-in participant with a seat or a place in line."""
    person = make_member(Role.PARTICIPANT, edition)
    make_place(person, edition, seat=None if line else seat, line=line, organisation=make_organisation(edition))
    sign_in(client, person)
    return person


@pytest.mark.usefixtures("app")
class TestWhoMay:
    def test_anonymous_is_sent_to_sign_in(self, client: FlaskClient) -> None:
        make_edition()
        answer = client.get(HOME)
        assert answer.status_code == 303
        assert answer.location.startswith("/account/sign-in?next=")

    def test_account_without_role_may_register(self, client: FlaskClient) -> None:
        make_edition()
        sign_in(client, make_person(name="Elsa Glimö"))
        text = home(client)
        assert "Hej Elsa" in text
        assert 'href="/events/skills360/register"' in text


@pytest.mark.usefixtures("app")
class TestParticipant:
    def test_without_profile_fills_it_in(self, client: FlaskClient) -> None:
        participant(client, make_edition())
        text = home(client)
        assert "Berätta vad du kan" in text
        assert "Myndighet, plats 1 av 40." in text

    def test_with_profile_writes_an_idea(self, client: FlaskClient) -> None:
        edition = make_edition()
        make_profile(participant(client, edition), edition)
        assert "Lämna en idé" in home(client)

    def test_sees_own_ideas_with_stage_and_nobody_elses(self, client: FlaskClient) -> None:
        edition = make_edition()
        person = participant(client, edition)
        make_profile(person, edition)
        make_idea(edition, 1, person, stage=Stage.DRAFT)
        make_idea(edition, 2, make_person())
        text = home(client)
        assert "Idé 1" in text
        assert "Utkast" in text
        assert "Idé 2" not in text
        assert "Snart får du veta ditt team" in text

    def test_in_line_sees_the_position(self, client: FlaskClient) -> None:
        edition = make_edition()
        make_place(make_person(), edition, line=3)
        participant(client, edition, line=8)
        assert "Du är nummer 2 på reservlistan" in home(client)

    def test_sees_table_team_and_deadline_on_the_day(self, client: FlaskClient, clock: Clock) -> None:
        edition = make_edition()
        make_agenda(edition, NOW - timedelta(minutes=30))
        set_phase(edition, "pitches", opens_at=NOW, closes_at=NOW + timedelta(hours=4, minutes=42))
        person = participant(client, edition)
        other = make_person(name="Tove Daggvik")
        make_place(other, edition, pool="external", seat=1)
        make_profile(other, edition, title="Ingenjör")
        make_team(edition, 3, [make_person()])
        make_team(edition, 7, [person, other])
        text = home(client)
        assert "Gå till bord 7" in text
        assert "Härnäst 09:30: Punkt 2" in text
        assert "Lag 7" in text
        assert 'aria-label="Salen sedd uppifrån med scenen överst. Ditt bord har nummer 7."' in text
        assert "Tove Daggvik" in text
        assert "Ingenjör" in text
        assert '<span class="pill acc">du</span>' in text
        assert "4 tim 42 min" in text
        assert 'href="/events/skills360/teams/7/entry"' in text
        assert "Lag 3" not in text

    def test_before_the_day_the_table_is_told_without_haste(self, client: FlaskClient, clock: Clock) -> None:
        edition = make_edition()
        make_team(edition, 2, [participant(client, edition)])
        clock.forward(days=-1, hours=2)
        set_phase(edition, "pitches", opens_at=NOW, closes_at=NOW + timedelta(days=1))
        text = home(client)
        assert "Du sitter vid bord 2" in text
        assert "Gå till bord" not in text

    def test_after_the_deadline_the_entry_is_closed(self, client: FlaskClient) -> None:
        edition = make_edition()
        set_phase(edition, "pitches", opens_at=NOW - timedelta(hours=5), closes_at=NOW)
        make_team(edition, 1, [participant(client, edition)], submitted=True)
        text = home(client)
        assert "Juryn bedömer" in text
        assert "Bidraget är inlämnat" in text
        assert "/teams/1/entry" not in text

    def test_after_results_sees_the_winner(self, client: FlaskClient) -> None:
        edition = make_edition()
        participant(client, edition)
        publish_results(edition, make_round(edition))
        assert 'href="/events/skills360/results"' in home(client)

    def test_whoever_cancelled_may_register_again(self, client: FlaskClient) -> None:
        edition = make_edition()
        participant(client, edition, seat=None)
        text = home(client)
        assert "Anmäl dig" in text
        assert "Min plats" not in text


@pytest.mark.usefixtures("app")
class TestOtherRoles:
    def test_judge_sees_how_many_are_left(self, client: FlaskClient) -> None:
        edition = make_edition()
        judge = make_member(Role.JUDGE, edition)
        current = make_round(edition)
        states = [ScorecardState.SUBMITTED, ScorecardState.DRAFT, ScorecardState.ASSIGNED, ScorecardState.RECUSED]
        for number, state in enumerate(states, start=1):
            make_card(judge, make_team(edition, number, [make_person()]), current, state)
        sign_in(client, judge)
        text = home(client)
        assert "1 av 3 bedömda" in text
        assert 'href="/events/skills360/judging"' in text
        assert "Anmäl dig" not in text

    def test_judge_who_has_finished_is_told_so(self, client: FlaskClient) -> None:
        edition = make_edition()
        judge = make_member(Role.JUDGE, edition)
        make_card(judge, make_team(edition, 1, [make_person()]), make_round(edition), ScorecardState.SUBMITTED)
        sign_in(client, judge)
        assert "Alla dina bedömningar är inlämnade" in home(client)

    @pytest.mark.parametrize("state", [None, RoundState.SETUP])
    def test_judge_waits_until_judging_opens(self, client: FlaskClient, state: RoundState | None) -> None:
        edition = make_edition()
        if state:
            make_round(edition, state)
        sign_in(client, make_member(Role.JUDGE, edition))
        assert "Bedömningen har inte öppnat" in home(client)

    def test_organiser_sees_what_waits(self, client: FlaskClient) -> None:
        edition = make_edition()
        sign_in(client, make_member(Role.ORGANISER, edition))
        text = home(client)
        assert "Sätt samman teamen och publicera dem" in text
        assert 'href="/events/skills360/organise/"' in text

    def test_coordinator_sees_own_organisation_alone(self, client: FlaskClient) -> None:
        edition = make_edition()
        own, other = make_organisation(edition, "Boverket"), make_organisation(edition, "Tullverket")
        make_place(make_person(), edition, seat=1, organisation=own)
        make_place(make_person(), edition, seat=2, organisation=other)
        sign_in(client, make_member(Role.COORDINATOR, edition, organisation=own))
        text = home(client)
        assert "Boverket" in text
        assert '<b class="num">1</b> plats' in text
        assert "Tullverket" not in text

    def test_facilitator_goes_to_the_teams(self, client: FlaskClient) -> None:
        edition = make_edition()
        sign_in(client, make_member(Role.FACILITATOR, edition))
        assert 'href="/events/skills360/teams"' in home(client)

    def test_two_roles_give_two_steps_and_one_leads(self, client: FlaskClient) -> None:
        edition = make_edition()
        person = participant(client, edition)
        give_role(person, Role.ORGANISER, edition)
        text = home(client)
        assert text.count('class="now"') == 1
        assert "Till Arrangera" in text
        assert "Berätta vad du kan" in text

    def test_role_in_another_edition_counts_for_nothing(self, client: FlaskClient) -> None:
        make_edition()
        sign_in(client, make_member(Role.ORGANISER, make_edition("annan")))
        assert "Till Arrangera" not in home(client)


@pytest.mark.usefixtures("app")
def test_queries_do_not_grow(client: FlaskClient) -> None:
    edition = make_edition()
    person = participant(client, edition)
    team = make_team(edition, 1, [person])
    make_idea(edition, 1, person)
    home(client)
    with counted_queries() as few:
        home(client)
    for number in range(2, 6):
        make_idea(edition, number, person)
        other = make_person()
        make_place(other, edition, seat=number)
        make_profile(other, edition)
        team.members.append(TeamMember(person_id=other.id, edition_id=edition.id))
    db.session.commit()
    with counted_queries() as many:
        home(client)
    assert len(many) == len(few)
