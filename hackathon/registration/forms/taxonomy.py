"""The organiser's forms of the taxonomy of skills."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from hackathon.accounts.rules import one_line
from hackathon.registration.forms.places import choices
from hackathon.registration.models import Skill
from hackathon.registration.rules import LONGEST_SKILL
from hackathon.registration.taxonomy import SkillText, key_of, read_taxonomy

LONGEST_LIST = 200_000


class SkillForm(FlaskForm):
    """A skill in both languages, with its synonyms."""

    sv = StringField(
        _l("På svenska"), filters=[lambda text: one_line(text or "")],
        validators=[DataRequired(_l("Skriv namnet på svenska.")), Length(max=LONGEST_SKILL, message=_l("Högst 60 tecken."))],
    )  # fmt: skip
    en = StringField(
        _l("På engelska"), filters=[lambda text: one_line(text or "")],
        validators=[DataRequired(_l("Skriv namnet på engelska.")), Length(max=LONGEST_SKILL, message=_l("Högst 60 tecken."))],
    )  # fmt: skip
    synonyms = StringField(
        _l("Andra ord för samma sak"), description=_l("Med komma emellan. Den som skriver ett av dem hittar hit."),
        filters=[lambda text: one_line(text or "")], validators=[Length(max=1300)],
    )  # fmt: skip

    def text(self, key: str | None = None) -> SkillText:
        words = tuple(
            dict.fromkeys(word for word in (word.strip() for word in (self.synonyms.data or "").split(",")) if word)
        )
        return SkillText(key or key_of(self.sv.data or ""), self.sv.data or "", self.en.data or "", words)


class MeaningForm(FlaskForm):
    """Which skill is meant; "0" for none."""

    word = HiddenField(validators=[DataRequired()])
    into = SelectField(_l("Hör till"), default="")


class TaxonomyForm(FlaskForm):
    """A list from outside, pasted."""

    taxonomy = TextAreaField(
        _l("Klistra in en lista"),
        description=_l("CSV med rubrikerna key, sv, en och synonyms, eller JSON. Det som finns uppdateras, inget tas bort."),
        validators=[DataRequired(_l("Klistra in en lista.")), Length(max=LONGEST_LIST, message=_l("Listan är för lång. Dela den i två."))],
    )  # fmt: skip
    skills: tuple[SkillText, ...] = ()

    def validate_taxonomy(self, field: TextAreaField) -> None:
        found, bad = read_taxonomy(field.data or "")
        if bad:
            rows = "; ".join(f"{entry.number}: {entry.problem}" for entry in bad[:10])
            raise ValidationError(_l("Inget är ändrat än. Rätta de här posterna: %(rows)s", rows=rows))
        self.skills = tuple(found)


def meaning_form(skills: Sequence[Skill], prefix: str) -> MeaningForm:
    form = MeaningForm(prefix=prefix)
    form.into.choices = choices(
        [("0", _l("Ingen av dem, ta bort ordet")), *((str(skill.id), skill.name_sv) for skill in skills)]
    )
    return form
