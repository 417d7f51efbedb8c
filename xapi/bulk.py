"""Writing many rows by the driver's own fast way, with ids known before the rows are.

`bulk_create` costs several times the insert itself, and gives no ids to hang link rows on without asking for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

T = TypeVar("T")
CHUNK = 500


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut into lists that fit the databases' limit on parameters."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def uuid_value(value: UUID | None) -> Any:
    """As the driver wants it: SQLite has no UUID type and keeps the 32 digits."""
    return value if value is None or connection.features.has_native_uuid_field else value.hex


@lru_cache(maxsize=64)
def _text_moment(value: datetime) -> str | None:
    return connection.ops.adapt_datetimefield_value(value)


def moment_value(value: datetime) -> Any:
    """As the driver wants it: SQLite keeps text. A batch repeats its moments, so they are remembered."""
    return _text_moment(value) if connection.vendor == "sqlite" else value


def insert(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of driver values, in one round trip where the driver can."""
    if not rows:
        return
    quote = connection.ops.quote_name
    column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(column_of[name]) for name in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", rows)


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take the next `count` ids of a table, ascending. Call inside a transaction.

    On SQLite a transaction that writes is alone (BEGIN IMMEDIATE), so the next ids are simply the next numbers.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, count])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        return list(range(last + 1, last + count + 1))
