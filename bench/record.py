"""How fast `record()` stores statements in bulk, beside a floor: the same rows inserted by plain SQL.

    python bench/record.py [STATEMENTS] [BATCH]

Uses a database of its own in a temporary folder, or the one in DATABASE_URL if it is PostgreSQL (it must be migrated;
every row is rolled back). Prints milliseconds per statement and the ratio, which is what counts on a noisy machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHIFT = 10_000_000
TABLES = ("statement", "redactablepart", "statementagent", "statementactivity")


def body(number: int, moment: datetime, base: str) -> dict[str, Any]:
    """A plain statement of the player: three in four `answered`, one `completed`."""
    from xapi.vocabulary import ANSWERED, COMPLETED, QUESTION

    is_answer = number % 4 != 0
    kind, count = ("question", 138) if is_answer else ("module", 129)
    key = f"00000000-0000-4000-8000-{number % count:012d}"
    course = f"00000000-0000-4000-8000-{number % 36:012d}"
    target: dict[str, Any] = {"objectType": "Activity", "id": f"{base}/activities/{kind}/{key}"}
    if is_answer:
        target["definition"] = {
            "type": QUESTION,
            "interactionType": "choice",
            "correctResponsesPattern": ["1"],
            "choices": [{"id": str(n), "description": {"sv": f"Svarsalternativ {n} till frågan"}} for n in range(4)],
        }
    result = {"success": True, "response": "1", "duration": "PT12S"} if is_answer else {"completion": True}
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": base, "name": f"{number % 60:032x}"}},
        "verb": {"id": ANSWERED if is_answer else COMPLETED, "display": {"sv": "gjorde", "en": "did"}},
        "object": target,
        "result": result,
        "context": {
            "registration": str(uuid4()),
            "revision": "1.0",
            "platform": "Lärnära",
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": f"{base}/activities/course/{course}"}],
                "grouping": [{"objectType": "Activity", "id": f"{base}/activities/profile/{course}"}],
                "category": [{"objectType": "Activity", "id": f"{base}/profiles/larnara"}],
            },
        },
        "timestamp": moment.isoformat(),
    }


def batches(total: int, size: int, at: datetime, base: str) -> list[list[dict[str, Any]]]:
    return [
        [body(number, at - timedelta(minutes=1), base) for number in range(first, min(first + size, total))]
        for first in range(0, total, size)
    ]


def timed_record(work: list[list[dict[str, Any]]], at: datetime) -> float:
    from xapi.api import record

    started = time.perf_counter()
    for batch in work:
        record(batch, organisation=None, at=at)
    return time.perf_counter() - started


def timed_alone(work: list[list[dict[str, Any]]], at: datetime) -> float:
    """The store by itself: what the rooms above do when they are told is theirs."""
    from xapi import services

    receivers, services._receivers = services._receivers, []
    try:
        return timed_record(work, at)
    finally:
        services._receivers = receivers


def copies_of(table: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Return the insert of a table and copies of its rows under new ids, as the driver gives and takes them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM xapi_{table}")
        columns = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    key = columns.index("id" if table == "statement" else "statement_id")
    copies = [list(row) for row in rows]
    for row in copies:
        row[key] += SHIFT
        if table == "statement":
            row[columns.index("statement_id")] = uuid4() if connection.vendor == "postgresql" else uuid4().hex
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO xapi_{table} ({', '.join(columns)}) VALUES ({places})"
    return sql, [tuple(row) for row in copies]


def timed_floor(tables: list[tuple[str, list[tuple[Any, ...]]]], batch_count: int) -> float:
    """Insert copies of all that was recorded by plain SQL, as many rows of each table a batch."""
    from django.db import connection, transaction

    started = time.perf_counter()
    for number in range(batch_count):
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, rows in tables:
                share = -(-len(rows) // batch_count)
                if chunk := rows[number * share : (number + 1) * share]:
                    cursor.executemany(sql, chunk)
    return time.perf_counter() - started


def run(total: int, size: int) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from people.api import iri_base

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
    at = datetime.now(UTC)
    base = iri_base()
    with transaction.atomic():
        record_seconds = timed_alone(batches(total, size, at, base), at)
        floor_seconds = timed_floor([copies_of(table) for table in TABLES], -(-total // size))
        told_seconds = timed_record(batches(total, size, at, base), at)
        transaction.set_rollback(True)
    per, floor, told = (seconds / total * 1000 for seconds in (record_seconds, floor_seconds, told_seconds))
    print(f"{connection.vendor}: {total} statements in batches of {size}")
    print(f"record() {per:.3f} ms a statement, plain SQL {floor:.3f} ms, {floor / per:.0%} of the floor's rate")
    print(f"with the receivers of the rooms above {told:.3f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LARNARA_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
        import django

        django.setup()
        run(*(int(value) for value in (*sys.argv[1:], 5000, 500)[:2]))
