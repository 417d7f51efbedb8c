from __future__ import annotations

import re
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from competency.drawing import BADGE, CORE, RIM, Mark, draw, radius_of

marks = st.builds(Mark, code=st.just("X"), held=st.integers(0, 4), asked=st.integers(0, 4), state=st.just("met"))
areas = st.lists(st.lists(marks, min_size=1, max_size=9), max_size=10)
POINT = re.compile(r"[ML](-?[\d.]+) (-?[\d.]+)| (-?[\d.]+) (-?[\d.]+)(?=[LZ]|$)")


def points(path: str) -> list[tuple[float, float]]:
    found = [tuple(float(part) for part in match if part) for match in POINT.findall(path)]
    return [(x, y) for x, y in found]


@given(areas)
def test_every_competency_gets_one_wedge_in_the_order_given(rows: list[list[Mark]]) -> None:
    drawing = draw(rows)
    assert [len(sector.wedges) for sector in drawing.sectors] == [len(row) for row in rows]
    assert [sector.number for sector in drawing.sectors] == list(range(1, len(rows) + 1))


@given(areas)
def test_a_wedge_reaches_exactly_the_level_held_and_its_rim_the_level_asked(rows: list[list[Mark]]) -> None:
    drawn = [wedge for sector in draw(rows).sectors for wedge in sector.wedges]
    for mark, wedge in zip([mark for row in rows for mark in row], drawn, strict=True):
        assert bool(wedge.body) == bool(mark.held)
        assert bool(wedge.goal) == bool(wedge.ground) == bool(mark.asked)
        if mark.held:
            reach = max(hypot(x, y) for x, y in points(wedge.body))
            assert abs(reach - radius_of(mark.held)) < 0.15
        if mark.asked:
            assert all(abs(hypot(x, y) - radius_of(mark.asked)) < 0.15 for x, y in points(wedge.goal))


@given(areas)
def test_nothing_is_drawn_inside_the_core_or_outside_the_rim(rows: list[list[Mark]]) -> None:
    for sector in draw(rows).sectors:
        assert abs(hypot(sector.badge_x, sector.badge_y) - BADGE) < 0.15
        for wedge in sector.wedges:
            for path in (wedge.ground, wedge.body, wedge.goal):
                assert all(CORE - 0.15 <= hypot(x, y) <= RIM + 0.15 for x, y in points(path))


def test_an_empty_map_has_its_rings_and_nothing_else() -> None:
    drawing = draw([])
    assert drawing.sectors == ()
    assert len(drawing.rings) == 4
