"""Forms of registration and profiles. Their choices are data of the edition, so that each is built for one edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from hackathon.accounts.rules import one_line
from hackathon.core.fields import WholeNumberField
from hackathon.core.idempotency import new_key
from hackathon.registration.models import Profession, Profile, Seniority, Skill
from hackathon.registration.queries import PoolStanding
from hackathon.registration.rules import HIGHEST_CAPACITY, LONGEST_BRINGS, MOST_YEARS, capacity_fits, has_doubles
from hackathon.registration.services import ProfileContent

OTHER_ORGANISATION = "0"
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


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
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
    form.pool.choices = _choices((pool.key, pool.name_sv) for pool in pools)
    form.organisation_agency.choices = _choices([nothing, *organisations.get("agency", ())])
    other = (OTHER_ORGANISATION, _l("Annan organisation"))
    form.organisation_external.choices = _choices([nothing, *organisations.get("external", ()), other])
    form.idempotency_key.data = form.idempotency_key.data or new_key()
    return form


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


# --- profiles ---------------------------------------------------------------------------------------------------------


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
        _l("Erfarenhet"), choices=_choices((kind.value, label) for kind, label in SENIORITIES), validate_choice=True,
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
        fields[f"skill_{skill.id}"] = RadioField(name, choices=_choices(LEVELS), default="0")
    form: ProfileForm = type("EditionProfileForm", (ProfileForm,), fields)(data=_saved(profile))
    named = [(str(row.id), row.name_en if language == "en" else row.name_sv) for row in professions]
    form.profession.choices = _choices([("", _l("Välj i listan")), *named])
    for wish in form.wishes:
        wish.choices = _choices(
            [("", _l("Inget val")), *((str(number), f"{number}. {title}") for number, title in questions)]
        )
    form.languages.choices = _choices(_language_names())
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
