"""What is next, for whom, and when: the pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from hackathon.events.rules import EditionInfo, PhaseInfo
from hackathon.portal.rules import (
    Facts,
    Hero,
    Mark,
    Next,
    Onlooker,
    Own,
    Task,
    first_to_act,
    hero_for,
    marks_for,
    next_for_participant,
)
from tests.factories import NOW

DAY = timedelta(days=1)
NOTHING = Facts(
    questions=8, ideas=0, shortlisted=0, runs_at_work=0, plans=0, teams=0, entries=0, round_state=None, cards=0, scored=0,
    results_published=False, outcomes=0,
)  # fmt: skip


def edition_with(**phases: str) -> EditionInfo:
    """An edition with phases that are "before", "open" or "after"."""
    spans = {"before": (DAY, 2 * DAY), "open": (-DAY, DAY), "after": (-2 * DAY, -DAY)}
    made = tuple(PhaseInfo(kind, NOW + spans[how][0], NOW + spans[how][1]) for kind, how in phases.items())
    return EditionInfo(1, "e", "E", "V", "C", date(2026, 9, 11), "Europe/Stockholm", None, made)


@pytest.mark.parametrize(
    ("phases", "onlooker", "expected"),
    [
        ({"registration": "before"}, Onlooker(), Hero.WAIT),
        ({"registration": "open", "ideas": "open"}, Onlooker(), Hero.REGISTER),
        ({"registration": "open", "ideas": "open"}, Onlooker(may_register=False), Hero.CREATE_IDEA),
        ({"registration": "open"}, Onlooker(is_inside=True), Hero.HOME),
        ({"registration": "after", "ideas": "open"}, Onlooker(), Hero.CREATE_IDEA),
        ({"registration": "after", "ideas": "open"}, Onlooker(may_create_idea=False), Hero.IDEAS),
        ({"registration": "after", "ideas": "after"}, Onlooker(), Hero.IDEAS),
        ({}, Onlooker(), Hero.IDEAS),
    ],
)
def test_main_button_follows_phase_and_viewer(phases: dict[str, str], onlooker: Onlooker, expected: Hero) -> None:
    assert hero_for(edition_with(**phases), onlooker, results_published=False, teams=0, now=NOW) is expected


def test_winner_comes_before_everything() -> None:
    edition = edition_with(registration="open")
    assert hero_for(edition, Onlooker(is_inside=True), results_published=True, teams=16, now=NOW) is Hero.WINNER


@pytest.mark.parametrize(
    ("phases", "own", "expected"),
    [
        ({"registration": "before"}, Own(), Next.REGISTRATION_AHEAD),
        ({"registration": "open"}, Own(), Next.REGISTER),
        ({"registration": "after"}, Own(), Next.REGISTRATION_OVER),
        ({}, Own(), Next.REGISTRATION_AHEAD),
        ({"registration": "open"}, Own(is_waiting=True), Next.WAITING_LIST),
        ({"registration": "after"}, Own(has_seat=True, is_offered=True), Next.OFFER),
        ({"ideas": "open"}, Own(has_seat=True), Next.PROFILE),
        ({"ideas": "open"}, Own(has_seat=True, has_profile=True), Next.IDEA),
        ({"ideas": "open"}, Own(has_seat=True, has_profile=True, ideas=1), Next.TEAMS_AHEAD),
        ({"ideas": "after"}, Own(has_seat=True, has_profile=True), Next.TEAMS_AHEAD),
        ({"pitches": "open"}, Own(has_seat=True, has_team=True), Next.TABLE),
        ({"pitches": "after"}, Own(has_seat=True, has_team=True), Next.WAIT_FOR_JURY),
        ({"pitches": "after"}, Own(has_seat=True, has_team=True, results_published=True), Next.RESULTS),
    ],
)
def test_participant_is_told_the_next_thing(phases: dict[str, str], own: Own, expected: Next) -> None:
    assert next_for_participant(edition_with(**phases), own, NOW) is expected


@pytest.mark.parametrize(
    ("task", "phases", "facts", "expected"),
    [
        (Task.QUESTIONS, {}, {"questions": 0}, Mark.ACT),
        (Task.REGISTRATION, {"registration": "open"}, {}, Mark.RUNNING),
        (Task.REGISTRATION, {"registration": "open"}, {"teams": 16}, Mark.DONE),
        (Task.IDEAS, {"ideas": "after"}, {"ideas": 3}, Mark.ACT),
        (Task.IDEAS, {"ideas": "after"}, {"ideas": 3, "shortlisted": 1}, Mark.DONE),
        (Task.TEAMS, {"teams": "before"}, {}, Mark.AHEAD),
        (Task.TEAMS, {"teams": "open"}, {}, Mark.ACT),
        (Task.TEAMS, {"teams": "open"}, {"runs_at_work": 1}, Mark.RUNNING),
        (Task.TEAMS, {"teams": "before"}, {"plans": 1}, Mark.ACT),
        (Task.TEAMS, {"teams": "open"}, {"teams": 16}, Mark.DONE),
        (Task.ENTRIES, {"pitches": "open"}, {}, Mark.AHEAD),
        (Task.ENTRIES, {"pitches": "open"}, {"teams": 2, "entries": 1}, Mark.RUNNING),
        (Task.ENTRIES, {"pitches": "after"}, {"teams": 2, "entries": 1}, Mark.ACT),
        (Task.ENTRIES, {"pitches": "open"}, {"teams": 2, "entries": 2}, Mark.DONE),
        (Task.JUDGING, {"judging": "open"}, {"teams": 2, "round_state": "setup"}, Mark.ACT),
        (Task.JUDGING, {"judging": "open"}, {"teams": 2, "round_state": "open", "cards": 6, "scored": 5}, Mark.RUNNING),
        (Task.JUDGING, {"judging": "open"}, {"teams": 2, "round_state": "open", "cards": 6, "scored": 6}, Mark.ACT),
        (Task.JUDGING, {"judging": "open"}, {"teams": 2, "round_state": "closed"}, Mark.DONE),
        (Task.RESULTS, {}, {"round_state": "open"}, Mark.AHEAD),
        (Task.RESULTS, {}, {"round_state": "closed"}, Mark.ACT),
        (Task.RESULTS, {}, {"results_published": True}, Mark.DONE),
        (Task.FOLLOWUP, {"followup": "before"}, {}, Mark.AHEAD),
        (Task.FOLLOWUP, {"followup": "open"}, {"results_published": True}, Mark.ACT),
        (Task.FOLLOWUP, {"followup": "open"}, {"results_published": True, "outcomes": 1}, Mark.RUNNING),
    ],
)
def test_stage_stands_as_its_facts_say(
    task: Task, phases: dict[str, str], facts: dict[str, object], expected: Mark
) -> None:
    marks = marks_for(edition_with(**phases), replace(NOTHING, **facts), NOW)  # type: ignore[arg-type]
    assert marks[task] is expected


def test_first_to_act_is_the_earliest() -> None:
    marks = dict.fromkeys(Task, Mark.AHEAD)
    assert first_to_act(marks) is None
    assert first_to_act({**marks, Task.RESULTS: Mark.ACT, Task.TEAMS: Mark.ACT}) is Task.TEAMS


def test_phase_stands_at_its_very_minute() -> None:
    edition = edition_with(registration="before")
    opens = edition.phases[0].opens_at

    def at(moment: datetime) -> Hero:
        return hero_for(edition, Onlooker(), results_published=False, teams=0, now=moment)

    assert at(opens - timedelta(microseconds=1)) is Hero.WAIT
    assert at(opens) is Hero.REGISTER
    assert at(edition.phases[0].closes_at) is Hero.IDEAS
