"""Pages of accounts."""

from __future__ import annotations

from hackathon.accounts.blueprint import blueprint
from hackathon.accounts.views import account, factors, recovery, sso

__all__ = ["account", "blueprint", "factors", "recovery", "sso"]
