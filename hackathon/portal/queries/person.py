"""Reading what one person sees on the own page and no feature reads by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from hackathon.core.db import db
from hackathon.events.models import Organisation
from hackathon.ideas.models import Idea, IdeaAuthor
from hackathon.ideas.rules import Stage
from hackathon.judging.queries import find_round, list_cards
from hackathon.judging.rules import RoundState, ScorecardState
from hackathon.portal.queries.event import count_of
from hackathon.registration.models import Registration
from hackathon.registration.rules import RegistrationState
from hackathon.teams.models import Team

DONE = (ScorecardState.SUBMITTED, ScorecardState.LOCKED)
NOT_COUNTED = (ScorecardState.RECUSED, ScorecardState.VOIDED)


def count_tables(edition_id: int) -> int:
    """How many tables the floor plan shows: the highest number that a team sits at."""
    return db.session.scalar(select(func.max(Team.table_no)).where(Team.edition_id == edition_id)) or 0


@dataclass(frozen=True, slots=True)
class OwnScoring:
    """How far a judge has come: cards to hand in and cards handed in. Counts, never points."""

    state: RoundState
    assigned: int
    done: int


def find_own_scoring(edition_id: int, person_id: int) -> OwnScoring | None:
    """The judge's progress in the round; None where judging has not been prepared."""
    current = find_round(edition_id)
    if current is None:
        return None
    states = [card.state for card in list_cards(current.id, judge_id=person_id) if card.state not in NOT_COUNTED]
    return OwnScoring(current.state, len(states), sum(state in DONE for state in states))


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """A coordinator's organisation: places held, people waiting and ideas written."""

    name: str
    seated: int
    waiting: int
    ideas: int


def find_own_organisation(edition_id: int, organisation_id: int) -> OwnOrganisation | None:
    """The organisation's counts in this edition, in one query; drafts are not counted."""
    here = (Registration.edition_id == edition_id, Registration.organisation_id == organisation_id)
    ideas = (
        select(func.count(func.distinct(Idea.id)))
        .join(IdeaAuthor, IdeaAuthor.idea_id == Idea.id)
        .where(Idea.edition_id == edition_id, IdeaAuthor.organisation_id == organisation_id, Idea.stage != Stage.DRAFT)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            Organisation.name,
            count_of(Registration, *here, Registration.seat_no.is_not(None)),
            count_of(Registration, *here, Registration.state == RegistrationState.WAITLISTED),
            ideas,
        ).where(Organisation.id == organisation_id, Organisation.edition_id == edition_id)
    ).one_or_none()
    return OwnOrganisation(*row) if row else None
