"""A rule: changed, tried on everybody, published; and the reason on a person's page says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from competency.api import advance_dry_runs
from people.api import Role, now
from tests.competency import world
from tests.journeys.conftest import may_sign_in
from tests.journeys.looking import look
from tests.journeys.visiting import signed_in
from tests.people import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_rule_is_tried_and_published_and_her_page_says_what_it_asks(
    browser: Browser, live_server: object, town: world.Town
) -> None:
    url = str(live_server)
    may_sign_in(make.holds(Role.ADMIN, town.region, "Ada"), "admin")
    phone = signed_in(browser, url, "usk@demo.example.org", 360)
    phone.goto("/kompetens/MED-02/?level=3")
    expect(phone.locator("main")).not_to_contain_text("enhetschef")

    desk = signed_in(browser, url, "admin@demo.example.org", 1280)
    desk.goto("/regler/")
    look(desk, "rules")
    desk.get_by_role("link", name="Kompetens MED-02").click()
    look(desk, "rule")
    desk.locator("main a[href$='/MED-02/1/']").click()
    desk.get_by_role("button", name="Lägg till ett alternativ").click()
    added = desk.locator("[name='a1-observed_by'][value=enhetschef]")
    added.check()
    desk.fill("[name=reason]", "Chefen är med på passen och ser det.")
    look(desk, "rule-change")
    desk.get_by_role("button", name="Pröva först").click()
    while advance_dry_runs(now()):
        pass
    desk.reload()
    expect(desk.locator("main")).to_contain_text("Chefen är med på passen och ser det.")
    look(desk, "rule-tried")
    desk.get_by_role("button", name="Publicera", exact=True).click()
    expect(desk.locator("main")).to_contain_text("publicerad av Ada")

    phone.reload()
    expect(phone.locator("main")).to_contain_text("enhetschef")
    look(phone, "reason-by-the-new-rule")
