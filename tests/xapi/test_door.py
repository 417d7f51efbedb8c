"""Pseudonymising at the door: the identifier never reaches a table, and its sender still finds and repeats it."""

from __future__ import annotations

import json
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from people.models import Organisation
from xapi.api import Decision, erase_actor, full_statement, record
from xapi.credentials import create_credential
from xapi.door import NoPseudonymKey, door_of
from xapi.models import Credential
from xapi.signatures import CONTENT_TYPE, SIGNATURE
from xapi.statement import check

from .bodies import ANNA, AT, BASE, Json, agent, full, full_sub, named, plain
from .conftest import Headers, authorization
from .test_attachments_endpoint import attachment, part, post
from .test_signatures import post_signed, sign

pytestmark = pytest.mark.django_db

CARL = {"mbox": "mailto:carl@example.org"}
DORA = {"mbox": "mailto:dora@example.org"}
HASHED = sha1(b"mailto:carl@example.org").hexdigest()
FOREIGN: list[tuple[Json, str]] = [
    (CARL, "carl@example.org"),
    ({"mbox_sha1sum": HASHED.upper()}, HASHED),
    ({"openid": "http://example.org/carl"}, "example.org/carl"),
    ({"account": {"homePage": "http://hr.example.org", "name": "4711-carl"}}, "4711-carl"),
    ({"account": {"homePage": BASE, "name": "carl@example.org"}}, "carl@example.org"),
    ({"account": {"homePage": f"{BASE}/people-elsewhere", "name": "carl@example.org"}}, "carl@example.org"),
    ({"account": {"homePage": f"{BASE}/pseudonyms", "name": "carl@example.org"}}, "carl@example.org"),
]
WITHIN = ["Anna", "hr.example.com", "example.com/anna", "a" * 40, "handledare@", "natten@", "system@", "Bo Ask"]


def pseudonymising(organisation: Organisation | None) -> tuple[Credential, Headers]:
    row, secret = create_credential("hr", scopes=["all"], organisation=organisation, at=AT, pseudonymise=True)
    return row, authorization(row.key, secret)


@pytest.fixture
def door(granvik: Organisation) -> Client:
    """A client whose credential, of Granvik, has the rule."""
    _row, headers = pseudonymising(granvik)
    return Client(headers=headers)


@pytest.fixture
def plain_door(granvik: Organisation) -> Client:
    """Another of Granvik's, without it."""
    row, secret = create_credential("other", scopes=["all"], organisation=granvik, at=AT)
    return Client(headers=authorization(row.key, secret))


def every_table() -> str:
    """All text of all tables of the database, as it lies, in small letters."""
    lines = []
    with connection.cursor() as cursor:
        # The full-text tables keep no rows of their own; what they do keep lies in tables beside them, which are read.
        for table in set(connection.introspection.table_names(cursor)) - {"search_words", "search_names"}:
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [str([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()]
    return "\n".join(lines).lower()


def send(client: Client, *bodies: Json) -> Any:
    return client.post("/xapi/statements", json.dumps(bodies), content_type="application/json")


def found(client: Client, agent: Json, **options: str) -> list[str]:
    answer = client.get("/xapi/statements", {"agent": json.dumps(agent), "ascending": "true", **options})
    return [one["id"] for one in answer.json()["statements"]]


def actor_of(body: Json) -> Json:
    actor: Json = full_statement(body["id"])["actor"]
    return actor


# --- What is stored --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "text"), FOREIGN)
def test_no_table_holds_the_identifier_or_the_name(person: Json, text: str, door: Client, plain_door: Client) -> None:
    body = named(actor=person | {"name": "Carl Ceder"})
    assert send(door, body).status_code == 200
    assert text not in every_table()
    assert "ceder" not in every_table()
    send(plain_door, named(actor=person | {"name": "Carl Ceder"}))
    assert text in every_table()


@pytest.mark.parametrize("body", [full(), full_sub(authority=CARL)], ids=["statement", "substatement"])
def test_whatever_place_of_a_statement_names_somebody(body: Json, door: Client) -> None:
    assert send(door, body).status_code == 200
    stored = every_table()
    assert [text for text in [*WITHIN, "carl@"] if text.lower() in stored] == []


@pytest.mark.parametrize("kind", ["Agent", "Group"])
def test_somebody_who_is_the_object_and_members_of_groups(kind: str, door: Client) -> None:
    group = {"objectType": "Group", "name": "Carls", "member": [CARL | {"name": "Carl"}, DORA], **FOREIGN[2][0]}
    one = {"objectType": "Agent", "name": "Carl", **CARL} if kind == "Agent" else group
    assert send(door, named(object=one)).status_code == 200
    assert "carl" not in every_table()
    assert "dora" not in every_table()


def test_put_and_multipart_come_in_by_the_same_door(door: Client) -> None:
    body = named(actor=CARL)
    address = f"/xapi/statements?statementId={body['id']}"
    assert door.put(address, json.dumps(body), content_type="application/json").status_code == 204
    data = b"a photo"
    assert post(door, named(actor=CARL, attachments=[attachment(data)]), part(data)).status_code == 200
    assert "carl" not in every_table()


def test_get_returns_a_valid_statement_of_the_stand_in_and_the_rest_as_it_came(door: Client) -> None:
    body = full()
    send(door, body)
    stored = door.get("/xapi/statements", {"statementId": body["id"]}).json()
    assert check(stored) == []
    assert stored["actor"].keys() == {"objectType", "account"}
    assert stored["actor"]["account"]["homePage"] == f"{BASE}/people-elsewhere"
    assert {name: stored[name] for name in ("result", "object", "verb", "timestamp")} == {
        name: body[name] for name in ("result", "object", "verb", "timestamp")
    }


def test_our_own_people_and_stand_ins_stay_who_they_are(door: Client) -> None:
    send(door, first := named(actor=CARL))
    stand_in = actor_of(first)
    send(door, own := named(), again := named(actor=stand_in))
    assert actor_of(own) == agent(ANNA)
    assert actor_of(again) == stand_in


def test_what_is_wrong_is_refused_as_ever_and_nothing_stored(door: Client) -> None:
    answer = send(door, named(actor=CARL), plain(actor=CARL | {"openid": "http://example.org/carl"}))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].startswith("$[1].actor")
    assert "carl" not in every_table()


# --- Joining, finding, sending again ---------------------------------------------------------------------------------


def test_two_statements_of_one_person_join_and_of_two_do_not(door: Client) -> None:
    same = {"mbox": "mailto:carl@EXAMPLE.org", "name": "C"}
    bodies = [named(actor=CARL), named(actor=same), named(actor=DORA)]
    send(door, *bodies)
    first, second, other = (actor_of(one)["account"] for one in bodies)
    assert first == second != other
    assert found(door, CARL) == [bodies[0]["id"], bodies[1]["id"]]


def test_systems_of_one_organisation_join_and_of_two_do_not(
    door: Client, granvik: Organisation, lyngfors: Organisation
) -> None:
    here, beside, there, above = (named(actor=CARL) for _number in range(4))
    send(door, here)
    for organisation, body in ((granvik, beside), (lyngfors, there), (None, above)):
        send(Client(headers=pseudonymising(organisation)[1]), body)
    names = [actor_of(one)["account"]["name"] for one in (here, beside, there, above)]
    assert names[0] == names[1]
    assert len(set(names)) == 3


@pytest.mark.parametrize("person", [person for person, _text in FOREIGN])
def test_the_sender_finds_her_by_the_identifier_it_knows(person: Json, door: Client) -> None:
    about, beside = named(actor=person), named(actor=agent(), context={"instructor": person})
    send(door, about, beside, named(actor=DORA))
    assert found(door, person) == [about["id"]]
    assert found(door, person, related_agents="true") == [about["id"], beside["id"]]
    assert found(door, actor_of(about)) == [about["id"]]


def test_it_also_finds_what_others_sent_of_her_as_it_came_page_by_page(door: Client, plain_door: Client) -> None:
    first, second = named(actor=CARL), named(actor=CARL)
    send(plain_door, first)
    send(door, second)
    assert found(plain_door, CARL) == [first["id"]]
    query = {"agent": json.dumps(CARL), "ascending": "true", "limit": "1"}
    page = door.get("/xapi/statements", query).json()
    rest = door.get(page["more"]).json()
    assert [one["id"] for one in (*page["statements"], *rest["statements"])] == [first["id"], second["id"]]
    assert actor_of(first) == CARL


def test_what_is_sent_again_is_the_same_and_another_person_is_not(granvik: Organisation) -> None:
    row, headers = pseudonymising(granvik)
    client, body = Client(headers=headers), full()
    assert send(client, body).status_code == 200
    assert send(client, body).status_code == 200
    (again,) = record([body], organisation=granvik, source=row, at=AT)
    assert not again.is_new
    assert send(client, full_statement(body["id"])).status_code == 200
    assert send(client, body | {"actor": DORA}).status_code == 409


def test_it_is_known_again_after_the_stand_in_was_disposed_of(door: Client) -> None:
    send(door, body := named(actor=CARL))
    account = actor_of(body)["account"]
    done = erase_actor(f"{account['homePage']} {account['name']}", Decision("ground", "somebody", AT))
    assert done.identifiers == 1
    assert found(door, CARL) == []
    assert send(door, body).status_code == 200


# --- Signed statements, documents ------------------------------------------------------------------------------------


def test_a_signed_statement_is_refused_and_nothing_of_it_stored(door: Client, plain_door: Client) -> None:
    key, body = generate_private_key(65537, 2048), named(actor=CARL)
    assert post_signed(plain_door, body, sign(body, key)).status_code == 200
    body = named(actor=DORA)
    answer = post_signed(door, body, sign(body, key))
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["path"] == "$[0].attachments[0]"
    assert "Send the statement unsigned" in error["message"]
    assert "dora" not in every_table()


def test_so_is_one_that_came_without_its_data(granvik: Organisation, door: Client) -> None:
    signed = attachment(b"x", usageType=SIGNATURE, contentType=CONTENT_TYPE, fileUrl="http://example.com/carl")
    assert "unsigned" in send(door, named(attachments=[signed])).content.decode()
    inner = {"objectType": "SubStatement", **plain(attachments=[signed])}
    assert "unsigned" in send(door, named(object=inner)).content.decode()


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ("agents/profile", {"profileId": "p"}),
        ("activities/state", {"stateId": "p", "activityId": "http://example.com/a"}),
    ],
)
def test_documents_lie_under_the_stand_in(
    resource: str, place: Json, door: Client, plain_door: Client, granvik: Organisation
) -> None:
    address = f"/xapi/{resource}?{urlencode(place | {'agent': json.dumps(CARL)})}"
    assert (
        door.put(address, '{"a": 1}', content_type="application/json", headers={"If-None-Match": "*"}).status_code
        == 204
    )
    assert "carl" not in every_table()
    assert door.get(address).json() == {"a": 1}
    assert plain_door.get(address).status_code == 404
    send(door, body := named(actor=CARL))
    stand_in = f"/xapi/{resource}?{urlencode(place | {'agent': json.dumps(actor_of(body))})}"
    assert plain_door.get(stand_in).json() == {"a": 1}
    assert door.delete(address).status_code == 204
    assert door.get(address).status_code == 404


# --- The key, and who is without the rule ----------------------------------------------------------------------------


def test_with_another_key_nothing_is_stored_or_found_until_the_old_one_is_back(door: Client) -> None:
    send(door, body := named(actor=CARL))
    profile = f"/xapi/agents/profile?{urlencode({'agent': json.dumps(CARL)})}"
    for key in ("another-key-of-thirty-two-characters", ""):
        with override_settings(PSEUDONYM_KEY=key):
            answers = [
                send(door, named(actor=DORA)),
                door.get("/xapi/statements", {"agent": json.dumps(CARL)}),
                door.get(profile),
            ]
        assert [answer.status_code for answer in answers] == [503] * 3
        assert {answer.json()["code"] for answer in answers} == {"pseudonym_key_changed"}
    assert found(door, CARL) == [body["id"]]
    assert found(door, DORA) == []


def test_another_key_makes_another_of_everybody(granvik: Organisation, door: Client) -> None:
    send(door, first := named(actor=CARL))
    with override_settings(PSEUDONYM_KEY="another-key-of-thirty-two-characters"):
        send(Client(headers=pseudonymising(granvik)[1]), second := named(actor=CARL))
    assert actor_of(first) != actor_of(second)


@pytest.mark.parametrize("key", ["", "too short"])
def test_without_a_good_key_no_credential_is_given_the_rule(key: str) -> None:
    with override_settings(PSEUDONYM_KEY=key):
        with pytest.raises(NoPseudonymKey):
            pseudonymising(None)
        create_credential("x", scopes=["all"], organisation=None, at=AT)


def test_a_credential_without_the_rule_costs_nothing_more(
    plain_door: Client, granvik: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """And one with it no query more than that."""
    without = Credential.objects.get(name="other")
    with django_assert_num_queries(0):
        assert door_of(without) is None
        assert door_of(None) is None
    row, _headers = pseudonymising(granvik)
    record([named(actor=CARL)], organisation=granvik, source=row, at=AT)
    counts = []
    for source in (without, row):
        record([named(actor=CARL)], organisation=granvik, source=source, at=AT)
        with CaptureQueriesContext(connection) as queries:
            record([named(actor=CARL)], organisation=granvik, source=source, at=AT)
        counts.append(len(queries))
    assert counts[0] == counts[1]
