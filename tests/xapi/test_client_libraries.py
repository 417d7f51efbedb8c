"""What client libraries send, byte by byte as they do (`tincan` of PyPI, `@xapi/xapi` of npm), where it is peculiar."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from xapi.api import record

from .bodies import AT, named
from .test_attachments_endpoint import PHOTO, attachment, sha2

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
V1 = {"X-Experience-API-Version": "1.0.3"}


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("name", ["ascending", "related_agents", "related_activities", "attachments"])
def test_tincan_writes_a_boolean_as_python_does(name: str, asked: bool, machine: Client) -> None:
    response = machine.get(URL, {name: str(asked)})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("multipart/mixed") == (asked and name == "attachments")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_tincan_writes_a_time_as_python_does(version: str, machine: Client) -> None:
    first, second = named(), named()
    record([first], organisation=None, at=AT)
    record([second], organisation=None, at=AT + timedelta(hours=1))
    answer = machine.get(URL, {"since": str(AT)}, headers={"X-Experience-API-Version": version})
    assert [one["id"] for one in answer.json()["statements"]] == [second["id"]]


def test_a_time_without_a_zone_is_taken_as_utc_by_the_older_version_only(machine: Client) -> None:
    naive = {"until": str(datetime.now(UTC).replace(tzinfo=None))}
    assert machine.get(URL, naive, headers=V1).status_code == 200
    assert machine.get(URL, naive).status_code == 400


def test_xapi_js_says_of_the_first_part_that_it_is_a_form_s(machine: Client) -> None:
    body = named(attachments=[attachment()])
    content = (
        "--48151623\r\nContent-Type: application/json\r\n"
        f'Content-Disposition: form-data; name="statement"\r\n\r\n{json.dumps(body)}\r\n'
        "--48151623\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n"
        f"X-Experience-API-Hash: {sha2(PHOTO)}\r\n\r\n"
    ).encode()
    content += PHOTO + b"\r\n--48151623--\r\n"
    response = machine.post(URL, content, content_type="multipart/mixed; boundary=48151623", headers=V1)
    assert response.json() == [body["id"]]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        (None, "Statements are posted without parameters."),
        ("*", "Statements are posted without parameters."),
        ("de-DE, fr;q=0.5", "Statements are posted without parameters."),
        ("sv-SE, en;q=0.5", "Påståenden skickas med POST utan parametrar."),
    ],
)
def test_errors_are_english_for_whoever_asks_for_no_language_of_ours(
    asked: str | None, title: str, machine: Client
) -> None:
    """Libraries ask for none, and those who read their errors may know no Swedish."""
    headers = {"Accept-Language": asked} if asked else {}
    response = machine.post(f"{URL}?x=1", "[]", content_type="application/json", headers=headers)
    assert (response.status_code, response.json()["title"]) == (400, title)
    assert response["Content-Language"] == ("sv" if asked and asked.startswith("sv") else "en")


@pytest.mark.parametrize("path", [URL, "/xapi/activities?activityId=http://example.com/x", f"{URL}?statementId=x"])
def test_an_answer_is_not_shown_again_without_asking(path: str, machine: Client) -> None:
    """So no client needs the parameter `cachebuster`, which the specification has us refuse."""
    assert machine.get(path)["Cache-Control"] == "private, no-cache"
