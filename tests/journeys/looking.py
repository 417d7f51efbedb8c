"""Looks at a page as people will meet it: at three widths, in both themes, and with axe-core."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

WIDTHS = {360: 740, 768: 1024, 1280: 900}
THEMES = ("light", "dark")
WHERE = Path(settings.BASE_DIR) / "var" / "tour"


def look(page: Page, name: str) -> None:
    """Take the six pictures of the page as it stands; axe-core finds nothing on a phone or a desk, in either theme."""
    WHERE.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert_no_sideways_scroll(page, name, width)
            page.screenshot(path=WHERE / f"{name}-{width}-{theme}.png", full_page=True)
            if width in (min(WIDTHS), max(WIDTHS)):
                assert_accessible(page, f"{name}, {width} px, {theme}")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if before:
        page.set_viewport_size(before)


def assert_accessible(page: Page, name: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}\n{found.generate_report()}"


def assert_no_sideways_scroll(page: Page, name: str, width: int) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width} px"
