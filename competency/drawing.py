"""The competence map: a person's levels as the year rings of a tree, one sector per area, one wedge per competency.

Pure geometry in the units of the drawing's own view box; colours, themes and words belong to the template and the style
sheet. The wedge reaches out to the level held, its rim marks the level asked for; the table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

TOP_LEVEL = 4
CORE = 26.0
RING = 15.0
RIM = CORE + RING * TOP_LEVEL
BADGE = RIM + 9.0
AREA_GAP = pi / 60
OPENING = pi / 14
WEDGE_GAP = pi / 400


@dataclass(frozen=True)
class Mark:
    """One competency to draw: the level held, the level asked for (0 when nobody asks) and the state for its colour."""

    code: str
    held: int
    asked: int
    state: str


@dataclass(frozen=True)
class Ring:
    """A level of the scale; its number stands in the opening at the top, where no wedge is."""

    level: int
    radius: float

    @property
    def label_y(self) -> float:
        return RING / 2 - self.radius


@dataclass(frozen=True)
class Wedge:
    code: str
    state: str
    ground: str
    body: str
    goal: str


@dataclass(frozen=True)
class Sector:
    number: int
    badge_x: float
    badge_y: float
    wedges: tuple[Wedge, ...]


@dataclass(frozen=True)
class Drawing:
    rings: tuple[Ring, ...]
    sectors: tuple[Sector, ...]


def radius_of(level: int) -> float:
    return CORE + RING * level


def draw(areas: Sequence[Sequence[Mark]]) -> Drawing:
    """Return the drawing of `areas` in their order, clockwise from the opening; every wedge has the same angle."""
    count = sum(len(marks) for marks in areas)
    rings = tuple(Ring(level, radius_of(level)) for level in range(1, TOP_LEVEL + 1))
    if not count:
        return Drawing(rings, ())
    step = (2 * pi - OPENING - AREA_GAP * (len(areas) - 1)) / count
    sectors: list[Sector] = []
    angle = OPENING / 2
    for number, marks in enumerate(areas, start=1):
        end = angle + step * len(marks)
        sectors.append(_sector(number, marks, angle, step))
        angle = end + AREA_GAP
    return Drawing(rings, tuple(sectors))


def _sector(number: int, marks: Sequence[Mark], start: float, step: float) -> Sector:
    wedges = tuple(_wedge(mark, start + step * place, start + step * (place + 1)) for place, mark in enumerate(marks))
    x, y = _point(BADGE, start + step * len(marks) / 2)
    return Sector(number, round(x, 1), round(y, 1), wedges)


def _wedge(mark: Mark, start: float, end: float) -> Wedge:
    start, end = start + WEDGE_GAP, end - WEDGE_GAP
    return Wedge(
        code=mark.code,
        state=mark.state,
        ground=_slice(CORE, radius_of(mark.asked), start, end) if mark.asked else "",
        body=_slice(CORE, radius_of(mark.held), start, end) if mark.held else "",
        goal=_arc(radius_of(mark.asked), start, end) if mark.asked else "",
    )


def _slice(inner: float, outer: float, start: float, end: float) -> str:
    """Return the path of a ring segment between two radii and two angles."""
    large = int(end - start > pi)
    return (
        f"M{_at(inner, start)}L{_at(outer, start)}A{outer:g} {outer:g} 0 {large} 1 {_at(outer, end)}"
        f"L{_at(inner, end)}A{inner:g} {inner:g} 0 {large} 0 {_at(inner, start)}Z"
    )


def _arc(radius: float, start: float, end: float) -> str:
    return f"M{_at(radius, start)}A{radius:g} {radius:g} 0 {int(end - start > pi)} 1 {_at(radius, end)}"


def _at(radius: float, angle: float) -> str:
    x, y = _point(radius, angle)
    return f"{x:.1f} {y:.1f}"


def _point(radius: float, angle: float) -> tuple[float, float]:
    """Return the point at `angle` from the top, clockwise, with y downwards as SVG has it."""
    return radius * sin(angle), -radius * cos(angle)
