"""Random sequences of everything that can happen to places, on the real services and database, against a model.

After every act the rows must be those of the model, the letters those that the model names, and the invariants must hold
of the rows themselves. A sequence runs in one transaction that is rolled back, so that the next finds the same beginning.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from hackathon.core import audit
from hackathon.core.db import db
from hackathon.core.errors import DomainError
from hackathon.events.models import Pool
from hackathon.events.rules import EditionInfo
from hackathon.registration import overruling, seating, services
from hackathon.registration.models import Registration
from hackathon.registration.rules import SEATED, PlaceRules, Promotion, RegistrationState
from tests.factories import make_edition, make_organisation, make_person
from tests.registration.conftest import info
from tests.registration.model_of_places import Letter, Refused, World

PEOPLE = 6
SEATED_AND_WAITING = 4
LAST_HOUR = 60
REASON = "Enligt överenskommelse."
OFFER_HOURS = 24
_ROWS = (
    select(
        Pool.key, Pool.capacity, Registration.id, Registration.person_id, Registration.organisation_id, Registration.state,
        Registration.seat_no, Registration.line_no, Registration.offer_expires_at,
    )
    .outerjoin(Registration, Registration.pool_id == Pool.id)
)  # fmt: skip

person = st.integers(0, PEOPLE - 1)
pool = st.sampled_from(("agency", "external"))


class Stage:
    """What every sequence begins with: two seats and one, three organisations, and six people, of whom two sit and two wait."""

    def __init__(self) -> None:
        edition = make_edition(capacity=2)
        db.session.scalars(select(Pool).where(Pool.key == "external")).one().capacity = 1
        self.people = [make_person().id for _ in range(PEOPLE)]
        self.organisations = [make_organisation(edition, sector=sector).id for sector in ("S1", "S2", "technology")]
        self.edition: EditionInfo = info(edition)
        self.organiser = make_person().id
        self.begins: datetime = seating.day_begins(self.edition) - timedelta(hours=LAST_HOUR)
        for who in range(SEATED_AND_WAITING):
            services.register(
                self.people[who], now=opening(self.edition), edition=self.edition, key=None, **self.first(who)
            )
        self.registrations = {row.person_id: row.id for row in db.session.scalars(select(Registration))}
        db.session.commit()

    def first(self, who: int) -> dict[str, Any]:
        """Where the first people register: two colleagues get the agency's seats, two more wait."""
        return {"pool_key": "agency", "organisation_id": self.organisations[who // 3]}

    def world(self) -> World:
        agency, other, company = self.organisations
        pools = {agency: "agency", other: "agency", company: "external"}
        world = World(capacity={"agency": 2, "external": 1}, pool_of=pools, last=LAST_HOUR, offer_hours=OFFER_HOURS)
        for who in range(SEATED_AND_WAITING):
            world.register(who, "agency", self.first(who)["organisation_id"])
        world.letters.clear()
        return world


def opening(edition: EditionInfo) -> datetime:
    """A moment at which registration is open; the offers' clock runs apart from it, towards the event's day."""
    phase = edition.phase("registration")
    assert phase is not None
    return phase.opens_at


@contextlib.contextmanager
def letters_caught() -> Iterator[list[Letter]]:
    """Letters as (person, which) in place of rendered texts, which other tests read."""
    caught: list[Letter] = []

    def catch(to: Any, what: str, **_more: object) -> None:
        caught.append((to.id, what))

    with pytest.MonkeyPatch.context() as patch:
        for module in (seating, services, overruling):
            patch.setattr(module, "post_about_place", catch)
        yield caught


def _refusal_of(expected: Callable[[], None]) -> str | None:
    """Why the model refuses an act; None where it does it."""
    try:
        expected()
    except Refused as refused:
        return str(refused)
    return None


class Places(RuleBasedStateMachine):
    """The machine. `run_machine` binds it to a database that stands as `stage` says."""

    stage: ClassVar[Stage]
    caught: ClassVar[list[Letter]]

    def __init__(self) -> None:
        super().__init__()
        self.world = self.stage.world()
        self.ids = dict(self.stage.registrations)
        self.caught.clear()

    @property
    def now(self) -> datetime:
        return self.stage.begins + timedelta(hours=self.world.hour)

    def both(self, expected: Callable[[], None], act: Callable[[], object]) -> None:
        """Does it to the model and to the product; both do it, or both refuse before anything is written."""
        before = len(self.world.letters)
        refused = _refusal_of(expected)
        if refused is None:
            act()
        else:
            with pytest.raises(DomainError) as error:
                act()
            assert refused in (error.value.reason, "unknown")
        assert self.caught[before:] == [(self.stage.people[who], what) for who, what in self.world.letters[before:]]

    def id_of(self, who: int) -> int:
        """The registration's id; 0, which nobody has, for somebody who never registered."""
        return self.ids.get(self.stage.people[who], 0)

    def by_organiser(self, **more: Any) -> dict[str, Any]:
        return {"edition": self.stage.edition, "actor_id": self.stage.organiser, "now": self.now, **more}

    @rule(who=person, pool=pool, organisation=st.sampled_from((None, 0, 0, 1, 2)))
    def register(self, who: int, pool: str, organisation: int | None) -> None:
        place = None if organisation is None else self.stage.organisations[organisation]
        self.both(
            lambda: self.world.register(who, pool, place),
            lambda: services.register(
                self.stage.people[who],
                pool_key=pool,
                organisation_id=place,
                edition=self.stage.edition,
                key=None,
                now=opening(self.stage.edition),
            ),
        )

    @rule(who=person)
    def cancel(self, who: int) -> None:
        self.both(
            lambda: self.world.cancel(who),
            lambda: services.cancel(self.stage.people[who], edition=self.stage.edition, now=self.now),
        )

    @rule(who=person)
    def accept(self, who: int) -> None:
        self.both(
            lambda: self.world.accept(who),
            lambda: services.accept_offer(self.stage.people[who], edition=self.stage.edition, now=self.now),
        )

    @rule(who=person)
    def wait_again(self, who: int) -> None:
        self.both(
            lambda: self.world.wait_again(who),
            lambda: services.wait_again(self.stage.people[who], edition=self.stage.edition, now=self.now),
        )

    @precondition(lambda self: self.world.hour < 2 * LAST_HOUR)
    @rule(hours=st.sampled_from((1, 23, 24, 25)))
    def expire(self, hours: int) -> None:
        def act() -> None:
            for pool in seating.lock_pools(db.session.scalars(select(Pool.id))).values():
                seating.expire_offers(pool, self.stage.edition, now=self.now)

        self.both(lambda: self.world.pass_time(hours), act)

    @rule(pool=pool, capacity=st.integers(0, 4))
    def resize(self, pool: str, capacity: int) -> None:
        self.both(
            lambda: self.world.resize(pool, capacity),
            lambda: services.set_capacity(pool, capacity=capacity, **self.by_organiser()),
        )

    @rule(offers=st.booleans(), ceiling=st.sampled_from((None, 1, 2)))
    def set_rules(self, offers: bool, ceiling: int | None) -> None:
        kind = Promotion.OFFER if offers else Promotion.AUTOMATIC
        self.both(
            lambda: self.world.set_rules(offers=offers, ceiling=ceiling),
            lambda: services.set_place_rules(PlaceRules(kind, OFFER_HOURS, ceiling), **self.by_organiser()),
        )

    @rule(who=person)
    def give(self, who: int) -> None:
        self.both(
            lambda: self.world.give(who),
            lambda: overruling.give_place(self.id_of(who), **self.by_organiser(reason=REASON)),
        )

    @rule(who=person)
    def withdraw(self, who: int) -> None:
        self.both(
            lambda: self.world.cancel(who, "withdrawn"),
            lambda: overruling.withdraw_place(self.id_of(who), **self.by_organiser(reason=REASON)),
        )

    @rule(who=person, incoming=person)
    def replace(self, who: int, incoming: int) -> None:
        self.both(
            lambda: self.world.replace(who, incoming),
            lambda: overruling.replace(
                self.id_of(who), incoming_id=self.stage.people[incoming], **self.by_organiser(reason=REASON)
            ),
        )

    @rule(kept=person, dropped=person)
    def merge(self, kept: int, dropped: int) -> None:
        self.both(
            lambda: self.world.merge(kept, dropped),
            lambda: overruling.merge(
                self.id_of(kept), dropped_id=self.id_of(dropped), **self.by_organiser(reason=REASON)
            ),
        )

    @invariant()
    def rows_are_those_of_the_model(self) -> None:
        rows = db.session.connection().execute(_ROWS).all()
        assert {row.key: row.capacity for row in rows} == self.world.capacity
        people = [row for row in rows if row.id is not None]
        self.ids = {row.person_id: row.id for row in people}
        found = {
            row.person_id: (
                row.key,
                row.organisation_id,
                row.state.value,
                row.seat_no,
                row.line_no,
                row.offer_expires_at,
            )
            for row in people
        }
        expected = {
            self.stage.people[who]: (
                row.pool, row.organisation, row.state, row.seat, row.line,
                None if row.until is None else self.stage.begins + timedelta(hours=row.until),
            )
            for who, row in self.world.rows.items()
        }  # fmt: skip
        assert found == expected
        self.hold(people)

    def hold(self, rows: Any) -> None:
        """What must be true of the rows, whatever the model says."""
        for key, capacity in self.world.capacity.items():
            here = [row for row in rows if row.key == key]
            seats = [row.seat_no for row in here if row.state in SEATED]
            assert len(set(seats)) == len(seats) <= capacity
            assert all(1 <= seat <= capacity for seat in seats)
            waiting = [row for row in here if row.state is RegistrationState.WAITLISTED]
            if (
                waiting and len(seats) < capacity
            ):  # Only whoever's organisation has all that it gets waits beside a free seat.
                ceiling = self.world.ceiling
                assert ceiling is not None
                for row in waiting:
                    held = [r for r in here if r.seat_no and r.organisation_id == row.organisation_id]
                    assert row.organisation_id is not None
                    assert len(held) >= ceiling

    def teardown(self) -> None:
        if len(self.ids) == PEOPLE:  # Looking through the log takes as long as all the rest: every so often will do.
            assert audit.first_broken_entry() is None
        db.session.rollback()


def run_machine(sequences: int, *, steps: int, shrink: bool = True) -> None:
    """Runs so many sequences of at most so many acts; raises with the shortest failing one, or without `shrink` the first.

    Needs an application context on an empty database.
    """
    Places.stage = Stage()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    with letters_caught() as Places.caught:
        run_state_machine_as_test(
            Places,
            settings=settings(
                max_examples=sequences, stateful_step_count=steps, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
