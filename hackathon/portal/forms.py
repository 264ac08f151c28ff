"""The organiser's form for when each phase opens and closes, and the form that erases the own account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, EmailField, Field, HiddenField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from hackathon.events.rules import EditionInfo
from hackathon.portal.words import PHASE_NAMES

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
FIRST_YEAR, LAST_YEAR = 2000, 2100


class RealMoment:
    """Refuses years that nobody means, and the hour that is skipped when summer time begins."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz = tz

    def __call__(self, _form: Any, field: Field) -> None:
        local: datetime | None = field.data
        if local is None:
            return
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            raise ValidationError(_l("Ange ett år mellan %(first)s och %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
        if local.astimezone(UTC).astimezone(self.tz).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValidationError(_l("Den tiden finns inte: klockan ställs om till sommartid. Välj en timme senare."))


class PhasesForm(FlaskForm):
    """One row per phase; `phases_form` adds the rows of an edition."""

    seen = HiddenField()
    """What the phases were when the page was shown, so that nobody overwrites another's change unseen."""

    kinds: tuple[str, ...] = ()

    def row(self, kind: str) -> tuple[Field, Field]:
        """The two fields of a phase: opens and closes."""
        return self[f"{kind}_opens"], self[f"{kind}_closes"]

    def times(self) -> dict[str, tuple[datetime, datetime]]:
        """The moments that were filled in, by kind. Only after validation."""
        return {kind: (opens.data, closes.data) for kind in self.kinds for opens, closes in [self.row(kind)]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Each moment by itself, then that every phase closes after it opens."""
        valid = bool(super().validate(extra_validators))
        for kind in self.kinds:
            opens, closes = self.row(kind)
            if not (opens.errors or closes.errors) and closes.data <= opens.data:
                closes.errors = [*closes.errors, _l("Stängningen måste komma efter öppningen. Välj en senare tid.")]
                valid = False
        return valid


def phases_form(edition: EditionInfo, *, seen: str) -> PhasesForm:
    """The form with the edition's phases, in its own time zone, filled with what holds now."""

    class EditionPhasesForm(PhasesForm):
        kinds = tuple(phase.kind for phase in edition.phases)

    values: dict[str, datetime] = {}
    for phase in edition.phases:
        name = PHASE_NAMES[phase.kind]
        for end, label, moment in (
            ("opens", _l("%(phase)s öppnar", phase=name), phase.opens_at),
            ("closes", _l("%(phase)s stänger", phase=name), phase.closes_at),
        ):
            setattr(EditionPhasesForm, f"{phase.kind}_{end}", _moment_field(label, edition.tz))
            values[f"{phase.kind}_{end}"] = moment
    return EditionPhasesForm(data={**values, "seen": seen})


def _moment_field(label: Any, tz: ZoneInfo) -> DateTimeLocalField:
    needed = InputRequired(_l("Ange dag och klockslag."))
    unreadable = _l("Skriv dag och klockslag, till exempel 2018-06-09T09:00.")
    options = {"format": FORMATS, "tz": tz, "invalid_value_message": unreadable}  # newer than the published types
    return DateTimeLocalField(label, [needed, RealMoment(tz)], **options)


class EraseForm(FlaskForm):
    """Erasing the own account: the own address, written once more."""

    email = EmailField(
        _l("Din e-postadress"), filters=[lambda text: (text or "").strip()],
        validators=[DataRequired(_l("Skriv den adress som du loggar in med, så att ingen raderar fel konto."))],
    )  # fmt: skip
