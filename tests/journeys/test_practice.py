"""Practice: arranged by a nurse, the last seat booked, and what she saw there signed on her phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from people.api import Role, today
from tests.competency import world
from tests.journeys.conftest import may_sign_in
from tests.journeys.looking import look
from tests.journeys.visiting import signed_in, write_password_again
from tests.people import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_practice_is_arranged_booked_and_seen(browser: Browser, live_server: object, town: world.Town) -> None:
    url = str(live_server)
    make.holds(Role.ASSESSOR, town.norr, town.ssk)
    may_sign_in(world.works_at(town.norr, "Vera", "underskoterska"), "vera")
    nurse = signed_in(browser, url, "ssk@demo.example.org", 360)
    nurse.goto("/handelser/")
    nurse.get_by_role("link", name="Ordna övning").click()
    nurse.get_by_role("link", name="Norr", exact=True).click()
    nurse.select_option("[name=competency_1]", "HYG-01")
    nurse.select_option("[name=level_1]", "3")
    nurse.fill("[name=day]", (today() + timedelta(days=3)).isoformat())
    nurse.fill("[name=time]", "13:00")
    nurse.fill("[name=place]", "Metodrummet")
    nurse.fill("[name=seats]", "1")
    nurse.get_by_label("Sara Ek").check()
    look(nurse, "practice-new")
    nurse.get_by_role("button", name="Ordna tillfället").click()
    expect(nurse.locator("main")).to_contain_text("Metodrummet")

    usk = signed_in(browser, url, "usk@demo.example.org", 360)
    usk.goto("/handelser/")
    look(usk, "practice")
    usk.locator("main .rows a").click()
    look(usk, "practice-occasion")
    usk.get_by_role("button", name="Boka en plats").click()
    expect(usk.locator("main")).to_contain_text("Du har en plats")
    late = signed_in(browser, url, "vera@demo.example.org", 360)
    late.goto("/handelser/")
    expect(late.locator("main .rows")).to_contain_text("Fullt")

    nurse.goto(f"/team/norr/bedom/{town.usk.uuid}/HYG-01/")
    look(nurse, "observation")
    nurse.locator("[name=outcome][value=yes]").check()
    nurse.fill("[name=comment]", "Säker och lugn.")
    nurse.get_by_role("button", name="Fortsätt och kontrollera").click()
    look(nurse, "observation-check")
    nurse.get_by_role("button", name="Skriv under").click()
    write_password_again(nurse)
    expect(nurse.locator("main")).to_contain_text("Nivå 3")
    usk.goto("/kompetens/HYG-01/")
    expect(usk.locator("main")).to_contain_text("Nivå 3, Nivå 3: varför")
    look(usk, "reason-observed")
