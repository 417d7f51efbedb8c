"""Statements with the data of their attachments (2.0: 4.1.3 and 4.2.2.6, 1.0.3: Communication 1.5.2, Data 2.4.11)."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from people.models import Organisation
from xapi import disposal
from xapi.api import full_statement, record
from xapi.attachments import PIECE, Files, remove_disposed
from xapi.endpoints import mixed
from xapi.models import (
    AttachmentData,
    AttachmentPiece,
    DisposalPermit,
    RedactablePart,
    Statement,
    StatementAttachment,
)
from xapi.multipart import parts

from .bodies import AT, Json, full, named, plain
from .conftest import MakeCredential

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
PHOTO = b"\x89PNG\r\n\r\n--boundary\x00\xff\r\n"
BOUNDARY = "-------314159265358979323846"


def sha2(data: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, data).hexdigest()


def attachment(data: bytes = PHOTO, algorithm: str = "sha256", **changes: Any) -> Json:
    return {
        "usageType": "http://example.com/usage/photo",
        "display": {"sv": "Bild"},
        "contentType": "image/png",
        "length": len(data),
        "sha2": sha2(data, algorithm),
    } | changes


def part(data: bytes, headers: dict[str, str] | None = None) -> bytes:
    given = {"Content-Type": "image/png", "Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": sha2(data)}
    given |= headers or {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"--{BOUNDARY}\r\n{lines}\r\n".encode() + data + b"\r\n"


def body_with(statements: object, *given: bytes, content_type: str = "application/json", end: bytes = b"") -> bytes:
    first = f"--{BOUNDARY}\r\nContent-Type: {content_type}\r\n\r\n{json.dumps(statements)}\r\n".encode()
    return first + b"".join(given) + f"--{BOUNDARY}--".encode() + end


def post(client: Client, statements: object, *given: bytes, **options: Any) -> Any:
    return send(client, body_with(statements, *given, **options))


def send(client: Client, body: bytes, boundary: str = f'boundary="{BOUNDARY}"') -> Any:
    return client.post(URL, body, content_type=f"multipart/mixed; {boundary}")


def contents(response: Any) -> tuple[Json, list[tuple[dict[str, str], bytes]]]:
    """The JSON of a multipart answer and its other parts."""
    assert response.status_code == 200
    kind, _equals, boundary = response["Content-Type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    read = [(one.headers, b"".join(one.content)) for one in parts(io.BytesIO(response.getvalue()).read, boundary)]
    assert read[0][0] == {"content-type": "application/json"}
    return json.loads(read[0][1]), read[1:]


def stored() -> list[str]:
    return sorted(bytes(key).hex() for key in AttachmentData.objects.values_list("key", flat=True))


# --- It works --------------------------------------------------------------------------------------------------------


def test_an_attachment_comes_back_byte_by_byte(machine: Client) -> None:
    """(XAPI-00127, XAPI-00167)"""
    body = named(attachments=[attachment()])
    response = post(machine, body, part(PHOTO))
    assert (response.status_code, response.json()) == (200, [body["id"]])
    statement, given = contents(machine.get(URL, {"statementId": body["id"], "attachments": "true"}))
    assert statement["attachments"] == body["attachments"]
    headers = {"content-type": "image/png", "content-transfer-encoding": "binary", "x-experience-api-hash": sha2(PHOTO)}
    assert given == [(headers, PHOTO)]


def test_a_statement_may_be_put_with_attachments(machine: Client) -> None:
    statement_id = str(uuid4())
    body = body_with(plain(attachments=[attachment()]), part(PHOTO))
    content_type = f"multipart/mixed; boundary={BOUNDARY}"
    response = machine.put(f"{URL}?statementId={statement_id}", body, content_type=content_type)
    assert response.status_code == 204
    assert stored() == [sha2(PHOTO)]


def test_without_being_asked_for_data_stays_behind(machine: Client) -> None:
    post(machine, named(attachments=[attachment()]), part(PHOTO))
    for query in ({}, {"attachments": "false"}):
        response = machine.get(URL, query)
        assert response["Content-Type"] == "application/json"
        assert len(response.json()["statements"]) == 1


def test_a_page_holds_each_content_once_and_says_where_the_next_is(machine: Client) -> None:
    shared = [named(attachments=[attachment()]) for _number in range(2)]
    post(machine, shared, part(PHOTO))
    post(machine, named(attachments=[attachment(b"other"), attachment()]), part(b"other"), part(PHOTO))
    result, given = contents(machine.get(URL, {"attachments": "true", "limit": 2}))
    assert [data for _headers, data in given] == [b"other", PHOTO]
    result, given = contents(machine.get(result["more"]))
    assert ([data for _headers, data in given], result["more"]) == ([PHOTO], "")
    assert stored() == sorted([sha2(PHOTO), sha2(b"other")])


def test_an_answer_without_attachments_is_still_multipart(machine: Client) -> None:
    """(1.0.3: Communication 2.1.3)"""
    post(machine, named())
    result, given = contents(machine.get(URL, {"attachments": "true"}))
    assert (len(result["statements"]), given) == (1, [])


def test_a_head_request_says_what_a_get_would_be(machine: Client) -> None:
    post(machine, named(attachments=[attachment()]), part(PHOTO))
    response = machine.head(URL, {"attachments": "true"})
    assert response["Content-Type"].startswith("multipart/mixed; boundary=")
    assert response.content == b""


@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
def test_any_sha2_names_the_content(algorithm: str, machine: Client) -> None:
    upper = sha2(PHOTO, algorithm).upper()
    body = named(attachments=[attachment(sha2=upper)])
    given = part(PHOTO, {"X-Experience-API-Hash": sha2(PHOTO, algorithm)})
    assert post(machine, body, given).status_code == 200
    _statement, found = contents(machine.get(URL, {"statementId": body["id"], "attachments": "true"}))
    assert [(headers["x-experience-api-hash"], data) for headers, data in found] == [(upper, PHOTO)]
    assert stored() == [sha2(PHOTO)]


def test_large_and_empty_contents_come_back_whole(machine: Client) -> None:
    large, empty = bytes(range(256)) * (PIECE // 100), b""
    body = named(attachments=[attachment(large), attachment(empty)])
    assert post(machine, body, part(large), part(empty)).status_code == 200
    _statement, found = contents(machine.get(URL, {"statementId": body["id"], "attachments": "true"}))
    assert [data for _headers, data in found] == [large, empty]
    assert AttachmentPiece.objects.count() == 3


def test_the_same_data_sent_twice_is_kept_once(machine: Client) -> None:
    body = named(attachments=[attachment(), attachment(usageType="http://example.com/usage/other")])
    assert post(machine, body, part(PHOTO), part(PHOTO)).status_code == 200
    assert (stored(), StatementAttachment.objects.count()) == ([sha2(PHOTO)], 1)


def test_the_same_data_may_come_for_each_that_names_it_and_once_more(machine: Client) -> None:
    """Some clients send it for each attachment. Without an end to it, small parts without number would be taken in."""
    bodies = [named(attachments=[attachment()]) for _number in range(2)]
    assert post(machine, bodies, *[part(PHOTO)] * 3).status_code == 200
    refused = post(machine, bodies, *[part(PHOTO)] * 4)
    assert (refused.status_code, sha2(PHOTO) in refused.json()["title"]) == (400, True)
    with Files() as files:
        for _time in range(3):
            files.add(sha2(PHOTO), [PHOTO], {sha2(PHOTO): 2})
        files.add(sha2(b"other"), [b"other"], {sha2(b"other"): 1})
        assert files.uploads[sha2(b"other")].start == len(PHOTO)
        assert b"".join(files.read(files.uploads[sha2(b"other")])) == b"other"


def test_what_follows_the_last_boundary_is_passed_over(machine: Client) -> None:
    assert post(machine, named(attachments=[attachment()]), part(PHOTO), end=b"\r\nepilogue").status_code == 200


def test_the_attachment_of_a_substatement_has_data_too(machine: Client) -> None:
    inner = {key: value for key, value in named().items() if key != "id"} | {"attachments": [attachment()]}
    body = named(object={"objectType": "SubStatement", **inner})
    assert post(machine, body).status_code == 400
    assert post(machine, body, part(PHOTO)).status_code == 200
    _statement, found = contents(machine.get(URL, {"statementId": body["id"], "attachments": "true"}))
    assert [data for _headers, data in found] == [PHOTO]


def test_multipart_needs_no_attachments(machine: Client) -> None:
    """(1.0.3: Communication 1.5.2)"""
    with_url = named(attachments=[attachment(fileUrl="http://example.com/photo.png")])
    assert post(machine, [named(), with_url]).status_code == 200


def test_sending_again_changes_nothing(machine: Client) -> None:
    body = named(attachments=[attachment()])
    for _time in range(2):
        assert post(machine, body, part(PHOTO)).status_code == 200
    assert StatementAttachment.objects.count() == 1


def test_the_length_that_is_said_is_not_judged(machine: Client) -> None:
    """The hash decides, and nothing else (1.0.3: Communication 1.5.2); the official suite sends a wrong length."""
    assert post(machine, named(attachments=[attachment(length=1)]), part(PHOTO)).status_code == 200


# --- It is refused, and nothing is stored ----------------------------------------------------------------------------


def test_an_attachment_without_data_or_address_is_named(machine: Client) -> None:
    """(1.0.3: Communication 1.5.2)"""
    bodies = [named(), named(attachments=[attachment(fileUrl="http://example.com/x"), attachment(b"missing")])]
    response = post(machine, bodies)
    assert response.status_code == 400
    assert [(one["path"], one["section"]) for one in response.json()["errors"]] == [("$[1].attachments[1]", "4.1.3")]
    assert machine.post(URL, json.dumps(bodies), content_type="application/json").status_code == 400
    assert Statement.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Experience-API-Hash": ""},
        {"X-Experience-API-Hash": "0" * 64},
        {"X-Experience-API-Hash": "0" * 40},
        {"Content-Transfer-Encoding": ""},
        {"Content-Transfer-Encoding": "base64"},
    ],
    ids=str,
)
def test_a_part_with_wrong_headers_is_refused(headers: dict[str, str], machine: Client) -> None:
    """(XAPI-00132, XAPI-00135)"""
    assert post(machine, named(attachments=[attachment()]), part(PHOTO, headers)).status_code == 400
    assert (Statement.objects.count(), stored()) == (0, [])


def test_data_that_nothing_names_is_refused(machine: Client) -> None:
    """(XAPI-00132)"""
    response = post(machine, named(attachments=[attachment()]), part(PHOTO), part(b"superfluous"))
    assert response.status_code == 400
    assert sha2(b"superfluous") in response.json()["title"]
    assert (Statement.objects.count(), stored()) == (0, [])


@pytest.mark.parametrize("statements", [[], [1], {"attachments": [1, {"sha2": 1}], "object": {"attachments": 1}}])
def test_a_part_that_nothing_names_ends_the_reading_at_once(statements: object, machine: Client) -> None:
    """What follows is not even looked at, so nobody can have parts without number taken in."""
    response = post(machine, statements, part(b"superfluous"), part(b"next", {"X-Experience-API-Hash": "none"}))
    assert response.status_code == 400
    assert sha2(b"superfluous") in response.json()["title"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonp", ""])
def test_the_first_part_holds_the_statements(content_type: str, machine: Client) -> None:
    """(XAPI-00133, XAPI-00134)"""
    assert post(machine, named(), content_type=content_type).status_code == 400
    assert post(machine, named(), content_type="application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize("boundary", ["", "boundary=", 'boundary="a\u00e5"', f"boundary={'x' * 71}", "boundary=other"])
def test_a_boundary_must_be_said_and_be_used(boundary: str, machine: Client) -> None:
    """(XAPI-00128 to XAPI-00131)"""
    assert send(machine, body_with(named()), boundary).status_code == 400


def test_a_body_that_is_cut_off_stores_nothing(machine: Client) -> None:
    whole = body_with(named(attachments=[attachment()]), part(PHOTO))
    assert send(machine, whole[:-40]).status_code == 400
    assert send(machine, b"").status_code == 400
    assert Statement.objects.count() == 0


def test_a_form_is_no_statement(machine: Client) -> None:
    response = machine.post(URL, body_with(named()), content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert response.status_code == 400


def test_more_than_the_limit_is_refused(machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixed, "MAX_MIXED", 200_000)
    large = b"x" * 300_000
    assert post(machine, named(attachments=[attachment(large)]), part(large)).status_code == 413
    monkeypatch.setattr(mixed, "MAX_BODY", 1000)
    assert post(machine, [named() for _number in range(20)]).status_code == 413
    assert Statement.objects.count() == 0


def test_an_attachment_of_50_megabytes_works(machine: Client) -> None:
    """More than a body of JSON may have, because it goes to disk."""
    large = b"\r\n--" * (50 * 1024 * 1024 // 4)
    body = named(attachments=[attachment(large)])
    assert post(machine, body, part(large)).status_code == 200
    response = machine.get(URL, {"statementId": body["id"], "attachments": "true"})
    assert sum(map(len, response.streaming_content)) > len(large)


@pytest.mark.parametrize("bad", ["text/plain\r\nX-Evil: 1", 'text/plain; a="\r\nX: 1"', "text/plain;\n a=b", "text"])
def test_a_media_type_cannot_smuggle_in_a_header(bad: str, machine: Client) -> None:
    response = post(machine, named(attachments=[attachment(contentType=bad)]), part(PHOTO))
    assert response.status_code == 400


# --- Whose it is -----------------------------------------------------------------------------------------------------


def test_naming_a_hash_gives_nobody_the_data(
    credential: MakeCredential, granvik: Organisation, lyngfors: Organisation
) -> None:
    """The content is kept once for all, and led to by those statements alone that it came with."""
    ours, theirs = (Client(headers=credential(organisation)[1]) for organisation in (granvik, lyngfors))
    assert post(ours, named(attachments=[attachment()]), part(PHOTO)).status_code == 200
    guess = named(attachments=[attachment(fileUrl="http://example.com/photo.png")])
    assert post(theirs, guess).status_code == 200
    result, found = contents(theirs.get(URL, {"attachments": "true"}))
    assert ([one["id"] for one in result["statements"]], found) == ([guess["id"]], [])
    _result, found = contents(ours.get(URL, {"attachments": "true"}))
    assert [data for _headers, data in found] == [PHOTO]


# --- It goes when it must, and not before ----------------------------------------------------------------------------


def dispose(body: Json) -> int:
    """Turn the redactable part of a statement into a tombstone; return its primary key."""
    part = RedactablePart.objects.get(statement__statement_id=UUID(body["id"]))
    paths = [path for path, _value in json.loads(part.content)["parts"]]
    with transaction.atomic():
        DisposalPermit.objects.create(part=part, ground="plan", decided_by="archivist", made_at=AT)
        part.content, part.tombstone = json.dumps({"paths": paths}), True
        part.save()
    return part.pk


def test_data_goes_with_the_last_statement_it_came_with(machine: Client) -> None:
    first, second = (named(attachments=[attachment()]) for _number in range(2))
    post(machine, [first, second], part(PHOTO))
    assert remove_disposed([dispose(first)]) == 0
    assert stored() == [sha2(PHOTO)]
    _statement, found = contents(machine.get(URL, {"statementId": first["id"], "attachments": "true"}))
    assert found == []
    assert remove_disposed([dispose(second)]) == 1
    assert (stored(), AttachmentPiece.objects.count(), StatementAttachment.objects.count()) == ([], 0, 0)


def test_the_service_that_disposes_removes_the_data(machine: Client) -> None:
    body = named(attachments=[attachment()])
    post(machine, body, part(PHOTO))
    disposal.dispose([UUID(body["id"])], disposal.Decision(at=AT, ground="plan", decided_by="archivist"))
    assert (stored(), AttachmentPiece.objects.count()) == ([], 0)


def test_what_is_disposed_of_is_not_served_though_its_bytes_are_still_there(machine: Client) -> None:
    body = named(attachments=[attachment()])
    post(machine, body, part(PHOTO))
    dispose(body)
    statement, found = contents(machine.get(URL, {"statementId": body["id"], "attachments": "true"}))
    assert ("attachments" in statement, found) == (False, [])


CHANGES = {
    "xapi_statementattachment": "sha2 = 'x'",
    "xapi_attachmentpiece": "number = 7",
    "xapi_attachmentdata": "length = 7",
}


REFUSED = r"is append-only|permission denied"


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", CHANGES)
def test_the_database_keeps_what_an_undisposed_statement_leads_to(table: str, machine: Client) -> None:
    body = named(attachments=[attachment()])
    post(machine, body, part(PHOTO))
    update = f"UPDATE {table} SET {CHANGES[table]}"
    replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    whole = replace if connection.vendor == "sqlite" else f"TRUNCATE {table} CASCADE"
    for attempt in (update, f"DELETE FROM {table}", whole):
        with pytest.raises(DatabaseError, match=REFUSED):
            sql(attempt)
    dispose(body)
    with pytest.raises(DatabaseError, match=REFUSED):
        sql(update)


def test_what_the_platform_records_needs_no_data() -> None:
    """Only what comes over HTTP is held to the rule: an import has no parts."""
    body = full()
    del body["attachments"][0]["fileUrl"]
    record([body], organisation=None, at=AT)
    assert full_statement(UUID(body["id"]))["attachments"] == body["attachments"]
