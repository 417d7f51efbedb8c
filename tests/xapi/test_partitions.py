"""Statements by month on PostgreSQL: the same answers and the same guards.

The whole suite runs so with PARTITION_STATEMENTS; here, what partitions could break.
"""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError

from xapi.api import record
from xapi.models import Statement
from xapi.partitions import IDS_A_MONTH, first_id

from .bodies import AT, full
from .partitioned import TODAY, called, months_after, needs_postgresql, part_of, partitioned, recorded  # noqa: F401

# The same tests once more: of what is guarded, of the door, and of every filter with its pages.
from .test_append_only import (  # noqa: F401
    part,
    sql,
    test_every_table_of_the_log_is_guarded,
    test_no_row_of_the_log_is_changed,
    test_no_row_of_the_log_is_removed,
    test_no_row_of_the_log_is_replaced,
    test_with_a_permit_a_part_becomes_a_tombstone,
)
from .test_selecting import test_every_page_holds_what_matches_in_its_order  # noqa: F401

pytestmark = [pytest.mark.django_db, needs_postgresql]


@pytest.fixture
def stored() -> list[str]:
    ids = [str(uuid4()) for _number in range(3)]
    record([full(id=one) for one in ids], organisation=None, at=AT)
    return ids


def test_new_statements_lie_in_their_month(stored: list[str]) -> None:
    assert {part_of(one) for one in stored} == {called(TODAY)}
    first = Statement.objects.earliest("id").pk
    assert first_id(TODAY) <= first < first_id(TODAY) + 1000


def test_when_nobody_makes_months_statements_go_on_into_the_last_one() -> None:
    """The sequence stands where it was moved to last, and the part has room for more than there will be."""
    for _number in range(3):
        assert part_of(recorded()) == called(TODAY)
    assert IDS_A_MONTH > 10**9


def test_an_id_is_unique_in_all_parts(stored: list[str]) -> None:
    columns = ", ".join(field.column for field in Statement._meta.concrete_fields if field.column != "id")
    for part_id in ("id + 1000", str(first_id(months_after(TODAY, 2)))):
        with pytest.raises(IntegrityError, match="xapi_statementnumber"):
            sql(
                f"INSERT INTO xapi_statement (id, {columns}) SELECT {part_id}, {columns} FROM xapi_statement"
                " WHERE statement_id = %s",
                stored[0],
            )


def test_the_application_may_not_choose_the_day_nor_make_parts_by_hand() -> None:
    for attempt in (
        "SELECT xapi_open_months_at('2090-01-01')",
        "ALTER TABLE xapi_statement DETACH PARTITION xapi_statement_before",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
            sql(attempt)


def test_the_command_says_how_the_statements_lie() -> None:
    said = StringIO()
    call_command("partitions", "show", stdout=said)
    call_command("partitions", "ahead", stdout=said)
    assert said.getvalue().startswith("Partitioned: ")
    assert f"0 made. It lies in xapi_statement_before, {called(TODAY)}" in said.getvalue()
