"""A poster hangs for years: its code leads where it should whatever has happened to the course since."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from courses.codes.models import Code, CodeScan
from courses.codes.queries import Target, sections_in
from courses.codes.services import retire_code
from courses.content import course_content
from courses.models import CourseEdition, CoursePage, ModulePage
from people.api import Organisation, Person, create_account
from tests.courses import workshop
from tests.courses.codes.making import AT, code, target
from tests.courses.taking import module, publish, question
from tests.people import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(manager: Person, norr: Organisation) -> Code:
    return code(manager, norr)


def leads_to(client: Client, text: str) -> str:
    response = client.get(f"/q/{text}")
    assert response.status_code == 302
    return response.url


def words(client: Client, text: str) -> str:
    response = client.get(f"/q/{text}", headers={"accept-language": "en"})
    assert response.status_code == 404
    return response.content.decode()


def test_a_code_opens_the_module_for_somebody_who_is_not_signed_in(client: Client, made: Code) -> None:
    response = client.get(f"/q/{made.text}", follow=True)
    assert response.redirect_chain == [("/kurser/hygien/h%C3%A4nder/", 302)]
    assert "Händer" in response.content.decode()
    assert "no-cache" in client.get(f"/q/{made.text}").headers["Cache-Control"]


def test_a_code_opens_the_section(client: Client, manager: Person, norr: Organisation) -> None:
    made = code(manager, norr, target(section=1))
    assert leads_to(client, made.text) == f"/kurser/hygien/h%C3%A4nder/#{made.anchor}"


@pytest.mark.parametrize("write", [str.lower, "{} ".format, "{}/".format, lambda code: f"{code[:2]}-{code[2:]}"])
def test_a_code_is_followed_as_people_type_it(client: Client, made: Code, write: Callable[[str], str]) -> None:
    assert leads_to(client, write(made.text)) == "/kurser/hygien/h%C3%A4nder/"


def test_a_code_survives_a_new_version_and_a_moved_section(client: Client, manager: Person, norr: Organisation) -> None:
    made = code(manager, norr, target(section=1))
    renewed = module("Händer")
    renewed["body"] = [*renewed["body"][::-1]]
    renewed |= {"title": "Rena händer", "slug": "rena-hander"}
    publish("hygien", [module("Kläder"), renewed], major=2)
    assert leads_to(client, made.text) == f"/kurser/hygien/rena-hander/#{made.anchor}"


def test_a_code_for_a_lost_section_opens_its_module(client: Client, manager: Person, norr: Organisation) -> None:
    made = code(manager, norr, target(section=1))
    publish("hygien", [module("Händer", screens=1)], minor=1)
    assert leads_to(client, made.text) == "/kurser/hygien/h%C3%A4nder/"


def test_a_code_survives_that_the_course_is_renamed(client: Client, made: Code) -> None:
    page = CoursePage.objects.get(slug="hygien")
    CourseEdition.objects.filter(course=page).update(is_current=False)
    content = CourseEdition.objects.filter(course=page).latest("pk").content | {"slug": "renlighet"}
    CourseEdition.objects.create(course=page, slug="renlighet", major=1, minor=1, content=content, published_at=AT)
    assert leads_to(client, made.text) == "/kurser/renlighet/h%C3%A4nder/"


def test_a_code_follows_a_module_to_another_course(client: Client, manager: Person, norr: Organisation) -> None:
    workshop.framework()
    first, second = workshop.published("ett", "Händerna"), workshop.published("tva", "Annat")
    content = course_content("ett")
    made = code(manager, norr, Target(content, content.modules[0], sections_in([content])[content.modules[0].key][0]))
    page = ModulePage.objects.child_of(first).get()
    page.move(CoursePage.objects.get(pk=second.pk), pos="last-child")
    assert leads_to(client, made.text) == f"/kurser/tva/handerna/#{made.anchor}"


def test_whoever_signs_in_on_the_way_comes_back_to_where_the_code_pointed(
    client: Client, manager: Person, norr: Organisation
) -> None:
    publish("hygien", [module("Händer", question("Sprit"))], minor=1)
    made = code(manager, norr, target(section=1))
    page = client.get(leads_to(client, made.text)).content.decode()
    create_account(make.person("Alva"), "alva@example.org", "en hemlig mening")
    door = re.search(r'href="(/konto/login/[^"]*steg-3)"', page)[1]
    form = client.get(door).content.decode()
    after = unescape(re.search(r'name="next" value="([^"]*)"', form)[1])
    sent = {"login": "alva@example.org", "password": "en hemlig mening", "next": after}
    assert client.post(door, sent).url == "/kurser/hygien/h%C3%A4nder/#steg-3"


# --- What is not there ------------------------------------------------------------------------------------------------


def test_a_code_for_a_withdrawn_module_offers_the_course(client: Client, made: Code) -> None:
    publish("hygien", [module("Kläder")], minor=1)
    page = words(client, made.text)
    assert "“Händer” has been taken out of the course" in page
    assert 'href="/kurser/hygien/"' in page


def test_a_code_for_a_withdrawn_course_offers_the_search(client: Client, made: Code) -> None:
    CourseEdition.objects.update(is_current=False)
    page = words(client, made.text)
    assert "“Händer” is not published now" in page
    assert 'name="q" type="search" value="Händer"' in page


def test_an_ended_code_says_so_and_offers_what_is_still_there(client: Client, made: Code, manager: Person) -> None:
    retire_code(made, manager, AT)
    page = words(client, made.text)
    assert "This code is not used any more" in page
    assert 'href="/kurser/hygien/h%C3%A4nder/"' in page


@pytest.mark.parametrize("text", ["FWRTX", "O0O0O", "x" * 300, "å", "%00", "' OR 1=1"])
def test_an_address_that_is_no_code_says_so(client: Client, granvik: Organisation, text: str) -> None:
    assert "There is no such code" in words(client, text)
    assert CodeScan.objects.count() == 0


# --- Counting ---------------------------------------------------------------------------------------------------------


def scans() -> list[int]:
    return list(CodeScan.objects.values_list("count", flat=True))


def test_each_time_that_somebody_opens_a_code_is_counted(client: Client, made: Code) -> None:
    client.get(f"/q/{made.text}")
    client.get(f"/q/{made.text}")
    assert scans() == [2]


def test_what_nobody_opened_is_not_counted(client: Client, made: Code) -> None:
    client.head(f"/q/{made.text}")
    client.get(f"/q/{made.text}", headers={"Sec-Purpose": "prefetch;prerender"})
    assert client.post(f"/q/{made.text}").status_code == 405
    assert scans() == []


def test_a_code_that_still_hangs_is_counted_also_when_it_leads_nowhere(client: Client, made: Code) -> None:
    CourseEdition.objects.update(is_current=False)
    client.get(f"/q/{made.text}")
    assert scans() == [1]
