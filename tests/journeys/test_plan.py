"""The plan: she wants something, her manager writes down what they say, both sign; what she learns closes its goal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from people.api import now, today
from tests.competency import world
from tests.journeys.looking import look
from tests.journeys.visiting import signed_in, write_password_again

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WISH = "Handleda en ny kollega"


def test_two_people_agree_on_a_plan_and_learning_closes_its_goal(
    browser: Browser, live_server: object, town: world.Town
) -> None:
    url = str(live_server)
    world.offer("hygien", at=now() - timedelta(days=1))
    phone = signed_in(browser, url, "usk@demo.example.org", 360)
    phone.goto("/plan/")
    expect(phone.locator("main")).to_contain_text("Den här veckan")
    look(phone, "plan-first")
    phone.get_by_role("link", name="Sätt ett mål").click()
    phone.fill("[name=title]", WISH)
    phone.fill("[name=measure]", "Vi har gått fyra pass tillsammans.")
    phone.fill("[name=due_on]", (today() + timedelta(days=90)).isoformat())
    look(phone, "plan-goal")
    phone.get_by_role("button", name="Spara målet").click()
    expect(phone.locator("main")).to_contain_text(WISH)

    desk = signed_in(browser, url, "chef@demo.example.org", 1280)
    desk.goto(f"/plan/{town.usk.uuid}/")
    desk.get_by_role("link", name="Skriv en anteckning").click()
    desk.fill("[name=text]", "Du vill handleda. Vi börjar med två pass i veckan.")
    desk.get_by_role("button", name="Spara anteckningen").click()
    desk.get_by_role("link", name="Avsätt mer tid").click()
    desk.fill("[name=minutes]", "30")
    desk.get_by_role("button", name="Avsätt tiden").click()
    expect(desk.locator("main")).to_contain_text("Med 30 minuter i veckan")
    look(desk, "plan-talked-about")
    desk.get_by_role("link", name="Kontrollera och skriv under").click()
    look(desk, "plan-check")
    desk.get_by_role("button", name="Skriv under").click()
    write_password_again(desk)
    expect(desk.locator("main")).to_contain_text("Planen väntar på Ulla.")

    phone.goto("/plan/")
    phone.get_by_role("link", name="Läs och skriv under").click()
    phone.get_by_role("button", name="Skriv under").click()
    write_password_again(phone)
    expect(phone.locator("main")).to_contain_text("Version 1, underskriven av båda")
    printed = phone.request.get(f"/plan/{town.usk.uuid}/versioner/1/pdf/")
    assert printed.body().startswith(b"%PDF-")

    world.takes(town.usk, town.granvik, "hygien", now())
    phone.goto("/plan/")
    phone.locator("summary", has_text="nått mål").click()
    expect(phone.locator("details[open] .gap")).to_contain_text("Kompetens HYG-01")
    look(phone, "plan-goal-reached")
