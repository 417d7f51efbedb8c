from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from lms import health
from lms.database import refused
from people.api import User


def answer(**checks: Any) -> tuple[int, str]:
    response = health.readyz(RequestFactory().get("/readyz"))
    return response.status_code, response.content.decode()


def test_alive_without_a_database() -> None:
    response = health.healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_only_looking_is_allowed() -> None:
    for view in (health.healthz, health.readyz):
        assert view(RequestFactory().post("/")).status_code == 405


@pytest.mark.django_db
def test_a_migrated_database_is_ready() -> None:
    assert answer() == (200, '{"status": "ready", "failed": []}')


@pytest.mark.django_db
def test_the_files_of_migrations_are_the_migrations_django_finds() -> None:
    from django.db.migrations.loader import MigrationLoader

    assert health._migrations() == frozenset(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
@pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="the application may not write this table there")
def test_a_missing_migration_is_not_ready() -> None:
    MigrationRecorder.Migration.objects.filter(app="xapi").delete()
    assert answer() == (503, '{"status": "not ready", "failed": ["schema"]}')


@pytest.mark.django_db
def test_demo_accounts_where_none_should_be_are_not_ready(settings: Any) -> None:
    User.objects.create_user("usk@demo.example.org", None)
    settings.DEMO = False
    assert answer() == (503, '{"status": "not ready", "failed": ["demo"]}')
    settings.DEMO = True
    assert answer()[0] == 200


def test_a_database_that_cannot_be_reached_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def unreachable() -> bool:
        raise OperationalError("could not connect to 10.0.0.5 as larnara")

    monkeypatch.setattr(health, "CHECKS", {"schema": unreachable})
    assert answer() == (503, '{"status": "not ready", "failed": ["schema"]}')


@pytest.mark.django_db
def test_the_tests_run_as_a_fenced_in_role() -> None:
    assert health.role_is_fenced_in()


needs_postgresql = pytest.mark.skipif(not os.environ.get("TEST_DATABASE_URL"), reason="roles are PostgreSQL's")


@needs_postgresql
@pytest.mark.django_db
def test_the_owner_is_not_fenced_in(settings: Any) -> None:
    import psycopg

    owner = settings.TEST_DATABASE_URL
    with psycopg.connect(owner, dbname=connection.settings_dict["NAME"]) as as_owner:
        row = as_owner.execute(health.ROLE_IS_DANGEROUS).fetchone()
    assert row == (True,)


@needs_postgresql
@pytest.mark.django_db
def test_the_application_may_not_ask_for_what_a_trigger_refuses() -> None:
    with connection.cursor() as cursor:
        tables = {table: verbs for table, *verbs in refused(cursor)}
        assert tables["xapi_statement"] == tables["people_employmentterms"] == ["UPDATE", "DELETE"]
        # Its redactable part has a door for UPDATE, which the trigger watches.
        assert tables["xapi_redactablepart"] == ["DELETE"]
        for table, verbs in tables.items():
            cursor.execute(
                "SELECT verb FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) verb"
                " WHERE NOT has_table_privilege(%s, verb)",
                [table],
            )
            assert (table, [verb for (verb,) in cursor.fetchall()]) == (table, [*verbs, "TRUNCATE"])
