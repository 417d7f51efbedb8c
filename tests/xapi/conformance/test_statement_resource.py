"""The statement resource: storing, and asking for statements (Communication 2.1; 2.0: 4.1.6.1)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.xapi.bodies import BEATA, COMPLETED, COURSE, Json, agent, full, named, plain, voiding
from xapi.models import Statement
from xapi.statement.formats import parse_timestamp

from .asking import URL, found, get, post, put

pytestmark = pytest.mark.django_db
SOME_ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
OTHER = "http://example.com/other"


def made(client: Client, **changes: Any) -> str:
    """Store a statement and return its id."""
    (statement_id,) = post(client, named(**changes)).json()
    return str(statement_id)


# --- Storing ---------------------------------------------------------------------------------------------------------


def test_a_statement_is_put_under_the_id_of_the_parameter(client: Client) -> None:
    """XAPI-00139, XAPI-00143, XAPI-00144: 204 and no content."""
    statement_id = str(uuid4())
    response = put(client, plain(), f"statementId={statement_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert get(client, statement_id)["id"] == statement_id


@pytest.mark.parametrize("query", ["", "statementid=" + SOME_ID, "statementId=", "statementId=x"])
def test_without_the_parameter_nothing_is_put(client: Client, query: str) -> None:
    """XAPI-00145"""
    assert put(client, named(), query).status_code == 400
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_statements_are_posted_and_their_ids_returned(client: Client, count: int) -> None:
    """XAPI-00146, XAPI-00147"""
    bodies = [named() for _number in range(count)]
    response = post(client, bodies if count > 1 else bodies[0])
    assert (response.status_code, response.json()) == (200, [body["id"] for body in bodies])


def test_an_id_is_made_for_a_statement_without_one(client: Client) -> None:
    """XAPI-00026"""
    (statement_id,) = post(client, plain()).json()
    assert UUID(statement_id).version in (4, 7)
    assert get(client, statement_id)["id"] == statement_id


@pytest.mark.parametrize("way", ["post", "put"])
def test_a_stored_statement_is_not_changed_by_another_under_its_id(client: Client, way: str) -> None:
    """XAPI-00142"""
    body = named()
    post(client, body)
    before = get(client, body["id"])
    other = body | {"verb": {"id": OTHER}}
    response = post(client, other) if way == "post" else put(client, other, f"statementId={body['id']}")
    assert response.status_code == 409
    assert get(client, body["id"]) == before


def test_of_a_batch_with_something_wrong_nothing_is_stored(client: Client) -> None:
    """XAPI-00326: and the answer says which statement it was."""
    response = post(client, [named(), named(verb={"id": "x"}), named()])
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, "$[1].verb.id")
    assert Statement.objects.count() == 0


def test_a_batch_that_uses_an_id_twice_is_refused(client: Client) -> None:
    """2.0:4.1.6.1-1"""
    body = named()
    assert post(client, [body, named(), body | {"verb": {"id": OTHER}}]).status_code == 400
    assert post(client, [body, body]).status_code == 400
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("place", ["", "verb", "object", "context", "result"])
def test_a_property_beside_the_extensions_is_refused(client: Client, place: str) -> None:
    """2.0:4.1.6.1-3"""
    body = plain(context={}, result={})
    (body[place] if place else body)["http://example.com/own"] = 1
    assert post(client, body).status_code == 400


def test_no_statement_has_a_property_twice(client: Client) -> None:
    """XAPI-00021: the suites leave it to JSON readers, most of which take the last."""
    raw = json.dumps(named()).replace('"actor":', '"actor": {"mbox": "mailto:b@example.org"}, "actor":')
    response = client.post(URL, raw, content_type="application/json")
    assert (response.status_code, "actor" in response.json()["title"]) == (400, True)


def test_what_the_store_adds_is_stored_authority_and_version(client: Client) -> None:
    """XAPI-00023, XAPI-00097, XAPI-00099"""
    statement = get(client, made(client))
    assert parse_timestamp(statement["stored"]) is not None
    assert statement["authority"]["objectType"] == "Agent"
    claimed = get(client, made(client, stored="2001-01-01T00:00:00Z"))
    assert claimed["stored"] > "2026"


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.0.3"])
def test_a_statement_keeps_the_version_it_came_with(client: Client, version: str) -> None:
    """XAPI-00330, XAPI-00332"""
    body = named(version=version)
    post(client, body)
    assert get(client, body["id"])["version"] == version


def test_numbers_keep_the_precision_of_single_floats(client: Client) -> None:
    """XAPI-00002"""
    scores = {"raw": 0.12345678, "min": 1.17549435e-38, "max": 3.4028235e38}
    assert get(client, made(client, result={"score": scores}))["result"]["score"] == scores


def test_every_script_comes_back_as_it_was_sent(client: Client) -> None:
    """XAPI-00015: UTF-8, whatever the JSON escapes."""
    text = "Ångström, 東京, हिन्दी, 😀, \u0001"
    assert get(client, made(client, result={"response": text}))["result"]["response"] == text


def test_a_statement_comes_back_whole(client: Client) -> None:
    """XAPI-00014, XAPI-00159"""
    body = full(id=str(uuid4()), version="1.0.0")
    for name in ("contextAgents", "contextGroups"):
        del body["context"][name]
    post(client, body)
    statement = get(client, body["id"])
    for name in body.keys() - {"stored", "authority", "context"}:
        assert statement[name] == body[name]


def test_a_single_activity_of_a_context_is_returned_as_a_list(client: Client) -> None:
    """XAPI-00096"""
    activity = {"id": OTHER}
    kinds = ("parent", "grouping", "category", "other")
    statement_id = made(client, context={"contextActivities": dict.fromkeys(kinds, activity)})
    assert get(client, statement_id)["context"]["contextActivities"] == {kind: [activity] for kind in kinds}


# --- Asking for one --------------------------------------------------------------------------------------------------


def test_one_statement_is_asked_for_by_its_id(client: Client) -> None:
    """XAPI-00156, XAPI-00158: the statement itself, not a list."""
    statement_id = made(client)
    assert get(client, statement_id)["id"] == statement_id


def test_one_voided_statement_is_asked_for_as_voided(client: Client) -> None:
    """XAPI-00155, XAPI-00157"""
    statement_id = made(client)
    post(client, voiding(statement_id))
    response = client.get(URL, {"voidedStatementId": statement_id})
    assert (response.status_code, response.json()["id"]) == (200, statement_id)


OTHERS = {
    "agent": json.dumps(agent()), "verb": COMPLETED, "activity": COURSE, "registration": SOME_ID, "limit": "1",
    "related_activities": "true", "related_agents": "true", "since": "2026-01-01T00:00:00Z",
    "until": "2026-01-01T00:00:00Z", "ascending": "true",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("single", ["statementId", "voidedStatementId"])
def test_beside_an_id_no_filter_may_stand(client: Client, single: str, name: str) -> None:
    """XAPI-00150, XAPI-00151"""
    assert client.get(URL, {single: SOME_ID, name: OTHERS[name]}).status_code == 400


def test_beside_an_id_attachments_and_format_may_stand(client: Client) -> None:
    """XAPI-00150, XAPI-00151"""
    statement_id = made(client)
    assert get(client, statement_id, format="ids", attachments="false")["id"] == statement_id
    assert client.get(URL, {"statementId": statement_id, "voidedStatementId": statement_id}).status_code == 400


def test_last_modified_of_one_statement_is_when_it_was_stored(client: Client) -> None:
    """2.0:4.1.6.1-2"""
    statement_id = made(client)
    stored = parse_timestamp(get(client, statement_id)["stored"])
    assert stored is not None
    response = client.get(URL, {"statementId": statement_id})
    assert datetime.strptime(response["Last-Modified"], "%a, %d %b %Y %H:%M:%S %Z").replace(
        tzinfo=stored.tzinfo
    ) == stored.replace(microsecond=0)


# --- Asking for many -------------------------------------------------------------------------------------------------

THREE = [
    {"actor": agent(), "verb": {"id": COMPLETED}, "object": {"id": COURSE}},
    {"actor": agent(BEATA), "verb": {"id": OTHER}, "object": {"id": OTHER}},
    {
        "actor": agent(BEATA),
        "verb": {"id": OTHER},
        "object": {"id": OTHER},
        "context": {
            "registration": SOME_ID,
            "instructor": agent(),
            "contextActivities": {"parent": [{"id": COURSE}]},
        },
    },
]
# Each row: the requirement, what is asked, and which of the three it finds, newest first.
FILTERS: list[tuple[str, Json, list[int]]] = [
    ("XAPI-00154", {}, [2, 1, 0]),
    ("XAPI-00166", {"ascending": "true"}, [0, 1, 2]),
    ("XAPI-00166", {"ascending": "false"}, [2, 1, 0]),
    ("XAPI-00173", {"limit": "1"}, [2]),
    ("XAPI-00173", {"limit": "0"}, [2, 1, 0]),
    ("XAPI-00176", {"agent": agent(), "related_agents": "true"}, [2, 0]),
    ("XAPI-00176", {"agent": agent(), "related_agents": "false"}, [0]),
    ("XAPI-00177", {"activity": COURSE, "related_activities": "true"}, [2, 0]),
    ("XAPI-00177", {"activity": COURSE, "related_activities": "false"}, [0]),
    ("XAPI-00178", {"registration": SOME_ID}, [2]),
    ("XAPI-00179", {"activity": OTHER}, [2, 1]),
    ("XAPI-00180", {"verb": COMPLETED}, [0]),
    ("XAPI-00181", {"agent": agent(BEATA)}, [2, 1]),
    ("XAPI-00164", {"agent": agent(BEATA), "verb": OTHER, "activity": OTHER, "registration": SOME_ID}, [2]),
    ("XAPI-00164", {"agent": agent(BEATA), "verb": COMPLETED}, []),
    ("XAPI-00149", {"verb": "http://example.com/never"}, []),
    ("XAPI-00112", {"agent": agent("f" * 32)}, []),
]


@pytest.mark.parametrize(("number", "asked", "expected"), FILTERS, ids=[row[0] for row in FILTERS])
def test_a_filter_finds_what_it_says(client: Client, number: str, asked: Json, expected: list[int]) -> None:
    stored = [made(client, **changes) for changes in THREE]
    assert found(client, **asked) == [stored[place] for place in expected], number


@pytest.mark.parametrize("name", ["since", "until"])
def test_since_is_after_and_until_is_up_to_the_moment_stored(client: Client, name: str) -> None:
    """XAPI-00174, XAPI-00175"""
    first, second = made(client), made(client)
    moment = get(client, first)["stored"]
    assert found(client, **{name: moment}) == ([second] if name == "since" else [first])


def test_an_answer_is_a_list_of_statements_and_the_way_to_more(client: Client) -> None:
    """XAPI-00110, XAPI-00113, XAPI-00154"""
    made(client)
    content = client.get(URL).json()
    assert sorted(content) == ["more", "statements"]
    assert [type(one) for one in content["statements"]] == [dict]


def test_more_leads_to_pages_of_the_same_kind_and_is_empty_at_the_end(client: Client) -> None:
    """XAPI-00108, XAPI-00109, XAPI-00111, XAPI-00114"""
    stored = [made(client) for _number in range(3)]
    pages, address = [], f"{URL}?limit=1&ascending=true"
    while address:
        content = client.get(address).json()
        assert sorted(content) == ["more", "statements"]
        pages.append([one["id"] for one in content["statements"]])
        address = content["more"]
    assert address == ""
    assert pages == [[statement_id] for statement_id in stored]


@pytest.mark.parametrize("asked", [{}, {"verb": COMPLETED}, {"limit": "1"}, {"statementId": SOME_ID}, {"x": "y"}])
def test_every_answer_says_through_when_the_store_is_consistent(client: Client, asked: dict[str, str]) -> None:
    """XAPI-00153, XAPI-00160: also one of 400 or 404."""
    made(client)
    said = parse_timestamp(client.get(URL, asked)["X-Experience-API-Consistent-Through"])
    assert said is not None
    assert said.utcoffset() == timedelta(0)


def test_an_answer_says_its_type(client: Client) -> None:
    """XAPI-00165"""
    assert client.get(URL)["Content-Type"] == "application/json"


# --- Formats ---------------------------------------------------------------------------------------------------------

NAMED = {
    "actor": {"objectType": "Agent", "name": "Anna", "mbox": "mailto:anna@example.org"},
    "verb": {"id": OTHER, "display": {"sv": "gjorde", "en": "did"}},
    "object": {"objectType": "Activity", "id": OTHER, "definition": {"name": {"sv": "Kursen", "en": "The course"}}},
}


@pytest.mark.parametrize("asked", [{}, {"format": "exact"}])
def test_exact_is_as_it_came_and_what_is_given_when_nothing_is_asked(client: Client, asked: dict[str, str]) -> None:
    """XAPI-00168, XAPI-00170"""
    statement = get(client, made(client, **NAMED), **asked)
    assert {name: statement[name] for name in NAMED} == NAMED


def test_ids_is_what_identifies(client: Client) -> None:
    """XAPI-00171"""
    group = {"objectType": "Group", "name": "Natten", "member": [NAMED["actor"]]}
    statement = get(client, made(client, **NAMED, context={"team": group}), format="ids")
    assert statement["verb"] == {"id": OTHER}
    assert statement["object"] == {"id": OTHER}
    assert statement["actor"] == {"mbox": "mailto:anna@example.org"}
    assert statement["context"]["team"] == {"objectType": "Group", "member": [{"mbox": "mailto:anna@example.org"}]}


@pytest.mark.parametrize(("header", "language"), [("en", "en"), ("en-GB;q=0.5, sv", "sv"), ("sv;q=0.1, en", "en")])
def test_canonical_is_in_the_language_that_is_asked_for(client: Client, header: str, language: str) -> None:
    """XAPI-00169, XAPI-00172"""
    statement_id = made(client, **NAMED)
    asked = {"statementId": statement_id, "format": "canonical"}
    statement = client.get(URL, asked, headers={"Accept-Language": header}).json()
    assert statement["verb"]["display"] == {language: NAMED["verb"]["display"][language]}
    assert statement["object"]["definition"]["name"] == {language: NAMED["object"]["definition"]["name"][language]}
    exact = client.get(URL, {"statementId": statement_id}, headers={"Accept-Language": header}).json()
    assert exact["verb"] == NAMED["verb"]


# --- Parameters ------------------------------------------------------------------------------------------------------

WRONG_PARAMETERS = {
    "agent": ["x", "{}", "[]", '{"mbox": "x"}', '{"objectType": "V", "mbox": "mailto:a@b"}', '{"Mbox": "mailto:a@b"}'],
    "verb": ["completed", "", "/x"], "activity": ["course", "", "a b"], "registration": ["1", SOME_ID.replace("-", "")],
    "since": ["yesterday", "2026-01-01T00:00:00-00:00"], "until": ["", "2026-13-01T00:00:00Z"],
    "limit": ["-1", "x", "1.0"],
    "ascending": ["1", "yes", ""], "related_agents": ["yes"], "related_activities": ["0"], "attachments": ["no"],
    "format": ["full", "Exact", ""], "statementId": ["x", SOME_ID.replace("-", "")], "voidedStatementId": ["", "{}"],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_PARAMETERS)
def test_parameters_are_judged_as_properties_of_statements_are(client: Client, name: str) -> None:
    """XAPI-00012: and each refusal names the parameter."""
    for value in WRONG_PARAMETERS[name]:
        response = client.get(URL, {name: value})
        assert response.status_code == 400, value
        assert name in response.json()["title"], response.json()


@pytest.mark.parametrize("name", ["unknown", "statement_id", "Agent", "LIMIT", "StatementId", "Format"])
def test_an_unknown_parameter_is_refused_also_when_it_is_only_written_otherwise(client: Client, name: str) -> None:
    """XAPI-00324, XAPI-00325"""
    assert client.get(URL, {name: "x"}).status_code == 400
    assert put(client, plain(), f"statementId={SOME_ID}&{name}=x").status_code == 400
    assert client.post(f"{URL}?{name}=x", json.dumps(plain()), content_type="application/json").status_code == 400
