"""A store that has held statements for long is partitioned, and nothing that was in it is lost or changed."""

from __future__ import annotations

from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from xapi.api import full_statement, open_months, record
from xapi.models import Statement

from .bodies import AT, full, named, voiding
from .partitioned import TODAY, called, make_partitions, part_of, recorded

on_postgresql = pytest.mark.skipif(
    not settings.TEST_DATABASE_URL or settings.PARTITION_STATEMENTS, reason="needs PostgreSQL without partitions"
)


def said(action: str) -> str:
    output = StringIO()
    call_command("partitions", action, stdout=output)
    return output.getvalue()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_was_stored_is_the_first_part_as_it_was() -> None:
    ids = [str(uuid4()) for _number in range(3)]
    record([*(full(id=one) for one in ids), voiding(ids[0], id=str(uuid4()))], organisation=None, at=AT)
    before = list(Statement.objects.order_by("id").values())
    bodies = [full_statement(UUID(one)) for one in ids]
    assert said("show").startswith("One table: ")
    make_partitions()
    assert list(Statement.objects.order_by("id").values()) == before
    assert [full_statement(UUID(one)) for one in ids] == bodies
    assert {part_of(one) for one in ids} == {"xapi_statement_before"}
    new = recorded()
    assert part_of(new) == called(TODAY)
    assert str(Statement.objects.order_by("id").last().statement_id) == new  # type: ignore[union-attr]
    (again,) = record([full(id=ids[0])], organisation=None, at=AT)
    assert not again.is_new
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = %s AND indexname ~ %s", ["xapi_statement", "^statement_"]
        )
        assert cursor.fetchone()[0] == len(Statement._meta.indexes)


@on_postgresql
@pytest.mark.django_db
def test_without_partitions_there_is_nothing_to_make_ahead() -> None:
    assert open_months() == 0
    record([named()], organisation=None, at=AT)
    assert "1 statements" in said("show") or "0 statements" in said("show")


@pytest.mark.skipif(bool(settings.TEST_DATABASE_URL), reason="of SQLite")
@pytest.mark.django_db
def test_sqlite_has_no_partitions() -> None:
    assert open_months() == 0
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        said("show")
