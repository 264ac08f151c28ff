"""People with places and profiles, and plans of them, for the tests of team generation and of teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Pool
from hackathon.events.queries import find_edition
from hackathon.events.rules import EditionInfo
from hackathon.matching.models import RunState, TeamPlan, TeamRun
from hackathon.matching.problem import parse_problem, rule_costs
from hackathon.matching.roster import read_roster
from hackathon.matching.solver.terms import Plan
from hackathon.registration.models import (
    Profession,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    QuestionWish,
    Registration,
    RegistrationState,
    Seniority,
    Skill,
)
from tests.factories import NOW, give_role, make_organisation, make_person


def info_of(edition: Edition) -> EditionInfo:
    """The edition as services take it."""
    found = find_edition(edition.slug)
    assert found is not None
    return found


def make_taxonomy(edition: Edition) -> dict[str, Skill]:
    """Two skills and two professions."""
    skills = {
        key: Skill(edition_id=edition.id, key=key, name_sv=name, name_en=key.title())
        for key, name in (("facilitation", "Processledning"), ("data", "Data och analys"))
    }
    professions = [
        Profession(edition_id=edition.id, key=key, name_sv=name, name_en=key.title())
        for key, name in (("hr", "HR-specialist"), ("developer", "Utvecklare"))
    ]
    db.session.add_all([*skills.values(), *professions])
    db.session.commit()
    return skills


def seat(
    edition: Edition, person: Person, *, pool: str, sector: str, seat_no: int, now: datetime = NOW
) -> Registration:
    """Gives somebody a place and the role that comes with it; everybody has an organisation of their own."""
    organisation = make_organisation(edition, f"Org {person.id}", sector=sector)
    pool_id = db.session.query(Pool).filter_by(edition_id=edition.id, key=pool).one().id
    registration = Registration(
        edition_id=edition.id, person_id=person.id, pool_id=pool_id, organisation_id=organisation.id,
        state=RegistrationState.CONFIRMED, seat_no=seat_no, created_at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(registration)
    db.session.commit()
    give_role(person, Role.PARTICIPANT, edition, organisation)
    return registration


def make_crowd(edition: Edition, count: int, *, profiles: bool = True) -> list[Person]:
    """So many people with places, the first half from agencies; every third facilitates well."""
    skills = make_taxonomy(edition)
    professions = db.session.query(Profession).filter_by(edition_id=edition.id).order_by(Profession.id).all()
    people = []
    for number in range(count):
        person = make_person(f"crowd{edition.id}-{number}@example.org", name=f"Deltagare {number + 1:02}")
        agency = number < (count + 1) // 2
        seat_no = number + 1 if agency else number + 1 - (count + 1) // 2
        sector = f"S{number % 5 + 1}" if agency else "technology"
        seat(edition, person, pool="agency" if agency else "external", sector=sector, seat_no=seat_no)
        people.append(person)
        if profiles:
            profile = Profile(
                edition_id=edition.id, person_id=person.id, profession_id=professions[number % 2].id,
                seniority=list(Seniority)[number % 3], experience_years=number % 20, changed_at=NOW,
            )  # fmt: skip
            profile.languages = [ProfileLanguage(language="sv"), ProfileLanguage(language="en")]
            profile.wishes = [QuestionWish(question_number=number % 2 + 1, rank=1)]
            if number % 3 == 0:
                profile.skills = [ProfileSkill(skill_id=skills["facilitation"].id, level=3)]
            db.session.add(profile)
    db.session.commit()
    return people


def make_plan(edition: Edition, *, teams: Sequence[int] | None = None, now: datetime = NOW) -> TeamPlan:
    """A run that has ended with a plan, dealt out in turn without a solver (or as `teams` says, from 0)."""
    document = read_roster(edition.id).document
    assert document is not None
    problem = parse_problem(document)
    count = problem.team_count
    team_of = (
        tuple(teams) if teams is not None else tuple(number % count for number in range(len(problem.participants)))
    )
    challenges = len(problem.challenges)
    plan = Plan(team_of, tuple(number % challenges for number in range(count)) if challenges else (), count)
    cost = sum(row.weighted for row in rule_costs(problem, plan))
    solution = {
        "format": "team-formation-solution/1", "status": "feasible", "cost": cost, "lower_bound": 0, "seconds": 1.0,
        "conflict": None,
        "teams": [
            {"number": team.number, "challenge": team.challenge, "members": list(team.members)}
            for team in problem.teams_of(plan)
        ],
    }  # fmt: skip
    run = TeamRun(
        edition_id=edition.id, state=RunState.SOLVED, problem=document, time_limit=3, seed=1, cost=cost, lower_bound=0,
        curve=[[0.1, cost + 10, 0], [1.0, cost, 0]], created_at=now, started_at=now, ended_at=now,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    made = TeamPlan(run_id=run.id, edition_id=edition.id, solution=solution)
    db.session.add(made)
    db.session.commit()
    return made
