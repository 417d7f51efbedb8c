"""Run the jobs that nobody waits for, until told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from lms.jobs import work


class Command(BaseCommand):
    help = "Finds and runs jobs (standings to rebuild, pages to publish) until it gets Ctrl-C or TERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        work(stop)
