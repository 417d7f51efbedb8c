"""Methods, headers, versions, errors and authentication (Communication 1, 3, 4; 2.0: 4.1.1, 4.1.2, 4.1.5)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from tests.xapi.bodies import COURSE, agent, named, plain
from tests.xapi.conftest import MakeCredential
from tests.xapi.test_documents_endpoint import ACTIVITY, AGENT, STATE
from tests.xapi.test_documents_endpoint import post as post_document
from tests.xapi.test_documents_endpoint import put as put_document
from xapi.endpoints import resource
from xapi.models import Statement

from .asking import URL, post, put

pytestmark = pytest.mark.django_db
SOME_ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
VERSION = "X-Experience-API-Version"
READ = {
    "statements": f"{URL}?limit=1",
    "one statement": f"{URL}?statementId={SOME_ID}",
    "state": STATE.at(),
    "states": STATE.at(None),
    "activity profile": ACTIVITY.at(),
    "agent profile": AGENT.at(),
    "activities": f"/xapi/activities?activityId={COURSE}",
    "agents": AGENT.at(None).replace("/profile", ""),
    "about": "/xapi/about",
}
ALL_BUT_ABOUT = [name for name in READ if name != "about"]


@pytest.fixture
def filled(client: Client) -> Client:
    put(client, plain(), f"statementId={SOME_ID}")
    for kind in (STATE, ACTIVITY, AGENT):
        put_document(client, kind.at(), {"x": 1})
    return client


@pytest.mark.parametrize("name", READ)
def test_head_is_get_without_the_body(filled: Client, name: str) -> None:
    """XAPI-00125, XAPI-00126"""
    got, head = filled.get(READ[name]), filled.head(READ[name])
    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    changing = {"X-Experience-API-Consistent-Through"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }


# --- Versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL_BUT_ABOUT)
def test_a_request_without_a_version_is_refused(filled: Client, name: str) -> None:
    """XAPI-00321"""
    del filled.defaults["HTTP_X_EXPERIENCE_API_VERSION"]
    response = filled.get(READ[name])
    assert (response.status_code, VERSION in response.json()["title"]) == (400, True)
    assert filled.get(READ["about"]).status_code == 200


@pytest.mark.parametrize("said", ["", "0.9", "0.95", "1", "1.1.0", "2.1.0", "3.0.0", "1.0.x", "v2.0.0", "2.0.0 beta"])
def test_a_request_of_another_version_is_refused(filled: Client, said: str) -> None:
    """XAPI-00331, 2.0:4.1.2-1"""
    for name in ALL_BUT_ABOUT:
        assert filled.get(READ[name], headers={VERSION: said}).status_code == 400


@pytest.mark.parametrize(
    ("said", "answered"), [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("2.0", "2.0.0"), ("2.0.7", "2.0.0")]
)
def test_an_answer_says_the_newest_version_of_the_line_that_was_spoken(
    filled: Client, said: str, answered: str
) -> None:
    """XAPI-00333, 2.0:4.1.2-1"""
    for path in READ.values():
        response = filled.get(path, headers={VERSION: said})
        assert (response.status_code, response[VERSION]) == (200, answered)


# --- Errors ----------------------------------------------------------------------------------------------------------


def test_a_refused_request_changes_nothing(client: Client) -> None:
    """XAPI-00182"""
    put_document(client, STATE.at(), {"x": 1})
    assert post_document(client, STATE.at(), b"{", "application/json").status_code == 400
    assert put_document(client, STATE.at(), {"y": 1}, If_Match='"x"').status_code == 412
    assert client.delete(STATE.at(), headers={"If-Match": '"x"'}).status_code == 412
    assert client.get(STATE.at()).json() == {"x": 1}


def test_more_than_is_read_at_once_is_refused_as_too_large(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """XAPI-00328"""
    monkeypatch.setattr(resource, "MAX_BODY", 1000)
    response = post(client, [named() for _number in range(9)])
    assert (response.status_code, "1000" in response.json()["title"]) == (413, True)
    assert Statement.objects.count() == 0


# Each row: what is asked, and the answer: all are codes that the specification has.
CODES: list[tuple[str, str, Any, int]] = [
    ("POST", URL, plain(verb={}), 400),
    ("GET", f"{URL}?statementId={SOME_ID}", "", 404),
    ("GET", STATE.at(), "", 404),
    ("DELETE", URL, "", 405),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), CODES)
def test_a_refusal_has_a_code_of_the_specification_and_says_why(
    client: Client, method: str, path: str, body: Any, status: int
) -> None:
    """XAPI-00323"""
    response = client.generic(method, path, json.dumps(body), content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["title"].endswith(".")


def test_what_a_credential_may_not_do_is_forbidden(credential: MakeCredential) -> None:
    """XAPI-00327"""
    _row, headers = credential(scopes="statements/read")
    assert post(Client(headers=headers), plain()).status_code == 403
    assert Client(headers=headers).get(STATE.at()).status_code == 403


# --- Authentication --------------------------------------------------------------------------------------------------


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("said", ["", "Basic", "Basic !", basic("unknown:secret"), basic(":"), basic("x"), "Bearer x"])
@pytest.mark.parametrize("name", ALL_BUT_ABOUT)
def test_without_a_good_credential_nothing_is_told(db: None, said: str, name: str) -> None:
    """XAPI-00334"""
    headers = {VERSION: "2.0.0"} | ({"Authorization": said} if said else {})
    assert Client(headers=headers).get(READ[name]).status_code == 401
    assert post(Client(headers=headers), plain()).status_code == 401
    assert Statement.objects.count() == 0


def test_basic_authentication_opens_the_store(credential: MakeCredential) -> None:
    """XAPI-00335"""
    _row, headers = credential()
    assert headers["Authorization"].startswith("Basic ")
    assert Client(headers=headers).get(URL).status_code == 200


def test_2_0_has_no_alternate_syntax(machine: Client) -> None:
    """2.0:4.1.3-1"""
    form = {"content": json.dumps(plain()), VERSION: "2.0.0", "agent": json.dumps(agent())}
    for method in ("GET", "PUT", "POST"):
        response = machine.post(f"{URL}?method={method}", form)
        assert response.status_code == 400
    assert Statement.objects.count() == 0
