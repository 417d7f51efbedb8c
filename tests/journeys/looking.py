"""Looks at a page as people will meet it: at three widths, in both themes, and with axe-core.

`JOURNEYS_LOOK` says how closely. By default each width and each theme is looked at, but not each pair of them. With
`pictures` all six are, and pictures of them are kept in `var/tour/`. With `no` a journey is only walked, as on a second
database, where every page looks the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

PHONE, TABLET, DESK = (360, 740), (768, 1024), (1280, 900)
USUAL = (("light", PHONE), ("light", TABLET), ("dark", DESK))
EVERY = tuple(product(("light", "dark"), (PHONE, TABLET, DESK)))
LOOK = os.environ.get("JOURNEYS_LOOK", "")
SIGHTS = {"": USUAL, "pictures": EVERY, "no": ()}[LOOK]
# Asked once and awaited there: a page whose policy forbids eval cannot be polled.
STANDS_STILL = "() => Promise.allSettled(document.getAnimations().map(moving => moving.finished))"
WHERE = Path(settings.BASE_DIR) / "var" / "tour"


def look(page: Page, name: str, theirs: Mapping[str, str] | None = None) -> None:
    """Nothing scrolls sideways at any width, and axe-core finds nothing on a phone or a desk.

    `theirs`: what axe finds in parts that are not ours, as rule -> a selector that holds every place of it.
    """
    page.wait_for_load_state()
    before = page.viewport_size
    for theme, (width, height) in SIGHTS:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(STANDS_STILL)
        assert_no_sideways_scroll(page, name, width)
        if LOOK == "pictures":
            page.screenshot(path=WHERE / f"{name}-{width}-{theme}.png", full_page=True)
        if width != TABLET[0]:
            assert_accessible(page, f"{name}, {width} px, {theme}", theirs)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if before:
        page.set_viewport_size(before)


def assert_accessible(page: Page, name: str, theirs: Mapping[str, str] | None = None) -> None:
    found = Axe().run(page)
    ours = [rule for rule in found.response["violations"] if not _is_theirs(page, rule, theirs or {})]
    assert not ours, f"{name}\n{[rule['id'] for rule in ours]}\n{found.generate_report()}"


def _is_theirs(page: Page, rule: Mapping[str, Any], theirs: Mapping[str, str]) -> bool:
    within = theirs.get(rule["id"])
    places = [page.locator(node["target"][-1]).first for node in rule["nodes"]]
    return within is not None and all(
        place.evaluate("(it, within) => !!it.closest(within)", within) for place in places
    )


def assert_no_sideways_scroll(page: Page, name: str, width: int) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width} px"
