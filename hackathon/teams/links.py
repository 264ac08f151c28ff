"""What other pages ask of teams: where an idea went. Nothing of it is told before the results are public."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import bindparam, select

from hackathon.core.db import fetch
from hackathon.teams.models import Entry, Team
from hackathon.teams.queries import results_are_public

_OF_EVENT = (
    select(Entry.idea_id, Team.number)
    .join(Team, Entry.team_id == Team.id)
    .where(Team.edition_id == bindparam("edition"), Entry.idea_id.is_not(None))
)
_OF_IDEA = (
    select(Team.number, Team.name)
    .join(Entry, Entry.team_id == Team.id)
    .where(Team.edition_id == bindparam("edition"), Entry.idea_id == bindparam("idea"), Entry.submitted_at.is_not(None))
    .order_by(Team.number)
)


def idea_teams(edition_id: int) -> dict[int, int]:
    """The number of the team that took an idea up, by the idea's id."""
    if not results_are_public(edition_id):
        return {}
    return {idea_id: number for idea_id, number in fetch(_OF_EVENT, {"edition": edition_id}) if idea_id is not None}


def idea_links(edition_id: int, idea_id: int) -> list[tuple[str, str]]:
    """The teams that handed in an idea, as (name, address)."""
    teams = fetch(_OF_IDEA, {"edition": edition_id, "idea": idea_id}).all()
    if not teams or not results_are_public(edition_id):
        return []
    return [(name, url_for("teams.show", number=number)) for number, name in teams]
