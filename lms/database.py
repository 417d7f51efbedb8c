"""How the database is reached: one embedded file, or PostgreSQL with two roles.

On PostgreSQL the owner of the tables (`DATABASE_OWNER_URL`) only migrates and restores; the application
(`DATABASE_URL`) may read and write rows but owns nothing, so row security and the triggers hold for it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import environ
from django.conf import settings
from django.db import connections, transaction

# The commands that change the schema; every other process connects as the application.
OWNER_COMMANDS = frozenset({"migrate", "flush", "partitions", "restore", "sqlflush"})

# The cache is each connection's own, and every thread of every process has one; what is read is mapped beside it.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA mmap_size=268435456; PRAGMA cache_size=-8000;"
)

# Compiling a plan takes longer than any of our questions; PostgreSQL does it when it merely fears a long one.
# A transaction that nobody goes on with would hold its locks, and with them what readers are told is complete.
POSTGRESQL_OPTIONS = "-c jit=off -c idle_in_transaction_session_timeout=10min"


def configure(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at `url`.

    `sqlite:///FILE?synchronous=OFF` does not wait for the disk: for a file that can be made again.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["ENGINE"] = "lms.sqlite"
        # IMMEDIATE: a transaction that will write takes its turn at once instead of failing halfway with "locked".
        pragmas = SQLITE_PRAGMAS.format(synchronous=config.get("OPTIONS", {}).get("synchronous", "NORMAL"))
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        config["CONN_MAX_AGE"] = None
    else:
        config["CONN_MAX_AGE"] = 600
        config.setdefault("OPTIONS", {}).setdefault("options", POSTGRESQL_OPTIONS)
        config["CONN_HEALTH_CHECKS"] = True
    return config


def address(environment: Mapping[str, str], embedded: str, argv: list[str] | None = None) -> str:
    """Return the URL this process connects to: the owner's for the commands that change the schema."""
    command = (argv or sys.argv)[1:2]
    owner = environment.get("DATABASE_OWNER_URL", "")
    if owner and command and command[0] in OWNER_COMMANDS:
        return owner
    return environment.get("DATABASE_URL", "") or embedded


def application_role(environment: Mapping[str, str]) -> str:
    """Return the role that `DATABASE_URL` connects as, if migrations run as another one."""
    if not environment.get("DATABASE_OWNER_URL"):
        return ""
    return str(configure(environment.get("DATABASE_URL", ""))["USER"])


# What a trigger refuses always, its function being named so, the application may not even ask for.
REFUSED = """
    SELECT c.relname, bool_or(t.tgtype & 16 <> 0), bool_or(t.tgtype & 8 <> 0)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname LIKE '%refuse%' AND t.tgqual IS NULL AND c.relnamespace = current_schema()::regnamespace
    GROUP BY c.relname ORDER BY c.relname
"""


def grant_to_application(*, using: str, **_signal: Any) -> None:
    """Give the application's role its rights on every table; runs as the owner after each `migrate`."""
    connection = connections[using]
    role = settings.APPLICATION_ROLE
    if connection.vendor != "postgresql" or not role:
        return
    quote = connection.ops.quote_name
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quote(role)}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quote(role)}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quote(role)}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quote(role)}")
        for table, *verbs in refused(cursor):
            for verb in verbs:
                cursor.execute(f"REVOKE {verb} ON {quote(table)} FROM {quote(role)}")


def partition_when_empty(*, using: str, **_signal: Any) -> None:
    """With the setting, partition the statements of a new installation; later it takes its time, and a command."""
    from xapi.api import partition, partition_report

    if not settings.PARTITION_STATEMENTS or connections[using].vendor != "postgresql":
        return
    if not partition_report().is_partitioned and _holds_no_statement(using):
        partition()


def _holds_no_statement(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT 1 FROM xapi_statement)")
        return cursor.fetchone() == (True,)


def refused(cursor: Any) -> list[list[str]]:
    """Return each table with a trigger that refuses, and the verbs it refuses."""
    cursor.execute(REFUSED)
    return [
        [table, *(verb for verb, is_refused in (("UPDATE", no_update), ("DELETE", no_delete)) if is_refused)]
        for table, no_update, no_delete in cursor.fetchall()
    ]
