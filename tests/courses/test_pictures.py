"""Which drawing a course shows."""

from __future__ import annotations

import json
from collections import Counter

from django.conf import settings

from courses.pictures import DRAWN_AREAS, picture_of


def test_the_first_competency_chooses_the_drawing_where_its_area_has_one() -> None:
    assert picture_of("kompetensutveckling", ["LMD-05", "OMV-05"]) == "lakemedel"
    assert picture_of("kompetensutveckling", ["OMV-02", "SAK-02"]) == "omvardnad"


def test_a_course_falls_back_on_its_focus_area() -> None:
    assert picture_of("samverkan", ["SAM-01", "LMD-01"]) == "samverkan"
    assert picture_of("egenvard", []) == "egenvard"


def test_every_drawing_named_exists() -> None:
    for name in DRAWN_AREAS.values():
        assert (settings.BASE_DIR / "static" / "illustrations" / f"{name}.svg").is_file()


def test_no_drawing_serves_more_than_a_fifth_of_the_courses_we_ship() -> None:
    courses = json.loads((settings.BASE_DIR / "courses" / "data" / "courses.json").read_text())["courses"]
    used = Counter(picture_of(it["focus_area"], [taught["competency"] for taught in it["teaches"]]) for it in courses)
    assert max(used.values()) <= len(courses) / 5, used
