"""Every kind of bad input that `docs/record-store.md` states an answer to, sent to every resource that takes it.

The single cases of JSON are in `test_body.py`, those of a statement in `test_statements_endpoint.py` and
`test_check.py`; here it is seen that no resource has a way around them.
"""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from xapi.endpoints import resource
from xapi.models import Document, Statement

from .bodies import COURSE, agent, named, plain
from .test_attachments_endpoint import BOUNDARY
from .test_documents_endpoint import ACTIVITY, AGENT, STATE

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
FIFTY_MEGABYTES = 50 * 2**20
TAKING = {
    "post": ("POST", URL, "application/json"),
    "put": ("PUT", f"{URL}?statementId={uuid4()}", "application/json"),
    "attachments": ("POST", URL, f"multipart/mixed; boundary={BOUNDARY}"),
    "form": ("POST", "/xapi/1.0.3/statements?method=POST", "application/x-www-form-urlencoded"),
    "state": ("PUT", STATE.at(), "application/json"),
    "activity profile": ("POST", ACTIVITY.at(), "application/json"),
    "agent profile": ("POST", AGENT.at(), "application/json"),
}
"""What takes a body: method, address, type."""
BAD_JSON = {
    "deep nesting": (b'{"x":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "nesting without an end": (b"[" * 1_000_000, 400),
    "a number beyond a double": (b'{"x": 1e999}', 400),
    "a number of ten thousand digits": (b'{"x": ' + b"9" * 10_000 + b"}", 400),
    "no number": (b'{"x": NaN}', 400),
    "not UTF-8": (b'{"x": "\xff\xfe"}', 400),
    "UTF-16": ('{"x": 1}'.encode("utf-16"), 400),
    "half a character": (b'{"x": "\xc3"}', 400),
    "a name twice": (b'{"x": 1, "x": 2}', 400),
    "a name twice within": (b'{"x": [{"y": 1, "y": 1}]}', 400),
    "not JSON": (b"{'x': 1}", 400),
    "more than one value": (b"{} {}", 400),
    "nothing": (b" ", 400),
}


def framed(raw: bytes, name: str) -> bytes:
    """The JSON as that resource takes it."""
    if name == "attachments":
        head = f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n".encode()
        return head + raw + f"\r\n--{BOUNDARY}--".encode()
    if name == "form":
        fields = {"X-Experience-API-Version": "1.0.3", "content": raw}
        return urlencode(fields).encode()
    return raw


def nothing_is_stored() -> bool:
    return not Statement.objects.exists() and not Document.objects.exists()


@pytest.mark.parametrize(("raw", "status"), BAD_JSON.values(), ids=BAD_JSON.keys())
@pytest.mark.parametrize("name", TAKING)
def test_json_that_is_none_is_refused_with_a_sentence_by_whatever_takes_it(
    machine: Client, name: str, raw: bytes, status: int
) -> None:
    method, address, content_type = TAKING[name]
    response = machine.generic(method, address, framed(raw, name), content_type)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["title"].endswith(".")
    assert nothing_is_stored()


@pytest.mark.parametrize("name", TAKING)
def test_fifty_megabytes_are_refused_and_hardly_read(machine: Client, name: str) -> None:
    """413. Of what says its length nothing is read; of what does not, no more than is allowed."""
    method, address, content_type = TAKING[name]
    raw = framed(b'{"x": "' + b"x" * FIFTY_MEGABYTES + b'"}', name)
    for chunked in (False, True):
        body = io.BytesIO(raw)
        options: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(len(raw)), "content_type": content_type}
        if chunked:
            options |= {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
        response = machine.generic(method, address, b"x", **options)
        assert response.status_code == 413
        assert str(resource.MAX_BODY) in response.json()["title"]
        assert body.tell() <= resource.MAX_BODY + 2**20
    assert nothing_is_stored()


# What PostgreSQL or UTF-8 cannot keep, wherever it may stand.
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\udc00x"], ids=ascii)
def test_what_no_database_keeps_is_refused_wherever_it_stands(machine: Client, text: str) -> None:
    for body in (
        plain(result={"response": text}),
        plain(context={"extensions": {"http://x": {text: 1}}}),
        plain(actor={"name": text, "mbox": "mailto:a@example.org"}),
        plain(verb={"id": "http://x", "display": {"sv": text}}),
        plain(object={"id": COURSE, "definition": {"name": {"sv": text}}}),
    ):
        response = machine.post(URL, json.dumps([named(), body]), content_type="application/json")
        assert response.status_code == 400
        assert response.json()["errors"][0]["path"].startswith("$[1].")
    assert nothing_is_stored()


NOT_UTF8 = ["%FF", "%E5", "a%C3", "%ED%A0%80", "%C0%80"]


@pytest.mark.parametrize("text", NOT_UTF8)
def test_parameters_that_are_not_utf8_are_refused(machine: Client, text: str) -> None:
    """Otherwise each wrong byte would be read as the same mark, and two ids as one."""
    for address in (STATE.at("@"), ACTIVITY.at("@"), AGENT.at("@")):
        response = machine.put(address.replace("%40", text), b"{}", content_type="application/json")
        assert (response.status_code, "UTF-8" in response.json()["title"]) == (400, True)
    assert machine.get(f"{URL}?verb=http://x/{text}").status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize("text", ["\x00", "a\x00"], ids=ascii)
def test_nul_is_refused_in_parameters_too(machine: Client, text: str) -> None:
    for address in (STATE.at(text), ACTIVITY.at(text), AGENT.at(text), STATE.at(activityId=f"http://x/{text}")):
        assert machine.put(address, b"{}", content_type="application/json").status_code == 400
    for asked in ({"verb": f"http://x/{text}"}, {"agent": json.dumps(agent(f"x{text}"))}, {"registration": text}):
        assert machine.get(URL, asked).status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T00:00:00.999999999+14:00",
        "0001-01-01T00:00:00Z",
        "1500-01-01T00:00:00-12:00",
    ],
)
def test_a_moment_at_the_end_of_time_is_kept_and_asked_for(machine: Client, moment: str) -> None:
    """A clock that is wrong by thousands of years: stored as it came, and it happened when it was stored if not
    before. Queries may name such moments too."""
    body = named(timestamp=moment)
    assert machine.post(URL, json.dumps(body), content_type="application/json").status_code == 200
    statement = Statement.objects.get()
    assert statement.happened_at <= statement.stored
    assert machine.get(URL, {"statementId": body["id"]}).json()["timestamp"] == moment
    for name in ("since", "until"):
        assert machine.get(URL, {name: moment}).status_code == 200
    assert machine.get(STATE.at(None, since=moment)).status_code == 200


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z"])
def test_a_moment_beyond_the_years_that_are_counted_is_refused(machine: Client, moment: str) -> None:
    response = machine.post(URL, json.dumps(plain(timestamp=moment)), content_type="application/json")
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, "$[0].timestamp")
    assert machine.get(URL, {"since": moment}).status_code == 400
    assert nothing_is_stored()
