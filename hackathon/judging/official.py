"""The official ranking of a round: its locked cards, given to the model. Ids become names of the model and back again."""

from __future__ import annotations

from collections.abc import Collection

from hackathon.judging.model.ranking import Ranking, rank
from hackathon.judging.model.sheet import Ballot, Sheet, make_sheet
from hackathon.judging.queries import list_cards, list_criteria, read_marks
from hackathon.judging.rules import OPEN_CARDS, ScorecardState

TIE_RULE = "head_to_head/1"
"""The name and version of the rule for ties, in model.ranking.head_to_head."""


def load_sheet(round_id: int, *, without: Collection[int] = ()) -> Sheet:
    """The ballots of a closed round; `without` leaves judges out, to see what would be if their ballots were void."""
    criteria = list_criteria(round_id)
    marks = read_marks(round_id)
    keys = [criterion.key for criterion in criteria]
    ballots = []
    for card in list_cards(round_id):
        given = marks.get(card.id)
        if card.state is ScorecardState.LOCKED and given is not None:
            points = tuple(given.points.get(key) for key in keys)
            ballots.append(Ballot(name(card.judge_id), name(card.team_id), points, given.order))
        elif card.state in OPEN_CARDS:
            ballots.append(Ballot(name(card.judge_id), name(card.team_id), (None,) * len(keys)))
    weights = {criterion.key: float(criterion.weight) for criterion in criteria}
    return make_sheet(keys, ballots, weights).without([name(judge) for judge in without])


def rank_round(round_id: int, *, without: Collection[int] = (), chances: bool = True) -> Ranking | None:
    """The official ranking; None where no ballot counts."""
    sheet = load_sheet(round_id, without=without)
    return rank(sheet, chances=chances) if sheet.counted else None


def name(row_id: int) -> str:
    """How the model knows a judge or a team: padded, so that the order of names is that of ids."""
    return f"{row_id:012d}"
