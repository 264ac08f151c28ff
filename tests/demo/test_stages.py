"""Each stage of the demo: what is true in it, whatever stood there before."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from config import STAGES
from hackathon.accounts.models import RoleAssignment
from hackathon.core.access import Role
from hackathon.core.model import Base, UtcDateTime
from hackathon.demo.calendar import Calendar
from hackathon.demo.loader import load_demo
from hackathon.events.models import Edition, Pool
from hackathon.followup.models import Outcome
from hackathon.ideas.models import Idea, IdeaTransition
from hackathon.ideas.rules import Stage, find_step
from hackathon.judging.models import Round, Scorecard
from hackathon.judging.queries import find_result
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.matching.models import PlanState, TeamPlan, TeamRun
from hackathon.matching.problem import Solution, parse_problem, rule_costs
from hackathon.registration.models import Profile, Registration, RegistrationState
from hackathon.teams.models import Entry, Team, TeamMember
from tests.demo.canon import canon

Session = scoped_session[Any]
EARLY = datetime(2026, 9, 10, 22, 5, tzinfo=UTC)
"""Five past midnight in Stockholm."""
YET_TO_COME = {"opens_at", "closes_at", "starts_at", "expires_at"}
OVER = {
    "registration": "winner",
    "ideas": "registration",
    "teams": "followup",
    "judging": "judging",
    "winner": "winner",
    "followup": "teams",
}
OPEN_NOW = {
    "registration": {"registration", "ideas"},
    "ideas": {"ideas"},
    "teams": {"teams", "pitches"},
    "judging": {"judging"},
    "winner": {"followup"},
    "followup": {"followup"},
}


def count(session: Session, model: type[Base], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def stages_of_ideas(session: Session) -> Counter[Stage]:
    return Counter(session.scalars(select(Idea.stage)))


@pytest.mark.parametrize(("stage", "over"), OVER.items())
def test_stage_is_the_same_on_an_empty_database_and_over_any_stage(
    app: Flask, stage: str, over: str, now: datetime
) -> None:
    load_demo(stage, now=now)
    first = canon()
    if over != stage:
        load_demo(over, now=now)
        assert canon() != first
    load_demo(stage, now=now)
    assert canon() == first


@pytest.mark.parametrize("stage", STAGES)
def test_stage_tells_only_what_has_happened_and_in_order(db_session: Session, stage: str) -> None:
    load_demo(stage, now=EARLY)
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, UtcDateTime) and column.name not in YET_TO_COME:
                latest = db_session.scalar(select(func.max(column)))
                assert latest is None or latest <= EARLY, f"{table.name}.{column.name}"
    current: dict[int, Stage] = {}
    for step in db_session.scalars(select(IdeaTransition).order_by(IdeaTransition.id)):
        assert step.actor_id is not None
        before = current.get(step.idea_id)
        assert step.from_stage == before
        if before is not None:
            allowed = find_step(before, step.to_stage)
            assert allowed is not None
            assert step.reason or not allowed.needs_reason
        current[step.idea_id] = step.to_stage
    assert current == {row.id: row.stage for row in db_session.execute(select(Idea.id, Idea.stage))}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_stage_is_true_for_the_whole_day(stage: str, hour: int) -> None:
    moment = datetime(2026, 9, 11, hour, 1, tzinfo=ZoneInfo("Europe/Stockholm"))
    open_now = {kind for kind, opens, closes in Calendar.of(stage, moment).phases() if opens <= moment < closes}
    assert OPEN_NOW[stage] <= open_now
    assert open_now - OPEN_NOW[stage] <= ({"judging"} if stage == "teams" else set())


def test_registration_is_open_with_all_places_free(db_session: Session, now: datetime) -> None:
    load_demo("registration", now=now)
    assert count(db_session, Registration) == count(db_session, Profile) == 0
    pools = {row.key: row.capacity for row in db_session.execute(select(Pool.key, Pool.capacity))}
    assert pools == {"agency": 40, "external": 40}
    assert count(db_session, RoleAssignment, RoleAssignment.role == Role.PARTICIPANT) == 0
    assert stages_of_ideas(db_session) == {Stage.SUBMITTED: 110}


def test_ideas_has_80_registered_8_waiting_and_a_shortlist(db_session: Session, now: datetime) -> None:
    load_demo("ideas", now=now)
    states = db_session.execute(
        select(Pool.key, Registration.state, func.count()).join(Pool).group_by(Pool.key, Registration.state)
    )
    waiting, confirmed = RegistrationState.WAITLISTED, RegistrationState.CONFIRMED
    assert {(row[0], row[1]): row[2] for row in states} == {
        ("agency", confirmed): 40, ("external", confirmed): 40, ("agency", waiting): 4, ("external", waiting): 4,
    }  # fmt: skip
    assert count(db_session, Profile) == 88
    stages = stages_of_ideas(db_session)
    assert stages[Stage.SUBMITTED] > 70
    assert 16 <= stages[Stage.SHORTLISTED] <= 24
    assert count(db_session, Team) == 0


def test_teams_waits_for_team_generation(db_session: Session, now: datetime) -> None:
    load_demo("teams", now=now)
    checked_in = RegistrationState.CHECKED_IN
    assert count(db_session, Registration, Registration.state == checked_in) == 80
    assert count(db_session, Team) == count(db_session, TeamRun) == 0
    assert db_session.scalars(select(Edition.event_date)).one() == now.date()
    assert db_session.scalars(select(Round.state)).one() is RoundState.SETUP


def test_judging_has_teams_entries_and_about_half_the_scorecards(db_session: Session, now: datetime) -> None:
    load_demo("judging", now=now)
    assert count(db_session, Team) == count(db_session, Entry, Entry.submitted_at.is_not(None)) == 16
    assert count(db_session, TeamMember) == 80
    assert stages_of_ideas(db_session)[Stage.ENTERED] == 16
    assert db_session.scalars(select(Round.state)).one() is RoundState.OPEN
    states = Counter(db_session.scalars(select(Scorecard.state)))
    assert 0.4 <= states[ScorecardState.SUBMITTED] / states.total() <= 0.6
    assert states[ScorecardState.DRAFT] > 0
    assert len(set(db_session.scalars(select(Scorecard.judge_id)))) == 6
    assert find_result(db_session.scalars(select(Edition.id)).one()) is None
    # No judge has a team of the own organisation.
    own = (
        select(Scorecard.id)
        .join(TeamMember, TeamMember.team_id == Scorecard.team_id)
        .join(Registration, Registration.person_id == TeamMember.person_id)
        .where(Registration.organisation_id == Scorecard.organisation_id)
    )
    assert db_session.scalars(own).all() == []
    assert count(db_session, Scorecard) < 6 * 16


def test_plan_costs_what_its_run_says_and_the_stored_run_is_of_these_rules(db_session: Session, now: datetime) -> None:
    """Where this fails because the rules of team generation have changed, find a new plan: see demo/content/README.md."""
    load_demo("judging", now=now)
    run = db_session.scalars(select(TeamRun)).one()
    plan = db_session.scalars(select(TeamPlan)).one()
    problem = parse_problem(run.problem)
    costs = rule_costs(problem, Solution.from_json(plan.solution).teams)
    assert sum(row.weighted for row in costs) == run.cost
    assert all(row.cost == 0 for row in costs if row.hard)
    assert run.lower_bound is not None
    assert run.cost is not None
    assert run.lower_bound <= run.cost
    assert run.curve[-1][1:] == [run.cost, run.lower_bound]
    assert plan.state is PlanState.PUBLISHED


def test_winner_is_published_by_two_organisers_with_one_first_place(db_session: Session, now: datetime) -> None:
    load_demo("winner", now=now)
    round_ = db_session.scalars(select(Round)).one()
    assert round_.state is RoundState.PUBLISHED
    result = find_result(round_.edition_id)
    assert result is not None
    assert [team.place for team in result.teams][:3] == [1, 2, 3]
    assert len(result.teams) == 16
    stages = stages_of_ideas(db_session)
    assert (stages[Stage.WINNER], stages[Stage.FINALIST], stages[Stage.ENTERED]) == (1, 2, 13)
    winner = db_session.scalars(select(Idea).where(Idea.stage == Stage.WINNER)).one()
    assert winner.number == result.teams[0].idea_number


def test_followup_has_an_outcome_for_every_idea_of_a_team(db_session: Session, now: datetime) -> None:
    load_demo("followup", now=now)
    decided = set(db_session.scalars(select(Outcome.idea_id)))
    assert set(db_session.scalars(select(Entry.idea_id))) <= decided
    assert len(decided) > 16
    assert (now.date() - db_session.scalars(select(Edition.event_date)).one()).days == 182
