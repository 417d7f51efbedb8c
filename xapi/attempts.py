"""One transaction that is begun again when others came in between: the same for all that writes to the store.

Every writer takes its locks in one order (agents by key, then documents, parts and attachments), so none should wait in
a circle. That is a promise of this code and not of the database, which also has others to serve: so what PostgreSQL
ends to break a circle is done again too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

T = TypeVar("T")

ATTEMPTS: Final = 10
"""How often in all; each needs others to come in between once more."""

ENDED_BY_THE_DATABASE: Final = frozenset({"40P01", "40001"})
"""PostgreSQL's codes for a transaction that it ended so that others go on: deadlock_detected, serialization_failure."""


class LookAgain(Exception):
    """What was found has been changed by another before it could be locked: let go of everything and begin again."""


def attempted(work: Callable[[], T]) -> T:
    """Call `work` in a transaction and return what it returns; up to ATTEMPTS times, each from the beginning.

    Begun again when another stored the same row first (IntegrityError) and on LookAgain, also inside a transaction of
    the caller's: what was written and locked since the savepoint goes with it. What PostgreSQL ended is done again only
    when the transaction is our own. Inside another's, its locks may be in the circle and would stay, so the error
    rises, and whoever opened that transaction begins it again.
    """
    is_outermost = not connection.in_atomic_block
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return work()
        except (IntegrityError, LookAgain):
            continue
        except OperationalError as error:
            if not is_outermost or not _is_ended_by_the_database(error):
                raise
    with transaction.atomic():
        return work()


def _is_ended_by_the_database(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in ENDED_BY_THE_DATABASE
