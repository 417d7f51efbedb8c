"""gunicorn with the settings that `./run` serves with."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

# Threads keep a slow phone from holding up the others; two processes use both cores of a small machine.
PROCESSES = 2
THREADS = 4


class _Server(BaseApplication):
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from lms.wsgi import application

        return application


def serve(address: str, on_ready: Callable[[], None]) -> None:
    """Serve pages on `address` until told to stop; call `on_ready` once the address answers."""
    logging.getLogger("gunicorn.error").setLevel(logging.WARNING)
    options = {
        "bind": address,
        "workers": PROCESSES,
        "threads": THREADS,
        "worker_class": "gthread",
        "preload_app": True,
        "keepalive": 15,
        "limit_request_line": 8190,  # the most there is: queries hold agents and IRIs, which may be long
        "graceful_timeout": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": lambda _arbiter: on_ready(),
    }
    _Server(options).run()
