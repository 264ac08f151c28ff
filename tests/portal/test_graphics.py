"""The pictures: right numbers of shapes, words escaped, valid XML, and nothing that the content security policy forbids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from hackathon.portal import graphics

if TYPE_CHECKING:
    from markupsafe import Markup

COSTS = ((1.2, 640.0), (2.0, 521.0), (19.0, 412.0))
BOUNDS = ((0.5, 250.0), (3.0, 336.0), (46.0, 396.0))
EVIL = '"><script>alert(1)</script>'

PICTURES = {
    "logo_mark": lambda words: graphics.logo_mark(),
    "lap_ring": lambda words: graphics.lap_ring(3),
    "hero_ring": lambda words: graphics.hero_ring(words, words, words),
    "journey_dots": lambda words: graphics.journey_dots("i", 110),
    "journey_teams": lambda words: graphics.journey_teams(),
    "journey_rings": lambda words: graphics.journey_rings(9),
    "places": lambda words: graphics.places("agency", 40, 12, words),
    "funnel": lambda words: graphics.funnel((110, 79, 57, 43, 27, 15, 6)),
    "progress_curve": lambda words: graphics.progress_curve(COSTS, BOUNDS, 60.0, words, words, words),
    "floor_plan": lambda words: graphics.floor_plan(16, 7, words, words, words, words),
    "reveal_ring": lambda words: graphics.reveal_ring(),
    "bar": lambda words: graphics.bar(16, 20, "pos"),
    "pool_mark": lambda words: graphics.pool_mark("agency", "3", words, "lg"),
    "dots": lambda words: graphics.dots(2, 3, words),
}


def shapes(picture: Markup, css_class: str) -> list[ET.Element]:
    """The elements that carry a class."""
    return [element for element in ET.fromstring(picture).iter() if css_class in element.get("class", "").split()]  # noqa: S314


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_well_formed_without_style_or_script(name: str) -> None:
    picture = PICTURES[name](EVIL)
    elements = list(ET.fromstring(picture).iter())  # noqa: S314
    assert not [element for element in elements if element.tag in ("script", "style")]
    assert not [key for element in elements for key in element.keys() if key == "style" or key.startswith("on")]  # noqa: SIM118


@pytest.mark.parametrize("name", PICTURES)
def test_picture_has_only_finite_numbers(name: str) -> None:
    assert not re.search(r"\b(nan|inf)\b", PICTURES[name]("ord"))


def test_picture_with_title_has_a_name_and_without_is_decoration() -> None:
    named = ET.fromstring(graphics.places("agency", 40, 0, "Fyrtio platser"))  # noqa: S314
    silent = ET.fromstring(graphics.places("agency", 40, 0))  # noqa: S314
    assert (named.get("role"), named.get("aria-label")) == ("img", "Fyrtio platser")
    assert (silent.get("role"), silent.get("aria-hidden")) == (None, "true")


def test_lap_ring_lights_one_step_and_marks_those_before_done() -> None:
    ring = graphics.lap_ring(3)
    assert len(shapes(ring, "done")) == 2
    assert len(shapes(ring, "now")) == 1
    assert len(shapes(ring, "lap-s")) == 6


def test_hero_ring_has_forty_places_of_each_pool() -> None:
    ring = graphics.hero_ring("40 + 40", "platser blir 16 team", "Ring")
    assert len(shapes(ring, "hr-m")) == 40
    assert len(shapes(ring, "hr-n")) == 40
    assert len(shapes(ring, "hi")) == 1


def test_journey_draws_one_dot_for_each() -> None:
    dots = ET.fromstring(graphics.journey_dots("f", 397))[0]  # noqa: S314
    assert len(dots) == 397
    assert len(ET.fromstring(graphics.journey_dots("f", 0))[0]) == 0  # noqa: S314
    assert len(shapes(graphics.journey_rings(1), "j-ring")) == 1


def test_places_fill_those_taken_and_no_more() -> None:
    picture = graphics.places("external", 40, 12)
    assert len(shapes(picture, "pln")) == 40
    assert len(shapes(picture, "f")) == 12
    assert len(shapes(graphics.places("agency", 7, 9), "f")) == 7


def test_funnel_narrows_and_stands_an_empty_board() -> None:
    heights = [float(value) for value in re.findall(r"C\d+ (\d+\.\d)", graphics.funnel((110, 79, 6)))]
    assert heights[:3] == sorted(heights[:3])
    assert shapes(graphics.funnel((0, 0)), "fun")


def test_progress_curve_reaches_the_end_of_the_axis() -> None:
    curve = graphics.progress_curve(COSTS, BOUNDS, 60.0, "Kurvan", "Bästa 412", "Gräns 396")
    dot, square = shapes(curve, "cv-dot")[0], shapes(curve, "cv-dot2")[0]
    assert float(dot.attrib["cx"]) == float(square.attrib["x"]) + 4
    assert float(dot.attrib["cy"]) < float(square.attrib["y"]) + 4
    assert "Bästa 412" in curve


def test_progress_curve_gap_never_leaves_the_time_that_is_known() -> None:
    gap = shapes(graphics.progress_curve(COSTS, BOUNDS, 60.0, "t", "c", "b"), "cv-gap")[0].attrib["d"]
    start = float(gap[1 : gap.index(" ")])
    assert min(float(x) for x in re.findall(r"H(\d+\.\d)", gap)) >= start


@pytest.mark.parametrize(("costs", "bounds"), [((), ()), (COSTS, ()), ((), BOUNDS), (((0.0, 5.0),), ((0.0, 5.0),))])
def test_progress_curve_stands_what_is_not_known_yet(costs: graphics.Points, bounds: graphics.Points) -> None:
    curve = graphics.progress_curve(costs, bounds, 60.0, "t", "c", "b")
    assert bool(shapes(curve, "cv-ub")) is bool(costs)
    assert bool(shapes(curve, "cv-lb")) is bool(bounds)
    assert bool(shapes(curve, "cv-gap")) is bool(costs and bounds)


def test_floor_plan_marks_my_table_only() -> None:
    plan = graphics.floor_plan(16, 7, "Salen", "Scen", "Entré", "Fönster")
    assert len(shapes(plan, "fl-t")) == 16
    assert [element.text for element in shapes(plan, "me") if element.text] == ["7"]
    assert not shapes(graphics.floor_plan(16, None, "Salen", "Scen", "Entré", "Fönster"), "me")


def test_pool_mark_tells_pools_apart_by_shape_and_sign() -> None:
    agency, external = graphics.pool_mark("agency", "3"), graphics.pool_mark("external")
    assert 'class="pm m k "' in agency
    assert ">3<" in agency
    assert 'class="pm n "' in external
    assert ">N<" in external


def test_dots_draw_one_shape_per_person() -> None:
    row = ET.fromstring(graphics.dots(2, 3, "två och tre"))  # noqa: S314
    assert [shape.get("class") for shape in row] == [None, None, "o", "o", "o"]


def test_pictures_are_made_once_for_the_same_numbers() -> None:
    assert graphics.lap_ring(4) is graphics.lap_ring(4)
    assert graphics.funnel((9, 3)) is graphics.funnel((9, 3))
