"""Makes teams with entries, a jury and a rubric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition, Organisation, Pool
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import Stage
from hackathon.judging.models import Round
from hackathon.judging.rules import CriterionDraft
from hackathon.judging.services import open_round, setup_round, submit_scorecard
from hackathon.registration.models import Registration, RegistrationState
from hackathon.teams.models import Entry, Team, TeamMember
from hackathon.workshops.models import ChallengeQuestion
from tests.factories import NOW, make_edition, make_member, make_organisation, make_person

KEYS = ("need", "solution", "feasible", "crossing", "legal-accessible")


def make_rubric(weights: Sequence[int] = (1, 1, 1, 1, 1)) -> list[CriterionDraft]:
    """Five criteria with words for 1, 3 and 5."""
    anchors = {str(points): {"sv": f"Betyder {points}", "en": f"Means {points}"} for points in range(1, 6)}
    return [
        CriterionDraft(key, key.title(), key.title(), f"Hur är {key}?", f"How is {key}?", weight, anchors)
        for key, weight in zip(KEYS, weights, strict=True)
    ]


def make_registration(edition: Edition, person: Person, organisation: Organisation, seat: int) -> Registration:
    """A confirmed place in the agencies' pool."""
    pool = db.session.query(Pool).filter_by(edition_id=edition.id, key="agency").one()
    registration = Registration(
        edition_id=edition.id,
        person_id=person.id,
        pool_id=pool.id,
        organisation_id=organisation.id,
        state=RegistrationState.CONFIRMED,
        seat_no=seat,
        created_at=NOW,
        changed_at=NOW,
    )
    db.session.add(registration)
    return registration


def make_idea(edition: Edition, number: int, *, stage: Stage = Stage.ENTERED, author: Person | None = None) -> Idea:
    """An idea that a team took up, with its author."""
    idea = Idea(
        edition_id=edition.id,
        number=number,
        title=f"Idé {number}",
        summary="Kort.",
        stage=stage,
        terms_accepted_at=NOW,
        created_at=NOW,
        changed_at=NOW,
        stage_changed_at=NOW,
    )
    idea.authors = [IdeaAuthor(person_id=(author or make_person()).id, pool_key="agency", position=1)]
    db.session.add(idea)
    db.session.flush()
    return idea


def make_team(edition: Edition, number: int, organisation: Organisation, *, submitted: bool = True) -> Team:
    """A team with one member of the organisation and an entry over an idea of its own."""
    member = make_member(Role.PARTICIPANT, edition, organisation=organisation)
    question = db.session.query(ChallengeQuestion).filter_by(edition_id=edition.id, number=1).one()
    make_registration(edition, member, organisation, seat=number)
    team = Team(edition_id=edition.id, number=number, name=f"Lag {number}", table_no=number, question_id=question.id)
    team.members = [TeamMember(person_id=member.id, edition_id=edition.id)]
    idea = make_idea(edition, number)
    team.entry = Entry(
        idea_id=idea.id,
        title=f"Bidrag {number}",
        pitch="En pitch.",
        submitted_at=NOW if submitted else None,
        changed_at=NOW,
    )
    db.session.add(team)
    db.session.commit()
    return team


@dataclass(frozen=True)
class Jury:
    """An edition that is ready to be judged. Each team is of an organisation of its own, and so is each judge."""

    edition: Edition
    round: Round
    teams: list[Team]
    judges: list[Person]
    organisers: list[Person]


def make_jury(
    slug: str = "skills360",
    *,
    teams: int = 3,
    judges: int = 2,
    opened: bool = True,
    weights: Sequence[int] = (1, 1, 1, 1, 1),
) -> Jury:
    """Teams with entries, judges, two organisers and a round, opened unless told otherwise."""
    edition = make_edition(slug)
    made = [make_team(edition, number, make_organisation(edition)) for number in range(1, teams + 1)]
    panel = [
        make_member(Role.JUDGE, edition, organisation=make_organisation(edition, sector="S2")) for _ in range(judges)
    ]
    organisers = [make_member(Role.ORGANISER, edition) for _ in range(2)]
    round_ = setup_round(edition.id, criteria=make_rubric(weights), actor_id=organisers[0].id, now=NOW)
    if opened:
        open_round(round_.id, actor_id=organisers[0].id, now=NOW)
    db.session.commit()
    return Jury(edition, round_, made, panel, organisers)


def entry_of(team: Team) -> Entry:
    """What the team handed in."""
    return db.session.query(Entry).filter_by(team_id=team.id).one()


def all_points(value: int) -> dict[str, int]:
    """The same points for every criterion."""
    return dict.fromkeys(KEYS, value)


def give(jury: Jury, judge: int, team: int, value: int, *, note: str = "", now: datetime = NOW) -> None:
    """The judge (by index) hands in the same points everywhere for a team (by number)."""
    submit_scorecard(
        jury.round.id, team, judge_id=jury.judges[judge].id, points=all_points(value), note_to_team=note, now=now
    )
    db.session.commit()


def give_everything(jury: Jury) -> None:
    """Every judge hands in every team: team 1 is best, then 2, and so on."""
    for judge in range(len(jury.judges)):
        for team in jury.teams:
            give(jury, judge, team.number, max(1, 6 - team.number), note=f"Från domare {judge} till lag {team.number}")
