"""The record store over HTTP beside its floors: batches, single statements, and reads in a large store.

    python bench/statements.py [--stored 10000,1000000] [--seconds 15] [--only batches|single|reads]

Four clients ask two web processes, all on this machine. On SQLite, with a database of its own in a temporary folder;
with TEST_DATABASE_URL (an owner of databases, as for ./test) on PostgreSQL, connected as the application role.

The floors, in the same run: for batches the rows that the store made of them, links included, inserted by plain SQL
through the same driver in the fastest way it has; for single statements a trivial view that inserts one row; for a read
the same question as plain SQL behind a trivial view. The views pass through the same middleware.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CLIENTS = 4
BATCH = 100


def django(data: str) -> None:
    os.environ["LARNARA_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    os.environ["SECRET_KEY"] = "only-for-this-measurement-" * 2
    os.environ["LARNARA_DEMO"] = "0"
    import django as package

    package.setup()


@contextmanager
def database(data: str) -> Iterator[None]:
    """Make a migrated database and point DATABASE_URL at it, as an installation would."""
    owner = os.environ.get("TEST_DATABASE_URL", "")
    os.environ["DATABASE_URL"] = owner or f"sqlite:///{data}/bench.sqlite3"
    django(data)
    from django.core.management import call_command
    from django.db import connections

    from bench import floors

    if not owner:
        call_command("migrate", verbosity=0, skip_checks=True)
        with connections["default"].cursor() as cursor:
            cursor.execute(floors.TABLE.format(key="integer"))
        yield
        return
    import psycopg

    from tests.databases import PostgresDatabase

    made = PostgresDatabase(owner)
    connected = made.create()
    floors.owner_url = made._url(connected["NAME"])
    with psycopg.connect(floors.owner_url, autocommit=True) as owned:
        owned.execute(floors.TABLE.format(key="bigserial"))
        owned.execute(f'GRANT ALL ON bench_floor TO "{made.role}"')
        owned.execute(f'GRANT ALL ON SEQUENCE bench_floor_id_seq TO "{made.role}"')
    connections.settings["default"].update(connected)
    connections["default"].settings_dict.update(connected)
    os.environ["DATABASE_URL"] = made._url(connected["NAME"], connected["USER"], connected["PASSWORD"])
    try:
        yield
    finally:
        connections.close_all()
        made.drop()


# --- The server ------------------------------------------------------------------------------------------------------


def serve(port: int) -> None:
    """Serve as `./run` does, with the floors as addresses more."""
    from bench import floors
    from lms import urls, web

    urls.urlpatterns += floors.urlpatterns
    web.serve(f"127.0.0.1:{port}", lambda: None)


class Client:
    """One connection kept open, with a credential."""

    def __init__(self, port: int, credential: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {
            "Authorization": "Basic " + base64.b64encode(credential.encode()).decode(),
            "X-Experience-API-Version": "2.0.0",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 204):
            raise SystemExit(f"{method} {path} answered {answer.status}: {content[:500]!r}")
        return content


def at_once(clients: list[Client], seconds: float, ask: Callable[[Client, int], None]) -> tuple[float, list[float]]:
    """Let every client ask, one after the other, for so long. Return how many a second, and what each one took."""
    taken: list[list[float]] = [[] for _client in clients]
    began = time.perf_counter()

    def work(place: int) -> None:
        number = 0
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            ask(clients[place], place + len(clients) * number)
            taken[place].append(time.perf_counter() - start)
            number += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    everything = sorted(one for each in taken for one in each)
    return len(everything) / spent, everything


def percentile(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))] * 1000


# --- Writing ---------------------------------------------------------------------------------------------------------


def batch_body(number: int, at: datetime) -> bytes:
    from bench import samples

    return json.dumps([samples.body(number * BATCH + n, at) for n in range(BATCH)]).encode()


def measure_batches(clients: list[Client], seconds: float) -> None:
    from bench import floors

    at = datetime.now(UTC)
    made = max(200, int(seconds * 60))
    bodies = [batch_body(number, at) for number in range(made)]
    # What an installation has after a day: its agents, activities and verbs are known.
    for client in clients:
        client.ask("POST", "/xapi/statements", batch_body(0, at))
    left = iter(bodies)
    lock = threading.Lock()

    def post(client: Client, _number: int) -> None:
        with lock:
            body = next(left, None)
        if body is None:
            raise SystemExit("The batches made ready did not last; ask for fewer seconds.")
        client.ask("POST", "/xapi/statements", body)

    rate, taken = at_once(clients, seconds, post)
    floor = floors.insert_rate(BATCH)
    share = rate * BATCH / floor
    print(f"batches of {BATCH}: {rate * BATCH:,.0f} statements a second, floor {floor:,.0f}: {share:.0%} (asked 25 %)")
    print(f"    a batch: median {percentile(taken, 0.5):.0f} ms, p99 {percentile(taken, 0.99):.0f} ms")


def measure_single(clients: list[Client], seconds: float) -> None:
    from bench import samples

    at = datetime.now(UTC)
    ready = [json.dumps(samples.body(number, at)).encode() for number in range(int(seconds * 3000))]
    rounds = 5
    shares, rates, taken, floor_taken = [], [], [], []
    for _round in range(rounds):
        floor, each = at_once(clients, seconds / rounds, lambda client, n: _ask_floor(client, ready[n]))
        floor_taken += each
        mine = [ready.pop() for _n in range(int(seconds * 300))]
        rate, each = at_once(clients, seconds / rounds, lambda client, n, mine=mine: _ask_one(client, mine[n]))
        taken += each
        rates.append(rate)
        shares.append(rate / floor)
    share, rate = statistics.median(shares), statistics.median(rates)
    print(f"single: {rate:,.0f} statements a second, {share:.0%} of the floor (asked 50 %)", end="")
    print(f", {min(shares):.0%} to {max(shares):.0%} in {rounds} rounds beside it")
    for name, each in (("a statement", taken), ("the floor", floor_taken)):
        each.sort()
        median, tail = percentile(each, 0.5), percentile(each, 0.999)
        print(f"    {name}: median {median:.1f} ms, p99.9 {tail:.1f} ms: {tail / median:.1f} times", end="")
        print(f" (asked at most 10), longest {each[-1] * 1000:.1f} ms of {len(each):,}")


def _ask_one(client: Client, body: bytes) -> None:
    client.ask("POST", "/xapi/statements", body)


def _ask_floor(client: Client, body: bytes) -> None:
    client.ask("POST", "/__floor/insert/", body)


# --- Reading ---------------------------------------------------------------------------------------------------------


def measure_reads(client: Client, sizes: list[int], times: int) -> None:
    from bench import samples

    earlier: dict[str, float] = {}
    for size in sizes:
        samples.fill(size)
        client.connection.close()  # the server has hung up meanwhile
        for name, (path, floor_path) in samples.questions(size).items():
            count, floor_count = (found(client, address) for address in (path, floor_path))
            if floor_count != count:
                raise SystemExit(f"{name}: the store finds {count} statements and the floor {floor_count}.")
            mine, floor = [], []
            for number in range(times):
                mine.append(_timed(client, path(number)))
                floor.append(_timed(client, floor_path(number)))
            p95, floor_p95 = (percentile(sorted(each), 0.95) for each in (mine, floor))
            growth = f", {p95 / earlier[name]:.1f} times the smaller store" if name in earlier else ""
            earlier.setdefault(name, p95)
            print(
                f"{size:>9,} stored, {name:<22} {count:>5.1f} found: p95 {p95:.1f} ms, floor {floor_p95:.1f} ms:"
                f" {p95 / floor_p95:.1f} times (asked 3){growth}"
            )
        measure_more(client)


def found(client: Client, address: Callable[[int], str]) -> float:
    """Return how many statements an answer holds, on average over some askings."""
    return statistics.mean(len(json.loads(client.ask("GET", address(n)))["statements"]) for n in range(20))


def _timed(client: Client, path: str) -> float:
    began = time.perf_counter()
    client.ask("GET", path)
    return time.perf_counter() - began


def measure_more(client: Client) -> None:
    """Walk a thousand pages by `more`; the first and the last hundred must cost the same."""
    path, taken = "/xapi/statements?limit=10", []
    for _page in range(1000):
        began = time.perf_counter()
        answer = json.loads(client.ask("GET", path))
        taken.append(time.perf_counter() - began)
        path = answer["more"]
        if not path:
            break
    first, last = (statistics.median(part) * 1000 for part in (taken[1:101], taken[-100:]))
    print(f"          more: page {len(taken)} costs {last:.1f} ms, the first {first:.1f} ms: {last / first:.2f} times")


# --- All of it -------------------------------------------------------------------------------------------------------


def installation() -> str:
    """Set up what every installation has: a region and its framework. Return the key and secret of a system."""
    from competency.api import load_framework
    from people.api import Organisation
    from xapi.credentials import create_credential

    at = datetime.now(UTC)
    region = Organisation.add_root(kind="region", name="Bänk", slug="bank")
    load_framework(ROOT / "competency" / "data" / "competency_framework.json", at, owner=region)
    made, secret = create_credential("bench", scopes=["all"], organisation=None, at=at)
    return f"{made.key}:{secret}"


def measure(port: int, options: argparse.Namespace) -> None:
    clients = [Client(port, options.credential) for _number in range(CLIENTS)]
    if options.only in ("", "reads"):
        measure_reads(clients[0], [int(size) for size in options.stored.split(",")], options.times)
    if options.only in ("", "batches"):
        measure_batches(clients, options.seconds)
    if options.only in ("", "single"):
        measure_single(clients, options.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="The record store over HTTP beside its floors.")
    parser.add_argument("--stored", default="10000,1000000", help="how many statements to read among, rising")
    parser.add_argument("--seconds", type=float, default=15, help="how long each kind of writing is measured")
    parser.add_argument("--times", type=int, default=200, help="how often each question is asked")
    parser.add_argument("--only", default="", choices=["", "batches", "single", "reads"])
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        django(options.data)
        return serve(options.serve)
    with tempfile.TemporaryDirectory(prefix="larnara-bench-") as data, database(data):
        from django.db import connection

        print(f"{connection.vendor}, {CLIENTS} clients, two web processes, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        options.credential = installation()
        connection.close()
        from bench.pages import server

        with server(data, __file__) as port:
            measure(port, options)
    return None


if __name__ == "__main__":
    main()
