"""10,000 random sequences of acts on places on SQLite and on PostgreSQL (see tests/registration/machine.py)."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade

from hackathon.app import create_app
from hackathon.core.db import db
from tests.conftest import settings_for
from tests.postgres import running_postgres
from tests.registration.machine import run_machine

SEQUENCES = 10_000
STEPS = 12


def run_on(database_url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder), database_url))
        with app.app_context():
            upgrade()
            began = time.monotonic()
            run_machine(SEQUENCES, steps=STEPS)
            print(
                f"places on {db.engine.dialect.name}: {SEQUENCES:,} sequences of up to {STEPS} acts, none broke a rule "
                f"({time.monotonic() - began:.0f} s)"
            )
            db.session.remove()
            db.engine.dispose()


def main() -> int:
    run_on("")
    with running_postgres() as url:
        run_on(url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
