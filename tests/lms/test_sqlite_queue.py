"""Writers on SQLite take turns: none is refused and none waits much longer than the others."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has many writers"),
]


def test_whoever_waits_writes_as_soon_as_the_one_before_has_committed() -> None:
    began, waited = threading.Event(), []

    def write() -> None:
        began.set()
        asked = time.monotonic()
        with transaction.atomic():
            waited.append(time.monotonic() - asked)
        connection.close()

    other = threading.Thread(target=write)
    with transaction.atomic():
        other.start()
        began.wait()
        time.sleep(0.3)
        assert waited == []
    committed = time.monotonic()
    other.join()
    # SQLite alone would sleep up to a tenth of a second more before it tries again.
    assert time.monotonic() - committed < 0.09
    assert len(waited) == 1


def test_a_transaction_that_fails_lets_the_next_one_write() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    done = threading.Event()

    def write() -> None:
        with transaction.atomic():
            done.set()
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    assert done.wait(timeout=5)
    other.join()


def test_the_queue_has_the_mode_of_the_database_and_writing_goes_on_without_it() -> None:
    database = Path(str(connection.settings_dict["NAME"]))
    queue = database.with_name(f"{database.name}-queue")
    connection.close()
    queue.unlink(missing_ok=True)
    with transaction.atomic():
        assert stat.S_IMODE(queue.stat().st_mode) == stat.S_IMODE(database.stat().st_mode)
    connection.close()
    queue.unlink()
    queue.mkdir()
    try:
        with transaction.atomic():
            pass
    finally:
        connection.close()
        queue.rmdir()


def test_whoever_waits_in_vain_is_told_so_and_can_write_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that never ends holds the others up for as long as SQLite would, and no longer."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.3)
    with transaction.atomic():
        pass
    files = set(os.listdir("/proc/self/fd"))
    writer = os.open(f"{connection.settings_dict['NAME']}-queue", os.O_RDWR)
    fcntl.flock(writer, fcntl.LOCK_EX)
    for _attempt in range(2):
        asked = time.monotonic()
        with pytest.raises(OperationalError, match=r"locked: .* for 0\.3 seconds"), transaction.atomic():
            pass
        assert 0.3 <= time.monotonic() - asked < 5
    assert not connection.in_atomic_block
    os.close(writer)
    for thread in threading.enumerate():
        if thread.name == "sqlite-queue":
            thread.join(timeout=5)
    with transaction.atomic():
        pass
    assert len(os.listdir("/proc/self/fd")) == len(files)


def test_the_timeout_is_the_databases_own() -> None:
    assert connection.settings_dict["OPTIONS"]["timeout"] == 20
