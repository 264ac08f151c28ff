"""The event's day: an organiser publishes the teams, and the teams hand in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select, update

from hackathon.core.db import db
from hackathon.core.outbox import Mail, MailState
from hackathon.demo.accounts import DOMAIN
from hackathon.demo.proposals import Proposal, entered_at
from hackathon.demo.rows import Row, add_rows, read_pairs
from hackathon.demo.scene import Scene
from hackathon.matching.explain import best_possible
from hackathon.matching.models import RunState, TeamPlan, TeamRun
from hackathon.matching.problem import Problem, Solution, parse_problem, rule_costs
from hackathon.matching.problem import Team as PlannedTeam
from hackathon.matching.roster import participant_id, read_roster
from hackathon.matching.services import publish_plan
from hackathon.teams.models import Entry, Team

_RUN = (0, "09:20")
_PUBLISHED = (0, "09:45")


def add_teams(scene: Scene) -> None:
    """The run that found the plan, the plan as it was published, and the teams with their own names."""
    published_at = scene.calendar.at(*_PUBLISHED)
    if not scene.calendar.has_come(published_at):
        return
    document = read_roster(scene.edition_id).document
    if document is None:
        raise LookupError("nobody of the demo has a place, so that there is nobody to seat")
    problem = parse_problem(document)
    run = _run(scene, document, solution := _solution(scene, problem))
    plan = TeamPlan(run=run, edition_id=scene.edition_id, solution=solution.to_json())
    db.session.add(plan)
    db.session.flush()
    publish_plan(plan, actor_id=scene.organiser, now=published_at)
    # The letters to the members are kept to be read, and never leave: nobody lives at these addresses.
    letters = Mail.recipient.endswith(f"@{DOMAIN}", autoescape=True)
    db.session.execute(update(Mail).where(letters, Mail.state == MailState.QUEUED).values(state=MailState.CAUGHT))
    names = {team.number: team.name for team in scene.content.teams}
    for team in db.session.scalars(select(Team).where(Team.edition_id == scene.edition_id)):
        team.name = names[team.number]
    db.session.flush()


def _solution(scene: Scene, problem: Problem) -> Solution:
    """The plan of the texts as the engine writes it, with what it costs by this problem's rules."""
    teams = tuple(
        PlannedTeam(team.number, team.question, tuple(participant_id(scene.people[member]) for member in team.members))
        for team in scene.content.teams
    )
    cost = sum(row.weighted for row in rule_costs(problem, teams))
    found = scene.content.run
    if cost == found.cost:
        return Solution("feasible", teams, cost, found.lower_bound, found.seconds)
    # The rules have changed since the plan was found: what counting alone proves is true of any rules.
    bound = sum(best_possible(problem, rule) * rule.weight for rule in problem.rules if not rule.hard)
    return Solution("feasible", teams, cost, bound, found.seconds)


def _run(scene: Scene, document: dict[str, object], solution: Solution) -> TeamRun:
    found = scene.content.run
    started_at = scene.calendar.at(*_RUN)
    curve = [list(point) for point in found.curve] if solution.cost == found.cost else []
    return TeamRun(
        edition_id=scene.edition_id,
        state=RunState.SOLVED,
        problem=document,
        time_limit=found.time_limit,
        seed=found.seed,
        cost=solution.cost,
        lower_bound=solution.lower_bound,
        curve=curve,
        created_by_id=scene.organiser,
        created_at=started_at,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=found.seconds),
    )


def add_entries(scene: Scene, proposals: Mapping[str, Proposal]) -> None:
    """What the teams have handed in."""
    team_ids = read_pairs(select(Team.number, Team.id).where(Team.edition_id == scene.edition_id))
    rows: list[Row] = []
    for team in scene.content.teams:
        at = entered_at(scene, team.number)
        if scene.calendar.has_come(at):
            rows.append(
                {
                    "team_id": team_ids[team.number], "idea_id": proposals[team.idea].id, "title": team.pitch_title,
                    "pitch": team.pitch, "submitted_at": at, "changed_at": at, "changed_by_id": scene.people[team.members[0]],
                }
            )  # fmt: skip
    add_rows(Entry, rows)
