"""The picture of the flow from ideas to outcomes: where its bands lie. Pure geometry; the template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 250
TOP, GAP, THINNEST = 10.0, 14.0, 4.0
LABEL = 44.0
"""What a number with its words needs, in the units of the viewBox."""
LEFT, MIDDLE, RIGHT, BAR = 0.0, 300.0, 700.0, 12.0
BODY = 196.0


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome in the picture: how many, and the band that leads to it."""

    key: str
    count: int
    y: float
    height: float
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Ideas to the left, those that were taken up enlarged in the middle, what became of them to the right."""

    height: float
    taken_share: float
    """The height of those that were taken up, beside all ideas."""
    parts: tuple[Part, ...]


def draw_flow(ideas: int, taken_up: int, parts: Sequence[tuple[str, int]]) -> Flow:
    """The picture for real numbers; parts of 0 are left out. The parts sum to `taken_up`."""
    shown = [(key, count) for key, count in parts if count]
    share = max(BODY * taken_up / ideas, THINNEST) if ideas and taken_up else 0.0
    drawn, source, target = [], TOP, TOP
    for key, count in shown:
        height = BODY * count / taken_up
        drawn.append(Part(key, count, round(target, 1), round(height, 1), _band(source, target, height)))
        source += height
        target += max(height, LABEL) + GAP
    return Flow(max(target, TOP + BODY) + TOP, round(share, 1), tuple(drawn))


def _band(source: float, target: float, height: float) -> str:
    """Path data of one band from the middle to the right."""
    start, end, bend = MIDDLE + BAR, RIGHT, (MIDDLE + BAR + RIGHT) / 2
    upper = f"M{start:g} {source:.1f}C{bend:g} {source:.1f} {bend:g} {target:.1f} {end:g} {target:.1f}"
    low_source, low_target = source + height, target + height
    return f"{upper}V{low_target:.1f}C{bend:g} {low_target:.1f} {bend:g} {low_source:.1f} {start:g} {low_source:.1f}Z"
