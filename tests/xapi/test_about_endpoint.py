"""The about resource (2.0: 4.1.6.7, 1.0.3: Communication 2.8)."""

from __future__ import annotations

import pytest
from django.test import Client

from xapi.endpoints.resource import MAX_BODY

from .bodies import BASE

pytestmark = pytest.mark.django_db
VERSION = "X-Experience-API-Version"


@pytest.mark.parametrize(
    ("url", "versions"), [("/xapi/about", ["2.0.0", "1.0.3"]), ("/xapi/1.0.3/about", ["1.0.3"])], ids=str
)
@pytest.mark.parametrize("said", ["", "2.0.0", "1.0.3", "0.95", "BAD"])
def test_it_tells_the_versions_to_anybody_whatever_version_is_asked_for(
    client: Client, url: str, versions: list[str], said: str
) -> None:
    """(1.0.3: Communication 2.8.s5.b1, b2, b3, b4; XAPI-00315 to 00319, 00321)"""
    response = client.get(url, headers={VERSION: said})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response[VERSION] == (said if said in versions else versions[0])
    limits = {"bytes": MAX_BODY, "statements": 500}
    assert response.json() == {"version": versions, "extensions": {f"{BASE}/extensions/limits": limits}}


def test_it_takes_head_and_no_method_that_changes(client: Client) -> None:
    response = client.head("/xapi/about")
    assert (response.status_code, response.content) == (200, b"")
    assert client.post("/xapi/about").status_code == 405
