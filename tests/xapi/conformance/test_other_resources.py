"""Agents, activities and about (Communication 2.4, 2.5, 2.8; 2.0: 4.1.6.3, 4.1.6.4, 4.1.6.7)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.xapi.bodies import named

from .asking import post

pytestmark = pytest.mark.django_db
AGENTS, ACTIVITIES, ABOUT = "/xapi/agents", "/xapi/activities", "/xapi/about"
ACTIVITY = "http://example.com/course"
ACCOUNT = {"homePage": "http://example.org", "name": "a"}

# --- Agents ----------------------------------------------------------------------------------------------------------

# Each row: the requirement, the identifier of an agent, and how the Person has it.
PEOPLE: list[tuple[str, str, Any]] = [
    ("XAPI-00239", "mbox", "mailto:anna@example.org"),
    ("XAPI-00244", "mbox", "mailto:anna.ek+1@example.org"),
    ("XAPI-00240", "mbox_sha1sum", "a" * 40),
    ("XAPI-00241", "openid", "http://example.org/anna"),
    ("XAPI-00242", "account", ACCOUNT),
]


@pytest.mark.parametrize(("number", "name", "value"), PEOPLE, ids=[row[0] for row in PEOPLE])
def test_an_identifier_of_a_person_is_a_list(client: Client, number: str, name: str, value: Any) -> None:
    response = client.get(AGENTS, {"agent": json.dumps({"objectType": "Agent", name: value})})
    assert (response.status_code, response.json()) == (200, {"objectType": "Person", name: [value]}), number


def test_an_agent_is_answered_with_a_person(client: Client) -> None:
    """XAPI-00236, XAPI-00237, XAPI-00238, XAPI-00245, XAPI-00246, XAPI-00247, XAPI-00248: every property a list, also
    of somebody of whom nothing is known."""
    response = client.get(AGENTS, {"agent": json.dumps({"name": "Anna", "mbox": "mailto:anna@example.org"})})
    assert response.json() == {"objectType": "Person", "name": ["Anna"], "mbox": ["mailto:anna@example.org"]}


def test_whose_person_is_asked_for_must_be_said(client: Client) -> None:
    """XAPI-00243"""
    assert client.get(AGENTS).status_code == 400


@pytest.mark.parametrize(
    "agent", ["anna", "[]", "{}", '{"name": "Anna"}', '{"mbox": "anna"}', '{"mbox": "mailto:a@b", "x": 1}']
)
def test_what_is_no_agent_has_no_person(client: Client, agent: str) -> None:
    """XAPI-00249"""
    response = client.get(AGENTS, {"agent": agent})
    assert (response.status_code, "agent" in response.json()["title"]) == (400, True)


# --- Activities ------------------------------------------------------------------------------------------------------


def test_an_activity_is_told_with_all_that_was_said_of_it(client: Client) -> None:
    """XAPI-00251, XAPI-00252, XAPI-00253, XAPI-00254"""
    for language, text in (("sv", "Kursen"), ("en", "The course")):
        post(client, named(object={"id": ACTIVITY, "definition": {"name": {language: text}}}))
    response = client.get(ACTIVITIES, {"activityId": ACTIVITY})
    assert response.status_code == 200
    assert response.json()["id"] == ACTIVITY
    assert response.json()["definition"]["name"] == {"sv": "Kursen", "en": "The course"}


def test_an_activity_of_which_nothing_is_known_is_told_too(client: Client) -> None:
    """2.0:4.1.6.4-1"""
    response = client.get(ACTIVITIES, {"activityId": "http://example.com/never"})
    assert (response.status_code, response.json()["id"]) == (200, "http://example.com/never")


@pytest.mark.parametrize("asked", [{}, {"activityId": ""}, {"activityId": "course"}, {"ActivityId": ACTIVITY}])
def test_which_activity_must_be_said(client: Client, asked: dict[str, str]) -> None:
    """XAPI-00250"""
    assert client.get(ACTIVITIES, asked).status_code == 400


# --- About -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"X-Experience-API-Version": "0.9"}], ids=["no version", "an old one"])
def test_the_versions_are_told_to_anybody(db: None, headers: dict[str, str]) -> None:
    """XAPI-00315, XAPI-00316, XAPI-00317, XAPI-00318, XAPI-00319, XAPI-00320"""
    content = Client().get(ABOUT, headers=headers).json()
    assert content["version"] == ["2.0.0", "1.0.3"]
    assert all(key.startswith("http") for key in content["extensions"])
    assert Client().get("/xapi/1.0.3/about", headers=headers).json()["version"] == ["1.0.3"]
