"""SQLite with a queue for its one writer.

SQLite lets a transaction that finds another writing sleep and try again, up to a tenth of a second at a time, and
whoever tries at the right moment goes first: with a few clients some wait for seconds while the processor idles. Here
whoever wants to write waits for a lock on a file beside the database, and the kernel wakes the next one at once.

The lock only orders: what SQLite itself promises does not depend on it, and a process that dies lets go of it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    _queue: int | None = None
    """An open file of this connection's own, since locks of one open file do not wait for each other."""

    def _start_transaction_under_autocommit(self) -> None:
        if self._queue is None and not self.is_in_memory_db():
            self._queue = _opened(str(self.settings_dict["NAME"]))
        if self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_EX)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._leave_queue()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._leave_queue()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            if self._queue is not None:
                os.close(self._queue)
                self._queue = None

    def _leave_queue(self) -> None:
        if self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)


def _opened(database: str) -> int | None:
    """Open the file that is queued at, with the mode and the owner of the database, as SQLite does with its own files.

    None where that cannot be: whoever waits then waits as SQLite does.
    """
    try:
        queue = os.open(f"{database}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    with suppress(OSError):
        of_database, own = os.stat(database), os.fstat(queue)
        if own.st_uid == os.geteuid() and own.st_mode != of_database.st_mode:
            os.fchmod(queue, of_database.st_mode & 0o777)
        if os.geteuid() == 0 and own.st_uid != of_database.st_uid:
            os.fchown(queue, of_database.st_uid, of_database.st_gid)
    return queue
