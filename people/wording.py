"""Questions that are asked again and again, or answered with thousands of rows: the ORM words them, the driver asks.

Django takes far longer to word a question than the database to answer it, and longer to make values of a row than the
driver to give it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Rows = list[tuple[Any, ...]]
Words = tuple[str, tuple[Any, ...]]


def worded_once(ask: Callable[..., QuerySet[Any, tuple[Any, ...]]]) -> Callable[..., Rows]:
    """Remember the SQL that `ask` makes of the same arguments, and answer with its rows as the driver gives them.

    The answer itself is asked for each time. Numbers and text are what they are; of a time, see `moment_of`.
    """

    words = lru_cache(maxsize=500)(lambda *arguments: _words(ask(*arguments)))

    @wraps(ask)
    def rows(*arguments: Hashable) -> Rows:
        return list(_answer(words(*arguments)))

    return rows


def driver_rows(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver gives them: JSON is text; on SQLite moments lack their zone, and UUIDs are digits."""
    return _answer(_words(rows))


def _words(rows: QuerySet[Any, Any]) -> Words | None:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _answer(words: Words | None) -> Iterator[tuple[Any, ...]]:
    if words is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(*words)
        while some := cursor.fetchmany(1000):
            yield from some


def moment_of(value: datetime | str | None) -> datetime | None:
    """Return a time as the driver gives it with its zone; SQLite gives it in UTC without saying so."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
