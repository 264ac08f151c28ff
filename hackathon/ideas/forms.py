"""Forms of ideas, and the filters that an address names."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from hackathon.accounts.rules import looks_like_email, normalised_email
from hackathon.core.fields import WholeNumberField
from hackathon.core.text import clean, clean_line
from hackathon.ideas import rules
from hackathon.ideas.models import Idea
from hackathon.ideas.queries import Filters, Sort
from hackathon.ideas.rules import IdeaText, Stage, Step
from hackathon.ideas.words import STAGE_NAMES
from hackathon.workshops.rules import LARGEST_NUMBER, LONGEST_SEARCH

_REASON_LENGTH = Length(max=rules.LONGEST_REASON, message=_l("Högst %(max)d tecken."))
_DAYS = re.compile(r"[1-9][0-9]{0,2}")
_NUMBERS = re.compile(r"[0-9]{1,9}")
_STAGES, _SORTS = frozenset(Stage), frozenset(Sort)
_BREAKS = re.compile(r"[\s,;]+")


def _line(value: str | None) -> str:
    return clean_line(value or "")


def _text(value: str | None) -> str:
    return clean(value or "")


def _length(name: str) -> Length:
    return Length(max=rules.LIMITS[name], message=_l("Högst %(max)d tecken."))


def _area(name: str, label: Any, description: Any, *first: Any) -> TextAreaField:
    return TextAreaField(label, [*first, _length(name)], filters=[_text], description=description)


class IdeaForm(FlaskForm):
    """An idea's text, its co-authors, and the terms."""

    title = StringField(
        _l("Rubrik"),
        [DataRequired(_l("Ge idén en rubrik.")), _length("title")],
        filters=[_line],
        description=_l("Kort och konkret, så att den går att känna igen på tavlan."),
    )
    summary = _area(
        "summary",
        _l("Sammanfattning"),
        _l("Två meningar: vad ska göras, och för vem? Högst 400 tecken."),
        DataRequired(_l("Sammanfatta idén i en eller två meningar.")),
    )
    question = SelectField(_l("Frågeställning"), description=_l("Vilken av frågorna svarar idén på?"))
    problem = _area("problem", _l("Problemet"), _l("Vad fungerar inte i dag, och för vem? Ge gärna ett exempel."))
    audience = _area("audience", _l("Målgrupp"), _l("Vilka är idén till för, och vilka behöver vara med?"))
    solution = _area(
        "solution",
        _l("Lösningen"),
        _l("Vad ska göras, steg för steg? Du kan använda Markdown: listor, fetstil, länkar."),
    )
    benefit = _area("benefit", _l("Nyttan"), _l("Vad blir bättre, och hur skulle man märka det?"))
    first_step = _area("first_step", _l("Första steget"), _l("Vad kan prövas redan nästa månad?"))
    findings = StringField(
        _l("Fynd som idén bygger på"),
        [Length(max=200, message=_l("Högst %(max)d tecken."))],
        filters=[_line],
        description=_l("Numren på fynd från workshopparna, med komma emellan. Du hittar dem under Underlag."),
    )
    tags = StringField(
        _l("Etiketter"),
        [Length(max=300, message=_l("Högst %(max)d tecken."))],
        filters=[_line],
        description=_l("Högst åtta ord som andra kan söka på, med komma emellan."),
    )
    co_authors = TextAreaField(
        _l("Medförfattare"),
        [Length(max=800, message=_l("Högst %(max)d tecken."))],
        filters=[_text],
        description=_l(
            "E-post till högst tre som är anmälda till evenemanget, en per rad. De kan ändra texten, och deras namn syns."
        ),
    )
    remove_authors = SelectMultipleField(
        _l("Ta bort medförfattare"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=[],
    )
    terms = BooleanField(_l("Jag har läst villkoren och godkänner dem"))
    version = WholeNumberField(widget=HiddenInput(), validators=[Optional()])
    idempotency_key = HiddenField(validators=[Length(max=128)])

    def offer(self, questions: list[tuple[int, str]], co_authors: list[tuple[int, str]]) -> None:
        """What can be chosen: questions by number, and the co-authors who can be taken away."""
        self.question.choices = [("", _l("Ingen av frågorna")), *((str(number), title) for number, title in questions)]
        self.remove_authors.choices = co_authors

    def read(self, idea: Idea, question: int | None, findings: list[int]) -> None:
        """Fills the form with an idea as it stands."""
        for name in rules.LIMITS:
            self[name].data = getattr(idea, name)
        self.question.data = str(question) if question else ""
        self.findings.data = ", ".join(str(number) for number in findings)
        self.tags.data = ", ".join(tag.tag for tag in idea.tags)
        self.version.data = idea.version

    def validate_findings(self, field: StringField) -> None:
        parts = [part.lstrip("Ff") for part in _split(field.data)]
        if not all(_NUMBERS.fullmatch(part) for part in parts):
            raise ValidationError(_l("Skriv bara nummer, till exempel 12, 40."))
        if len(parts) > rules.MOST_FINDINGS:
            raise ValidationError(_l("Ange högst tolv fynd."))

    def validate_tags(self, field: StringField) -> None:
        tags = self._tags()
        if len(tags) > rules.MOST_TAGS or any(len(tag) > rules.LONGEST_TAG for tag in tags):
            raise ValidationError(_l("Ange högst åtta etiketter på högst 30 tecken var."))

    def validate_co_authors(self, field: TextAreaField) -> None:
        addresses = self.addresses()
        if len(addresses) > rules.MOST_CO_AUTHORS:
            raise ValidationError(_l("Ange högst tre medförfattare."))
        if not all(looks_like_email(address) for address in addresses):
            raise ValidationError(_l("Skriv hela e-postadresser, en per rad."))

    def addresses(self) -> list[str]:
        return [normalised_email(part) for part in _split(self.co_authors.data)]

    def _tags(self) -> list[str]:
        return [tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()]

    def text(self) -> IdeaText:
        """What was written, as the services take it."""
        return IdeaText(
            **{name: self[name].data or "" for name in rules.LIMITS},
            question=int(self.question.data) if self.question.data else None,
            tags=tuple(self._tags()),
            findings=tuple(int(part.lstrip("Ff")) for part in _split(self.findings.data)),
        )


def _split(text: str | None) -> list[str]:
    return [part for part in _BREAKS.split(text or "") if part]


class MoveForm(FlaskForm):
    """One step of an idea, with the reason."""

    to = RadioField(_l("Till"), [DataRequired(_l("Välj vart idén ska."))])
    reason = TextAreaField(
        _l("Varför?"),
        [_REASON_LENGTH],
        filters=[_text],
        description=_l("Syns för alla på idéns sida. Behövs när idén backar eller läggs åt sidan."),
    )
    merged_into = WholeNumberField(
        _l("Ingår i idé nummer"),
        [Optional(), NumberRange(1, LARGEST_NUMBER, message=_l("Skriv idéns nummer med siffror."))],
        description=_l("Bara när idén slås ihop med en annan."),
    )
    version = WholeNumberField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, steps: tuple[Step, ...]) -> None:
        self.steps = {step.to.value: step for step in steps}
        self.to.choices = [(step.to.value, STAGE_NAMES[step.to]) for step in steps]

    def validate_reason(self, field: TextAreaField) -> None:
        step = self.steps.get(self.to.data)
        if step is not None and step.needs_reason and not field.data:
            raise ValidationError(_l("Skriv varför, så att författarna förstår."))


class HideForm(FlaskForm):
    """Why an idea is hidden."""

    reason = TextAreaField(
        _l("Varför döljs idén?"),
        [
            DataRequired(_l("Skriv varför, så att författarna förstår.")),
            Length(max=rules.LONGEST_REASON, message=_l("Högst %(max)d tecken.")),
        ],
        filters=[_text],
        description=_l("Författarna ser skälet."),
    )


class CommentForm(FlaskForm):
    """Something to say under an idea."""

    text = TextAreaField(
        _l("Skriv en kommentar"),
        [
            DataRequired(_l("Skriv något innan du skickar kommentaren.")),
            Length(
                max=rules.LONGEST_COMMENT, message=_l("Kommentaren är för lång. Korta den till högst 2 000 tecken.")
            ),
        ],
        filters=[_text],
    )
    idempotency_key = HiddenField(validators=[Length(max=128)])


def read_filters(args: MultiDict[str, str], *, signed_in: bool, now: datetime) -> Filters:
    """The filters that an address names. What it does not understand it leaves out, so that old links still lead somewhere."""
    question, stage, sort = args.get("question", ""), args.get("stage", ""), args.get("sort", "")
    still = int(args["still"]) if _DAYS.fullmatch(args.get("still", "")) else None
    return Filters(
        q=clean_line(args.get("q", ""))[:LONGEST_SEARCH],
        sectors=tuple(dict.fromkeys(clean_line(key)[:40] for key in args.getlist("sector")[:30] if key)),
        question=int(question) if _NUMBERS.fullmatch(question) else None,
        stage=Stage(stage) if stage in _STAGES else None,
        tag=clean_line(args.get("tag", "")).lower()[: rules.LONGEST_TAG],
        both=args.get("both") == "1",
        mine=signed_in and args.get("mine") == "1",
        public=args.get("public") == "1",
        lacking=args.get("lacking", "") if args.get("lacking") in ("agency", "external") else "",
        still=still,
        # Whole days, so that the same question within a day has the same answer and is kept.
        still_since=_midnight(now) - timedelta(days=still) if still is not None else None,
        sort=Sort(sort) if sort in _SORTS else Sort.SUPPORT,
    )


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def read_column(args: MultiDict[str, str]) -> tuple[Stage | None, int]:
    """Which column of the board is turned to which page."""
    column = args.get("column", "")
    return (Stage(column), read_page(args)) if column in _STAGES else (None, 1)


def read_page(args: MultiDict[str, str]) -> int:
    """The page of a list that an address names, from 1."""
    page = args.get("page", "")
    return max(int(page), 1) if _NUMBERS.fullmatch(page) else 1
