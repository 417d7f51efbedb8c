"""A copy of the database whose statements lie in parts, for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from lms.database import configure
from tests.databases import PostgresDatabase
from xapi.api import record

from .bodies import AT, named

TODAY = datetime.now(UTC).date()
needs_postgresql = pytest.mark.skipif(not settings.TEST_DATABASE_URL, reason="only PostgreSQL has partitions")


@contextmanager
def as_owner() -> Iterator[None]:
    """As the commands that change the schema connect."""
    names = ("USER", "PASSWORD")
    before = {name: connection.settings_dict[name] for name in names}
    owner = configure(settings.TEST_DATABASE_URL)
    _connect_as({name: owner[name] for name in names})
    try:
        yield
    finally:
        _connect_as(before)


def _connect_as(who: dict[str, str]) -> None:
    connection.close()
    connection.settings_dict.update(who)


def make_partitions() -> None:
    role = connection.settings_dict["USER"]
    with as_owner(), override_settings(APPLICATION_ROLE=role):
        call_command("partitions", "make", stdout=StringIO())


@pytest.fixture(scope="module", autouse=True)
def partitioned(django_db_setup: PostgresDatabase, django_db_blocker: Any) -> Iterator[None]:
    if not settings.TEST_DATABASE_URL:
        yield
        return
    with django_db_blocker.unblock():
        make_partitions()
        with django_db_setup.kept_as_it_is(), django_db_blocker.block():
            yield


def begin(day: date) -> None:
    """Do what is done on a day, as the owner, who may choose it."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT xapi_open_months_at(%s)", [day])


def part_of(statement_id: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM xapi_statement WHERE statement_id = %s", [statement_id])
        return str(cursor.fetchone()[0])


def recorded() -> str:
    body = named()
    record([body], organisation=None, at=AT)
    return str(body["id"])


def months_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def called(month: date) -> str:
    return f"xapi_statement_{month:%Y_%m}"
