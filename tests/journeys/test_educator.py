"""The educator's half of the loop: what she publishes in the workshop can be taken at once, and is then reviewed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.looking import look
from tests.journeys.visiting import signed_in, take

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "Munhälsa i vardagen"
QUESTION = "Vilken tandborste väljer du?"
RIGHT, WRONG = "En mjuk", "En hård"
# Wagtail's own on every such form: its text editor has no name that a screen reader can say, and the items of a list
# share one.
WAGTAILS = {"aria-input-field-name": "[data-draftail-editor-wrapper]", "landmark-unique": ".w-panel--nested"}


def save(desk: Page, action: str = "") -> None:
    """Press the form's own button: to save a draft, or one of the further actions."""
    if action:
        desk.get_by_role("button", name="Fler åtgärder").click()
    desk.get_by_role("button", name=action or "Spara utkast", exact=True).click()
    expect(desk.locator(".messages .success")).to_be_visible()


def add_block(desk: Page, kind: str) -> None:
    desk.locator(".c-sf-add-button").last.click()
    desk.get_by_role("option", name=kind, exact=True).click()


def write_course(desk: Page) -> None:
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=summary]", "Så hjälper du någon att ha det bra i munnen.")
    desk.fill("[name=lead]", "Du kan borsta tänder på någon annan.")
    desk.fill("[name=minutes]", "5")
    desk.select_option("[name=focus_area]", "egenvard")
    desk.get_by_role("button", name="Lägg till Kompetens som kursen ger").click()
    desk.select_option("[name=teaches-0-competency]", "HYG-02")
    desk.select_option("[name=teaches-0-level]", "1")


def write_module(desk: Page) -> None:
    desk.fill("[name=title]", "Borsta åt någon annan")
    desk.fill("[name=minutes]", "3")
    add_block(desk, "Text")
    desk.locator("[data-draftail-editor-wrapper] [role=textbox]").click()
    desk.keyboard.type("Stå snett bakom och stöd huvudet mot din axel.")
    add_block(desk, "Fråga")
    desk.fill("[name=body-1-value-text]", QUESTION)
    desk.fill("[name=body-1-value-options-0-value-text]", RIGHT)
    desk.check("[name=body-1-value-options-0-value-is_correct]")
    desk.fill("[name=body-1-value-options-1-value-text]", WRONG)
    desk.fill("[name=body-1-value-options-1-value-feedback]", "Den sliter på tandköttet.")
    desk.fill("[name=body-1-value-feedback]", "En mjuk borste skonar tandköttet.")


def test_what_an_educator_publishes_is_taken_at_once_and_then_reviewed(
    browser: Browser, live_server: object, school: object
) -> None:
    url = str(live_server)
    phone = signed_in(browser, url, "usk@demo.example.org", 360)
    phone.goto("/kurser/")
    expect(phone.locator("#shelf")).not_to_contain_text(TITLE)

    desk = signed_in(browser, url, "utbildare@demo.example.org", 1280)
    desk.get_by_role("link", name="Till verkstaden").click()
    look(desk, "workshop")
    desk.get_by_role("link", name="Ny kurs").click()
    write_course(desk)
    look(desk, "workshop-course")
    save(desk)
    desk.get_by_role("tab", name="Delar").click()
    desk.get_by_role("link", name="Ny del").click()
    write_module(desk)
    look(desk, "workshop-module", WAGTAILS)
    save(desk, "Publicera")
    phone.reload()
    expect(phone.locator("#shelf")).not_to_contain_text(TITLE)
    desk.goto("/cms/")
    desk.get_by_role("region", name="Att göra").get_by_role("link", name=TITLE).click()
    desk.get_by_role("tab", name="Delar").click()
    look(desk, "workshop-modules")
    save(desk, "Publicera")

    phone.goto("/kurser/?q=munhälsa")
    look(phone, "catalogue-new-course")
    phone.locator("#shelf").get_by_role("link", name=TITLE).click()
    expect(phone.locator(".draft-mark")).to_be_visible()
    look(phone, "course-unreviewed")
    course = phone.url
    take(phone, {QUESTION: RIGHT}, "new-module")
    look(phone, "result-new-course")
    phone.goto("/kompetens/HYG-02/")
    expect(phone.locator("main")).to_contain_text(TITLE)

    mas = signed_in(browser, url, "mas@demo.example.org", 1280)
    mas.goto("/cms/granskning/")
    look(mas, "workshop-review")
    mas.get_by_role("button", name=f"Godkänn {TITLE}").click()
    expect(mas.locator("tr", has_text=TITLE)).to_contain_text("Granskad")
    phone.goto(course)
    expect(phone.locator(".draft-mark")).to_have_count(0)
    expect(phone.locator(".reviewed-mark")).to_contain_text("Granvik")
    look(phone, "course-reviewed")
