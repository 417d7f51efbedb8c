"""What X-Experience-API-Consistent-Through promises while others write (2.0: 4.1.6.1, 1.0.3: Communication 2.1.3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from pytest_django import DjangoAssertNumQueries

from people.api import now
from xapi import pending
from xapi.api import record
from xapi.models import Statement
from xapi.pending import HOLDS, consistent_through, promised_lately

from .bodies import AT, named

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4


@pytest.fixture(autouse=True)
def _no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """These writers ask the clock when it is their turn, so nothing may rest on the margin."""
    monkeypatch.setattr(pending, "MARGIN", timedelta(0))


def stored_by(moment: datetime) -> set[UUID]:
    return set(Statement.objects.filter(stored__lte=moment).values_list("statement_id", flat=True))


def test_with_nobody_writing_it_is_the_moment_asked_at() -> None:
    record([named()], organisation=None, at=AT)
    moment = now()
    assert consistent_through(moment) == moment


def test_a_margin_is_kept_for_what_the_platform_has_not_announced_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MARGIN", timedelta(seconds=1))
    moment = now()
    assert consistent_through(moment) == moment - timedelta(seconds=1)


def test_a_promise_is_told_again_for_a_moment_and_then_made_anew(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(pending, "_promised", None)
    moment = now()
    assert promised_lately(moment) == moment
    with django_assert_num_queries(0):
        assert promised_lately(moment + HOLDS) == moment
    later = moment + HOLDS * 2
    assert promised_lately(later) == later
    assert promised_lately(moment) == moment, "a clock that was set back is believed"


@pytest.mark.parametrize("is_platform", [False, True])
def test_a_statement_that_is_being_written_is_not_promised(is_platform: bool) -> None:
    """Neither what a system sends, stored when it was its turn, nor the platform's own, stored when it says."""
    before, written, may_end = named(), Event(), Event()
    record([before], organisation=None, at=now(), clock=now)

    def write() -> None:
        with transaction.atomic():
            record([named()], organisation=None, at=now(), clock=None if is_platform else now)
            written.set()
            may_end.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert written.wait(10)
        during = consistent_through(now())
        seen = stored_by(during)
        may_end.set()
        writer.result()
    assert stored_by(during) == seen
    assert consistent_through(now()) > Statement.objects.latest("id").stored


def test_what_was_promised_is_never_added_to() -> None:
    """Readers and writers at once: whatever is stored up to a promised time was there when it was promised."""
    done = Event()

    def write() -> None:
        for _number in range(25):
            record([named() for _statement in range(3)], organisation=None, at=now(), clock=now)
        connections.close_all()

    def read() -> list[tuple[datetime, set[UUID]]]:
        promises = []
        while not done.is_set():
            through = consistent_through(now())
            promises.append((through, stored_by(through)))
        connections.close_all()
        return promises

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        for writer in [pool.submit(write) for _number in range(WRITERS)]:
            writer.result()
        done.set()
        promises = reader.result()
    assert Statement.objects.count() == WRITERS * 75
    assert len({len(seen) for _through, seen in promises}) > 3
    assert [through for through, seen in promises if stored_by(through) != seen] == []


def test_asking_leaves_the_connection_as_it_was() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite is asked by taking its lock.")
    with connection.cursor() as sql:
        patience = sql.execute("PRAGMA busy_timeout").fetchone()
        consistent_through(now())
        assert sql.execute("PRAGMA busy_timeout").fetchone() == patience
        assert connection.connection.in_transaction is False
