"""Attachments, and how they are sent and given back (Data 2.4.11, Communication 1.5; 2.0: 4.1.3, 4.2.2.6)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.xapi.bodies import Json, named
from tests.xapi.test_attachments_endpoint import BOUNDARY, PHOTO, attachment, body_with, contents, part, send, sha2
from xapi.models import Statement

from .asking import URL, post
from .rules import REMOVED, VERSIONS, Rule, at, judge
from .test_statements import NO_IRI, NO_MAP, NOT_NUMBER, NOT_TEXT

SHA2 = ["a" * 56, "B" * 64, "0" * 96, "f" * 128]
NO_TYPES = ["", "image", "image/", "/png", "image png", "image/png/x", "image/png;", "a/b; c"]

RULES = [
    Rule("XAPI-00102", at("attachments.0.length"), [REMOVED, *NOT_NUMBER, -1, 1.5], [0, 27, 10**12]),
    Rule("XAPI-00103", at("attachments.0.sha2"), [REMOVED, *NOT_TEXT], SHA2),
    Rule("XAPI-00104", at("attachments.0.fileUrl"), NO_IRI, [REMOVED, "https://example.com/x?y"]),
    Rule("XAPI-00105", at("attachments.0.contentType"), [REMOVED, *NOT_TEXT, *NO_TYPES[:6]], ["image/png", "a/b; c=d"]),
    Rule("XAPI-00106", at("attachments.0.display"), [REMOVED, *NO_MAP], [{}, {"sv": "Bild"}]),
    Rule("XAPI-00107", at("attachments.0.usageType"), [REMOVED, *NO_IRI], ["http://example.com/usage", "urn:x:y"]),
    Rule("S-4.2.2.6-1", at("attachments.0.description"), NO_MAP, [REMOVED, {}, {"sv": "En bild"}]),
    # The suites take any text for a hash.
    Rule("S-4.2.2.6-2", at("attachments.0.sha2"), ["", "a" * 63, "g" * 64, "a" * 40, " " + "a" * 64], []),
    # It stands in a header when the data is given back, so it may end none.
    Rule("S-4.2.2.6-3", at("attachments.0.contentType"), ["image/png\r\nX: 1", 'a/b; c="\n"', "image/png\x00"], []),
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_of_the_specification_is_kept(rule: Rule, version: str) -> None:
    judge(rule, version)


# --- How they are sent -----------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db
DATA = attachment()
LINK = attachment(b"elsewhere", fileUrl="http://example.com/x")
GOOD = body_with(named(attachments=[DATA]), part(PHOTO))
MIXED = f"multipart/mixed; boundary={BOUNDARY}"


def body(*attachments: Json) -> Json:
    return named(attachments=list(attachments))


def of_parts(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--".encode()


def statements_part(content: Any) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n{json.dumps(content)}\r\n".encode()


# Each row: the requirement, what is sent, its Content-Type, and the answer.
SENT: list[tuple[str, bytes, str, int]] = [
    ("XAPI-00127", json.dumps(body(LINK)).encode(), "application/json", 200),
    ("XAPI-00127", json.dumps(body(LINK)).encode(), "application/json; charset=utf-8", 200),
    ("XAPI-00127", json.dumps(body(LINK)).encode(), "multipart/form-data; boundary=x", 400),
    ("XAPI-00127", json.dumps(body(LINK)).encode(), "text/plain", 400),
    ("XAPI-00127", json.dumps(body(LINK)).encode(), "", 400),
    ("XAPI-00127", body_with(body(LINK)), MIXED, 200),
    ("XAPI-00127", body_with(named()), MIXED, 200),
    ("XAPI-00127", GOOD, MIXED, 200),
    ("XAPI-00127", GOOD, f"multipart/form-data; boundary={BOUNDARY}", 400),
    ("XAPI-00128", body_with(body(DATA), part(PHOTO), part(b"more")), MIXED, 400),
    ("XAPI-00128", body_with(body(LINK), part(PHOTO)), MIXED, 400),
    ("XAPI-00129", body_with(body(DATA)), MIXED, 400),
    ("XAPI-00129", json.dumps(body(DATA)).encode(), "application/json", 400),
    ("XAPI-00130", GOOD.replace(f"--{BOUNDARY}\r\nContent-Type: image".encode(), b"Content-Type: image"), MIXED, 400),
    ("XAPI-00130", GOOD.replace(f"--{BOUNDARY}\r\n".encode(), b""), MIXED, 400),
    ("XAPI-00131", GOOD, "multipart/mixed", 400),
    ("XAPI-00131", GOOD, "multipart/mixed; boundary=another", 400),
    ("XAPI-00132", body_with(body(DATA), part(PHOTO, {"X-Experience-API-Hash": ""})), MIXED, 400),
    ("XAPI-00132", body_with(body(DATA), part(PHOTO, {"X-Experience-API-Hash": sha2(b"other")})), MIXED, 400),
    ("XAPI-00132", body_with(body(DATA), part(b"other", {"X-Experience-API-Hash": sha2(PHOTO)})), MIXED, 400),
    ("XAPI-00133", of_parts(statements_part(body(DATA)), statements_part(named()), part(PHOTO)), MIXED, 400),
    ("XAPI-00133", of_parts(part(PHOTO), statements_part(body(DATA))), MIXED, 400),
    ("XAPI-00134", body_with(body(DATA), part(PHOTO), content_type="text/plain"), MIXED, 400),
    ("XAPI-00134", body_with(body(DATA), part(PHOTO), content_type=""), MIXED, 400),
    ("XAPI-00135", body_with(body(DATA), part(PHOTO, {"Content-Transfer-Encoding": ""})), MIXED, 400),
    ("XAPI-00135", body_with(body(DATA), part(PHOTO, {"Content-Transfer-Encoding": "base64"})), MIXED, 400),
]  # fmt: skip


@pytest.mark.parametrize(("number", "raw", "content_type", "status"), SENT, ids=[row[0] for row in SENT])
def test_a_request_with_attachments_is_of_the_form_that_is_asked_for(
    client: Client, number: str, raw: bytes, content_type: str, status: int
) -> None:
    response = client.post(URL, raw, content_type=content_type)
    assert response.status_code == status, number
    assert Statement.objects.count() == (1 if status == 200 else 0)
    assert status == 200 or response.json()["title"].endswith(".")


# --- How they are given back -----------------------------------------------------------------------------------------


def test_asked_for_they_come_with_the_statements(client: Client) -> None:
    """XAPI-00167"""
    statement = body(DATA)
    assert send(client, body_with(statement, part(PHOTO))).status_code == 200
    for asked in ({"statementId": statement["id"]}, {"limit": "1"}):
        _json, parts = contents(client.get(URL, asked | {"attachments": "true"}))
        ((headers, data),) = parts
        assert (data, headers["x-experience-api-hash"]) == (PHOTO, DATA["sha2"])
        assert headers["content-transfer-encoding"] == "binary"


@pytest.mark.parametrize("asked", [{}, {"attachments": "false"}])
def test_not_asked_for_they_do_not(client: Client, asked: dict[str, str]) -> None:
    """XAPI-00161"""
    statement = body(DATA)
    send(client, body_with(statement, part(PHOTO)))
    for more in ({"statementId": statement["id"]}, {"limit": "1"}):
        response = client.get(URL, asked | more)
        assert response["Content-Type"] == "application/json"
        assert PHOTO not in response.content


def test_what_only_names_a_file_elsewhere_is_taken_as_json(client: Client) -> None:
    """XAPI-00127"""
    assert post(client, body(LINK)).status_code == 200
