"""Plain SQL for the way in: asking and writing by the driver's own fast way, with ids known before the rows are.

Every statement that comes in passes here. The ORM takes ten times as long to word a question as the database to
answer it, `bulk_create` costs several times the insert itself and gives no ids to hang link rows on, and on PostgreSQL
each round trip costs as much as what is asked: so questions are sent together, and inserts too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

T = TypeVar("T")
CHUNK = 500

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
    """Which rows of a table have one of some values in a column that is unique, and what they hold in another."""

    model: type[models.Model]
    key: str
    values: Collection[Any]
    column: str

    def sql(self, place: str, number: int = 0) -> str:
        value = f"{self.column}::text" if is_postgresql() else self.column
        table = self.model._meta.db_table
        return f"SELECT {number}, {self.key}, id, {value} FROM {table} WHERE {self.key} {place}"


Found = dict[Any, tuple[int, Any]]
"""Primary key and the column more of each row that is there, as text where the driver has no type, by its key."""


def ask(*questions: Question) -> list[Found]:
    """Answer each question, all with keys of one type and at most `CHUNK` values."""
    found: list[Found] = [{} for _question in questions]
    for number, key, pk, value in _rows(questions):
        found[number][bytes(key) if isinstance(key, memoryview) else key] = (pk, value)
    return found


def _rows(questions: Sequence[Question]) -> Iterable[Row]:
    if is_postgresql():
        # One text however many values there are, so that it is prepared once.
        sql = " UNION ALL ".join(question.sql("= ANY(%s)", number) for number, question in enumerate(questions))
        return _prepared(sql, [list(question.values) for question in questions]).fetchall()
    asked = (
        (question.sql(f"IN ({_places(question.values)})", n), question.values) for n, question in enumerate(questions)
    )
    return [row for sql, values in asked for row in execute(sql, list(values)).fetchall()]


def is_empty(model: type[models.Model]) -> bool:
    """Whether a table has no row: the cheapest question there is, for what most installations do not use."""
    sql = f"SELECT 1 FROM {model._meta.db_table} LIMIT 1"
    return (_prepared if is_postgresql() else execute)(sql, []).fetchone() is None


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take the next `count` ids of a table, ascending. Call inside a transaction.

    On SQLite a transaction that writes is alone (BEGIN IMMEDIATE), so the next ids are simply the next numbers.
    """
    table = model._meta.db_table
    if is_postgresql():
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return sorted(row[0] for row in execute(sequence, [table, count]).fetchall())
    row = execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]).fetchone()
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
    def columns(self) -> list[models.Field[Any, Any]]:
        of_name = {field.name: field for field in self.model._meta.concrete_fields}
        return [of_name[name] for name in self.fields]

    @property
    def target(self) -> str:
        return f"{self.model._meta.db_table} ({', '.join(str(field.column) for field in self.columns)})"

    def from_rows(self) -> str:
        """The insert of one row."""
        return f"INSERT INTO {self.target} VALUES ({_places(self.fields)})"

    def from_arrays(self) -> str:
        """The insert of any number of rows, an array for each column."""
        arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in self.columns)
        return f"INSERT INTO {self.target} SELECT * FROM unnest({arrays})"


def insert(*inserts: Insert) -> None:
    """Insert rows into several tables; on PostgreSQL as one statement, so that it costs one round trip."""
    wanted = [one for one in inserts if one.rows]
    if not is_postgresql():
        for one in wanted:
            with connection.cursor() as cursor:
                cursor.executemany(one.from_rows(), one.rows)
        return
    parts = ", ".join(f"part_{number} AS ({one.from_arrays()})" for number, one in enumerate(wanted))
    _prepared(f"WITH {parts} SELECT 1", [list(column) for one in wanted for column in zip(*one.rows, strict=True)])


def _places(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def execute(sql: str, values: Sequence[Any]) -> Any:
    """Return a cursor that stands before the rows of the answer."""
    cursor = connection.cursor()
    cursor.execute(sql, values)
    return cursor


def _prepared(sql: str, values: Sequence[Any]) -> Any:
    """As `execute`, with psycopg's own cursor, which prepares on the server what comes again and sends arrays."""
    from psycopg import Cursor

    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    cursor: Any = Cursor(connection.connection)
    with connection.wrap_database_errors:
        return cursor.execute(sql, values)
