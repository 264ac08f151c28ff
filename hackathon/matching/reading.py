"""Reads a JSON document strictly and names every fault by its place, such as `rules[3].weight`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

MISSING: Final = object()
LARGEST: Final = 10**9


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a document: where, and what it must be instead."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ProblemError(Exception):
    """A document is no valid problem. `faults` holds all that was found; `place` and `message` are those of the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
        self.place = faults[0].place
        self.message = faults[0].message


class Node:
    """A value of the document at its place. Reading it as the wrong type notes a fault and gives a harmless stand-in."""

    def __init__(self, value: Any, place: str, faults: list[Fault]) -> None:
        self.value = value
        self.place = place
        self.faults = faults

    @property
    def missing(self) -> bool:
        return self.value is MISSING

    def fault(self, message: str) -> None:
        self.faults.append(Fault(self.place or "document", message))

    def field(self, name: str) -> Node:
        """The value under a key; where this is no object, it is missing without a second fault."""
        value = self.value.get(name, MISSING) if isinstance(self.value, dict) else MISSING
        return Node(value, f"{self.place}.{name}" if self.place else name, self.faults)

    def entries(self) -> dict[str, Node]:
        """The fields of an object."""
        if not isinstance(self.value, dict):
            self.fault("is missing" if self.missing else "must be an object")
            return {}
        return {name: self.field(name) for name in self.value}

    def items(self) -> list[Node]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.fault("is missing" if self.missing else "must be a list")
            return []
        return [Node(value, f"{self.place}[{k}]", self.faults) for k, value in enumerate(self.value)]

    def text(self) -> str:
        """A string that is not empty and can be written as UTF-8."""
        if not isinstance(self.value, str) or not self.value:
            self.fault("is missing" if self.missing else "must be a text that is not empty")
            return ""
        if not is_writable(self.value):
            self.fault("holds half of a character (a lone surrogate)")
            return ""
        return self.value

    def whole(self, least: int = 0, *, default: int | None = None) -> int:
        """A whole number from `least` to a thousand million; a boolean is none."""
        if self.missing and default is not None:
            return default
        if type(self.value) is not int or self.value < least:
            self.fault("is missing" if self.missing else f"must be a whole number of at least {least}")
            return max(least, 1)
        if self.value > LARGEST:
            self.fault(f"must be at most {LARGEST}")
            return max(least, 1)
        return self.value

    def flag(self) -> bool:
        """True or false; false where it is missing."""
        if self.missing:
            return False
        if not isinstance(self.value, bool):
            self.fault("must be true or false")
            return False
        return self.value


def is_writable(text: str) -> bool:
    """Whether a string can leave as UTF-8: JSON escapes can spell half a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
