"""Plain SQL for the way in: asking and writing by the driver's own fast way, with ids known before the rows are.

Every statement that comes in passes here. The ORM takes ten times as long to word a question as the database to
answer it, `bulk_create` costs several times the insert itself and gives no ids to hang link rows on, and on PostgreSQL
each round trip costs as much as what is asked: so questions are sent together, and inserts too. psycopg takes as long
to make an array of a column as PostgreSQL to insert it, so arrays are written as PostgreSQL reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

T = TypeVar("T")
CHUNK = 500

Row = tuple[Any, ...]


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists, by default such that fit the databases' limit on parameters."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


@cache
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
    """Which rows of a table have one of some values in a column, and what they hold in another.

    With `keeps`, on PostgreSQL, they are locked in the order of that column against being deleted or named otherwise,
    if all are there; else none is found. With `is_any` one row at most is found, and without a `key` it may be any.
    """

    model: type[models.Model]
    key: str = ""
    values: Collection[Any] = ()
    column: str = "id"
    keeps: bool = False
    is_any: bool = False

    @property
    def is_by_uuid(self) -> bool:
        return self.key != "" and isinstance(self.model._meta.get_field(self.key), models.UUIDField)


Found = dict[Any, tuple[int, Any]]
"""Primary key and the column more of each row that is there, as text where the driver has no type, by its key."""


def ask(*questions: Question) -> list[Found]:
    """Answer each question; on PostgreSQL in one round trip."""
    return _found(questions, _rows(questions))


def ask_and_take(questions: Sequence[Question], model: type[models.Model], count: int, share: int) -> _Taken:
    """As `ask`, inside a transaction, and take the next `count` ids of a table.

    On PostgreSQL all in one round trip, and with a share of an advisory lock until the transaction ends. On SQLite a
    transaction that writes has the database for itself.
    """
    if not is_postgresql():
        return ask(*questions), reserve_ids(model, count)
    rows = _rows(questions, [(_SHARE, [share]), (_TAKE, [model._meta.db_table, count])])
    return _found(questions, [row for row in rows if row[0] >= 0]), sorted(row[2] for row in rows if row[0] == -1)


_Taken = tuple[list[Found], list[int]]
_SHARE = "SELECT -2, NULL::bytea, NULL::bigint, pg_advisory_xact_lock_shared(%s)::text"
_TAKE = "SELECT -1, NULL::bytea, nextval(pg_get_serial_sequence(%s, 'id')), NULL::text FROM generate_series(1, %s)"


def _found(questions: Sequence[Question], rows: Iterable[Row]) -> list[Found]:
    found: list[Found] = [{} for _question in questions]
    by_uuid = [question.is_by_uuid for question in questions]
    for number, key, pk, value in rows:
        found[number][_key(key, is_uuid=by_uuid[number])] = (pk, value)
    return found


def _key(key: Any, *, is_uuid: bool) -> Any:
    if not is_uuid:
        return bytes(key) if isinstance(key, memoryview) else key
    return UUID(bytes=bytes(key)) if is_postgresql() else UUID(key)


def _rows(questions: Sequence[Question], before: Sequence[tuple[str, list[Any]]] = ()) -> list[Row]:
    parts = [*before, *(part for number, question in enumerate(questions) for part in _parts(question, number))]
    if is_postgresql():
        values = [value for _sql, part in parts for value in part]
        return list(prepared(" UNION ALL ".join([sql for sql, _values in parts]), values).fetchall())
    return [row for sql, values in parts for row in prepared(sql, values).fetchall()]


def _parts(question: Question, number: int) -> Iterator[tuple[str, list[Any]]]:
    """SQL with its values; on PostgreSQL one text however many values there are, so that it is prepared once."""
    what = (question.model, question.key, question.column, question.keeps, question.is_any)
    if not question.key:
        yield _asked(*what, number, 0), []
    elif is_postgresql():
        yield _asked(*what, number, 0), [_array(question.values)] * (3 if question.keeps else 1)
    else:
        values = map(uuid_value, question.values) if question.is_by_uuid else question.values
        for chunk in chunks(values):
            yield _asked(*what, number, len(chunk)), chunk


@lru_cache(maxsize=512)
def _asked(model: type[models.Model], key: str, column: str, keeps: bool, is_any: bool, number: int, count: int) -> str:
    table = model._meta.db_table
    field = model._meta.get_field(key) if key else None
    end = " LIMIT 1" if is_any else ""
    if not is_postgresql():
        where = f" WHERE {key} IN ({_places(count)})" if key else ""
        return f"SELECT {number}, {key or 'NULL'}, id, {column} FROM {table}{where}{end}"
    values = f"%s::{field.db_type(connection)}[]" if field else ""
    where = f" WHERE {key} = ANY({values})" if field else ""
    if keeps:
        are_there = f"(SELECT count(*) FROM {table}{where}) = cardinality({values})"
        end = f" AND {are_there} ORDER BY {key} FOR KEY SHARE"
    source = f"(SELECT * FROM {table}{where}{end}) AS asked" if end else f"{table}{where}"
    selected = f"uuid_send({key})" if isinstance(field, models.UUIDField) else key or "NULL::bytea"
    return f"SELECT {number}, {selected}, id, {column}::text FROM {source}"


def is_empty(model: type[models.Model]) -> bool:
    """Whether a table has no row: the cheapest question there is, for what most installations do not use."""
    return prepared(f"SELECT 1 FROM {model._meta.db_table} LIMIT 1", []).fetchone() is None


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take the next `count` ids of a table, ascending. Call inside a transaction.

    On SQLite a transaction that writes is alone (BEGIN IMMEDIATE), so the next ids are simply the next numbers.
    """
    table = model._meta.db_table
    if is_postgresql():
        return sorted(row[2] for row in prepared(_TAKE, [table, count]).fetchall())
    row = prepared("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]).fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + count + 1))


M = TypeVar("M", bound=models.Model)


def row_with(model: type[M], key: str, value: Any) -> M | None:
    """The row with a value in a unique column: as the ORM reads it, without the time it takes to word the question."""
    names, columns, converters = _read_as(model)
    row = prepared(f"SELECT {columns} FROM {model._meta.db_table} WHERE {key} = %s", [value]).fetchone()
    if row is None:
        return None
    values = list(row)
    for place, expression, each in converters:
        for convert in each:
            values[place] = convert(values[place], expression, connection)
    return model.from_db(connection.alias, names, values)


Converters = list[tuple[int, Any, list[Any]]]


@lru_cache(maxsize=8)
def _read_as(model: type[models.Model]) -> tuple[list[str], str, Converters]:
    """The attributes of a model, their columns, and by place what makes attributes of the driver's values."""
    fields = model._meta.concrete_fields
    expressions = [field.get_col(model._meta.db_table) for field in fields]
    converters = [
        (place, one, connection.ops.get_db_converters(one) + one.get_db_converters(connection))
        for place, one in enumerate(expressions)
    ]
    columns = ", ".join(str(field.column) for field in fields)
    return [field.attname for field in fields], columns, [one for one in converters if one[2]]


# --- Writing ---------------------------------------------------------------------------------------------------------

FEW: Final = 16
"""So many rows go to PostgreSQL value by value, which both sides read faster; more as arrays, whose text is one."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows of driver values for some fields of a model."""

    model: type[models.Model]
    fields: tuple[str, ...]
    rows: Sequence[Row]


def insert(*inserts: Insert) -> None:
    """Insert rows into several tables; on PostgreSQL as one statement, so that it costs one round trip."""
    wanted = [one for one in inserts if one.rows]
    if not is_postgresql():
        for one in wanted:
            _many(_from_values(one.model, one.fields, 1), one.rows)
        return
    values: list[Any]
    if sum(len(one.rows) for one in wanted) <= FEW:
        parts = [_from_values(one.model, one.fields, len(one.rows)) for one in wanted]
        values = [value for one in wanted for row in one.rows for value in row]
    else:
        parts = [_from_arrays(one.model, one.fields) for one in wanted]
        values = [_array(column) for one in wanted for column in zip(*one.rows, strict=True)]
    if parts:
        prepared(f"WITH {', '.join(f'part_{n} AS ({part})' for n, part in enumerate(parts))} SELECT 1", values)


@lru_cache(maxsize=256)
def _from_values(model: type[models.Model], fields: tuple[str, ...], count: int) -> str:
    """The insert of so many rows, a place for each value."""
    row = ", ".join(f"%s::{one.db_type(connection)}" if is_postgresql() else "%s" for one in _columns(model, fields))
    return f"{_into(model, fields)} VALUES {', '.join([f'({row})'] * count)}"


@lru_cache(maxsize=32)
def _from_arrays(model: type[models.Model], fields: tuple[str, ...]) -> str:
    """The insert of any number of rows, an array for each column."""
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in _columns(model, fields))
    return f"{_into(model, fields)} SELECT * FROM unnest({arrays})"


def _into(model: type[models.Model], fields: tuple[str, ...]) -> str:
    return f"INSERT INTO {model._meta.db_table} ({', '.join(str(one.column) for one in _columns(model, fields))})"


def _columns(model: type[models.Model], fields: tuple[str, ...]) -> list[models.Field[Any, Any]]:
    of_name = {field.name: field for field in model._meta.concrete_fields}
    return [of_name[name] for name in fields]


def _array(values: Iterable[Any]) -> str:
    """An array as PostgreSQL reads it."""
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _places(count: int) -> str:
    return ", ".join(["%s"] * count)


# --- The drivers -----------------------------------------------------------------------------------------------------


def execute(sql: str, values: Sequence[Any]) -> Any:
    """Return a cursor that stands before the rows of the answer; PostgreSQL plans for these values."""
    cursor = connection.cursor()
    cursor.execute(sql, values)
    return cursor


def prepared(sql: str, values: Sequence[Any]) -> Any:
    """As `execute`, by the driver itself, which keeps what comes again prepared."""
    database = _ready(sql)
    with database.wrap_database_errors:
        if not is_postgresql():
            return database.connection.execute(_with_question_marks(sql), values)
        from psycopg import Cursor

        return Cursor(database.connection).execute(sql, values)


def _many(sql: str, rows: Sequence[Row]) -> None:
    """Execute for each row, on SQLite."""
    database = _ready(sql)
    with database.wrap_database_errors:
        database.connection.executemany(_with_question_marks(sql), rows)


def _ready(sql: str) -> Any:
    """The database of this thread, as Django has it before a query. `connection` would look for it at every word."""
    database = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    if database.queries_logged:
        database.queries_log.append({"sql": sql, "time": "0"})
    return database


@lru_cache(maxsize=256)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?")
