"""Forms of judging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hackathon.core.errors import Invalid
from hackathon.judging.rules import LONGEST_REASON, POINTS

PREFIX = "points-"
_VALUES = {str(points): points for points in POINTS}


@dataclass(frozen=True, slots=True)
class ScorecardInput:
    """What a judge sent: the points so far by the criteria's keys, and the note to the team."""

    points: dict[str, int]
    note_to_team: str


def read_scorecard(sent: MultiDict[str, str], criteria: Iterable[str]) -> ScorecardInput:
    """Reads the five big choices. A criterion without a choice is left out; anything but 1 to 5 is Invalid."""
    points = {}
    for key in criteria:
        value = sent.get(PREFIX + key)
        if value is None:
            continue
        if value not in _VALUES:
            raise Invalid("points_invalid", _l("Poäng ges som heltal från 1 till 5. Välj en ruta i varje fråga."))
        points[key] = _VALUES[value]
    # PostgreSQL keeps no NUL, and nobody means one.
    return ScorecardInput(points, sent.get("note_to_team", "").replace("\0", ""))


def read_panel_size(sent: MultiDict[str, str]) -> int | None:
    """How many judges each team gets; empty means all. Invalid for what is no number."""
    value = sent.get("judges_per_team", "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 4):
        raise Invalid("panel_size", _l("Skriv hur många domare varje team ska ha, eller lämna tomt för alla."))
    return int(value)


class RecuseForm(FlaskForm):
    """Why a judge steps back from a team."""

    reason = TextAreaField(
        _l("Varför är du jävig?"),
        description=_l("Till exempel att du arbetar med någon i teamet. Bara arrangören kan läsa det."),
        validators=[
            DataRequired(_l("Skriv kort varför du är jävig.")),
            Length(max=LONGEST_REASON, message=_l("Korta texten till högst %(max)d tecken.")),
        ],
    )
