"""Ten thousand ideas, for the benchmark: titles and texts put together from the demo's own words, the same every time."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import insert, select

from hackathon.accounts.models import Person
from hackathon.core.db import db
from hackathon.core.words import words
from hackathon.demo.content import read_content
from hackathon.events.models import Edition, Sector
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import PUBLISHED
from hackathon.ideas.searching import reindex
from hackathon.workshops.models import ChallengeQuestion

FIRST_NUMBER = 1001


def add_ideas(count: int, *, now: datetime, seed: int = 11) -> None:
    """So many more ideas in the demo edition, in all published stages, indexed. Commits."""
    edition_id = db.session.scalars(select(Edition.id).where(Edition.slug == "skills360")).one()
    sectors = list(db.session.scalars(select(Sector.id).where(Sector.edition_id == edition_id)))
    questions = list(db.session.scalars(select(ChallengeQuestion.id).where(ChallengeQuestion.edition_id == edition_id)))
    people = list(db.session.scalars(select(Person.id).limit(80)))
    vocabulary, pick = _vocabulary(), random.Random(seed)
    stages = [stage for stage in PUBLISHED if stage.value != "merged"]
    rows = [
        {
            "edition_id": edition_id, "number": FIRST_NUMBER + place, "title": _text(vocabulary, pick, 3, 6),
            "summary": _text(vocabulary, pick, 12, 25), "problem": _text(vocabulary, pick, 20, 40),
            "solution": _text(vocabulary, pick, 20, 40), "stage": stages[int(len(stages) * pick.random() ** 2)],
            "question_id": pick.choice(questions), "sector_id": pick.choice(sectors), "terms_accepted_at": now,
            "created_at": now, "changed_at": now, "stage_changed_at": now,
        }
        for place in range(count)
    ]  # fmt: skip
    ideas = Idea.metadata.tables["idea"]
    db.session.execute(insert(ideas), rows)
    numbered = db.session.scalars(select(Idea.id).where(Idea.number >= FIRST_NUMBER).order_by(Idea.number)).all()
    authors = [
        {"idea_id": idea_id, "person_id": person, "pool_key": pick.choice(("agency", "external")), "position": position}
        for idea_id in numbered
        for position, person in enumerate(pick.sample(people, pick.choice((1, 1, 2, 3))), start=1)
    ]
    db.session.execute(insert(IdeaAuthor.metadata.tables["idea_author"]), authors)
    reindex(edition_id)
    db.session.commit()


def _vocabulary() -> list[str]:
    """The demo's words as often as they come, and compounds of them: some ten thousand different ones."""
    content = read_content()
    found = [word for idea in content.ideas for word in words(f"{idea.title} {idea.summary} {idea.problem}")]
    found += [word for finding in content.findings for word in words(finding.text)]
    long = sorted({word for word in found if len(word) > 5})
    pick = random.Random(5)
    return found + [pick.choice(long) + pick.choice(long) for _ in range(len(found) // 2)]


def _text(vocabulary: list[str], pick: random.Random, least: int, most: int) -> str:
    return " ".join(pick.choices(vocabulary, k=pick.randint(least, most))).capitalize()
