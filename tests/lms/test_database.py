from __future__ import annotations

import pytest
from django.db import connection

from lms.database import address, application_role, configure

OWNER = "postgres://owner:secret@db/larnara"
APPLICATION = "postgres://application:secret@db/larnara"
BOTH = {"DATABASE_URL": APPLICATION, "DATABASE_OWNER_URL": OWNER}
EMBEDDED = "sqlite:///larnara.sqlite3"


@pytest.mark.parametrize(
    ("environment", "command", "expected"),
    [
        ({}, "serve", EMBEDDED),
        ({}, "migrate", EMBEDDED),
        ({"DATABASE_URL": APPLICATION}, "migrate", APPLICATION),
        (BOTH, "migrate", OWNER),
        (BOTH, "serve", APPLICATION),
        (BOTH, "worker", APPLICATION),
    ],
)
def test_only_what_changes_the_schema_connects_as_its_owner(
    environment: dict[str, str], command: str, expected: str
) -> None:
    assert address(environment, EMBEDDED, ["manage.py", command]) == expected


def test_a_web_server_without_a_command_connects_as_the_application() -> None:
    assert address(BOTH, EMBEDDED, ["gunicorn"]) == APPLICATION


@pytest.mark.parametrize(
    ("environment", "role"), [({}, ""), ({"DATABASE_URL": APPLICATION}, ""), (BOTH, "application")]
)
def test_rights_are_granted_to_the_application_when_another_migrates(environment: dict[str, str], role: str) -> None:
    assert application_role(environment) == role


def test_an_embedded_database_that_can_be_made_again_does_not_wait_for_the_disk() -> None:
    assert "synchronous=OFF" in configure(EMBEDDED + "?synchronous=OFF")["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in configure(EMBEDDED)["OPTIONS"]["init_command"]


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such timeout")
def test_postgresql_ends_a_transaction_that_nobody_goes_on_with() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("10min",)


def test_options_of_the_address_are_kept() -> None:
    assert configure(f"{OWNER}?options=-c%20jit%3Don")["OPTIONS"]["options"] == "-c jit=on"
    assert "idle_in_transaction_session_timeout=10min" in configure(OWNER)["OPTIONS"]["options"]
