"""The alternate request syntax of 1.0.3 (Communication 1.3; XAPI-00148, 00336), which 2.0 does not have."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from xapi.models import Document, Statement

from .bodies import COURSE, Json, agent, named, plain
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
SOME_ID = "0f3c9a54-6a6b-4c57-8a3f-0d2f7c9b8e11"
FORM = "application/x-www-form-urlencoded"
URL = "/xapi/1.0.3/statements"
STATE = "/xapi/1.0.3/activities/state"
NOTE = {"activityId": COURSE, "agent": json.dumps(agent()), "stateId": "note"}


@pytest.fixture
def fields(credential: MakeCredential) -> Json:
    """What a client that can set no headers puts into every form."""
    _row, headers = credential()
    return {"Authorization": headers["Authorization"], "X-Experience-API-Version": "1.0.3"}


def send(client: Client, url: str, method: str, fields: Json, content_type: str = FORM) -> Any:
    return client.post(f"{url}?method={method}", urlencode(fields), content_type=content_type)


@pytest.mark.parametrize("url", [URL, "/xapi/statements", "/xapi//statements"])
def test_a_statement_is_put_and_read_by_forms(client: Client, fields: Json, url: str) -> None:
    """(Communication 1.3.s3.b1, b2, b4, b7, b13, b14)"""
    body = plain(verb={"id": "http://example.com/svarade-på"})
    statement_id = str(uuid4())
    sent = fields | {"statementId": statement_id, "content": json.dumps(body), "Content-Type": "application/json"}
    response = send(client, url, "PUT", sent)
    assert (response.status_code, response["X-Experience-API-Version"]) == (204, "1.0.3")
    response = send(client, url, "GET", fields | {"statementId": statement_id})
    assert (response.status_code, response.json()["verb"]) == (200, body["verb"])
    assert [one["id"] for one in send(client, url, "GET", fields | {"limit": 1}).json()["statements"]] == [statement_id]


def test_content_without_a_type_is_json(client: Client, fields: Json) -> None:
    assert send(client, URL, "POST", fields | {"content": json.dumps([named(), named()])}).status_code == 200
    assert Statement.objects.count() == 2


def test_the_version_and_credential_may_stand_in_the_header(machine: Client) -> None:
    response = machine.post(f"{URL}?method=GET", "limit=1", FORM, headers={"X-Experience-API-Version": "1.0.3"})
    assert response.status_code == 200


def test_fields_that_are_headers_count_as_headers(client: Client, fields: Json) -> None:
    """(Communication 1.3.s3.b7)"""
    assert send(client, URL, "GET", fields | {"X-Experience-API-Version": "0.8"}).status_code == 400
    assert send(client, URL, "GET", fields | {"Authorization": "Basic Og=="}).status_code == 401
    put = fields | NOTE | {"content": "å\x00b", "Content-Type": "text/plain", "Content-Length": "1"}
    assert send(client, STATE, "PUT", put | {"If-Match": '"x"'}).status_code == 412
    assert send(client, STATE, "PUT", put | {"If-None-Match": "*"}).status_code == 204
    assert send(client, STATE, "PUT", put | {"If-None-Match": "*"}).status_code == 412
    response = send(client, STATE, "GET", fields | NOTE)
    assert (response.content.decode(), response["Content-Type"]) == ("å\x00b", "text/plain")


def test_a_document_is_merged_and_deleted_by_forms(client: Client, fields: Json) -> None:
    for content in ('{"x": 1}', '{"y": 2}'):
        assert send(client, STATE, "POST", fields | NOTE | {"content": content}).status_code == 204
    assert send(client, STATE, "GET", fields | NOTE).json() == {"x": 1, "y": 2}
    assert send(client, STATE, "DELETE", fields | NOTE).status_code == 204
    assert Document.objects.count() == 0


def test_head_by_a_form_has_no_body(client: Client, fields: Json) -> None:
    """(Communication 1.1)"""
    send(client, STATE, "PUT", fields | NOTE | {"content": "{}"})
    response = send(client, STATE, "HEAD", fields | NOTE)
    assert (response.status_code, response.content, "ETag" in response) == (200, b"", True)


def test_the_next_page_of_a_query_by_form_is_read_by_form(client: Client, fields: Json) -> None:
    send(client, URL, "POST", fields | {"content": json.dumps([named(), named()])})
    more = send(client, URL, "GET", fields | {"limit": 1}).json()["more"]
    assert more.startswith("/xapi/1.0.3/statements/more/")
    assert len(send(client, more, "GET", fields).json()["statements"]) == 1


@pytest.mark.parametrize(
    ("query", "change", "content_type"),
    [
        (f"method=PUT&statementId={SOME_ID}", {}, FORM),
        ("method=PUT&method=PUT", {}, FORM),
        ("method=TRACE", {}, FORM),
        ("method=put", {}, FORM),
        ("method=", {}, FORM),
        ("Method=PUT", {}, FORM),
        ("method=PUT", {"content": None}, FORM),
        ("method=PUT", {"unknown": "1"}, FORM),
        ("method=PUT", {"authorization": "x"}, FORM),
        ("method=PUT", {}, "application/json"),
        ("method=PUT", {}, "multipart/form-data; boundary=x"),
        ("method=PUT", {"content": "{"}, FORM),
        ("method=PUT", {"content": b"\xff"}, FORM),
        ("method=PUT", {"content": ["{}", "{}"]}, FORM),
        ("method=PUT", {f"x{number}": "" for number in range(200)}, FORM),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_form_that_is_wrong_is_refused(
    client: Client, fields: Json, query: str, change: Json, content_type: str
) -> None:
    """(Communication 1.3.s3.b3, b4, b5, 3.2.s3.b6)"""
    sent = fields | {"statementId": str(uuid4()), "content": json.dumps(plain())} | change
    form = urlencode({name: value for name, value in sent.items() if value is not None}, doseq=True)
    headers = {"Authorization": fields["Authorization"], "X-Experience-API-Version": "1.0.3"}
    response = client.post(f"{URL}?{query}", form, content_type=content_type, headers=headers)
    assert (response.status_code, response.json()["title"][-1]) == (400, ".")
    assert Statement.objects.count() == 0


def test_content_that_is_not_encoded_is_refused(machine: Client) -> None:
    """(Communication 1.3.s3.b4) JSON where a form should be."""
    form = json.dumps({"statementId": str(uuid4()), "content": json.dumps(plain())})
    headers = {"X-Experience-API-Version": "1.0.3"}
    assert machine.post(f"{URL}?method=PUT", form, FORM, headers=headers).status_code == 400
    assert machine.post(f"{URL}?method=PUT", b"content=\xff", FORM, headers=headers).status_code == 400


def test_only_a_post_is_an_alternate_request(machine: Client) -> None:
    """(Communication 1.3.s3.b1)"""
    headers = {"X-Experience-API-Version": "1.0.3"}
    form = urlencode({"statementId": str(uuid4()), "content": json.dumps(plain())})
    assert machine.put(f"{URL}?method=POST", form, FORM, headers=headers).status_code == 400
    assert machine.get(f"{URL}?method=GET", headers=headers).status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("said", ["2.0.0", None])
def test_version_2_knows_no_alternate_request(client: Client, fields: Json, method: str, said: str | None) -> None:
    """(2.0: removed from 4.1)"""
    sent = fields | NOTE | {"content": "{}", "X-Experience-API-Version": said}
    sent = {name: value for name, value in sent.items() if value is not None}
    for url in ("/xapi/activities/state", STATE):
        response = send(client, url, method, sent)
        assert (response.status_code, response.json()["title"][-1]) == (400, ".")
    assert Document.objects.count() == 0


def test_a_character_set_that_text_cannot_have_is_bad_input(credential: MakeCredential) -> None:
    headers = credential()[1] | {"X-Experience-API-Version": "1.0.3"}
    form = "Content-Type=application%2Fjson%3B+charset%3D%00&content=%5B%5D"
    response = Client(headers=headers).post(
        "/xapi/statements?method=POST", form, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 400
