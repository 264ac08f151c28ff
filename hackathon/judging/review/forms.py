"""Forms of the review."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from hackathon.judging.rules import LONGEST_REASON


class VoidForm(FlaskForm):
    """Why a judge's ballots should no longer count."""

    judge = IntegerField(validators=[InputRequired()])
    reason = TextAreaField(
        _l("Varför ska bedömningarna strykas?"),
        description=_l(
            "Till exempel ett jäv som upptäcktes för sent. Anledningen sparas, och visas vid en rättelse för alla."
        ),
        validators=[
            DataRequired(_l("Skriv varför bedömningarna ska strykas.")),
            Length(max=LONGEST_REASON, message=_l("Korta texten till högst %(max)d tecken.")),
        ],
    )
