"""The database itself refuses to change or remove what is recorded, and has one sealed door (semantics 10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xapi.api import full_statement, partition_report, record, statements_about
from xapi.models import DisposalPermit, DisposalUse, RedactablePart, Statement
from xapi.queries import body_of

from .bodies import AT, full, named, voiding

pytestmark = pytest.mark.django_db

TABLES = {
    "xapi_statement": "payload = '{}'",
    "xapi_statementagent": "role = 2",
    "xapi_statementactivity": "role = 2",
    "xapi_voiding": "only_from_id = NULL",
    "xapi_redactablepart": "content = '{}'",
    "xapi_disposalpermit": "ground = 'another'",
    "xapi_disposaluse": "number = number",
}
DOORS = ("xapi_redactablepart", "xapi_agent")
"""What may change in one way, under a permit; the permits and holds of agents are tried in test_disposal."""
MAY_GO = ("xapi_statementtarget", "xapi_statementattachment", "xapi_attachmentpiece", "xapi_attachmentdata")
"""These let go what belongs to nothing undisposed; see test_attachments_endpoint."""
TOMBSTONE = json.dumps({"paths": []})


def sql(statement: str, *parameters: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


@pytest.fixture
def part() -> RedactablePart:
    """A statement with a redactable part, one that voids, and one part disposed of with its permit."""
    bodies = [full(id=str(uuid4())), full(id=str(uuid4()))]
    record([*bodies, voiding(bodies[0]["id"])], organisation=None, at=AT)
    first, second = RedactablePart.objects.order_by("statement")
    permit(second)
    dispose(second)
    return first


def permit(part: RedactablePart, use: UUID | None = None) -> DisposalPermit:
    return DisposalPermit.objects.create(
        part=part, use_id=use or uuid4(), ground="the retention plan", decided_by="archivist", made_at=AT
    )


def dispose(part: RedactablePart) -> int:
    paths = [path for path, _value in json.loads(part.content)["parts"]]
    return sql(
        "UPDATE xapi_redactablepart SET content = %s, tombstone = %s WHERE statement_id = %s",
        json.dumps({"paths": paths}),
        True,
        part.pk,
    )


def triggers() -> set[tuple[str, str]]:
    """The triggers of our tables, as (table, what it refuses or does)."""
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'xapi_%%'"
    else:
        query = (
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled = 'O' AND relname LIKE 'xapi_%%' AND NOT relispartition"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        return {(table, name.removeprefix(f"{table}_")) for table, name in cursor.fetchall()}


def test_every_table_of_the_log_is_guarded(db: None) -> None:
    """Also against a later migration: SQLite remakes a table to alter it, and its triggers go with the old one."""
    retention = {"xapi_retentionrule", "xapi_retentionrun", "xapi_retentionbatch"}
    decisions = {"xapi_identifierpermit", "xapi_legalhold", "xapi_connectionevent"} | retention
    log = set(TABLES) - {"xapi_redactablepart"} | decisions
    if connection.vendor == "sqlite":
        unique = {"xapi_statement", "xapi_voiding", "xapi_disposalpermit", *DOORS} | decisions
        expected = {(table, name) for table in log for name in ("no_update", "no_delete")}
        expected |= {(table, "no_replace") for table in unique}
    else:
        expected = {(table, name) for table in log for name in ("no_change", "no_truncate")}
        expected |= {(table, "no_truncate") for table in DOORS}
    expected |= {(table, name) for table in DOORS for name in ("no_delete", "door", "used")}
    expected |= {("xapi_disposalpermit", "hold"), ("xapi_identifierpermit", "hold")}
    expected |= {(table, name) for table in MAY_GO for name in ("no_update", "no_delete")}
    if connection.vendor == "sqlite":
        expected |= {(table, "no_replace") for table in MAY_GO if table != "xapi_statementtarget"}
    else:
        expected |= {(table, "no_truncate") for table in MAY_GO}
    if partition_report().is_partitioned:
        expected |= {("xapi_statement", "number")}
        expected |= {("xapi_statementnumber", name) for name in ("no_change", "no_truncate")}
    assert triggers() == expected


def under_permit_for(part: RedactablePart, attempt: Callable[[], object]) -> None:
    """Try something in the transaction of a permit; the permit goes with it when it fails."""
    with transaction.atomic():
        permit(part)
        attempt()


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_the_log_is_changed(table: str, part: RedactablePart) -> None:
    with pytest.raises(DatabaseError, match=f"{table} is append-only|permission denied"):
        sql(f"UPDATE {table} SET {TABLES[table]}")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_the_log_is_removed(table: str, part: RedactablePart) -> None:
    with pytest.raises(DatabaseError, match=f"{table} is append-only|permission denied"):
        sql(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["xapi_statement", "xapi_voiding", "xapi_redactablepart", "xapi_disposalpermit"])
def test_no_row_of_the_log_is_replaced(table: str, part: RedactablePart) -> None:
    """SQLite's INSERT OR REPLACE removes a row without its DELETE trigger; PostgreSQL's upsert is an UPDATE."""
    if connection.vendor == "sqlite":
        replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        key = "id" if table in ("xapi_statement", "xapi_disposalpermit") else "statement_id"
        replace = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {TABLES[table]}"
    with pytest.raises(DatabaseError, match=f"{table} is append-only|permission denied"):
        sql(replace)


@pytest.mark.parametrize("table", TABLES)
def test_the_log_is_not_truncated(table: str, part: RedactablePart) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; its DELETE is refused above")
    with pytest.raises(DatabaseError, match=r"append-only|permission denied|must be owner"):
        sql(f"TRUNCATE {table} CASCADE")


def test_the_model_cannot_do_it_either(part: RedactablePart) -> None:
    statement = Statement.objects.first()
    assert statement is not None
    statement.version = "9"
    for attempt in (statement.save, Statement.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Statement.objects.filter(version="2.0.0").count() == 3


def test_without_a_permit_the_door_is_shut(part: RedactablePart) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        dispose(part)


def test_with_a_permit_a_part_becomes_a_tombstone(part: RedactablePart) -> None:
    permit(part)
    assert dispose(part) == 1
    connection.check_constraints()
    row = Statement.objects.select_related("redactable").get(pk=part.pk)
    rest = body_of(row)
    assert rest == full_statement(row.statement_id)
    assert "Anna" not in json.dumps(rest, ensure_ascii=False)
    assert "attachments" not in rest
    assert rest["result"]["score"] == full()["result"]["score"]
    assert rest["actor"]["account"]["homePage"].endswith("/pseudonyms")


def test_a_permit_is_for_one_disposal(part: RedactablePart) -> None:
    permit(part)
    dispose(part)
    with pytest.raises(DatabaseError, match="append-only"):
        dispose(part)


def test_a_permit_is_for_its_own_part(part: RedactablePart) -> None:
    record([full(id=str(uuid4()))], organisation=None, at=AT)
    other = RedactablePart.objects.order_by("statement").last()
    assert other is not None
    with pytest.raises(DatabaseError, match="append-only"):
        under_permit_for(other, lambda: dispose(part))


@pytest.mark.parametrize("change", ["tombstone = false", "statement_id = statement_id + 100000"])
def test_with_a_permit_nothing_else_can_be_done(change: str, part: RedactablePart) -> None:
    update = f"UPDATE xapi_redactablepart SET content = '{{}}', {change} WHERE statement_id = %s"
    with pytest.raises(DatabaseError, match="append-only"):
        under_permit_for(part, lambda: sql(update, part.pk))


def test_a_permit_that_is_not_used_cannot_be_committed(part: RedactablePart) -> None:
    """So permit and disposal are always one transaction."""
    with pytest.raises(IntegrityError):
        under_permit_for(part, connection.check_constraints)
    permit(part)
    dispose(part)
    connection.check_constraints()


def test_a_permit_given_as_used_opens_nothing(part: RedactablePart) -> None:
    """Someone who writes the use by hand can commit the permit, and has a permit that is used up."""
    number = uuid4()
    DisposalUse.objects.create(number=number)
    permit(part, number)
    with pytest.raises(DatabaseError, match="append-only"):
        dispose(part)


def test_what_was_disposed_of_can_be_sent_again_and_is_known(part: RedactablePart) -> None:
    body = full_statement(part.statement.statement_id)
    permit(part)
    dispose(part)
    (again,) = record([body], organisation=None, at=AT)
    assert not again.is_new
    assert RedactablePart.objects.get(pk=part.pk).tombstone


def test_the_fold_reads_the_same_before_and_after_disposal(part: RedactablePart) -> None:
    actor = json.loads(part.statement.payload)["actor"]
    before = statements_about(["mailto:Anna.Ek@example.org"])
    permit(part)
    dispose(part)
    assert statements_about(["mailto:Anna.Ek@example.org"]) == before
    assert actor["account"]["homePage"].endswith("/pseudonyms")


def test_statements_are_still_recorded(part: RedactablePart) -> None:
    record([named(), full(id=str(uuid4()))], organisation=None, at=AT)
    assert Statement.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_an_unused_permit_is_refused_at_commit() -> None:
    record([full(id=str(uuid4()))], organisation=None, at=AT)
    part = RedactablePart.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        permit(part)
    with transaction.atomic():
        permit(part)
        dispose(part)
    assert RedactablePart.objects.get().tombstone
