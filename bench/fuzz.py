"""Mutated requests against a running server: nothing fails, nothing is stored by halves, every refusal says why.

    python bench/fuzz.py [--requests 100000] [--seed 2026] [--progress FILE]

Two web processes serve, as with `./run`; four clients send. On SQLite, with a database of its own in a temporary
folder; with TEST_DATABASE_URL (an owner of databases, as for ./test) on PostgreSQL. The requests are those of
`tests/xapi/mutations.py`, by seed and number. With a progress file a run that was cut off goes on where it was.

After every 500 requests: the ids of what was stored since are exactly those that were acknowledged, a good statement is
taken and given back, no web process has been replaced, and none takes more memory than allowed. Ends with 1 if anything
was found.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import http.client
import io
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.statements import database, django, installation, serve  # noqa: E402
from tests.xapi import mutations  # noqa: E402
from tests.xapi.bodies import plain  # noqa: E402

CLIENTS = 4
WINDOW = 500
MAX_MEMORY = 250
"""Megabytes of one web process."""
MAX_FOUND = 50
TOO_LONG = (414, 431)
"""An address or a header is longer than the server reads; no application sees the request."""


# --- Asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    content: bytes


class _Received:
    """What came back, as http.client wants to read it."""

    def __init__(self, raw: bytes) -> None:
        self.stream = io.BytesIO(raw)
        self.stream.close = lambda: None  # type: ignore[method-assign]

    def makefile(self, *_arguments: object) -> io.BytesIO:
        return self.stream


def answers_in(raw: bytes, method: str) -> list[Answer]:
    """Every answer of a connection, in order; what was damaged on the wire may be two requests."""
    received, found = _Received(raw), []
    while received.stream.tell() < len(raw):
        response = http.client.HTTPResponse(received, method=method)  # type: ignore[arg-type]
        response.begin()
        content = response.read()
        if response.headers["Content-Encoding"] == "gzip":
            content = gzip.decompress(content)
        found.append(Answer(response.status, response.headers.get_content_type(), content))
        if method == "HEAD":
            break  # The server before the application says more than it should.
    return found


class Server:
    """One server, asked with one credential; every request has a connection of its own."""

    def __init__(self, port: int, credential: str) -> None:
        self.port = port
        self.headers = {
            "Host": "127.0.0.1",
            "Authorization": "Basic " + base64.b64encode(credential.encode()).decode(),
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
            "Connection": "close",
        }

    def ask(self, request: mutations.Request) -> list[Answer]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as connection:
            try:
                connection.sendall(request.wire(self.headers))
                connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # It has heard enough; its answer is still to be read.
            raw = bytearray()
            while chunk := connection.recv(1 << 16):
                raw += chunk
        return answers_in(bytes(raw), request.method)


# --- Judging ---------------------------------------------------------------------------------------------------------


def flaw_of(request: mutations.Request, answer: Answer) -> str | None:
    """What is wrong with an answer; a refusal by the server before the application need not be a problem document."""
    if answer.status == 501 and request.is_for_the_server:
        return None  # A transfer coding that nobody knows: RFC 9112, 6.1.
    if answer.status >= 500:
        return f"answered {answer.status}"
    if answer.status < 400 or request.method == "HEAD":
        return None
    if answer.content_type == "text/html" and (request.is_for_the_server or answer.status in TOO_LONG):
        return None
    why = mutations.unhelpful(answer.status, answer.content_type, answer.content)
    return f"answered {answer.status}, which does not help: {why}" if why else None


@dataclass
class Tally:
    """What a run has come to; kept in the progress file."""

    seed: int
    next: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    megabytes: int = 0
    found: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path | None, seed: int) -> Tally:
        if file is None or not file.exists():
            return cls(seed)
        kept = json.loads(file.read_text())
        return cls(**kept | {"answers": Counter(kept["answers"])})

    def write(self, file: Path | None) -> None:
        if file is not None:
            file.write_text(json.dumps(self.__dict__))

    def report(self) -> None:
        statuses = sorted({int(key.split()[1]) for key in self.answers})
        kinds = sorted({key.split()[0] for key in self.answers})
        print(f"{'kind':<12}{'all':>8}" + "".join(f"{status:>8}" for status in statuses))
        for kind in kinds:
            row = [self.answers[f"{kind} {status}"] for status in statuses]
            print(f"{kind:<12}{sum(row):>8}" + "".join(f"{count or '':>8}" for count in row))
        print(f"{self.next:,} requests, {self.stored:,} statements stored, at most {self.megabytes} MB a process")
        for one in self.found:
            print(f"FOUND {one}")


# --- A window of requests --------------------------------------------------------------------------------------------


class Run:
    def __init__(self, server: Server, tally: Tally, serving: int) -> None:
        self.server = server
        self.tally = tally
        self.serving = serving
        self.workers: list[int] = []
        self.known: set[str] = set()
        self.last = 0
        self.lock = threading.Lock()

    def window(self, numbers: range) -> None:
        """Send these requests from all clients at once, then look at what has become of the store."""
        said: set[str] = set()
        left = iter(numbers)

        def work() -> None:
            while True:
                with self.lock:
                    number = next(left, None)
                if number is None:
                    return
                self.one(number, said)

        threads = [threading.Thread(target=work) for _number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.tally.next = numbers.stop
        self.compare(said, numbers)
        self.still_works(numbers)

    def one(self, number: int, said: set[str]) -> None:
        request = mutations.request(self.tally.seed, number)
        try:
            answers = self.server.ask(request)
        except (OSError, http.client.HTTPException) as error:
            return self.find(f"{number} {request.kind}: {error!r}")
        with self.lock:
            for answer in answers:
                said |= mutations.acknowledged(request, answer.status, answer.content)
                self.tally.answers[f"{request.kind} {answer.status}"] += 1
        if not answers and not request.is_for_the_server:
            self.find(f"{number} {request.kind}: no answer")
        for answer in answers:
            if flaw := flaw_of(request, answer):
                self.find(f"{number} {request.kind}: {flaw}; {answer.content[:200]!r}")
        return None

    def find(self, what: str) -> None:
        with self.lock:
            self.tally.found.append(what)
        print(f"FOUND {what}", flush=True)

    def compare(self, said: set[str], numbers: range) -> None:
        """What was stored and what was acknowledged are the same: no batch by halves, and nothing lost."""
        new = self.stored_since()
        self.tally.stored += len(new)
        if unsaid := new - said:
            self.find(f"{numbers}: stored and not acknowledged: {sorted(unsaid)[:5]}")
        self.known |= new
        if lost := said - self.known:
            self.find(f"{numbers}: acknowledged and not stored: {sorted(lost)[:5]}")

    def stored_since(self) -> set[str]:
        from django.db import connection

        from xapi.models import Statement

        rows = dict(Statement.objects.filter(pk__gt=self.last).values_list("pk", "statement_id"))
        connection.close()
        self.last = max(rows, default=self.last)
        return {str(one) for one in rows.values()}

    def still_works(self, numbers: range) -> None:
        body = plain(id=str(uuid4()))
        path = f"{mutations.STATEMENTS}?statementId={body['id']}"
        (put,) = self.server.ask(mutations.Request("good", "PUT", path, json.dumps(body).encode()))
        (read,) = self.server.ask(mutations.Request("good", "GET", path))
        if (put.status, read.status) != (204, 200) or json.loads(read.content)["actor"] != body["actor"]:
            self.find(f"{numbers}: a good statement is not taken any more: {put}, {read}")
        self.stored_since()
        self.known.add(body["id"])
        if self.workers and processes_of(self.serving) != self.workers:
            self.find(f"{numbers}: a web process has died")
        self.workers = processes_of(self.serving)
        self.tally.megabytes = max([self.tally.megabytes, *(megabytes_of(one) for one in self.workers)])
        if self.tally.megabytes > MAX_MEMORY:
            self.find(f"{numbers}: a web process takes {self.tally.megabytes} MB")


def processes_of(serving: int) -> list[int]:
    return sorted(int(one) for one in Path(f"/proc/{serving}/task/{serving}/children").read_text().split())


def megabytes_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


# --- All of it -------------------------------------------------------------------------------------------------------


def fuzz(port: int, serving: int, options: argparse.Namespace) -> Tally:
    tally = Tally.read(options.progress, options.seed)
    run = Run(Server(port, options.credential), tally, serving)
    run.still_works(range(0))
    while tally.next < options.requests and len(tally.found) < MAX_FOUND:
        run.window(range(tally.next, min(tally.next + WINDOW, options.requests)))
        tally.write(options.progress)
        if tally.next % (10 * WINDOW) == 0:
            print(f"{datetime.now(UTC):%H:%M} {tally.next:,} sent, {tally.stored:,} stored", flush=True)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutated requests against a running server.")
    parser.add_argument("--requests", type=int, default=100_000, help="up to which number")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--progress", type=Path, help="where to keep how far it has come")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        django(options.data)
        serve(options.serve)
        return 0
    # A run that is told to stop takes its server and database with it.
    signal.signal(signal.SIGTERM, lambda *_ignored: sys.exit("Stopped."))
    with tempfile.TemporaryDirectory(prefix="larnara-fuzz-") as data, database(data):
        from django.db import connection

        print(f"{connection.vendor}, {CLIENTS} clients, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", flush=True)
        options.credential = installation()
        connection.close()
        from bench.pages import server

        with server(data, __file__) as port:
            (serving,) = processes_of(os.getpid())
            tally = fuzz(port, serving, options)
    tally.report()
    return 1 if tally.found else 0


if __name__ == "__main__":
    sys.exit(main())
