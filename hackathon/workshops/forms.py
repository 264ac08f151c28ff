"""Forms of workshops, cards, ratings and questions, and the searches that an address names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from hackathon.core.text import clean, clean_line
from hackathon.workshops import rules
from hackathon.workshops.models import ChallengeQuestion, Finding, FindingKind, Workshop
from hackathon.workshops.services.asking import QuestionText
from hackathon.workshops.services.capture import Card
from hackathon.workshops.services.planning import Plan

_NUMBERS = re.compile(r"[0-9]{1,9}")
_NEEDED = _l("Fyll i det här.")


def _line(value: str | None) -> str:
    return clean_line(value or "")


def _text(value: str | None) -> str:
    return clean(value or "")


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_l("Högst %(max)d tecken."))


class PlanForm(FlaskForm):
    """What is said of a workshop."""

    title_sv = StringField(_l("Rubrik"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_TITLE)], filters=[_line])
    title_en = StringField(_l("Rubrik på engelska"), [_at_most(rules.LONGEST_TITLE)], filters=[_line])
    summary_sv = TextAreaField(
        _l("Vad workshoppen handlar om"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_SUMMARY)], filters=[_text]
    )
    summary_en = TextAreaField(_l("Det samma på engelska"), [_at_most(rules.LONGEST_SUMMARY)], filters=[_text])
    place = StringField(_l("Plats"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_NAME)], filters=[_line])
    held_on = DateField(_l("Dag"), [InputRequired(_l("Ange en dag."))])
    sector = SelectField(_l("Sektor"), validate_choice=True)
    idempotency_key = HiddenField()

    def offer(self, sectors: Sequence[tuple[str, str]]) -> None:
        """`sectors`: id and name of each."""
        self.sector.choices = [("", _l("Alla sektorer")), *sectors]

    def read(self, workshop: Workshop) -> None:
        for name in ("title_sv", "title_en", "summary_sv", "summary_en", "place", "held_on"):
            self[name].data = getattr(workshop, name)
        self.sector.data = str(workshop.sector_id or "")

    def plan(self) -> Plan:
        assert self.held_on.data is not None  # noqa: S101 - InputRequired has seen to it.
        return Plan(
            self.title_sv.data or "", self.title_en.data or "", self.summary_sv.data or "", self.summary_en.data or "",
            self.place.data or "", self.held_on.data, int(self.sector.data) if self.sector.data else None,
        )  # fmt: skip


class CardForm(FlaskForm):
    """A card that is written in the room."""

    kind = RadioField(_l("Vad är det?"), [InputRequired(_l("Välj framgångsfaktor eller utmaning."))])
    text = TextAreaField(
        _l("Vad har du sett?"),
        [DataRequired(_l("Skriv något på kortet.")), _at_most(rules.LONGEST_FINDING)],
        filters=[_text],
        description=_l("En sak per kort, så att den går att flytta. Skriv inget som pekar ut en person."),
    )
    sector = SelectField(_l("Sektor"), [InputRequired(_l("Välj en sektor."))])
    theme = SelectField(_l("Tema"), validate_choice=True)
    signed = BooleanField(_l("Visa min organisation på kortet"))
    idempotency_key = HiddenField()

    def offer(self, sectors: Sequence[tuple[str, str]], themes: Sequence[tuple[str, str]]) -> None:
        """Keys and names of the sectors and themes."""
        self.kind.choices = [
            (FindingKind.SUCCESS_FACTOR.value, _l("Framgångsfaktor")), (FindingKind.CHALLENGE.value, _l("Utmaning")),
        ]  # fmt: skip
        self.sector.choices = [("", _l("Välj …")), *sectors]
        self.theme.choices = [("", _l("Inget ännu")), *themes]

    def read(self, finding: Finding) -> None:
        self.kind.data, self.text.data = finding.kind.value, finding.text
        self.sector.data = finding.sector.key
        self.theme.data = finding.theme.key if finding.theme else ""
        self.signed.data = finding.organisation_id is not None

    def card(self) -> Card:
        return Card(
            FindingKind(self.kind.data), self.text.data or "", self.sector.data or "", bool(self.signed.data), self.theme.data or ""
        )  # fmt: skip


class RatingForm(FlaskForm):
    """How interesting and how feasible a finding is, and why."""

    interest = RadioField(
        _l("Hur intressant är det att arbeta vidare med?"), [InputRequired(_l("Välj ett värde från 1 till 5."))]
    )
    feasibility = RadioField(_l("Hur genomförbart är det?"), [InputRequired(_l("Välj ett värde från 1 till 5."))])
    reason = TextAreaField(
        _l("Varför?"),
        [DataRequired(_l("Skriv varför. Skälet är det som de andra lär sig av.")), _at_most(rules.LONGEST_REASON)],
        filters=[_text],
        description=_l("En mening räcker. Skälet visas utan ditt namn."),
    )

    def offer(self) -> None:
        for field in (self.interest, self.feasibility):
            field.choices = [(str(point), str(point)) for point in rules.POINTS]


class QuestionForm(FlaskForm):
    """A challenge question and the findings that it grew out of."""

    title_sv = StringField(
        _l("Frågan"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_TITLE)], filters=[_line],
        description=_l("En mening som slutar med frågetecken, gärna Hur kan vi …?"),
    )  # fmt: skip
    title_en = StringField(_l("Frågan på engelska"), [_at_most(rules.LONGEST_TITLE)], filters=[_line])
    text_sv = TextAreaField(_l("Bakgrund"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_QUESTION)], filters=[_text])
    text_en = TextAreaField(_l("Bakgrund på engelska"), [_at_most(rules.LONGEST_QUESTION)], filters=[_text])
    owner = SelectField(_l("Behovsägare"), validate_choice=True)
    findings = StringField(
        _l("Fynd som frågan växte fram ur"),
        filters=[_line],
        description=_l("Fyndens nummer, till exempel 12, 40, 171."),
    )
    note = StringField(_l("Vad är ändrat, och varför?"), [Optional(), _at_most(rules.LONGEST_REASON)], filters=[_line])
    version = HiddenField()
    idempotency_key = HiddenField()

    def offer(self, organisations: Sequence[tuple[str, str]]) -> None:
        self.owner.choices = [("", _l("Ingen ännu")), *organisations]

    def read(self, question: ChallengeQuestion, findings: Sequence[int]) -> None:
        for name in ("title_sv", "title_en", "text_sv", "text_en"):
            self[name].data = getattr(question, name)
        self.owner.data = str(question.need_owner_id or "")
        self.findings.data = ", ".join(str(number) for number in findings)
        self.version.data = str(question.version)

    def question(self) -> QuestionText:
        numbers = tuple(int(found) for found in _NUMBERS.findall(self.findings.data or ""))
        return QuestionText(
            self.title_sv.data or "", self.title_en.data or "", self.text_sv.data or "", self.text_en.data or "", numbers,
            int(self.owner.data) if self.owner.data else None,
        )  # fmt: skip

    @property
    def version_read(self) -> int:
        text = self.version.data or ""
        return int(text) if _NUMBERS.fullmatch(text) else 0


class PromiseForm(FlaskForm):
    """What the need owner promises to do with what comes out."""

    promise_sv = TextAreaField(
        _l("Vad lovar ni att göra?"), [DataRequired(_NEEDED), _at_most(rules.LONGEST_PROMISE)], filters=[_text],
        description=_l("Till exempel vem som läser idéerna, när ni svarar och vad ni kan prova."),
    )  # fmt: skip
    promise_en = TextAreaField(_l("Löftet på engelska"), [_at_most(rules.LONGEST_PROMISE)], filters=[_text])
