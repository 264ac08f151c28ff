"""Reading how far an event has come, for its organisers. Counts alone: no points, no names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.followup.models import Outcome
from hackathon.ideas.models import Idea
from hackathon.ideas.rules import PATH, Stage
from hackathon.judging.queries import count_states, find_round, list_approvals
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.matching.models import PlanState, RunState, TeamPlan, TeamRun
from hackathon.portal.queries.event import count_of
from hackathon.registration.models import Profile, Registration
from hackathon.registration.queries import PoolStanding, list_pool_standings
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.teams.queries import results_are_public
from hackathon.workshops.models import ChallengeQuestion


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """Teams planned, questions, seated people, runs, plans, teams and entries as counts."""

    planned: int
    questions: int
    without_profile: int
    without_team: int
    runs: int
    runs_at_work: int
    plans: int
    plans_published: int
    teams: int
    entries: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class JudgingProgress:
    """The latest round in counts: scorecards to be handed in, those that are, conflicts of interest, and who said yes."""

    state: RoundState
    cards: int
    done: int
    recused: int
    approvals: int


@dataclass(frozen=True, slots=True)
class Progress:
    """An event in numbers."""

    pools: list[PoolStanding]
    stages: dict[Stage, int]
    teams: TeamProgress
    judging: JudgingProgress | None
    results_published: bool

    @property
    def seated(self) -> int:
        return sum(pool.seated for pool in self.pools)

    @property
    def capacity(self) -> int:
        return sum(pool.capacity for pool in self.pools)

    @property
    def waiting(self) -> int:
        return sum(pool.waiting for pool in self.pools)

    @property
    def ideas(self) -> int:
        """Ideas past draft, those beside the way too."""
        return sum(count for stage, count in self.stages.items() if stage is not Stage.DRAFT)

    @property
    def shortlisted(self) -> int:
        """Ideas that were shortlisted and are still on the way, however far."""
        return sum(self.stages.get(stage, 0) for stage in PATH[PATH.index(Stage.SHORTLISTED) :])


def read_progress(edition_id: int) -> Progress:
    """How far everything has come, in at most seven queries."""
    return Progress(
        list_pool_standings(edition_id),
        _count_stages(edition_id),
        _count_teams(edition_id),
        _count_judging(edition_id),
        results_are_public(edition_id),
    )


def _count_stages(edition_id: int) -> dict[Stage, int]:
    rows = db.session.execute(
        select(Idea.stage, func.count()).where(Idea.edition_id == edition_id).group_by(Idea.stage)
    )
    return dict(rows.all())


def _count_teams(edition_id: int) -> TeamProgress:
    seated = (Registration.edition_id == edition_id, Registration.seat_no.is_not(None))
    have_profile = select(Profile.person_id).where(Profile.edition_id == edition_id)
    have_team = select(TeamMember.person_id).where(TeamMember.edition_id == edition_id)
    runs = TeamRun.edition_id == edition_id
    row = db.session.execute(
        select(
            Edition.team_count,
            count_of(ChallengeQuestion, ChallengeQuestion.edition_id == edition_id),
            count_of(Registration, *seated, Registration.person_id.not_in(have_profile)),
            count_of(Registration, *seated, Registration.person_id.not_in(have_team)),
            count_of(TeamRun, runs),
            count_of(TeamRun, runs, TeamRun.state.in_((RunState.QUEUED, RunState.RUNNING))),
            count_of(TeamPlan, TeamPlan.edition_id == edition_id),
            count_of(TeamPlan, TeamPlan.edition_id == edition_id, TeamPlan.state == PlanState.PUBLISHED),
            count_of(Team, Team.edition_id == edition_id),
            select(func.count(Entry.id))
            .join(Team, Entry.team_id == Team.id)
            .where(Team.edition_id == edition_id, Entry.submitted_at.is_not(None))
            .scalar_subquery(),
            count_of(Outcome, Outcome.edition_id == edition_id),
        ).where(Edition.id == edition_id)
    ).one()
    return TeamProgress(*row)


def _count_judging(edition_id: int) -> JudgingProgress | None:
    current = find_round(edition_id)
    if current is None:
        return None
    states = count_states(current.id)
    recused = states[ScorecardState.RECUSED]
    done = states[ScorecardState.SUBMITTED] + states[ScorecardState.LOCKED]
    cards = sum(states.values()) - recused - states[ScorecardState.VOIDED]
    return JudgingProgress(current.state, cards, done, recused, len(list_approvals(current)))
