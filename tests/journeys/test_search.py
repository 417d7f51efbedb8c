"""She stands in a hallway with a phone, types what she calls it, and lands on the paragraph that says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from competency.api import load_framework
from courses.api import COURSE_DATA, import_collection
from people.api import now
from search.log.models import LoggedSearch
from tests.journeys.looking import look
from tests.people import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FRAMEWORK = Path("competency/data/competency_framework.json")
COURSES = {
    "blodtryck-och-puls",
    "trycksar",
    "kontinens-kateter-och-urinprov",
    "basala-hygienrutiner",
    "diabetes-och-insulin-pa-delegering",
    "fallprevention-senior-alert",
}
# What is typed, the course that it leads to, and a word of the paragraph there.
SOUGHT = [
    ("blod tryck", "/kurser/blodtryck-och-puls/", "tryck"),
    ("hur ofta vända", "/kurser/trycksar/", "läge"),
    ("KAD", "/kurser/kontinens-kateter-och-urinprov/", "kateter"),
    ("sprita hander", "/kurser/basala-hygienrutiner/", "sprit"),
    ("insullin", "/kurser/diabetes-och-insulin-pa-delegering/", "insulin"),
]


@pytest.fixture
def shelf(live_server: object, tmp_path: Path) -> None:
    """Some of the courses that ship, with neighbours that share their words."""
    everything = json.loads((COURSE_DATA / "courses.json").read_text("utf-8"))
    some = [course for course in everything["courses"] if course["slug"] in COURSES]
    file = tmp_path / "courses.json"
    file.write_text(json.dumps(everything | {"courses": some}), "utf-8")
    load_framework(FRAMEWORK, now(), owner=make.region())
    import_collection(file, COURSE_DATA / "course_bodies", now())


def test_five_searches_on_a_phone_land_on_the_paragraph(page: Page, shelf: None) -> None:
    page.goto("/kurser/")
    page.locator("header a[href='/sok/']").click()
    look(page, "search-before")
    for number, (words, course, about) in enumerate(SOUGHT, start=1):
        field = page.get_by_role("searchbox")
        expect(field).to_be_focused()
        field.press_sequentially(words, delay=30)
        expect(page.get_by_role("status")).to_contain_text(f"”{words}”")
        look(page, f"search-{number}")
        page.locator("a[data-hit]").first.click()
        page.locator("module-player[data-ready]").wait_for()
        assert course in page.url
        place = page.locator(f"#{page.url.partition('#')[2]}")
        expect(place).to_be_in_viewport()
        assert about in place.locator("xpath=ancestor-or-self::*[contains(@class, 'passage')]").inner_text().casefold()
        page.go_back()
        expect(page.get_by_role("searchbox")).to_have_value(words)
        expect(page.locator("a[data-hit]").first).to_be_visible()
        page.goto("/sok/")
    expect(page.get_by_role("heading", name="Dina senaste sökningar")).to_be_visible()
    latest = page.locator("latest-searches a")
    assert latest.all_inner_texts() == [words for words, _course, _about in reversed(SOUGHT)]
    assert list(LoggedSearch.objects.order_by("pk").values_list("text", "place")) == [
        (words.casefold(), 1) for words, _course, _about in SOUGHT
    ]


def test_nothing_found_is_said_told_of_and_not_a_dead_end(page: Page, shelf: None) -> None:
    page.goto("/sok/?q=kvantfysik")
    look(page, "search-nothing")
    page.get_by_role("button", name="Säg att det saknas").click()
    expect(page.locator(".messages")).to_contain_text("Tack")
    assert list(LoggedSearch.objects.values_list("text", "is_missed")) == [("kvantfysik", True)]
