"""The learner's pages over HTTP: they work without JavaScript, once and twice, signed in and not."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competency.api import set_policy
from courses import player
from courses.attempts import Registration
from courses.content import CourseContent
from courses.models import CourseEdition
from courses.player import Learner
from courses.urls import TAKEN_SLUGS, urlpatterns
from people.api import Organisation, chosen_employment, create_account
from tests.courses.taking import AT, HYGIENE, Walk, module, publish, question
from tests.people import factories as make

pytestmark = pytest.mark.django_db
Form = dict[str, str]


@pytest.fixture
def course() -> CourseContent:
    cache.clear()
    slugs = ("hander", "klader", "allt")
    found = publish("hygien", [dict(part, slug=slug) for part, slug in zip(HYGIENE, slugs, strict=True)])
    # Any installation has decided something about competence; only then is what was decided kept in memory.
    set_policy(Organisation.objects.get(depth=1), AT, counts_unreviewed=True)
    return found


@pytest.fixture
def learner(course: CourseContent) -> Learner:
    granvik = make.municipality("granvik", make.below(None, "region", "vast"))
    person = make.works_at(make.unit("norr", granvik, "hemtjänst"), "Alva").person
    create_account(person, "alva@example.org", None)
    return Learner(person, chosen_employment(person))


@pytest.fixture
def signed_in(client: Client, learner: Learner) -> Client:
    client.force_login(learner.person.user)
    return client


@pytest.fixture
def walk(learner: Learner, course: CourseContent) -> Walk:
    return Walk(learner, course)


def text(response: Any) -> str:
    return unescape(response.content.decode())


def forms(response: Any) -> list[Form]:
    """Return the fields of every form that answers or ends something, with its address as "action"."""
    found = re.findall(r"<form[^>]*method=\"post\" action=\"([^\"]+)\"[^>]*>(.*?)</form>", text(response), re.DOTALL)
    return [{"action": action, **fields(body)} for action, body in found if action.startswith("/kurser/")]


def fields(body: str) -> Form:
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body)
    return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}


def send(client: Client, form: Form, **more: Any) -> Any:
    extra = more.pop("headers", {})
    data = {name: value for name, value in form.items() if name != "action"} | more
    return client.post(form["action"], data, headers=extra)


def form_for(response: Any, words: str) -> Form:
    """The form of the question that says `words`, or that posts to an address with `words` in it."""
    for action, body in re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', text(response), re.DOTALL):
        if words in body or words in action:
            return {"action": action, **fields(body)}
    raise AssertionError(f"no form for {words}")


# --- Whole stories ----------------------------------------------------------------------------------------------------


def test_a_course_is_taken_with_forms_alone(signed_in: Client, walk: Walk) -> None:
    page = signed_in.get("/kurser/hygien/")
    page = signed_in.post(form_for(page, "/oppna/")["action"], follow=True)
    assert page.request["PATH_INFO"] == "/kurser/hygien/hander/"
    for words, right in (("Sprit?", "0"), ("Ringar?", "1")):
        page = signed_in.get("/kurser/hygien/hander/")
        sent = send(signed_in, form_for(page, words), choice=right)
        assert sent.status_code == 302
        page = signed_in.get(sent.url)
        assert "That is right" in english(page, signed_in, sent.url)
    page = signed_in.get("/kurser/hygien/klader/")
    send(signed_in, form_for(page, "Ärm?"), choice="0")
    page = signed_in.get("/kurser/hygien/allt/")
    ended = send(signed_in, form_for(page, "/klar/"))
    assert ended.url == "/kurser/hygien/resultat/"
    assert signed_in.get(ended.url).status_code == 200
    assert walk.told()[-1] == "satisfied course Hygien"


def english(_page: Any, client: Client, url: str) -> str:
    """The same page with the interface in English, where words can be looked for."""
    return text(client.get(url, headers={"accept-language": "en"}))


def test_a_retry_is_taken_with_forms_alone(signed_in: Client, walk: Walk) -> None:
    walk.take(right=False)
    page = signed_in.get("/kurser/hygien/prov/")
    page = signed_in.post("/kurser/hygien/prov/nytt/", {"after": form_for(page, "/nytt/")["after"]}, follow=True)
    answers = {"Sprit?": "0", "Ringar?": "1", "Ärm?": "0"}
    for _time in answers:
        page = signed_in.get("/kurser/hygien/prov/")
        words = next(words for words in answers if words in text(page))
        sent = send(signed_in, form_for(page, words), choice=answers[words])
        assert "feedback" in text(signed_in.get(sent.url))
    assert walk.told()[-2:] == ["passed questions Hygien", "satisfied course Hygien"]
    assert signed_in.get("/kurser/hygien/prov/").url == "/kurser/hygien/resultat/"


def test_a_retry_asks_in_the_same_order_until_it_is_done(signed_in: Client, walk: Walk) -> None:
    walk.take(right=False)
    player.retry(walk.learner, walk.course, 1, walk.later())
    asked = {form_for(signed_in.get("/kurser/hygien/prov/"), "/svar/")["question"] for _time in range(4)}
    assert len(asked) == 1


def test_an_option_keeps_its_meaning_wherever_a_retry_puts_it(signed_in: Client, walk: Walk) -> None:
    walk.take(right=False)
    player.retry(walk.learner, walk.course, 1, walk.later())
    page = text(signed_in.get("/kurser/hygien/prov/"))
    shown = re.findall(r'name="choice" value="(\d)"><span>(\w+) (\d)</span>', page)
    assert len(shown) == 3
    assert all(value == place for value, _words, place in shown)


# --- Signed in or not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/kurser/", "/kurser/hygien/", "/kurser/hygien/hander/"])
def test_everyone_may_read(client: Client, course: CourseContent, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_visitor_sees_the_questions_without_a_form(client: Client, course: CourseContent) -> None:
    page = client.get("/kurser/hygien/hander/")
    assert "Sprit?" in text(page)
    assert forms(page) == []


def test_signing_in_leads_back_to_the_question(client: Client, course: CourseContent) -> None:
    links = re.findall(r'href="(/konto/login/\?next=[^"]+)"', text(client.get("/kurser/hygien/hander/")))
    backs = [parse_qs(urlsplit(link).query)["next"][0] for link in links]
    assert "/kurser/hygien/hander/#steg-3" in backs


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/kurser/hygien/oppna/", "/kurser/hygien/"),
        ("/kurser/hygien/borja-om/", "/kurser/hygien/"),
        ("/kurser/hygien/prov/nytt/", "/kurser/hygien/"),
        ("/kurser/hygien/prov/svar/", "/kurser/hygien/prov/"),
        ("/kurser/hygien/hander/svar/", "/kurser/hygien/hander/"),
        ("/kurser/hygien/hander/klar/", "/kurser/hygien/hander/"),
        ("/kurser/hygien/hander/plats/", "/kurser/hygien/hander/"),
    ],
)
def test_doing_anything_asks_for_a_sign_in_and_comes_back(
    client: Client, course: CourseContent, path: str, back: str
) -> None:
    answer = client.post(path)
    assert answer.status_code == 302
    assert answer.url == f"/konto/login/?next={back}"
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("path", ["/kurser/hygien/prov/", "/kurser/hygien/resultat/"])
def test_personal_pages_ask_for_a_sign_in(client: Client, course: CourseContent, path: str) -> None:
    assert client.get(path).status_code == 302


def test_reading_records_nothing(signed_in: Client, walk: Walk) -> None:
    for path in ("/kurser/", "/kurser/hygien/", "/kurser/hygien/hander/"):
        signed_in.get(path)
    assert Registration.objects.count() == 0


def test_an_account_without_a_person_reads_as_a_visitor(client: Client, course: CourseContent) -> None:
    person = make.person("Ingen")
    user = create_account(person, "ingen@example.org", None)
    person.user = None
    person.save()
    client.force_login(user)
    assert client.get("/kurser/hygien/hander/").status_code == 200
    assert client.post("/kurser/hygien/oppna/").status_code == 302


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/kurser/finns-inte/", "/kurser/hygien/finns-inte/", "/kurser/finns-inte/hander/", "/kurser/finns-inte/prov/"],
)
def test_what_is_not_published_is_not_found(signed_in: Client, course: CourseContent, path: str) -> None:
    assert signed_in.get(path).status_code == 404


@pytest.mark.parametrize("name", ["oppna", "borja-om", "prov/nytt", "prov/svar", "hander/svar", "hander/klar"])
def test_doing_is_not_reading(signed_in: Client, course: CourseContent, name: str) -> None:
    assert signed_in.get(f"/kurser/hygien/{name}/").status_code == 405


@pytest.mark.parametrize(
    "broken",
    [
        {"question": str(uuid4())},
        {"question": "inte-ett-id"},
        {"question": ""},
        {"choice": "7"},
        {"choice": "99999999999999999999"},
        {"ticket": ""},
        {"ticket": "påhittad:biljett"},
    ],
)
def test_a_broken_answer_is_told_so_and_records_nothing(signed_in: Client, walk: Walk, broken: Form) -> None:
    walk.open()
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Sprit?")
    answer = signed_in.post(form["action"], {**form, "choice": "0", **broken}, follow=True)
    assert answer.status_code in (200, 422)
    assert 'data-level="error"' in text(answer) or 'role="alert"' in text(answer)
    assert walk.told() == ["initialized course Hygien"]


@pytest.mark.parametrize("choice", ["", "x", "-1"])
def test_forgetting_to_choose_asks_again_in_place(signed_in: Client, walk: Walk, choice: str) -> None:
    walk.open()
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Sprit?")
    answer = send(signed_in, form, choice=choice)
    assert answer.status_code == 422
    assert text(answer).count('role="alert"') == 1
    assert walk.told() == ["initialized course Hygien"]


def test_an_answer_sent_twice_is_told_so(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Sprit?")
    send(signed_in, form, choice="1")
    before = walk.told()
    again = send(signed_in, form, choice="0")
    assert 'data-level="info"' in text(signed_in.get(again.url))
    assert walk.told() == before


def test_an_answer_to_an_older_edition_is_told_so(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Sprit?")
    publish("hygien", [dict(HYGIENE[0], slug="hander")], minor=1)
    page = signed_in.get(send(signed_in, form, choice="0").url)
    assert 'data-level="info"' in text(page)
    assert walk.told() == ["initialized course Hygien", "answered question Sprit?"]


def test_an_answer_to_a_question_since_removed_leads_to_the_module(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Ringar?")
    publish("hygien", [dict(module("Händer", question("Sprit")), slug="hander")], minor=1)
    assert send(signed_in, form, choice="1").url == "/kurser/hygien/hander/"


def test_an_answer_to_a_module_since_removed_leads_to_the_course(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/hander/"), "Sprit?")
    publish("hygien", [dict(HYGIENE[1], slug="klader")], minor=1)
    assert send(signed_in, form, choice="0").url == "/kurser/hygien/"
    assert walk.told() == ["initialized course Hygien", "answered question Sprit?"]


def test_a_module_ended_too_early_is_told_so(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/allt/"), "/klar/")
    answer = signed_in.post("/kurser/hygien/hander/klar/", form, follow=True)
    assert 'data-level="error"' in text(answer)
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("after", ["", "-1", "x", "1"])
def test_a_retry_that_is_not_due_is_told_so(signed_in: Client, walk: Walk, after: str) -> None:
    walk.open()
    answer = signed_in.post("/kurser/hygien/prov/nytt/", {"after": after}, follow=True)
    assert 'data-level="error"' in text(answer)


@pytest.mark.parametrize("registration", ["", "x", "4def7cbb-5e88-4f9e-8afc-7ebe9878976f"])
def test_a_broken_restart_is_no_error(signed_in: Client, walk: Walk, registration: str) -> None:
    walk.open()
    answer = signed_in.post("/kurser/hygien/borja-om/", {"registration": registration}, follow=True)
    assert answer.status_code == 200
    assert Registration.objects.count() == 1


def test_restarting_twice_opens_one(signed_in: Client, walk: Walk) -> None:
    walk.take()
    form = form_for(signed_in.get("/kurser/hygien/"), "/borja-om/")
    for _time in range(2):
        assert send(signed_in, form).status_code == 302
    assert Registration.objects.count() == 2


def test_a_course_renamed_is_found_under_its_old_name(client: Client, course: CourseContent) -> None:
    publish("hygien", HYGIENE, minor=1)
    CourseEdition.objects.filter(is_current=True).update(slug="rena-händer")
    assert client.get("/kurser/hygien/hander/?q=1").url == "/kurser/rena-h%C3%A4nder/hander/?q=1"


def test_a_name_with_other_letters_may_be_renamed_too(client: Client, course: CourseContent) -> None:
    CourseEdition.objects.update(slug="hygién")
    publish("hygien", HYGIENE, minor=1)
    assert client.get("/kurser/hygi%C3%A9n/").url == "/kurser/hygien/"


# --- htmx -------------------------------------------------------------------------------------------------------------

HTMX = {"hx-request": "true"}


def test_an_answer_by_htmx_brings_feedback_and_the_end_of_the_module(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/klader/"), "Ärm?")
    part = text(send(signed_in, form, choice="0", headers=HTMX))
    assert "<html" not in part
    assert 'data-result="right"' in part
    assert 'id="finish" data-finish hx-swap-oob="true"' in part
    assert walk.told()[-1] == "completed module Kläder"


def test_forgetting_to_choose_by_htmx_asks_again(signed_in: Client, walk: Walk) -> None:
    form = form_for(signed_in.get("/kurser/hygien/klader/"), "Ärm?")
    answer = send(signed_in, form, headers=HTMX)
    assert answer.status_code == 200
    assert 'role="alert"' in text(answer)


def test_a_broken_rule_by_htmx_loads_the_page_anew(signed_in: Client, walk: Walk) -> None:
    answer = signed_in.post("/kurser/hygien/klader/svar/", {"ticket": ""}, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"


def test_a_lost_session_by_htmx_leads_to_the_sign_in(client: Client, course: CourseContent) -> None:
    answer = client.post("/kurser/hygien/klader/svar/", {}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/konto/login/?next=/kurser/hygien/klader/"


# --- Where one stands -------------------------------------------------------------------------------------------------


def test_the_place_is_remembered_until_the_module_is_done(signed_in: Client, walk: Walk) -> None:
    page = signed_in.get("/kurser/hygien/klader/")
    ticket = re.search(r'name="ticket" value="([^"]+)"', text(page))
    assert ticket is not None
    sent = signed_in.post("/kurser/hygien/klader/plats/", {"ticket": ticket[1], "shown": "2"})
    assert sent.status_code == 204
    assert 'data-start="2"' in text(signed_in.get("/kurser/hygien/klader/"))
    walk.answer(walk.course.modules[1].questions[0])
    assert 'data-start="1"' in text(signed_in.get("/kurser/hygien/klader/"))


@pytest.mark.parametrize("shown", ["0", "99", "9999", "x", ""])
def test_a_place_beyond_the_module_is_brought_inside(signed_in: Client, walk: Walk, shown: str) -> None:
    ticket = walk.ticket.sign()
    signed_in.post("/kurser/hygien/klader/plats/", {"ticket": ticket, "shown": shown})
    start = re.search(r'data-start="(\d+)"', text(signed_in.get("/kurser/hygien/klader/")))
    assert start is not None
    assert 1 <= int(start[1]) <= 3


def test_the_course_page_leads_on_from_where_she_was(signed_in: Client, walk: Walk) -> None:
    walk.open()
    walk.answer(walk.course.questions[0])
    walk.answer(walk.course.questions[1])
    page = text(signed_in.get("/kurser/hygien/"))
    assert 'data-size="large" href="/kurser/hygien/klader/"' in page
    assert page.count('data-state="done"') == 1


def test_somebody_else_sees_nothing_of_it(signed_in: Client, walk: Walk, client: Client) -> None:
    walk.take()
    bo = make.works_at(walk.learner.employment.terms.unit, "Bo").person
    create_account(bo, "bo@example.org", None)
    client.force_login(bo.user)
    page = text(client.get("/kurser/hygien/"))
    assert 'data-state="done"' not in page
    assert "/oppna/" in page


def test_a_new_main_version_is_offered_to_whoever_took_the_old_one(signed_in: Client, walk: Walk) -> None:
    walk.take()
    publish("hygien", HYGIENE, major=2)
    page = signed_in.get("/kurser/hygien/", headers={"accept-language": "en"})
    assert "Start the new version" in text(page)
    signed_in.post("/kurser/hygien/oppna/")
    assert list(Registration.objects.order_by("cycle").values_list("major", flat=True)) == [1, 2]


def test_the_result_says_how_it_went(signed_in: Client, walk: Walk) -> None:
    walk.take(right=False)
    page = text(signed_in.get("/kurser/hygien/resultat/", headers={"accept-language": "en"}))
    assert "0 of 3 answers right." in page
    assert "3 are needed." in page
    assert [part for part in ("hander", "klader", "allt") if f'<li><a href="/kurser/hygien/{part}/"' in page] == [
        "hander",
        "klader",
    ]


def test_the_result_of_a_course_not_begun_is_the_course(signed_in: Client, course: CourseContent) -> None:
    assert signed_in.get("/kurser/hygien/resultat/").url == "/kurser/hygien/"


# --- The shelf --------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(course: CourseContent) -> None:
    publish("blodtryck", [module("Så mäter du", minutes=9)], title="Mäta blodtryck rätt", focus_area="egenvard")
    publish("vård-i-livets-slut", [module("De sista dagarna")], title="Vård i livets slut", focus_area="samverkan")


def titles(response: Any) -> list[str]:
    return re.findall(r'<a class="card-link" href="[^"]+">([^<]+)</a>', text(response))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Hygien", "Mäta blodtryck rätt", "Vård i livets slut"]),
        ("q=blod tryck", ["Mäta blodtryck rätt"]),
        ("q=MATA", ["Mäta blodtryck rätt"]),
        ("q=vard", ["Vård i livets slut"]),
        ("q=Händer", ["Hygien"]),
        ("q=hander klader", ["Hygien"]),
        ("q=om vard", ["Vård i livets slut"]),
        ("q=hygien blodtryck", []),
        ("omrade=samverkan", ["Vård i livets slut"]),
        ("omrade=egenvard&q=m", ["Hygien", "Mäta blodtryck rätt"]),
        ("omrade=finns-inte", ["Hygien", "Mäta blodtryck rätt", "Vård i livets slut"]),
    ],
)
def test_the_shelf_is_narrowed_by_words_and_area(client: Client, shelf: None, query: str, found: list[str]) -> None:
    assert titles(client.get(f"/kurser/?{query}")) == found


def test_the_shelf_in_five_minutes_leads_into_modules(client: Client, shelf: None) -> None:
    page = text(client.get("/kurser/?fem=1"))
    assert re.findall(r'href="(/kurser/[^/"]+/[^/"]+/)"', page) == [
        "/kurser/hygien/hander/",
        "/kurser/v%C3%A5rd-i-livets-slut/de-sista-dagarna/",
    ]


def test_a_filter_by_htmx_brings_the_shelf_alone(client: Client, shelf: None) -> None:
    page = client.get("/kurser/?q=vard", headers=HTMX)
    assert "<html" not in text(page)
    assert titles(page) == ["Vård i livets slut"]


def test_what_is_under_way_comes_first(signed_in: Client, shelf: None, learner: Learner) -> None:
    begun = Walk(learner, publish("vård-i-livets-slut", [module("De sista dagarna"), module("Efteråt")], minor=1))
    begun.finish(begun.course.modules[0])
    page = signed_in.get("/kurser/", headers={"accept-language": "en"})
    assert titles(page)[0] == "Vård-I-Livets-Slut"
    assert "1 of 2 parts done" in text(page)


def test_a_published_course_is_on_the_shelf_at_once(client: Client, shelf: None) -> None:
    client.get("/kurser/")
    publish("ny", [module("Nytt")])
    assert "Ny" in titles(client.get("/kurser/"))


def test_words_are_shown_as_they_were_written(client: Client, shelf: None) -> None:
    page = client.get("/kurser/", {"q": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in page.content


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("modules", [1, 3])
def test_a_module_costs_at_most_eight_queries(
    signed_in: Client, learner: Learner, modules: int, django_assert_max_num_queries: Any
) -> None:
    parts = [
        dict(module(f"Del {number}", question(f"Fråga {number}")), slug=f"del-{number}") for number in range(modules)
    ]
    Walk(learner, publish("lang", parts)).take()
    signed_in.get("/kurser/lang/del-0/")
    with django_assert_max_num_queries(8):
        signed_in.get("/kurser/lang/del-0/")


@pytest.mark.parametrize("path", ["/kurser/", "/kurser/kurs-0/", "/kurser/kurs-0/del/"])
def test_the_number_of_courses_does_not_change_the_number_of_queries(
    signed_in: Client, learner: Learner, path: str, django_assert_num_queries: Any
) -> None:
    counts = []
    for number in (0, 1, 2):
        Walk(learner, publish(f"kurs-{number}", [dict(module("Del", question(f"Fråga {number}")), slug="del")])).take()
        signed_in.get(path)
        counts.append(queries(signed_in, path))
    assert counts[0] == counts[2]


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


def test_every_route_has_its_test() -> None:
    names = "catalogue course module open retry new_attempt retry_answer result restart answer finish place"
    assert sorted(pattern.name for pattern in urlpatterns) == sorted(names.split())


def test_the_taken_words_are_those_of_the_routes() -> None:
    words = {str(pattern.pattern).split("/")[1] for pattern in urlpatterns if "/" in str(pattern.pattern)}
    assert words - {"", "<str:module>"} == TAKEN_SLUGS
