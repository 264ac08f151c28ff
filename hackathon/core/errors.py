"""Refusals: what a person asked for and cannot have, with a reason code for programs and a sentence for people.

One handler (hackathon/web/failures.py) turns them into answers for pages and API alike.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """Something that was asked for is refused. `message` says what to do next; `reason` is stable for programs."""

    status: ClassVar[int] = 409

    def __init__(self, reason: str, message: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self._message = message

    @property
    def message(self) -> str:
        """The sentence for a person, in the language of the moment (lazy texts are rendered here)."""
        return str(self._message)


class NotFound(DomainError):
    """There is no such thing, or it is not for this person to know."""

    status = 404


class Forbidden(DomainError):
    """The person may not do this."""

    status = 403


class Conflict(DomainError):
    """The thing has moved on since the person saw it, or its state does not allow this."""

    status = 409


class Invalid(DomainError):
    """What was sent cannot be used."""

    status = 422


class TooMany(DomainError):
    """Too many tries; later works."""

    status = 429
