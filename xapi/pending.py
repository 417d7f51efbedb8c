"""What is being written at this moment, and so the time before which everything stored can be read.

Whoever records announces first from which time its statements will be, and who is asked what can be read through looks
at the announcements before it reads. PostgreSQL keeps them as advisory locks, which end with their transaction. SQLite
has one writer, which alone holds the database's write lock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import OperationalError, connection

from .models import Statement

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
BITS: Final = 43
OURS: Final = 0x78415
"""An announcement is an advisory lock on a number: this, which sets ours apart from others', and so many bits of
milliseconds since the epoch."""

MILLISECOND: Final = timedelta(milliseconds=1)

MARGIN: Final = timedelta(seconds=1)
"""How long the platform may take from looking at the clock to announcing what it records; also how much the clocks of
several machines may differ."""

HOLDS: Final = timedelta(milliseconds=250)
"""How old a promise may be that is told again to those who write."""

PATIENCE: Final = 10
"""Milliseconds for which a reader on SQLite waits for a writer to finish before it answers with less."""


def announcement(moment: datetime) -> int:
    """The lock to share, before anything else in a transaction that will store statements from `moment` on."""
    return OURS << BITS | max(0, (moment - EPOCH) // MILLISECOND)


def consistent_through(at: datetime) -> datetime:
    """The time up to which nothing stored is still to come. Ask before reading what is told to be complete."""
    pending_from = _announced() if connection.vendor == "postgresql" else _unseen()
    through = at - MARGIN
    return through if pending_from is None else min(through, pending_from)


_promised: datetime | None = None


def promised_lately(at: datetime) -> datetime:
    """A time that `consistent_through` gave in this process a moment ago; what was promised once holds for ever.

    For answers that nobody reads on from at once: those who write would else ask, each time, about each other.
    """
    global _promised  # one for all requests: it is about the database, not about who asks
    newest = at - MARGIN
    if _promised is None or not newest - HOLDS <= _promised <= newest:
        _promised = consistent_through(at)
    return _promised


def _announced() -> datetime | None:
    """The earliest time that another transaction under way has announced, to the millisecond before."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT min(number) FROM (SELECT (classid::bigint << 32) | objid::bigint AS number FROM pg_locks"
            " WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS announced"
            " WHERE number >> %s = %s",
            [BITS, OURS],
        )
        (number,) = sql.fetchone()
    return None if number is None else EPOCH + (number & ((1 << BITS) - 1)) * MILLISECOND


def _unseen() -> datetime | None:
    """None when nobody is writing; else the time of the last statement that can be seen, for the next may be as old."""
    if connection.in_atomic_block or _nobody_writes():
        return None
    last = Statement.objects.order_by("-id").values_list("stored", flat=True).first()
    return last or EPOCH


def _nobody_writes() -> bool:
    """Take the write lock and let go of it."""
    with connection.cursor() as sql:
        patience = sql.execute("PRAGMA busy_timeout").fetchone()[0]
        sql.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            sql.execute("BEGIN IMMEDIATE")
        except OperationalError:
            return False
        else:
            sql.execute("ROLLBACK")
            return True
        finally:
            sql.execute(f"PRAGMA busy_timeout = {patience}")
