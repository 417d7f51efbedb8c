"""Which of our drawings stands for a course: pure, and the same every time.

A course whose first competency belongs to an area with a drawing of its own shows that one, so that a large focus area
does not repeat one picture; every other course shows the drawing of its focus area.
"""

from __future__ import annotations

from collections.abc import Sequence

DRAWN_AREAS = {"OMV": "omvardnad", "LMD": "lakemedel", "SPC": "narvaro", "SAK": "trygghet"}


def picture_of(focus_area: str, competencies: Sequence[str]) -> str:
    """Return the name of the drawing for a course that teaches `competencies`, the main one first."""
    area = competencies[0].partition("-")[0] if competencies else ""
    return DRAWN_AREAS.get(area, focus_area)
