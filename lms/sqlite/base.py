"""SQLite with a queue for its one writer.

SQLite lets a transaction that finds another writing sleep and try again, up to a tenth of a second at a time, and
whoever tries at the right moment goes first: with a few clients some wait for seconds while the processor idles. Here
whoever wants to write waits for a lock on a file beside the database, and the kernel wakes the next one at once. It
waits no longer than SQLite itself would.

The lock only orders: what SQLite itself promises does not depend on it, and a process that dies lets go of it.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

SQLITES_OWN_TIMEOUT = 5.0
"""Seconds that Python's driver waits when the settings do not say."""


class DatabaseWrapper(base.DatabaseWrapper):
    _queue: int | None = None
    """An open file of this connection's own, since locks of one open file do not wait for each other."""

    def _start_transaction_under_autocommit(self) -> None:
        if self._queue is None and not self.is_in_memory_db():
            self._queue = _opened(str(self.settings_dict["NAME"]))
        try:
            self._take_turn()
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._leave_queue()
            raise

    def _take_turn(self) -> None:
        """Wait for the lock, for as long as OPTIONS["timeout"] says. Raises OperationalError after that."""
        if self._queue is None:
            return
        try:
            fcntl.flock(self._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            queue, self._queue = self._queue, None
            seconds = float(self.settings_dict["OPTIONS"].get("timeout", SQLITES_OWN_TIMEOUT))
            if not _Turn(queue).comes_within(seconds):
                raise OperationalError(
                    f"database is locked: another transaction has been writing for {seconds:g} seconds"
                ) from None
            self._queue = queue

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


class _Turn(threading.Thread):
    """Waits for the lock in a thread of its own, because the kernel knows no end to the waiting.

    Whoever gives up leaves the open file to it: when the lock comes after all, it is let go of and the file is closed.
    """

    def __init__(self, queue: int) -> None:
        super().__init__(name="sqlite-queue", daemon=True)
        self._queue = queue
        self._deciding = threading.Lock()
        self._has_come = threading.Event()
        self._is_given_up = False

    def comes_within(self, seconds: float) -> bool:
        self.start()
        try:
            self._has_come.wait(seconds)
        except BaseException:  # a worker that is stopped here has no more use for it
            self._give_up(even_if_it_came=True)
            raise
        return not self._give_up(even_if_it_came=False)

    def run(self) -> None:
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        with self._deciding:
            if self._is_given_up:
                os.close(self._queue)
            else:
                self._has_come.set()

    def _give_up(self, *, even_if_it_came: bool) -> bool:
        """Return whether it is given up."""
        with self._deciding:
            if not self._has_come.is_set():
                self._is_given_up = True
            elif even_if_it_came:
                os.close(self._queue)
            return even_if_it_came or self._is_given_up


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
