"""The negative control of `make load-registration`: the command line of Skills360 with the lock on places taken out.

Seats are counted in a transaction that has ended before the place is written, and the constraint that keeps two people
off one seat is dropped. Never part of the product: it lives here, and is started by name alone.
"""

from __future__ import annotations

import time

from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask.cli import main

from hackathon.core.db import db
from hackathon.events.models import Pool
from hackathon.jobs import server
from hackathon.registration import seating

_count_seats = seating.taken_seats


def count_and_let_go(pool_id: int) -> set[int]:
    taken = _count_seats(pool_id)
    db.session.commit()
    time.sleep(0.05)
    return taken


class UnlockedSupervisor(server.Supervisor):
    """Drops the seat's constraint once the tables are there."""

    def run(self) -> None:
        with db.engine.begin() as connection:
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("registration") as table:
                table.drop_constraint("uq_registration_edition_id_pool_id_seat_no", type_="unique")
        db.engine.dispose()
        super().run()


if __name__ == "__main__":
    seating.taken_seats = count_and_let_go
    seating.lock_pool_by_id = lambda pool_id: db.session.get_one(Pool, pool_id)
    server.Supervisor = UnlockedSupervisor  # type: ignore[misc]
    main()
