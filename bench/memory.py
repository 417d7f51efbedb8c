"""How much memory one web process, and the commands for files, take at most while 100 MB come in.

    python bench/memory.py [--megabytes 100] [--only WORD]

Serves an empty store with the two web processes of `./run` and sends it statements in several ways. Printed is the
largest size of a web process during each, and of `manage.py statements import` and `export`: what is its own, and what
is resident in all, which on SQLite counts the parts of the database file that are mapped, and the system may take back.
With TEST_DATABASE_URL on PostgreSQL, as bench/statements.py. Asked: 250 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MEGABYTE = 1024 * 1024
ASKED = 250
PIECE = os.urandom(MEGABYTE)
Send = Callable[[int], None]


# --- What is sent ----------------------------------------------------------------------------------------------------


def lines(size: int) -> Iterator[bytes]:
    """New statements as JSON, until they are so many bytes."""
    from bench import samples

    at, number = datetime.now(UTC), 0
    while size > 0:
        line = json.dumps(samples.body(number, at)).encode()
        size -= len(line)
        number += 1
        yield line


def batch(size: int) -> bytes:
    return b"[" + b",".join(lines(size)) + b"]"


def attached(content: bytes) -> tuple[bytes, str]:
    """A statement with one attachment, and the hash of it."""
    from bench import samples

    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {
        "usageType": "http://example.com/usage/film",
        "display": {"sv": "Film"},
        "contentType": "video/mp4",
        "length": len(content),
        "sha2": sha2,
    }
    return json.dumps(samples.body(0, datetime.now(UTC)) | {"attachments": [attachment]}).encode(), sha2


def mixed(size: int, at_once: int) -> bytes:
    """A request with attachments of so many bytes in all, in parts of `at_once`."""
    statements, parts = [], []
    for number in range(size // at_once):
        content = (b"%032x" % number + PIECE) * (at_once // MEGABYTE + 1)
        content = os.urandom(16) + content[: at_once - 16]
        statement, sha2 = attached(content)
        statements.append(statement)
        head = f"Content-Type: video/mp4\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}"
        parts.append(f"--b\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    first = b"--b\r\nContent-Type: application/json\r\n\r\n[" + b",".join(statements) + b"]\r\n"
    return first + b"".join(parts) + b"--b--\r\n"


# --- A process's memory ----------------------------------------------------------------------------------------------


def workers(port: int) -> list[int]:
    """The web processes that serve a port: of those with its number, the ones whose parent has it too."""
    mine = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            status = (folder / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(port).encode() in command and b"--serve" in command:
            mine[int(folder.name)] = int(status.split("PPid:")[1].split()[0])
    return [pid for pid, parent in mine.items() if parent in mine]


class Watch:
    """The largest size that any of some processes has had, in MB: `resident` in all, and `own` without mapped files.

    The system remembers the first itself. The second is looked at every 20 ms.
    """

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.resident = self.own = 0.0
        self.began = time.perf_counter()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        for pid in pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._thread.start()

    def _watch(self) -> None:
        while not self._is_over.wait(0.02):
            for pid in self.pids:
                with suppress(IndexError, OSError):
                    self._look(Path(f"/proc/{pid}/status").read_text())

    def _look(self, status: str) -> None:
        peak, anonymous, shared = (
            int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmHWM", "RssAnon", "RssShmem")
        )
        self.resident, self.own = max(self.resident, peak), max(self.own, anonymous + shared)

    def report(self, name: str) -> None:
        self._is_over.set()
        self._thread.join()
        mark = "" if self.own <= ASKED else f" (asked {ASKED})"
        spent = time.perf_counter() - self.began
        print(f"{name:<52} own {self.own:>4.0f} MB{mark}, resident {self.resident:>4.0f} MB, {spent:.0f} s", flush=True)


# --- Over HTTP -------------------------------------------------------------------------------------------------------


def measure_http(port: int, credential: str, size: int, only: str) -> None:
    from bench.statements import Client

    clients = [Client(port, credential) for _number in range(4)]
    clients[0].ask("POST", "/xapi/statements", batch(1))
    pids = workers(port)
    tenth = min(size, 10 * MEGABYTE - 64 * 1024)

    def post(make: Callable[[], bytes], content_type: str = "application/json") -> Send:
        def send(place: int) -> None:
            body = make()
            clients[place].connection.close()  # the server may have hung up meanwhile
            clients[place].headers["Content-Type"] = content_type
            clients[place].ask("POST", "/xapi/statements", body)

        return send

    def read(place: int) -> None:
        clients[place].connection.close()
        clients[place].ask("GET", "/xapi/statements?attachments=true")

    kind = "multipart/mixed; boundary=b"
    room = size - 4 * MEGABYTE
    ways: list[tuple[str, Send, int, int]] = [
        ("nothing: after one statement", lambda _place: None, 1, 1),
        ("batches of 100 kB, one client", post(lambda: batch(100_000)), 1, size // 100_000),
        ("batches of 1 MB, four clients", post(lambda: batch(MEGABYTE)), 4, size // MEGABYTE // 4),
        ("batches of 10 MB, one client", post(lambda: batch(tenth)), 1, size // tenth),
        ("batches of 10 MB, four clients", post(lambda: batch(tenth)), 4, max(1, size // tenth // 4)),
        ("one request with one attachment", post(lambda: mixed(room, room), kind), 1, 1),
        ("one request with attachments of 64 kB", post(lambda: mixed(room, 64 * 1024), kind), 1, 1),
        ("four requests at once, attachments of 1 MB", post(lambda: mixed(room // 4, MEGABYTE), kind), 4, 1),
        ("what came is read, with attachments, four clients", read, 4, 1),
    ]
    for name, send, at_once, times in ways:
        if only in name:
            watch = Watch(pids)
            try:
                together(send, at_once, times)
            finally:
                watch.report(name)


def together(send: Send, at_once: int, times: int) -> None:
    def work(place: int) -> None:
        for _time in range(times):
            send(place)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(work, range(at_once)))


# --- Commands --------------------------------------------------------------------------------------------------------


def measure_commands(folder: Path, size: int, only: str) -> None:
    plain, films = folder / "plain.jsonl", folder / "films.jsonl"
    if only in "import of lines":
        plain.write_bytes(b"\n".join(lines(size)))
        command("import of lines", "import", str(plain))
    if only in "import of attachments of 1 MB":
        data = folder / "films.jsonl.attachments"
        data.mkdir()
        with films.open("wb") as output:
            for _number in range(size // MEGABYTE):
                content = os.urandom(16) + PIECE
                statement, sha2 = attached(content)
                (data / sha2).write_bytes(content)
                output.write(statement + b"\n")
        command("import of attachments of 1 MB", "import", str(films))
    if only in "export of all that came":
        command("export of all that came", "export", str(folder / "out.jsonl"))


def command(name: str, *arguments: str) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "statements", *arguments], stdout=subprocess.DEVNULL
    )
    watch = Watch([process.pid])
    process.wait()
    watch.report(f"manage.py statements {name}")
    if process.returncode:
        raise SystemExit(f"statements {arguments[0]} failed.")


def main() -> None:
    from bench.statements import database, django, installation, serve

    parser = argparse.ArgumentParser(description="The memory of one process while much comes in.")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--only", default="", help="only the ways with this word in their name")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        django(options.data)
        return serve(options.serve)
    with tempfile.TemporaryDirectory(prefix="larnara-bench-") as data, database(data):
        from django.db import connection

        from bench.pages import server

        print(f"{connection.vendor}, {options.megabytes} MB, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        credential = installation()
        connection.close()
        with server(data, __file__) as port:
            measure_http(port, credential, options.megabytes * MEGABYTE, options.only)
        measure_commands(Path(data), options.megabytes * MEGABYTE, options.only)
    return None


if __name__ == "__main__":
    main()
