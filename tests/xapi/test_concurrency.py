"""Many clients at once: one row for one id, the right answer to each, and nobody waits in a circle."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from xapi.api import StatementConflict, record
from xapi.models import Activity, Agent, Statement

from .bodies import AT, Json, agent, named, plain

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 6


def at_once(attempts: list[Callable[[], str]]) -> Counter[str]:
    """Run all attempts, each with a connection of its own, and count how they ended."""

    def run(attempt: Callable[[], str]) -> str:
        try:
            return attempt()
        except StatementConflict:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(run, attempts))


def sent(body: Json) -> str:
    (one,) = record([body], organisation=None, at=AT)
    return "new" if one.is_new else "known"


def test_the_same_statement_sent_by_many_at_once_is_stored_once() -> None:
    bodies = [named() for _number in range(5)]
    outcome = at_once([lambda body=body: sent(body) for body in bodies for _client in range(CLIENTS)])
    assert outcome == {"new": 5, "known": 5 * CLIENTS - 5}
    assert Statement.objects.count() == 5


def test_different_statements_under_one_id_leave_one_and_conflicts() -> None:
    statement_id = str(uuid4())
    bodies = [plain(id=statement_id, result={"score": {"raw": number}}) for number in range(CLIENTS)]
    assert at_once([lambda body=body: sent(body) for body in bodies]) == {"new": 1, "conflict": CLIENTS - 1}
    assert Statement.objects.count() == 1


def test_batches_that_share_everything_in_any_order_all_arrive_and_lose_nothing() -> None:
    shuffle = random.Random(7)
    shared = [named() for _number in range(4)]

    def batch(number: int) -> list[Json]:
        own = [
            named(
                actor=agent(f"{key:032x}"),
                object={"id": f"http://example.com/{key}", "definition": {"description": {f"x-c{number}": "text"}}},
            )
            for key in range(8)
        ]
        return shuffle.sample(own + shared, len(own) + len(shared))

    batches = [batch(number) for number in range(2 * CLIENTS)]
    outcome = at_once([lambda bodies=bodies: str(len(record(bodies, organisation=None, at=AT))) for bodies in batches])
    assert outcome == {"12": 2 * CLIENTS}
    assert Statement.objects.count() == 2 * CLIENTS * 8 + 4
    assert Agent.objects.exclude(ifi_value="platform").count() == 9
    defined = Activity.objects.filter(iri__startswith="http://example.com/")
    assert {len(row.definition["description"]) for row in defined} == {2 * CLIENTS}
