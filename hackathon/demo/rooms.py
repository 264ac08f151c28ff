"""Who was in the workshops, and the ranking of the tenth: what was rated, by whom, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from hackathon.core.db import db
from hackathon.demo.draw import fraction, one_of, whole
from hackathon.demo.rows import Row, add_rows, read_pairs
from hackathon.demo.scene import Scene
from hackathon.demo.texts import PersonText
from hackathon.workshops.models import Ranking, RankingItem, Rating, Workshop, WorkshopMember
from hackathon.workshops.rules import MemberKind, RankingState, deal

_RANKED_ON = (-100, "13:00")
_INVITED = (-130, "09:00")
_PER_QUESTION = 3
_SET_SIZE = 8
_HIGH = (
    "Det här går att börja med på måndag, och vi skulle märka det före sommaren.",
    "Vi har provat något liknande och det höll även när den som drev det slutade.",
    "Alla vid bordet kände igen sig, oavsett sektor.",
    "Kostar nästan ingenting och rör dem som i dag inte kommer in alls.",
)
_MIDDLE = (
    "Viktigt, men vi äger bara halva frågan själva.",
    "Intressant om någon annan går först. Vi vill gärna se hur det gick.",
    "Det finns redan en lösning hos oss, men den används inte.",
    "Går att göra på ett ställe. Jag vet inte om det går att flytta.",
)
_LOW = (
    "Rätt tanke, men det kräver en ändrad förordning först.",
    "Vi har försökt två gånger. Det som saknas är inte idéer utan tid.",
    "Svårt att se vem som skulle göra det på en liten myndighet.",
    "Det är ett problem, men inte det som hindrar oss mest.",
)


def add_rooms(scene: Scene) -> None:
    """Everybody who was in a workshop, and what the tenth workshop's people said of the findings."""
    workshops = read_pairs(select(Workshop.number, Workshop.id).where(Workshop.edition_id == scene.edition_id))
    add_rows(WorkshopMember, _members(scene, workshops))
    ranking = Ranking(workshop_id=workshops[max(workshops)], state=RankingState.PUBLISHED, set_size=_SET_SIZE)
    db.session.add(ranking)
    db.session.flush()
    rated = _rated(scene)
    add_rows(RankingItem, [{"ranking_id": ranking.id, "finding_id": finding} for finding in rated])
    add_rows(Rating, _ratings(scene, ranking.id, rated))


def _raters(scene: Scene) -> list[PersonText]:
    """Half of the event's people were there."""
    return [person for person in scene.content.participants if fraction("rated", person.id) < 0.5]


def _members(scene: Scene, workshops: dict[int, int]) -> list[Row]:
    invited = scene.calendar.at(*_INVITED)
    leaders = [scene.people[person.id] for person in scene.content.facilitators]
    rows: list[Row] = []
    for workshop in scene.content.workshops:
        guests = [
            scene.people[person.id]
            for person in (_raters(scene) if workshop.sector is None else scene.content.coordinators)
            if workshop.sector in (None, scene.sector_of(person))
        ]
        kinds = {**dict.fromkeys(guests, MemberKind.GUEST), **dict.fromkeys(leaders, MemberKind.FACILITATOR)}
        day = scene.calendar.at(-workshop.days_before, "09:00")
        rows += [
            {
                "workshop_id": workshops[workshop.number], "person_id": person, "kind": kind,
                "invited_at": min(invited, day), "joined_at": day,
            }
            for person, kind in kinds.items()
        ]  # fmt: skip
    return rows


def _rated(scene: Scene) -> list[int]:
    """Three findings of each question."""
    taken: Counter[str] = Counter()
    found = []
    for text, finding in zip(scene.content.findings, scene.findings, strict=True):
        if text.question and taken[text.question] < _PER_QUESTION:
            taken[text.question] += 1
            found.append(finding)
    return found


def _ratings(scene: Scene, ranking_id: int, rated: Sequence[int]) -> list[Row]:
    """One set for each person, dealt as in the room, and rated there and then."""
    given: Counter[int] = Counter()
    by_sector: dict[str, Counter[int]] = {}
    rows: list[Row] = []
    for turn, person in enumerate(_raters(scene)):
        sector = scene.sector_of(person)
        mine = by_sector.setdefault(sector, Counter())
        at = scene.calendar.at(*_RANKED_ON, minutes=turn)
        dealt = deal(range(len(rated)), given=given, given_in_sector=mine, size=_SET_SIZE, person_id=turn)
        given.update(dealt)
        mine.update(dealt)
        for step, place in enumerate(dealt, start=1):
            interest, feasibility = _points(place, sector, person.id)
            rows.append(
                {
                    "ranking_id": ranking_id, "person_id": scene.people[person.id], "finding_id": rated[place],
                    "sector_id": scene.sectors[sector], "given_at": at, "interest": interest, "feasibility": feasibility,
                    "reason": _reason(interest + feasibility, place, person.id),
                    "rated_at": at + timedelta(minutes=2 * step),
                }
            )  # fmt: skip
    return rows


def _points(finding: int, sector: str, person: str) -> tuple[int, int]:
    """A finding is liked more or less by all, a little more or less by a sector, and by each person as they are."""
    return _point("interest", finding, sector, person), _point("feasibility", finding, sector, person)


def _point(what: str, finding: int, sector: str, person: str) -> int:
    value = 1.6 + 3.2 * fraction(what, finding) + 1.4 * (fraction(what, finding, sector) - 0.5)
    return min(max(round(value + 1.6 * (fraction(what, finding, person) - 0.5)), 1), 5)


def _reason(points: int, finding: int, person: str) -> str:
    reasons = _HIGH if points >= 8 else _MIDDLE if points >= 5 else _LOW
    return one_of(reasons, "reason", finding, person, whole(0, 9, finding))
