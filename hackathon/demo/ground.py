"""The event as it was prepared: edition, phases, pools, sectors, organisations, workshops, findings and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from hackathon.core.db import db
from hackathon.demo.calendar import TIMEZONE, Calendar
from hackathon.demo.draw import fraction, one_of
from hackathon.demo.rows import Row, add_identified, add_rows
from hackathon.demo.texts import Content, Text
from hackathon.events.models import AgendaItem, Edition, Organisation, Phase, Pool, Sector
from hackathon.registration.models import Profession, Skill
from hackathon.workshops.models import ChallengeQuestion, Finding, QuestionFinding, Theme, Workshop
from hackathon.workshops.rules import QuestionState, WorkshopState

SLUG = "skills360"
_PROMISED, _ASKED = (-90, "10:00"), (-85, "16:00")
_SIGNED = 0.6
"""So many of the cards carry the name of an organisation; all others are anonymous."""
MOST_TEAMS_FOR_A_QUESTION = 2
"""Eight questions and sixteen teams: two teams for each."""


def find_demo() -> Edition | None:
    """The demo edition's row, if it was ever loaded."""
    return db.session.scalar(select(Edition).where(Edition.slug == SLUG))


def make_edition(content: Content, calendar: Calendar) -> int:
    """The edition's row, made or renewed; returns its id."""
    edition = find_demo()
    if edition is None:
        edition = Edition(slug=SLUG)
        db.session.add(edition)
    text = content.edition
    edition.name, edition.venue, edition.city = text.name, text.venue, text.city
    edition.event_date, edition.timezone = calendar.event_date, TIMEZONE
    edition.team_count, edition.team_size_min, edition.team_size_max = text.tables, text.team_size, text.team_size
    edition.demo_stage, edition.demo_loaded_on = calendar.stage, calendar.today
    db.session.flush()
    return edition.id


@dataclass(frozen=True, slots=True)
class Groups:
    """Whom the edition is for, by key and by name."""

    pools: dict[str, int]
    sectors: dict[str, int]
    organisations: dict[str, int]


def add_groups(content: Content, edition_id: int) -> Groups:
    """Pools, sectors and organisations."""
    text = content.edition
    pool_rows: list[Row] = [
        {
            "edition_id": edition_id,
            "key": pool.key,
            "capacity": pool.capacity,
            "position": position,
            **_both("name", pool.name),
        }
        for position, pool in enumerate(text.pools, start=1)
    ]
    pools = dict(zip((pool.key for pool in text.pools), add_identified(Pool, pool_rows), strict=True))
    sector_rows: list[Row] = [
        {
            "edition_id": edition_id, "pool_id": pools[sector.pool], "key": sector.key, "letter": sector.letter,
            "position": position, **_both("name", sector.name),
        }
        for position, sector in enumerate(text.sectors, start=1)
    ]  # fmt: skip
    sectors = dict(zip((sector.key for sector in text.sectors), add_identified(Sector, sector_rows), strict=True))
    rows: list[Row] = [
        {"edition_id": edition_id, "sector_id": sectors[item.sector], "name": item.name}
        for item in content.organisations
    ]
    names = (item.name for item in content.organisations)
    return Groups(pools, sectors, dict(zip(names, add_identified(Organisation, rows), strict=True)))


def add_programme(content: Content, calendar: Calendar, edition_id: int) -> None:
    """Phases, the day's agenda, and the lists that profiles choose from."""
    add_rows(
        Phase,
        [
            {"edition_id": edition_id, "kind": kind, "opens_at": opens_at, "closes_at": closes_at}
            for kind, opens_at, closes_at in calendar.phases()
        ],
    )
    add_rows(
        AgendaItem,
        [
            {
                "edition_id": edition_id, "starts_at": calendar.at(0, item.time), "is_public": item.open,
                **_both("title", item.title), **_both("text", item.text),
            }
            for item in content.agenda
        ],
    )  # fmt: skip
    add_rows(
        Skill,
        [
            {"edition_id": edition_id, "key": item.key, "icon": item.icon, **_both("name", item.name)}
            for item in content.skills
        ],
    )
    add_rows(
        Profession,
        [{"edition_id": edition_id, "key": item.key, **_both("name", item.name)} for item in content.professions],
    )


def add_questions(
    content: Content, calendar: Calendar, edition_id: int, organisations: Mapping[str, int]
) -> dict[str, int]:
    """The challenge questions; returns their ids by key."""
    rows: list[Row] = [
        {
            "edition_id": edition_id, "number": number, "need_owner_id": organisations[item.need_owner],
            "teams_min": 0, "teams_max": MOST_TEAMS_FOR_A_QUESTION, "state": QuestionState.PUBLISHED,
            "promised_at": calendar.at(*_PROMISED), "published_at": calendar.at(*_ASKED),
            **_both("title", item.title), **_both("text", item.text), **_both("promise", item.promise),
        }
        for number, item in enumerate(content.questions, start=1)
    ]  # fmt: skip
    keys = (item.key for item in content.questions)
    return dict(zip(keys, add_identified(ChallengeQuestion, rows), strict=True))


def add_findings(
    content: Content,
    calendar: Calendar,
    edition_id: int,
    *,
    sectors: Mapping[str, int],
    organisations: Mapping[str, int],
    questions: Mapping[str, int],
) -> list[int]:
    """Workshops, themes and findings, and which questions grew out of them; returns the findings' ids in their order."""
    workshop_rows: list[Row] = [
        {
            "edition_id": edition_id, "number": item.number, "place": item.place,
            "held_on": calendar.event_date - timedelta(days=item.days_before),
            "sector_id": sectors[item.sector] if item.sector else None, "state": WorkshopState.PUBLISHED,
            "code": None,
            **_both("title", item.title), **_both("summary", item.summary),
        }
        for item in content.workshops
    ]  # fmt: skip
    workshops = dict(
        zip((item.number for item in content.workshops), add_identified(Workshop, workshop_rows), strict=True)
    )
    days = {item.number: item.days_before for item in content.workshops}
    theme_rows: list[Row] = [
        {"edition_id": edition_id, "key": item.key, **_both("name", item.name)} for item in content.themes
    ]
    themes = dict(zip((item.key for item in content.themes), add_identified(Theme, theme_rows), strict=True))
    rows: list[Row] = [
        {
            "edition_id": edition_id, "number": number, "kind": item.kind, "text": item.text,
            "workshop_id": workshops[item.workshop], "sector_id": sectors[item.sector], "theme_id": themes[item.theme],
            "organisation_id": _signature(content, item.sector, number, organisations),
            "created_at": calendar.at(-days[item.workshop], "09:30", minutes=fraction("card", number) * 120),
        }
        for number, item in enumerate(content.findings, start=1)
    ]  # fmt: skip
    findings = add_identified(Finding, rows)
    grown: list[Row] = [
        {"question_id": questions[item.question], "finding_id": finding}
        for item, finding in zip(content.findings, findings, strict=True)
        if item.question
    ]
    add_rows(QuestionFinding, grown)
    return findings


def _signature(content: Content, sector: str, number: int, organisations: Mapping[str, int]) -> int | None:
    names = [item.name for item in content.organisations if item.sector == sector]
    if not names or fraction("signed", number) >= _SIGNED:
        return None
    return organisations[one_of(names, "signature", number)]


def _both(name: str, text: Text) -> Row:
    """A text's two columns."""
    return {f"{name}_sv": text.sv, f"{name}_en": text.en}
