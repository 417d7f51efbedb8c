"""Runs the web server and the job worker as children of one process, and leaves none behind.

The children are forked, so Django is loaded once: that halves the time to the first page. What has open connections
to the database must close them before.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

from lms.jobs import work

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 10


class Stopped(Exception):
    """A signal asked the supervisor to stop."""


def run(serve_pages: Callable[[], None]) -> int:
    """Run `serve_pages` and the jobs until a signal or until pages can no longer be served. Return the exit code.

    A job worker that dies is started again; a web server that ends takes everything with it.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    children: list[BaseProcess] = []
    try:
        web = _start(serve_pages, children)
        while True:
            worker = _start(_work, children)
            wait([web.sentinel, worker.sentinel])
            if not web.is_alive():
                return 1
            children.remove(worker)
            time.sleep(1)
    except Stopped:
        return 0
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _end(children)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _start(target: Callable[[], None], children: list[BaseProcess]) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_as_child, args=(target,))
    process.start()
    children.append(process)
    return process


def _as_child(target: Callable[[], None]) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    target()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone without having said so, as after `kill -9`."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _work() -> None:
    stop = threading.Event()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    work(stop)


def _end(children: list[BaseProcess]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.join(max(0, deadline - time.monotonic()))
        if child.is_alive():
            sys.stderr.write(f"Process {child.pid} did not stop and is killed.\n")
            child.kill()
            child.join()
