"""`manage.py serve` as a process: what it makes, what it says, and that nothing of it is left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.databases import SqliteDatabase

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("TEST_DATABASE_URL")), reason="serves its own embedded database, whatever the tests run on"
)

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def data(tmp_path: Path, django_db_setup: None) -> Path:
    """A data folder with a migrated database and nobody in it."""
    shutil.copyfile(SqliteDatabase().template, tmp_path / "larnara.sqlite3")
    return tmp_path


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(data: Path, port: int) -> Iterator[Serve]:
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        unset = {"DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE"}
        known = {name: value for name, value in os.environ.items() if name not in unset}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), *arguments],
            cwd=settings.BASE_DIR,
            env={**known, "LARNARA_DATA": str(data), "PYTHONWARNINGS": "default"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        if session(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def session(process: subprocess.Popen[str]) -> list[str]:
    """Return the processes that belong to this start, its children's children too."""
    listed = subprocess.run(["ps", "-eo", "sess=,pid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [pid for sess, pid, stat in rows if sess == str(process.pid) and not stat.startswith("Z")]


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    ("number", "to"),
    [(signal.SIGTERM, os.kill), (signal.SIGHUP, os.kill), (signal.SIGINT, os.killpg)],
    ids=["TERM", "HUP", "Ctrl-C, which reaches every process of the terminal"],
)
def test_it_stops_cleanly_and_leaves_no_process(
    serve: Serve, port: int, number: int, to: Callable[[int, int], None]
) -> None:
    process = serve("--empty")
    assert wait_until(lambda: answers(port))
    assert len(session(process)) == 5  # the parent, the worker, the web server and its two processes
    to(process.pid, number)
    said, _ = process.communicate(timeout=15)
    assert (process.returncode, session(process)) == (0, []), said
    assert "Traceback" not in said


def test_children_end_when_the_parent_is_killed(serve: Serve, port: int) -> None:
    process = serve("--empty")
    assert wait_until(lambda: answers(port))
    process.kill()
    process.wait(timeout=5)
    assert wait_until(lambda: not session(process), seconds=10)


def test_the_first_administrator_gets_a_password_once(serve: Serve, port: int) -> None:
    said = []
    for _ in range(2):
        process = serve("--empty")
        assert wait_until(lambda: answers(port))
        process.terminate()
        said.append(process.communicate(timeout=15)[0])
    assert len(re.findall(r"^Password, shown only now: \S{16}$", said[0], re.MULTILINE)) == 1
    assert "assword" not in said[1]
    assert all(f"http://127.0.0.1:{port}" in each for each in said)


def test_a_port_in_use_is_said_before_anything_is_made(serve: Serve, data: Path, port: int) -> None:
    before = sorted(data.iterdir())
    with socket.create_server(("127.0.0.1", port)):
        said, _ = serve("--empty").communicate(timeout=30)
    assert f"Port {port} cannot be used (Address already in use)" in said
    assert f"--port {port + 1}" in said
    assert "Traceback" not in said
    assert [file for file in sorted(data.iterdir()) if file.suffix == ".sqlite3"] == [
        file for file in before if file.suffix == ".sqlite3"
    ]
