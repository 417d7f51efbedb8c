"""Many at once where statements lie in parts: one row for one id, and months are made beside those who write."""

from __future__ import annotations

import random
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError

from tests.databases import PostgresDatabase
from xapi.api import open_months, partition_report, record
from xapi.models import Statement, StatementAgent

from .bodies import AT, named
from .partitioned import (  # noqa: F401
    TODAY,
    as_owner,
    begin,
    called,
    make_partitions,
    months_after,
    needs_postgresql,
    part_of,
    partitioned,
    recorded,
)
from .test_append_only import sql

# The same tests once more.
from .test_concurrency import (  # noqa: F401
    at_once,
    test_batches_that_share_everything_in_any_order_all_arrive_and_lose_nothing,
    test_different_statements_under_one_id_leave_one_and_conflicts,
    test_the_same_statement_sent_by_many_at_once_is_stored_once,
    test_what_is_recorded_while_a_person_is_erased_is_found_by_her_identifier_or_gone,
)

pytestmark = [pytest.mark.django_db(transaction=True), needs_postgresql]


def test_partitioning_again_changes_nothing() -> None:
    before = partition_report().parts
    make_partitions()
    assert partition_report().parts == before


def test_the_months_ahead_are_made_once_by_whoever_asks_and_by_many_at_once() -> None:
    assert partition_report().parts[-3:] == tuple(called(months_after(TODAY, n)) for n in range(3))
    assert at_once([lambda: str(open_months()) for _number in range(6)]) == {"0": 6}
    begin(months_after(TODAY, 1))
    assert partition_report().parts[-1] == called(months_after(TODAY, 3))


def test_when_a_month_begins_statements_lie_in_the_next_part_and_never_in_one_before() -> None:
    first = recorded()
    begin(months_after(TODAY, 1))
    second = recorded()
    open_months()
    third = recorded()
    assert [part_of(one) for one in (first, second, third)] == [
        called(months_after(TODAY, number)) for number in (0, 1, 1)
    ]
    assert list(Statement.objects.order_by("id").values_list("statement_id", flat=True))[-3:] == [
        UUID(one) for one in (first, second, third)
    ]


def test_statements_are_recorded_while_the_months_ahead_are_made(django_db_setup: PostgresDatabase) -> None:
    url = django_db_setup._url(django_db_setup.name)

    def made(number: int) -> str:
        with psycopg.connect(url, autocommit=True) as owner:
            try:
                owner.execute("SELECT xapi_open_months_at(%s)", [months_after(TODAY, number)])
            except psycopg.errors.LockNotAvailable:
                return "put off"
        return "made"

    def written(number: int) -> str:
        bodies = [
            named(actor={"mbox": f"mailto:{number % 3}@example.org"}, object={"id": f"http://x.example/{number}"})
        ]
        record(bodies, organisation=None, at=AT)
        return "written"

    attempts = [lambda number=number: written(number) for number in range(40)]
    attempts += [lambda number=number: made(number) for number in range(1, 9)]
    random.Random(7).shuffle(attempts)
    outcome = at_once(attempts)
    assert outcome["written"] == 40
    assert outcome["made"] + outcome["put off"] == 8


def test_what_points_at_a_statement_points_at_one_that_is_there() -> None:
    link = StatementAgent.objects.get(statement__statement_id=recorded())
    with pytest.raises(IntegrityError):
        sql("INSERT INTO xapi_statementagent (agent_id, statement_id, role) VALUES (%s, 77, 1)", link.agent_id)


def test_no_part_is_changed_or_emptied_by_its_owner_either() -> None:
    recorded()
    with as_owner():
        for table in ("xapi_statement", "xapi_statementnumber", called(TODAY)):
            for change in ("UPDATE {} SET id = id", "DELETE FROM {}"):
                with pytest.raises(DatabaseError, match="append-only"):
                    sql(change.format(table))
        for table in ("xapi_statement", "xapi_statementnumber", *partition_report().parts):
            with pytest.raises(DatabaseError, match="append-only"):
                sql(f"TRUNCATE {table} CASCADE")
