"""The page of the search over HTTP: without scripts, signed in and not, and with whatever anybody may type."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import CoursePage
from people.api import Person, create_account, now
from search.log.models import LoggedSearch
from search.saved.models import SavedSearch
from search.vocabulary import forget
from tests.courses import workshop
from tests.people import factories as make

pytestmark = pytest.mark.django_db
TURN = workshop.text("<h3>Vänd ofta</h3><p>Vänd den som ligger minst varannan timme för att undvika trycksår.</p>")
WASH = workshop.text("<h3>Sprita händerna</h3><p>Sprita händerna före och efter varje kontakt.</p>")


@pytest.fixture(autouse=True)
def _courses(db: None) -> None:
    cache.clear()
    forget()
    workshop.framework()
    for slug, title, block in (("trycksar", "Att vända", TURN), ("hygien", "Händerna", WASH)):
        course = workshop.course(slug, title=slug.title(), summary=f"Kursen {slug}.")
        workshop.publish(workshop.module(course, title, block, minutes=3))
        workshop.publish(course)


@pytest.fixture
def alva() -> Person:
    norr = make.unit("norr", make.municipality("granvik", make.below(None, "region", "vast")))
    person = make.works_at(norr, "Alva").person
    create_account(person, "alva@example.org", None)
    return person


@pytest.fixture
def signed_in(client: Client, alva: Person) -> Client:
    client.force_login(alva.user)
    return client


def text(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def search(client: Client, words: str, **more: str) -> Any:
    return client.get("/sok/", {"q": words, **more}, headers={"accept-language": "en"})


def slip_of(response: Any) -> str:
    return re.search(r'data-slip="([^"]+)"', response.content.decode())[1]


# --- Finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["vända", "vanda", "trycksår", "tryck sår", "trycksr"])
def test_the_paragraph_is_found_by_a_visitor_in_the_words_she_has(client: Client, words: str) -> None:
    response = search(client, words)
    assert response.status_code == 200
    html = response.content.decode()
    links = re.findall(r'<a href="([^"]+)" data-hit', html)
    assert links[0].startswith("/kurser/trycksar/")


def test_a_hit_says_where_it_is_what_it_says_and_how_long_it_takes(client: Client) -> None:
    response = search(client, "vänd")
    words = text(response)
    assert "Trycksar › Att vända" in words
    assert "3 min" in words
    assert "<mark>Vänd</mark>" in response.content.decode()


def test_without_words_there_is_somewhere_to_begin(client: Client) -> None:
    words = text(search(client, ""))
    assert "Or look by area" in words
    assert "hit" not in words.split("Or look by area")[0]


def test_as_it_is_typed_only_the_hits_are_answered(client: Client) -> None:
    response = client.get("/sok/?q=vänd", headers={"hx-request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert 'hx-swap-oob="innerHTML"' in html
    assert "HX-Request" in response.headers["Vary"]
    back = client.get("/sok/?q=vänd", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in back.content.decode()


def test_a_choice_narrows_and_leads_back(client: Client) -> None:
    html = search(client, "vänd", tid="5").content.decode()
    assert '<input type="hidden" form="finder-form" name="tid" value="5">' in html
    assert 'href="/sok/?q=v%C3%A4nd" aria-current="true"' in html
    assert "Nothing with those choices" in text(search(client, "vänd", omrade="samverkan"))


def test_nothing_found_says_what_to_do_next(client: Client) -> None:
    words = text(search(client, "kvantfysik"))
    assert "Nothing about that yet" in words
    assert "Say that it is missing" in words
    assert "No hit for “kvantfysik”" in words


def test_nothing_found_offers_words_that_are_there(client: Client) -> None:
    html = search(client, "varannandagsxyz").content.decode()
    assert 'class="way" href="/sok/?q=varannan"' in html


@pytest.mark.parametrize(
    "words",
    [
        "x" * 10_000,
        "!!! ??? ...",
        '"vänd" OR (NEAR AND NOT *',
        "'; DROP TABLE search_passage; --",
        "😀🫀",
        "\u202eabc שלום مرحبا",
        "\u0000",
        "<script>alert(1)</script>",
        "%",
        "_",
        "\\",
    ],
)
def test_whatever_is_typed_is_answered_calmly(client: Client, words: str) -> None:
    response = search(client, words)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("query", ["q=vänd&fran=abc", "q=vänd&fran=-5", "q=vänd&fran=99999", "q=vänd&tid=x&yrke=zzz"])
def test_an_address_that_makes_no_sense_is_answered_calmly(client: Client, query: str) -> None:
    assert client.get(f"/sok/?{query}").status_code == 200


def test_a_search_takes_no_form(client: Client) -> None:
    assert client.post("/sok/").status_code == 405


def test_what_is_withdrawn_is_not_found(client: Client) -> None:
    CoursePage.objects.get(slug="trycksar").unpublish()
    assert "data-hit" not in search(client, "trycksår").content.decode()


def test_more_hits_cost_no_more_questions(client: Client) -> None:
    asked = []
    for words in ("varannan", "kursen"):
        search(client, words)
        with CaptureQueriesContext(connection) as queries:
            search(client, words)
        asked.append([query["sql"].split(" WHERE ")[0][:60] for query in queries])
    assert len(asked[0]) == len(asked[1])


# --- The log ----------------------------------------------------------------------------------------------------------


def test_to_look_writes_nothing(signed_in: Client) -> None:
    search(signed_in, "vänd")
    assert not LoggedSearch.objects.exists()


def test_a_finished_search_is_noted_with_the_hit_that_was_opened(signed_in: Client) -> None:
    slip = slip_of(search(signed_in, "Vänd"))
    assert signed_in.post("/sok/noterat/", {"slip": slip, "place": "1"}).status_code == 204
    row = LoggedSearch.objects.get()
    assert (row.text, row.place, row.organisation.slug) == ("vänd", 1, "granvik")
    assert row.path.startswith("/kurser/trycksar/att-vanda/#stycke-")


def test_a_visitor_is_noted_without_an_organisation(client: Client) -> None:
    client.post("/sok/noterat/", {"slip": slip_of(search(client, "kvantfysik"))})
    row = LoggedSearch.objects.get()
    assert (row.best, row.found, row.organisation, row.place) == ("nothing", 0, None, None)


def test_what_may_name_somebody_gets_no_slip(client: Client) -> None:
    assert "data-slip" not in search(client, "Anna Ek 121212-1212").content.decode()
    assert "data-slip" not in search(client, "vänd", tid="5").content.decode()


@pytest.mark.parametrize("slip", ["", "nonsense", "a:b:c"])
def test_a_slip_that_is_not_ours_is_not_noted(client: Client, slip: str) -> None:
    assert client.post("/sok/noterat/", {"slip": slip}).status_code == 204
    assert client.post("/sok/saknas/", {"slip": slip}).status_code == 302
    assert not LoggedSearch.objects.exists()


@pytest.mark.parametrize("path", ["/sok/noterat/", "/sok/saknas/", "/sok/spara/", "/sok/glom/"])
def test_what_writes_takes_forms_alone(signed_in: Client, path: str) -> None:
    assert signed_in.get(path).status_code == 405


def test_a_gap_is_told_of_in_one_tap(client: Client) -> None:
    slip = slip_of(search(client, "kvantfysik"))
    answer = client.post("/sok/saknas/", {"slip": slip, "q": "kvantfysik"}, headers={"accept-language": "en"})
    assert answer.url == "/sok/?q=kvantfysik"
    assert "Thank you." in text(client.get(answer.url))
    assert LoggedSearch.objects.get().is_missed


# --- Saved ------------------------------------------------------------------------------------------------------------


def test_a_search_is_saved_shown_and_taken_away(signed_in: Client, alva: Person) -> None:
    assert "Save this search" in text(search(signed_in, "vänd"))
    for _time in range(2):
        assert signed_in.post("/sok/spara/", {"q": "vänd"}).url == "/sok/?q=v%C3%A4nd"
    assert SavedSearch.objects.get().person == alva
    assert 'href="/sok/?q=v%C3%A4nd"' in search(signed_in, "").content.decode()
    assert "Do not save this search any longer" in text(search(signed_in, "vänd"))
    for _time in range(2):
        assert signed_in.post("/sok/glom/", {"q": "vänd\0"}).url == "/sok/"
    assert not SavedSearch.objects.exists()


def test_what_may_name_somebody_is_not_saved_and_says_why(signed_in: Client) -> None:
    answer = signed_in.post("/sok/spara/", {"q": "Anna Ek"}, headers={"accept-language": "en"}, follow=True)
    assert "A search that may be about a person cannot be saved." in text(answer)


@pytest.mark.parametrize("path", ["/sok/spara/", "/sok/glom/"])
def test_a_visitor_who_saves_is_asked_to_sign_in(client: Client, path: str) -> None:
    assert client.post(path, {"q": "vänd"}).url.startswith("/konto/login/")


def test_saved_words_of_others_are_not_shown_or_taken(signed_in: Client) -> None:
    bo = make.person("Bo")
    SavedSearch.objects.create(person=bo, text="vänd", saved_at=now())
    assert "Saved" not in text(search(signed_in, ""))
    signed_in.post("/sok/glom/", {"q": "vänd"})
    assert SavedSearch.objects.get().person == bo


# --- Ways in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/kurser/", "/roller/", "/finns-inte/"])
def test_the_search_is_one_step_away_everywhere(signed_in: Client, path: str) -> None:
    for visitor in (signed_in, Client()):
        html = visitor.get(path).content.decode()
        assert 'action="/sok/" role="search"' in html
        assert 'href="/sok/"' in html


def test_the_page_of_the_search_has_one_field(client: Client) -> None:
    assert search(client, "").content.decode().count('type="search"') == 1
