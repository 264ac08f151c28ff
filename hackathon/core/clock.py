"""The one clock. Views, jobs and commands read it here and hand `now` on; nothing below them looks at the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The present moment in UTC. A test sets `app.config["CLOCK"]` to decide what it is."""
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)
