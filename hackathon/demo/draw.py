"""Choices that look like chance and are the same every time: each is drawn from what it is about, not from a sequence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def fraction(*about: object) -> float:
    """A number from 0 up to, not including, 1 that belongs to these words."""
    digest = hashlib.blake2b("\x1f".join(map(str, about)).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def whole(least: int, most: int, *about: object) -> int:
    """A whole number from `least` to `most`, both included."""
    return least + int(fraction(*about) * (most - least + 1))


def shuffled(items: Iterable[Item], *about: object) -> list[Item]:
    """The items in an order that belongs to these words."""
    return [item for _, _, item in sorted((fraction(*about, place), place, item) for place, item in enumerate(items))]


def one_of(items: Sequence[Item], *about: object) -> Item:
    """One of the items."""
    return items[whole(0, len(items) - 1, *about)]
