"""The form of a team's entry."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from hackathon.core.fields import WholeNumberField
from hackathon.teams.rules import LONGEST_NAME, LONGEST_PITCH, LONGEST_TITLE


class EntryForm(FlaskForm):
    """What a team saves and hands in. `idea` gets its choices from the view."""

    team_name = StringField(
        _l("Teamets namn"),
        description=_l("Syns för alla. Lämna tomt för att heta som ert nummer."),
        validators=[Length(max=LONGEST_NAME, message=_l("Högst %(max)d tecken."))],
    )
    idea = SelectField(
        _l("Idé som ni arbetar med"),
        description=_l("Så går det att följa ert bidrag tillbaka till idén och den fråga den växte ur."),
        validate_choice=True,
        validators=[Optional()],
    )
    title = StringField(
        _l("Rubrik"),
        description=_l("En rad som juryn minns."),
        validators=[Length(max=LONGEST_TITLE, message=_l("Högst %(max)d tecken."))],
    )
    pitch = TextAreaField(
        _l("Pitch"),
        description=_l("Högst 3 000 tecken: vad är problemet, vad föreslår ni, vem börjar och med vad?"),
        validators=[Length(max=LONGEST_PITCH, message=_l("Högst %(max)d tecken. Korta texten."))],
    )
    version = WholeNumberField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(min=0)])
    idempotency_key = HiddenField()
