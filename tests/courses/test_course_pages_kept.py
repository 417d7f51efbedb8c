"""What is kept ready is nobody else's, and never stale in what matters: names, tokens, answers, messages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from competency.api import set_policy
from courses.content import CourseContent, course_content
from courses.player import Learner
from people.api import Kept, Organisation, chosen_employment, create_account, fill, hole
from tests.courses.taking import AT, Walk, module, publish, question
from tests.people import factories as make

pytestmark = pytest.mark.django_db
PATH = "/kurser/hygien/hander/"


@pytest.fixture
def course() -> CourseContent:
    Kept.clear_all()
    found = publish("hygien", [dict(module("Händer", question("Sprit")), slug="hander")])
    set_policy(Organisation.objects.get(depth=1), AT, counts_unreviewed=True)
    return found


@pytest.fixture
def norr(course: CourseContent) -> Organisation:
    granvik = make.municipality("granvik", make.below(None, "region", "vast"))
    return make.unit("norr", granvik, "hemtjänst")


def learner(norr: Organisation, name: str) -> Learner:
    person = make.works_at(norr, name).person
    create_account(person, f"{name.lower()}@example.org", None)
    return Learner(person, chosen_employment(person))


def signed_in(who: Learner, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(who.person.user)
    return client


def page(client: Client, path: str = PATH, **headers: str) -> str:
    return client.get(path, headers=headers).content.decode()


def test_each_reader_sees_her_own_name(norr: Organisation) -> None:
    alva, bo = (signed_in(learner(norr, name)) for name in ("Alva", "Bo"))
    seen = [page(client) for client in (alva, bo, alva, bo)]
    assert ["Alva" in html for html in seen] == [True, False, True, False]
    assert ["Bo Ek" in html for html in seen] == [False, True, False, True]


def test_a_visitor_after_a_reader_sees_no_name(norr: Organisation, client: Client) -> None:
    page(signed_in(learner(norr, "Alva")))
    html = page(client)
    assert "Alva" not in html
    assert "/konto/login/" in html


def test_a_kept_page_sends_a_form_that_is_accepted(norr: Organisation) -> None:
    who = learner(norr, "Alva")
    page(signed_in(who))
    client = signed_in(who, enforce_csrf_checks=True)
    html = page(client)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html.partition("hx-post")[2]))
    answer = client.post(f"{PATH}svar/", form | {"choice": "0"})
    assert answer.status_code == 302
    assert Walk(who, publish_again()).told()[:2] == ["initialized course Hygien", "answered question Sprit?"]


def publish_again() -> CourseContent:
    return publish("hygien", [dict(module("Händer", question("Sprit")), slug="hander")], minor=1)


def test_no_hole_is_left_open(norr: Organisation) -> None:
    client = signed_in(learner(norr, "Alva"))
    for _time in range(2):
        html = page(client)
        assert "hole-" not in html
        assert html.count('name="csrfmiddlewaretoken" value=""') == 0


def test_the_way_back_after_changing_language_is_this_page(norr: Organisation) -> None:
    client = signed_in(learner(norr, "Alva"))
    for query in ("", '?fraga="><b>'):
        html = page(client, PATH + query)
        ways = set(re.findall(r'name="next" value="([^"]*)"', html))
        assert ways == {PATH + query.replace('"><b>', "%22%3E%3Cb%3E")}


def test_an_answer_is_seen_at_once_by_her_alone(norr: Organisation, course: CourseContent) -> None:
    alva, bo = learner(norr, "Alva"), learner(norr, "Bo")
    for who in (alva, bo):
        page(signed_in(who))
    Walk(alva, course).answer(course.questions[0])
    assert ["data-answered" in page(signed_in(who)) for who in (alva, bo)] == [True, False]


def test_a_right_and_a_wrong_answer_are_kept_apart(norr: Organisation, course: CourseContent) -> None:
    alva, bo = learner(norr, "Alva"), learner(norr, "Bo")
    Walk(alva, course).answer(course.questions[0], right=True)
    Walk(bo, course).answer(course.questions[0], right=False)
    found = [re.findall(r'data-result="(\w+)"', page(signed_in(who))) for who in (alva, bo)]
    assert found == [["right"], ["wrong"]]


def test_a_new_edition_is_seen_at_once(norr: Organisation) -> None:
    client = signed_in(learner(norr, "Alva"))
    page(client)
    publish("hygien", [dict(module("Rena händer", question("Sprit")), slug="hander")], minor=1)
    assert "Rena händer" in page(client)


def test_a_message_is_said_once(norr: Organisation, course: CourseContent) -> None:
    who = learner(norr, "Alva")
    client = signed_in(who)
    page(client)
    client.post(f"{PATH}klar/", {"ticket": "fel"})
    assert ['data-level="error"' in page(client) for _time in range(2)] == [True, False]


def test_theme_and_language_are_the_readers_own(norr: Organisation) -> None:
    client = signed_in(learner(norr, "Alva"))
    page(client)
    assert '<html lang="en"' in page(client, **{"accept-language": "en"})
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in page(client)


def test_what_is_kept_knows_no_more_than_it_may() -> None:
    kept: Kept[int] = Kept(size=2)
    assert [kept.get(key, lambda value=value: value) for value, key in enumerate("abca")] == [0, 1, 2, 3]
    assert kept.get("c", lambda: 9) == 2


def test_what_is_kept_for_a_time_is_made_anew_after_it() -> None:
    kept: Kept[int] = Kept(size=2, seconds=0)
    assert [kept.get("a", lambda value=value: value) for value in range(2)] == [0, 1]


def test_a_hole_is_filled_wherever_it_is() -> None:
    assert fill(f"{hole('a')} {hole('b')} {hole('a')}", {hole("a"): "1", hole("b"): "2"}) == "1 2 1"
    assert hole("a") != hole("b")


def test_the_first_page_after_signing_in_costs_at_most_eight_queries(
    norr: Organisation, django_assert_max_num_queries: Any
) -> None:
    """The course is known, since others read it; she herself is new to this process."""
    page(signed_in(learner(norr, "Alva")))
    newcomer = learner(norr, "Bo")
    Walk(newcomer, course_content("hygien")).open()
    client = signed_in(newcomer)
    with django_assert_max_num_queries(8):
        assert "Bo Ek" in page(client)
