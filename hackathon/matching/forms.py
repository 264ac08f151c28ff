"""The form that starts a run."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import InputRequired, NumberRange

from hackathon.core.fields import WholeNumberField
from hackathon.matching.rules import LARGEST_SEED, LONGEST_SECONDS, SHORTEST_SECONDS, USUAL_SECONDS


class RunForm(FlaskForm):
    """How long to look for teams, and where the dice start."""

    seconds = WholeNumberField(
        _l("Räknetid i sekunder"),
        default=USUAL_SECONDS,
        description=_l(
            "%(low)s till %(high)s. Längre tid ger ofta bättre team.", low=SHORTEST_SECONDS, high=LONGEST_SECONDS
        ),
        validators=[
            InputRequired(_l("Skriv hur många sekunder det får ta.")),
            NumberRange(
                SHORTEST_SECONDS,
                LONGEST_SECONDS,
                _l("Skriv ett heltal mellan %(low)s och %(high)s.", low=SHORTEST_SECONDS, high=LONGEST_SECONDS),
            ),
        ],
    )
    seed = WholeNumberField(
        _l("Slumpfrö"),
        default=1,
        description=_l("Samma frö och samma personer ger ett liknande förslag; ett nytt frö letar på ett annat håll."),
        validators=[
            InputRequired(_l("Skriv ett heltal.")),
            NumberRange(0, LARGEST_SEED, _l("Skriv ett heltal mellan 0 och %(high)s.", high=LARGEST_SEED)),
        ],
    )
    idempotency_key = HiddenField()
