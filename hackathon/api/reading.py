"""Reading what a program sends. Strict: what is not understood is refused with its name, never guessed or left out."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import UnsupportedMediaType

from hackathon.core.errors import DomainError, Invalid
from hackathon.core.idempotency import LONGEST_KEY

JSON = "application/json"
LARGEST = 2**31 - 1
"""The largest whole number that a column holds."""
LONGEST_NAME_SHOWN = 100
MOST_ERRORS = 20
_DIGITS = re.compile(r"[0-9]{1,10}")
_KEY = re.compile(rf"[\x20-\x7e]{{1,{LONGEST_KEY}}}")
Member = TypeVar("Member", bound=enum.StrEnum)


class Malformed(DomainError):
    """What was sent is no JSON, or no text."""

    status = 400


class Unusable(Invalid):
    """Fields that cannot be used; `errors` names each with a sentence."""

    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        super().__init__(
            "fields_invalid", _l("Något av det som skickades gick inte att använda. Rätta fälten i errors.")
        )
        self.errors = list(errors)


class Fields:
    """The fields of a JSON object, each read once by a getter.

    Used as `with read_body() as body:`. A getter that cannot use its field notes it and returns a stand-in; leaving the
    block raises Unusable with all that was noted, and with the fields that no getter asked for. null is "not given".
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._asked: set[str] = set()
        self.errors: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            return
        for name in self._given:
            if name not in self._asked:
                self.refuse(name, _("Det fältet finns inte här."))
        if self.errors:
            raise Unusable(self.errors[:MOST_ERRORS])

    def refuse(self, name: str, message: str) -> None:
        """Notes that a field cannot be used."""
        self.errors.append({"field": name[:LONGEST_NAME_SHOWN], "message": message})

    def text(self, name: str, *, longest: int, required: bool = False) -> str:
        """A text of at most `longest` characters; "" where it is not given."""
        value: str | None = self._take(name, str, _("Skriv en text."), required)
        if value is None:
            return ""
        if required and not value.strip():
            self.refuse(name, _("Fältet får inte vara tomt."))
        self._check_text(name, value, longest)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """true or false."""
        value: bool | None = self._take(name, bool, _("Skriv true eller false."), required=False)
        return default if value is None else value

    def number(self, name: str, *, low: int = 1, high: int = LARGEST, required: bool = False) -> int | None:
        """A whole number from `low` to `high`."""
        message = _("Skriv ett heltal från %(low)s till %(high)s.", low=low, high=high)
        value: int | None = self._take(name, int, message, required)
        if value is not None and not low <= value <= high:
            self.refuse(name, message)
            return None
        return value

    def needed_number(self, name: str) -> int:
        """A whole number that has to be given."""
        return self.number(name, low=0, required=True) or 0

    def choice(self, name: str, among: type[Member], *, required: bool = False) -> Member | None:
        """One of the words of an enum."""
        message = _("Skriv ett av orden: %(words)s.", words=", ".join(member.value for member in among))
        value: str | None = self._take(name, str, message, required)
        if value is not None and value not in {member.value for member in among}:
            self.refuse(name, message)
            return None
        return among(value) if value is not None else None

    def chosen(self, name: str, among: type[Member]) -> Member:
        """One of the words of an enum that has to be given."""
        return self.choice(name, among, required=True) or next(iter(among))

    def texts(self, name: str, *, most: int, longest: int) -> tuple[str, ...]:
        """A list of at most `most` texts."""
        values = self._list(name, most)
        for value in values:
            if type(value) is not str:
                self.refuse(name, _("Skriv en lista av texter."))
                return ()
            self._check_text(name, value, longest)
        return tuple(values)

    def numbers(self, name: str, *, most: int) -> tuple[int, ...]:
        """A list of at most `most` whole numbers from 1."""
        values = self._list(name, most)
        if not all(type(value) is int and 1 <= value <= LARGEST for value in values):
            self.refuse(name, _("Skriv en lista av heltal från 1."))
            return ()
        return tuple(values)

    def table(self, name: str) -> dict[str, int]:
        """An object of whole numbers; what its names and numbers may be, the service says."""
        values: dict[str, int] = self._take(name, dict, _("Skriv ett objekt med heltal."), required=False) or {}
        for key, value in values.items():
            if type(value) is not int:
                self.refuse(f"{name}.{key}", _("Skriv ett heltal."))
        return values

    def _list(self, name: str, most: int) -> list[Any]:
        values: list[Any] = self._take(name, list, _("Skriv en lista."), required=False) or []
        if len(values) > most:
            self.refuse(name, _("Listan är för lång. Högst %(most)s.", most=most))
        return values[:most]

    def _check_text(self, name: str, value: str, longest: int) -> None:
        if len(value) > longest:
            self.refuse(name, _("Texten är för lång. Högst %(most)s tecken.", most=longest))
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            self.refuse(name, _("Texten innehåller tecken som inte går att läsa."))

    def _take(self, name: str, kind: type, message: str, required: bool) -> Any:
        """The field if it is of this kind; None where it is not given, or was refused."""
        self._asked.add(name)
        value = self._given.get(name)
        if value is None and not required:
            return None
        if value is None:
            self.refuse(name, _("Fältet saknas. %(message)s", message=message))
        elif type(value) is not kind:  # A bool is an int to Python, and not to people.
            self.refuse(name, message)
        else:
            return value
        return None


class Query(Fields):
    """The same for what stands behind the question mark: numbers are digits, a list is a name given several times."""

    def _take(self, name: str, kind: type, message: str, required: bool) -> Any:
        values = self._given.get(name, [])
        if kind is list or not values:
            return super()._take(name, kind, message, required)
        self._asked.add(name)
        if len(values) > 1:
            self.refuse(name, _("Ange det bara en gång."))
        elif kind is not int:
            return values[0]
        elif _DIGITS.fullmatch(values[0]):
            return int(values[0])
        else:
            self.refuse(name, message)
        return None


def read_query() -> Query:
    """What stands behind the question mark of the address."""
    return Query(dict(request.args.lists()))


def read_body() -> Fields:
    """The JSON object of the request; without a body the empty one.

    Raises 415 for another media type, Malformed for what is no JSON (NaN and repeated names are none), Unusable where
    the JSON is no object.
    """
    if request.content_length == 0 or (request.mimetype in ("", JSON) and not request.get_data()):
        return Fields({})
    if request.mimetype != JSON or request.content_encoding not in (None, "identity"):
        raise UnsupportedMediaType
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    try:
        text = request.get_data().decode("utf-8")
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("malformed_json", _l("Det som skickades är inte giltig JSON i UTF-8.")) from error
    if not isinstance(found, dict):
        raise Unusable([{"field": "", "message": _("Skicka ett JSON-objekt.")}])
    return Fields(found)


def refuse_body() -> None:
    """For operations that take no fields: nothing, or an empty object."""
    with read_body():
        pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def read_idempotency_key() -> str | None:
    """The header Idempotency-Key: the same key gives the same answer."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        message = _("Skriv 1 till %(most)s tecken ur ASCII.", most=LONGEST_KEY)
        raise Unusable([{"field": "Idempotency-Key", "message": message}])
    return key
