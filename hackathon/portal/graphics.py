"""Every picture of the face as inline SVG: pure functions of numbers and words, so the same input gives the same cached markup.

Colours come from the classes (hackathon/static/css); nothing here sets a style, so the Content-Security-Policy holds. Words are
parameters, already translated by the caller. Sizes are in the units of each picture's viewBox.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

Points = tuple[tuple[float, float], ...]

GOLDEN_ANGLE = 137.507764  # Degrees; successive dots at this angle fill a disc evenly (Vogel's spiral).
SECTOR_HUES = {"1": "h", "2": "t", "3": "k", "4": "a", "5": "e"}
LAP_STEPS = 6


def polar(cx: float, cy: float, radius: float, angle: float) -> tuple[float, float]:
    """The point at ``angle`` degrees clockwise from twelve o'clock."""
    return cx + radius * math.sin(math.radians(angle)), cy - radius * math.cos(math.radians(angle))


def arc(cx: float, cy: float, radius: float, start: float, end: float) -> str:
    """Path data of a clockwise arc between two angles in degrees."""
    x, y = polar(cx, cy, radius, start)
    end_x, end_y = polar(cx, cy, radius, end)
    return f"M{x:.2f} {y:.2f}A{radius:g} {radius:g} 0 {int(end - start > 180)} 1 {end_x:.2f} {end_y:.2f}"


def svg(css_class: str, width: float, height: float, body: str, title: str = "", more: str = "") -> Markup:
    """Wrap shapes in an ``<svg>``; with a title it is a picture with that name, without one it is decoration."""
    box = f'<svg class="{css_class}" viewBox="0 0 {width:g} {height:g}"{more}'
    if title:
        return Markup(f'{box} role="img" aria-label="{escape(title)}">{body}</svg>')  # noqa: S704 (title is escaped)
    return Markup(f'{box} aria-hidden="true" focusable="false">{body}</svg>')  # noqa: S704 (made of numbers)


# --- identity ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def logo_mark() -> Markup:
    """The ring of five: butt ends are agencies, round ends external, the lingon arc the idea that they share."""
    segments = (
        ("a", "butt", 4, 70),
        ("e", "round", 82, 138),
        ("a", "butt", 150, 216),
        ("x", "butt", 222, 282),
        ("e", "round", 294, 350),
    )
    body = "".join(
        f'<path class="lg-{who}" fill="none" stroke-width="5.4" stroke-linecap="{cap}" d="{arc(16, 16, 12.4, start, end)}"/>'
        for who, cap, start, end in segments
    )
    return svg("mark", 32, 32, body)


@lru_cache(maxsize=LAP_STEPS + 1)
def lap_ring(step: int, steps: int = LAP_STEPS) -> Markup:
    """The lap of the year: ``steps`` segments, those before ``step`` (from 1) done, that one lit."""
    sector, gap = 360 / steps, 14
    state = ["done" if number < step else "now" if number == step else "" for number in range(1, steps + 1)]
    body = "".join(
        f'<path class="lap-s {name}" d="{arc(16, 16, 12.5, index * sector + gap / 2, (index + 1) * sector - gap / 2)}"/>'
        for index, name in enumerate(state)
    )
    return svg("lap-r", 32, 32, body)


# --- people -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def pool_mark(pool_key: str, sign: str | None = None, label: str = "", size: str = "") -> Markup:
    """Square with the sector's sign for an agency, circle with N for everybody else; see components/marks.html."""
    if pool_key == "agency":
        sign = sign or "M"
        css = f"pm m {SECTOR_HUES.get(sign, '')} {size}"
    else:
        sign, css = "N", f"pm n {size}"
    if not label:
        return Markup('<span class="{}" aria-hidden="true">{}</span>').format(css, sign)
    return Markup('<span class="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>').format(
        css, sign, label
    )


@lru_cache(maxsize=512)
def dots(agency: int, external: int, label: str = "") -> Markup:
    """One shape per person, squares first; ``label`` says the numbers in words (none: they stand beside it)."""
    shapes = Markup("<i></i>") * agency + Markup('<i class="o"></i>') * external
    if not label:
        return Markup('<span class="dots" aria-hidden="true">{}</span>').format(shapes)
    return Markup('<span class="dots" role="img" aria-label="{}">{}</span>').format(label, shapes)


# --- landing ----------------------------------------------------------------------------------------------------------


def _cluster(kinds: str) -> str:
    """One team: up to five people, ``m`` a square and ``n`` a circle, around the origin."""
    places = ((-17, -19), (17, -19), (0, 5), (-17, 28), (17, 28))
    return "".join(
        f'<rect class="hr-m" x="{x - 9.5}" y="{y - 9.5}" width="19" height="19" rx="4.5"/>' if kind == "m"
        else f'<circle class="hr-n" cx="{x}" cy="{y}" r="8.6"/>'
        for (x, y), kind in zip(places, kinds, strict=False)
    )  # fmt: skip


@lru_cache(maxsize=16)
def hero_ring(big: str, small: str, title: str, teams: int = 16, lit: int = 2) -> Markup:
    """The hero: a ring of teams of five from both pools, with two lines of words in the middle. ``lit``: the arc in colour."""
    step, body = 360 / teams, []
    for index in range(teams):
        start = index * step
        x, y = polar(320, 320, 246, start + step / 2)
        kinds = "mmmnn" if index % 2 == 0 else "mmnnn"
        turn = index * 2 % 5
        body.append(
            f'<path class="hr-arc{" hi" if index + 1 == lit else ""}" d="{arc(320, 320, 300, start + 2.4, start + step - 2.4)}"/>'
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({start + step / 2:.1f})">{_cluster(kinds[turn:] + kinds[:turn])}</g>'
        )
    words = f'<text class="hr-big" x="320" y="322" text-anchor="middle">{escape(big)}</text>'
    words += f'<text class="hr-sm" x="320" y="358" text-anchor="middle">{escape(small)}</text>'
    return svg("hring", 640, 640, "".join(body) + words, title)


@lru_cache(maxsize=64)
def journey_dots(kind: str, count: int) -> Markup:
    """A disc with one dot for each: ``kind`` f (findings), q (questions) or i (ideas). Dots grow as they get fewer."""
    size = max(1.6, min(9.0, 62 / math.sqrt(max(count, 1)) * 0.62))
    body = []
    for index in range(count):
        x, y = polar(75, 75, (72 - size) * math.sqrt((index + 0.5) / count), index * GOLDEN_ANGLE)
        body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>')
    return svg("jp", 150, 150, f'<g class="j-{kind}">{"".join(body)}</g>')


@lru_cache(maxsize=16)
def journey_teams(teams: int = 16, size: int = 5) -> Markup:
    """A disc of teams, each a small ring of squares and circles."""
    body = []
    for index in range(teams):
        x, y = polar(75, 75, 58 * math.sqrt((index + 0.6) / teams), index * GOLDEN_ANGLE)
        for person in range(size):
            px, py = polar(x, y, 5.6, person * 360 / size + index * 20)
            if person < (size + 1) // 2 - index % 2:
                body.append(
                    f'<rect class="j-m" x="{px - 2.4:.1f}" y="{py - 2.4:.1f}" width="4.8" height="4.8" rx="1"/>'
                )
            else:
                body.append(f'<circle class="j-n" cx="{px:.1f}" cy="{py:.1f}" r="2.5"/>')
    return svg("jp", 150, 150, "".join(body))


@lru_cache(maxsize=32)
def journey_rings(count: int) -> Markup:
    """A circle of rings: pilots, or ideas that were adopted. One ring stands in the middle."""
    radius = 0 if count == 1 else 52
    size = min(13.0, math.pi * 52 / max(count, 2) * 0.62)
    body = "".join(
        '<circle class="j-ring" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>'.format(
            *polar(75, 75, radius, index * 360 / count), size
        )
        for index in range(count)
    )
    return svg("jp", 150, 150, body)


@lru_cache(maxsize=128)
def places(pool_key: str, capacity: int, taken: int, title: str = "") -> Markup:
    """A pool's places in rows of ten: squares in the sectors' hues or circles, the taken ones filled."""
    body = []
    for index in range(capacity):
        x, y = index % 10 * 40 + 20, index // 10 * 29 + 14
        full = " f" if index < taken else ""
        if pool_key == "agency":
            body.append(
                f'<rect class="plm k{index % 5}{full}" x="{x - 10}" y="{y - 10}" width="20" height="20" rx="5"/>'
            )
        else:
            body.append(f'<circle class="pln{full}" cx="{x}" cy="{y}" r="8.5"/>')
    return svg("plg", 400, 29 * math.ceil(capacity / 10), "".join(body), title)


# --- board ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def funnel(reached: tuple[int, ...]) -> Markup:
    """How many ideas have reached each stage, as a band that narrows; lies behind the numbers of ``.strip``."""
    width, height = 200.0 * len(reached), 56.0
    most = max(reached, default=0) or 1
    sizes = [max(value / most * height, 1.5) for value in (*reached, reached[-1] if reached else 0)]
    upper, lower = f"M0 {(height - sizes[0]) / 2:.1f}", ""
    for index in range(len(reached)):
        x, bend, end = index * 200, index * 200 + 170, (index + 1) * 200
        a, b = (height - sizes[index]) / 2, (height - sizes[index + 1]) / 2
        upper += f"H{x + 124}C{bend} {a:.1f} {bend} {b:.1f} {end} {b:.1f}"
        lower = f"C{bend} {height - b:.1f} {bend} {height - a:.1f} {x + 124} {height - a:.1f}H{x}" + lower
    middle = f"V{(height + sizes[-1]) / 2:.1f}"
    paint = '<defs><linearGradient id="fg"><stop class="fg1" offset="0"/><stop class="fg2" offset="1"/></linearGradient></defs>'
    return svg(
        "fun",
        width,
        height,
        f'{paint}<path fill="url(#fg)" d="{upper}{middle}{lower}Z"/>',
        more=' preserveAspectRatio="none"',
    )


# --- studio -----------------------------------------------------------------------------------------------------------


def _nice_steps(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers between low and high for the lines of a chart (1, 2 or 5 times a power of ten)."""
    if high <= low:
        return [low]
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(step * number, 10) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _stairs(points: Sequence[tuple[float, float]]) -> str:
    """Path data of a value that holds until the next point: right, then up or down."""
    (x, y), *rest = points
    return f"M{x:.1f} {y:.1f}" + "".join(f"H{px:.1f}V{py:.1f}" for px, py in rest)


def _extended(points: Points, until: float) -> Points:
    """The last value holds until the end of the time axis."""
    return points if not points or points[-1][0] >= until else (*points, (until, points[-1][1]))


@lru_cache(maxsize=64)
def progress_curve(
    costs: Points, bounds: Points, seconds: float, title: str, cost_label: str, bound_label: str
) -> Markup:
    """The best cost found and the proven bound over time, each as (seconds, value); the tinted area is what may be left to win.

    ``title`` says the same in words, for those who do not see the picture. Either list may be empty.
    """
    costs, bounds = _extended(costs, seconds), _extended(bounds, seconds)
    values = [value for _, value in (*costs, *bounds)] or [0.0, 1.0]
    low, high = min(values), max(values)
    pad = (high - low or 1.0) * 0.06
    width, height, left, right, top, bottom = 540.0, 150.0, 44.0, 418.0, 12.0, 124.0

    def place(points: Points) -> list[tuple[float, float]]:
        scale = (bottom - top) / (high - low + 2 * pad)
        return [
            (left + (right - left) * when / (seconds or 1), top + (high + pad - value) * scale)
            for when, value in points
        ]

    lines = [(value, place(((0.0, value),))[0][1]) for value in _nice_steps(low, high)]
    body = "".join(
        f'<path class="grid" d="M{left:g} {y:.1f}H{right:g}"/><text class="st e" x="{left - 8:g}" y="{y + 4:.1f}">{value:g}</text>'
        for value, y in lines
    )
    body += "".join(
        f'<text class="st m" x="{left + (right - left) * part / 4:.1f}" y="{height - 6:g}">{seconds * part / 4:.3g} s</text>'
        for part in range(5)
    )
    return svg(
        "curve", width, height, body + _curves(place(costs), place(bounds), right, cost_label, bound_label), title
    )


def _curves(
    cost: list[tuple[float, float]], bound: list[tuple[float, float]], right: float, cost_label: str, bound_label: str
) -> str:
    """The two stairs of the progress curve, the gap between them and their labels."""
    body = ""
    if cost and bound:
        start = cost[0][0]
        back = "".join(
            f"V{y:.1f}H{max(x, start):.1f}"
            for index, (x, y) in enumerate(bound[-2::-1])
            if bound[-1 - index][0] > start
        )
        body += f'<path class="cv-gap" d="{_stairs(cost)}V{bound[-1][1]:.1f}{back}Z"/>'
    label_y = [points[-1][1] for points in (cost, bound) if points]
    close = len(label_y) == 2 and label_y[1] - label_y[0] < 18
    if cost:
        x, y = cost[-1]
        body += f'<path class="cv-ub" d="{_stairs(cost)}"/><circle class="cv-dot" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        body += f'<text class="st b" x="{right + 12:g}" y="{y - 6 if close else y + 4:.1f}">{escape(cost_label)}</text>'
    if bound:
        x, y = bound[-1]
        body += f'<path class="cv-lb" d="{_stairs(bound)}"/><rect class="cv-dot2" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        body += f'<text class="st" x="{right + 12:g}" y="{y + 14 if close else y + 4:.1f}">{escape(bound_label)}</text>'
    return body


# --- the day ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def floor_plan(tables: int, mine: int | None, title: str, stage: str, entrance: str, window: str) -> Markup:
    """The hall from above, the stage at the top, tables numbered row by row in sixes; ``mine`` is filled.

    ``title`` tells in words where the table stands.
    """
    rows = max(1, math.ceil(tables / 6))
    height = 42 + rows * 36
    body = [f'<rect class="fl-room" x="1" y="1" width="338" height="{height - 2}" rx="14"/>']
    body.append('<path class="fl-stage" d="M120 1h100v12a8 8 0 0 1-8 8h-84a8 8 0 0 1-8-8z"/>')
    body.append(f'<text class="st m" x="170" y="15">{escape(stage)}</text>')
    for number in range(1, tables + 1):
        row, column = divmod(number - 1, 6)
        in_row = min(6, tables - row * 6)
        x, y = 170 + (column - (in_row - 1) / 2) * 53, 46 + row * 36
        me = " me" if number == mine else ""
        body.append(f'<circle class="fl-t{me}" cx="{x:g}" cy="{y}" r="{15 if me else 12}"/>')
        body.append(f'<text class="fl-n{me}" x="{x:g}" y="{y + 4.5}">{number}</text>')
    body.append(f'<text class="st" x="12" y="{height - 8}">{escape(entrance)}</text>')
    body.append(f'<text class="st e" x="328" y="{height - 8}">{escape(window)}</text>')
    return svg("floor", 340, height, "".join(body), title)


# --- reveal -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def reveal_ring(parts: int = 3) -> Markup:
    """The ring of the reveal; each step fills one part, and the last closes it. Part n of N has the class ``rv-n``."""
    sector = 360 / parts
    body = "".join(
        f'<path class="rv-bg" d="{path}"/><path class="rv-s rv-{parts - index}" d="{path}"/>'
        for index in range(parts)
        for path in (arc(240, 240, 205, index * sector + 9, (index + 1) * sector - 9),)
    )
    return svg("rvring", 480, 480, body)


@lru_cache(maxsize=256)
def bar(value: float, total: float, kind: str = "") -> Markup:
    """A bar of ``value`` out of ``total``; the number belongs in words beside it. kind: pos, warn, hot, dim or none."""
    share = min(max(100 * value / total, 0), 100) if total else 0
    body = f'<rect class="bar-b" width="100" height="8"/><rect class="bar-f {kind}" width="{share:.1f}" height="8"/>'
    return svg("bar", 100, 8, body, more=' preserveAspectRatio="none"')
