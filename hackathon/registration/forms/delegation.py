"""The coordinator's forms, and that of somebody who was invited."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from hackathon.accounts.forms import SignUpForm
from hackathon.accounts.rules import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    looks_like_email,
    normalised_email,
    one_line,
)
from hackathon.registration.rules import LONGEST_AIMS, Nominee, read_nominees

LONGEST_LIST = 20_000


def _name(required: bool) -> StringField:
    checks = [DataRequired(_l("Skriv ditt namn."))] if required else [Optional()]
    return StringField(
        _l("Namn"), filters=[lambda text: one_line(text or "")],
        validators=[*checks, Length(max=LONGEST_NAME, message=_l("Högst 100 tecken."))],
    )  # fmt: skip


class NominateForm(FlaskForm):
    """People to invite: a line each, as they come out of a list or a spreadsheet."""

    people = TextAreaField(
        _l("Vilka vill ni skicka?"),
        description=_l("En person per rad: namn och e-post i valfri ordning. Det går att klistra in från ett kalkylblad."),
        validators=[
            DataRequired(_l("Skriv minst en e-postadress.")),
            Length(max=LONGEST_LIST, message=_l("Listan är för lång. Dela den i två.")),
        ],
    )  # fmt: skip
    nominees: tuple[Nominee, ...] = ()

    def validate_people(self, field: TextAreaField) -> None:
        nominees, bad = read_nominees(field.data or "")
        if bad:
            lines = "; ".join(f"{line.number}: {line.text}" for line in bad[:10])
            raise ValidationError(
                _l(
                    "De här raderna saknar en e-postadress eller har flera, så ingen är inbjuden än. Rad %(lines)s",
                    lines=lines,
                )
            )
        if not nominees:
            raise ValidationError(_l("Skriv minst en e-postadress."))
        self.nominees = tuple(nominees)


class ReplaceForm(FlaskForm):
    """Who is to take over a colleague's seat."""

    name = _name(required=False)
    email = EmailField(
        _l("E-post"), filters=[lambda text: normalised_email(one_line(text or ""))],
        validators=[DataRequired(_l("Skriv en e-postadress."))],
    )  # fmt: skip

    def validate_email(self, field: EmailField) -> None:
        if not looks_like_email(field.data or ""):
            raise ValidationError(_l("Skriv adressen så här: namn@exempel.se"))

    @property
    def nominee(self) -> Nominee:
        return Nominee(self.name.data or "", self.email.data or "")


class AimsForm(FlaskForm):
    """What the organisation wants to bring home."""

    aims = TextAreaField(
        _l("Det här vill vi ha med oss hem"), description=_l("Arrangören och era deltagare läser det."),
        validators=[Length(max=LONGEST_AIMS, message=_l("Korta texten till högst 2 000 tecken."))],
    )  # fmt: skip


class AcceptForm(FlaskForm):
    """Yes, by somebody who has an account."""

    terms = BooleanField(
        _l("Jag följer uppförandekoden och är med hela dagen"),
        validators=[DataRequired(_l("Läs uppförandekoden och kryssa i rutan för att tacka ja."))],
    )


class AcceptNewForm(AcceptForm):
    """Yes, by somebody who makes the account at the same time."""

    name = _name(required=True)
    password = PasswordField(
        _l("Lösenord"), description=_l("Minst 12 tecken. Tre eller fyra ord som inte hör ihop är både säkert och lätt att minnas."),
        validators=[
            DataRequired(_l("Välj ett lösenord.")),
            Length(min=SHORTEST_PASSWORD, message=_l("Lösenordet är för kort. Använd minst 12 tecken.")),
            Length(max=LONGEST_PASSWORD, message=_l("Högst 200 tecken.")),
        ],
    )  # fmt: skip
    validate_password = SignUpForm.validate_password
