"""Questions that are asked again and again in the same words: Django takes far longer to word one than to ask it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Rows = list[tuple[Any, ...]]


def worded_once(ask: Callable[..., QuerySet[Any, tuple[Any, ...]]]) -> Callable[..., Rows]:
    """Remember the SQL that `ask` makes of the same arguments, and answer with its rows as the driver gives them.

    The answer itself is asked for each time. Numbers and text are what they are; of a time, see `moment_of`.
    """

    @lru_cache(maxsize=500)
    def words(*arguments: Hashable) -> tuple[str, tuple[Any, ...]] | None:
        try:
            return ask(*arguments).query.sql_with_params()
        except EmptyResultSet:
            return None

    @wraps(ask)
    def rows(*arguments: Hashable) -> Rows:
        worded = words(*arguments)
        if worded is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*worded)
            return cursor.fetchall()

    return rows


def moment_of(value: datetime | str | None) -> datetime | None:
    """Return a time as the driver gives it with its zone; SQLite gives it in UTC without saying so."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
