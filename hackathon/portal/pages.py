"""What each page shows, gathered: rows from the queries, the choice from the rules, pictures from graphics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

from hackathon.accounts.viewer import Viewer
from hackathon.core.access import EDITION_ROLES, Permission, Role
from hackathon.events.queries import SectorInfo, list_sectors
from hackathon.events.rules import EditionInfo, PhaseInfo, PhaseStatus
from hackathon.ideas.queries import Card, Filters, Sort, list_page
from hackathon.portal import graphics, rules
from hackathon.portal.queries import event, person
from hackathon.portal.queries.progress import Progress, read_progress
from hackathon.registration.queries import Place, PoolStanding, find_place, has_complete_profile, list_pool_standings
from hackathon.teams.queries import EntryInfo, OwnTeam, find_entry, results_are_public, team_of

MINE = Filters(mine=True, sort=Sort.CHANGED)
MOST_IDEAS = 20
MOST_POINTS = 6


class JourneyPictures(NamedTuple):
    """The discs of the journey, one for each of its steps."""

    findings: Markup
    questions: Markup
    ideas: Markup
    teams: Markup
    pilots: Markup
    adopted: Markup


@dataclass(frozen=True, slots=True)
class LandingPage:
    """An event's first page."""

    now: datetime
    hero: rules.Hero
    registration: PhaseInfo | None
    registration_status: PhaseStatus
    ideas: PhaseInfo | None
    pools: tuple[PoolStanding, ...]
    sectors: tuple[SectorInfo, ...]
    journey: event.Journey
    agenda: tuple[event.AgendaPoint, ...]
    questions: tuple[event.QuestionCard, ...]
    ring: Markup
    seat_maps: tuple[Markup, ...]
    """One for each pool, in their order."""
    pictures: JourneyPictures

    @property
    def capacity(self) -> int:
        return sum(pool.capacity for pool in self.pools)

    @property
    def capacities(self) -> str:
        """The pools' places as the hero says them: "40 + 40"."""
        return " + ".join(str(pool.capacity) for pool in self.pools)

    @property
    def is_full(self) -> bool:
        return all(pool.left == 0 for pool in self.pools)

    @property
    def closing(self) -> event.AgendaPoint | None:
        """The first point of the day that is open to everybody."""
        return next((point for point in self.agenda if point.is_public), None)

    def pool(self, key: str) -> PoolStanding | None:
        return next((pool for pool in self.pools if pool.key == key), None)


def landing_page(edition: EditionInfo, viewer: Viewer, now: datetime) -> LandingPage:
    """Reads the first page in five queries, whoever looks."""
    pools = tuple(list_pool_standings(edition.id))
    journey = event.read_journey(edition.id)
    signed_in = viewer.is_authenticated
    onlooker = rules.Onlooker(
        is_inside=bool(viewer.roles.intersection(EDITION_ROLES)),
        may_register=not signed_in or viewer.can(Permission.REGISTER),
        may_create_idea=not signed_in or viewer.can(Permission.CREATE_IDEA),
    )
    return LandingPage(
        now=now,
        hero=rules.hero_for(
            edition, onlooker, results_published=journey.results_published, teams=journey.teams, now=now
        ),
        registration=edition.phase("registration"),
        registration_status=rules.status_of(edition, "registration", now),
        ideas=edition.phase("ideas"),
        pools=pools,
        sectors=tuple(list_sectors(edition.id)),
        journey=journey,
        agenda=tuple(event.list_agenda(edition.id)),
        questions=tuple(event.list_question_cards(edition.id)),
        ring=_ring(pools, journey),
        seat_maps=tuple(_seat_map(pool) for pool in pools),
        pictures=_journey_pictures(journey),
    )


def _journey_pictures(journey: event.Journey) -> JourneyPictures:
    return JourneyPictures(
        findings=graphics.journey_dots("f", journey.findings),
        questions=graphics.journey_dots("q", journey.questions),
        ideas=graphics.journey_dots("i", journey.ideas),
        teams=graphics.journey_teams(journey.teams or journey.team_count, journey.team_size),
        pilots=_rings(journey.pilots),
        adopted=_rings(journey.adopted),
    )


def _rings(count: int) -> Markup:
    """A ring for each; a dashed one where there is none yet, so that the way is seen to go on."""
    if count:
        return graphics.journey_rings(count)
    return graphics.svg("jp", 150, 150, '<circle class="j-none" cx="75" cy="75" r="52"/>')


def _ring(pools: Sequence[PoolStanding], journey: event.Journey) -> Markup:
    big = " + ".join(str(pool.capacity) for pool in pools)
    small = _("platser blir %(teams)s team", teams=journey.team_count)
    title = _(
        "Ring av %(teams)s team med %(size)s platser i varje: blå kvadrater är myndighet, orange cirklar är näringsliv och andra.",
        teams=journey.team_count,
        size=journey.team_size,
    )
    return graphics.hero_ring(big, small, title, teams=journey.team_count)


def _seat_map(pool: PoolStanding) -> Markup:
    title = _("%(taken)s av %(capacity)s platser är tagna.", taken=pool.seated, capacity=pool.capacity)
    return graphics.places(pool.key, pool.capacity, min(pool.seated, pool.capacity), title)


@dataclass(frozen=True, slots=True)
class ParticipantPart:
    """The page of somebody who takes part, or could."""

    next: rules.Next
    place: Place | None
    has_profile: bool
    team: OwnTeam | None
    entry: EntryInfo | None
    floor: Markup | None
    can_create_idea: bool


@dataclass(frozen=True, slots=True)
class OrganiserPart:
    """What an organiser does next."""

    task: rules.Task | None
    open_tasks: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """One's own page. Each part is there for those whom it concerns; the first one leads."""

    now: datetime
    is_event_day: bool
    agenda: list[event.AgendaPoint]
    ideas: list[Card]
    scoring: person.OwnScoring | None = None
    is_judge: bool = False
    organiser: OrganiserPart | None = None
    participant: ParticipantPart | None = None
    organisation: person.OwnOrganisation | None = None
    is_facilitator: bool = False
    lead: str = "participant"
    """Which part comes first, in the dark card."""
    results_published: bool = False


def home_page(edition: EditionInfo, viewer: Viewer, now: datetime) -> HomePage:
    """Reads what this viewer's roles need; the number of queries depends on the roles alone."""
    today = now.astimezone(edition.tz).date()
    published = results_are_public(edition.id)
    is_judge, is_organiser = viewer.can(Permission.SCORE), viewer.can(Permission.ORGANISE)
    takes_part = Role.PARTICIPANT in viewer.roles or not viewer.roles.intersection(EDITION_ROLES)
    ideas, _total = list_page(edition.id, viewer, MINE, page=1, size=MOST_IDEAS)
    organisation_id = viewer.organisations.get(Role.COORDINATOR)
    parts = {
        "judge": is_judge,
        "organiser": is_organiser,
        "participant": takes_part,
        "coordinator": organisation_id is not None,
    }
    return HomePage(
        now=now,
        is_event_day=today == edition.event_date,
        agenda=_rest_of_day(event.list_agenda(edition.id), now) if today <= edition.event_date else [],
        ideas=ideas,
        scoring=person.find_own_scoring(edition.id, viewer.person_id) if is_judge else None,
        is_judge=is_judge,
        organiser=_organiser_part(edition, now) if is_organiser else None,
        participant=_participant_part(edition, viewer, ideas, published, now) if takes_part else None,
        organisation=person.find_own_organisation(edition.id, organisation_id) if organisation_id is not None else None,
        is_facilitator=Role.FACILITATOR in viewer.roles,
        lead=next((part for part, there in parts.items() if there), "facilitator"),
        results_published=published,
    )


def _rest_of_day(agenda: list[event.AgendaPoint], now: datetime) -> list[event.AgendaPoint]:
    """The point that is going on and those after it, as many as a phone shows without scrolling far."""
    begun = sum(point.starts_at <= now for point in agenda)
    return agenda[max(begun - 1, 0) :][:MOST_POINTS]


def _participant_part(
    edition: EditionInfo, viewer: Viewer, ideas: list[Card], published: bool, now: datetime
) -> ParticipantPart:
    place = find_place(edition.id, viewer.person_id)
    has_profile = place is not None and has_complete_profile(edition.id, viewer.person_id)
    team = team_of(edition.id, viewer.person_id)
    own = rules.Own(
        has_seat=place is not None and place.is_seated,
        is_waiting=place is not None and place.position is not None,
        is_offered=place is not None and place.offer_expires_at is not None,
        has_profile=has_profile,
        ideas=len(ideas),
        has_team=team is not None,
        results_published=published,
    )
    return ParticipantPart(
        next=rules.next_for_participant(edition, own, now),
        place=place,
        has_profile=has_profile,
        team=team,
        entry=find_entry(team.team.id) if team is not None else None,
        floor=_floor(edition, team) if team is not None else None,
        can_create_idea=edition.is_open("ideas", now) and viewer.can(Permission.CREATE_IDEA),
    )


def _floor(edition: EditionInfo, team: OwnTeam) -> Markup:
    table = team.team.table_no
    title = _("Salen sedd uppifrån med scenen överst. Ditt bord har nummer %(number)s.", number=table)
    return graphics.floor_plan(person.count_tables(edition.id), table, title, _("Scen"), _("Entré"), _("Fönster"))


def _organiser_part(edition: EditionInfo, now: datetime) -> OrganiserPart:
    marks = rules.marks_for(edition, facts_of(read_progress(edition.id)), now)
    waiting = sum(mark is rules.Mark.ACT for mark in marks.values())
    return OrganiserPart(rules.first_to_act(marks), waiting)


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The organiser's overview: every stage with how it stands."""

    now: datetime
    progress: Progress
    marks: dict[rules.Task, rules.Mark]
    first: rules.Task | None


def overview_page(edition: EditionInfo, now: datetime) -> OverviewPage:
    """Reads the overview, with a number of queries that never grows."""
    progress = read_progress(edition.id)
    marks = rules.marks_for(edition, facts_of(progress), now)
    return OverviewPage(now, progress, marks, rules.first_to_act(marks))


def facts_of(progress: Progress) -> rules.Facts:
    """The counts as the rules ask for them."""
    teams, judging = progress.teams, progress.judging
    return rules.Facts(
        questions=teams.questions,
        ideas=progress.ideas,
        shortlisted=progress.shortlisted,
        runs_at_work=teams.runs_at_work,
        plans=teams.plans,
        teams=teams.teams,
        entries=teams.entries,
        round_state=judging.state.value if judging else None,
        cards=judging.cards if judging else 0,
        scored=judging.done if judging else 0,
        results_published=progress.results_published,
        outcomes=teams.outcomes,
    )
