"""Requests damaged at random: always an answer that says what is wrong, never a failure, never half a batch.

`bench/fuzz.py` sends a hundred thousand of the same to a running server.
"""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client

from xapi.models import Statement

from . import mutations
from .mutations import Request

pytestmark = pytest.mark.django_db
MUTATIONS = 300


# Each row: what is damaged, and answers that must be among those given, so that it is known to reach what it aims at.
@pytest.mark.parametrize(
    ("make", "statuses"),
    [
        (mutations.a_statement, {200, 400}),
        (mutations.a_batch, {200, 400, 401}),
        (mutations.a_put, {204, 400}),
        (mutations.with_attachments, {200, 400}),
        (mutations.a_query, {200, 400, 404, 405}),
        (mutations.a_document, {200, 204, 400, 404, 405, 409}),
        (mutations.a_form, {200, 204, 400}),
        (mutations.another_path, {400, 404}),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_damaged_request_is_done_whole_or_refused_with_what_and_where(
    machine: Client, make: Callable[[random.Random], Request], statuses: set[int]
) -> None:
    seen: Counter[int] = Counter()
    for number in range(MUTATIONS):
        request = make(random.Random(f"2026:{number}"))
        known = {str(one) for one in Statement.objects.values_list("statement_id", flat=True)}
        headers = {"Content-Type": "application/json"} | request.headers
        content_type = headers.pop("Content-Type")
        answer = machine.generic(request.method, request.path, request.body, content_type, headers=headers)
        content = answer.getvalue()
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, request
        stored = {str(one) for one in Statement.objects.values_list("statement_id", flat=True)}
        acknowledged = mutations.acknowledged(request, answer.status_code, content)
        assert stored - known <= acknowledged <= stored, request
        if answer.status_code >= 400 and request.method != "HEAD":
            kind = answer.headers["Content-Type"]
            assert mutations.unhelpful(answer.status_code, kind, content) is None, (request, content)
    assert statuses <= seen.keys()


def test_the_same_number_is_the_same_request() -> None:
    """So what was found can be found again, and a run that was cut off can go on."""
    made = [mutations.request(7, number) for number in range(200)]
    assert [mutations.request(7, number) for number in range(200)] == made
    assert mutations.request(8, 0) != made[0]
    assert len({one.kind for one in made}) >= 9


def test_what_does_not_help_is_found() -> None:
    assert mutations.unhelpful(400, "text/html", b"<h1>Bad Request</h1>") == "it is text/html"
    problem = b'{"title": "There is no parameter x.", "status": 400, "code": "bad_request"}'
    assert mutations.unhelpful(400, "application/problem+json", problem) is None
    assert mutations.unhelpful(409, "application/problem+json", problem)
    assert mutations.unhelpful(400, "application/problem+json", problem.replace(b"bad_request", b"invalid_statements"))
