"""What places are to be, written a second time: plain lists and loops, no database, nothing of the product but its words."""

from __future__ import annotations

from dataclasses import dataclass, field

CONFIRMED, WAITLISTED, OFFERED, EXPIRED, CANCELLED = "confirmed", "waitlisted", "offered", "expired", "cancelled"
Letter = tuple[int, str]


class Refused(Exception):
    """The act is to be refused, for this reason."""


@dataclass
class Row:
    """One registration: person, pool, organisation, and what goes with the state. `until` counts hours."""

    person: int
    state: str = CANCELLED
    pool: str = ""
    organisation: int | None = None
    seat: int | None = None
    line: int | None = None
    until: int | None = None

    def put(self, state: str, *, seat: int | None = None, line: int | None = None, until: int | None = None) -> None:
        self.state, self.seat, self.line, self.until = state, seat, line, until


@dataclass
class World:
    """All that is known of an edition's places."""

    capacity: dict[str, int]
    pool_of: dict[int, str]
    """By organisation."""
    last: int
    """The hour at which the event's day begins."""
    hour: int = 0
    ceiling: int | None = None
    offers: bool = False
    offer_hours: int = 24
    rows: dict[int, Row] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)

    # --- looking

    def held(self, pool: str) -> list[Row]:
        return [row for row in self.rows.values() if row.pool == pool and row.seat is not None]

    def line(self, pool: str) -> list[Row]:
        waiting = [row for row in self.rows.values() if row.pool == pool and row.line is not None]
        return sorted(waiting, key=lambda row: row.line or 0)

    def is_full(self, pool: str, organisation: int | None) -> bool:
        if organisation is None or self.ceiling is None:
            return False
        return sum(row.organisation == organisation for row in self.held(pool)) >= self.ceiling

    def first(self, pool: str) -> Row | None:
        return next((row for row in self.line(pool) if not self.is_full(pool, row.organisation)), None)

    def free(self, pool: str) -> int | None:
        taken = {row.seat for row in self.held(pool)}
        return next((seat for seat in range(1, self.capacity[pool] + 1) if seat not in taken), None)

    def number(self, pool: str) -> int:
        self.numbers[pool] = self.numbers.get(pool, 0) + 1
        return self.numbers[pool]

    def row(self, person: int) -> Row:
        if person not in self.rows:
            raise Refused("unknown")
        return self.rows[person]

    def tell(self, person: int, what: str) -> None:
        self.letters.append((person, what))

    # --- doing

    def settle(self, *pools: str) -> None:
        for pool in pools:
            while (seat := self.free(pool)) and (row := self.first(pool)):
                if self.offers and self.hour < self.last:
                    row.put(OFFERED, seat=seat, until=min(self.hour + self.offer_hours, self.last))
                    self.tell(row.person, "offered")
                else:
                    row.put(CONFIRMED, seat=seat)
                    self.tell(row.person, "promoted")

    def register(self, person: int, pool: str, organisation: int | None) -> None:
        row = self.rows.get(person)
        if row is not None and row.state != CANCELLED:
            return
        if organisation is not None and self.pool_of[organisation] != pool:
            raise Refused("organisation_not_in_pool")
        row = self.rows.setdefault(person, Row(person))
        at_once = self.first(pool) is None and not self.is_full(pool, organisation)
        row.pool, row.organisation = pool, organisation
        if at_once and (seat := self.free(pool)):
            row.put(CONFIRMED, seat=seat)
        else:
            row.put(WAITLISTED, line=self.number(pool))
        self.tell(person, row.state)

    def cancel(self, person: int, letter: str = "cancelled") -> None:
        row = self.row(person)
        if row.state == CANCELLED:
            return
        row.put(CANCELLED)
        self.tell(person, letter)
        self.settle(row.pool)

    def accept(self, person: int) -> None:
        row = self.row(person)
        if row.state == CONFIRMED:
            return
        if row.until is None or row.until <= self.hour:
            raise Refused("offer_expired")
        row.put(CONFIRMED, seat=row.seat)
        self.tell(person, "confirmed")

    def wait_again(self, person: int) -> None:
        row = self.row(person)
        if row.state == WAITLISTED:
            return
        if row.state != EXPIRED:
            raise Refused("not_expired")
        row.put(WAITLISTED, line=self.number(row.pool))
        self.settle(row.pool)

    def pass_time(self, hours: int) -> None:
        self.hour += hours
        for pool in self.capacity:
            overdue = [row for row in self.held(pool) if row.until is not None and row.until <= self.hour]
            for row in sorted(overdue, key=lambda row: (row.until, row.seat)):
                row.put(EXPIRED)
                self.tell(row.person, "expired")
            if overdue:
                self.settle(pool)

    def resize(self, pool: str, capacity: int) -> None:
        if capacity < len(self.held(pool)):
            raise Refused("capacity_below_seated")
        self.capacity[pool] = capacity
        for row in sorted(self.held(pool), key=lambda row: row.seat or 0):
            if (row.seat or 0) > capacity:
                row.seat = self.free(pool)
        self.settle(pool)

    def set_rules(self, *, offers: bool, ceiling: int | None) -> None:
        self.offers, self.ceiling = offers, ceiling
        self.settle(*self.capacity)

    def give(self, person: int) -> None:
        row = self.row(person)
        if row.state == CONFIRMED:
            raise Refused("already_seated")
        if row.seat is None and self.free(row.pool) is None:
            self.capacity[row.pool] += 1
        row.put(CONFIRMED, seat=row.seat or self.free(row.pool))
        self.tell(person, "given")

    def replace(self, person: int, incoming: int) -> None:
        row = self.row(person)
        other = self.rows.get(incoming)
        if row.state != CONFIRMED:
            raise Refused("seat_not_confirmed")
        if incoming == person or (other is not None and other.seat is not None):
            raise Refused("already_seated")
        seat = row.seat
        row.put(CANCELLED)
        other = self.rows.setdefault(incoming, Row(incoming))
        other.pool, other.organisation = row.pool, row.organisation
        other.put(CONFIRMED, seat=seat)
        self.tell(person, "replaced")
        self.tell(incoming, "confirmed")

    def merge(self, kept: int, dropped: int) -> None:
        a, b = self.row(kept), self.row(dropped)
        if kept == dropped:
            raise Refused("same_registration")
        if CANCELLED in (a.state, b.state):
            raise Refused("not_mergeable")
        worth = [CONFIRMED, OFFERED, WAITLISTED, EXPIRED]
        better = worth.index(b.state) < worth.index(a.state)
        if a.state == b.state == WAITLISTED and a.pool == b.pool:
            better = (b.line or 0) < (a.line or 0)
        pools = sorted({a.pool, b.pool}, key=list(self.capacity).index)
        if better:
            a.pool, a.organisation = b.pool, b.organisation
            a.put(b.state, seat=b.seat, line=b.line, until=b.until)
        b.put(CANCELLED)
        self.tell(kept, "merged")
        self.settle(*pools)
