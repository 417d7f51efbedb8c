"""Requests damaged at random: always an answer that says what is wrong, never a failure, never half a batch."""

from __future__ import annotations

import json
import random
from urllib.parse import quote, unquote, urlencode
from uuid import uuid4

import pytest
from django.test import Client

from xapi.models import Statement

from .bodies import agent, full, full_sub, named

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
FRAGMENTS = [
    b"null", b"[]", b"{}", b"-1", b"1e999", b"NaN", b'"\\u0000"', b'"\\ud800"', b"\xff", b"\x00", b"\xed\xa0\x80",
    b'{"a":{"a":{"a":1}}}', b"true", b'"http://x"', b"0.1", b"99999999999999999999999", b",", b"}", b"]", b'"',
]  # fmt: skip
MUTATIONS = 600


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Cut out, double, or replace some stretches of the bytes, or put something else for a value."""
    for _time in range(chance.randint(1, 3)):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.randint(0, 12))
        middle = chance.choice([b"", raw[start:end] * 2, chance.choice(FRAGMENTS), chance.randbytes(3)])
        raw = raw[:start] + middle + raw[end:]
    return raw


def with_another_value(value: object, chance: random.Random) -> object:
    """Put any JSON value somewhere in a tree, which keeps the JSON whole."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        return value | {key: with_another_value(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], with_another_value(value[place], chance), *value[place + 1 :]]
    return chance.choice(
        [None, "", [], {}, 1, -1.5, True, "x", "http://x", {"x": 1}, ["x"], 10**40, "å" * 3000, "\x00"]
    )


def test_a_damaged_batch_is_stored_whole_or_refused_with_a_sentence(machine: Client) -> None:
    chance = random.Random(2026)
    seen: set[int] = set()
    for number in range(MUTATIONS):
        batch: list[object] = [full(id=str(uuid4())), named(), full_sub(id=str(uuid4()))]
        if number % 2:
            raw = json.dumps(with_another_value(batch, chance)).encode()
        else:
            raw = damaged(json.dumps(batch, ensure_ascii=False).encode(), chance)
        before = Statement.objects.count()
        response = machine.post(URL, raw, content_type="application/json")
        seen.add(response.status_code)
        stored = Statement.objects.count() - before
        if response.status_code == 200:
            assert stored == len(response.json()), raw
        else:
            assert (response.status_code, stored) in {(400, 0), (409, 0)}, raw
            assert response.json()["title"].endswith("."), raw
    assert {200, 400} <= seen


def test_a_damaged_query_is_answered_or_refused_with_a_sentence(machine: Client) -> None:
    chance = random.Random(2026)
    queries = [
        f"agent={quote(json.dumps(agent()))}&related_agents=true&limit=5",
        f"statementId={uuid4()}",
        "verb=http%3A%2F%2Fexample.com%2Fx&since=2026-01-01T00%3A00%3A00Z&ascending=true",
        f"registration={uuid4()}&activity=http://example.com/x&until=2026-01-01T00:00:00Z",
    ]
    for number in range(MUTATIONS):
        query = quote(damaged(queries[number % 4].encode(), chance), safe="%&=+")
        response = machine.get(f"{URL}?{query}")
        assert response.status_code in {200, 400, 404}, query
        if response.status_code != 200:
            assert response.json()["title"].endswith("."), query


def test_a_damaged_document_or_its_address_is_kept_or_refused_with_a_sentence(machine: Client) -> None:
    chance = random.Random(2026)
    about = {"activityId": "http://example.com/x", "agent": json.dumps(agent())}
    urls = [
        f"/xapi/activities/state?{urlencode(about | {'stateId': 'note', 'registration': str(uuid4())})}",
        f"/xapi/activities/profile?{urlencode({'activityId': about['activityId'], 'profileId': 'note'})}",
        f"/xapi/agents/profile?{urlencode({'agent': about['agent'], 'profileId': 'note'})}",
        f"/xapi/agents?{urlencode({'agent': about['agent']})}",
        f"/xapi/activities?{urlencode({'activityId': about['activityId']})}",
    ]
    body = json.dumps({"x": {"deep": [1, "å"]}, "y": 0.5}).encode()
    seen: set[int] = set()
    for number in range(MUTATIONS):
        path, _, query = urls[number % 5].partition("?")
        if chance.random() < 0.5:
            query = quote(damaged(unquote(query).encode(), chance), safe="%&=+")
        types = ["application/json", "text/plain", "", "x", "a/b; c", "application/json;\xff", "multipart/mixed"]
        headers = {"If-Match": chance.choice(["*", '"x"', "W/", '"', ","])} if chance.random() < 0.2 else {}
        headers |= {"X-Experience-API-Version": chance.choice(["1.0.3", "2.0.0"])}
        method = chance.choice(["PUT", "POST", "GET", "DELETE"])
        sent = damaged(body, chance) if chance.random() < 0.7 else body
        response = machine.generic(method, f"{path}?{query}", sent, chance.choice(types), headers=headers)
        seen.add(response.status_code)
        assert response.status_code in {200, 204, 400, 404, 405, 409, 412}, (method, query, sent)
        if response.status_code >= 400 and response.status_code != 405:
            assert response.json()["title"].endswith("."), query
    assert seen >= {200, 204, 400, 404, 409, 412}


def test_a_damaged_form_is_understood_or_refused_with_a_sentence(machine: Client) -> None:
    chance = random.Random(2026)
    fields = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json", "content": json.dumps(named())}
    for number in range(MUTATIONS):
        form = damaged(urlencode(fields | {"statementId": str(uuid4())} if number % 2 else fields).encode(), chance)
        url = f"/xapi/1.0.3/statements?method={'PUT' if number % 2 else 'POST'}"
        headers = {"X-Experience-API-Version": "1.0.3"}
        response = machine.post(url, form, content_type="application/x-www-form-urlencoded", headers=headers)
        assert response.status_code in {200, 204, 400, 401, 409, 412}, form
        if response.status_code >= 400:
            assert response.json()["title"].endswith("."), form
