"""The statement resource (2.0: 4.1.6.1, 1.0.3: Communication 2.1): the six questions, and bad input."""

from __future__ import annotations

import io
import json
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils.http import http_date

from people.models import Organisation, User
from xapi.api import full_statement, record
from xapi.endpoints import mixed, resource
from xapi.models import Credential, Statement
from xapi.pending import HOLDS, MARGIN

from .bodies import ANNA, AT, BASE, BEATA, COMPLETED, COURSE, Json, agent, full, full_sub, named, plain, voiding
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
SOME_ID = "0f3c9a54-6a6b-4c57-8a3f-0d2f7c9b8e11"
DAY = timedelta(days=1)


def post(client: Client, body: object, **options: Any) -> Any:
    return client.post(URL, json.dumps(body), content_type="application/json", **options)


def put(client: Client, body: object, query: str, **options: Any) -> Any:
    return client.put(f"{URL}{query}", json.dumps(body), content_type="application/json", **options)


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["statements"]]


# --- It works --------------------------------------------------------------------------------------------------------


def test_posting_one_returns_its_id(machine: Client) -> None:
    body = full()
    response = post(machine, body)
    assert (response.status_code, response.json()) == (200, [body["id"]])
    assert full_statement(UUID(body["id"]))["result"] == body["result"]


def test_posting_a_batch_returns_all_ids_in_order(machine: Client) -> None:
    bodies = [named(), plain(), full_sub(id=str(uuid4()))]
    response = post(machine, bodies)
    assert response.status_code == 200
    first, made, last = response.json()
    assert (first, last) == (bodies[0]["id"], bodies[2]["id"])
    assert full_statement(UUID(made))["actor"] == agent()


def test_putting_one_stores_it_under_the_parameter(machine: Client) -> None:
    """(1.0.3: Communication 2.1.1)"""
    statement_id = str(uuid4())
    response = put(machine, plain(), f"?statementId={statement_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert full_statement(UUID(statement_id))["id"] == statement_id


def test_a_statement_is_read_by_its_id_as_it_came(machine: Client) -> None:
    body = full()
    post(machine, body)
    response = machine.get(URL, {"statementId": body["id"]})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    returned = response.json()
    assert returned == full_statement(UUID(body["id"]))
    assert returned["attachments"] == body["attachments"]
    assert response["Last-Modified"] == http_date(datetime.fromisoformat(returned["stored"]).timestamp())


def test_a_head_request_is_a_get_without_a_body(machine: Client) -> None:
    """(1.0.3: Communication 1.1)"""
    body = named()
    post(machine, body)
    response = machine.head(URL, {"statementId": body["id"]})
    assert (response.status_code, response.content) == (200, b"")
    assert machine.head(URL).status_code == 200


@pytest.mark.parametrize(("said", "answered"), [("2.0.0", "2.0.0"), ("1.0", "1.0.3"), ("1.0.1", "1.0.3")])
def test_the_version_is_negotiated_by_the_header(credential: MakeCredential, said: str, answered: str) -> None:
    """(2.0: 4.1.2, 1.0.3: Communication 3.3)"""
    _row, headers = credential()
    client = Client(headers=headers | {"X-Experience-API-Version": said})
    response = post(client, plain(timestamp="20260101T000000Z"))
    assert response["X-Experience-API-Version"] == answered
    assert response.status_code == (200 if answered == "1.0.3" else 400)
    assert client.get(URL)["X-Experience-API-Version"] == answered


@pytest.mark.parametrize("said", ["", "0.95", "1.1.0", "3.0.0", "2", "2.0.0.0", "1.0.x"])
def test_an_unknown_version_or_none_is_refused(credential: MakeCredential, said: str) -> None:
    """(2.0: 4.1.2, 1.0.3: Communication 3.3)"""
    _row, headers = credential()
    response = Client(headers=headers | {"X-Experience-API-Version": said}).get(URL)
    assert response.status_code == 400
    assert response["X-Experience-API-Version"] == "2.0.0"


def test_every_answer_says_through_when_it_is_consistent(machine: Client) -> None:
    """(2.0: 4.1.6.1, 1.0.3: Communication 2.1.3; XAPI-00153)

    Those who write are told what was promised a moment ago.
    """
    body = named()
    post(machine, body)
    stored = full_statement(UUID(body["id"]))["stored"]
    for response in (machine.get(URL), machine.get(URL, {"no": 1}), post(machine, {}), Client().get(URL)):
        through = datetime.fromisoformat(response["X-Experience-API-Consistent-Through"])
        assert through > datetime.fromisoformat(stored) - MARGIN - HOLDS


# --- Wrong method, wrong person --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["delete", "patch"])
def test_other_methods_are_refused(machine: Client, method: str) -> None:
    response = getattr(machine, method)(URL)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST, PUT")


@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_a_machine_without_credential_is_told_how_to_authenticate(accept: str) -> None:
    response = Client().get(URL, headers={"Accept": accept})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Basic realm="xapi", charset="UTF-8"'
    assert response["Content-Type"] == "application/problem+json"


def test_a_browser_is_not_made_to_ask_for_a_password() -> None:
    """Chromium would hang on a prompt that nobody can fill in, for a page and for a script of a package alike."""
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
    for headers in (
        {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        {"Accept": "*/*", "User-Agent": agent, "Sec-Fetch-Mode": "cors"},
    ):
        response = Client().get(URL, headers=headers)
        assert response.status_code == 401
        assert "WWW-Authenticate" not in response


def test_a_signed_in_browser_cannot_write_or_read(client: Client) -> None:
    """(semantics 11)"""
    client.force_login(User.objects.create_superuser("admin@example.org", "secret"))
    headers = {"X-Experience-API-Version": "2.0.0"}
    assert post(client, plain(), headers=headers).status_code == 401
    assert put(client, plain(), f"?statementId={uuid4()}", headers=headers).status_code == 401
    assert client.get(URL, headers=headers).status_code == 401
    assert Statement.objects.count() == 0


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ("all", 200, 200),
        ("all/read", 200, 403),
        ("statements/read", 200, 403),
        ("statements/read/mine", 200, 403),
        ("statements/write", 403, 200),
        ("statements/write,statements/read/mine", 200, 200),
        ("state,profile", 403, 403),
    ],
)
def test_a_credential_does_what_its_scopes_allow(
    credential: MakeCredential, scopes: str, reads: int, writes: int
) -> None:
    """(1.0.3: Communication 4.0)"""
    _row, headers = credential(None, scopes)
    client = Client(headers=headers)
    assert client.get(URL).status_code == reads
    assert post(client, plain()).status_code == writes
    put_status = put(client, plain(), f"?statementId={uuid4()}").status_code
    assert put_status == (204 if writes == 200 else 403)
    assert Statement.objects.count() == (2 if writes == 200 else 0)


# --- Organisations ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two_organisations(granvik: Organisation, lyngfors: Organisation) -> tuple[Json, Json, Json]:
    """A statement of each, and one of none; all about the same person and course."""
    bodies = (full(id=str(uuid4())), full(id=str(uuid4())), full(id=str(uuid4())))
    for body, organisation in zip(bodies, (granvik, lyngfors, None), strict=True):
        record([body], organisation=organisation, at=AT)
    return bodies


QUERIES: list[Json] = [
    {},
    {"agent": json.dumps({"mbox": "mailto:Anna.Ek@Example.org"})},
    {"agent": json.dumps({"mbox": "mailto:natten@example.org"}), "related_agents": "true"},
    {"agent": json.dumps(agent("platform")), "related_agents": "true"},
    {"verb": full()["verb"]["id"]},
    {"activity": full()["object"]["id"]},
    {"activity": "http://example.com/profile", "related_activities": "true"},
    {"registration": full()["context"]["registration"]},
    {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z", "ascending": "true"},
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: "+".join(query) or "none")
def test_a_credential_sees_its_own_organisations_statements_whatever_it_asks(
    query: Json, credential: MakeCredential, granvik: Organisation, two_organisations: tuple[Json, Json, Json]
) -> None:
    _row, headers = credential(granvik)
    assert ids(Client(headers=headers).get(URL, query)) == [two_organisations[0]["id"]]
    _row, headers = credential()
    assert set(ids(Client(headers=headers).get(URL, query))) == {body["id"] for body in two_organisations}


def test_another_organisations_statement_is_not_found(
    credential: MakeCredential, granvik: Organisation, two_organisations: tuple[Json, Json, Json]
) -> None:
    _row, headers = credential(granvik)
    client = Client(headers=headers)
    own, *others = two_organisations
    assert client.get(URL, {"statementId": own["id"]}).status_code == 200
    for other in others:
        for name in ("statementId", "voidedStatementId"):
            assert client.get(URL, {name: other["id"]}).status_code == 404


def test_a_continuation_taken_over_shows_what_the_taker_may_see(
    credential: MakeCredential, granvik: Organisation, two_organisations: tuple[Json, Json, Json], machine: Client
) -> None:
    more = machine.get(URL, {"limit": 1}).json()["more"]
    assert len(ids(machine.get(more))) == 1
    _row, headers = credential(granvik)
    assert set(ids(Client(headers=headers).get(more))) <= {two_organisations[0]["id"]}


def test_mine_is_what_the_credential_itself_sent(credential: MakeCredential, granvik: Organisation) -> None:
    row, headers = credential(granvik, "statements/read/mine,statements/write")
    other, _headers = credential(granvik)
    mine, theirs = named(), named()
    record([mine], organisation=granvik, source=row, at=AT)
    record([theirs], organisation=granvik, source=other, at=AT)
    client = Client(headers=headers)
    assert ids(client.get(URL)) == [mine["id"]]
    assert client.get(URL, {"statementId": theirs["id"]}).status_code == 404


def test_the_lowest_layer_isolates_too(
    credential: MakeCredential, granvik: Organisation, two_organisations: tuple[Json, Json, Json]
) -> None:
    """Every read of a system goes through this one method."""
    row, _headers = credential(granvik)
    assert [str(one.statement_id) for one in Statement.objects.seen_by(row)] == [two_organisations[0]["id"]]
    unscoped = Credential(organisation=granvik, scopes=["state"])
    assert list(Statement.objects.seen_by(unscoped)) == []


def test_what_is_posted_belongs_to_the_credentials_organisation(
    credential: MakeCredential, granvik: Organisation
) -> None:
    row, headers = credential(granvik)
    post(Client(headers=headers), plain())
    statement = Statement.objects.get()
    assert (statement.organisation, statement.credential) == (granvik, row)


# --- Filters ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(db: None) -> dict[str, str]:
    """Statements by name, in the order of storing, a day apart."""
    other = {"id": "http://example.com/other"}
    group = {"objectType": "Group", "member": [agent(BEATA)]}
    bodies = {
        "anna": named(),
        "beata": named(actor=agent(BEATA), verb={"id": "http://example.com/verb"}),
        "to_beata": named(object=agent(BEATA)),
        "group": named(actor=group, object=other),
        "taught": named(object=other, context={"instructor": agent(BEATA), "registration": str(uuid4())}),
        "within": named(object=other, context={"contextActivities": {"grouping": [{"id": COURSE}]}}),
        "sub": named(object={"objectType": "SubStatement", **plain(actor=agent(BEATA))}),
    }
    for number, body in enumerate(bodies.values()):
        record([body], organisation=None, at=AT + number * DAY)
    return {name: body["id"] for name, body in bodies.items()}


BEATA_JSON = json.dumps(agent(BEATA))
FILTERS: list[tuple[Json, list[str]]] = [
    ({}, ["anna", "beata", "to_beata", "group", "taught", "within", "sub"]),
    ({"agent": BEATA_JSON}, ["beata", "to_beata", "group"]),
    ({"agent": BEATA_JSON, "related_agents": "false"}, ["beata", "to_beata", "group"]),
    ({"agent": BEATA_JSON, "related_agents": "true"}, ["beata", "to_beata", "group", "taught", "sub"]),
    ({"agent": json.dumps(agent("c" * 32))}, []),
    ({"verb": "http://example.com/verb"}, ["beata"]),
    ({"verb": "http://example.com/unknown"}, []),
    ({"activity": COURSE}, ["anna", "beata"]),
    ({"activity": COURSE, "related_activities": "true"}, ["anna", "beata", "within", "sub"]),
    ({"activity": COURSE, "agent": json.dumps(agent(ANNA)), "verb": COMPLETED}, ["anna"]),
    ({"since": (AT + 4 * DAY).isoformat()}, ["within", "sub"]),
    ({"until": (AT + DAY).isoformat()}, ["anna", "beata"]),
    ({"since": AT.isoformat(), "until": (AT + DAY).isoformat()}, ["beata"]),
    ({"registration": SOME_ID}, []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=lambda value: "+".join(value))
def test_a_filter_returns_exactly_what_matches_newest_first(
    query: Json, expected: list[str], log: dict[str, str], machine: Client
) -> None:
    """(2.0: 4.1.6.1, 1.0.3: Communication 2.1.3)"""
    wanted = [log[name] for name in expected]
    assert ids(machine.get(URL, query)) == list(reversed(wanted))
    assert ids(machine.get(URL, query | {"ascending": "true"})) == wanted


def test_a_registration_is_found(log: dict[str, str], machine: Client) -> None:
    registration = full_statement(UUID(log["taught"]))["context"]["registration"]
    assert ids(machine.get(URL, {"registration": registration})) == [log["taught"]]


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_follow_each_other_without_gap_or_repeat(
    log: dict[str, str], machine: Client, limit: int, ascending: str
) -> None:
    """(2.0: 4.1.6.1, 1.0.3: Data 2.5)"""
    query = {"limit": limit, "ascending": ascending, "since": "2026-01-01T00:00:00Z", "agent": BEATA_JSON}
    response = machine.get(URL, query | {"related_agents": "true"})
    found: list[str] = []
    sizes: list[int] = []
    while True:
        page = ids(response)
        found += page
        sizes.append(len(page))
        more = response.json()["more"]
        if not more:
            break
        assert more.startswith("/xapi/statements/more/")
        response = machine.get(more)
    wanted = [log[name] for name in ("beata", "to_beata", "group", "taught", "sub")]
    assert found == (wanted if ascending == "true" else list(reversed(wanted)))
    assert sizes == [min(limit, 5 - start) for start in range(0, 5, limit)]


def test_a_page_is_not_moved_by_what_is_stored_meanwhile(log: dict[str, str], machine: Client) -> None:
    response = machine.get(URL, {"limit": 3})
    record([named()], organisation=None, at=AT)
    assert ids(machine.get(response.json()["more"])) == [log[name] for name in ("group", "to_beata", "beata")]


def test_a_continuation_that_was_changed_is_refused(log: dict[str, str], machine: Client) -> None:
    more = machine.get(URL, {"limit": 3}).json()["more"]
    for token in (more[:-1], more[:30] + "x" + more[30:], "/xapi/statements/more/x"):
        assert machine.get(token).status_code == 400
    assert machine.post(more).status_code == 405
    assert Client().get(more).status_code == 401


def test_no_number_and_zero_give_the_most_the_store_allows(machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    record([plain() for _number in range(501)], organisation=None, at=AT)
    for query in ({}, {"limit": 0}, {"limit": 600}):
        response = machine.get(URL, query)
        assert len(ids(response)) == 500
        assert len(ids(machine.get(response.json()["more"]))) == 1


# --- Voiding ---------------------------------------------------------------------------------------------------------


def test_a_voided_statement_is_read_only_as_voided(machine: Client) -> None:
    """(2.0: 4.2.5, 1.0.3: Communication 2.1.4)"""
    body, void = named(), voiding(uuid4(), id=str(uuid4()))
    void["object"]["id"] = body["id"]
    post(machine, [body, void])
    assert machine.get(URL, {"statementId": body["id"]}).status_code == 404
    assert machine.get(URL, {"voidedStatementId": body["id"]}).json()["id"] == body["id"]
    assert ids(machine.get(URL)) == [void["id"]]
    assert machine.get(URL, {"statementId": void["id"]}).status_code == 200
    assert machine.get(URL, {"voidedStatementId": void["id"]}).status_code == 404


def test_voiding_another_organisations_statement_is_refused(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    body = named()
    record([body], organisation=granvik, at=AT)
    _row, headers = credential(lyngfors)
    response = post(Client(headers=headers), voiding(body["id"]))
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


# --- Already done, missing, bad id -----------------------------------------------------------------------------------


def test_sending_again_answers_as_the_first_time(machine: Client) -> None:
    body = full()
    assert post(machine, body).status_code == 200
    assert post(machine, body).json() == [body["id"]]
    assert put(machine, body, f"?statementId={body['id']}").status_code == 204
    assert Statement.objects.count() == 1


def test_another_statement_under_the_same_id_is_a_conflict_and_changes_nothing(machine: Client) -> None:
    """(2.0: 4.1.6.1, 1.0.3: Communication 2.1.1, 2.1.2)"""
    body = named()
    post(machine, body)
    before = machine.get(URL, {"statementId": body["id"]}).json()
    other = body | {"verb": {"id": "http://example.com/other"}}
    assert post(machine, [named(), other]).status_code == 409
    assert put(machine, other, f"?statementId={body['id']}").status_code == 409
    assert machine.get(URL, {"statementId": body["id"]}).json() == before
    assert Statement.objects.count() == 1


def test_a_statement_that_is_not_there_is_not_found(machine: Client) -> None:
    response = machine.get(URL, {"statementId": str(uuid4())})
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "query",
    [
        {"statementId": "x"},
        {"statementId": "fd41c918b88b4b20a0a5a4c32391aaa0"},
        {"statementId": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0", "voidedStatementId": SOME_ID},
        *({"statementId": SOME_ID, name: "1"} for name in ("agent", "verb", "limit", "since", "ascending")),
        {"voidedStatementId": SOME_ID, "related_agents": "true"},
        {"unknown": "1"},
        {"StatementId": SOME_ID},
        {"agent": "anna"},
        {"agent": "[]"},
        {"agent": "{}"},
        {"agent": '{"mbox": "anna"}'},
        {"agent": '{"objectType": "Group", "member": [{"mbox": "mailto:a@b"}]}'},
        {"agent": '{"account": {"homePage": "h:x", "name": "\\ud800"}}'},
        {"agent": '{"account": {"homePage": "h:x", "name": "\\u0000"}}'},
        {"verb": "completed"},
        {"verb": ""},
        {"activity": "course"},
        {"registration": "1"},
        {"since": "yesterday"},
        {"until": "2026-01-01T00:00:00-00:00"},
        {"since": "2026-01-01"},
        {"limit": "-1"},
        {"limit": "many"},
        {"limit": "1.5"},
        {"limit": "99999999999999999999"},
        {"ascending": "1"},
        {"related_agents": "1"},
        {"since": "2026-01-01 00:00:00"},
        {"since": "2026-01-01  00:00:00Z"},
        {"related_activities": "yes"},
        {"format": "full"},
        {"format": ""},
        {"attachments": "1"},
        {"verb": ["http://a/1", "http://a/2"]},
        {"verb": "http://a/\x00"},
    ],
    ids=str,
)
def test_a_parameter_that_is_wrong_is_refused_with_a_sentence(query: Json, machine: Client) -> None:
    """(1.0.3: Data 2.2, Communication 2.1.3)"""
    response = machine.get(URL, query)
    assert response.status_code == 400
    assert response.json()["title"].endswith(".")


@pytest.mark.parametrize("query", ["", "?statementId=x", f"?statementId={SOME_ID}&x=1", f"?StatementId={SOME_ID}"])
def test_a_statement_is_put_with_its_id_and_nothing_else(query: str, machine: Client) -> None:
    assert put(machine, plain(), query).status_code == 400
    assert Statement.objects.count() == 0


def test_a_statement_put_under_another_id_than_its_own_is_refused(machine: Client) -> None:
    assert put(machine, named(), f"?statementId={uuid4()}").status_code == 400
    assert put(machine, [plain()], f"?statementId={uuid4()}").status_code == 400
    assert put(machine, "x", f"?statementId={uuid4()}").status_code == 400
    assert Statement.objects.count() == 0


def test_an_id_put_in_another_case_is_the_same(machine: Client) -> None:
    body = named()
    assert put(machine, body, f"?statementId={body['id'].upper()}").status_code == 204


# --- Bad input -------------------------------------------------------------------------------------------------------


def test_every_error_of_a_batch_is_told_and_nothing_is_stored(machine: Client) -> None:
    response = post(machine, [named(), plain(verb={"id": "x"}), {"actor": 1}])
    assert response.status_code == 400
    content = response.json()
    assert content["code"] == "invalid_statements"
    assert [(error["path"], error["section"]) for error in content["errors"]] == [
        ("$[1].verb.id", "4.2.2.2"),
        ("$[2]", "4.2.1"),
        ("$[2]", "4.2.1"),
        ("$[2].actor", "4.2.2.1"),
    ]
    assert Statement.objects.count() == 0


DEEP = b'{"a":' * 200 + b"1" + b"}" * 200
BAD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"{",
    "a string": b'"x"',
    "null": b"null",
    "a list of nulls": b"[null]",
    "a list of lists": b"[[]]",
    "not UTF-8": b'{"actor": "\xff"}',
    "UTF-16": json.dumps(plain()).encode("utf-16"),
    "NaN": b'{"result": {"score": {"raw": NaN}}}',
    "infinity": json.dumps(plain(result={"score": {"raw": 1}})).replace('"raw": 1', '"raw": 1e999').encode(),
    "a name twice": json.dumps(plain()).replace("{", '{"actor": 1, ', 1).encode(),
    "endless digits": b'{"id": ' + b"1" * 10_000 + b"}",
    "endless nesting": b"[" * 100_000,
    "deep extension": json.dumps(plain(result={"extensions": {"h:x": 1}}))
    .replace('"h:x": 1', '"h:x": @')
    .encode()
    .replace(b"@", DEEP),
    "NUL": json.dumps(plain(result={"response": "\x00"})).encode(),
    "NUL in a name": json.dumps(plain(context={"extensions": {"h:x": {"\x00": 1}}})).encode(),
    "half a surrogate pair": json.dumps(plain(result={"response": "\ud800"})).encode(),
}


@pytest.mark.parametrize("raw", BAD_BODIES.values(), ids=BAD_BODIES.keys())
@pytest.mark.parametrize("method", ["post", "put"])
def test_a_body_that_cannot_be_stored_gives_400_with_a_sentence(raw: bytes, method: str, machine: Client) -> None:
    url = URL if method == "post" else f"{URL}?statementId={uuid4()}"
    response = getattr(machine, method)(url, raw, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["title"].endswith(".")
    assert Statement.objects.count() == 0


def test_a_body_that_is_too_large_gives_413(machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "MAX_BODY", 2000)
    bodies = [named() for _number in range(20)]
    response = post(machine, bodies)
    assert response.status_code == 413
    assert "2000" in response.json()["title"]
    assert post(machine, bodies[:2]).status_code == 200
    assert Statement.objects.count() == 2


def test_a_body_sent_in_chunks_is_read_and_may_not_be_larger(machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It declares no length; the server says where it ends."""
    monkeypatch.setattr(resource, "MAX_BODY", 2000)
    chunked: Any = {"content_type": "application/json", "CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    for count, status in ((2, 200), (20, 413)):
        raw = json.dumps([named() for _number in range(count)]).encode()
        stream: Any = {"wsgi.input": io.BytesIO(raw)}
        assert machine.generic("POST", URL, raw, **chunked, **stream).status_code == status
    assert Statement.objects.count() == 2


def test_a_large_batch_is_read_though_forms_may_not_be_so_large(machine: Client) -> None:
    """Django's own limit of 2.5 MB is for forms."""
    bodies = [plain(result={"response": "x" * 100_000}) for _number in range(60)]
    assert post(machine, bodies).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=a"]
)
def test_another_content_type_is_refused(machine: Client, content_type: str) -> None:
    """(1.0.3: Communication 1.5)"""
    response = machine.post(URL, json.dumps(plain()), content_type=content_type)
    assert response.status_code == 400
    assert Statement.objects.count() == 0


@pytest.mark.parametrize(
    "change", [{"fileUrl": None}, {"usageType": "http://adlnet.gov/expapi/attachments/signature"}], ids=str
)
def test_an_attachment_whose_data_is_nowhere_is_refused(machine: Client, change: Json) -> None:
    """(1.0.3: Communication 1.5.1, Data 2.6)"""
    body = full()
    body["attachments"][0] = {k: v for k, v in (body["attachments"][0] | change).items() if v is not None}
    assert post(machine, [body]).status_code == 400
    assert Statement.objects.count() == 0


def test_a_timestamp_in_the_far_future_is_kept_and_not_believed(machine: Client) -> None:
    """(1.0.3: Data 2.4.7) SHOULD NOT be rejected; semantics 8."""
    body = named(timestamp="9999-01-01T00:00:00Z")
    assert post(machine, body).status_code == 200
    statement = Statement.objects.get()
    assert statement.happened_at == statement.stored
    assert full_statement(UUID(body["id"]))["timestamp"] == "9999-01-01T00:00:00Z"


def test_no_form_token_is_asked_of_a_machine(credential: MakeCredential) -> None:
    _row, headers = credential()
    client = Client(headers=headers, enforce_csrf_checks=True)
    assert post(client, plain()).status_code == 200


def test_an_empty_batch_stores_nothing(machine: Client) -> None:
    response = post(machine, [])
    assert (response.status_code, response.json()) == (200, [])


def test_posting_takes_no_parameters(machine: Client) -> None:
    response = machine.post(f"{URL}?statementId={uuid4()}", json.dumps(plain()), content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_queries_whatever_it_holds(
    machine: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    record([full(id=str(uuid4())) for _number in range(count)], organisation=None, at=AT)
    machine.get(URL)
    with django_assert_max_num_queries(3):
        assert len(ids(machine.get(URL))) == count


def test_the_activity_of_the_platform_lies_below_its_base() -> None:
    assert COURSE.startswith(BASE)


def test_large_bodies_wait_for_each_other_and_small_ones_for_nobody(
    machine: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes many times its size in memory until it is recorded."""
    monkeypatch.setattr(mixed, "LARGE", 2000)
    waited: list[bool] = []

    class Seen(nullcontext[None]):
        def __enter__(self) -> None:
            waited.append(Statement.objects.exists())

        def __exit__(self, *_exception: object) -> None:
            waited.append(Statement.objects.exists())

    monkeypatch.setattr(mixed, "_one_large", Seen())
    assert post(machine, [named() for _number in range(20)]).status_code == 200
    assert waited == [False, True]
    assert post(machine, [named()]).status_code == 200
    assert post(machine, [named(verb={}) for _number in range(20)]).status_code == 400
    assert waited == [False, True, True, True]
