"""The problem of assigning judges to teams, the plan that solves it, and what is wrong with a plan. Pure."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Pair = tuple[int, int]
"""(judge's id, team's id)"""
FEWEST_SECTORS = 2
"""From how many sectors a panel of two judges or more comes at least."""


class Tie(enum.StrEnum):
    """Why a judge may not judge a team."""

    OWN_ORGANISATION = "own_organisation"
    OWN_TEAM = "own_team"
    MENTORED = "mentored"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """A judge. `slots` are the time slots in which the judge is there; None means all."""

    id: int
    sector: str
    slots: frozenset[int] | None = None
    is_absent: bool = False
    """An absent judge keeps the ballots that are handed in and gets no other."""


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """A team. `slot` is when it pitches; None where judges read on their own time."""

    id: int
    slot: int | None = None
    wanted: int | None = None
    """How many judges it gets; None means as many as the others."""


@dataclass(frozen=True)
class Assignment:
    """Judges, teams, who may not judge whom, and how many judges each team gets."""

    judges: tuple[JudgeSpec, ...]
    teams: tuple[TeamSpec, ...]
    per_team: int
    conflicts: Mapping[Pair, Tie] = field(default_factory=dict)
    given: frozenset[Pair] = frozenset()
    """Ballots that are handed in: they stay, whatever else moves."""
    current: frozenset[Pair] = frozenset()
    """The plan so far, which a repair keeps to as far as it can. Holds `given`."""

    @cached_property
    def present(self) -> tuple[JudgeSpec, ...]:
        """The judges who can get ballots."""
        return tuple(judge for judge in self.judges if not judge.is_absent)

    @cached_property
    def given_to(self) -> Counter[int]:
        """How many ballots each team has that are handed in."""
        return Counter(team for _judge, team in self.given)

    def coverage(self, team: TeamSpec) -> int:
        """How many judges a team gets; never fewer than have handed in."""
        return max(self.per_team if team.wanted is None else team.wanted, self.given_to[team.id])

    @cached_property
    def ballots(self) -> int:
        """How many ballots there are in all."""
        return sum(self.coverage(team) for team in self.teams)

    def may_judge(self, judge: JudgeSpec, team: TeamSpec) -> bool:
        """Whether the pair can be part of a plan."""
        if (judge.id, team.id) in self.given:
            return True
        is_there = team.slot is None or judge.slots is None or team.slot in judge.slots
        return is_there and not judge.is_absent and (judge.id, team.id) not in self.conflicts

    @cached_property
    def loads(self) -> tuple[int, int]:
        """The fewest and the most ballots of a judge who is there: within one of each other."""
        kept = sum(judge.is_absent for judge in self.judges for pair in self.given if pair[0] == judge.id)
        return divide(self.ballots - kept, len(self.present))


def divide(things: int, among: int) -> tuple[int, int]:
    """The smallest and the largest share when things are shared out as evenly as can be."""
    if among < 1:
        return 0, 0
    return things // among, -(-things // among)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who judges which team. `spread` says how much further than one ballot apart the loads lie; 0 is right."""

    pairs: frozenset[Pair]
    spread: int = 0

    def panel(self, team: int) -> list[int]:
        """The judges of a team."""
        return sorted(judge for judge, seen in self.pairs if seen == team)

    def teams_of(self, judge: int) -> list[int]:
        """The teams of a judge."""
        return sorted(team for seen_by, team in self.pairs if seen_by == judge)


class ObstacleKind(enum.StrEnum):
    """Why there is no plan."""

    NOBODY = "nobody"
    TOO_FEW_JUDGES = "too_few_judges"
    ONE_SECTOR = "one_sector"
    SLOT_TOO_FULL = "slot_too_full"
    RULES_CLASH = "rules_clash"
    NOT_CONNECTED = "not_connected"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way: which team or slot, what it has and what it needs; `rules` that clash."""

    kind: ObstacleKind
    team: int | None = None
    slot: int | None = None
    have: int = 0
    need: int = 0
    rules: tuple[str, ...] = ()


class NoPlan(Exception):
    """There is no plan; `obstacles` say why."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(", ".join(obstacle.kind.value for obstacle in obstacles))
        self.obstacles = tuple(obstacles)


def find_obstacles(problem: Assignment) -> list[Obstacle]:
    """What can be told by counting, before anything is searched."""
    if not problem.present or not problem.teams:
        return [Obstacle(ObstacleKind.NOBODY)]
    found = []
    for team in problem.teams:
        need = problem.coverage(team)
        able = [judge for judge in problem.judges if problem.may_judge(judge, team)]
        if len(able) < need:
            found.append(Obstacle(ObstacleKind.TOO_FEW_JUDGES, team.id, have=len(able), need=need))
        elif need >= FEWEST_SECTORS and len({judge.sector for judge in able}) < FEWEST_SECTORS:
            found.append(Obstacle(ObstacleKind.ONE_SECTOR, team.id, have=1, need=FEWEST_SECTORS))
    # Things hang together by at least as many links as there are things, less one.
    links = min(problem.ballots, len(problem.present)) + len(problem.teams) - 1
    if problem.ballots < links and not problem.current:
        found.append(Obstacle(ObstacleKind.NOT_CONNECTED, have=problem.ballots, need=links))
    return found + _full_slots(problem)


def _full_slots(problem: Assignment) -> list[Obstacle]:
    """Slots in which more judges are needed at the same time than are there and free of conflicts with who pitches then."""
    by_slot: dict[int, list[TeamSpec]] = defaultdict(list)
    for team in problem.teams:
        if team.slot is not None:
            by_slot[team.slot].append(team)
    found = []
    for slot, teams in sorted(by_slot.items()):
        seats = [team for team in teams for _seat in range(problem.coverage(team))]
        filled = _most_seats_filled(problem, seats)
        if filled < len(seats):
            found.append(Obstacle(ObstacleKind.SLOT_TOO_FULL, slot=slot, have=filled, need=len(seats)))
    return found


def _most_seats_filled(problem: Assignment, seats: Sequence[TeamSpec]) -> int:
    """How many seats of one slot can be taken by different judges: a maximum matching, by augmenting paths."""
    holder: dict[int, int] = {}
    able = {
        seat: [judge.id for judge in problem.judges if problem.may_judge(judge, team)]
        for seat, team in enumerate(seats)
    }

    def seat_somebody(seat: int, tried: set[int]) -> bool:
        for judge in able[seat]:
            if judge in tried:
                continue
            tried.add(judge)
            if judge not in holder or seat_somebody(holder[judge], tried):
                holder[judge] = seat
                return True
        return False

    return sum(seat_somebody(seat, set()) for seat in range(len(seats)))


def deal_slots(teams: Sequence[int], *, rooms: int, taken: Mapping[int, Pair] | None = None) -> dict[int, Pair]:
    """A (slot, room) for each team, in the order given, as many at a time as there are rooms. Those in `taken` keep theirs."""
    if rooms < 1:
        raise ValueError("there must be a room")
    places = dict(taken or {})
    used, number = set(places.values()), 0
    for team in teams:
        if team in places:
            continue
        while (place := (number // rooms, number % rooms)) in used:
            number += 1
        places[team] = place
        used.add(place)
    return places


def faults(problem: Assignment, plan: Plan) -> list[str]:
    """What is wrong with a plan, found without the solver; nothing for a plan that may be used."""
    judges, teams = {judge.id: judge for judge in problem.judges}, {team.id: team for team in problem.teams}
    found = [f"no such pair: {pair}" for pair in plan.pairs if pair[0] not in judges or pair[1] not in teams]
    if found:
        return found
    panels: dict[int, list[int]] = defaultdict(list)
    for judge_id, team_id in sorted(plan.pairs):
        panels[team_id].append(judge_id)
        if not problem.may_judge(judges[judge_id], teams[team_id]):
            found.append(f"judge {judge_id} may not judge team {team_id}")
    found += [f"ballot {pair} is handed in and gone" for pair in sorted(problem.given - plan.pairs)]
    for team in problem.teams:
        panel, need = panels[team.id], problem.coverage(team)
        if len(panel) != need:
            found.append(f"team {team.id} has {len(panel)} judges, not {need}")
        if need >= FEWEST_SECTORS and len({judges[judge].sector for judge in panel}) < FEWEST_SECTORS:
            found.append(f"the panel of team {team.id} is of one sector")
    return found + _load_faults(problem, plan) + _clashes(teams, plan) + _parts(plan.pairs)


def _load_faults(problem: Assignment, plan: Plan) -> list[str]:
    load = Counter(judge for judge, _team in plan.pairs)
    loads = [load[judge.id] for judge in problem.present]
    apart = max(loads) - min(loads) if loads else 0
    return [f"loads lie {apart} apart"] if apart > 1 + plan.spread else []


def _clashes(teams: Mapping[int, TeamSpec], plan: Plan) -> list[str]:
    """Judges who would have to be in two rooms at a time."""
    at = Counter((judge, teams[team].slot) for judge, team in plan.pairs if teams[team].slot is not None)
    return [f"judge {judge} sits in {count} rooms in slot {slot}" for (judge, slot), count in at.items() if count > 1]


def _parts(pairs: Collection[Pair]) -> list[str]:
    count = len(components(pairs))
    return [f"the jury falls into {count} parts"] if count > 1 else []


def components(pairs: Collection[Pair]) -> list[tuple[set[int], set[int]]]:
    """The parts that judges and teams fall into, each as (judges, teams), when every pair connects its two."""
    of_judge: dict[int, set[int]] = defaultdict(set)
    of_team: dict[int, set[int]] = defaultdict(set)
    for judge, team in pairs:
        of_judge[judge].add(team)
        of_team[team].add(judge)
    left = set(of_judge)
    parts: list[tuple[set[int], set[int]]] = []
    while left:
        judges: set[int] = set()
        teams: set[int] = set()
        waiting = [min(left)]
        while waiting:
            judge = waiting.pop()
            if judge in judges:
                continue
            judges.add(judge)
            for team in of_judge[judge] - teams:
                teams.add(team)
                waiting += of_team[team] - judges
        left -= judges
        parts.append((judges, teams))
    return parts
