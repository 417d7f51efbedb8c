"""The pages for those who put up codes."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.codes.models import Code
from courses.models import CourseEdition
from people.api import Organisation, Person, Role
from tests.courses.codes.making import account, code, holder, target
from tests.people import factories as make

pytestmark = pytest.mark.django_db

LABELS = "/koder/etiketter/?code={code}&copies=1"
PAGES = ("/koder/", "/koder/ny/", LABELS, "/koder/{code}/", "/koder/{code}/affisch/a4/")


@pytest.fixture
def made(manager: Person, norr: Organisation) -> Code:
    return code(manager, norr, place="hissen")


@pytest.fixture
def signed_in(client: Client, manager: Person) -> Client:
    client.force_login(account(manager))
    return client


def text(response: Any) -> str:
    return unescape(response.content.decode())


def english(client: Client, path: str) -> str:
    return text(client.get(path, headers={"accept-language": "en"}, follow=True))


def module_address(course: str = "hygien", query: str = "") -> str:
    return f"/koder/ny/{target(course).module.key}/{query}"


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_asked_to(client: Client, made: Code, path: str) -> None:
    assert client.get(path.format(code=made.text)).url.startswith("/konto/login/?next=/koder/")


@pytest.mark.parametrize("path", PAGES)
def test_who_makes_no_codes_has_no_such_page(client: Client, made: Code, path: str) -> None:
    client.force_login(account(holder(Role.HR, made.node, "Hanna")))
    assert client.get(path.format(code=made.text)).status_code == 404


@pytest.mark.parametrize("path", PAGES[2:])
def test_codes_of_others_are_not_there(client: Client, made: Code, granvik: Organisation, path: str) -> None:
    client.force_login(account(holder(Role.MANAGER, make.unit("soder", granvik), "Sara")))
    response = client.get(path.format(code=made.text))
    assert response.status_code == (302 if "etiketter" in path else 404)
    assert made.text not in text(client.get("/koder/"))


@pytest.mark.parametrize("path", ["/koder/", "/koder/ny/", "/koder/etiketter/", "/koder/{code}/"])
def test_reading_pages_take_no_form(signed_in: Client, made: Code, path: str) -> None:
    assert signed_in.post(path.format(code=made.text)).status_code == 405


@pytest.mark.parametrize(
    "path", ["/koder/FWRTX/", "/koder/å/", "/koder/{code}/affisch/a5/", "/koder/FWRTX/affisch/a4/"]
)
def test_what_is_not_there_says_so(signed_in: Client, made: Code, path: str) -> None:
    assert signed_in.get(path.format(code=made.text)).status_code == 404


def test_the_menu_leads_there_for_those_who_make_codes(
    client: Client, signed_in: Client, granvik: Organisation
) -> None:
    assert 'href="/koder/"' in text(signed_in.get("/roller/"))
    other = Client()
    other.force_login(account(make.works_at(make.unit("oster", granvik), "Alva").person))
    assert 'href="/koder/"' not in text(other.get("/roller/"))


def test_a_code_is_made_in_two_steps(signed_in: Client, norr: Organisation) -> None:
    chosen = target(section=1)
    assert f'href="{module_address()}"' in text(signed_in.get("/koder/ny/"))
    assert "Händer skärm 2" in text(signed_in.get(module_address()))
    answer = signed_in.post(module_address(), {"section": chosen.section.anchor, "place": "hissen"})
    made = Code.objects.get()
    assert answer.url == f"/koder/{made.text}/"
    assert (made.node, made.place, made.made_for) == (norr, "hissen", "Händer skärm 2")
    page = english(signed_in, answer.url)
    assert f"127.0.0.1:8000/q/{made.text}" in page


def test_the_same_code_asked_for_twice_is_one(signed_in: Client) -> None:
    first, again = (signed_in.post(module_address(), {"section": "", "place": "hissen"}) for _time in range(2))
    assert first.url == again.url
    assert Code.objects.count() == 1


def test_who_makes_codes_in_two_places_says_where(client: Client, granvik: Organisation, norr: Organisation) -> None:
    both = holder(Role.EDUCATOR, granvik, "Eva")
    make.holds(Role.MANAGER, norr, both)
    client.force_login(account(both))
    assert "Whose code is it?" in english(client, module_address())
    client.post(module_address(), {"section": "", "place": "", "node": "norr"})
    client.post(module_address(), {"section": "", "place": "", "node": "granvik"})
    refused = client.post(module_address(), {"section": "", "place": "", "node": "lillan"})
    assert refused.status_code == 200
    assert sorted(Code.objects.values_list("node__slug", flat=True)) == ["granvik", "norr"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"section": "", "place": "hos 19121212-1212"}, "personal identity number"),
        ({"section": "", "place": "x" * 61}, "at most 60"),
        ({"section": "nonsense", "place": ""}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_sent_back_with_a_word(signed_in: Client, sent: dict[str, str], words: str) -> None:
    response = signed_in.post(module_address(), sent, headers={"accept-language": "en"})
    assert words in text(response)
    assert not Code.objects.exists()


def test_a_module_that_is_not_published_cannot_be_chosen(signed_in: Client) -> None:
    address = module_address()
    CourseEdition.objects.update(is_current=False)
    assert signed_in.get(address).status_code == 404
    assert signed_in.get("/koder/ny/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_a_code_is_led_elsewhere(signed_in: Client, made: Code) -> None:
    address = module_address("lyft", f"?kod={made.text}")
    assert f'href="{address}"' in text(signed_in.get(f"/koder/ny/?kod={made.text}"))
    assert 'value="hissen"' in text(signed_in.get(address))
    assert signed_in.post(address, {"section": "", "place": "hissen"}).url == f"/koder/{made.text}/"
    assert signed_in.get(f"/q/{made.text}").url == "/kurser/lyft/sele/"


def test_a_code_is_not_led_onto_another(signed_in: Client, manager: Person, made: Code) -> None:
    other = code(manager, made.node, target("lyft"))
    address = module_address("hygien", f"?kod={other.text}")
    answer = signed_in.post(address, {"section": "", "place": "hissen"}, headers={"accept-language": "en"})
    assert "There is already a code for this in that place." in text(answer)


def test_a_code_is_ended_once(signed_in: Client, made: Code) -> None:
    address = f"/koder/{made.text}/avsluta/"
    assert signed_in.get(address).status_code == 405
    assert signed_in.post(address, headers={"accept-language": "en"}).url == "/koder/"
    assert f"The code {made.text} is ended." in english(signed_in, "/koder/")
    assert made.text not in english(signed_in, "/koder/")
    assert signed_in.post(address).status_code == 404


def test_codes_of_others_are_not_ended(client: Client, made: Code, granvik: Organisation) -> None:
    client.force_login(account(holder(Role.MANAGER, make.unit("soder", granvik), "Sara")))
    assert client.post(f"/koder/{made.text}/avsluta/").status_code == 404
    assert Code.objects.in_use().get() == made


def test_the_list_shows_scans_and_what_is_not_published(signed_in: Client, made: Code) -> None:
    for _time in range(3):
        signed_in.get(f"/q/{made.text}")
    page = english(signed_in, "/koder/")
    assert "<td>3</td><td>3</td>" in page
    assert "not published now" not in page
    CourseEdition.objects.update(is_current=False)
    assert "not published now" in english(signed_in, "/koder/")


def test_labels_of_nothing_are_refused_with_a_word(signed_in: Client, made: Code) -> None:
    assert "Choose at least one code." in english(signed_in, "/koder/etiketter/?copies=1")
    too_many = english(signed_in, f"/koder/etiketter/?code={made.text}&copies=99")
    assert "less than or equal to 24" in too_many


def test_the_list_asks_the_same_number_of_questions_of_one_and_of_three(
    signed_in: Client, manager: Person, norr: Organisation
) -> None:
    asked = []
    for places in (["ett"], ["två", "tre"]):
        for place in places:
            code(manager, norr, target("lyft" if place == "tre" else "hygien"), place)
        signed_in.get("/koder/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            signed_in.get("/koder/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
