"""A real message through a real broker to a real Celery worker, which finds its work in rows."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from competency.api import mark
from competency.models import DirtyMark
from lms import celery
from people.api import now
from tests.people import factories as make
from tests.xapi.bodies import plain
from xapi.api import add_forward, all_forwards, record

needs_broker = pytest.mark.skipif(not settings.BROKER_URL, reason="TEST_BROKER_URL names no broker")


def database_url() -> str:
    """Return the address of this test's own database, for another process."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    return f"postgres://{config['USER']}:{config['PASSWORD']}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker as an installation starts it, on this test's database and queue."""
    log = tmp_path / "worker.log"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings.local",
        "LARNARA_DATA": str(tmp_path),
        "DATABASE_URL": database_url(),
        "BROKER_URL": settings.BROKER_URL,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = ["--app", "lms.celery", "worker", "--pool", "solo", "--loglevel", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *command, "--queues", settings.CELERY_TASK_DEFAULT_QUEUE],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    assert wait_until(lambda: b"ready." in log.read_bytes()), log.read_text(encoding="utf-8")
    yield process
    process.terminate()
    process.wait(timeout=20)


def wait_until(is_so: Any, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def mark_three_people() -> None:
    """Many at once are left to the workers."""
    node = make.municipality("granvik", make.region())
    people = [make.works_at(node, name).person for name in ("Aino", "Bo", "Cem")]
    with transaction.atomic():
        mark([person.pk for person in people], now())
        celery.wake_after_commit()


@needs_broker
def test_a_worker_woken_by_the_broker_rebuilds_who_is_marked(worker: subprocess.Popen[bytes]) -> None:
    mark_three_people()
    assert wait_until(lambda: not DirtyMark.objects.exists())


@needs_broker
def test_a_worker_woken_by_the_broker_tries_what_is_to_be_forwarded(worker: subprocess.Popen[bytes]) -> None:
    """At port 9 nobody answers; that it was tried is written down."""
    forward = add_forward("x", "https://127.0.0.1:9", key="k", secret="s", organisation=None, at=now())
    record([plain()], organisation=None, at=now())
    assert wait_until(lambda: all_forwards()[0].forward.failures == 1)
    assert all_forwards()[0].waiting == 1
    assert all_forwards()[0].forward == forward


@needs_broker
def test_a_message_sent_while_no_worker_ran_is_found_by_the_next(
    transactional_db: None, request: pytest.FixtureRequest
) -> None:
    mark_three_people()
    assert DirtyMark.objects.exists()
    request.getfixturevalue("worker")
    assert wait_until(lambda: not DirtyMark.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_loses_nothing_and_disturbs_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nobody_listens = "redis://127.0.0.1:1/0"
    with celery.app.connection_for_write(nobody_listens) as unreachable:
        original = celery.run_job.apply_async
        monkeypatch.setattr(
            celery.run_job, "apply_async", lambda **options: original(**options, connection=unreachable)
        )
        begun = time.monotonic()
        with caplog.at_level(logging.WARNING, logger="lms.celery"):
            mark_three_people()
    assert time.monotonic() - begun < 2
    assert DirtyMark.objects.exists()
    assert {record.getMessage() for record in caplog.records} == {
        "The broker could not be reached; the next sweep does the work."
    }
