"""The forms of the skill profile, one for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from hackathon.accounts.rules import one_line
from hackathon.core.fields import WholeNumberField
from hackathon.registration.forms.places import choices
from hackathon.registration.models import Profession, Profile, Seniority, Skill
from hackathon.registration.profiles import About
from hackathon.registration.rules import (
    LONGEST_BRINGS,
    LONGEST_SKILL,
    MOST_KNOWN,
    MOST_YEARS,
    has_doubles,
    is_found_by,
    read_addresses,
)

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


class AboutForm(FlaskForm):
    """What somebody does."""

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

    def content(self) -> About:
        """What was filled in, as the service takes it."""
        return About(
            title=self.title.data or "",
            profession_id=_chosen_number(self.profession.data),
            seniority=Seniority(self.seniority.data) if (self.seniority.data or "").strip() else None,
            experience_years=self.experience_years.data,
            languages=tuple(self.languages.data or ()),
        )


class SkillsForm(FlaskForm):
    """Levels of skills, as fields `skill_<id>` that are added for the edition, and a skill in the person's own words."""

    q = StringField(_l("Sök kompetens"), filters=[lambda text: one_line(text or "")])
    own = StringField(
        _l("Saknar du något? Skriv det med egna ord"), filters=[lambda text: one_line(text or "")],
        description=_l("Arrangören ser till att det hamnar rätt."),
        validators=[Length(max=LONGEST_SKILL, message=_l("Högst 60 tecken."))],
    )  # fmt: skip
    own_level = SelectField(_l("Hur väl kan du det?"), choices=choices(LEVELS[1:]), default="2")
    skills: Sequence[Skill] = ()

    def skill_field(self, skill: Skill) -> Field:
        field: Field = self[f"skill_{skill.id}"]
        return field

    def shown(self, text: str) -> list[Skill]:
        """The skills that are listed: those that somebody has, and those that the text finds."""
        return [
            skill for skill in self.skills
            if self.skill_field(skill).data not in (None, "0") or is_found_by(text, skill.words)
        ]  # fmt: skip

    def levels(self) -> dict[int, int]:
        """The level of each skill that the page showed; what it did not show is not among them."""
        fields = ((skill, self.skill_field(skill)) for skill in self.skills)
        return {skill.id: int(field.data or 0) for skill, field in fields if field.raw_data}


class WishesForm(FlaskForm):
    """What somebody wants to work on, and brings."""

    wish_1 = SelectField(_l("Första val"), default="")
    wish_2 = SelectField(_l("Andra val"), default="")
    wish_3 = SelectField(_l("Tredje val"), default="")
    brings = StringField(
        _l("Det här tar jag med mig"), description=_l("En mening som ditt team får läsa. Högst 140 tecken."),
        filters=[lambda text: one_line(text or "")],
        validators=[Length(max=LONGEST_BRINGS, message=_l("Meningen är för lång. Högst 140 tecken."))],
    )  # fmt: skip

    @property
    def wishes(self) -> tuple[SelectField, SelectField, SelectField]:
        return self.wish_1, self.wish_2, self.wish_3

    @property
    def chosen_wishes(self) -> tuple[int, ...]:
        """The wished questions' numbers, the dearest first; an empty row between them counts as nothing."""
        numbers = (_chosen_number(wish.data) for wish in self.wishes)
        return tuple(number for number in numbers if number is not None)

    def validate_wish_3(self, _field: Field) -> None:
        if has_doubles(self.chosen_wishes):
            raise ValidationError(_l("Samma fråga står på två rader. Välj olika frågor."))


class KnownForm(FlaskForm):
    """Whom somebody knows already."""

    emails = TextAreaField(
        _l("E-postadresser till dem du redan känner"),
        description=_l("Högst tjugo. Vi försöker sätta er i olika team, så att ni möter nya. Ingen annan ser listan."),
        validators=[Length(max=4000, message=_l("Skriv högst tjugo adresser: dem du känner bäst."))],
    )  # fmt: skip

    @property
    def addresses(self) -> list[str]:
        return read_addresses(self.emails.data or "")[0]

    def validate_emails(self, field: TextAreaField) -> None:
        addresses, others = read_addresses(field.data or "")
        if others:
            raise ValidationError(_l("Det här är ingen e-postadress: %(words)s", words=", ".join(others[:5])[:120]))
        if len(addresses) > MOST_KNOWN:
            raise ValidationError(_l("Skriv högst tjugo adresser: dem du känner bäst."))


ProfileForm = AboutForm | SkillsForm | WishesForm | KnownForm


def about_form(profile: Profile | None, professions: Sequence[Profession]) -> AboutForm:
    saved: dict[str, object] = {"languages": ["sv"]}
    if profile is not None:
        saved = {
            "profession": str(profile.profession_id or ""),
            "title": profile.title,
            "seniority": profile.seniority.value if profile.seniority else None,
            "experience_years": profile.experience_years,
            "languages": [row.language for row in profile.languages],
        }
    form = AboutForm(data=saved)
    language = get_locale().language
    named = [(str(row.id), row.name_en if language == "en" else row.name_sv) for row in professions]
    form.profession.choices = choices([("", _l("Välj i listan")), *named])
    form.languages.choices = choices(_language_names())
    return form


def skills_form(profile: Profile | None, skills: Sequence[Skill]) -> SkillsForm:
    language = get_locale().language
    fields: dict[str, Any] = {"skills": skills}
    for skill in skills:
        name = skill.name_en if language == "en" else skill.name_sv
        fields[f"skill_{skill.id}"] = RadioField(name, choices=choices(LEVELS), default="0", validators=[Optional()])
    saved = {f"skill_{row.skill_id}": str(row.level) for row in profile.skills} if profile else {}
    form: SkillsForm = type("EditionSkillsForm", (SkillsForm,), fields)(data=saved)
    return form


def wishes_form(profile: Profile | None, questions: Sequence[tuple[int, str]]) -> WishesForm:
    saved: dict[str, object] = {"brings": profile.brings} if profile else {}
    saved |= {f"wish_{row.rank}": str(row.question_number) for row in profile.wishes} if profile else {}
    form = WishesForm(data=saved)
    for wish in form.wishes:
        wish.choices = choices(
            [("", _l("Inget val")), *((str(number), f"{number}. {title}") for number, title in questions)]
        )
    return form


def known_form(profile: Profile | None) -> KnownForm:
    return KnownForm(data={"emails": "\n".join(row.email for row in profile.acquaintances)} if profile else {})


def _language_names() -> list[tuple[str, str]]:
    names = Locale.parse(str(get_locale())).languages
    return [(code, str(_UNNAMED.get(code) or names.get(code) or code).capitalize()) for code in LANGUAGES]
