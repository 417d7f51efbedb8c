"""What nobody can be faster than: plain SQL through the same driver, and trivial views through the same middleware."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench.samples import HOME
from xapi.bulk import chunks, reserve_ids
from xapi.identity import Identifier, digest
from xapi.models import Agent, Statement

TABLES = ("statement", "redactablepart", "statementagent", "statementactivity")
WRITERS = 2
Rows = list[list[Any]]
owner_url = ""
"""Of the database that is measured, on PostgreSQL."""
Table = tuple[str, list[str], Rows]


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


# --- The rows of batches, inserted by plain SQL -----------------------------------------------------------------------


def insert_rate(batch: int) -> float:
    """Return how many statements a second one or two writers insert, whichever is more, copying what is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM xapi_statement")
        (last,) = cursor.fetchone()
    connection.close()
    return max(_rate(batch, writers, last, number) for number, writers in enumerate((1, WRITERS)))


def _rate(batch: int, writers: int, last: int, number: int) -> float:
    context = multiprocessing.get_context("fork")
    ready, ends = context.Barrier(writers + 1), context.Queue()
    copied = 2000
    shifts = [1_000_000_000 * (number + 1) + 10_000_000 * writer for writer in range(writers)]
    processes = [
        context.Process(target=_write, args=(batch, last - copied, shift, ready, ends), daemon=True) for shift in shifts
    ]
    for process in processes:
        process.start()
    ready.wait()
    began = time.perf_counter()
    written = sum(ends.get() for _process in processes)
    spent = time.perf_counter() - began
    for process in processes:
        process.join()
    return written / spent


def _write(batch: int, after: int, shift: int, ready: Barrier, ends: Any) -> None:
    tables = [_copies(table, after, shift) for table in TABLES]
    statements = tables[0][2]
    keys = [row[tables[0][1].index("id")] for row in statements]
    shares = [
        [(name, columns, [row for row in rows if _key(name, columns, row) in wanted]) for name, columns, rows in tables]
        for chunk in chunks(keys, batch)
        for wanted in [set(chunk)]
    ]
    ready.wait()
    for share in shares:
        insert(share)
    ends.put(len(statements))


def _key(name: str, columns: list[str], row: list[Any]) -> Any:
    return row[columns.index("id" if name == "statement" else "statement_id")]


def _copies(name: str, after: int, shift: int) -> Table:
    """Read rows as the driver gives them and put them under new ids."""
    key = "id" if name == "statement" else "statement_id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM xapi_{name} WHERE {key} > {after} AND {key} < 1000000000")
        columns = [column[0] for column in cursor.description or ()]
        rows = [list(row) for row in cursor.fetchall()]
    for row in rows:
        row[columns.index(key)] += shift
        if name == "statement":
            row[columns.index("statement_id")] = uuid4() if is_postgresql() else uuid4().hex
    return name, columns, rows


def insert(tables: list[Table]) -> None:
    """Insert rows of several tables in one transaction: by COPY, or by a prepared insert on SQLite."""
    connection.ensure_connection()
    driver = connection.connection
    assert driver is not None
    if is_postgresql():
        with driver.transaction(), driver.cursor() as cursor:
            for name, columns, rows in tables:
                with cursor.copy(f"COPY xapi_{name} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        return
    _insert_sqlite(driver, tables)


def _insert_sqlite(driver: sqlite3.Connection, tables: list[Table]) -> None:
    driver.execute("BEGIN IMMEDIATE")
    for name, columns, rows in tables:
        places = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO xapi_{name} ({', '.join(columns)}) VALUES ({places})", rows)
    driver.execute("COMMIT")


# --- A large store ----------------------------------------------------------------------------------------------------


def make_agents(people: list[dict[str, Any]]) -> list[int]:
    """Make those that are missing. Return the primary key of each."""
    wanted = [Identifier("account", person["account"]["name"], HOME) for person in people]
    rows = [
        Agent(ifi_kind=one.kind, home_page=one.home_page, ifi_value=one.value, key=one.digest, uuid=uuid4())
        for one in wanted
    ]
    known = {bytes(key) for key in Agent.objects.values_list("key", flat=True)}
    Agent.objects.bulk_create([row for row in rows if row.key not in known], batch_size=100)
    keys = {bytes(key): pk for key, pk in Agent.objects.values_list("key", "pk")}
    return [keys[one.digest] for one in wanted]


def copy_statements(count: int, agents: list[int], at: datetime) -> None:
    """Copy what is stored `count` times over: each copy another person's, and stored a little later."""
    templates = {name: _copies(name, 0, 0) for name in TABLES}
    columns = templates["statement"][1]
    first = max(row[columns.index("id")] for row in templates["statement"][2])
    originals = templates["statement"][2][:3600]
    of_statement = {name: _by_statement(templates[name]) for name in TABLES[1:]}
    chooser = random.Random(count)
    for chunk in chunks(range(count), 5000):
        rows: dict[str, Rows] = {name: [] for name in TABLES}
        for number in chunk:
            original = originals[number % len(originals)]
            key, agent = first + 1 + number, agents[chooser.randrange(len(agents))]
            moment = _driver_moment(at + timedelta(days=365) * (number / count))
            rows["statement"].append(_copy(columns, original, key, agent, moment))
            for name, found in of_statement.items():
                for row in found.get(original[columns.index("id")], ()):
                    rows[name].append(_linked(templates[name][1], row, key, agent))
        insert([(name, templates[name][1], rows[name]) for name in TABLES])
    if is_postgresql():
        reserve_ids(Statement, count)  # the ids that were used here, as far as the sequence knows


def _by_statement(table: Table) -> dict[int, Rows]:
    _name, columns, rows = table
    found: dict[int, Rows] = {}
    for row in rows:
        found.setdefault(row[columns.index("statement_id")], []).append(row)
    return found


def _copy(columns: list[str], original: list[Any], key: int, agent: int, moment: Any) -> list[Any]:
    changed = {
        "id": key,
        "statement_id": uuid4() if is_postgresql() else uuid4().hex,
        "actor_id": agent,
        "stored": moment,
        "happened_at": moment,
    }
    return [changed.get(column, value) for column, value in zip(columns, original, strict=True)]


def _linked(columns: list[str], row: list[Any], key: int, agent: int) -> list[Any]:
    changed = {"statement_id": key, "agent_id": agent}
    return [changed.get(column, value) for column, value in zip(columns, row, strict=True)]


def _driver_moment(moment: datetime) -> Any:
    return moment if is_postgresql() else connection.ops.adapt_datetimefield_value(moment)


def analyse() -> None:
    """Let the database know what it holds, as it does by itself in time; on PostgreSQL only the owner may."""
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return
    import psycopg

    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


# --- The trivial views ------------------------------------------------------------------------------------------------

PLAIN = """
    SELECT s.payload, p.content FROM {source}
    LEFT JOIN xapi_redactablepart p ON p.statement_id = s.id
    WHERE {condition} AND NOT EXISTS (SELECT 1 FROM xapi_voiding v WHERE v.voided_id = s.statement_id)
    ORDER BY {order} DESC LIMIT {limit}
"""
LINKED = "xapi_statement{kind} l JOIN xapi_statement s ON s.id = l.statement_id"
QUESTIONS = {
    "agent-verb-activity": PLAIN.format(
        source="xapi_statement s",
        condition="s.actor_id = (SELECT id FROM xapi_agent WHERE key = %(agent)s)"
        " AND s.verb_id = (SELECT id FROM xapi_verb WHERE key = %(verb)s)"
        " AND s.activity_id = (SELECT id FROM xapi_activity WHERE key = %(activity)s)",
        order="s.id",
        limit=501,
    ),
    "agent": PLAIN.format(
        source=LINKED.format(kind="agent"),
        condition="l.agent_id = (SELECT id FROM xapi_agent WHERE key = %(agent)s) AND l.role <= 4",
        order="l.statement_id",
        limit=51,
    ),
    "verb": PLAIN.format(
        source="xapi_statement s",
        condition="s.verb_id = (SELECT id FROM xapi_verb WHERE key = %(verb)s) AND s.stored > %(since)s",
        order="s.id",
        limit=101,
    ),
    "related": PLAIN.format(
        source=LINKED.format(kind="activity"),
        condition="l.activity_id = (SELECT id FROM xapi_activity WHERE key = %(activity)s)",
        order="l.statement_id",
        limit=101,
    ),
}


def read(request: HttpRequest, question: str) -> HttpResponse:
    """Answer a question by plain SQL, prepared by the driver after a few times."""
    sql = QUESTIONS[question]
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(request))
        found = cursor.fetchall()
    limit = int(sql.rsplit(" ", 1)[-1]) - 1
    texts = ",".join(payload for payload, _content in found[:limit])
    return HttpResponse(f'{{"statements":[{texts}]}}', content_type="application/json")


def _values(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = {name: digest(value) for name, value in request.GET.items()}
    if "agent" in request.GET:
        values["agent"] = Identifier("account", request.GET["agent"], HOME).digest
    if "since" in request.GET:
        values["since"] = _driver_moment(datetime.fromisoformat(request.GET["since"]))
    return values


@csrf_exempt
def insert_one(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_floor (body) VALUES (%s)", [request.body.decode()])
    return HttpResponse(status=204)


TABLE = "CREATE TABLE bench_floor (id {key} PRIMARY KEY, body text NOT NULL)"


urlpatterns = [
    path("__floor/insert/", insert_one),
    path("__floor/<str:question>/", read),
]
