"""The forms of needs."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from hackathon.accounts.models import Person
from hackathon.accounts.rules import one_line
from hackathon.registration.forms.places import choices
from hackathon.registration.needs import Needs
from hackathon.registration.rules import LONGEST_NEED, Access, Diet

DIETS = {
    Diet.VEGETARIAN: _l("Vegetariskt"), Diet.VEGAN: _l("Veganskt"), Diet.GLUTEN: _l("Utan gluten"),
    Diet.LACTOSE: _l("Utan laktos"), Diet.NUTS: _l("Utan nötter"), Diet.NO_PORK: _l("Utan fläsk"), Diet.OTHER: _l("Annat"),
}  # fmt: skip
ACCESSES = {
    Access.STEP_FREE: _l("Inga trappor eller trösklar"), Access.HEARING_LOOP: _l("Hörslinga"),
    Access.SIGN_LANGUAGE: _l("Teckenspråkstolk"), Access.LARGE_PRINT: _l("Stor text"),
    Access.QUIET_ROOM: _l("Ett tyst rum"), Access.OTHER: _l("Annat"),
}  # fmt: skip


def _ticks(label: str, options: Sequence[tuple[str, str]] = ()) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=choices(options), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


def _text(label: str) -> StringField:
    return StringField(
        label, filters=[lambda text: one_line(text or "")],
        validators=[Length(max=LONGEST_NEED, message=_l("Högst 500 tecken."))],
    )  # fmt: skip


class NeedsForm(FlaskForm):
    """What somebody needs."""

    diet = _ticks(_l("Mat"), [(kind.value, str_) for kind, str_ in DIETS.items()])
    diet_text = _text(_l("Mer om maten, till exempel en allergi"))
    access = _ticks(_l("Tillgänglighet"), [(kind.value, str_) for kind, str_ in ACCESSES.items()])
    access_text = _text(_l("Mer om vad du behöver för att kunna vara med"))

    def content(self) -> Needs:
        return Needs(
            tuple(self.diet.data or ()),
            self.diet_text.data or "",
            tuple(self.access.data or ()),
            self.access_text.data or "",
        )


class ReadersForm(FlaskForm):
    """Who reads needs."""

    readers = _ticks(_l("De här läser vem som behöver vad"))


def needs_form(needs: Needs) -> NeedsForm:
    return NeedsForm(
        data={
            "diet": list(needs.diet),
            "diet_text": needs.diet_text,
            "access": list(needs.access),
            "access_text": needs.access_text,
        }
    )


def readers_form(candidates: Sequence[Person], readers: Sequence[Person]) -> ReadersForm:
    form = ReadersForm(data={"readers": [str(person.id) for person in readers]})
    form.readers.choices = choices((str(person.id), person.name) for person in candidates)
    return form
