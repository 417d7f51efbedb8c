"""How the database is reached: one embedded file, or PostgreSQL with two roles.

On PostgreSQL the owner of the tables (`DATABASE_OWNER_URL`) only migrates and restores; the application
(`DATABASE_URL`) may read and write rows but owns nothing, so row security and the triggers hold for it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import environ
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

# The commands that change the schema; every other process connects as the application.
OWNER_COMMANDS = frozenset({"migrate", "flush", "restore", "sqlflush"})

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA mmap_size=268435456; PRAGMA cache_size=-32000;"
)


def configure(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at `url`.

    `sqlite:///FILE?synchronous=OFF` does not wait for the disk: for a file that can be made again.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction that will write takes its turn at once instead of failing halfway with "locked".
        pragmas = SQLITE_PRAGMAS.format(synchronous=config.get("OPTIONS", {}).get("synchronous", "NORMAL"))
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        config["CONN_MAX_AGE"] = None
    else:
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True
    return config


def address(environment: Mapping[str, str], embedded: str, argv: list[str] | None = None) -> str:
    """Return the URL this process connects to: the owner's for the commands that change the schema."""
    command = (argv or sys.argv)[1:2]
    owner = environment.get("DATABASE_OWNER_URL", "")
    if owner and command and command[0] in OWNER_COMMANDS:
        return owner
    return environment.get("DATABASE_URL", "") or embedded


# What happened stays: not even the triggers get a chance to refuse what the application's role may not ask for.
APPEND_ONLY = (
    "xapi.Statement",
    "xapi.StatementAgent",
    "xapi.StatementActivity",
    "xapi.Voiding",
)


def application_role(environment: Mapping[str, str]) -> str:
    """Return the role that `DATABASE_URL` connects as, if migrations run as another one."""
    if not environment.get("DATABASE_OWNER_URL"):
        return ""
    return str(configure(environment.get("DATABASE_URL", ""))["USER"])


def grant_to_application(*, using: str, **_signal: Any) -> None:
    """Give the application's role its rights on every table; runs as the owner after each `migrate`."""
    connection = connections[using]
    role = settings.APPLICATION_ROLE
    if connection.vendor != "postgresql" or not role:
        return
    quoted = connection.ops.quote_name(role)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quoted}")
        for table in append_only_tables():
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {quoted}")


def append_only_tables() -> list[str]:
    return [apps.get_model(label)._meta.db_table for label in APPEND_ONLY if label in _all_labels()]


def _all_labels() -> set[str]:
    return {model._meta.label for model in apps.get_models()}
