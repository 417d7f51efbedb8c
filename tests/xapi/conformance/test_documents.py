"""State, activity profile and agent profile (Communication 2.2, 2.3, 2.6, 2.7; 2.0: 4.1.6.2, 4.1.6.5, 4.1.6.6)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.xapi.test_documents_endpoint import ACTIVITY, AGENT, ALL, STATE, Resource, post, put
from xapi.models import Document

pytestmark = pytest.mark.django_db
REGISTRATION = "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b01"
ANYTHING = {"x": 1}


@pytest.fixture(params=ALL, ids=["state", "activity profile", "agent profile"])
def kind(request: pytest.FixtureRequest) -> Resource:
    result: Resource = request.param
    return result


def ask(client: Client, method: str, address: str) -> Any:
    headers = {"If-None-Match": "*"} if method == "PUT" else {}
    body = json.dumps(ANYTHING) if method in ("PUT", "POST") else ""
    return client.generic(method, address, body, content_type="application/json", headers=headers)


# --- What a request must say -----------------------------------------------------------------------------------------

# Each row: the requirement, the resource, the method, and the parameter that is missing.
MISSING = [
    ("XAPI-00206", STATE, "PUT", "stateId"), ("XAPI-00211", STATE, "POST", "stateId"),
    ("XAPI-00207", STATE, "DELETE", "activityId"), ("XAPI-00208", STATE, "GET", "activityId"),
    ("XAPI-00209", STATE, "POST", "activityId"), ("XAPI-00210", STATE, "PUT", "activityId"),
    ("XAPI-00212", STATE, "DELETE", "agent"), ("XAPI-00213", STATE, "GET", "agent"),
    ("XAPI-00214", STATE, "POST", "agent"), ("XAPI-00215", STATE, "PUT", "agent"),
    ("XAPI-00261", AGENT, "GET", "agent"), ("XAPI-00262", AGENT, "DELETE", "agent"),
    ("XAPI-00263", AGENT, "POST", "agent"), ("XAPI-00264", AGENT, "PUT", "agent"),
    ("XAPI-00265", AGENT, "DELETE", "profileId"), ("XAPI-00266", AGENT, "POST", "profileId"),
    ("XAPI-00267", AGENT, "PUT", "profileId"),
    ("XAPI-00296", ACTIVITY, "GET", "activityId"), ("XAPI-00297", ACTIVITY, "DELETE", "activityId"),
    ("XAPI-00298", ACTIVITY, "POST", "activityId"), ("XAPI-00299", ACTIVITY, "PUT", "activityId"),
    ("XAPI-00300", ACTIVITY, "DELETE", "profileId"), ("XAPI-00301", ACTIVITY, "POST", "profileId"),
    ("XAPI-00302", ACTIVITY, "PUT", "profileId"),
]  # fmt: skip
NO_AGENTS = ["anna", "[]", "{}", '{"mbox": "x"}', '{"objectType": "Group", "mbox": "mailto:g@example.org"}', "null"]
NO_UUIDS = ["x", "", REGISTRATION.replace("-", "")]
NO_TIMES = ["yesterday", "", "2026-13-01T00:00:00Z", "1795337940"]
# Each row: the requirement, the resource, the method, the parameter, and what is no value of it.
WRONG = [
    ("XAPI-00196", STATE, "DELETE", "agent", NO_AGENTS), ("XAPI-00197", STATE, "GET", "agent", NO_AGENTS),
    ("XAPI-00198", STATE, "POST", "agent", NO_AGENTS), ("XAPI-00199", STATE, "PUT", "agent", NO_AGENTS),
    ("XAPI-00200", STATE, "DELETE", "registration", NO_UUIDS), ("XAPI-00201", STATE, "GET", "registration", NO_UUIDS),
    ("XAPI-00202", STATE, "POST", "registration", NO_UUIDS), ("XAPI-00203", STATE, "PUT", "registration", NO_UUIDS),
    ("XAPI-00255", AGENT, "DELETE", "agent", NO_AGENTS), ("XAPI-00256", AGENT, "POST", "agent", NO_AGENTS),
    ("XAPI-00257", AGENT, "PUT", "agent", NO_AGENTS), ("XAPI-00258", AGENT, "GET", "agent", NO_AGENTS),
    ("XAPI-00204", STATE, "GET", "since", NO_TIMES), ("XAPI-00260", AGENT, "GET", "since", NO_TIMES),
    ("XAPI-00295", ACTIVITY, "GET", "since", NO_TIMES),
    # DELETE has no such parameter in either version.
    ("XAPI-00205", STATE, "DELETE", "since", [*NO_TIMES, "2026-01-01T00:00:00Z"]),
    ("XAPI-00324", STATE, "GET", "unknown", ["x"]), ("XAPI-00324", AGENT, "PUT", "stateId", ["x"]),
    ("XAPI-00325", STATE, "GET", "StateId", ["x"]), ("XAPI-00325", ACTIVITY, "DELETE", "activityid", ["http://x"]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "kind", "method", "name"), MISSING, ids=[row[0] for row in MISSING])
def test_a_parameter_that_must_be_given_is(client: Client, number: str, kind: Resource, method: str, name: str) -> None:
    put(client, kind.at(), ANYTHING)
    address = kind.at(None) if name == kind.id_name else kind.at(**{name: None})
    response = ask(client, method, address)
    assert (response.status_code, name in response.json()["title"]) == (400, True), number
    assert Document.objects.count() == 1


@pytest.mark.parametrize(("number", "kind", "method", "name", "values"), WRONG, ids=[row[0] for row in WRONG])
def test_a_parameter_is_of_its_type(
    client: Client, number: str, kind: Resource, method: str, name: str, values: list[str]
) -> None:
    put(client, kind.at(), ANYTHING)
    for value in values:
        response = ask(client, method, kind.at(None if name == "since" else "note", **{name: value}))
        assert (response.status_code, name in response.json()["title"]) == (400, True), (number, value)
    assert Document.objects.count() == 1


# --- One document ----------------------------------------------------------------------------------------------------


def test_a_document_is_put(kind: Resource, client: Client) -> None:
    """XAPI-00190, XAPI-00230, XAPI-00273, XAPI-00282, XAPI-00287, XAPI-00293, XAPI-00311"""
    response = put(client, kind.at(), ANYTHING)
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(kind.at()).json() == ANYTHING


def test_a_document_is_read(kind: Resource, client: Client) -> None:
    """XAPI-00188, XAPI-00192, XAPI-00217, XAPI-00259, XAPI-00269, XAPI-00274, XAPI-00288, XAPI-00290"""
    put(client, kind.at("note"), b"text", "text/plain")
    put(client, kind.at("other"), ANYTHING)
    response = client.get(kind.at("note"))
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"text", "text/plain")


def test_a_document_is_deleted(kind: Resource, client: Client) -> None:
    """XAPI-00187, XAPI-00191, XAPI-00216, XAPI-00271, XAPI-00285, XAPI-00291"""
    put(client, kind.at("note"), ANYTHING)
    put(client, kind.at("other"), ANYTHING)
    response = client.delete(kind.at("note"))
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(kind.at("note")).status_code == 404
    assert client.get(kind.at("other")).status_code == 200


def test_a_document_that_is_new_is_posted(kind: Resource, client: Client) -> None:
    """XAPI-00189, XAPI-00231, XAPI-00233, XAPI-00272, XAPI-00280, XAPI-00283, XAPI-00286, XAPI-00292, XAPI-00310,
    XAPI-00312"""
    response = post(client, kind.at(), ANYTHING)
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(kind.at()).json() == ANYTHING


def test_an_object_that_is_posted_is_merged_one_level_deep(kind: Resource, client: Client) -> None:
    """XAPI-00183, XAPI-00184, XAPI-00234, XAPI-00279, XAPI-00308"""
    post(client, kind.at(), {"kept": 1, "replaced": {"deep": 1}, "again": [1, 2]})
    assert post(client, kind.at(), {"replaced": {"other": 2}, "again": [3], "new": None}).status_code == 204
    assert client.get(kind.at()).json() == {"kept": 1, "replaced": {"other": 2}, "again": [3], "new": None}


# Each row: what is stored, what is posted, and their types. Neither may be anything else than a JSON object.
UNMERGEABLE: list[tuple[bytes, str, bytes, str]] = [
    (b'{"x": 1}', "application/json", b'{"y": 1}', "text/plain"),
    (b'{"x": 1}', "text/plain", b'{"y": 1}', "application/json"),
    (b'{"x": 1}', "application/json", b"[1]", "application/json"),
    (b"[1]", "application/json", b'{"y": 1}', "application/json"),
    (b'{"x": 1}', "application/json", b'"text"', "application/json"),
]


@pytest.mark.parametrize(("stored", "stored_type", "sent", "sent_type"), UNMERGEABLE)
def test_what_is_no_json_object_is_not_merged(
    kind: Resource, client: Client, stored: bytes, stored_type: str, sent: bytes, sent_type: str
) -> None:
    """XAPI-00182, XAPI-00229, XAPI-00232, XAPI-00278, XAPI-00281, XAPI-00309, XAPI-00313: and nothing is changed."""
    put(client, kind.at(), stored, stored_type)
    assert post(client, kind.at(), sent, sent_type).status_code == 400
    response = client.get(kind.at())
    assert (response.content, response["Content-Type"]) == (stored, stored_type)


@pytest.mark.parametrize("raw", [b"{", b"{'x': 1}", b'{"x": 1} x', b"\xff", b'{"x": 1, "x": 2}'])
def test_what_is_called_json_is(kind: Resource, client: Client, raw: bytes) -> None:
    """XAPI-00235, XAPI-00284, XAPI-00314"""
    for method in (post, put):
        assert method(client, kind.at(), raw, "application/json").status_code == 400
    assert Document.objects.count() == 0


# --- Many documents --------------------------------------------------------------------------------------------------


def test_without_an_id_the_ids_are_listed(kind: Resource, client: Client) -> None:
    """XAPI-00193, XAPI-00270, XAPI-00289"""
    for name in ("a", "b"):
        put(client, kind.at(name), ANYTHING)
    response = client.get(kind.at(None))
    assert (response.status_code, sorted(response.json())) == (200, ["a", "b"])


def test_since_leaves_those_stored_after_it(kind: Resource, client: Client) -> None:
    """XAPI-00195, XAPI-00221, XAPI-00268, XAPI-00275, XAPI-00294, XAPI-00303"""
    put(client, kind.at("a"), ANYTHING)
    moment = Document.objects.get().updated_at
    put(client, kind.at("b"), ANYTHING)
    assert client.get(kind.at(None, since=moment.isoformat())).json() == ["b"]
    before = (moment - timedelta(seconds=1)).isoformat()
    assert sorted(client.get(kind.at(None, since=before)).json()) == ["a", "b"]


def test_states_without_an_id_are_deleted_together(client: Client) -> None:
    """XAPI-00194"""
    for name in ("a", "b"):
        put(client, STATE.at(name), ANYTHING)
    assert client.delete(STATE.at(None)).status_code == 204
    assert client.get(STATE.at(None)).json() == []


def test_states_of_a_registration_are_apart(client: Client) -> None:
    """XAPI-00218, XAPI-00219, XAPI-00220, XAPI-00227"""
    there = STATE.at(registration=REGISTRATION)
    assert put(client, STATE.at(), {"of": "none"}).status_code == 204
    assert put(client, there, {"of": "it"}).status_code == 204
    assert post(client, there, {"more": 1}).status_code == 204
    assert client.get(there).json() == {"of": "it", "more": 1}
    assert client.delete(there).status_code == 204
    assert client.get(there).status_code == 404
    assert client.get(STATE.at()).json() == {"of": "none"}


# --- When it was changed ---------------------------------------------------------------------------------------------


def test_last_modified_is_told_and_follows_the_newest(kind: Resource, client: Client) -> None:
    """2.0:4.1.6.2-1, 2.0:4.1.6.5-1, 2.0:4.1.6.6-1: of one document, and of a list that of its newest."""
    put(client, kind.at("a"), ANYTHING)
    put(client, kind.at("b"), ANYTHING)
    old = Document.objects.get(document_id="a").updated_at - timedelta(days=3)
    Document.objects.filter(document_id="a").update(updated_at=old)
    one, many = client.get(kind.at("a"))["Last-Modified"], client.get(kind.at(None))["Last-Modified"]
    assert one == f"{old:%a, %d %b %Y %H:%M:%S} GMT"
    assert many == client.get(kind.at("b"))["Last-Modified"] != one
    post(client, kind.at("a"), {"y": 2})
    assert client.get(kind.at("a"))["Last-Modified"] != one
