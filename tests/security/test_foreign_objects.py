"""What is somebody else's stays theirs: no draft, place, session, entry, team, card or object of another edition is reached.

Secrets are canaries: a word that stands in one object alone, and is looked for wherever others can look.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hackathon.accounts.models import Person, SignInSession
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.ideas.models import Idea, IdeaComment
from hackathon.ideas.rules import Stage
from hackathon.judging.models import Scorecard
from hackathon.judging.publishing import approve_reveal, publish_results
from hackathon.judging.services import close_round
from hackathon.registration.models import Registration, RegistrationState
from hackathon.teams.models import Entry, Team, TeamMember
from tests.api.conftest import Program, make_token
from tests.factories import NOW, give_role, make_edition, make_member, make_organisation, make_person, sign_in
from tests.ideas.factories import add_author, add_comment, make_finding, make_idea, make_workshop, question_of
from tests.judging.factories import Jury, entry_of, give_everything, make_jury
from tests.matching_web.crowd import make_crowd, make_plan

EVENT, OTHER = "/events/skills360", "/events/other"
CANARY = "Kanarie"


@dataclass
class Scene:
    """An edition with a jury and teams, and ideas of one participant that others may not see."""

    jury: Jury
    author: Person
    finding: int
    draft: int
    hidden: int

    @property
    def edition(self) -> Edition:
        return self.jury.edition

    def member_of(self, team: int) -> Person:
        member = select(Person).join(TeamMember).where(TeamMember.team_id == self.jury.teams[team - 1].id)
        return db.session.scalars(member).one()


@pytest.fixture
def scene(app: Flask) -> Scene:
    jury = make_jury(teams=3)
    author = make_member(
        Role.PARTICIPANT, jury.edition, organisation=make_organisation(jury.edition, "Författarnas hus")
    )
    workshop = make_workshop(jury.edition)
    question = question_of(jury.edition)
    numbers = {"draft": 900, "hidden": 901}
    finding = make_finding(workshop, 77, question=question)
    for kind, number in numbers.items():
        idea = make_idea(
            jury.edition, author, number=number, title=f"{CANARY} {kind}", question=question, summary=f"{CANARY} i texten.",
            stage=Stage.DRAFT if kind == "draft" else Stage.SUBMITTED, hidden="Olämplig." if kind == "hidden" else "",
        )  # fmt: skip
        make_finding(workshop, number - 800, question=question, idea=idea)
        add_comment(idea, author, f"{CANARY} som kommentar.")
    return Scene(jury, author, finding.number, numbers["draft"], numbers["hidden"])


def onlookers(app: Flask, scene: Scene) -> dict[str, FlaskClient]:
    """Everybody who may see neither the draft nor the hidden idea."""
    people = {
        "person": make_person(),
        "participant": make_member(Role.PARTICIPANT, scene.edition),
        "member of a team": scene.member_of(1),
        "coordinator elsewhere": make_member(
            Role.COORDINATOR, scene.edition, organisation=make_organisation(scene.edition)
        ),
        "judge": scene.jury.judges[0],
        "administrator": make_person(),
        "organiser of another edition": make_member(Role.ORGANISER, make_edition("other")),
    }
    give_role(people["administrator"], Role.ADMINISTRATOR, None)
    return {"anybody": app.test_client()} | {who: sign_in(app.test_client(), person) for who, person in people.items()}


def text_of(answer: TestResponse) -> str:
    """What a person or a program reads: JSON without its escapes, which would hide a word from the search."""
    return json.dumps(answer.get_json(), ensure_ascii=False) if answer.is_json else answer.get_data(as_text=True)


def readable_pages(app: Flask, scene: Scene) -> list[str]:
    """Every address below the edition that answers GET, API too, with the numbers of what there is, and searches for it."""
    found = set()
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and "slug" in rule.arguments:
                for number in (1, scene.draft, scene.hidden, 101):
                    values = dict.fromkeys(rule.arguments, number) | {
                        "slug": "skills360",
                        "number": number,
                        "team_number": number,
                        "run_id": 1,
                        "round_key": "final",
                        "file_id": number,
                    }
                    built = rule.build(values, append_unknown=False)
                    assert built is not None, rule
                    found.add(built[1])
    for list_page in (f"{EVENT}/ideas", f"{EVENT}/ideas/board", f"/api/v1{EVENT}/ideas"):
        found |= {f"{list_page}?{query}" for query in ("q=anarie", "stage=draft", "question=1")}
    found |= {f"{EVENT}/ideas?mine=1", f"{EVENT}/ideas/board?mine=1&sort=changed", f"{EVENT}/workshops?q=anarie"}
    return sorted(found)


def test_drafts_and_hidden_ideas_are_on_no_page_of_others(app: Flask, scene: Scene) -> None:
    pages = readable_pages(app, scene)
    opened = 0
    for who, client in onlookers(app, scene).items():
        for page in pages:
            answer = client.get(page)
            assert answer.status_code < 500, (who, page)
            text = text_of(answer)
            assert CANARY not in text, (who, page)
            assert not re.search(rf"/ideas/({scene.draft}|{scene.hidden})\b", text.replace(page, "")) or (
                answer.status_code >= 300
            ), (who, page)
            opened += answer.status_code == 200
    assert opened > 100


def test_the_canaries_are_there_for_their_author(app: Flask, scene: Scene) -> None:
    """The negative control: the same pages do show the ideas to whom they belong."""
    author = sign_in(app.test_client(), scene.author)
    shown = {page for page in readable_pages(app, scene) if CANARY in text_of(author.get(page))}
    assert {
        f"{EVENT}/ideas/900",
        f"{EVENT}/ideas/901",
        f"{EVENT}/ideas/board",
        f"{EVENT}/home",
        f"{EVENT}/ideas",
    } <= shown
    token = Program(app, make_token(scene.author))
    assert CANARY in text_of(token.get("/ideas/900"))


def test_a_token_opens_no_more_than_its_owner_may_see(app: Flask, scene: Scene) -> None:
    stranger = Program(app, make_token(make_member(Role.PARTICIPANT, scene.edition)))
    for path in ("/ideas/900", "/ideas/901"):
        assert stranger.get(path).status_code == 404
    for path in ("/ideas", "/ideas?q=anarie", "/ideas?stage=draft", "/teams"):
        assert CANARY not in text_of(stranger.get(path))
    answer = stranger.post("/ideas/900/transitions", {"to": "submitted", "terms_accepted": True})
    assert answer.status_code == 404


def test_nobody_writes_to_what_they_may_not_read(app: Flask, scene: Scene) -> None:
    stranger = sign_in(app.test_client(), make_member(Role.PARTICIPANT, scene.edition))
    before = {idea.number: (idea.version, idea.stage) for idea in db.session.query(Idea)}
    fields = {"title": "Min", "summary": "Min.", "question": "", "version": "1", "to": "submitted", "reason": "x"}
    for number in (scene.draft, scene.hidden):
        assert stranger.get(f"{EVENT}/ideas/{number}/edit").status_code == 404
        for act, more in (
            ("edit", {}),
            ("move", {}),
            ("comment", {"text": "x"}),
            ("support", {"kind": "like", "on": "1"}),
        ):
            assert stranger.post(f"{EVENT}/ideas/{number}/{act}", data=fields | more).status_code == 404
    assert {idea.number: (idea.version, idea.stage) for idea in db.session.query(Idea)} == before
    assert db.session.query(IdeaComment).count() == 2


def test_nobody_edits_or_moves_a_published_idea_of_others(app: Flask, scene: Scene) -> None:
    idea = make_idea(scene.edition, scene.author, number=910, title="Annas")
    idea_id = idea.id
    stranger = sign_in(app.test_client(), make_member(Role.PARTICIPANT, scene.edition))
    fields = {"title": "Min", "summary": "Min.", "question": "", "version": "1"}
    assert stranger.post(f"{EVENT}/ideas/910/edit", data=fields).status_code == 403
    for stage in Stage:
        assert stranger.post(f"{EVENT}/ideas/910/move", data={"to": stage.value, "reason": "x"}).status_code in (
            403,
            409,
        )
    # Naming oneself as an author, or the organiser's fields, changes nothing.
    assert (
        stranger.post(f"{EVENT}/ideas/910/edit", data=fields | {"stage": "winner", "authors": "1"}).status_code == 403
    )
    kept = db.session.get_one(Idea, idea_id)
    assert (kept.title, kept.stage, len(kept.authors)) == ("Annas", Stage.SUBMITTED, 1)


def test_more_fields_than_the_form_has_change_nothing(app: Flask, scene: Scene) -> None:
    """An author sets the text, and neither stage, number, edition nor owner."""
    idea = make_idea(scene.edition, scene.author, number=911, title="Annas")
    idea_id, other = idea.id, make_person()
    author = sign_in(app.test_client(), scene.author)
    fields = {"title": "Ny", "summary": "Ny.", "question": "", "version": "1"}
    extra = {
        "stage": "winner",
        "number": "1",
        "edition_id": "2",
        "person_id": str(other.id),
        "hidden_at": "x",
        "id": "1",
    }
    assert author.post(f"{EVENT}/ideas/911/edit", data=fields | extra).status_code == 303
    kept = db.session.get_one(Idea, idea_id)
    assert (kept.title, kept.stage, kept.number, kept.edition_id) == ("Ny", Stage.SUBMITTED, 911, scene.edition.id)
    assert [author.person_id for author in kept.authors] == [scene.author.id]


def test_a_team_is_its_members_own(app: Flask, scene: Scene) -> None:
    mine, theirs = scene.jury.teams[0], scene.jury.teams[1]
    foreign_member = scene.member_of(2)
    name, email = foreign_member.name, foreign_member.email
    client = sign_in(app.test_client(), scene.member_of(1))
    page = text_of(client.get(f"{EVENT}/teams/2"))
    assert name not in page
    assert email not in page
    assert "En pitch." not in page
    assert client.get(f"{EVENT}/teams/2/entry").status_code == 403
    draft = {"team_name": "Vi", "title": "Vår", "pitch": "Vår.", "version": "1", "idea": "", "do": "submit"}
    assert client.post(f"{EVENT}/teams/2/entry", data=draft).status_code == 403
    assert entry_of(theirs).title == "Bidrag 2"
    assert db.session.get_one(Team, mine.id).name == "Lag 1"
    for path in (f"{EVENT}/teams", f"{EVENT}/home", f"{EVENT}/teams/1", f"/api/v1{EVENT}/teams"):
        assert name not in text_of(client.get(path)), path


def test_an_entry_takes_up_no_idea_that_is_hidden_draft_or_of_another_edition(app: Flask, scene: Scene) -> None:
    other = make_edition("other")
    foreign = make_idea(other, make_member(Role.PARTICIPANT, other), number=1)
    wanted = [foreign.id, *db.session.scalars(select(Idea.id).where(Idea.number.in_((scene.draft, scene.hidden))))]
    client = sign_in(app.test_client(), scene.member_of(1))
    before = entry_of(scene.jury.teams[0]).idea_id
    for idea_id in wanted:
        draft = {"team_name": "", "title": "T", "pitch": "P", "version": "1", "idea": str(idea_id)}
        assert client.post(f"{EVENT}/teams/1/entry", data=draft).status_code == 422
    assert db.session.scalars(select(Entry.idea_id).where(Entry.team_id == scene.jury.teams[0].id)).one() == before


def test_an_idea_hidden_after_it_was_entered_is_not_named_by_its_team(app: Flask, scene: Scene) -> None:
    """Neither on the team's page and the jury's card, nor in the results that are published for good."""
    jury = scene.jury
    idea = db.session.get_one(Idea, entry_of(jury.teams[0]).idea_id)
    idea.title, idea.hidden_at, idea.hidden_reason = f"{CANARY} i ett team", NOW, "Olämplig."
    db.session.commit()
    give_everything(jury)
    pages = [f"{EVENT}/teams/1", f"{EVENT}/judging/1", f"{EVENT}/home"]
    for person in (jury.judges[0], make_member(Role.PARTICIPANT, scene.edition)):
        client = sign_in(app.test_client(), person)
        assert [page for page in pages if CANARY in text_of(client.get(page))] == []
    close_round(jury.round.id, actor_id=jury.organisers[0].id, now=NOW)
    for organiser in jury.organisers:
        approve_reveal(jury.round.id, actor_id=organiser.id, now=NOW)
    publish_results(jury.round.id, actor_id=jury.organisers[0].id, now=NOW)
    db.session.commit()
    public = [
        *pages,
        f"{EVENT}/results",
        f"{EVENT}/results/stage?step=3",
        f"/api/v1{EVENT}/results",
        f"{EVENT}/followup",
    ]
    assert [page for page in public if CANARY in text_of(app.test_client().get(page))] == []


def test_nobody_cancels_a_place_or_ends_a_session_of_others(app: Flask, scene: Scene) -> None:
    victim = scene.member_of(2)
    victims_client = sign_in(app.test_client(), victim)
    session_id = db.session.scalars(select(SignInSession.id).where(SignInSession.person_id == victim.id)).one()
    client = sign_in(app.test_client(), scene.member_of(1))
    assert client.post(f"{EVENT}/register/cancel", data={"person_id": str(victim.id), "id": "2"}).status_code == 303
    assert client.post(f"/account/sessions/{session_id}/end").status_code == 303
    assert client.post("/account/sessions/end").status_code in (303, 401)
    place = db.session.scalars(select(Registration).where(Registration.person_id == victim.id)).one()
    assert place.state is RegistrationState.CONFIRMED
    assert victims_client.get("/account/").status_code == 200


def test_a_judge_has_the_own_cards_alone(app: Flask, scene: Scene) -> None:
    jury = scene.jury
    give_everything(jury)
    late = make_member(Role.JUDGE, scene.edition, organisation=make_organisation(scene.edition, sector="S3"))
    client = sign_in(app.test_client(), late)  # Was given no team.
    points = {f"points-{key}": "5" for key in ("need", "solution", "feasible", "crossing", "legal-accessible")}
    for path in (f"{EVENT}/judging/1", f"{EVENT}/judging/1/recuse", f"{EVENT}/judging/1?draft=1"):
        assert client.get(path).status_code == 404, path
        assert client.post(path, data=points | {"reason": "x"}).status_code == 404, path
    assert db.session.query(Scorecard).filter_by(judge_id=late.id).count() == 0
    program = Program(app, make_token(late))
    assert program.get("/rounds/final/scorecards/1").status_code == 404
    # A judge with cards reads the own note and nobody else's, and may not name another judge.
    second = sign_in(app.test_client(), jury.judges[1])
    page = text_of(second.get(f"{EVENT}/judging/1?judge_id={jury.judges[0].id}"))
    assert "Från domare 1 till lag 1" in page
    assert "Från domare 0" not in page


def test_notes_and_points_are_on_no_page_before_the_reveal(app: Flask, scene: Scene) -> None:
    give_everything(scene.jury)
    clients = {"anybody": app.test_client(), "member": sign_in(app.test_client(), scene.member_of(1))}
    clients["judge"] = sign_in(app.test_client(), scene.jury.judges[1])
    clients["organiser"] = sign_in(app.test_client(), scene.jury.organisers[0])
    for who, client in clients.items():
        for page in readable_pages(app, scene):
            assert "Från domare 0" not in text_of(client.get(page)), (who, page)


@pytest.fixture
def elsewhere(scene: Scene) -> Edition:
    """Another edition whose objects have numbers that this one does not have."""
    other = make_edition("other", questions=5, team_count=3)
    make_crowd(other, 6)
    make_plan(other)
    author = make_member(Role.PARTICIPANT, other)
    idea = make_idea(other, author, number=555, title=CANARY)
    add_author(idea, make_member(Role.PARTICIPANT, other))
    workshop = make_workshop(other, 9)
    make_finding(workshop, 444, text=CANARY)
    db.session.add(Team(edition_id=other.id, number=33, name=CANARY, table_no=33))
    db.session.commit()
    return other


FOREIGN = {
    "ideas/555": "ideas/555", "ideas/555/edit": "", "ideas/555/move": "", "ideas/555/hide": "",
    "teams/33": "teams/33", "questions/5": "questions/5",
    "workshops/9": "workshops/9", "findings/444": "findings/444", "followup/555": "", "organise/teams/runs/1": "organise/teams/runs/1",
    "organise/teams/runs/1/progress": "", "organise/teams/runs/1/publish": "",
}  # fmt: skip


def test_objects_of_another_edition_are_not_found_here(app: Flask, scene: Scene, elsewhere: Edition) -> None:
    both = make_member(Role.ORGANISER, scene.edition)
    give_role(both, Role.ORGANISER, elsewhere)
    client = sign_in(app.test_client(), both)
    for path, there in FOREIGN.items():
        answer = client.get(f"{EVENT}/{path}")
        assert answer.status_code == 404, path
        assert CANARY not in text_of(answer)
        if there:
            assert client.get(f"{OTHER}/{there}").status_code == 200, f"{there} is not where the test thinks it is"
    for path, fields in {
        "ideas/555/move": {"to": "parked", "reason": "x"},
        "ideas/555/comment": {"text": "x"},
        "ideas/555/support": {"kind": "like", "on": "1"},
        "ideas/555/hide": {"reason": "x"},
        "followup/555": {"kind": "close", "reason": "x"},
        "organise/teams/runs/1/publish": {"replaces": "0"},
        "organise/teams/runs/1/cancel": {},
    }.items():
        assert client.post(f"{EVENT}/{path}", data=fields).status_code == 404, path
    program = Program(app, make_token(both))
    for path in ("/ideas/555", "/team-runs/1"):
        assert program.get(path).status_code == 404, path
    for path in ("/team-runs/1/publish", "/team-runs/1/cancel"):
        assert program.post(path).status_code == 404, path
    for path in (
        f"{EVENT}/ideas",
        f"{EVENT}/ideas/board?q=anarie",
        f"{EVENT}/workshops?q=anarie",
        f"{EVENT}/teams",
    ):
        page = text_of(client.get(path))
        assert "/555" not in page
        assert "/444" not in page


def test_merging_into_an_idea_of_another_edition_is_refused(app: Flask, scene: Scene, elsewhere: Edition) -> None:
    make_idea(scene.edition, scene.author, number=912)
    client = sign_in(app.test_client(), scene.jury.organisers[0])
    fields = {"to": "merged", "reason": "Lika.", "merged_into": "555"}
    assert client.post(f"{EVENT}/ideas/912/move", data=fields).status_code == 422


def test_an_organiser_of_another_edition_organises_nothing_here(app: Flask, scene: Scene, elsewhere: Edition) -> None:
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, elsewhere))
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "/organise" in rule.rule and "slug" in rule.arguments]
        built = [
            (
                method,
                rule.build(
                    dict.fromkeys(rule.arguments, 1) | {"slug": "skills360", "pool_key": "agency"}, append_unknown=False
                ),
            )
            for rule in rules
            for method in (rule.methods or set()) & {"GET", "POST"}
        ]
    for method, found in built:
        assert found is not None
        assert client.open(found[1], method=method).status_code == 403, (method, found[1])
    assert len(built) > 12
    assert client.get(f"{EVENT}/ideas/{scene.draft}").status_code == 404
    assert client.post(f"{EVENT}/ideas/{scene.hidden}/move", data={"to": "parked", "reason": "x"}).status_code == 403
