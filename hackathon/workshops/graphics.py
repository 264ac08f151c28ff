"""Pictures of workshops as inline SVG: pure functions of numbers and words, coloured by classes (static/css/workshop.css)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import segno
from markupsafe import Markup, escape

WIDTH, HEIGHT = 720.0, 520.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 16.0, 52.0
MOST_NAMED = 12
"""So many of the highest carry their number beside the dot; more would lie over each other."""


class Dot(NamedTuple):
    """A finding in the scatter: means from 1 to 5, standard deviations, number of ratings."""

    number: int
    interest: float
    feasibility: float
    interest_spread: float
    feasibility_spread: float
    ratings: int


def _x(value: float) -> float:
    return LEFT + (value - 1) / 4 * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - (value - 1) / 4 * (HEIGHT - TOP - BOTTOM)


def scatter(dots: Sequence[Dot], *, title: str, across: str, up: str) -> Markup:
    """Feasibility to the right, interest upwards; bars show one standard deviation, the size of a dot how many rated it.

    `dots` come highest first. The table beside the picture says the same in numbers.
    """
    marks = "".join(_dot(dot, named=place < MOST_NAMED) for place, dot in reversed(list(enumerate(dots))))
    return Markup(  # noqa: S704 - the words are escaped, all else is numbers.
        f'<svg class="scat" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(title)}">{_axes(across, up)}{marks}</svg>'
    )


def _axes(across: str, up: str) -> str:
    lines = []
    for value in range(1, 6):
        x, y = _x(value), _y(value)
        lines.append(
            f'<path class="sc-l" d="M{x:.1f} {TOP:g}V{HEIGHT - BOTTOM:g}M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}"/>'
        )
        lines.append(f'<text class="st m" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20:g}">{value}</text>')
        lines.append(f'<text class="st e" x="{LEFT - 10:g}" y="{y + 4:.1f}">{value}</text>')
    lines.append(f'<text class="st b e" x="{WIDTH - RIGHT:g}" y="{HEIGHT - 10:g}">{escape(across)} →</text>')
    lines.append(f'<text class="st b e" transform="translate(16 {TOP:g}) rotate(-90)">{escape(up)} →</text>')
    return "".join(lines)


def _dot(dot: Dot, *, named: bool) -> str:
    x, y, radius = _x(dot.feasibility), _y(dot.interest), 4 + min(dot.ratings, 16) ** 0.5 * 1.6
    low, high = (
        _x(max(dot.feasibility - dot.feasibility_spread, 1)),
        _x(min(dot.feasibility + dot.feasibility_spread, 5)),
    )
    down, top = _y(max(dot.interest - dot.interest_spread, 1)), _y(min(dot.interest + dot.interest_spread, 5))
    kind = " top" if named else ""
    bars = f'<path class="sc-s{kind}" d="M{low:.1f} {y:.1f}H{high:.1f}M{x:.1f} {down:.1f}V{top:.1f}"/>'
    label = f'<text class="st b" x="{x + radius + 3:.1f}" y="{y - 4:.1f}">{dot.number}</text>' if named else ""
    return f'{bars}<circle class="sc-d{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>{label}'


def qr_code(address: str, *, title: str) -> Markup:
    """A QR code of an address, in the colour of the text around it."""
    code = segno.make(address, error="m")
    quiet, rows = 4, list(code.matrix)
    size = len(rows) + 2 * quiet
    path = "".join(
        f"M{column + quiet} {line + quiet}h1v1h-1z"
        for line, row in enumerate(rows)
        for column, dark in enumerate(row)
        if dark
    )
    return Markup(  # noqa: S704 - the title is escaped, the path is numbers.
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{escape(title)}" shape-rendering="crispEdges">'
        f'<rect class="qr-b" width="{size}" height="{size}"/><path class="qr-d" d="{path}"/></svg>'
    )
