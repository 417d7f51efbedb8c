"""Celery, for installations with a broker: it only wakes the jobs of `lms/jobs.py`, which find their work in rows.

Start it with `celery --app lms.celery worker --beat`; beat sweeps up what a lost message left behind.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")

logger = logging.getLogger(__name__)

app = Celery("larnara")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="lms.run_job")
def run_job(name: str) -> None:
    from lms.jobs import JOBS
    from people.api import now

    JOBS[name].run(now())


def wake_after_commit(*_what: Any) -> None:
    """Receive that something was recorded or that people changed: the standings job has marks to find."""
    transaction.on_commit(lambda: _wake("standings"))


def wake_forwards_after_commit() -> None:
    """Receive that something waits for another record store."""
    transaction.on_commit(lambda: _wake("forwards"))


def _wake(job: str) -> None:
    try:
        run_job.apply_async(args=[job], retry=False, ignore_result=True)
    except OperationalError:
        # What is to be done is a row; the sweep finds it when the broker is back.
        logger.warning("The broker could not be reached; the next sweep does the work.")
