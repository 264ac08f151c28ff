"""A balanced draw: where the solver starts. Mostly it is a plan already; where it is not, the solver makes one of it. Pure."""

from __future__ import annotations

import random
from collections import defaultdict

from hackathon.judging.assignment.problem import FEWEST_SECTORS, Assignment, Pair, TeamSpec

MOST_MOVES = 5_000


def draw(problem: Assignment, seed: int) -> frozenset[Pair]:
    """Seats judges slot by slot, those with the fewest ballots first, then evens loads out and mixes sectors.

    Chance decides among equals. The same problem and seed give the same draw.
    """
    hand = _Hand(problem, random.Random(seed))  # noqa: S311 - a design, not a secret.
    hand.deal()
    hand.even_loads()
    hand.mix_sectors()
    return frozenset((judge, team) for team, panel in hand.panels.items() for judge in panel)


class _Hand:
    """A draw in the making: the panels so far, and what each judge does with them."""

    def __init__(self, problem: Assignment, rng: random.Random) -> None:
        self.problem, self.rng = problem, rng
        self.teams = {team.id: team for team in problem.teams}
        self.able = {
            team.id: {judge.id for judge in problem.present if problem.may_judge(judge, team)} for team in problem.teams
        }
        self.sector = {judge.id: judge.sector for judge in problem.judges}
        self.panels: dict[int, set[int]] = {team.id: set() for team in problem.teams}
        self.load: dict[int, int] = {judge.id: 0 for judge in problem.present}
        self.busy: set[tuple[int, int]] = set()

    def seat(self, judge: int, team: int) -> None:
        self.panels[team].add(judge)
        self.load[judge] += 1
        self.busy |= self._at(judge, team)

    def unseat(self, judge: int, team: int) -> None:
        self.panels[team].remove(judge)
        self.load[judge] -= 1
        self.busy -= self._at(judge, team)

    def _at(self, judge: int, team: int) -> set[tuple[int, int]]:
        slot = self.teams[team].slot
        return set() if slot is None else {(judge, slot)}

    def can_take(self, judge: int, team: int) -> bool:
        """Whether the judge can be seated on the team's panel as things are."""
        seated = judge in self.panels[team] or self._at(judge, team) & self.busy
        return judge in self.able[team] and not seated

    def deal(self) -> None:
        """Fills the seats of each slot with those judges who have the fewest ballots and fit in."""
        slots: dict[tuple[int, int], list[TeamSpec]] = defaultdict(list)
        for team in self.rng.sample(self.problem.teams, len(self.problem.teams)):
            # A team without a slot is one of its own: nobody is in the way of anybody.
            slots[(0, team.slot) if team.slot is not None else (1, team.id)].append(team)
        for teams in slots.values():
            seats = [team.id for team in teams for _seat in range(self.problem.coverage(team))]
            for seat, judge in self._match(seats).items():
                self.seat(judge, seats[seat])

    def _match(self, seats: list[int]) -> dict[int, int]:
        """Judges for seats: who comes early in the queue is seated if there is any way, so that the loads stay even."""
        holder: dict[int, int] = {}

        def take_seat(judge: int, tried: set[int]) -> bool:
            for seat, team in enumerate(seats):
                if seat in tried or judge not in self.able[team]:
                    continue
                tried.add(seat)
                if seat not in holder or take_seat(holder[seat], tried):
                    holder[seat] = judge
                    return True
            return False

        for judge in sorted(self.load, key=lambda judge: (self.load[judge], self.rng.random())):
            if len(holder) == len(seats):
                break
            take_seat(judge, set())
        return holder

    def even_loads(self) -> None:
        """Passes ballots along chains of judges from those who have too many to those who have too few."""
        for _move in range(MOST_MOVES):
            most, fewest = max(self.load.values()), min(self.load.values())
            givers = [judge for judge, load in self.load.items() if load == most]
            if most - fewest <= 1 or not any(self._pass_on(giver, most) for giver in givers):
                return

    def _pass_on(self, giver: int, most: int) -> bool:
        came: dict[int, tuple[int, int]] = {}
        waiting, known = [giver], {giver}
        of_judge = self._teams_of()
        while waiting:
            judge = waiting.pop(0)
            if self.load[judge] < most - 1:
                self._shift(giver, judge, came)
                return True
            for team in of_judge[judge]:
                for other in sorted(self.able[team] - known):
                    if self.can_take(other, team):
                        known.add(other)
                        came[other] = (judge, team)
                        waiting.append(other)
        return False

    def _shift(self, giver: int, taker: int, came: dict[int, tuple[int, int]]) -> None:
        """One ballot moves along each link of the chain, the last link first, so that room is made before it is taken."""
        while taker != giver:
            judge, team = came[taker]
            self.unseat(judge, team)
            self.seat(taker, team)
            taker = judge

    def _teams_of(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for team, panel in self.panels.items():
            for judge in panel:
                found[judge].append(team)
        return found

    def mix_sectors(self) -> None:
        """Exchanges a judge of a panel that is of one sector with one of another panel."""
        for team in self.panels:
            if not self._is_mixed(team):
                self._exchange_for(team)

    def _is_mixed(self, team: int) -> bool:
        need = self.problem.coverage(self.teams[team])
        return need < FEWEST_SECTORS or len({self.sector[judge] for judge in self.panels[team]}) >= FEWEST_SECTORS

    def _exchange_for(self, team: int) -> None:
        for judge in sorted(self.panels[team]):
            for other, panel in self.panels.items():
                for guest in sorted(panel):
                    if (
                        other != team
                        and self.sector[guest] != self.sector[judge]
                        and self._exchange(judge, team, guest, other)
                    ):
                        return

    def _exchange(self, judge: int, team: int, guest: int, other: int) -> bool:
        was_mixed = self._is_mixed(other)
        self.unseat(judge, team)
        self.unseat(guest, other)
        if self.can_take(guest, team) and self.can_take(judge, other):
            self.seat(guest, team)
            self.seat(judge, other)
            if self._is_mixed(other) or not was_mixed:
                return True
            self.unseat(guest, team)
            self.unseat(judge, other)
        self.seat(judge, team)
        self.seat(guest, other)
        return False
