"""Invented juries that have to be assigned: sectors, conflicts of interest, rooms."""

from __future__ import annotations

import random

from hackathon.judging.assignment.problem import Assignment, JudgeSpec, TeamSpec, Tie, deal_slots

SECTORS = 5
CONFLICTS = 0.08


def make_panel(
    teams: int, judges: int, per_team: int, *, rooms: int = 0, seed: int = 1, conflicts: float = CONFLICTS
) -> Assignment:
    """Judges of five sectors; about one pair in twelve is in conflict. Without rooms judges read on their own time."""
    draw = random.Random(f"{teams}/{judges}/{per_team}/{rooms}/{seed}")
    ties = list(Tie)
    places = deal_slots(range(teams), rooms=rooms) if rooms else {}
    return Assignment(
        judges=tuple(JudgeSpec(judge, f"S{judge % SECTORS}") for judge in range(judges)),
        teams=tuple(TeamSpec(team, slot=places[team][0] if rooms else None) for team in range(teams)),
        per_team=per_team,
        conflicts={
            (judge, team): draw.choice(ties)
            for judge in range(judges)
            for team in range(teams)
            if draw.random() < conflicts
        },
    )
