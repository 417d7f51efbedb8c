"""The whole loop on the demo region: she learns, her plan gets shorter, her manager sees it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db.models import Count
from playwright.sync_api import Browser, expect

from competency.api import Gap, competency, gaps_of, may_end_earlier
from competency.assignment.models import Assignment
from competency.models import AcceptedEquivalent, AcceptedSource
from competency.observing.models import Checklist
from competency.observing.practising import practice_of
from competency.occasions.models import Occasion
from competency.plan.life import live
from competency.plan.models import PlanEvent
from courses.api import COURSE_DATA
from lms.demo import region
from lms.demo.decided import CHECKLISTS
from people.api import Person, today
from tests.journeys.looking import look
from tests.journeys.visiting import signed_in, take
from xapi.models import Statement

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def right_answers(slug: str) -> dict[str, str]:
    """Return question -> the right option, from the course file itself."""
    courses = json.loads((COURSE_DATA / "courses.json").read_text(encoding="utf-8"))["courses"]
    quiz = next(course["quiz"] for course in courses if course["slug"] == slug)
    return {item["question"]: item["options"][item["correct_index"]] for item in quiz}


def closable(person: Person) -> Gap:
    """Return a gap that its shortest course closes by itself."""
    gaps = (gap for gap in gaps_of(person, today()) if not gap.status.is_met and gap.offers)
    return next(gap for gap in gaps if gap.offers[0].level >= gap.asked)


def assert_there_is_something_to_look_at(her: Person) -> None:
    """What the demo promises beyond people and courses, each in every state that somebody may want to see."""
    assert 12_000 <= Statement.objects.count() <= 15_000
    taken = Occasion.objects.annotate(taken=Count("booked")).order_by("starts_at")
    assert [(each.seats, each.taken) for each in taken] == [(3, 3), (6, 2), (8, 4)]
    states = Counter(
        _state_of_plan(whose) for whose in PlanEvent.objects.order_by().values_list("person", "organisation").distinct()
    )
    assert states == {"agreed": 1, "waits": 1, "begun": 1}
    assert {line.competency.code for line in Checklist.objects.all()} == set(CHECKLISTS)
    assert practice_of(her, competency("LMD-04"), organisation=None).times == 5
    assert AcceptedEquivalent.objects.count() == 2
    assert AcceptedSource.objects.count() == 1
    assert Assignment.objects.count() == 4
    chief = region.employment(region.REGION, "R3").person
    assert may_end_earlier(chief, today())


def _state_of_plan(whose: tuple[int, int]) -> str:
    life = live(row.event for row in PlanEvent.objects.filter(person=whose[0], organisation=whose[1]))
    return "waits" if life.pending else "agreed" if life.agreed else "begun"


def test_she_learns_and_her_manager_sees_it(browser: Browser, live_server: object, demo: None) -> None:
    url = str(live_server)
    her = region.employment("granvik", "900101").person
    assert_there_is_something_to_look_at(her)
    gap = closable(her)
    course = gap.offers[0]

    phone = signed_in(browser, url, "usk@demo.example.org", 360)
    look(phone, "today")
    phone.goto("/plan/")
    phone.locator("#gaps-title ~ details > summary").click()
    expect(phone.locator(f"#gaps-title ~ * a[href='{course.path}']").first).to_be_visible()
    look(phone, "plan-before")
    phone.goto(f"/kurser/?q={course.title.split()[0].lower()}")
    look(phone, "catalogue")
    phone.locator(f"#shelf a[href='{course.path}']").click()
    look(phone, "course")
    take(phone, right_answers(course.path.split("/")[2]), "module")
    look(phone, "result")
    phone.goto("/plan/")
    look(phone, "plan-after")
    assert gap.competency.code not in {each.competency.code for each in gaps_of(her, today()) if not each.status.is_met}
    phone.goto("/kompetens/")
    look(phone, "competence")
    phone.goto(f"/kompetens/{gap.competency.code}/")
    expect(phone.locator("main")).to_contain_text(course.title)
    look(phone, "reason")

    phone.goto("/konto/")
    phone.locator("main form[action*='logout'] button").click()
    expect(phone).to_have_url(f"{url}/")
    phone.go_back(wait_until="commit")
    expect(phone.locator("input[name=password]")).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text(her.family_name)

    desk = signed_in(browser, url, "chef@demo.example.org", 1280)
    look(desk, "today-manager")
    desk.goto("/team/")
    row = desk.locator("tbody tr", has_text=her.full_name)
    place = desk.locator("thead th").all_inner_texts().index(gap.competency.title_sv) - 1
    expect(row.locator("td").nth(place)).to_have_attribute("data-status", "met")
    look(desk, "team")
    desk.goto("/team/granvik-hemtjanst-norr/lista/")
    look(desk, "team-list")
    row_link = desk.locator("main a", has_text=her.full_name).first
    row_link.click()
    look(desk, "plan-of-a-colleague")
    for name, path in (("roles", "/roller/"), ("role", "/roller/underskoterska/"), ("account", "/konto/")):
        desk.goto(path)
        look(desk, name)
    for account, path in (
        ("utbildare", "/cms/"),
        ("mas", "/cms/granskning/"),
        ("hr", "/titlar/"),
        ("admin", "/anslutningar/"),
    ):
        answer = signed_in(browser, url, f"{account}@demo.example.org", 1280).goto(path)
        assert answer is not None
        assert answer.ok, path
    chief = signed_in(browser, url, "mas@demo.example.org", 1280)
    chief.goto("/team/granvik/enheter/")
    look(chief, "area")
    visitor = browser.new_context(base_url=url, locale="sv-SE").new_page()
    for name, path in (("start", "/"), ("sign-in", "/konto/login/"), ("accessibility", "/tillganglighet/")):
        visitor.goto(path)
        look(visitor, name)
