"""A nurse delegates, an assistant nurse accepts, the live answer says yes; the nurse revokes, and it says no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from people.api import today
from tests.competency import world
from tests.journeys.looking import look
from tests.journeys.visiting import signed_in, write_password_again

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def answer(page: Page, town: world.Town) -> dict[str, object]:
    asked = f"person={town.usk.uuid}&task=insulin&unit=norr"
    found: dict[str, object] = page.request.get(f"/api/v1/delegations/check?{asked}").json()
    return found


def test_a_nurse_delegates_and_revokes(browser: Browser, live_server: object, town: world.Town) -> None:
    url = str(live_server)
    nurse = signed_in(browser, url, "ssk@demo.example.org", 1280)
    nurse.goto("/delegeringar/")
    look(nurse, "delegations-empty")
    nurse.get_by_role("link", name="Ny delegering").click()
    nurse.get_by_role("link", name="Norr", exact=True).click()
    nurse.select_option("[name=receiver]", label="Ulla Ek")
    nurse.select_option("[name=task]", label="Ge insulin")
    nurse.fill("[name=last_day]", (today() + timedelta(days=100)).isoformat())
    look(nurse, "delegation-new")
    nurse.get_by_role("button", name="Fortsätt och kontrollera").click()
    nurse.check("[name=suited]")
    nurse.fill("[name=reason]", "Jag har sett henne göra det säkert i dag.")
    look(nurse, "delegation-check")
    nurse.get_by_role("button", name="Skriv under och erbjud").click()
    write_password_again(nurse)
    expect(nurse.locator("main")).to_contain_text("Väntar på svar")
    look(nurse, "delegation-offered")
    delegation = nurse.url
    assert answer(nurse, town)["reason"] == "offered"

    usk = signed_in(browser, url, "usk@demo.example.org", 360)
    expect(usk.locator("main")).to_contain_text("Du erbjuds en delegering")
    look(usk, "today-offered")
    usk.goto("/delegeringar/")
    look(usk, "delegations-offer")
    usk.get_by_role("link", name="Läs och svara").click()
    usk.check("[name=can]")
    look(usk, "delegation-answer")
    usk.get_by_role("button", name="Ta emot och skriv under").click()
    write_password_again(usk)
    expect(usk.locator("main")).to_contain_text("Gäller")
    look(usk, "delegation-active")
    assert answer(usk, town)["allowed"] is True

    nurse.goto(delegation)
    nurse.get_by_role("link", name="Återkalla").click()
    nurse.fill("[name=reason]", "Behovet finns inte längre.")
    look(nurse, "delegation-revoke")
    nurse.get_by_role("button", name="Återkalla nu").click()
    expect(nurse.locator("main")).to_contain_text("Kvitto")
    look(nurse, "delegation-revoked")
    said = answer(nurse, town)
    assert (said["allowed"], said["reason"]) == (False, "revoked")
    usk.goto("/")
    expect(usk.locator("main")).to_contain_text("En delegering är återkallad")

    mas = signed_in(browser, url, "mas@demo.example.org", 1280)
    mas.goto("/delegeringar/enheter/")
    look(mas, "delegations-units")
