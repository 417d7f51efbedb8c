"""An administrator connects a system, changes its secret and ends it, and looks after what is sent elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from people.api import create_account, now
from tests.journeys.looking import look
from tests.journeys.visiting import PASSWORD, signed_in
from tests.people import factories as make
from xapi.api import add_forward, pause_forward, record
from xapi.models import Forward, Outgoing

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

STATEMENT = {
    "actor": {"account": {"homePage": "https://example.org", "name": "1"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
    "object": {"id": "https://example.org/course"},
}


@pytest.fixture
def desk(browser: Browser, live_server: object) -> Page:
    """The desk of the administrator of an installation with one municipality."""
    granvik = make.municipality("granvik", make.region())
    create_account(make.works_at(granvik, "Anton").person, "anton@demo.example.org", PASSWORD, is_superuser=True)
    return signed_in(browser, str(live_server), "anton@demo.example.org", 1280)


def press(desk: Page, name: str) -> None:
    desk.locator("main").get_by_role("button", name=name, exact=True).click()


def test_a_system_is_connected_given_a_new_secret_and_ended(desk: Page) -> None:
    desk.goto("/konto/")
    desk.locator("main").get_by_role("link", name="Till anslutningarna").click()
    look(desk, "connections-none")
    desk.get_by_role("link", name="Anslut ett system").click()
    look(desk, "is-it-still-you")
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    press(desk, "Skapa nyckel och hemlighet")
    look(desk, "connection-new-wrong")
    desk.fill("[name=name]", "Simulatorn")
    desk.select_option("[name=organisation]", label="Granvik")
    desk.get_by_label("Skicka påståenden").check()
    press(desk, "Skapa nyckel och hemlighet")
    secret = desk.locator("[data-once]").inner_text()
    assert len(secret) >= 43
    look(desk, "connection-secret")

    desk.goto("/anslutningar/")
    expect(desk.locator("main")).not_to_contain_text(secret)
    look(desk, "connections")

    desk.locator("main").get_by_role("link", name="Simulatorn").click()
    desk.get_by_role("link", name="Byt hemlighet").click()
    look(desk, "connection-change")
    press(desk, "Skapa den nya hemligheten")
    assert desk.locator("[data-once]").inner_text() != secret
    desk.get_by_role("link", name="Jag har lagt in den").click()
    expect(desk.locator("main")).to_contain_text("Den gamla hemligheten fungerar också")
    look(desk, "connection")

    desk.get_by_role("link", name="Avsluta anslutningen").click()
    look(desk, "connection-end")
    desk.fill("[name=reason]", "Simulatorn är skrotad")
    press(desk, "Avsluta anslutningen")
    expect(desk.locator("main")).to_contain_text("Simulatorn är avslutad")
    look(desk, "connections-over")


def test_what_is_shown_once_is_copied_and_then_forgotten_by_the_page(desk: Page) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto("/konto/reauthenticate/?next=/anslutningar/ny/")
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    desk.fill("[name=name]", "Simulatorn")
    desk.select_option("[name=organisation]", label="Granvik")
    desk.get_by_label("Skicka påståenden").check()
    press(desk, "Skapa nyckel och hemlighet")
    shown = desk.locator("[data-once]")
    secret = shown.inner_text()
    desk.get_by_role("button", name="Kopiera Hemlighet").click()
    expect(desk.get_by_role("button", name="Kopierat Hemlighet")).to_be_visible()
    assert desk.evaluate("navigator.clipboard.readText()") == secret
    # As when the page is left and kept by the browser.
    desk.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect(shown).to_be_empty()
    desk.goto("/anslutningar/")
    # "Back" does not show it again: the browser would have to send the form anew, and that makes no other secret.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        desk.go_back()


def test_she_sees_what_waits_and_why_and_lets_it_go_on(desk: Page) -> None:
    at = now()
    forward = add_forward("Regionens arkiv", "https://lrs.example.org", key="k", secret="s", organisation=None, at=at)
    record([STATEMENT, STATEMENT, STATEMENT], organisation=None, at=at)
    Outgoing.objects.filter(pk=Outgoing.objects.order_by("pk").values("pk")[:1]).update(answer="400 The verb is wrong")
    Forward.objects.update(failures=3, last_error="503 overloaded", last_error_at=at, last_sent_at=at)
    desk.goto("/anslutningar/vidaresandning/")
    expect(desk.locator("main")).to_contain_text("3 försök i rad har misslyckats")
    look(desk, "forwards")
    pause_forward(forward, "De byter server i helgen", at)
    desk.locator("main").get_by_role("link", name="Regionens arkiv").click()
    desk.locator("main details summary").click()
    look(desk, "forward")
    press(desk, "Sätt i gång igen")
    expect(desk.locator("main")).to_contain_text("Det som väntar skickas till Regionens arkiv nu")
    desk.get_by_role("link", name="Pausa").click()
    look(desk, "forward-pause")
    desk.goto("/konto/reauthenticate/?next=/anslutningar/vidaresandning/ny/")
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    press(desk, "Börja skicka")
    look(desk, "forward-new-wrong")
