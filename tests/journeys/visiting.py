"""What people of the demo region do on every tour: sign in, and take a course."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, Page, expect

from tests.journeys.looking import look

PASSWORD = "a-password-of-the-tour"


def signed_in(browser: Browser, url: str, email: str, width: int) -> Page:
    context = browser.new_context(base_url=url, viewport={"width": width, "height": 800}, locale="sv-SE")
    page = context.new_page()
    page.goto("/konto/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page).to_have_url(f"{url}/")
    return page


def write_password_again(page: Page) -> None:
    """A signature asks for it where the last time was a while ago."""
    expect(page).to_have_url(re.compile("/konto/reauthenticate/"))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def take(page: Page, answers: Mapping[str, str], name: str) -> None:
    """Start the course from its own page and go through it as a reader does, giving `answers` (question -> option)."""
    page.locator(".player-bar form button").click()
    looked: set[str] = set()
    while "/resultat/" not in page.url:
        page.locator("module-player[data-ready]").wait_for()
        step = page.locator("[data-step]:not([hidden])")
        kind = "question" if step.locator("form.question").count() else step.get_attribute("data-kind") or "answered"
        if kind not in looked:
            looked.add(kind)
            look(page, f"{name}-{kind}")
        if kind == "question":
            step.locator("label", has_text=answers[step.locator("legend").inner_text()]).click()
            page.locator("[data-send]").click()
            expect(step.locator(".feedback")).to_have_attribute("data-result", "right")
        elif page.locator("[data-next]").is_visible():
            page.locator("[data-next]").click()
        else:
            with page.expect_navigation():
                page.locator("#finish button, #finish a").first.click()
