"""Forms of the follow-up."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from hackathon.followup.rules import LONGEST_REASON, OutcomeKind

KINDS = {
    OutcomeKind.ADOPT: _l("Införs"),
    OutcomeKind.PILOT: _l("Provas i en pilot"),
    OutcomeKind.MERGE: _l("Slås ihop med en annan idé"),
    OutcomeKind.PARK: _l("Vilar"),
    OutcomeKind.CLOSE: _l("Avslutas, med lärdom"),
}


def _whole_number(value: object) -> int | None:
    return int(str(value)) if value else None


class DecideForm(FlaskForm):
    """What becomes of an idea."""

    kind = RadioField(
        _l("Vad händer med idén?"),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        validators=[InputRequired(_l("Välj ett utfall."))],
    )
    reason = TextAreaField(
        _l("Varför?"),
        description=_l("Visas för alla, också när det blev nej."),
        validators=[
            DataRequired(_l("Skriv varför.")),
            Length(max=LONGEST_REASON, message=_l("Korta texten till högst %(max)d tecken.")),
        ],
    )
    owner_id = SelectField(
        _l("Ansvarig organisation"),
        description=_l("Behövs när idén införs eller provas."),
        coerce=_whole_number,
        validators=[Optional()],
    )
    next_check_on = DateField(_l("Nästa avstämning"), validators=[Optional()])

    def offer_owners(self, organisations: Iterable[tuple[int, str]]) -> None:
        """Fills the list of organisations."""
        self.owner_id.choices = [
            SelectChoice("", _l("Ingen")),
            *(SelectChoice(str(id_), name) for id_, name in organisations),
        ]
