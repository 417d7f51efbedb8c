"""Plain SQL for the way in: asking and writing by the driver's own fast way, with ids known before the rows are.

Every statement that comes in passes here. The ORM takes ten times as long to word a question as the database to
answer it, `bulk_create` costs several times the insert itself and gives no ids to hang link rows on, and on PostgreSQL
each round trip costs as much as what is asked: so questions and inserts are sent together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

T = TypeVar("T")
CHUNK = 500
COPY_FROM = 20
"""From how many rows COPY is faster than an insert for each; measured with `bench/statements.py`."""

Row = tuple[Any, ...]


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists, by default such that fit the databases' limit on parameters."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def uuid_value(value: UUID | None) -> Any:
    """As the driver wants it: SQLite has no UUID type and keeps the 32 digits."""
    return value if value is None or is_postgresql() else value.hex


@lru_cache(maxsize=64)
def _text_moment(value: datetime) -> str | None:
    return connection.ops.adapt_datetimefield_value(value)


def moment_value(value: datetime) -> Any:
    """As the driver wants it: SQLite keeps text. A batch repeats its moments, so they are remembered."""
    return value if is_postgresql() else _text_moment(value)


# --- Asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of a table have one of some values in a column that is unique."""

    model: type[models.Model]
    columns: tuple[str, ...]
    column: str
    values: Collection[Any]

    def sql(self) -> tuple[str, list[Any]]:
        values = list(self.values)
        asked = f"SELECT {', '.join(self.columns)} FROM {self.model._meta.db_table} WHERE {self.column}"
        if is_postgresql():
            # One text whatever the number of values, so that it is prepared once.
            return f"{asked} = ANY(%s)", [values]
        return f"{asked} IN ({_places(values)})", values


def ask(*questions: Question) -> list[list[Row]]:
    """Return the rows that answer each question, as the driver gives them. At most `CHUNK` values each."""
    if not is_postgresql():
        return [_execute(*question.sql()).fetchall() for question in questions]
    with _driver() as driver, driver.pipeline():
        cursors = [driver.execute(*_noted(*question.sql())) for question in questions]
    return [cursor.fetchall() for cursor in cursors]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take the next `count` ids of a table, ascending. Call inside a transaction.

    On SQLite a transaction that writes is alone (BEGIN IMMEDIATE), so the next ids are simply the next numbers.
    """
    table = model._meta.db_table
    if is_postgresql():
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return sorted(row[0] for row in _execute(sequence, [table, count]).fetchall())
    row = _execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]).fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + count + 1))


# --- Writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows of driver values for some fields of a model."""

    model: type[models.Model]
    fields: Sequence[str]
    rows: Sequence[Row]

    @property
    def target(self) -> str:
        column_of = {field.name: str(field.column) for field in self.model._meta.concrete_fields}
        return f"{self.model._meta.db_table} ({', '.join(column_of[name] for name in self.fields)})"

    def sql(self) -> str:
        return f"INSERT INTO {self.target} VALUES ({_places(self.fields)})"


def insert(*inserts: Insert) -> None:
    """Insert rows in the order given; those that refer come after what they refer to."""
    wanted = [one for one in inserts if one.rows]
    if not is_postgresql():
        for one in wanted:
            with connection.cursor() as cursor:
                cursor.executemany(one.sql(), one.rows)
        return
    with _driver() as driver:
        if any(len(one.rows) >= COPY_FROM for one in wanted):
            _copy(driver, wanted)
        else:
            with driver.pipeline(), driver.cursor() as cursor:
                for one in wanted:
                    cursor.executemany(*_noted(one.sql(), one.rows))


def _copy(driver: Any, inserts: list[Insert]) -> None:
    for one in inserts:
        with driver.cursor() as cursor, cursor.copy(*_noted(f"COPY {one.target} FROM STDIN")) as copy:
            for row in one.rows:
                copy.write_row(row)


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _execute(sql: str, values: Sequence[Any]) -> Any:
    cursor = connection.cursor()
    cursor.execute(sql, values)
    return cursor


def _noted(sql: str, *values: Any) -> tuple[Any, ...]:
    """What goes past Django's cursors is counted as what goes through them."""
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    return (sql, *values)


@contextmanager
def _driver() -> Iterator[Any]:
    """Psycopg's own connection with cursors that prepare on the server; its errors come out as Django's."""
    from psycopg import Cursor

    connection.ensure_connection()
    driver: Any = connection.connection
    usual = driver.cursor_factory
    with connection.wrap_database_errors:
        driver.cursor_factory = Cursor
        try:
            yield driver
        finally:
            driver.cursor_factory = usual
