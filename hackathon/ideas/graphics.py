"""The picture of where an idea comes from: findings, question, idea, team. A pure function of words, so it is made once."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup, escape

GAP = 24
LINE = 17


class Node(NamedTuple):
    """A box of the picture: a name in bold, and words under it."""

    name: str
    words: str = ""


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    kind: str
    node: Node
    lines: list[str]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width


@lru_cache(maxsize=512)
def trace(
    findings: tuple[Node, ...], question: Node | None, idea: Node, after: tuple[Node, ...], title: str, description: str
) -> Markup:
    """Columns from left to right with arrows between neighbours; a column that is empty is left out.

    `title` and `description` tell the same in words.
    """
    columns = [
        ("f", 192.0, findings),
        ("q", 188.0, (question,) if question else ()),
        ("i", 184.0, (idea,)),
        ("o", 168.0, after),
    ]
    boxes: list[list[_Box]] = []
    x = 0.0
    for kind, width, nodes in columns:
        if nodes:
            boxes.append(_column(x, width, kind, nodes))
            x += width + 44
    height = max(column[-1].y + column[-1].height for column in boxes)
    boxes = [[box._replace(y=box.y + (height - _end(column)) / 2) for box in column] for column in boxes]
    arrows = [_arrow(start, end) for left, right in pairwise(boxes) for start in left for end in right]
    shapes = "".join(arrows) + "".join(_shape(box) for column in boxes for box in column)
    return Markup(  # noqa: S704 - all words are escaped.
        f'<svg class="trace" viewBox="-2 -2 {max(x - 40, 760):g} {height + 4:g}" role="img" aria-labelledby="tr-t tr-d">'
        f'<title id="tr-t">{escape(title)}</title><desc id="tr-d">{escape(description)}</desc>{shapes}</svg>'
    )


def _end(column: list[_Box]) -> float:
    return column[-1].y + column[-1].height


def _column(x: float, width: float, kind: str, nodes: tuple[Node, ...]) -> list[_Box]:
    boxes: list[_Box] = []
    y = 0.0
    for node in nodes:
        inset = 44 if kind == "f" else 28
        lines = wrap(node.words, int((width - inset) / 6.4), max_lines=4 if kind != "f" else 2, placeholder=" …")
        height = 58.0 if kind == "f" and len(lines) < 2 else 40 + LINE * len(lines)
        boxes.append(_Box(x, y, width, height, kind, node, lines))
        y += height + GAP
    return boxes


def _arrow(start: _Box, end: _Box) -> str:
    x, y, to_x, to_y = start.right, start.middle, end.x - 7, end.middle
    bend = (x + to_x) / 2
    return (
        f'<path class="tr-e" d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {to_y:g} {to_x:g} {to_y:g}"/>'
        f'<path class="tr-a" d="M{to_x - 2:g} {to_y - 5:g}L{to_x + 6:g} {to_y:g}L{to_x - 2:g} {to_y + 5:g}"/>'
    )


def _shape(box: _Box) -> str:
    inset = 22 if box.kind == "f" else 14
    radius = min(box.height / 2, 29) if box.kind == "f" else 12
    y = box.middle - LINE * len(box.lines) / 2 + 5
    words = f'<text class="st b" x="{box.x + inset:g}" y="{y:g}">{escape(box.node.name)}</text>'
    for number, line in enumerate(box.lines, 1):
        words += f'<text class="st" x="{box.x + inset:g}" y="{y + LINE * number:g}">{escape(line)}</text>'
    rectangle = f'<rect class="tr-n {box.kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}"/>'
    return rectangle + words
