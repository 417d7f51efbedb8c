from __future__ import annotations

import logging
import threading
import time
from datetime import datetime

import pytest

from lms import jobs


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two jobs that only note their name; nothing else runs."""
    called: list[str] = []
    ours = [
        jobs.Job("often", 1, lambda _at: called.append("often")),
        jobs.Job("seldom", 60, lambda _at: called.append("seldom")),
    ]
    monkeypatch.setattr(jobs, "JOBS", {job.name: job for job in ours})
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    return called


def test_each_job_runs_when_its_turn_has_come(calls: list[str]) -> None:
    due: dict[str, float] = {}
    for moment in (100.0, 100.5, 101.0, 159.9, 160.0):
        jobs.run_due(due, moment)
    assert calls == ["often", "seldom", "often", "often", "seldom"]


def test_a_job_that_fails_is_logged_waits_a_little_and_holds_up_no_other(
    calls: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_at: datetime) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setitem(jobs.JOBS, "often", jobs.Job("often", 1, fail))
    due: dict[str, float] = {}
    with caplog.at_level(logging.ERROR):
        for moment in (0.0, 1.0, jobs.PAUSE_AFTER_FAILURE):
            jobs.run_due(due, moment)
    assert calls == ["seldom"]
    assert [record.getMessage() for record in caplog.records] == ["The job often failed and will be tried again."] * 2


def test_a_worker_that_is_told_to_stop_stops(calls: list[str]) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=(stop,))
    worker.start()
    while not calls:
        time.sleep(0.01)
    stop.set()
    worker.join(timeout=2)
    assert not worker.is_alive()


def test_a_slow_job_holds_up_no_other(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    stop, lets_go = threading.Event(), threading.Event()
    slow = jobs.Job("slow", 1, lambda _at: lets_go.wait(10), is_slow=True)
    monkeypatch.setattr(jobs, "JOBS", {"slow": slow} | jobs.JOBS)
    worker = threading.Thread(target=jobs.work, args=(stop,))
    worker.start()
    deadline = time.monotonic() + 5
    while "often" not in calls and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    worker.join(timeout=2)
    lets_go.set()
    assert "often" in calls
    assert not worker.is_alive()


@pytest.mark.django_db
@pytest.mark.parametrize("name", jobs.JOBS)
def test_the_real_jobs_run_when_there_is_nothing_to_do(name: str) -> None:
    from people.api import now

    jobs.JOBS[name].run(now())
