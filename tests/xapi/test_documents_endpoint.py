"""State, activity profile and agent profile (2.0: 4.1.4, 4.1.6; 1.0.3: Communication 2.2 to 2.7, 3.1).

What holds for all three is asked of all three, in both versions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.http import http_date

from people.models import Organisation
from xapi.endpoints import documents as endpoint
from xapi.endpoints import resource
from xapi.models import Activity, Agent, Document

from .bodies import ANNA, BEATA, COURSE, Json, agent
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
V1 = {"X_Experience_API_Version": "1.0.3"}
REGISTRATION = "6a5c2c7e-1c2f-4b0a-9f0a-8b6a3a1a0b01"


@dataclass(frozen=True)
class Resource:
    url: str
    id_name: str
    about: Json

    def at(self, document_id: str | None = "note", **more: object) -> str:
        """The address of one document, or of all."""
        names = self.about | more | ({} if document_id is None else {self.id_name: document_id})
        query = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in names.items()}
        return f"{self.url}?{urlencode({name: value for name, value in query.items() if value is not None})}"


STATE = Resource("/xapi/activities/state", "stateId", {"activityId": COURSE, "agent": agent()})
ACTIVITY = Resource("/xapi/activities/profile", "profileId", {"activityId": COURSE})
AGENT = Resource("/xapi/agents/profile", "profileId", {"agent": agent()})
ALL = [STATE, ACTIVITY, AGENT]
PROFILES = [ACTIVITY, AGENT]


@pytest.fixture(params=ALL, ids=["state", "activity profile", "agent profile"])
def kind(request: pytest.FixtureRequest) -> Resource:
    result: Resource = request.param
    return result


@pytest.fixture(params=["1.0.3", "2.0.0"])
def either(request: pytest.FixtureRequest, machine: Client) -> Client:
    """A client of each version."""
    machine.defaults["HTTP_X_EXPERIENCE_API_VERSION"] = request.param
    return machine


def blind_put(client: Client, url: str, body: object, content_type: str = "application/json", **headers: str) -> Any:
    return client.put(url, raw(body), content_type=content_type, headers=named(headers))


def put(client: Client, url: str, body: object, content_type: str = "application/json", **headers: str) -> Any:
    """Put with the condition that is asked for; or that the document is new."""
    return blind_put(client, url, body, content_type, **(headers or {"If_None_Match": "*"}))


def post(client: Client, url: str, body: object, content_type: str = "application/json", **headers: str) -> Any:
    return client.post(url, raw(body), content_type=content_type, headers=named(headers))


def raw(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def tag(data: bytes) -> str:
    return f'"{sha1(data).hexdigest()}"'


# --- One document ----------------------------------------------------------------------------------------------------


def test_a_document_of_any_bytes_is_given_back_as_it_came(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.2.s2, XAPI-00188, 00274, 00290)"""
    data = bytes(range(256))
    assert put(either, kind.at(), data, "image/png; a=b").status_code == 204
    response = either.get(kind.at())
    assert (response.status_code, response.content, response["Content-Type"]) == (200, data, "image/png; a=b")


def test_put_answers_204_without_a_body(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.3.s3, 2.6.s3, 2.7.s3; XAPI-00190, 00273, 00287)"""
    response = put(either, kind.at(), {"x": 1})
    assert (response.status_code, response.content) == (204, b"")


def test_an_empty_document_is_one(kind: Resource, either: Client) -> None:
    assert put(either, kind.at(), b"", "text/plain").status_code == 204
    assert either.get(kind.at()).content == b""


def test_content_without_a_type_is_kept_as_bytes(kind: Resource, either: Client) -> None:
    assert put(either, kind.at(), b"\x00", "").status_code == 204
    assert either.get(kind.at())["Content-Type"] == "application/octet-stream"


def test_what_is_not_there_is_not_found(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 3.2)"""
    put(either, kind.at("other"), {})
    response = either.get(kind.at())
    assert (response.status_code, response.json()["title"][-1]) == (404, ".")


def test_delete_removes_one_document_and_may_be_repeated(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.3.s3; XAPI-00187, 00191, 00271, 00285)"""
    put(either, kind.at(), {})
    put(either, kind.at("other"), {})
    for _time in range(2):
        response = either.delete(kind.at())
        assert (response.status_code, response.content) == (204, b"")
        assert either.get(kind.at()).status_code == 404
        assert either.get(kind.at("other")).status_code == 200


def test_head_answers_as_get_without_the_document(kind: Resource, either: Client) -> None:
    """(2.0: 4.1.1, 1.0.3: Communication 1.1; XAPI-00125, 00126)"""
    put(either, kind.at(), {"x": 1})
    for url in (kind.at(), kind.at(None)):
        got, head = either.get(url), either.head(url)
        assert (head.status_code, head.content) == (200, b"")
        names = ("ETag", "Last-Modified", "Content-Type", "X-Experience-API-Version")
        assert [head[name] for name in names] == [got[name] for name in names]
    assert either.head(kind.at("other")).status_code == 404


def test_the_last_modification_is_told(kind: Resource, either: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """(2.0: 4.1.6.2, 1.0.3: Communication 2.2.s6.b1, b2)"""
    first = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    for hours, name in enumerate(("a", "b", "a")):
        monkeypatch.setattr(resource, "now", lambda hours=hours: first + timedelta(hours=hours))
        post(either, kind.at(name), {"x": hours})
    told = {name: either.get(kind.at(name))["Last-Modified"] for name in ("a", "b", None)}
    at = {hours: http_date((first + timedelta(hours=hours)).timestamp()) for hours in (1, 2)}
    assert told == {"a": at[2], "b": at[1], None: at[2]}


def test_documents_may_be_about_what_is_not_known(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.2.s4.b2)"""
    assert not Activity.objects.filter(iri=COURSE).exists()
    assert not Agent.objects.filter(ifi_value=ANNA).exists()
    assert either.get(kind.at()).status_code == 404
    assert either.get(kind.at(None)).json() == []
    assert not Activity.objects.filter(iri=COURSE).exists()
    assert put(either, kind.at(), {}).status_code == 204


def test_another_activity_agent_and_registration_have_documents_of_their_own(machine: Client) -> None:
    """(1.0.3: Communication 2.2.s2, unique within the scope of the agent or activity)"""
    other = {"activityId": "http://example.com/other"}
    places = [STATE.at(), STATE.at(**other), STATE.at(agent=agent(BEATA)), STATE.at(registration=REGISTRATION)]
    places += [ACTIVITY.at(), ACTIVITY.at(**other), AGENT.at(), AGENT.at(agent=agent(BEATA))]
    for number, url in enumerate(places):
        assert put(machine, url, number).status_code == 204
    assert [machine.get(url).json() for url in places] == list(range(len(places)))
    assert machine.get(STATE.at(registration=str(uuid4()))).status_code == 404


def test_an_agent_is_the_same_however_it_is_written(either: Client) -> None:
    """(1.0.3: Data 2.4.2.3) Only the identifier counts, and the domain of a mailbox has no case."""
    put(either, AGENT.at(agent={"mbox": "mailto:Bo@example.org", "name": "Bo"}), {"x": 1})
    same = {"objectType": "Agent", "mbox": "mailto:Bo@EXAMPLE.org"}
    assert either.get(AGENT.at(agent=same)).json() == {"x": 1}


def test_ids_of_any_length_and_script_are_told_apart(kind: Resource, either: Client) -> None:
    ids = ["å" * 3000, "å" * 3001, "a/b?c&d=e", " ", ""]
    for number, document_id in enumerate(ids):
        assert put(either, kind.at(document_id), number).status_code == 204
    assert [either.get(kind.at(document_id)).json() for document_id in ids] == [0, 1, 2, 3, 4]
    assert either.get(kind.at(None)).json() == sorted(ids)


# --- Many documents --------------------------------------------------------------------------------------------------


def test_without_an_id_the_ids_are_listed(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.3.s4, 2.6.s4, 2.7.s4; XAPI-00193, 00270, 00293)"""
    assert either.get(kind.at(None)).json() == []
    for name in ("b", "a"):
        put(either, kind.at(name), {})
    response = either.get(kind.at(None))
    assert (response.status_code, response.json(), response["Content-Type"]) == (200, ["a", "b"], "application/json")


def test_since_lists_what_was_changed_after_it(kind: Resource, either: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """(1.0.3: Communication 2.3.s4.table1.row4, exclusive; XAPI-00195, 00221, 00278, 00304)"""
    first = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    for hours, name in enumerate(("a", "b", "c", "a")):
        monkeypatch.setattr(resource, "now", lambda hours=hours: first + timedelta(hours=hours))
        post(either, kind.at(name), {"x": hours})
    since = {hours: either.get(kind.at(None, since=f"2026-11-22T{9 + hours:02}:00:00Z")).json() for hours in range(4)}
    assert since == {0: ["a", "b", "c"], 1: ["a", "c"], 2: ["a"], 3: []}


def test_states_of_every_registration_are_listed_once(either: Client) -> None:
    """(1.0.3: Communication 2.3.s4, registration if specified)"""
    put(either, STATE.at("a"), {})
    put(either, STATE.at("a", registration=REGISTRATION), {})
    put(either, STATE.at("b", registration=REGISTRATION), {})
    assert either.get(STATE.at(None)).json() == ["a", "b"]
    assert either.get(STATE.at(None, registration=REGISTRATION.upper())).json() == ["a", "b"]
    assert either.get(STATE.at(None, registration=str(uuid4()))).json() == []


def test_all_states_of_a_registration_or_of_all_are_deleted(either: Client) -> None:
    """(1.0.3: Communication 2.3.s5; XAPI-00194)"""
    for registration in (None, REGISTRATION, str(uuid4())):
        put(either, STATE.at("a", registration=registration), {})
    put(either, STATE.at("a", agent=agent(BEATA)), {})
    assert either.delete(STATE.at(None, registration=REGISTRATION)).status_code == 204
    assert Document.objects.count() == 3
    assert either.delete(STATE.at(None)).status_code == 204
    assert either.get(STATE.at(None)).json() == []
    assert either.get(STATE.at("a", agent=agent(BEATA))).status_code == 200


def test_only_states_are_deleted_all_at_once(either: Client) -> None:
    """(XAPI-00265, 00300)"""
    for each in PROFILES:
        put(either, each.at(), {})
        assert either.delete(each.at(None)).status_code == 400
        assert either.get(each.at()).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_queries_whatever_it_holds(
    machine: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        put(machine, STATE.at(str(number)), {})
    with django_assert_max_num_queries(3):
        assert len(machine.get(STATE.at(None)).json()) == count


# --- Merging ---------------------------------------------------------------------------------------------------------


def test_posting_where_nothing_is_stores_it(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.2.s7; XAPI-00233, 00280, 00310)"""
    assert post(either, kind.at(), b"any", "text/plain").status_code == 204
    assert either.get(kind.at()).content == b"any"


def test_posting_sets_the_properties_of_the_object_and_only_them(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 2.2.s7.b1, b2, b3; XAPI-00183, 00184, 00234, 00279, 00308)"""
    put(either, kind.at(), {"x": {"deep": 1}, "y": "bår", "z": [1]}, "application/json; charset=utf-8")
    assert post(either, kind.at(), {"x": {"other": 2}, "n": None}).status_code == 204
    response = either.get(kind.at())
    assert response.json() == {"x": {"other": 2}, "y": "bår", "z": [1], "n": None}
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("old", "old_type", "new", "new_type"),
    [
        (b'{"x": 1}', "application/json", b"abc", "text/plain"),
        (b'{"x": 1}', "application/json", b'{"y": 1}', "text/plain"),
        (b'{"x": 1}', "application/json", b'{"y": 1', "application/json"),
        (b'{"x": 1}', "application/json", b"[1]", "application/json"),
        (b'{"x": 1}', "application/json", b"", "application/json"),
        (b'{"x": 1}', "application/json", b'{"y": 1, "y": 2}', "application/json"),
        (b'{"x": 1}', "text/plain", b'{"y": 1}', "application/json"),
        (b"[1]", "application/json", b'{"y": 1}', "application/json"),
    ],
)
def test_what_is_not_an_object_is_not_merged_and_changes_nothing(
    kind: Resource, either: Client, old: bytes, old_type: str, new: bytes, new_type: str
) -> None:
    """(1.0.3: Communication 2.2.s8.b1; XAPI-00229, 00232, 00235, 00281, 00284, 00309, 00313, 00314)"""
    put(either, kind.at(), old, old_type)
    response = post(either, kind.at(), new, new_type)
    assert (response.status_code, response.json()["title"][-1]) == (400, ".")
    response = either.get(kind.at())
    assert (response.content, response["Content-Type"]) == (old, old_type)


def test_half_a_surrogate_pair_survives_a_merge(machine: Client) -> None:
    put(machine, STATE.at(), b'{"x": "\\ud800"}')
    assert post(machine, STATE.at(), {"y": 1}).status_code == 204
    assert json.loads(machine.get(STATE.at()).content) == {"x": "\ud800", "y": 1}


def test_what_is_called_json_must_be(kind: Resource, either: Client) -> None:
    """(2.0: 4.1.3, 1.0.3: Communication 3.2.s3.b6)"""
    for data in (b"{", b"\xff", b"NaN"):
        assert put(either, kind.at(), data).status_code == 400
        assert post(either, kind.at(), data).status_code == 400
    assert put(either, kind.at(), b"{", "no type").status_code == 400
    assert either.get(kind.at()).status_code == 404


# --- Concurrency (2.0: 4.1.4, 1.0.3: Communication 3.1; XAPI-00322) --------------------------------------------------


def test_the_tag_is_the_quoted_sha1_of_the_document(kind: Resource, either: Client) -> None:
    """(1.0.3: Communication 3.1.s4.b1, b2, b4)"""
    put(either, kind.at(), b"\x00bytes", "text/plain")
    assert either.get(kind.at())["ETag"] == tag(b"\x00bytes")
    assert either.get(kind.at(None))["ETag"] == tag(b'["note"]')


@pytest.mark.parametrize("method", ["put", "post", "delete"])
def test_a_change_with_the_right_tag_is_made(kind: Resource, either: Client, method: str) -> None:
    """(1.0.3: Communication 3.1.s4.b5, b7)"""
    put(either, kind.at(), {"x": 1})
    header = {"If-Match": f'"other", {either.get(kind.at())["ETag"]}'}
    response = getattr(either, method)(kind.at(), b'{"x": 2}', content_type="application/json", headers=header)
    assert response.status_code == 204
    expected = (404, None) if method == "delete" else (200, {"x": 2})
    response = either.get(kind.at())
    assert (response.status_code, response.json() if expected[1] else None) == expected


@pytest.mark.parametrize("method", ["put", "post", "delete"])
@pytest.mark.parametrize("header", ['"1234"', '"1111111111111111111111111111111111111111"', "", "1234"])
def test_a_change_with_a_wrong_tag_is_refused(kind: Resource, either: Client, method: str, header: str) -> None:
    """(1.0.3: Communication 3.1.s4.b9, b10, b11, b12)"""
    put(either, kind.at(), {"x": 1})
    response = getattr(either, method)(
        kind.at(), b'{"x": 2}', content_type="application/json", headers={"If-Match": header}
    )
    assert (response.status_code, response.json()["code"]) == (412, "precondition_failed")
    assert either.get(kind.at()).json() == {"x": 1}


@pytest.mark.parametrize("method", ["put", "post", "delete"])
def test_no_tag_matches_where_nothing_is(kind: Resource, either: Client, method: str) -> None:
    """(RFC 9110: 13.1.1)"""
    for header in ("*", tag(b"")):
        options = {"content_type": "application/json", "headers": {"If-Match": header}}
        assert getattr(either, method)(kind.at(), b"{}", **options).status_code == 412
    assert Document.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "post"])
def test_if_none_match_star_makes_and_never_replaces(kind: Resource, either: Client, method: str) -> None:
    """(1.0.3: Communication 3.1.s4.b6, b8)"""
    options = {"content_type": "application/json", "headers": {"If-None-Match": "*"}}
    assert getattr(either, method)(kind.at(), b'{"x": 1}', **options).status_code == 204
    assert getattr(either, method)(kind.at(), b'{"x": 2}', **options).status_code == 412
    assert either.get(kind.at()).json() == {"x": 1}


def test_if_none_match_with_a_tag_replaces_only_another(kind: Resource, either: Client) -> None:
    """(RFC 9110: 13.1.2)"""
    put(either, kind.at(), {"x": 1})
    assert put(either, kind.at(), {"x": 2}, If_None_Match=either.get(kind.at())["ETag"]).status_code == 412
    assert put(either, kind.at(), {"x": 2}, If_None_Match='"other"').status_code == 204


def test_any_document_matches_the_star(kind: Resource, either: Client) -> None:
    put(either, kind.at(), {"x": 1})
    assert put(either, kind.at(), {"x": 2}, If_Match="*").status_code == 204


def test_a_tag_that_compression_weakened_is_taken_for_ours(kind: Resource, either: Client) -> None:
    put(either, kind.at(), {"x": "long" * 200})
    weak = either.get(kind.at(), headers={"Accept-Encoding": "gzip"})["ETag"]
    assert weak.startswith("W/")
    assert put(either, kind.at(), {"x": 2}, If_Match=weak).status_code == 204


def test_a_profile_is_not_replaced_by_who_does_not_say_which(either: Client) -> None:
    """(1.0.3: Communication 3.1.s4.b13, b14, b15)"""
    for each in PROFILES:
        put(either, each.at(), {"x": 1})
        response = blind_put(either, each.at(), {"x": 2})
        assert (response.status_code, response.json()["code"]) == (409, "document_conflict")
        assert "If-Match" in response.json()["title"]
        assert either.get(each.at()).json() == {"x": 1}
        assert post(either, each.at(), {"x": 3}).status_code == 204
        assert either.delete(each.at()).status_code == 204


def test_a_state_is_replaced_without_a_tag_in_version_1_and_not_in_2(machine: Client) -> None:
    """(1.0.3: Communication 3.1.s3: states permit it; 2.0: 4.1.4: all three resources alike)"""
    put(machine, STATE.at(), {"x": 1})
    assert blind_put(machine, STATE.at(), {"x": 2}).status_code == 409
    assert blind_put(machine, STATE.at(), {"x": 2}, **V1).status_code == 204
    assert machine.get(STATE.at()).json() == {"x": 2}


def test_a_new_profile_wants_a_condition_in_version_1_and_not_in_2(kind: Resource, machine: Client) -> None:
    """(1.0.3: Communication 3.1.s3.b1, which the suite holds against the sender with 400; 2.0: 4.1.4)"""
    response = blind_put(machine, kind.at(), {"x": 1}, **V1)
    assert response.status_code == (204 if kind is STATE else 400)
    if kind is not STATE:
        assert "If-None-Match" in response.json()["title"]
        assert machine.get(kind.at()).status_code == 404
        assert blind_put(machine, kind.at(), {"x": 1}).status_code == 204


def test_a_reader_that_has_the_document_is_told_so(kind: Resource, either: Client) -> None:
    """(RFC 9110: 13.1.2)"""
    put(either, kind.at(), {"x": 1})
    etag = either.get(kind.at())["ETag"]
    response = either.get(kind.at(), headers={"If-None-Match": etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert either.get(kind.at(), headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_deletion_of_all_states_takes_no_condition(either: Client) -> None:
    put(either, STATE.at(), {})
    assert either.delete(STATE.at(None), headers={"If-Match": '"1234"'}).status_code == 400
    assert either.get(STATE.at()).status_code == 200


# --- Parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "post", "get", "delete"])
def test_what_a_document_is_about_must_be_said(kind: Resource, either: Client, method: str) -> None:
    """(XAPI-00207 to 00210, 00212 to 00215, 00261 to 00264, 00296 to 00299)"""
    for name in kind.about:
        response = either.generic(method.upper(), kind.at(**{name: None}), b"{}", "application/json")
        assert (response.status_code, name in response.json()["title"]) == (400, True)


@pytest.mark.parametrize("method", ["put", "post"])
def test_the_id_of_a_document_must_be_said(kind: Resource, either: Client, method: str) -> None:
    """(XAPI-00206, 00211, 00266, 00267, 00301, 00302)"""
    response = getattr(either, method)(kind.at(None), b"{}", content_type="application/json")
    assert (response.status_code, kind.id_name in response.json()["title"]) == (400, True)


BAD: list[Json] = [
    {"activityId": "course"},
    {"activityId": ""},
    {"agent": "anna"},
    {"agent": "true"},
    {"agent": "{}"},
    {"agent": '{"mbox": "anna"}'},
    {"agent": {"objectType": "Group", "mbox": "mailto:night@example.org"}},
    {"agent": {"objectType": "Group", "member": [agent()]}},
    {"agent": '{"account": {"homePage": "h:x", "name": "\\u0000"}}'},
    {"registration": "1"},
    {"registration": REGISTRATION.replace("-", "")},
    {"stateId": "a\x00b"},
    {"since": "2026-01-01T00:00:00Z"},
    {"since": "yesterday", "stateId": None},
    {"unknown": "1"},
    {"StateId": "x"},
    {"ActivityId": COURSE},
    {"profileId": "x"},
]


@pytest.mark.parametrize("method", ["put", "post", "get", "delete"])
@pytest.mark.parametrize("wrong", BAD, ids=str)
def test_a_parameter_that_is_wrong_is_refused(either: Client, method: str, wrong: Json) -> None:
    """(1.0.3: Communication 3.2.s3.b7, b8; XAPI-00196 to 00204, 00255 to 00258, 00325)"""
    names = {"stateId": "note"} | wrong
    url = STATE.at(None, **names)
    response = either.generic(method.upper(), url, b"{}", "application/json")
    assert (response.status_code, response.json()["title"][-1]) == (400, ".")
    assert Document.objects.count() == 0


def test_a_registration_is_no_parameter_of_a_profile(either: Client) -> None:
    for each in PROFILES:
        assert put(either, each.at(registration=REGISTRATION), {}).status_code == 400


def test_other_methods_are_not_known(kind: Resource, machine: Client) -> None:
    response = machine.patch(kind.at(), b"{}", content_type="application/json")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, PUT, POST, DELETE")


# --- Size ------------------------------------------------------------------------------------------------------------


def test_a_document_that_is_too_large_gives_413(
    kind: Resource, either: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(1.0.3: Communication 3.2.s3.b11) Also when it would become so by merging."""
    monkeypatch.setattr(resource, "MAX_BODY", 100)
    assert put(either, kind.at(), b"x" * 101, "text/plain").status_code == 413
    assert either.get(kind.at()).status_code == 404
    assert post(either, kind.at(), {"x": "x" * 80}).status_code == 204
    assert post(either, kind.at(), {"y": "y" * 80}).status_code == 413
    assert either.get(kind.at()).json() == {"x": "x" * 80}


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_without_a_credential_nothing_is_told(kind: Resource, client: Client) -> None:
    """(XAPI-00334)"""
    response = client.get(kind.at(), headers={"Accept": "text/html"})
    assert response.status_code == 401
    assert "WWW-Authenticate" not in response


def test_no_organisation_sees_or_touches_anothers_documents(
    kind: Resource, credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    owners = {name: Client(headers=credential(name)[1]) for name in (granvik, lyngfors, None)}
    contents = dict(zip(owners, (b"granvik", b"lyngfors", b"installation"), strict=True))
    for owner, client in owners.items():
        assert client.get(kind.at()).status_code == 404
        assert client.get(kind.at(None)).json() == []
        headers = {"If-None-Match": "*"}
        assert client.put(kind.at(), contents[owner], content_type="text/plain", headers=headers).status_code == 204
    assert {owner: client.get(kind.at()).content for owner, client in owners.items()} == contents
    owners[granvik].delete(kind.at())
    assert [client.get(kind.at()).status_code for client in owners.values()] == [404, 200, 200]
    if kind is STATE:
        owners[lyngfors].delete(kind.at(None))
        assert [client.get(kind.at()).status_code for client in owners.values()] == [404, 404, 200]


def test_systems_of_one_organisation_share_its_documents(
    kind: Resource, credential: MakeCredential, granvik: Organisation
) -> None:
    first, second = (Client(headers=credential(granvik)[1]) for _number in range(2))
    put(first, kind.at(), {"x": 1})
    assert second.get(kind.at()).json() == {"x": 1}


@pytest.mark.parametrize(
    ("scopes", "states", "profiles"),
    [
        ("all", (200, 204), (200, 204)),
        ("all/read", (200, 403), (200, 403)),
        ("state", (200, 204), (403, 403)),
        ("profile", (403, 403), (200, 204)),
        ("statements/write,statements/read", (403, 403), (403, 403)),
    ],
)
def test_a_credential_needs_the_scope(
    credential: MakeCredential, scopes: str, states: tuple[int, int], profiles: tuple[int, int]
) -> None:
    """(1.0.3: Communication 4.2, 3.2.s3.b10)"""
    client = Client(headers=credential(None, scopes)[1])
    for each, (reading, writing) in ((STATE, states), (ACTIVITY, profiles), (AGENT, profiles)):
        assert client.get(each.at(None)).status_code == reading
        assert put(client, each.at(), {}).status_code == writing
        assert post(client, each.at(), {}).status_code == writing
        assert client.delete(each.at()).status_code == writing


def test_no_form_token_is_asked_of_a_machine(kind: Resource, credential: MakeCredential) -> None:
    client = Client(headers=credential()[1], enforce_csrf_checks=True)
    assert put(client, kind.at(), {}).status_code == 204


def test_a_document_that_is_a_page_can_run_nothing_here(kind: Resource, machine: Client) -> None:
    put(machine, kind.at(), b"<script>alert(1)</script>", "text/html")
    response = machine.get(kind.at())
    assert response["Content-Security-Policy"] == endpoint.LOCKED_DOWN
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_merged_document_is_no_larger_than_what_was_sent(machine: Client) -> None:
    """Letters stay letters, and half a surrogate pair stays as it was written."""
    url = "/xapi/activities/profile?activityId=http://x.se/a&profileId=x"
    sent = '{"a":"' + "å" * 3_000_000 + '","half":"\\ud800"}'
    assert machine.put(url, sent.encode(), content_type="application/json").status_code == 204
    assert machine.post(url, b'{"b":1}', content_type="application/json").status_code == 204
    assert machine.get(url).content.decode() == sent[:-1] + ',"b":1}'
