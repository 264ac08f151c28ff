"""What a person should do next, and where the event stands. Pure: the views ask, the templates say it in words."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hackathon.events.rules import EditionInfo, PhaseInfo, PhaseStatus


class Hero(enum.StrEnum):
    """The one main button of an edition's first page."""

    WINNER = "winner"
    REGISTER = "register"
    WAIT = "wait"
    HOME = "home"
    CREATE_IDEA = "create_idea"
    TEAMS = "teams"
    IDEAS = "ideas"


@dataclass(frozen=True, slots=True)
class Onlooker:
    """What the first page has to know of whoever looks at it."""

    is_inside: bool = False
    """Has a role in this edition."""
    may_register: bool = True
    may_create_idea: bool = True


def status_of(edition: EditionInfo, kind: str, now: datetime) -> PhaseStatus:
    """How a phase stands; one that the edition does not have lies ahead for ever."""
    phase: PhaseInfo | None = edition.phase(kind)
    return phase.status(now) if phase is not None else PhaseStatus.BEFORE


def hero_for(edition: EditionInfo, onlooker: Onlooker, *, results_published: bool, teams: int, now: datetime) -> Hero:
    """The main button by phase and viewer. Whoever has a role goes on to the own page, save to see the winner."""
    if results_published:
        return Hero.WINNER
    if onlooker.is_inside:
        return Hero.HOME
    registration = status_of(edition, "registration", now)
    if registration is PhaseStatus.OPEN and onlooker.may_register:
        return Hero.REGISTER
    if registration is PhaseStatus.BEFORE and edition.phase("registration") is not None:
        return Hero.WAIT
    if edition.is_open("ideas", now) and onlooker.may_create_idea:
        return Hero.CREATE_IDEA
    return Hero.TEAMS if teams else Hero.IDEAS


class Next(enum.StrEnum):
    """What a participant does next."""

    RESULTS = "results"
    TABLE = "table"
    WAIT_FOR_JURY = "wait_for_jury"
    REGISTER = "register"
    REGISTRATION_AHEAD = "registration_ahead"
    REGISTRATION_OVER = "registration_over"
    WAITING_LIST = "waiting_list"
    OFFER = "offer"
    PROFILE = "profile"
    IDEA = "idea"
    TEAMS_AHEAD = "teams_ahead"


@dataclass(frozen=True, slots=True)
class Own:
    """What a participant has so far."""

    has_seat: bool = False
    is_waiting: bool = False
    is_offered: bool = False
    has_profile: bool = False
    ideas: int = 0
    has_team: bool = False
    results_published: bool = False


def next_for_participant(edition: EditionInfo, own: Own, now: datetime) -> Next:
    """The next thing on the way: register, profile, idea, team and table, entry, results."""
    if own.results_published:
        return Next.RESULTS
    if own.has_team:
        over = status_of(edition, "pitches", now) is PhaseStatus.AFTER
        return Next.WAIT_FOR_JURY if over else Next.TABLE
    if own.is_offered:
        return Next.OFFER
    if own.is_waiting:
        return Next.WAITING_LIST
    if not own.has_seat:
        registration = status_of(edition, "registration", now)
        return {
            PhaseStatus.BEFORE: Next.REGISTRATION_AHEAD,
            PhaseStatus.OPEN: Next.REGISTER,
            PhaseStatus.AFTER: Next.REGISTRATION_OVER,
        }[registration]
    if not own.has_profile:
        return Next.PROFILE
    if not own.ideas and edition.is_open("ideas", now):
        return Next.IDEA
    return Next.TEAMS_AHEAD


class Task(enum.StrEnum):
    """A stage of the event on the organiser's list, in the order of the event."""

    QUESTIONS = "questions"
    REGISTRATION = "registration"
    IDEAS = "ideas"
    TEAMS = "teams"
    ENTRIES = "entries"
    JUDGING = "judging"
    RESULTS = "results"
    FOLLOWUP = "followup"


class Mark(enum.StrEnum):
    """How a stage stands: finished, waiting for a person, under way by itself, or still ahead."""

    DONE = "done"
    ACT = "act"
    RUNNING = "running"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Facts:
    """The counts that decide how the organiser's stages stand."""

    questions: int
    ideas: int
    shortlisted: int
    runs_at_work: int
    plans: int
    teams: int
    entries: int
    round_state: str | None
    cards: int
    scored: int
    results_published: bool
    outcomes: int


def marks_for(edition: EditionInfo, facts: Facts, now: datetime) -> dict[Task, Mark]:
    """How each stage stands. ACT means that something waits for an organiser now."""
    registration, ideas, teams, pitches, judging, followup = (
        status_of(edition, kind, now) for kind in ("registration", "ideas", "teams", "pitches", "judging", "followup")
    )
    return {
        Task.QUESTIONS: Mark.DONE if facts.questions else Mark.ACT,
        Task.REGISTRATION: _by_phase(registration, done=facts.teams > 0),
        Task.IDEAS: _ideas_mark(ideas, facts),
        Task.TEAMS: _teams_mark(teams, facts),
        Task.ENTRIES: _entries_mark(pitches, facts),
        Task.JUDGING: _judging_mark(judging, facts),
        Task.RESULTS: _results_mark(facts),
        Task.FOLLOWUP: Mark.ACT if facts.results_published and not facts.outcomes else _by_phase(followup, done=False),
    }


def _by_phase(status: PhaseStatus, *, done: bool) -> Mark:
    if done:
        return Mark.DONE
    return {PhaseStatus.BEFORE: Mark.AHEAD, PhaseStatus.OPEN: Mark.RUNNING, PhaseStatus.AFTER: Mark.DONE}[status]


def _ideas_mark(status: PhaseStatus, facts: Facts) -> Mark:
    if status is PhaseStatus.AFTER and not facts.shortlisted and facts.ideas and not facts.results_published:
        return Mark.ACT
    return _by_phase(status, done=facts.results_published)


def _teams_mark(status: PhaseStatus, facts: Facts) -> Mark:
    if facts.teams:
        return Mark.DONE
    if facts.runs_at_work:
        return Mark.RUNNING
    return Mark.AHEAD if status is PhaseStatus.BEFORE and not facts.plans else Mark.ACT


def _entries_mark(status: PhaseStatus, facts: Facts) -> Mark:
    if not facts.teams:
        return Mark.AHEAD
    if facts.entries >= facts.teams or facts.results_published:
        return Mark.DONE
    return {PhaseStatus.BEFORE: Mark.AHEAD, PhaseStatus.OPEN: Mark.RUNNING, PhaseStatus.AFTER: Mark.ACT}[status]


def _judging_mark(status: PhaseStatus, facts: Facts) -> Mark:
    if facts.round_state in ("closed", "published"):
        return Mark.DONE
    if facts.round_state == "open":
        return Mark.ACT if facts.scored >= facts.cards else Mark.RUNNING
    return Mark.AHEAD if status is PhaseStatus.BEFORE or not facts.teams else Mark.ACT


def _results_mark(facts: Facts) -> Mark:
    if facts.results_published:
        return Mark.DONE
    return Mark.ACT if facts.round_state == "closed" else Mark.AHEAD


def first_to_act(marks: Mapping[Task, Mark]) -> Task | None:
    """The earliest stage that waits for an organiser."""
    return next((task for task in Task if marks[task] is Mark.ACT), None)
