"""Every kind of job and who does it."""

from __future__ import annotations

from hackathon.core.jobs import HANDLERS
from hackathon.matching import jobs as matching


def register() -> None:
    """Fills the table of handlers; the same in the web process, which writes jobs, and in the worker, which does them."""
    HANDLERS.update(matching.HANDLERS)
