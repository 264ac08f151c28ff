"""What the API answers, as plain data. Texts of the edition come in both languages, moments in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from hackathon.api.queries import IdeaMarks
from hackathon.events.models import Edition
from hackathon.events.queries import SectorInfo
from hackathon.events.rules import EditionInfo
from hackathon.ideas.page import IdeaPage
from hackathon.ideas.queries import Card
from hackathon.judging.queries import CardInfo, CriterionInfo, RoundInfo
from hackathon.judging.rules import APPROVALS_NEEDED
from hackathon.matching.models import TeamRun
from hackathon.matching.queries import Progress
from hackathon.registration.queries import Place, PoolStanding
from hackathon.teams.queries import TeamLine

Document = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """A moment as RFC 3339 in UTC, such as 2018-09-11T07:00:00Z."""
    return value.isoformat().replace("+00:00", "Z") if value is not None else None


def event_line(event: Edition | EditionInfo) -> Document:
    """An event in the list of events."""
    return {
        "slug": event.slug,
        "name": event.name,
        "venue": event.venue,
        "city": event.city,
        "date": event.event_date.isoformat(),
        "links": {
            "self": url_for("api.event_show", slug=event.slug),
            "page": url_for("portal.edition", slug=event.slug),
        },
    }


def event(edition: EditionInfo, pools: list[PoolStanding], sectors: list[SectorInfo]) -> Document:
    """An event with what it is made of."""
    return event_line(edition) | {
        "timezone": edition.timezone,
        "phases": [
            {"kind": phase.kind, "opens_at": moment(phase.opens_at), "closes_at": moment(phase.closes_at)}
            for phase in edition.phases
        ],
        "pools": [
            {
                "key": pool.key, "name_sv": pool.name_sv, "name_en": pool.name_en, "capacity": pool.capacity,
                "seated": pool.seated, "waiting": pool.waiting,
            }
            for pool in pools
        ],
        "sectors": [
            {
                "key": sector.key, "letter": sector.letter, "name_sv": sector.name_sv, "name_en": sector.name_en,
                "pool": sector.pool,
            }
            for sector in sectors
        ],
    }  # fmt: skip


def registration(place: Place) -> Document:
    """Somebody's place, or place in line."""
    return {
        "state": place.state.value,
        "position": place.position,
        "seat": place.seat_no,
        "pool": place.pool,
        "organisation": place.organisation,
    }


def idea_line(card: Card, marks: IdeaMarks) -> Document:
    """An idea in the list."""
    return {
        "number": card.number,
        "title": card.title,
        "summary": marks.summary,
        "stage": card.stage.value,
        "question": marks.question,
        "sector": marks.sector,
        "supports": card.support,
        "comments": card.comments,
        "authors": {"agency": card.agency, "external": card.external},
        "hidden": bool(card.hidden),
        "changed_at": moment(card.changed_at),
        "links": _idea_links(card.number),
    }


def idea(page: IdeaPage, marks: IdeaMarks) -> Document:
    """An idea with everything that its page shows; the first fields are those of the list."""
    return {
        "number": page.number,
        "title": page.title,
        "summary": page.summary,
        "stage": page.stage.value,
        "question": page.question_number,
        "sector": marks.sector,
        "supports": page.likes,
        "comments": len(page.comments),
        "authors": {"agency": page.agency, "external": page.external},
        "hidden": page.hidden,
        "changed_at": moment(page.changed_at),
        "links": _idea_links(page.number),
    } | {
        "problem": page.problem,
        "audience": page.audience,
        "solution": page.solution,
        "benefit": page.benefit,
        "first_step": page.first_step,
        "tags": list(page.tags),
        "findings": [finding.number for finding in page.evidence if finding.own],
        "would_work": page.workers,
        "merged_into": page.merged_into,
        "version": page.version,
        "created_at": moment(page.created_at),
        "people": [
            {"name": author.name, "organisation": author.organisation, "pool": author.pool_key, "owner": author.owner}
            for author in page.authors
        ],
        "discussion": [
            {"name": comment.name, "organisation": comment.organisation, "text": comment.text, "at": moment(comment.at)}
            for comment in page.comments
        ],
        "history": [
            {
                "from": step.from_stage.value if step.from_stage else None, "to": step.to_stage.value, "by": step.name,
                "at": moment(step.at), "reason": step.reason,
            }
            for step in page.history
        ],
    }  # fmt: skip


def _idea_links(number: int) -> Document:
    return {"self": url_for("api.idea_show", number=number), "page": url_for("ideas.show", number=number)}


def team_run(run: TeamRun, progress: Progress) -> Document:
    """A run as far as it has come; problem and plan are the documents of matching/FORMAT.md."""
    return {
        "id": run.id,
        "state": run.state.value,
        "time_limit": run.time_limit,
        "seed": run.seed,
        "cost": progress.cost,
        "lower_bound": progress.lower_bound,
        "progress": {
            "phase": progress.phase,
            "seconds": round(progress.seconds, 2),
            "is_over": progress.is_over,
            "curve": [list(point) for point in progress.curve],
        },
        "message": run.message,
        "conflict": run.conflict,
        "problem": run.problem,
        "plan": run.plan.solution if run.plan is not None else None,
        "plan_state": run.plan.state.value if run.plan is not None else None,
    }


def team(line: TeamLine, *, with_names: bool) -> Document:
    """A team as the list of teams shows it: who may not read names sees pools and sectors alone."""
    names = line.names if with_names else (None,) * len(line.marks)
    return {
        "number": line.number,
        "name": line.name,
        "table": line.table_no,
        "question": line.question_number,
        "question_title_sv": line.title_sv,
        "question_title_en": line.title_en,
        "members": [
            {"pool": mark.pool, "letter": mark.letter} | ({"name": name} if name is not None else {})
            for mark, name in zip(line.marks, names, strict=True)
        ],
        "links": {"page": url_for("teams.show", number=line.number)},
    }


def scorecard(
    round_: RoundInfo, card: CardInfo, criteria: list[CriterionInfo], points: Mapping[str, int], note: str
) -> Document:
    """A judge's own card with the rubric that it answers."""
    return {
        "round": round_.key,
        "team": card.number,
        "state": card.state.value,
        "points": {criterion.key: points[criterion.key] for criterion in criteria if criterion.key in points},
        "note_to_team": note,
        "criteria": [
            {
                "key": criterion.key, "name_sv": criterion.name_sv, "name_en": criterion.name_en,
                "weight": criterion.weight,
            }
            for criterion in criteria
        ],
    }  # fmt: skip


def judging_round(round_: RoundInfo, approvals: int) -> Document:
    """A round as organisers see it: never what anybody scored."""
    return {
        "key": round_.key,
        "name_sv": round_.name_sv,
        "name_en": round_.name_en,
        "state": round_.state.value,
        "opened_at": moment(round_.opened_at),
        "closed_at": moment(round_.closed_at),
        "published_at": moment(round_.published_at),
        "approvals": approvals,
        "approvals_needed": APPROVALS_NEEDED,
    }
