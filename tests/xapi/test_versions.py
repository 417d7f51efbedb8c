"""Which version a request speaks (2.0: 4.1.2, 1.0.3: Communication 3.3), and the address that speaks 1.0.3 alone."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from xapi.api import record

from .bodies import AT, agent, named, plain

pytestmark = pytest.mark.django_db
STATEMENTS = "statements"
HEADER = "X-Experience-API-Version"
AGENT = json.dumps(agent())
READABLE = {
    "statements": {},
    "activities": {"activityId": "h:x"},
    "agents": {"agent": AGENT},
    "activities/state": {"activityId": "h:x", "agent": AGENT},
    "activities/profile": {"activityId": "h:x"},
    "agents/profile": {"agent": AGENT},
}


@pytest.mark.parametrize("path", READABLE)
@pytest.mark.parametrize(
    ("base", "said", "status", "answered"),
    [
        ("/xapi/", "2.0.0", 200, "2.0.0"),
        ("/xapi/", "2.0", 200, "2.0.0"),
        ("/xapi/", "2.0.7", 200, "2.0.0"),
        ("/xapi/", "1.0", 200, "1.0.3"),
        ("/xapi/", "1.0.0", 200, "1.0.3"),
        ("/xapi/", "1.0.99", 200, "1.0.3"),
        ("/xapi/", "", 400, "2.0.0"),
        ("/xapi/", "0.95", 400, "2.0.0"),
        ("/xapi/", "1.1.0", 400, "2.0.0"),
        ("/xapi/", "2.1", 400, "2.0.0"),
        ("/xapi/", "3.0.0", 400, "2.0.0"),
        ("/xapi/", "BAD", 400, "2.0.0"),
        ("/xapi/1.0.3/", "1.0.3", 200, "1.0.3"),
        ("/xapi/1.0.3/", "1.0", 200, "1.0.3"),
        ("/xapi/1.0.3/", "", 400, "1.0.3"),
        ("/xapi/1.0.3/", "0.95", 400, "1.0.3"),
        ("/xapi/1.0.3/", "1.1.0", 400, "1.0.3"),
        ("/xapi/1.0.3/", "2.0.0", 400, "1.0.3"),
    ],
)
def test_a_request_is_answered_by_the_version_it_speaks(
    machine: Client, path: str, base: str, said: str, status: int, answered: str
) -> None:
    """(1.0.3: Communication 3.3.s3.b1 to b7; XAPI-00321, 00331, 00333)"""
    response = machine.get(base + path, READABLE[path], headers={HEADER: said})
    assert (response.status_code, response[HEADER]) == (status, answered)
    if status == 400:
        assert HEADER in response.json()["title"]


def test_a_refusal_is_answered_by_the_version_that_was_spoken() -> None:
    for base, said, answered in (("/xapi/", "1.0.3", "1.0.3"), ("/xapi/", "", "2.0.0"), ("/xapi/1.0.3/", "", "1.0.3")):
        response = Client().get(base + STATEMENTS, headers={HEADER: said})
        assert (response.status_code, response[HEADER]) == (401, answered)


def test_the_rules_follow_the_version(machine: Client) -> None:
    """Only 2.0 knows contextAgents."""
    body = plain(context={"contextAgents": [{"objectType": "contextAgent", "agent": agent()}]})
    for url, said, status in (
        ("/xapi/statements", "2.0.0", 200),
        ("/xapi/statements", "1.0.3", 400),
        ("/xapi/1.0.3/statements", "1.0.3", 400),
    ):
        response = machine.post(url, json.dumps(body), content_type="application/json", headers={HEADER: said})
        assert response.status_code == status


@pytest.mark.parametrize(
    ("base", "said"), [("/xapi/", "2.0.0"), ("/xapi/1.0.3/", "1.0.3"), ("/xapi//1.0.3//", "1.0.3")]
)
def test_the_next_page_stays_at_the_address_that_was_asked(machine: Client, base: str, said: str) -> None:
    bodies = [named() for _number in range(3)]
    record(bodies, organisation=None, at=AT)
    pages, url = [], f"{base}{STATEMENTS}?limit=1&ascending=true"
    while url:
        response = machine.get(url, headers={HEADER: said})
        assert (response.status_code, response[HEADER]) == (200, said)
        pages += [one["id"] for one in response.json()["statements"]]
        url = response.json()["more"]
        assert not url or url.startswith(base.replace("//", "/") + "statements/more/")
    assert pages == [body["id"] for body in bodies]


@pytest.mark.parametrize("path", READABLE)
def test_a_slash_written_twice_is_read_as_one(machine: Client, path: str) -> None:
    for base in ("/xapi//", "/xapi///"):
        assert machine.get(base + path.replace("/", "//"), READABLE[path]).status_code == 200
    response = machine.get(f"/xapi/1.0.3//{path}", READABLE[path], headers={HEADER: "1.0.3"})
    assert (response.status_code, response[HEADER]) == (200, "1.0.3")


def test_a_statement_is_sent_through_a_double_slash_without_a_form_token(machine: Client) -> None:
    client = Client(enforce_csrf_checks=True, headers=_headers(machine))
    response = client.post("/xapi//statements", json.dumps(plain()), content_type="application/json")
    assert response.status_code == 200


def _headers(client: Client) -> dict[str, str]:
    names = {"HTTP_AUTHORIZATION": "Authorization", "HTTP_X_EXPERIENCE_API_VERSION": HEADER}
    return {name: client.defaults[key] for key, name in names.items()}


@pytest.mark.parametrize("path", ["", "nothing", "//nothing", "1.0.3/nothing", "2.0.0/statements", "statements/", "//"])
def test_what_is_not_a_resource_is_not_found(machine: Client, path: str) -> None:
    """(semantics 35) And a machine is told so in its own language, not with a page."""
    response = machine.get(f"/xapi/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", READABLE)
def test_a_method_that_a_resource_does_not_take_is_refused_with_those_it_does(machine: Client, path: str) -> None:
    response = machine.patch(f"/xapi/{path}")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response["Allow"].startswith("GET, HEAD")
    assert response["Allow"] in response.json()["title"]


@pytest.mark.parametrize("path", READABLE)
def test_more_parameters_than_are_read_are_refused_with_a_sentence(machine: Client, path: str) -> None:
    if path != "about":
        response = machine.get(f"/xapi/{path}?" + "&".join(f"p{number}=" for number in range(1100)))
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
