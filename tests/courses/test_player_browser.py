"""The player in a real browser: by keyboard, without scripts, with scripts that never come, and what it weighs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from competency.api import set_policy
from courses import player
from courses.content import CourseContent
from courses.player import Learner
from people.api import Organisation, chosen_employment, create_account
from tests.courses.taking import AT, Walk, module, publish, question
from tests.journeys.looking import assert_accessible, assert_no_sideways_scroll
from tests.people import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MODULE = "/kurser/hygien/hander/"
ON_SCREEN = "[data-step]:not([hidden])"


@pytest.fixture
def course() -> CourseContent:
    parts = [
        dict(module("Händer", question("Sprit"), screens=3), slug="hander"),
        dict(module("Kläder", question("Ärm")), slug="klader"),
    ]
    found = publish("hygien", parts)
    set_policy(Organisation.objects.get(depth=1), AT, counts_unreviewed=True)
    return found


@pytest.fixture
def walk(course: CourseContent) -> Walk:
    granvik = make.municipality("granvik", make.below(None, "region", "vast"))
    person = make.works_at(make.unit("norr", granvik, "hemtjänst"), "Alva").person
    create_account(person, "alva@example.org", None)
    return Walk(Learner(person, chosen_employment(person)), course)


SignIn = Callable[[Page], Page]


@pytest.fixture
def sign_in(walk: Walk, live_server: object) -> SignIn:
    client = Client()
    client.force_login(walk.learner.person.user)
    key = client.cookies["sessionid"].value

    def give(page: Page) -> Page:
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": str(live_server)}])
        return page

    return give


def step(page: Page) -> str:
    return page.locator("[data-progress] span").inner_text()


def number(page: Page) -> str:
    """The number of the step shown, whatever the language says around it."""
    return re.findall(r"\d+", step(page))[0]


def test_a_module_is_taken_by_keyboard_alone(page: Page, sign_in: SignIn, walk: Walk) -> None:
    sign_in(page).goto(MODULE)
    expect(page.locator(ON_SCREEN)).to_have_count(1)
    for expected in ("2", "3", "4"):
        page.locator("[data-next]").focus()
        page.keyboard.press("Enter")
        assert number(page) == expected
        assert page.evaluate("document.activeElement.id") == f"steg-{expected}"
    page.locator("input[name=choice]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".feedback")).to_be_focused()
    expect(page.locator("#finish a.button")).to_be_visible()
    assert walk.told()[-1] == "completed module Händer"


def test_the_steps_are_announced_and_counted(page: Page, sign_in: SignIn) -> None:
    sign_in(page).goto(MODULE)
    assert page.locator("[data-progress] span").get_attribute("aria-live") == "polite"
    page.locator("[data-next]").click()
    assert page.locator("[data-progress] progress").evaluate("(bar) => [bar.value, bar.max]") == [2, 4]


def test_one_main_action_at_a_time(page: Page, sign_in: SignIn) -> None:
    sign_in(page).goto(MODULE)
    for at in range(1, 5):
        assert page.locator(".button:not([data-kind]):visible").count() == 1
        if at < 4:
            page.locator("[data-next]").click()
    page.locator("label.option").first.click()
    page.locator("[data-send]").click()
    expect(page.locator(".feedback")).to_be_visible()
    assert page.locator(".button:not([data-kind]):visible").count() == 1


def test_forgetting_to_choose_is_told_where_it_happened(page: Page, sign_in: SignIn, walk: Walk) -> None:
    sign_in(page).goto(f"{MODULE}#steg-4")
    page.locator("[data-send]").click()
    expect(page.locator(f"{ON_SCREEN} .error")).to_be_focused()
    assert walk.told() == []


def test_a_link_opens_the_passage(page: Page, course: CourseContent) -> None:
    """Not signed in, with the step of the passage alone on the screen."""
    found = re.findall(r'id="(stycke-[^"]+)"', "".join(screen.html for screen in course.modules[0].screens))
    page.goto(f"{MODULE}#{found[2]}")
    assert number(page) == "3"
    expect(page.locator(f"#{found[2]}")).to_be_in_viewport()
    page.goto(f"{MODULE}#{found[1]}")
    assert number(page) == "2"


def test_a_link_opens_the_passage_without_scripts(browser: Browser, live_server: object, course: CourseContent) -> None:
    found = re.findall(r'id="(stycke-[^"]+)"', "".join(screen.html for screen in course.modules[0].screens))
    plain = browser.new_context(
        base_url=str(live_server), java_script_enabled=False, viewport={"width": 360, "height": 400}
    )
    page = plain.new_page()
    page.goto(f"{MODULE}#{found[2]}")
    expect(page.locator(f"#{found[2]}")).to_be_in_viewport()
    plain.close()


def test_the_back_button_goes_back_a_step(page: Page, sign_in: SignIn) -> None:
    sign_in(page).goto(MODULE)
    page.locator("[data-next]").click()
    page.locator("[data-next]").click()
    page.go_back()
    assert number(page) == "2"


def test_the_place_is_kept_when_she_leaves(page: Page, sign_in: SignIn, walk: Walk) -> None:
    sign_in(page).goto(MODULE)
    page.locator("[data-next]").click()
    page.goto("/kurser/hygien/")
    wait_until(lambda: bool(walk.told()))
    page.goto(MODULE)
    assert number(page) == "2"
    assert walk.told() == ["initialized course Hygien"]


def wait_until(holds: Callable[[], bool]) -> None:
    """A page that closes tells the server without waiting for an answer, so the answer is waited for here."""
    for _time in range(100):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")


def test_a_module_skipped_through_by_address_is_not_done(page: Page, sign_in: SignIn, walk: Walk) -> None:
    """The last answer completes a module that was looked through, not one that was jumped into."""
    sign_in(page).goto(MODULE)
    assert page.locator("input[name=shown]").first.input_value() == "1"
    for shown in ("2", "3", "3"):
        page.locator("[data-next]").click()
        assert page.locator("input[name=shown]").first.input_value() == shown


def test_without_scripts_everything_is_there_and_works(
    browser: Browser, live_server: object, sign_in: SignIn, walk: Walk
) -> None:
    context = browser.new_context(base_url=str(live_server), java_script_enabled=False)
    page = sign_in(context.new_page())
    page.goto(MODULE)
    assert page.locator("[data-step]:visible").count() == 4
    assert not page.locator("[data-nav]").is_visible()
    page.locator("label.option").first.click()
    page.locator("form.question button").click()
    assert page.locator(".feedback").is_visible()
    page.locator("#finish a.button").click()
    assert urlsplit(page.url).path == "/kurser/hygien/klader/"
    assert walk.told()[-1] == "completed module Händer"
    context.close()


def test_a_script_that_never_comes_leaves_the_whole_module(page: Page, sign_in: SignIn) -> None:
    page.route("**/player.js*", lambda route: route.abort())
    sign_in(page).goto(MODULE)
    last = page.locator("[data-step]").last
    expect(last).not_to_be_visible()
    expect(last).to_be_visible(timeout=9000)
    expect(page.locator("form.question button")).to_be_visible()


def test_a_retry_goes_question_by_question(page: Page, sign_in: SignIn, walk: Walk) -> None:
    walk.take(right=False)
    sign_in(page).goto("/kurser/hygien/resultat/")
    page.locator(".page-header a.button").click()
    page.locator("form[action$='nytt/'] button").click()
    for asked in range(2):
        page.locator("label.option:has-text(' 0')").click()
        page.locator("form.question button").click()
        expect(page.locator(".feedback")).to_be_focused()
        assert page.locator("progress").evaluate("(bar) => bar.value") == asked + 1
        page.locator(".player-bar a.button").click()
    assert urlsplit(page.url).path == "/kurser/hygien/resultat/"
    assert walk.told()[-1] == "satisfied course Hygien"


def test_the_shelf_answers_while_she_types(page: Page, course: CourseContent) -> None:
    publish("blodtryck", [module("Manschetten")])
    page.goto("/kurser/")
    page.locator("#q").press_sequentially("blod")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    assert urlsplit(page.url).query.startswith("q=blod")


# --- For everyone, on everything -------------------------------------------------------------------------------------


def look(page: Page, name: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            assert_no_sideways_scroll(page, name, width)
            assert_accessible(page, f"{name}, {theme}, {width}")


def test_no_page_shuts_anybody_out(page: Page, sign_in: SignIn, walk: Walk) -> None:
    for path in ("/kurser/", "/kurser/?fem=1", "/kurser/?q=finns+inte", "/kurser/hygien/", f"{MODULE}#steg-4"):
        page.goto(path)
        look(page, f"visitor {path}")
    sign_in(page)
    for path in ("/kurser/hygien/", MODULE, f"{MODULE}#steg-4"):
        page.goto(path)
        page.reload()
        look(page, path)
    page.locator("label.option").last.click()
    page.locator("[data-send]").click()
    expect(page.locator(".feedback")).to_be_visible()
    look(page, "feedback")


def test_no_page_shuts_anybody_out_afterwards(page: Page, sign_in: SignIn, walk: Walk) -> None:
    walk.take(right=False)
    sign_in(page)
    for path in ("/kurser/hygien/resultat/", "/kurser/hygien/prov/"):
        page.goto(path)
        look(page, f"failed {path}")
    player.retry(walk.learner, walk.course, 1, walk.later())
    page.goto("/kurser/hygien/prov/")
    look(page, "question of a retry")
    for asked in walk.course.questions:
        walk.answer(asked)
    for path in ("/kurser/", "/kurser/hygien/", "/kurser/hygien/resultat/"):
        page.goto(path)
        look(page, f"passed {path}")


# --- Weight ----------------------------------------------------------------------------------------------------------


def test_the_first_view_of_a_module_is_light_and_still(page: Page, sign_in: SignIn) -> None:
    """At most 100 kB and 12 requests over the wire, and nothing moves while it arrives."""
    responses: list[int] = []
    page.on("requestfinished", lambda request: responses.append(sum(_size(request))))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "if (!one.hadRecentInput) window.shift += one.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    sign_in(page).goto(MODULE, wait_until="networkidle")
    assert len(responses) <= 12
    assert sum(responses) <= 100_000
    assert page.evaluate("window.shift") < 0.01


def _size(request: object) -> tuple[int, int]:
    sizes = request.sizes()  # type: ignore[attr-defined]
    return sizes["responseBodySize"], sizes["responseHeadersSize"]
