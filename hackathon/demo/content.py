"""Reads the demo's texts from `content/*.json` and checks them: a slip in a file is named before anything is loaded."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hackathon.demo.texts import (
    AGENCY,
    AUTHOR,
    EXTERNAL,
    AgendaText,
    AsideText,
    CommentText,
    Content,
    EditionText,
    FindingText,
    Named,
    OrganisationText,
    OutcomeText,
    PersonText,
    PoolText,
    ProposalText,
    QuestionText,
    RunText,
    SectorText,
    TeamText,
    Text,
    WorkshopText,
)
from hackathon.followup.rules import OutcomeKind
from hackathon.ideas.rules import ASIDE, Stage
from hackathon.registration.models import Seniority
from hackathon.workshops.models import FindingKind

FOLDER = Path(__file__).resolve().parent / "content"


class ContentError(Exception):
    """A text file of the demo that cannot be used; the message names the file, the place and what is wrong there."""


class _Item:
    """One object of a file, read field by field; what is missing or of another kind is an error that names its place."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise ContentError(f"{place}: an object is needed here")
        self._value, self.place = value, place

    def get(self, key: str, kind: type | tuple[type, ...]) -> Any:
        value = self._value.get(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ContentError(f"{self.place}: {key!r} is missing or no {kind}")
        return value

    def text(self, key: str) -> str:
        """A text that is not empty."""
        text: str = self.get(key, str)
        if not text.strip():
            raise ContentError(f"{self.place}: {key!r} is empty")
        return text

    def maybe(self, key: str) -> str | None:
        """A text, or null."""
        return None if self._value.get(key) is None else self.text(key)

    def maybe_whole(self, key: str) -> int | None:
        return None if self._value.get(key) is None else self.whole(key)

    def or_empty(self, key: str) -> str:
        """A text that may be missing."""
        return self.maybe(key) or ""

    def whole(self, key: str) -> int:
        number: int = self.get(key, int)
        return number

    def number(self, key: str) -> float:
        return float(self.get(key, (int, float)))

    def flag(self, key: str) -> bool:
        flag: bool = self.get(key, bool)
        return flag

    def both(self, key: str) -> Text:
        """A text in both languages."""
        item = _Item(self.get(key, dict), f"{self.place}, {key}")
        return Text(item.text("sv"), item.text("en"))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none where it is missing."""
        return tuple(str(text) for text in self._value.get(key) or ())

    def levels(self, key: str) -> dict[str, int]:
        return {str(name): int(level) for name, level in (self._value.get(key) or {}).items()}

    def items(self, key: str) -> list[_Item]:
        return _items(self.get(key, list), f"{self.place}, {key}")


def _items(values: Iterable[object], place: str) -> list[_Item]:
    return [_Item(value, f"{place}, entry {number}") for number, value in enumerate(values, start=1)]


def _load(name: str) -> Any:
    try:
        return json.loads((FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContentError(f"{name}: {error}") from error


def _file(name: str) -> list[_Item]:
    return _items(_load(name), name)


def _sections(name: str) -> _Item:
    return _Item(_load(name), name)


@functools.cache
def read_content() -> Content:
    """The texts of the demo, read once. Raises ContentError where a file cannot be used."""
    people, story, plan = _sections("people.json"), _sections("story.json"), _sections("plan.json")
    content = Content(
        edition=_edition(_sections("edition.json")),
        organisations=_organisations(_sections("organisations.json")),
        participants=_people(people, "participants"),
        waiting=_people(people, "waiting"),
        judges=_people(people, "judges"),
        organisers=_people(people, "organisers"),
        facilitators=_people(people, "facilitators"),
        coordinators=_people(people, "coordinators"),
        administrators=_people(people, "admin"),
        skills=_named("skills.json"),
        professions=_named("professions.json"),
        themes=_named("themes.json"),
        workshops=_workshops(),
        questions=_questions(),
        findings=_findings(),
        ideas=_ideas(),
        comments=_comments(),
        shortlisted=story.texts("shortlisted"),
        asides=_asides(story),
        outcomes=_outcomes(story),
        teams=_teams(plan),
        run=_run(_Item(plan.get("run", dict), "plan.json, run")),
        rubric=tuple(_load("rubric.json")),
        agenda=_agenda(),
    )
    _check(content)
    return content


def _edition(item: _Item) -> EditionText:
    pools = tuple(PoolText(pool.text("key"), pool.both("name"), pool.whole("capacity")) for pool in item.items("pools"))
    sectors = tuple(
        SectorText(sector.text("key"), sector.text("pool"), sector.text("letter"), sector.both("name"))
        for sector in item.items("sectors")
    )
    return EditionText(
        item.text("name"),
        item.text("venue"),
        item.text("city"),
        item.whole("tables"),
        item.whole("team_size"),
        pools,
        sectors,
    )


def _organisations(sections: _Item) -> tuple[OrganisationText, ...]:
    return tuple(
        OrganisationText(item.text("name"), item.text("sector"), pool)
        for section, pool in (("agencies", AGENCY), ("external", EXTERNAL))
        for item in sections.items(section)
    )


def _people(sections: _Item, section: str) -> tuple[PersonText, ...]:
    return tuple(
        PersonText(
            item.text("id"),
            item.text("name"),
            item.text("organisation"),
            item.or_empty("title"),
            item.or_empty("pool"),
            item.or_empty("profession"),
            Seniority(item.text("seniority")) if item.maybe("seniority") else None,
            item.maybe_whole("experience_years"),
            item.texts("languages"),
            item.levels("skills"),
            item.texts("preferences"),
            item.or_empty("brings"),
        )
        for item in sections.items(section)
    )


def _named(name: str) -> tuple[Named, ...]:
    return tuple(
        Named(item.text("key"), Text(item.text("sv"), item.text("en")), item.or_empty("icon")) for item in _file(name)
    )


def _workshops() -> tuple[WorkshopText, ...]:
    return tuple(
        WorkshopText(
            item.whole("number"), item.both("title"), item.both("summary"), item.text("place"), item.maybe("sector"),
            item.whole("days_before"),
        )
        for item in _file("workshops.json")
    )  # fmt: skip


def _questions() -> tuple[QuestionText, ...]:
    return tuple(
        QuestionText(
            item.text("key"),
            item.both("title"),
            item.both("text"),
            item.text("need_owner"),
            item.both("need_owner_promise"),
        )
        for item in _file("questions.json")
    )


def _findings() -> tuple[FindingText, ...]:
    return tuple(
        FindingText(
            FindingKind(item.text("kind")), item.text("text"), item.whole("workshop"), item.text("sector"),
            item.text("theme"), item.maybe("question"),
        )
        for item in _file("findings.json")
    )  # fmt: skip


def _ideas() -> tuple[ProposalText, ...]:
    findings = _load("idea_findings.json")
    return tuple(
        ProposalText(
            item.text("title"), item.text("summary"), item.text("problem"), item.text("audience"), item.text("solution"),
            item.text("benefit"), item.text("first_step"), item.text("question"), item.texts("tags"), item.text("sector"),
            item.flag("cross"), tuple(findings.get(item.text("title"), ())),
        )
        for item in (*_file("ideas_a.json"), *_file("ideas_b.json"))
    )  # fmt: skip


def _comments() -> tuple[CommentText, ...]:
    by_question = _load("comments.json")
    return tuple(
        CommentText(item.text("idea"), item.text("by"), item.text("text"))
        for question, comments in by_question.items()
        for item in _items(comments, f"comments.json, {question}")
    )


def _asides(story: _Item) -> tuple[AsideText, ...]:
    return tuple(
        AsideText(item.text("idea"), Stage(item.text("stage")), item.text("reason"), item.maybe("into"))
        for item in story.items("aside")
    )


def _outcomes(story: _Item) -> tuple[OutcomeText, ...]:
    return tuple(
        OutcomeText(
            item.text("idea"), OutcomeKind(item.text("kind")), item.text("owner"), item.text("reason"),
            item.whole("decided_after_days"), item.maybe_whole("next_check_after_days"),
        )
        for item in story.items("outcomes")
    )  # fmt: skip


def _teams(plan: _Item) -> tuple[TeamText, ...]:
    pitches = {item.text("name"): item for item in _file("teams.json")}
    notes = _load("notes.json")
    teams = []
    for number, item in enumerate(plan.items("teams"), start=1):
        name = item.text("name")
        if name not in pitches:
            raise ContentError(f"{item.place}: teams.json has no {name!r}")
        pitch = pitches[name]
        teams.append(
            TeamText(
                number, name, pitch.text("question"), item.text("idea"), item.texts("members"), pitch.text("pitch_title"),
                pitch.text("pitch"), item.number("quality"), tuple(notes.get(name, ())),
            )
        )  # fmt: skip
    return tuple(teams)


def _run(item: _Item) -> RunText:
    curve = tuple((float(point[0]), point[1], point[2]) for point in item.get("curve", list))
    return RunText(
        item.number("seconds"),
        item.whole("time_limit"),
        item.whole("seed"),
        item.whole("cost"),
        item.whole("lower_bound"),
        curve,
    )


def _agenda() -> tuple[AgendaText, ...]:
    return tuple(
        AgendaText(item.text("time"), item.both("title"), item.both("text"), item.flag("open"))
        for item in _file("agenda.json")
    )


def _check(content: Content) -> None:
    """Raises ContentError where one text refers to another that is not there, or where two have the same name."""
    organisations = _unique("organisations.json", [item.name for item in content.organisations])
    sectors = _unique("edition.json", [item.key for item in content.edition.sectors])
    _known("organisations.json", (item.sector for item in content.organisations), sectors)
    questions = _unique("questions.json", [item.key for item in content.questions])
    titles = _unique("ideas", [item.title for item in content.ideas])
    _unique("people.json", [item.id for item in content.people])
    _unique("people.json", [item.name for item in content.people])
    _check_people(content, organisations, questions)
    _known("questions.json", (item.need_owner for item in content.questions), organisations)
    _known("workshops.json", (item.sector for item in content.workshops if item.sector), sectors)
    _known("findings.json", (item.sector for item in content.findings), sectors)
    _known("findings.json", (item.theme for item in content.findings), {item.key for item in content.themes})
    _known("findings.json", (item.workshop for item in content.findings), {item.number for item in content.workshops})
    _known("findings.json", (item.question for item in content.findings if item.question), questions)
    _known("ideas", (item.question for item in content.ideas), questions)
    _known("ideas", (item.sector for item in content.ideas), sectors)
    numbers = set(range(1, len(content.findings) + 1))
    _known("idea_findings.json", (number for item in content.ideas for number in item.findings), numbers)
    _known("idea_findings.json", _load("idea_findings.json"), titles)
    _known("comments.json", (item.idea for item in content.comments), titles)
    _known("comments.json", (item.by for item in content.comments), sectors | {AGENCY, EXTERNAL, AUTHOR})
    _check_story(content, titles, organisations)
    _check_teams(content)


def _check_people(content: Content, organisations: set[str], questions: set[str]) -> None:
    professions, skills = {item.key for item in content.professions}, {item.key for item in content.skills}
    _known("people.json", (item.organisation for item in content.people), organisations)
    _known("people.json", (item.profession for item in content.people if item.profession), professions)
    _known("people.json", (skill for item in content.people for skill in item.skills), skills)
    _known("people.json", (question for item in content.people for question in item.preferences), questions)
    _known("people.json", (item.pool for item in (*content.participants, *content.waiting)), {AGENCY, EXTERNAL})


def _check_story(content: Content, titles: set[str], organisations: set[str]) -> None:
    story = (*content.shortlisted, *(item.idea for item in content.asides), *(item.idea for item in content.outcomes))
    _known("story.json", (*story, *(item.into for item in content.asides if item.into)), titles)
    _known("story.json", (item.stage for item in content.asides), set(ASIDE))
    _known("story.json", (item.owner for item in content.outcomes), organisations)
    _unique("story.json, outcomes", [item.idea for item in content.outcomes])


def _check_teams(content: Content) -> None:
    question_of = {item.title: item.question for item in content.ideas}
    members = [member for team in content.teams for member in team.members]
    _unique("plan.json", members)
    _unique("plan.json", [team.idea for team in content.teams])
    _known("plan.json", members, {item.id for item in content.participants})
    for team in content.teams:
        if question_of.get(team.idea) != team.question:
            raise ContentError(f"plan.json: {team.name} works on {team.question}, but {team.idea!r} does not")


def _unique(place: str, names: list[str]) -> set[str]:
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise ContentError(f"{place}: more than once: {', '.join(sorted(double))}")
    return set(names)


def _known(place: str, names: Iterable[Any], known: set[Any]) -> None:
    unknown = {str(name) for name in names if name not in known}
    if unknown:
        raise ContentError(f"{place}: unknown: {', '.join(sorted(unknown))}")
