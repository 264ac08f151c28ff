"""Where the parts of the demo meet: the texts, the calendar, and the ids of the rows that others refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hackathon.demo.calendar import Calendar
from hackathon.demo.texts import Content, PersonText


@dataclass(frozen=True, slots=True)
class Scene:
    """Rows that were laid down first, by the names that the texts have for them."""

    content: Content
    calendar: Calendar
    edition_id: int
    pools: Mapping[str, int]
    """By "agency" and "external"."""
    sectors: Mapping[str, int]
    organisations: Mapping[str, int]
    """By name."""
    people: Mapping[str, int]
    """By "p01", "j1" …"""
    questions: Mapping[str, int]
    """By "q1" …"""
    findings: Sequence[int]
    """In the order of their file."""
    home: Mapping[str, str]
    """The sector's key by the organisation's name."""

    def organisation_of(self, person: PersonText) -> int:
        return self.organisations[person.organisation]

    @property
    def organiser(self) -> int:
        """The organiser who does what the demo tells of organisers."""
        return self.people[self.content.organisers[0].id]

    def sector_of(self, person: PersonText) -> str:
        """The key of the sector that the person comes from."""
        return self.home[person.organisation]
