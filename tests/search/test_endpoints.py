"""`GET /api/v1/search`: who may ask, what is told, page by page."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from people.api import now
from tests.courses import workshop as make
from tests.people import factories
from tests.search.test_queries import Places, course, occasion
from xapi.credentials import create_credential

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/search"


@pytest.fixture(autouse=True)
def _framework() -> None:
    make.framework()


@pytest.fixture
def system(client: Client) -> Client:
    return with_scopes("search/read")


def with_scopes(*scopes: str) -> Client:
    credential, secret = create_credential("system", scopes=list(scopes), organisation=None, at=now())
    pair = base64.b64encode(f"{credential.key}:{secret}".encode()).decode()
    return Client(headers={"authorization": f"Basic {pair}"})


def asked(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_hit_is_told_with_its_course_module_and_place(system: Client) -> None:
    course("tryck", "Mäta blodtryck", "Låt <b>armen</b> vila &amp; vänta.")
    (hit,) = asked(system, q="armen")["items"]
    assert hit.pop("url").startswith("/kurser/tryck/delen/#stycke-")
    assert hit.pop("score") > 0
    assert hit == {
        "kind": "section",
        "course": "tryck",
        "module": "delen",
        "title": "Delen",
        "heading": None,
        "snippet": "Låt armen vila & vänta.",
        "minutes": 3,
        "reasons": [],
    }


def test_pages_follow_each_other(system: Client) -> None:
    for number in range(5):
        course(f"nr{number}", f"Nr {number}", "Tvätta händerna.")
    found: list[str] = []
    address: str | None = f"{ADDRESS}?q=tvätta&limit=2"
    while address:
        page = system.get(address).json()
        found += [hit["course"] for hit in page["items"]]
        address = page["next"]
    assert sorted(found) == [f"nr{number}" for number in range(5)]


def test_a_person_is_told_of_her_own_occasions_and_a_system_of_none(client: Client, system: Client) -> None:
    places = Places()
    made = occasion(places.north, "Kattunge")
    user = make.account(name="Cia")
    assert asked(system, q="kattunge")["items"] == []
    client.force_login(user)
    assert asked(client, q="kattunge")["items"] == []
    factories.works_at(places.north, user.person)
    (hit,) = asked(client, q="kattunge")["items"]
    assert (hit["kind"], hit["course"], hit["url"]) == ("event", None, f"/handelser/{made.uuid}/")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "query"),
        ({"q": "x", "limit": "0"}, 400, "query"),
        ({"q": "x", "limit": "många"}, 400, "query"),
        ({"q": "x", "cursor": "ledernigenstans"}, 400, "query"),
        ({"q": "x", "cursor": "åäö"}, 400, "query"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(system: Client, query: dict[str, str], status: int, code: str) -> None:
    answer = system.get(ADDRESS, query)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code


def test_who_may_not_ask_is_told_so(client: Client) -> None:
    assert client.get(ADDRESS, {"q": "x"}).status_code == 401
    assert with_scopes("competence/read").get(ADDRESS, {"q": "x"}).status_code == 403
    assert with_scopes("search/read").post(ADDRESS).status_code == 405


@pytest.mark.parametrize("typed", ["", "a" * 10_000, "\x00", "🧼", "' OR 1=1 --", '"', "NEAR(", "%"])
def test_whatever_is_typed_is_answered(system: Client, typed: str) -> None:
    course("tryck", "Mäta", "Mät blodtrycket.")
    assert asked(system, q=typed) == {"items": [], "next": None}
