"""The statement table of PostgreSQL in parts, a part for each month; everything that reads and writes stays as it is.

A part is a range of ids. Each month has ids of its own, known long before (`first_id`), and the sequence is moved to
them when the month begins. So parts are made ahead, and if nobody does, statements go on into the month before: late,
and nothing is refused. What was stored before the table was partitioned is its first part, as it lies.

A unique constraint would have to hold the id, so statement ids are unique in a table of their own, which a trigger
writes in the same insert: the second of two that store the same id at once waits for the first, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection, transaction

IDS_A_MONTH: Final = 10_000_000_000
YEAR_ZERO: Final = 2000
AHEAD: Final = 2
"""How many months after this one have their part already."""

TABLE: Final = "xapi_statement"
BEFORE: Final = "xapi_statement_before"
"""The part with what was stored before."""

PATIENCE: Final = "500ms"
"""For how long those who read and write are made to wait behind the making of a part, which is then put off."""


def first_id(month: date) -> int:
    """The first id of a month. What came before partitions has smaller ones: no table grows so large."""
    return ((month.year - YEAR_ZERO) * 12 + month.month - 1) * IDS_A_MONTH


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """How the statement table lies. `rows` is PostgreSQL's own estimate; `parts` are names, oldest first."""

    is_postgresql: bool
    is_partitioned: bool = False
    rows: int = 0
    bytes: int = 0
    parts: tuple[str, ...] = ()


def partition_report() -> PartitionReport:
    if connection.vendor != "postgresql":
        return PartitionReport(is_postgresql=False)
    with connection.cursor() as sql:
        parts = tuple(name for (name,) in _rows(sql, PARTS))
        sizes = "sum(greatest(reltuples, 0))::bigint, sum(pg_total_relation_size(oid))::bigint"
        ((rows, size),) = _rows(sql, f"SELECT {sizes} FROM pg_class WHERE relname = ANY(%s)", [[TABLE, *parts]])
        return PartitionReport(True, _is_partitioned(sql), rows, size, parts)


def open_months() -> int:
    """Make the parts of this month and the next, as far as they are missing. Return how many were made.

    Any role may: the function in the database runs as the owner of the tables. Does nothing without partitions.
    """
    if connection.vendor != "postgresql":
        return 0
    with transaction.atomic(), connection.cursor() as sql:
        if not _is_partitioned(sql):
            return 0
        sql.execute("SELECT xapi_open_months()")
        made: int = sql.fetchone()[0]
        return made


def partition() -> None:
    """Partition the statement table, as its owner. Nothing is copied, but all who read or write wait until it is done.

    The table as it is becomes the first part; then every foreign key to it is checked again.
    """
    with transaction.atomic(), connection.cursor() as sql:
        if _is_partitioned(sql):
            return
        sql.execute(LOCK_FUNCTION)
        sql.execute("SELECT xapi_lock_statements()")
        with _pointing_at_it(sql):
            _wrap(sql)
        _keep_ids_unique(sql)
        for statement in FUNCTIONS:
            sql.execute(statement)
        sql.execute("SELECT xapi_open_months_at(current_date)")


def _is_partitioned(sql: Any) -> bool:
    return _rows(sql, "SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [TABLE]) == [(True,)]


def _rows(sql: Any, question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    sql.execute(question, values)
    found: list[tuple[Any, ...]] = sql.fetchall()
    return found


PARTS = f"""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{TABLE}'::regclass AND c.relkind = 'r' ORDER BY c.relname <> '{BEFORE}', c.relname
"""


# --- The table becomes a part ----------------------------------------------------------------------------------------

POINTING = f"""
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE confrelid = '{TABLE}'::regclass AND contype = 'f' ORDER BY 1, 2
"""
OF_ITS_OWN = f"""
    SELECT quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = '{TABLE}'::regclass AND contype IN ('f', 'c', 'p') ORDER BY contype DESC
"""
INDEXES = f"""
    SELECT quote_ident(i.relname), quote_ident(left(i.relname, 55) || '_before'),
        pg_get_indexdef(i.oid), c.conname IS NULL
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = i.oid
        AND c.conrelid = x.indrelid
    WHERE x.indrelid = '{TABLE}'::regclass
"""
TRIGGERS = f"""
    SELECT quote_ident(tgname), pg_get_triggerdef(oid), tgtype & 32 <> 0
    FROM pg_trigger WHERE tgrelid = '{TABLE}'::regclass AND NOT tgisinternal
"""


@contextmanager
def _pointing_at_it(sql: Any) -> Iterator[None]:
    """Let go of the foreign keys to the table, and tie them to what has its name afterwards."""
    pointing = _rows(sql, POINTING)
    for table, name, _text in pointing:
        sql.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, text in pointing:
        sql.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}")


def _wrap(sql: Any) -> None:
    """Give the table's name, with all that belongs to it, to a partitioned table, and make the table its first part."""
    constraints, indexes, triggers = (_rows(sql, question) for question in (OF_ITS_OWN, INDEXES, TRIGGERS))
    (last,) = _rows(sql, f"SELECT last_value FROM {_sequence(sql)}")[0]
    for name, _text, _is_truncate in triggers:
        sql.execute(f"DROP TRIGGER {name} ON {TABLE}")
    for name, other, _text, _is_plain in indexes:
        sql.execute(f"ALTER INDEX {name} RENAME TO {other}")
    sql.execute(f"ALTER TABLE {TABLE} ALTER id DROP IDENTITY, DROP CONSTRAINT {_unique_constraint(sql)}")
    sql.execute(f"ALTER TABLE {TABLE} RENAME TO {BEFORE}")
    sql.execute(f"CREATE TABLE {TABLE} (LIKE {BEFORE} INCLUDING STORAGE) PARTITION BY RANGE (id)")
    sql.execute(f"ALTER TABLE {TABLE} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START {last + 1})")
    for name, text in constraints:
        sql.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {text}")
    for _name, _other, text, is_plain in indexes:
        if is_plain:
            sql.execute(text)
    sql.execute(f"CREATE INDEX xapi_statement_number ON {TABLE} (statement_id)")
    this_month = first_id(_rows(sql, "SELECT current_date")[0][0])
    sql.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {BEFORE} FOR VALUES FROM (MINVALUE) TO ({this_month})")
    for _name, text, is_truncate in triggers:
        sql.execute(text)
        if is_truncate:
            sql.execute(
                f"CREATE TRIGGER {BEFORE}_no_truncate BEFORE TRUNCATE ON {BEFORE} EXECUTE FUNCTION xapi_refuse()"
            )


def _sequence(sql: Any) -> str:
    sequence: str = _rows(sql, f"SELECT pg_get_serial_sequence('{TABLE}', 'id')")[0][0]
    return sequence


def _unique_constraint(sql: Any) -> str:
    """The constraint that keeps statement ids unique until then."""
    ((name,),) = _rows(
        sql, f"SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = '{TABLE}'::regclass AND contype = 'u'"
    )
    return str(name)


# --- What the database does itself from then on -----------------------------------------------------------------------

NUMBERS = "xapi_statementnumber"


def _keep_ids_unique(sql: Any) -> None:
    sql.execute(f"CREATE TABLE {NUMBERS} (statement_id uuid PRIMARY KEY, id bigint NOT NULL)")
    sql.execute(f"INSERT INTO {NUMBERS} SELECT statement_id, id FROM {TABLE} ORDER BY statement_id")
    sql.execute(
        "CREATE FUNCTION xapi_number() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN INSERT INTO {NUMBERS} VALUES (NEW.statement_id, NEW.id); RETURN NULL; END $$"
    )
    sql.execute(f"CREATE TRIGGER {TABLE}_number AFTER INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION xapi_number()")
    for event, each in (("UPDATE OR DELETE", "FOR EACH ROW"), ("TRUNCATE", "FOR EACH STATEMENT")):
        name = f"{NUMBERS}_no_{'truncate' if event == 'TRUNCATE' else 'change'}"
        sql.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {NUMBERS} {each} EXECUTE FUNCTION xapi_refuse()")


# A new part gets foreign keys of its own, so the tables at their other ends are locked too: at once or not at all. Who
# waits for nothing while it holds something is in no circle.
LOCK_FUNCTION = f"""
    CREATE FUNCTION xapi_lock_statements() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE others text;
    BEGIN
        PERFORM set_config('lock_timeout', '{PATIENCE}', true);
        LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE;
        SELECT string_agg(DISTINCT other::regclass::text, ', ') INTO others FROM (
            SELECT conrelid::oid FROM pg_constraint WHERE contype = 'f' AND confrelid = '{TABLE}'::regclass
            UNION SELECT confrelid::oid FROM pg_constraint WHERE contype = 'f' AND conrelid = '{TABLE}'::regclass
        ) AS concerned (other);
        EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', others);
    END $$
"""

FIRST_ID = f"((extract(year FROM month) - {YEAR_ZERO}) * 12 + extract(month FROM month) - 1)::bigint * {IDS_A_MONTH}"
FUNCTIONS = (
    f"""
    CREATE FUNCTION xapi_open_months_at(today date) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE
        month date; first bigint; part text; made integer := 0;
        sequence text := pg_get_serial_sequence('{TABLE}', 'id');
    BEGIN
        PERFORM pg_advisory_xact_lock('{TABLE}'::regclass::oid::bigint);
        FOR ahead IN 0..{AHEAD} LOOP
            month := date_trunc('month', today) + make_interval(months => ahead);
            first := {FIRST_ID};
            part := '{TABLE}_' || to_char(month, 'YYYY_MM');
            IF to_regclass(part) IS NULL THEN
                IF made = 0 THEN
                    PERFORM xapi_lock_statements();
                END IF;
                EXECUTE format('CREATE TABLE %I PARTITION OF {TABLE} FOR VALUES FROM (%s) TO (%s)',
                    part, first, first + {IDS_A_MONTH});
                EXECUTE format('CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON %I
                    EXECUTE FUNCTION xapi_refuse()', part);
                made := made + 1;
            END IF;
            IF ahead = 0 AND nextval(sequence) < first THEN
                PERFORM setval(sequence, first, false);
            END IF;
        END LOOP;
        RETURN made;
    END $$
    """,
    "REVOKE EXECUTE ON FUNCTION xapi_open_months_at(date), xapi_lock_statements() FROM PUBLIC",
    # As the owner of the tables, whoever calls it; only the owner may choose the day.
    """
    CREATE FUNCTION xapi_open_months() RETURNS integer LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp AS 'SELECT xapi_open_months_at(current_date)'
    """,
)
