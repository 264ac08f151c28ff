"""What each team learns: its profile by criterion beside the field's, and the quarter of the field that it is in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hackathon.core.db import db
from hackathon.judging.model.ranking import Ranking
from hackathon.judging.models import TeamFeedback
from hackathon.judging.queries import list_cards, list_criteria, read_points
from hackathon.judging.rules import quarter_of


def keep_feedback(round_id: int, ranking: Ranking) -> None:
    """Writes the feedback of every team that was scored, in place of what stood there before a correction."""
    criteria = list_criteria(round_id)
    points = read_points(round_id)
    of_team: dict[int, list[dict[str, int]]] = defaultdict(list)
    for card in list_cards(round_id):
        if card.id in points:
            of_team[card.team_id].append(points[card.id])
    means = {team: {c.key: _mean([card[c.key] for card in cards]) for c in criteria} for team, cards in of_team.items()}
    for team in ranking.teams:
        own = means[int(team.team)]
        profile: list[Any] = [
            {
                "name_sv": criterion.name_sv,
                "name_en": criterion.name_en,
                "mean": round(own[criterion.key], 1),
                "field": round(_mean([mean[criterion.key] for mean in means.values()]), 1),
            }
            for criterion in criteria
        ]
        quarter = quarter_of(team.place, len(ranking.teams))
        db.session.merge(TeamFeedback(round_id=round_id, team_id=int(team.team), profile=profile, quarter=quarter))
    db.session.flush()


def _mean(values: list[int] | list[float]) -> float:
    return sum(values) / len(values)
