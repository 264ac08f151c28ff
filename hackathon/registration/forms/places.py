"""The form that takes a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, ValidationError

from hackathon.core.idempotency import new_key
from hackathon.registration.queries import PoolStanding

OTHER_ORGANISATION = "0"


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class RegistrationForm(FlaskForm):
    """Choose pool and organisation, and accept the terms."""

    pool = RadioField(
        _l("Vilka platser hör du till?"), validators=[InputRequired(_l("Välj myndighet eller näringsliv och andra."))]
    )
    organisation_agency = SelectField(_l("Din myndighet"), default="")
    organisation_external = SelectField(_l("Din organisation"), default="")
    terms = BooleanField(
        _l("Jag följer uppförandekoden och är med hela dagen"),
        validators=[DataRequired(_l("Läs uppförandekoden och kryssa i rutan för att anmäla dig."))],
    )
    idempotency_key = HiddenField()

    def validate_organisation_agency(self, field: SelectField) -> None:
        if self.pool.data == "agency" and not field.data:
            raise ValidationError(_l("Välj den myndighet som du kommer från."))

    def validate_organisation_external(self, field: SelectField) -> None:
        if self.pool.data == "external" and not field.data:
            raise ValidationError(_l("Välj din organisation, eller ”annan organisation” om den inte finns i listan."))

    @property
    def organisation_id(self) -> int | None:
        """The chosen organisation of the chosen pool; None for another one than those listed."""
        chosen = self.organisation_agency.data if self.pool.data == "agency" else self.organisation_external.data
        return None if chosen in ("", OTHER_ORGANISATION) else int(chosen)


def registration_form(
    pools: Sequence[PoolStanding], organisations: dict[str, list[tuple[str, str]]]
) -> RegistrationForm:
    """The form with the edition's pools and organisations."""
    form = RegistrationForm()
    nothing = ("", _l("Välj i listan"))
    form.pool.choices = choices((pool.key, pool.name_sv) for pool in pools)
    form.organisation_agency.choices = choices([nothing, *organisations.get("agency", ())])
    other = (OTHER_ORGANISATION, _l("Annan organisation"))
    form.organisation_external.choices = choices([nothing, *organisations.get("external", ()), other])
    form.idempotency_key.data = form.idempotency_key.data or new_key()
    return form
