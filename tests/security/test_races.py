"""Many requests at the same moment on a real database: each thing happens once, and nobody gets a failure.

The requests are real ones in threads; the only failure of ours that is allowed is "busy, try again" (503 with Retry-After).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.audit import AuditEntry
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.models import Idea, IdeaComment, IdeaSupport, IdeaTransition
from hackathon.ideas.rules import Stage
from hackathon.judging.models import PublishedResult, RevealApproval
from hackathon.judging.services import close_round
from hackathon.matching.models import PlanState, TeamPlan
from hackathon.matching.problem import Solution
from hackathon.matching.roster import person_id_of
from hackathon.teams.models import Team, TeamMember
from tests.factories import NOW, make_edition, make_member, sign_in
from tests.ideas.factories import add_author, make_idea
from tests.judging.factories import give_everything, make_jury
from tests.matching_web.crowd import make_crowd, make_plan

EVENT = "/events/skills360"
THREADS = 12


@dataclass(frozen=True)
class Answer:
    """What a request came to."""

    status: int
    location: str
    page: str


class Rivals:
    """Requests that start together, each in a thread and with a browser of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: list[FlaskClient] = []
        self.acts: list[tuple[int, str, dict[str, str], dict[str, str]]] = []

    def browser(self, person: Person) -> int:
        self.clients.append(sign_in(FlaskClient(self.app, self.app.response_class), person))
        return len(self.clients) - 1

    def add(self, browser: int, path: str, fields: dict[str, str], **headers: str) -> None:
        self.acts.append((browser, EVENT + path, fields, headers))

    def run(self) -> list[Answer]:
        """All at once; answers in the order in which they were added."""
        db.session.commit()
        db.session.remove()
        barrier, answers = threading.Barrier(len(self.acts)), dict[int, Answer]()

        def start(place: int) -> Callable[[], None]:
            def go() -> None:
                browser, path, fields, headers = self.acts[place]
                client = FlaskClient(self.app, self.app.response_class)
                session_cookie = self.clients[browser].get_cookie("skills360")
                assert session_cookie is not None
                client.set_cookie("skills360", session_cookie.value)
                barrier.wait(20)
                answers[place] = self._read(client.post(path, data=fields, headers=headers))

            return go

        threads = [threading.Thread(target=start(place)) for place in range(len(self.acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(answers) == len(self.acts), "a request never came back, or its thread broke"
        return [answers[place] for place in sorted(answers)]

    def _read(self, response: TestResponse) -> Answer:
        with response:
            assert response.status_code < 500 or (
                response.status_code == 503 and response.headers.get("Retry-After")
            ), response.get_data(as_text=True)
            return Answer(response.status_code, response.headers.get("Location", ""), response.get_data(as_text=True))


@pytest.fixture
def edition(app: Flask) -> Edition:
    return make_edition(team_count=3)


@pytest.fixture
def rivals(app: Flask) -> Rivals:
    return Rivals(app)


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def count(*conditions: object, of: type) -> int:
    return db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]


def test_one_of_twelve_moves_of_a_card_counts(edition: Edition, rivals: Rivals) -> None:
    author = make_member(Role.PARTICIPANT, edition)
    idea = make_idea(edition, author, number=1, stage=Stage.SHORTLISTED)
    idea_id, version, before = idea.id, str(idea.version), len(idea.transitions)
    targets = ("in_team", "submitted", "parked", "declined")
    for number in range(THREADS):
        browser = rivals.browser(make_member(Role.ORGANISER, edition))
        fields = {"to": targets[number % 4], "reason": f"Skäl {number}.", "version": version}
        rivals.add(browser, "/ideas/1/move", fields, Accept="application/json")
    answers = rivals.run()
    assert statuses(answers) == {200: 1, 409: THREADS - 1}
    moved = db.session.get_one(Idea, idea_id)
    steps = db.session.scalars(
        select(IdeaTransition).where(IdeaTransition.idea_id == idea_id).order_by(IdeaTransition.id)
    )
    found = list(steps)
    winner = next(number for number, answer in enumerate(answers) if answer.status == 200)
    assert len(found) == before + 1
    assert (found[-1].to_stage, found[-1].reason) == (moved.stage, f"Skäl {winner}.")
    assert moved.stage.value == targets[winner % 4]
    assert count(AuditEntry.action == "idea.moved", of=AuditEntry) == 1


def test_of_two_edits_one_is_saved_and_the_other_is_shown_both(edition: Edition, rivals: Rivals) -> None:
    first, second = make_member(Role.PARTICIPANT, edition), make_member(Role.PARTICIPANT, edition)
    idea = make_idea(edition, first, number=1)
    add_author(idea, second)
    idea_id, version = idea.id, str(idea.version)
    for name, person in (("Anna", first), ("Bo", second)):
        fields = {"title": f"{name}s rubrik", "summary": f"{name}s text.", "question": "", "version": version}
        rivals.add(rivals.browser(person), "/ideas/1/edit", fields)
    answers = rivals.run()
    assert statuses(answers) == {303: 1, 409: 1}
    saved = db.session.get_one(Idea, idea_id)
    lost = next(answer for answer in answers if answer.status == 409)
    winner, loser = ("Anna", "Bo") if answers[0].status == 303 else ("Bo", "Anna")
    assert (saved.title, saved.summary) == (f"{winner}s rubrik", f"{winner}s text.")
    # Whoever was late has lost nothing: the own text stands in the form, the other one beside it.
    for text in (f"{winner}s rubrik", f"{loser}s rubrik", f"{loser}s text."):
        assert text in lost.page


def test_of_two_plans_published_at_once_one_counts(edition: Edition, rivals: Rivals) -> None:
    make_crowd(edition, 12)
    plans = [make_plan(edition), make_plan(edition, teams=[number // 4 for number in range(12)])]
    wanted = [
        {
            person_id_of(member): team.number
            for team in Solution.from_json(plan.solution).teams
            for member in team.members
        }
        for plan in plans
    ]
    assert wanted[0] != wanted[1]
    for plan in plans:
        browser = rivals.browser(make_member(Role.ORGANISER, edition))
        rivals.add(
            browser, f"/organise/teams/runs/{plan.run_id}/publish", {"replaces": "0", "idempotency_key": f"k{plan.id}"}
        )
    ids = [plan.id for plan in plans]
    answers = rivals.run()
    assert statuses(answers) == {303: 1, 409: 1}
    states = [db.session.get_one(TeamPlan, plan_id).state for plan_id in ids]
    assert sorted(states) == sorted([PlanState.PUBLISHED, PlanState.DRAFT])
    members = db.session.execute(select(TeamMember.person_id, Team.number).join(Team)).all()
    assert dict(members) == wanted[states.index(PlanState.PUBLISHED)]
    assert count(AuditEntry.action == "plan.published", of=AuditEntry) == 1


def test_two_approvals_and_the_reveal_at_once_publish_once(app: Flask, rivals: Rivals) -> None:
    jury = make_jury(teams=3)
    give_everything(jury)
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=NOW)
    db.session.commit()
    browsers = [rivals.browser(person) for person in jury.organisers]
    for browser in browsers:
        rivals.add(browser, "/organise/judging/approve", {})
        for _time in range(4):
            rivals.add(browser, "/organise/judging/publish", {})
    first = rivals.run()
    assert set(statuses(first)) <= {303, 409}  # Too early, or already done; and one of them may have come just in time.
    last = Rivals(app)
    for person in jury.organisers:
        browser = last.browser(db.session.merge(person))
        for _time in range(3):
            last.add(browser, "/organise/judging/publish", {})
    assert statuses(last.run()) == {303: 6}
    assert count(of=PublishedResult) == 1
    assert count(of=RevealApproval) == 2
    assert count(AuditEntry.action == "round.published", of=AuditEntry) == 1
    winners = db.session.scalars(select(Idea.number).where(Idea.stage == Stage.WINNER)).all()
    assert winners == [1]


def test_a_form_sent_ten_times_makes_one_idea(edition: Edition, rivals: Rivals) -> None:
    browser = rivals.browser(make_member(Role.PARTICIPANT, edition))
    fields = {
        "title": "En enda",
        "summary": "Kort.",
        "question": "",
        "idempotency_key": "same",
        "do": "submit",
        "terms": "y",
    }
    for _time in range(10):
        rivals.add(browser, "/ideas/new", fields)
    answers = rivals.run()
    assert statuses(answers) == {303: 10}
    assert len({answer.location for answer in answers}) == 1
    assert count(of=Idea) == 1
    assert count(AuditEntry.action == "idea.created", of=AuditEntry) == 1


def test_without_the_key_ten_forms_make_ten_ideas_with_ten_numbers(edition: Edition, rivals: Rivals) -> None:
    """The negative control of the one before, and a race of its own: for the next number."""
    browser = rivals.browser(make_member(Role.PARTICIPANT, edition))
    for number in range(10):
        fields = {"title": f"Nummer {number}", "summary": "Kort.", "question": "", "idempotency_key": f"k{number}"}
        rivals.add(browser, "/ideas/new", fields)
    assert statuses(rivals.run()) == {303: 10}
    assert sorted(db.session.scalars(select(Idea.number))) == list(range(1, 11))


def test_a_comment_sent_ten_times_stands_once(edition: Edition, rivals: Rivals) -> None:
    make_idea(edition, make_member(Role.PARTICIPANT, edition), number=1)
    browser = rivals.browser(make_member(Role.PARTICIPANT, edition))
    for _time in range(10):
        rivals.add(browser, "/ideas/1/comment", {"text": "Bra.", "idempotency_key": "same"})
    answers = rivals.run()
    assert statuses(answers) == {303: 10}
    assert count(of=IdeaComment) == 1


def test_presses_of_support_at_once_count_once(edition: Edition, rivals: Rivals) -> None:
    idea_id = make_idea(edition, make_member(Role.PARTICIPANT, edition), number=1).id
    people = [make_member(Role.PARTICIPANT, edition) for _ in range(3)]
    for person in people:
        browser = rivals.browser(person)
        for _time in range(4):
            rivals.add(browser, "/ideas/1/support", {"kind": "like", "on": "1"})
    assert set(statuses(rivals.run())) == {303}
    assert db.session.get_one(Idea, idea_id).version == 1
    assert count(of=IdeaSupport) == len(people)
