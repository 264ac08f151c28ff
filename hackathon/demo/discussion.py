"""What people say of the ideas: who supports which, and the comments under them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hackathon.demo.draw import fraction, one_of, shuffled, whole
from hackathon.demo.proposals import Proposal
from hackathon.demo.rows import Row, add_rows
from hackathon.demo.scene import Scene
from hackathon.demo.texts import AUTHOR, CommentText, PersonText
from hackathon.ideas.models import IdeaComment, IdeaSupport, Support

_LAST_WORD = (-2, "20:00")
_MOST_SUPPORTERS = 40
_FEWEST_FOR_A_TEAM = 12
"""An idea that a team takes up is liked by some."""
_WOULD_WORK = 0.28
"""How many of those who like an idea would work on it."""


def add_discussion(scene: Scene, proposals: Mapping[str, Proposal]) -> None:
    """Everything said so far, the earliest first."""
    support = [row for proposal in proposals.values() for row in _support(scene, proposal)]
    add_rows(IdeaSupport, _told(scene, support))
    add_rows(IdeaComment, _told(scene, _comments(scene, proposals)))


def _told(scene: Scene, rows: Sequence[Row]) -> list[Row]:
    return sorted((row for row in rows if scene.calendar.has_come(row["at"])), key=lambda row: row["at"])


def _support(scene: Scene, proposal: Proposal) -> list[Row]:
    """Few ideas are liked by many, and many by a few."""
    title = proposal.text.title
    count = round(_MOST_SUPPORTERS * fraction("liked", title) ** 1.8)
    if any(team.idea == title for team in scene.content.teams):
        count = max(count, _FEWEST_FOR_A_TEAM + whole(0, 20, "liked by the team", title))
    people = (person for person in _everybody(scene) if person not in proposal.authors)
    rows: list[Row] = []
    for person in shuffled(people, "supporter", title)[:count]:
        at = _some_time(scene, proposal, "support", person.id)
        kinds = [Support.LIKE, *([Support.WORK] if fraction("work", title, person.id) < _WOULD_WORK else [])]
        rows += [
            {"idea_id": proposal.id, "person_id": scene.people[person.id], "kind": kind, "at": at} for kind in kinds
        ]
    return rows


def _comments(scene: Scene, proposals: Mapping[str, Proposal]) -> list[Row]:
    """Comments in the order of their file under each idea, and under no idea two by the same guest."""
    rows: list[Row] = []
    last: dict[str, datetime] = {}
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for comment in scene.content.comments:
        proposal = proposals[comment.idea]
        person = _speaker(scene, comment, proposal, spoken[comment.idea])
        spoken[comment.idea].add(person.id)
        if comment.idea in last:
            at = last[comment.idea] + timedelta(minutes=whole(35, 2_400, "answer", comment.text))
        else:
            at = proposal.created_at + timedelta(minutes=whole(600, 12_000, "comment", comment.text))
        last[comment.idea] = at
        rows.append({"idea_id": proposal.id, "person_id": scene.people[person.id], "text": comment.text, "at": at})
    return rows


def _speaker(scene: Scene, comment: CommentText, proposal: Proposal, spoken: set[str]) -> PersonText:
    if comment.by == AUTHOR:
        return proposal.authors[0]
    guests = [
        person
        for person in _everybody(scene)
        if comment.by in (person.pool, scene.sector_of(person))
        and person not in proposal.authors
        and person.id not in spoken
    ]
    return one_of(guests, "speaker", comment.text)


def _everybody(scene: Scene) -> tuple[PersonText, ...]:
    return (*scene.content.participants, *scene.content.waiting)


def _some_time(scene: Scene, proposal: Proposal, *about: object) -> datetime:
    """Some time between the idea and the last evening but one, sooner rather than later."""
    first = proposal.created_at + timedelta(hours=2)
    return first + (scene.calendar.at(*_LAST_WORD) - first) * math.pow(fraction(*about, proposal.text.title), 1.5)
