"""Requests to the record store, damaged at random but by number: the same seed and number give the same request.

Used by the tests with a few hundred of each kind, and by `bench/fuzz.py` with a hundred thousand. Knows no Django.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote_to_bytes, urlencode, urlsplit
from uuid import UUID

from .bodies import COURSE, Json, agent, full, full_sub, plain, voiding

STATEMENTS = "/xapi/statements"
BOUNDARY = "a-boundary-of-parts"
FRAGMENTS = [
    b"null", b"[]", b"{}", b"-1", b"1e999", b"NaN", b'"\\u0000"', b'"\\ud800"', b"\xff", b"\x00", b"\xed\xa0\x80",
    b'{"a":{"a":{"a":1}}}', b"true", b'"http://x"', b"0.1", b"99999999999999999999999", b",", b"}", b"]", b'"',
    b"\r\n", b"--", b"%00", b"&", b";", b"=", b"\xef\xbb\xbf", b"9" * 5000, b"[" * 300,
]  # fmt: skip
VALUES: list[Any] = [
    None, "", [], {}, 1, -1.5, True, "x", "http://x", {"x": 1}, ["x"], 10**40, "å" * 3000, "\x00", "\ud800", 1e308,
    10**400, "P1Y2W", "en_US", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z",
    "mailto:", "voided", [[[]]], {"http://x": {"y": [None] * 50}}, {"objectType": "Group"},
    {"objectType": "StatementRef", "id": "x"},
]  # fmt: skip
MOMENTS = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:60Z", "2026-02-30T00:00:00Z",
           "2026-11-27T10:00:00%2B14:00", "1969-12-31T23:59:59.999Z", "2026-11-27T10:00:00-00:00"]  # fmt: skip
HEADERS = {
    "X-Experience-API-Version": ["1.0.3", "1.0", "2.0", "2.0.0", "2.0.99999", "3", "", "2.0.0, 1.0.3"],
    "Content-Type": ["application/json; charset=x", "text/plain", "", "multipart/mixed", "a/b; c", "APPLICATION/JSON"],
    "Accept-Language": ["sv", "*;q=0", "sv;q=x,,", "x" * 9000, "en-GB-oed;q=0.123, sv-x-y"],
    "If-Match": ["*", '"x"', "W/", '"', ","],
    "If-None-Match": ["*", '"x"', 'W/"y", "z"', "x"],
    "Authorization": ["", "Basic", "Basic !", "Bearer x", "Basic OjEyMw==", "Basic /////w=="],
    "Accept": ["text/html", "application/xml", "*/*"],
    "User-Agent": ["Mozilla/5.0", ""],
    "Content-Encoding": ["gzip", "br"],
    "Content-Length": ["0", "-1", "x", "1", "99999999999999999999"],
    "Transfer-Encoding": ["chunked", "gzip", "x"],
    "Expect": ["100-continue", "x"],
    "Host": ["", "evil.example.com", "127.0.0.1:x", "a b"],
    "X-HTTP-Method-Override": ["DELETE"],
    "Cookie": ["sessionid=x; csrftoken=y", "=;=" * 200],
    "Accept-Encoding": ["gzip;q=x", "identity;q=0, *;q=0"],
    "X-Forwarded-For": ["x, y", "\xff"],
    "Range": ["bytes=0-1"],
}
FRAMING = {"Content-Length", "Transfer-Encoding", "Expect"}
"""Headers that say where a request ends; the server before the application judges them."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `raw` is all of it, of one that was damaged as bytes on the wire."""

    kind: str
    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def is_for_the_server(self) -> bool:
        """True when the server may refuse it before the application sees it."""
        return bool(self.raw) or not FRAMING.isdisjoint(self.headers) or "Host" in self.headers

    def wire(self, headers: Mapping[str, str]) -> bytes:
        """The bytes to send, with the headers that every request has unless it has its own."""
        if self.raw:
            lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers.items())
            return self.raw.replace(b"@HEADERS@", lines, 1)
        given = {**headers, "Content-Length": str(len(self.body)), **self.headers}
        lines = b"".join(f"{name}: {value}\r\n".encode("utf-8", "surrogatepass") for name, value in given.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n".encode() + lines + b"\r\n" + self.body


# --- Damage ----------------------------------------------------------------------------------------------------------


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Cut out, double, or replace some stretches of the bytes, or put something else for a value."""
    for _time in range(chance.randint(1, 3)):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.randint(0, 12))
        middle = chance.choice([b"", raw[start:end] * 2, chance.choice(FRAGMENTS), chance.randbytes(3)])
        raw = raw[:start] + middle + raw[end:]
    return raw


def with_another_value(value: object, chance: random.Random) -> object:
    """Put another value somewhere in a tree, take a name away or write it otherwise, which keeps the JSON whole."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.1:
            rest = {name: inner for name, inner in value.items() if name != key}
            return rest | chance.choice([{}, {key.upper(): value[key]}, {f"{key} ": value[key]}, {"": 1}])
        return value | {key: with_another_value(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], with_another_value(value[place], chance), *value[place + 1 :]]
    return chance.choice(VALUES)


def damaged_json(value: object, chance: random.Random) -> bytes:
    """The value as JSON: damaged as a value, as bytes, or now and then not at all."""
    way = chance.random()
    if way < 0.45:
        for _time in range(chance.randint(1, 2)):
            value = with_another_value(value, chance)
    raw = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    return damaged(raw, chance) if 0.45 <= way < 0.9 else raw


def damaged_query(query: str, chance: random.Random) -> str:
    if chance.random() < 0.4:
        return query
    return quote(damaged(unquote_to_bytes(query), chance), safe="%&=+")


def damaged_headers(chance: random.Random, chance_of_any: float = 0.2) -> dict[str, str]:
    if chance.random() >= chance_of_any:
        return {}
    names = chance.sample(sorted(HEADERS.keys() - FRAMING - {"Host"}), chance.randint(1, 2))
    return {name: chance.choice(HEADERS[name]) for name in names}


# --- Each kind of request --------------------------------------------------------------------------------------------


def some_uuid(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def some_statement(chance: random.Random) -> Json:
    made: Json = chance.choice([full, full_sub, plain, lambda: voiding(some_uuid(chance))])()
    return made | {"id": some_uuid(chance)}


def a_statement(chance: random.Random) -> Request:
    return Request("statement", "POST", STATEMENTS, damaged_json(some_statement(chance), chance))


def a_batch(chance: random.Random) -> Request:
    batch = [some_statement(chance) for _number in range(chance.randint(2, 5))]
    return Request("batch", "POST", STATEMENTS, damaged_json(batch, chance), damaged_headers(chance))


def a_put(chance: random.Random) -> Request:
    statement = some_statement(chance)
    query = damaged_query(f"statementId={statement['id']}", chance)
    return Request("put", "PUT", f"{STATEMENTS}?{query}", damaged_json(statement, chance), damaged_headers(chance))


def with_attachments(chance: random.Random) -> Request:
    data = [chance.randbytes(chance.choice([0, 10, 1000])) for _number in range(2)]
    named = [
        {
            "usageType": "http://example.com/usage/photo",
            "display": {"sv": "Bild"},
            "contentType": "image/png",
            "length": len(content),
            "sha2": hashlib.sha256(content).hexdigest(),
        }
        for content in data
    ]
    statements = [some_statement(chance) | {"attachments": named}, some_statement(chance)]
    first = json.dumps(statements).encode() if chance.random() < 0.7 else damaged_json(statements, chance)
    parts = [b"Content-Type: application/json\r\n\r\n" + first]
    for content, one in zip(data, named, strict=True):
        headers = f"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {one['sha2']}\r\n\r\n"
        parts.append(headers.encode() + content)
    if chance.random() < 0.2:
        chance.shuffle(parts)
    if chance.random() < 0.1:
        parts.pop()
    body = b"".join(f"--{BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--".encode()
    if chance.random() < 0.5:
        body = damaged(body, chance)
    boundary = BOUNDARY if chance.random() < 0.9 else chance.choice(["", "x", BOUNDARY[:-1], '"' + BOUNDARY, "å"])
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    return Request("multipart", "POST", STATEMENTS, body, headers)


def a_query(chance: random.Random) -> Request:
    who = quote(json.dumps(agent()))
    query = chance.choice(
        [
            f"agent={who}&related_agents=true&limit=5&attachments=true",
            f"statementId={some_uuid(chance)}&format=ids",
            f"voidedStatementId={some_uuid(chance)}",
            "verb=http%3A%2F%2Fexample.com%2Fx&since=2026-01-01T00%3A00%3A00Z&ascending=true",
            f"registration={some_uuid(chance)}&activity={quote(COURSE)}&until=2026-01-01T00:00:00Z&format=canonical",
            f"activity={quote(COURSE)}&related_activities=true&limit=3",
            f"since={chance.choice(MOMENTS)}",
            f"until={chance.choice(MOMENTS)}&limit={chance.choice(['0', '1', '999999999', '500'])}",
            "&".join(f"{number:x}" for number in range(chance.choice([1, 1100, 3000]))),
        ]
    )
    path = chance.choice([STATEMENTS, STATEMENTS, "/xapi/1.0.3/statements", f"{STATEMENTS}/more/eyJ4Ijox:{query[:20]}"])
    method = chance.choice(["GET", "GET", "GET", "HEAD", "DELETE", "PATCH", "OPTIONS"])
    return Request("query", method, f"{path}?{damaged_query(query, chance)}", b"", damaged_headers(chance))


def a_document(chance: random.Random) -> Request:
    about = {"activityId": "http://example.com/x", "agent": json.dumps(agent())}
    registration = {"registration": some_uuid(chance)} if chance.random() < 0.5 else {}
    path, names = chance.choice(
        [
            ("/xapi/activities/state", about | {"stateId": "note"} | registration),
            ("/xapi/activities/state", about | registration),
            ("/xapi/activities/profile", {"activityId": about["activityId"], "profileId": "note"}),
            ("/xapi/agents/profile", {"agent": about["agent"], "profileId": "note"}),
            ("/xapi/agents", {"agent": about["agent"]}),
            ("/xapi/activities", {"activityId": about["activityId"]}),
        ]
    )
    query = damaged_query(urlencode(names), chance)
    if chance.random() < 0.1:
        query += f"&since={chance.choice(MOMENTS)}"
    types = ["application/json", "text/plain", "", "x", "a/b; c", "application/json;\xff", "multipart/mixed"]
    headers = {"Content-Type": chance.choice(types)} | damaged_headers(chance)
    if chance.random() < 0.5:
        headers["X-Experience-API-Version"] = "1.0.3"
    method = chance.choice(["PUT", "POST", "GET", "DELETE"])
    body = damaged_json({"x": {"deep": [1, "å"]}, "y": 0.5}, chance)
    return Request("document", method, f"{path}?{query}", body, headers)


def a_form(chance: random.Random) -> Request:
    """The alternate request syntax of 1.0.3."""
    method = chance.choice(["PUT", "POST"])
    fields = {
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json",
        "content": json.dumps(plain(id=some_uuid(chance))),
    }
    if method == "PUT":
        fields["statementId"] = json.loads(fields["content"])["id"]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Experience-API-Version": "1.0.3"}
    body = damaged(urlencode(fields).encode(), chance)
    return Request("form", "POST", f"/xapi/1.0.3/statements?method={method}", body, headers | damaged_headers(chance))


def another_path(chance: random.Random) -> Request:
    """An address that is nearly one of ours."""
    paths = [STATEMENTS, "/xapi/about", "/xapi/activities/state", f"{STATEMENTS}/more/x", "/xapi//agents//profile"]
    # The address of a line break is nobody's, so the site's page for people answers.
    path = quote(damaged(chance.choice(paths).encode()[6:], chance).replace(b"\n", b""), safe="/")
    method = chance.choice(["GET", "POST", "PUT", "DELETE"])
    return Request("path", method, f"/xapi/{path}", damaged_json(plain(), chance), damaged_headers(chance))


def with_odd_headers(chance: random.Random) -> Request:
    names = chance.sample(sorted(HEADERS), chance.randint(1, 4))
    headers = {name: chance.choice(HEADERS[name]) for name in names}
    body = json.dumps(plain(id=some_uuid(chance))).encode()
    return Request("headers", chance.choice(["POST", "GET"]), STATEMENTS, body, headers)


def raw_bytes(chance: random.Random) -> Request:
    """A good request damaged on the wire, its first lines and its body alike."""
    body = json.dumps(plain(id=some_uuid(chance))).encode()
    head = f"POST {STATEMENTS} HTTP/1.1\r\nContent-Length: {len(body)}\r\n".encode()
    if chance.random() < 0.3:
        head = f"POST {STATEMENTS} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n".encode()
        body = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    raw = damaged(head + b"@HEADERS@\r\n" + body, chance) if chance.random() < 0.9 else chance.randbytes(200)
    return Request("wire", "POST", STATEMENTS, raw=raw)


def something_huge(chance: random.Random) -> Request:
    """More than is read at once, deeper than is read, or as much as may just be sent."""
    body = chance.choice(
        [
            lambda: b'{"x": "' + b"x" * (50 * 2**20) + b'"}',
            lambda: b"[" * 2**20,
            lambda: b'{"a":' * 2**18 + b"1" + b"}" * 2**18,
            lambda: b"9" * 2**20,
            lambda: json.dumps(plain(id=some_uuid(chance), result={"response": "å" * (9 * 2**19)})).encode(),
            lambda: json.dumps([plain(id=some_uuid(chance)) for _number in range(500)]).encode(),
        ]
    )()
    return Request("huge", "POST", STATEMENTS, body)


KINDS: dict[Callable[[random.Random], Request], int] = {
    a_statement: 20, a_batch: 20, a_put: 8, with_attachments: 12, a_query: 14, a_document: 12, a_form: 5,
    another_path: 2, with_odd_headers: 3, raw_bytes: 4,
}  # fmt: skip
ONE_IN_HUGE = 1000
ONE_IN_AGAIN = 25


def request(seed: int, number: int) -> Request:
    """The request of this number; one in twenty-five is an earlier one sent again."""
    chance = random.Random(f"{seed}:{number}")
    if number and chance.random() < 1 / ONE_IN_AGAIN:
        return request(seed, chance.randrange(number))
    if chance.random() < 1 / ONE_IN_HUGE:
        return something_huge(chance)
    (make,) = chance.choices(list(KINDS), list(KINDS.values()))
    return make(chance)


# --- Judging an answer -----------------------------------------------------------------------------------------------


def acknowledged(request: Request, status: int, content: bytes) -> set[str]:
    """The ids of the statements that an answer says are stored."""
    path = urlsplit(request.path)
    if not re.fullmatch(r"/+xapi/+(1\.0\.3/+)?statements", path.path):
        return set()
    if status == 200 and content.startswith(b"["):
        return {str(one).lower() for one in json.loads(content)}
    if status == 204:
        said = request.body.decode(errors="replace") if request.kind == "form" else path.query
        return {one.lower() for one in parse_qs(said)["statementId"]}
    return set()


def unhelpful(status: int, content_type: str, content: bytes) -> str | None:
    """Why a refusal does not help whoever gets it; None when it does: a problem document that says what and where."""
    if content_type != "application/problem+json":
        return f"it is {content_type or 'of no type'}"
    problem = json.loads(content)
    title, errors = problem.get("title", ""), problem.get("errors", [])
    if not (title.endswith(".") and len(title) > 15):
        return "it has no sentence"
    if problem.get("status") != status or not problem.get("code"):
        return "it does not say its status and code"
    if problem["code"] == "invalid_statements" and not errors:
        return "it names no error"
    for error in errors:
        if not (error["path"].startswith("$") and error["message"].endswith(".") and error["section"]):
            return f"an error does not say what and where: {error}"
    return None
