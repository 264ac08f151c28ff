"""The published result as data: what is kept at the reveal, and what pages and API show ever after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "published-result/1"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team, as the public sees them: a first name and the mark of pool and sector."""

    name: str
    pool: str
    letter: str
    sector_sv: str
    sector_en: str


@dataclass(frozen=True, slots=True)
class TeamResult:
    """A team with its place and official score (rubric points, two decimals); both None where nobody scored it."""

    place: int | None
    score: float | None
    number: int
    name: str
    entry: str
    idea_number: int | None
    idea_title: str
    title_sv: str
    """The challenge question that the team worked on."""
    title_en: str
    members: tuple[Member, ...]
    raw_mean: float | None = None
    """The plain mean of the ballots, for comparison."""
    by_tie_rule: bool = False
    """Whether the rule for ties decided the place."""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was published: the teams by place, then those without one."""

    model: str
    name_sv: str
    name_en: str
    judges: int
    ballots: int
    teams: tuple[TeamResult, ...]
    unplaced: tuple[TeamResult, ...]
    corrected_on: str | None = None
    correction: str = ""
    """When and why the results were made anew after they had been published."""

    def podium(self, places: int) -> tuple[TeamResult, ...]:
        """The teams of the first places; more than `places` where the last of them is shared."""
        return tuple(team for team in self.teams if team.place is not None and team.place <= places)


def to_json(result: Result) -> dict[str, Any]:
    """The result as it is kept in PublishedResult.snapshot."""
    return {"format": FORMAT, **asdict(result)}


def from_json(snapshot: Mapping[str, Any]) -> Result:
    """The result that a snapshot holds. ValueError for a format that this version does not know."""
    if snapshot.get("format") != FORMAT:
        raise ValueError(f"a published result has the unknown format {snapshot.get('format')!r}")
    values = {key: value for key, value in snapshot.items() if key != "format"}
    for part in ("teams", "unplaced"):
        values[part] = tuple(_team(team) for team in snapshot[part])
    return Result(**values)


def _team(values: Mapping[str, Any]) -> TeamResult:
    return TeamResult(**{**values, "members": tuple(Member(**member) for member in values["members"])})
