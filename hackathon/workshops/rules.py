"""Bounds of what people look for. Pure."""

from __future__ import annotations

LARGEST_NUMBER = 2**31 - 1
"""What a number in an address or a form can be; the database holds no larger ones."""
LONGEST_SEARCH = 100
"""How many characters of a search are looked for."""
