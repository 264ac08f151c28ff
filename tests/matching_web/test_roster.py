"""The problem document that the database makes."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import event

from hackathon.core.db import db
from hackathon.matching.facts import team_costs
from hackathon.matching.problem import parse_problem, rule_costs
from hackathon.matching.roster import read_roster
from hackathon.matching.studio import rules_before, show_plan, supplies
from hackathon.matching.wording import read_names
from hackathon.registration.models import Registration, RegistrationState
from hackathon.registration.profiles import save_known
from tests.factories import NOW, make_edition
from tests.matching_web.crowd import make_crowd, make_plan


def test_the_problem_is_one_that_the_engine_reads(app: Flask) -> None:
    edition = make_edition(team_count=3)
    people = make_crowd(edition, 12)
    roster = read_roster(edition.id)
    assert roster.document is not None
    problem = parse_problem(roster.document)
    assert (problem.team_count, problem.smallest, problem.largest) == (3, 4, 4)
    first = roster.document["participants"][0]
    assert first == {
        "id": f"p{people[0].id}", "name": "Deltagare 01", "pool": "agency", "sector": "S1", "organisation": f"Org {people[0].id}",
        "profession": "hr", "seniority": "junior", "language": "sv", "experience_years": 0, "skills": {"facilitation": 3},
        "preferences": ["q1"],
    }  # fmt: skip
    assert [challenge["id"] for challenge in roster.document["challenges"]] == ["q1", "q2"]
    assert roster.without_profile == ()


def test_only_people_with_a_place_are_placed(app: Flask) -> None:
    edition = make_edition(team_count=3)
    people = make_crowd(edition, 12)
    gone, waiting, here = db.session.query(Registration).order_by(Registration.id).limit(3)
    gone.state, gone.seat_no = RegistrationState.CANCELLED, None
    waiting.state, waiting.seat_no, waiting.line_no = RegistrationState.WAITLISTED, None, 1
    here.state = RegistrationState.CHECKED_IN
    db.session.commit()
    ids = {person["id"] for person in read_roster(edition.id).participants}
    assert ids == {f"p{person.id}" for person in people[2:]}


def test_people_who_know_each_other_are_seated_apart_once(app: Flask) -> None:
    edition = make_edition(team_count=3)
    first, second, *_others = make_crowd(edition, 12)
    for one, other in ((first, second), (second, first)):
        save_known(one.id, [other.email, one.email, "nobody@example.org"], edition_id=edition.id, now=NOW)
    document = read_roster(edition.id).document
    assert document is not None
    apart = [rule for rule in document["rules"] if rule["kind"] == "apart"]
    pair = [f"p{person_id}" for person_id in sorted((first.id, second.id))]
    assert apart == [{"kind": "apart", "participants": pair, "weight": 3}]


def test_people_without_profile_are_placed_and_named(app: Flask) -> None:
    edition = make_edition(team_count=3)
    make_crowd(edition, 6, profiles=False)
    roster = read_roster(edition.id)
    assert roster.document is not None
    parse_problem(roster.document)
    assert [name for _id, name in roster.without_profile] == [f"Deltagare {number:02}" for number in range(1, 7)]


def test_nobody_with_a_place_makes_no_problem(app: Flask) -> None:
    roster = read_roster(make_edition().id)
    assert (roster.document, roster.shape) == (None, None)


def test_other_editions_stay_out(app: Flask) -> None:
    edition, other = make_edition(team_count=3), make_edition("other", team_count=3)
    make_crowd(edition, 4)
    make_crowd(other, 5)
    assert (len(read_roster(edition.id).participants), len(read_roster(other.id).participants)) == (4, 5)


def test_the_roster_takes_the_same_number_of_queries_for_many(app: Flask) -> None:
    counts = []
    for slug, size in (("small", 2), ("large", 12)):
        edition = make_edition(slug, team_count=3)
        make_crowd(edition, size)
        edition_id = edition.id
        seen: list[str] = []
        db.session.expire_all()
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        read_roster(edition_id)
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_costs_by_team_add_up_to_what_the_engine_reckons(app: Flask) -> None:
    edition = make_edition(team_count=3)
    make_crowd(edition, 13)
    plan = make_plan(edition)
    problem = parse_problem(plan.run.problem)
    from hackathon.matching.problem import Solution

    positions = problem.plan_of(Solution.from_json(plan.solution).teams)
    for rule, cost in zip(problem.rules, rule_costs(problem, positions), strict=True):
        by_team = team_costs(problem, positions, rule)
        assert by_team is not None
        assert sum(by_team) == cost.cost, rule.kind


def test_the_roster_tells_what_it_gives_before_anything_is_solved(app: Flask) -> None:
    edition = make_edition(team_count=6)
    make_crowd(edition, 12)
    db.session.query(Registration).filter_by(seat_no=1).update({"state": RegistrationState.CHECKED_IN})
    roster = read_roster(edition.id)
    with app.test_request_context():
        names = read_names(edition.id, "sv")
        found = {supply.skill: (supply.have, supply.need, supply.is_enough) for supply in supplies(roster, names)}
        assert found["Processledning"] == (4, 3, True)
        assert found["Data och analys"] == (0, 3, False)
        assert sum(len(rules) for _tier, rules in rules_before(roster, names)) == len(roster.document["rules"])  # type: ignore[index]


def test_a_plan_is_shown_with_names_of_the_edition(app: Flask) -> None:
    edition = make_edition(team_count=3)
    make_crowd(edition, 12)
    plan = make_plan(edition)
    with app.test_request_context():
        studio = show_plan(plan.run.problem, plan.solution, read_names(edition.id, "sv"))
    assert [len(team.members) for team in studio.teams] == [4, 4, 4]
    assert {team.question for team in studio.teams} == {"Fråga 1?", "Fråga 2?"}
    assert all("Saknar data och analys" in team.lacks for team in studio.teams)
    data = next(rule for rule in studio.rules if rule.title == "Data och analys i varje team")
    assert (data.met, data.total, data.is_best) == (0, 3, True)
    assert data.why == "3 team behöver 3, men bara 0 av 12 har kunskapen."
    leads = {reason.lead for team in studio.teams for person in team.members for reason in person.reasons}
    assert {"Förstaval", "Inte bland önskemålen"} <= leads
