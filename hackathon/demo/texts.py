"""What the demo's texts are made of. The texts themselves lie in `content/*.json`; `content.read_content` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hackathon.followup.rules import OutcomeKind
from hackathon.ideas.rules import Stage
from hackathon.registration.models import Seniority
from hackathon.workshops.models import FindingKind

AGENCY, EXTERNAL = "agency", "external"
AUTHOR = "author"
"""Who writes a comment: the idea's own author."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same in Swedish and in English."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a list that others refer to by its key: a skill (with its icon), a profession, a theme."""

    key: str
    name: Text
    icon: str = ""


@dataclass(frozen=True, slots=True)
class PoolText:
    key: str
    name: Text
    capacity: int


@dataclass(frozen=True, slots=True)
class SectorText:
    key: str
    pool: str
    letter: str
    name: Text


@dataclass(frozen=True, slots=True)
class EditionText:
    """The event itself. `tables` is the number of teams."""

    name: str
    venue: str
    city: str
    tables: int
    team_size: int
    pools: tuple[PoolText, ...]
    sectors: tuple[SectorText, ...]


@dataclass(frozen=True, slots=True)
class OrganisationText:
    name: str
    sector: str
    pool: str


@dataclass(frozen=True, slots=True)
class PersonText:
    """Somebody of the demo. All are invented; what is empty does not belong to their part in it."""

    id: str
    name: str
    organisation: str
    title: str
    pool: str
    profession: str
    seniority: Seniority | None
    experience_years: int | None
    languages: tuple[str, ...]
    skills: Mapping[str, int]
    preferences: tuple[str, ...]
    brings: str


@dataclass(frozen=True, slots=True)
class WorkshopText:
    number: int
    title: Text
    summary: Text
    place: str
    sector: str | None
    days_before: int


@dataclass(frozen=True, slots=True)
class FindingText:
    kind: FindingKind
    text: str
    workshop: int
    sector: str
    theme: str
    question: str | None


@dataclass(frozen=True, slots=True)
class QuestionText:
    key: str
    title: Text
    text: Text
    need_owner: str
    promise: Text


@dataclass(frozen=True, slots=True)
class ProposalText:
    """An idea and what it builds on: the numbers of findings, counted from 1 in their file. `cross`: written across pools."""

    title: str
    summary: str
    problem: str
    audience: str
    solution: str
    benefit: str
    first_step: str
    question: str
    tags: tuple[str, ...]
    sector: str
    cross: bool
    findings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CommentText:
    """A comment on an idea. `by` is a pool, a sector, or "author"."""

    idea: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class AsideText:
    """An idea that was put aside on the way, and why; `into` is the idea that it was merged into."""

    idea: str
    stage: Stage
    reason: str
    into: str | None


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """What became of an idea; days are counted from the event."""

    idea: str
    kind: OutcomeKind
    owner: str
    reason: str
    decided_after_days: int
    next_check_after_days: int | None


@dataclass(frozen=True, slots=True)
class TeamText:
    """A team of the day: its place in the plan, its pitch, how good the judges find it (1 to 5), and what they write to it."""

    number: int
    name: str
    question: str
    idea: str
    members: tuple[str, ...]
    pitch_title: str
    pitch: str
    quality: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunText:
    """How the engine found the plan: seconds, cost, proven bound, and the way there."""

    seconds: float
    time_limit: int
    seed: int
    cost: int
    lower_bound: int
    curve: tuple[tuple[float, int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class AgendaText:
    time: str
    title: Text
    text: Text
    open: bool


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the demo says."""

    edition: EditionText
    organisations: tuple[OrganisationText, ...]
    participants: tuple[PersonText, ...]
    waiting: tuple[PersonText, ...]
    judges: tuple[PersonText, ...]
    organisers: tuple[PersonText, ...]
    facilitators: tuple[PersonText, ...]
    coordinators: tuple[PersonText, ...]
    administrators: tuple[PersonText, ...]
    skills: tuple[Named, ...]
    professions: tuple[Named, ...]
    themes: tuple[Named, ...]
    workshops: tuple[WorkshopText, ...]
    questions: tuple[QuestionText, ...]
    findings: tuple[FindingText, ...]
    ideas: tuple[ProposalText, ...]
    comments: tuple[CommentText, ...]
    shortlisted: tuple[str, ...]
    """Titles of ideas that were shortlisted beside those that the teams took up."""
    asides: tuple[AsideText, ...]
    outcomes: tuple[OutcomeText, ...]
    teams: tuple[TeamText, ...]
    run: RunText
    rubric: tuple[Mapping[str, Any], ...]
    """As hackathon.judging.rules.read_rubric takes it."""
    agenda: tuple[AgendaText, ...]

    @property
    def people(self) -> tuple[PersonText, ...]:
        """Everybody who has an account."""
        crowd = (*self.participants, *self.waiting, *self.judges, *self.organisers)
        return (*crowd, *self.facilitators, *self.coordinators, *self.administrators)
