"""The organiser's forms: capacities, the rules of places, and what overrules them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from hackathon.accounts.rules import one_line
from hackathon.core.fields import WholeNumberField
from hackathon.registration.forms.places import choices
from hackathon.registration.queries import PoolStanding
from hackathon.registration.rules import (
    HIGHEST_CAPACITY,
    LONGEST_OFFER_HOURS,
    LONGEST_REASON,
    Promotion,
    capacity_fits,
)


class CapacityForm(FlaskForm):
    """How many seats a pool has."""

    capacity = WholeNumberField(
        _l("Antal platser"),
        validators=[
            InputRequired(_l("Skriv ett antal platser.")),
            NumberRange(0, HIGHEST_CAPACITY, _l("Skriv ett tal från 0 till 2 000.")),
        ],
    )
    seated = 0

    def validate_capacity(self, field: WholeNumberField) -> None:
        if isinstance(field.data, int) and not capacity_fits(field.data, self.seated):
            raise ValidationError(_l("%(num)s har redan plats. Skriv minst så många platser.", num=self.seated))


def capacity_form(pool: PoolStanding) -> CapacityForm:
    form = CapacityForm(prefix=pool.key, capacity=pool.capacity)
    form.seated = pool.seated
    return form


class PlaceRulesForm(FlaskForm):
    """How the edition gives its places."""

    promotion = RadioField(
        _l("När en plats blir ledig"),
        choices=choices(
            (
                (Promotion.AUTOMATIC.value, _l("Den som står först får den genast")),
                (Promotion.OFFER.value, _l("Den som står först erbjuds den och svarar själv")),
            )
        ),
        validators=[InputRequired(_l("Välj hur en ledig plats går vidare."))],
    )
    offer_hours = WholeNumberField(
        _l("Så många timmar gäller ett erbjudande"),
        description=_l("Sedan går platsen till nästa i kön. Inget erbjudande gäller längre än till evenemangets dag."),
        validators=[
            InputRequired(_l("Skriv ett antal timmar.")),
            NumberRange(1, LONGEST_OFFER_HOURS, _l("Skriv ett tal från 1 till 240.")),
        ],
    )
    ceiling = WholeNumberField(
        _l("Tak per organisation"),
        description=_l(
            "Högst så många platser får en och samma organisation. Lämna tomt om det inte ska finnas något tak."
        ),
        validators=[Optional(), NumberRange(1, HIGHEST_CAPACITY, _l("Skriv ett tal från 1 till 2 000."))],
    )


class ReasonForm(FlaskForm):
    """Why the order of things is overruled."""

    reason = StringField(
        _l("Skäl"), description=_l("Sparas i loggen och står i mejlet till personen."),
        filters=[lambda text: one_line(text or "")],
        validators=[
            DataRequired(_l("Skriv varför.")), Length(max=LONGEST_REASON, message=_l("Högst 500 tecken."))
        ],
    )  # fmt: skip

    @property
    def purpose(self) -> str:
        """The act that the form is for, by its prefix."""
        return str(self._prefix).rstrip("-")


class MergeForm(ReasonForm):
    """Which other registration is the same person's."""

    email = EmailField(
        _l("Den andra anmälans e-post"), filters=[lambda text: one_line(text or "")],
        validators=[DataRequired(_l("Skriv adressen som den andra anmälan gjordes med."))],
    )  # fmt: skip
