"""Entity tags of documents (Communication 3.1; 2.0: 4.1.4)."""

from __future__ import annotations

import json
from hashlib import sha1
from typing import Any

import pytest
from django.test import Client

from tests.xapi.test_documents_endpoint import ALL, Resource

pytestmark = pytest.mark.django_db
OLD, NEW = {"name": "old"}, {"name": "new"}
WRONG_TAG = '"1234"'


@pytest.fixture(params=ALL, ids=["state", "activity profile", "agent profile"])
def kind(request: pytest.FixtureRequest) -> Resource:
    result: Resource = request.param
    return result


def ask(client: Client, method: str, kind: Resource, body: object, **headers: str) -> Any:
    return client.generic(method, kind.at(), json.dumps(body), "application/json", headers=headers)


@pytest.fixture
def tag(client: Client, kind: Resource) -> str:
    """The tag of a document that is stored."""
    assert ask(client, "POST", kind, OLD).status_code == 204
    return str(client.get(kind.at())["ETag"])


def test_a_document_has_a_quoted_tag(client: Client, kind: Resource, tag: str) -> None:
    """XAPI-00322, 2.0:4.1.4-1: 1.0.3 asks for the SHA-1."""
    assert tag == f'"{sha1(client.get(kind.at()).content).hexdigest()}"'


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_change_with_another_tag_is_refused_and_with_the_right_one_made(
    client: Client, kind: Resource, tag: str, method: str
) -> None:
    """XAPI-00322, 2.0:4.1.4-2, 2.0:4.1.4-3, 2.0:4.1.4-4"""
    response = ask(client, method, kind, NEW, **{"If-Match": WRONG_TAG})
    assert (response.status_code, client.get(kind.at()).json()) == (412, OLD)
    assert ask(client, method, kind, NEW, **{"If-Match": tag}).status_code == 204
    after = client.get(kind.at())
    assert after.status_code == 404 if method == "DELETE" else after.json() == NEW


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_if_none_match_star_makes_only_what_is_not_there(client: Client, kind: Resource, method: str) -> None:
    """XAPI-00322"""
    assert ask(client, method, kind, OLD, **{"If-None-Match": "*"}).status_code == 204
    assert ask(client, method, kind, NEW, **{"If-None-Match": "*"}).status_code == 412
    assert client.get(kind.at()).json() == OLD


def test_a_document_is_not_put_over_another_without_a_condition(client: Client, kind: Resource, tag: str) -> None:
    """XAPI-00322, 2.0:4.1.4-5: 409 with a sentence that explains, and nothing is changed. 1.0.3 asks it of profiles."""
    response = ask(client, "PUT", kind, NEW)
    if kind.url.endswith("state") and client.defaults["HTTP_X_EXPERIENCE_API_VERSION"] == "1.0.3":
        assert response.status_code == 204
        return
    assert (response.status_code, "If-Match" in response.json()["title"]) == (409, True)
    assert client.get(kind.at()).json() == OLD
