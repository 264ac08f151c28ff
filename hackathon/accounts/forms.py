"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from hackathon.accounts.rules import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    is_common_password,
    looks_like_email,
    normalised_email,
    one_line,
)

LANGUAGES = {"sv": "Svenska", "en": "English"}


def _on_one_line(text: str | None) -> str:
    return one_line(text or "")


def _address(form: FlaskForm, field: Field) -> None:
    if not looks_like_email(normalised_email(field.data)):
        raise ValidationError(_l("Skriv adressen så här: namn@exempel.se"))


class SignInForm(FlaskForm):
    """E-mail and password. `next` is where the person was going."""

    email = EmailField(
        _l("E-post"), filters=[_on_one_line], validators=[DataRequired(_l("Skriv din e-postadress.")), _address]
    )
    password = PasswordField(
        _l("Lösenord"), validators=[DataRequired(_l("Skriv ditt lösenord.")), Length(max=LONGEST_PASSWORD)]
    )
    next = HiddenField()


class SignUpForm(FlaskForm):
    """A new account."""

    name = StringField(
        _l("Namn"), description=_l("Så som andra deltagare ska se det."), filters=[_on_one_line],
        validators=[DataRequired(_l("Skriv ditt namn.")), Length(max=LONGEST_NAME, message=_l("Högst 100 tecken."))],
    )  # fmt: skip
    email = EmailField(
        _l("E-post"), description=_l("Hit skickar vi en länk som bekräftar adressen."), filters=[_on_one_line],
        validators=[DataRequired(_l("Skriv din e-postadress.")), _address],
    )  # fmt: skip
    password = PasswordField(
        _l("Lösenord"), description=_l("Minst 12 tecken. Tre eller fyra ord som inte hör ihop är både säkert och lätt att minnas."),
        validators=[
            DataRequired(_l("Välj ett lösenord.")),
            Length(min=SHORTEST_PASSWORD, message=_l("Lösenordet är för kort. Använd minst 12 tecken.")),
            Length(max=LONGEST_PASSWORD, message=_l("Högst 200 tecken.")),
        ],
    )  # fmt: skip

    def validate_password(self, field: PasswordField) -> None:
        if is_common_password(field.data or ""):
            raise ValidationError(
                _l("Det lösenordet är lätt att gissa. Välj ett annat, till exempel tre ord som inte hör ihop.")
            )


class AddressForm(FlaskForm):
    """An address that a link is to be sent to."""

    email = EmailField(
        _l("E-post"), filters=[_on_one_line], validators=[DataRequired(_l("Skriv din e-postadress.")), _address]
    )


class PasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(
        _l("Nytt lösenord"), description=_l("Minst 12 tecken. Tre eller fyra ord som inte hör ihop är både säkert och lätt att minnas."),
        validators=[
            DataRequired(_l("Välj ett lösenord.")),
            Length(min=SHORTEST_PASSWORD, message=_l("Lösenordet är för kort. Använd minst 12 tecken.")),
            Length(max=LONGEST_PASSWORD, message=_l("Högst 200 tecken.")),
        ],
    )  # fmt: skip
    validate_password = SignUpForm.validate_password


class CodeForm(FlaskForm):
    """A code of an authenticator app."""

    code = StringField(
        _l("Kod från appen"), description=_l("Sex siffror som byts varje halvminut."),
        validators=[DataRequired(_l("Skriv koden.")), Length(max=12, message=_l("Koden har sex siffror."))],
    )  # fmt: skip


class PasskeyForm(FlaskForm):
    """What the browser answers for a passkey, as JSON."""

    credential = HiddenField(validators=[DataRequired(), Length(max=16_384)])


class AccountForm(FlaskForm):
    """The own name and language."""

    name = StringField(
        _l("Namn"), filters=[_on_one_line],
        validators=[DataRequired(_l("Skriv ditt namn.")), Length(max=LONGEST_NAME, message=_l("Högst 100 tecken."))],
    )  # fmt: skip
    locale = SelectField(
        _l("Språk"),
        choices=LANGUAGES,
        description=_l("Gäller sidorna och mejlen till dig."),
    )
