"""The agents and activities resources (2.0: 4.1.6.3, 4.1.6.4; 1.0.3: Communication 2.4, 2.5)."""

from __future__ import annotations

import json
from hashlib import sha1
from uuid import uuid4

import pytest
from django.test import Client

from people.models import Organisation
from xapi.api import record

from .bodies import AT, Json, agent, full, plain, voiding
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
AGENTS, ACTIVITIES = "/xapi/agents", "/xapi/activities"
ELSEWHERE = "http://example.com/activities/meeting"


def told_of(client: Client, iri: str = ELSEWHERE) -> Json:
    response = client.get(ACTIVITIES, {"activityId": iri})
    assert response.status_code == 200
    body: Json = response.json()
    return body


def about(definition: Json, iri: str = ELSEWHERE) -> Json:
    return plain(object={"id": iri, "definition": definition})


# --- Agents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"mbox": "mailto:bo@example.org"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "http://example.org/bo"},
        {"account": {"homePage": "http://example.org", "name": "bo"}},
        {"objectType": "Agent", "mbox": "mailto:bo@example.org", "name": "Bo"},
    ],
    ids=str,
)
def test_an_agent_is_told_as_a_person_of_arrays(asked: Json, machine: Client) -> None:
    """(XAPI-00237 to 00242, 00244, 00248; also for whom the store does not know: Communication 2.4.s3.b3)"""
    response = machine.get(AGENTS, {"agent": json.dumps(asked)})
    assert response.status_code == 200
    expected = {name: [value] for name, value in asked.items() if name != "objectType"}
    assert response.json() == {"objectType": "Person"} | expected


def test_no_name_that_the_store_holds_is_told(machine: Client) -> None:
    body = full()
    record([body], organisation=None, at=AT)
    asked = {"mbox": body["actor"]["mbox"]}
    assert machine.get(AGENTS, {"agent": json.dumps(asked)}).json() == {
        "objectType": "Person",
        "mbox": [body["actor"]["mbox"]],
    }


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"agent": "anna"},
        {"agent": "{}"},
        {"agent": '{"objectType": "Agent"}'},
        {"agent": '{"objectType": "Person", "mbox": ["mailto:bo@example.org"]}'},
        {"agent": '{"objectType": "Group", "mbox": "mailto:night@example.org"}'},
        {"agent": '{"mbox": "mailto:bo@example.org", "openid": "http://example.org/bo"}'},
        {"agent": '{"mbox": "mailto:bo@example.org"}', "name": "Bo"},
    ],
    ids=str,
)
def test_what_is_not_an_agent_is_refused(query: Json, machine: Client) -> None:
    """(XAPI-00243, 00249; Communication 2.4.s2)"""
    response = machine.get(AGENTS, query)
    assert (response.status_code, response.json()["title"][-1]) == (400, ".")


# --- Activities ------------------------------------------------------------------------------------------------------


def test_all_that_statements_said_of_an_activity_is_told(machine: Client) -> None:
    """(XAPI-00253, 00254)"""
    said = [{"name": {"en-US": "example meeting"}, "type": "http://example.com/type"}, {"name": {"fr-FR": "réunion"}}]
    record([about(definition) for definition in said], organisation=None, at=AT)
    assert told_of(machine) == {
        "objectType": "Activity",
        "id": ELSEWHERE,
        "definition": {
            "name": {"en-US": "example meeting", "fr-FR": "réunion"},
            "type": "http://example.com/type",
        },
    }


def test_an_activity_of_which_nothing_is_known_is_told_with_its_id(machine: Client) -> None:
    """(2.0: 4.1.6.4, 1.0.3: Communication 2.5.s2.b1)"""
    assert told_of(machine) == {"objectType": "Activity", "id": ELSEWHERE}
    record([plain(object={"id": ELSEWHERE})], organisation=None, at=AT)
    assert told_of(machine) == {"objectType": "Activity", "id": ELSEWHERE}


def test_what_another_organisation_calls_an_activity_is_not_told(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    definition = {"name": {"sv": "Hemligt möte"}}
    record([about(definition)], organisation=granvik, at=AT)
    clients = {name: Client(headers=credential(name)[1]) for name in (granvik, lyngfors, None)}
    seen = {name: "definition" in told_of(client) for name, client in clients.items()}
    assert seen == {granvik: True, lyngfors: False, None: True}


def test_each_organisation_is_told_what_its_own_statements_say(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """Whoever speaks first of an activity does not name it for another organisation that speaks of it too."""
    record([about({"name": {"sv": "Skräp"}})], organisation=lyngfors, at=AT)
    record([about({"name": {"sv": "Hygien"}}), about({"name": {"en": "Hygiene"}})], organisation=granvik, at=AT)
    told = {name: told_of(Client(headers=credential(name)[1]))["definition"]["name"] for name in (granvik, lyngfors)}
    assert told == {granvik: {"sv": "Hygien", "en": "Hygiene"}, lyngfors: {"sv": "Skräp"}}


def test_what_was_voided_says_nothing_of_an_activity(credential: MakeCredential, granvik: Organisation) -> None:
    wrong, right = about({"name": {"sv": "Fel"}}) | {"id": str(uuid4())}, about({"name": {"en": "Right"}})
    record([wrong, right, voiding(wrong["id"])], organisation=granvik, at=AT)
    assert told_of(Client(headers=credential(granvik)[1]))["definition"]["name"] == {"en": "Right"}


@pytest.mark.parametrize(
    ("scopes", "is_told"),
    [
        ("all", True),
        ("all/read", True),
        ("statements/read", True),
        ("statements/read/mine", False),
        ("state,profile,statements/write", False),
    ],
)
def test_a_definition_is_told_to_who_may_read_its_statements(
    credential: MakeCredential, granvik: Organisation, scopes: str, is_told: bool
) -> None:
    record([about({"name": {"sv": "Möte"}})], organisation=granvik, at=AT)
    assert ("definition" in told_of(Client(headers=credential(granvik, scopes)[1]))) is is_told


@pytest.mark.parametrize("query", [{}, {"activityId": "course"}, {"activityId": ""}, {"activityId": ELSEWHERE, "x": 1}])
def test_a_query_without_an_activity_is_refused(query: Json, machine: Client) -> None:
    """(XAPI-00250)"""
    response = machine.get(ACTIVITIES, query)
    assert (response.status_code, response.json()["title"][-1]) == (400, ".")


# --- Both ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "query"), [(AGENTS, {"agent": json.dumps(agent())}), (ACTIVITIES, {"activityId": "h:x"})]
)
def test_both_are_read_with_a_tag_and_nothing_else(url: str, query: Json, machine: Client) -> None:
    """(1.0.3: Communication 1.1, 3.1.s4.b1; XAPI-00125, 00236)"""
    got, head = machine.get(url, query), machine.head(url, query)
    assert got["ETag"] == head["ETag"] == f'"{sha1(got.content).hexdigest()}"'
    assert (head.status_code, head.content) == (200, b"")
    assert machine.get(url, query, headers={"If-None-Match": got["ETag"]}).status_code == 304
    assert machine.post(url, query).status_code == 405
    assert Client().get(url, query).status_code == 401
