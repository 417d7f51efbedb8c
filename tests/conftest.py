"""What every test stands on: a database of its own from a kept template, and Hypothesis' profile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import close_connections, test_database

# Two shared cores: a slow example is the machine's fault, not the code's.
hypothesis_settings.register_profile(
    "larnara", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("larnara")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give this process its copy of the template, in place of pytest-django's fresh migration."""
    database = test_database()
    connections.settings["default"].update(database.create())

    def bring_back(_test_case: TransactionTestCase) -> None:
        close_connections()
        database.restore()

    # Django flushes after a test that commits; the triggers on statements refuse that, so the copy is replaced.
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = bring_back  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        close_connections()
    database.drop()


@pytest.fixture(scope="session", autouse=True)
def _no_media_left() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
