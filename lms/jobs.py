"""What runs without anybody waiting. Every job is found in rows, so one that runs late or twice does no harm.

`manage.py worker` polls them; with a broker, Celery wakes the same functions (`lms/celery.py`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.management import call_command
from django.db import close_old_connections

from competency.api import (
    advance_dry_runs,
    advance_inspections,
    delegation_round,
    discard_old_packs,
    plan_round,
    rebuild_marked,
)
from people.api import now
from search.api import advance_index, discard_old_searches
from xapi.api import open_months, send_due

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
# What fails now will mostly fail at once again; the log should stay readable.
PAUSE_AFTER_FAILURE = 10
AT_A_STRETCH = 1
# So few that a worker that is told to stop is done within a second or two.
PEOPLE_AT_A_TIME = 50


@dataclass(frozen=True)
class Job:
    name: str
    every: float
    run: Callable[[datetime], object]
    # It waits for other machines or has much to go through, and no quick job should wait for it.
    is_slow: bool = False


def _rebuild(at: datetime) -> object:
    """Rebuild for a moment, so that other jobs have their turn; who is left waits for the next.

    After a batch that is not full, too: those who are marked meanwhile are then taken together.
    """
    stop = time.monotonic() + AT_A_STRETCH
    while rebuild_marked(at, limit=PEOPLE_AT_A_TIME) == PEOPLE_AT_A_TIME and time.monotonic() < stop:
        pass
    return None


def _publish(_at: datetime) -> object:
    return call_command("publish_scheduled", verbosity=0)


def _forward(_at: datetime) -> object:
    return send_due(now)


def _try(at: datetime) -> object:
    return _for_a_moment(advance_dry_runs, at)


def _inspect(at: datetime) -> object:
    return _for_a_moment(advance_inspections, at)


def _for_a_moment(advance: Callable[[datetime], int], at: datetime) -> object:
    """Work at something large; what is left waits for the next turn."""
    stop = time.monotonic() + AT_A_STRETCH
    while advance(at) and time.monotonic() < stop:
        pass
    return None


def _index(at: datetime) -> object:
    return _for_a_moment(advance_index, at)


def _open_months(_at: datetime) -> object:
    return open_months()


JOBS = {
    job.name: job
    for job in (
        Job("standings", POLL_SECONDS, _rebuild),
        Job("dry runs", POLL_SECONDS, _try, is_slow=True),
        Job("inspection packs", POLL_SECONDS, _inspect, is_slow=True),
        Job("old packs", 3600, discard_old_packs),
        Job("old searches", 3600, discard_old_searches),
        Job("search index", 1, _index, is_slow=True),
        Job("publishing", 60, _publish),
        Job("partitions", 3600, _open_months),
        Job("delegations", 60, delegation_round),
        Job("plans", 60, plan_round),
        Job("forwards", POLL_SECONDS, _forward, is_slow=True),
    )
}


def run_due(due: dict[str, float], moment: float, *, slow: bool = False) -> None:
    """Run each quick (or slow) job whose turn has come by `moment` (seconds of any steady clock).

    Its next turn is noted in `due`.
    """
    for job in JOBS.values():
        if job.is_slow == slow and due.get(job.name, 0) <= moment:
            succeeded = _run(job)
            due[job.name] = moment + (job.every if succeeded else max(job.every, PAUSE_AFTER_FAILURE))


def _run(job: Job) -> bool:
    close_old_connections()
    try:
        job.run(now())
    except Exception:  # the outermost loop: a job that fails is tried again, the others go on
        logger.exception("The job %s failed and will be tried again.", job.name)
        return False
    return True


def work(stop: threading.Event) -> None:
    """Run the jobs until `stop` is set; the slow ones beside the others, and not waited for at the end."""
    threading.Thread(target=_poll, args=(stop,), kwargs={"slow": True}, daemon=True).start()
    _poll(stop, slow=False)


def _poll(stop: threading.Event, *, slow: bool) -> None:
    due: dict[str, float] = {}
    while not stop.wait(POLL_SECONDS):
        run_due(due, time.monotonic(), slow=slow)
