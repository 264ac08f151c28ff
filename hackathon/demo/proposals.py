"""The ideas: who wrote them, when, and how far they have come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from hackathon.core.db import db
from hackathon.demo.draw import fraction, shuffled, whole
from hackathon.demo.rows import Row, add_identified, add_rows
from hackathon.demo.scene import Scene
from hackathon.demo.texts import PersonText, ProposalText
from hackathon.ideas.models import Idea, IdeaAuthor, IdeaFinding, IdeaTag, IdeaTransition
from hackathon.ideas.rules import Stage

_FIRST_DAY, _LAST_DAY = -84, -63
"""All ideas came before registration opened."""
_ASIDE = (-24, "10:00")
_SHORTLIST = (-23, "13:00")
_TAKEN_UP = (0, "10:25")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An idea of the demo with its row. The first author owns it."""

    text: ProposalText
    id: int
    number: int
    authors: tuple[PersonText, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Step:
    to: Stage
    at: datetime
    actor_id: int
    reason: str = ""


def entered_at(scene: Scene, team_number: int) -> datetime:
    """When a team hands in: the last quarter of an hour before the end."""
    return scene.calendar.at(0, "14:52", minutes=20 * fraction("entry", team_number))


def add_proposals(scene: Scene) -> dict[str, Proposal]:
    """All ideas with authors, tags, findings and every step so far; returns them by title."""
    written = sorted((_created_at(scene, text), text) for text in scene.content.ideas)
    authors = [_authors(scene, text) for _, text in written]
    steps = [
        _steps(scene, text, created_at, scene.people[names[0].id])
        for (created_at, text), names in zip(written, authors, strict=True)
    ]
    rows = [
        _row(scene, text, number, created_at, taken)
        for number, ((created_at, text), taken) in enumerate(zip(written, steps, strict=True), start=1)
    ]
    ids = add_identified(Idea, rows)
    proposals = {
        text.title: Proposal(text, idea_id, number, names, created_at)
        for number, ((created_at, text), idea_id, names) in enumerate(zip(written, ids, authors, strict=True), start=1)
    }
    _add_belongings(scene, list(proposals.values()))
    _add_transitions(ids, steps)
    _note_merges(scene, proposals)
    return proposals


def _created_at(scene: Scene, text: ProposalText) -> datetime:
    day = whole(_FIRST_DAY, _LAST_DAY, "day of idea", text.title)
    return scene.calendar.at(day, "09:30", minutes=whole(0, 690, "hour of idea", text.title))


def _authors(scene: Scene, text: ProposalText) -> tuple[PersonText, ...]:
    """One to three people: the first of the idea's sector, and where it was written across pools one of the other pool."""
    people = (*scene.content.participants, *scene.content.waiting)
    own = [person for person in people if scene.sector_of(person) == text.sector]
    first, *others = shuffled(own, "author", text.title)
    if text.cross:
        far = shuffled((person for person in people if person.pool != first.pool), "partner", text.title)
        return (first, *far[: whole(1, 2, "partners", text.title)])
    return (first, *others[: whole(0, 1, "colleagues", text.title)])


def _steps(scene: Scene, text: ProposalText, created_at: datetime, author_id: int) -> list[_Step]:
    """The idea's way so far. What judging adds, the publication of the results records."""
    submitted_at = created_at + timedelta(minutes=whole(4, 90, "submitted", text.title))
    way = [_Step(Stage.DRAFT, created_at, author_id), _Step(Stage.SUBMITTED, submitted_at, author_id)]
    way += _later_steps(scene, text.title)
    return [step for step in way if scene.calendar.has_come(step.at)]


def _later_steps(scene: Scene, title: str) -> Iterator[_Step]:
    team = next((team for team in scene.content.teams if team.idea == title), None)
    aside = next((item for item in scene.content.asides if item.idea == title), None)
    minutes = whole(0, 120, "organiser", title)
    if aside is not None:
        yield _Step(aside.stage, scene.calendar.at(*_ASIDE, minutes=minutes), scene.organiser, aside.reason)
    if team is None and title not in scene.content.shortlisted:
        return
    yield _Step(Stage.SHORTLISTED, scene.calendar.at(*_SHORTLIST, minutes=minutes), scene.organiser)
    if team is not None:
        member, reason = scene.people[team.members[0]], f"Team {team.number} arbetar med idén."
        taken_up = scene.calendar.at(*_TAKEN_UP, minutes=50 * fraction("taken up", title))
        yield _Step(Stage.IN_TEAM, taken_up, member, reason)
        yield _Step(Stage.ENTERED, entered_at(scene, team.number), member, reason)


def _row(scene: Scene, text: ProposalText, number: int, created_at: datetime, steps: Sequence[_Step]) -> Row:
    return {
        "edition_id": scene.edition_id,
        "number": number,
        "title": text.title,
        "summary": text.summary,
        "problem": text.problem,
        "audience": text.audience,
        "solution": text.solution,
        "benefit": text.benefit,
        "first_step": text.first_step,
        "stage": steps[-1].to,
        "question_id": scene.questions[text.question],
        "sector_id": scene.sectors[text.sector],
        "terms_accepted_at": steps[1].at,
        "created_at": created_at,
        "changed_at": created_at,
        "stage_changed_at": steps[-1].at,
        "version": len(steps),
    }


def _add_belongings(scene: Scene, proposals: Sequence[Proposal]) -> None:
    """Authors, tags and findings."""
    add_rows(
        IdeaAuthor,
        [
            {
                "idea_id": proposal.id, "person_id": scene.people[person.id], "position": position,
                "organisation_id": scene.organisation_of(person), "pool_key": person.pool,
            }
            for proposal in proposals
            for position, person in enumerate(proposal.authors, start=1)
        ],
    )  # fmt: skip
    add_rows(
        IdeaTag,
        [{"idea_id": proposal.id, "tag": tag} for proposal in proposals for tag in proposal.text.tags],
    )
    add_rows(
        IdeaFinding,
        [
            {"idea_id": proposal.id, "finding_id": scene.findings[number - 1]}
            for proposal in proposals
            for number in proposal.text.findings
        ],
    )


def _add_transitions(ids: Sequence[int], steps: Sequence[Sequence[_Step]]) -> None:
    rows: list[Row] = []
    for idea_id, way in zip(ids, steps, strict=True):
        before: Stage | None = None
        for step in way:
            rows.append(
                {
                    "idea_id": idea_id, "from_stage": before, "to_stage": step.to, "actor_id": step.actor_id,
                    "at": step.at, "reason": step.reason,
                }
            )  # fmt: skip
            before = step.to
    rows.sort(key=lambda row: row["at"])
    add_rows(IdeaTransition, rows)


def _note_merges(scene: Scene, proposals: Mapping[str, Proposal]) -> None:
    """A merged idea names the one that goes on."""
    for aside in scene.content.asides:
        if aside.into is not None and scene.calendar.has_come(scene.calendar.at(*_ASIDE, minutes=120)):
            merged, target = proposals[aside.idea].id, proposals[aside.into].id
            db.session.execute(update(Idea).where(Idea.id == merged).values(merged_into_id=target))
