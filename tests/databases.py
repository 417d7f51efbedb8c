"""Databases for tests: each worker gets a copy of a kept, migrated template, and gets it back by copying again.

Migrating from zero takes most of a minute on a busy machine, so the template is kept and made anew only when a
migration changes. Tests that commit cannot be cleaned up by deleting, because the database itself refuses DELETE
and TRUNCATE on statements: the copy is replaced instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.apps import apps
from django.conf import settings
from django.db import connections

ROOT = Path(settings.BASE_DIR)
FOLDER = Path(settings.DATA_DIR)
KEPT_SECONDS = 3600


def migrations_key() -> str:
    """Return a name for the schema: it changes when any migration, or what runs after them, does."""
    digest = hashlib.sha256(f"{sys.version} {settings.PARTITION_STATEMENTS}".encode())
    files = [ROOT / "xapi" / "partitions.py", ROOT / "lms" / "database.py", ROOT / "lms" / "apps.py"]
    for config in apps.get_app_configs():
        files += sorted(Path(config.path, "migrations").glob("*.py"))
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make templates and copies."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(**environment: str) -> None:
    """Make the schema in a process of its own, as an installation does, so that nothing of it is left in this one."""
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0", "--skip-checks"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.local", "LARNARA_DATA": str(FOLDER), **environment},
        check=True,
    )


class SqliteDatabase:
    """A copy of the template file, brought back through SQLite's own backup, which open connections survive."""

    def __init__(self) -> None:
        self.template = FOLDER / f"template-{migrations_key()}.sqlite3"
        self.path = FOLDER / f"test-{os.getpid()}.sqlite3"

    def create(self) -> dict[str, Any]:
        with _alone():
            if not self.template.exists():
                self._build()
            shutil.copyfile(self.template, self.path)
        return {"NAME": str(self.path)}

    def _build(self) -> None:
        unfinished = FOLDER / f"unfinished-{os.getpid()}.sqlite3"
        unfinished.unlink(missing_ok=True)
        _migrate(DATABASE_URL=f"sqlite:///{unfinished}?synchronous=OFF", DATABASE_OWNER_URL="")
        for template in FOLDER.glob("template-*"):
            # One that is younger may belong to a run that goes on beside this one, with other migrations.
            if time.time() - template.stat().st_mtime > KEPT_SECONDS:
                template.unlink()
        unfinished.rename(self.template)

    def restore(self) -> None:
        source = sqlite3.connect(self.template)
        target = sqlite3.connect(self.path, timeout=20)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()

    def drop(self) -> None:
        for file in FOLDER.glob(self.path.name + "*"):
            file.unlink()


class PostgresDatabase:
    """A copy by `CREATE DATABASE ... TEMPLATE`; the tests connect as an application role that owns nothing."""

    def __init__(self, owner_url: str) -> None:
        self.owner_url = owner_url
        base = urlsplit(owner_url).path.lstrip("/")
        self.prefix = f"{base}_template_"
        self.template = self.prefix + migrations_key()
        self.name = f"{base}_copy_{os.getpid()}"
        self.role = f"{base}_application"
        # Any password would do; one that concurrent runs agree on lets them share the role.
        self.password = hashlib.sha256(owner_url.encode()).hexdigest()[:24]

    def create(self) -> dict[str, Any]:
        with _alone():
            self._make_role()
            if not self._rows("SELECT 1 FROM pg_database WHERE datname = %s", self.template):
                self._build()
        self.restore()
        return {"NAME": self.name, "USER": self.role, "PASSWORD": self.password}

    def _build(self) -> None:
        unfinished = f"{self.template}_unfinished"
        self._execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)', f'CREATE DATABASE "{unfinished}"')
        _migrate(
            DATABASE_OWNER_URL=self._url(unfinished),
            DATABASE_URL=self._url(unfinished, self.role, self.password),
        )
        outdated = self._rows(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            self.template.removesuffix(migrations_key()),
        )
        self._execute(*(f'DROP DATABASE "{name}" WITH (FORCE)' for (name,) in outdated if name != unfinished))
        self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')

    def restore(self) -> None:
        self.drop()
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    @contextmanager
    def kept_as_it_is(self) -> Iterator[None]:
        """Bring back what lies in the copy now instead of the template, until the end of the block."""
        template, self.template = self.template, f"{self.name}_kept"
        close_connections()
        self._execute(f'CREATE DATABASE "{self.template}" TEMPLATE "{self.name}"')
        try:
            yield
        finally:
            close_connections()
            self._execute(f'DROP DATABASE "{self.template}" WITH (FORCE)')
            self.template = template
            self.restore()

    def drop(self) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _make_role(self) -> None:
        if not self._rows("SELECT 1 FROM pg_roles WHERE rolname = %s", self.role):
            # As a member, an owner who is no superuser may end the role's sessions when a copy is replaced.
            self._execute(f'CREATE ROLE "{self.role}" LOGIN', f'GRANT "{self.role}" TO CURRENT_USER')
        self._execute(f"ALTER ROLE \"{self.role}\" PASSWORD '{self.password}'")

    def _url(self, database: str, user: str = "", password: str = "") -> str:
        parts = urlsplit(self.owner_url)
        address = parts.netloc.rpartition("@")[2]
        credentials = f"{user}:{quote(password)}" if user else parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{credentials}@{address}", path=f"/{database}"))

    def _rows(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def _execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


Database = SqliteDatabase | PostgresDatabase


def test_database() -> Database:
    url = settings.TEST_DATABASE_URL
    return PostgresDatabase(url) if url else SqliteDatabase()


def close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
