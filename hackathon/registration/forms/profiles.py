"""The form of the skill profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from hackathon.accounts.rules import one_line
from hackathon.core.fields import WholeNumberField
from hackathon.registration.forms.places import choices
from hackathon.registration.models import Profession, Profile, Seniority, Skill
from hackathon.registration.rules import LONGEST_BRINGS, MOST_YEARS, has_doubles
from hackathon.registration.services import ProfileContent

LONGEST_TITLE = 100
LONGEST_NUMBER = 10
"""Digits of a number that can be chosen; int() itself fails on thousands of them."""
LEVELS = (("0", _l("Nej")), ("1", _l("Känner till")), ("2", _l("Använder")), ("3", _l("Kan lära ut")))
SENIORITIES = (
    (Seniority.JUNIOR, _l("Ny i yrket")),
    (Seniority.MID, _l("Några års vana")),
    (Seniority.SENIOR, _l("Lång erfarenhet")),
)
LANGUAGES = (
    "sv", "en", "fi", "no", "da", "de", "fr", "es", "pl", "uk", "ru", "bs", "ar", "fa", "ku", "so", "ti", "am", "tr", "hi",
    "se", "sma", "swl",
)  # fmt: skip
"""The languages that can be ticked: those most heard in Sweden, with Sami and sign language."""
_UNNAMED = {"swl": _l("svenskt teckenspråk")}
"""What the locale data have no name for."""


def _chosen_number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else None


class ProfileForm(FlaskForm):
    """What somebody is, can and wants. The fields of skills are added for the edition: `skill_<id>`."""

    profession = SelectField(_l("Yrke"), default="")
    title = StringField(
        _l("Titel"), filters=[lambda text: one_line(text or "")],
        validators=[Length(max=LONGEST_TITLE, message=_l("Högst 100 tecken."))],
    )  # fmt: skip
    seniority = RadioField(
        _l("Erfarenhet"), choices=choices((kind.value, label) for kind, label in SENIORITIES), validate_choice=True,
        validators=[Optional()],
    )  # fmt: skip
    experience_years = WholeNumberField(
        _l("År i yrket"), validators=[Optional(), NumberRange(0, MOST_YEARS, _l("Skriv ett tal från 0 till 70."))]
    )
    languages = SelectMultipleField(
        _l("Språk som du arbetar på"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    wish_1 = SelectField(_l("Första val"), default="")
    wish_2 = SelectField(_l("Andra val"), default="")
    wish_3 = SelectField(_l("Tredje val"), default="")
    brings = StringField(
        _l("Det här tar jag med mig"), description=_l("En mening som ditt team får läsa. Högst 140 tecken."),
        filters=[lambda text: one_line(text or "")],
        validators=[Length(max=LONGEST_BRINGS, message=_l("Meningen är för lång. Högst 140 tecken."))],
    )  # fmt: skip
    skills: Sequence[Skill] = ()

    @property
    def wishes(self) -> tuple[SelectField, SelectField, SelectField]:
        return self.wish_1, self.wish_2, self.wish_3

    @property
    def chosen_wishes(self) -> tuple[int, ...]:
        """The wished questions' numbers, the dearest first; an empty row between them counts as nothing."""
        numbers = (_chosen_number(wish.data) for wish in self.wishes)
        return tuple(number for number in numbers if number is not None)

    def skill_field(self, skill: Skill) -> Field:
        field: Field = self[f"skill_{skill.id}"]
        return field

    def validate_wish_3(self, _field: Field) -> None:
        if has_doubles(self.chosen_wishes):
            raise ValidationError(_l("Samma fråga står på två rader. Välj olika frågor."))

    def content(self) -> ProfileContent:
        """What was filled in, as the service takes it."""
        levels = {skill.id: int(self.skill_field(skill).data or 0) for skill in self.skills}
        return ProfileContent(
            title=self.title.data or "",
            profession_id=_chosen_number(self.profession.data),
            seniority=Seniority(self.seniority.data) if (self.seniority.data or "").strip() else None,
            experience_years=self.experience_years.data,
            brings=self.brings.data or "",
            languages=tuple(self.languages.data or ()),
            skills={skill: level for skill, level in levels.items() if level},
            wishes=self.chosen_wishes,
        )


def profile_form(
    profile: Profile | None,
    *,
    skills: Sequence[Skill],
    professions: Sequence[Profession],
    questions: Sequence[tuple[int, str]],
) -> ProfileForm:
    """The form for one edition, filled with what was saved before."""
    language = get_locale().language
    fields: dict[str, Any] = {"skills": skills}
    for skill in skills:
        name = skill.name_en if language == "en" else skill.name_sv
        fields[f"skill_{skill.id}"] = RadioField(name, choices=choices(LEVELS), default="0")
    form: ProfileForm = type("EditionProfileForm", (ProfileForm,), fields)(data=_saved(profile))
    named = [(str(row.id), row.name_en if language == "en" else row.name_sv) for row in professions]
    form.profession.choices = choices([("", _l("Välj i listan")), *named])
    for wish in form.wishes:
        wish.choices = choices(
            [("", _l("Inget val")), *((str(number), f"{number}. {title}") for number, title in questions)]
        )
    form.languages.choices = choices(_language_names())
    return form


def _saved(profile: Profile | None) -> dict[str, object]:
    if profile is None:
        return {"languages": ["sv"]}
    saved: dict[str, object] = {
        "profession": str(profile.profession_id or ""),
        "title": profile.title,
        "seniority": profile.seniority.value if profile.seniority else None,
        "experience_years": profile.experience_years,
        "languages": [row.language for row in profile.languages],
        "brings": profile.brings,
    }
    saved |= {f"skill_{row.skill_id}": str(row.level) for row in profile.skills}
    return saved | {f"wish_{row.rank}": str(row.question_number) for row in profile.wishes}


def _language_names() -> list[tuple[str, str]]:
    names = Locale.parse(str(get_locale())).languages
    return [(code, str(_UNNAMED.get(code) or names.get(code) or code).capitalize()) for code in LANGUAGES]
