"""What finds passages by their terms: full-text tables on SQLite, filled by triggers; inverted indexes on PostgreSQL.

Both hold the signs of our own terms and nothing else, once for all that a passage says and once for its names alone.
The tables of SQLite keep no text and no places, which the passage itself has; the indexes of PostgreSQL are of an
expression, so no vector is stored.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

NAMES = "{0}course_terms || ' ' || {0}title_terms || ' ' || {0}heading_terms"
WORDS = NAMES + " || ' ' || {0}text_terms"
TABLES = {"search_words": WORDS, "search_names": NAMES}

SQLITE_TABLE = "CREATE VIRTUAL TABLE {table} USING fts5(terms, content='', tokenize='ascii', detail='none', columnsize=0)"
SQLITE_COMES = """
    CREATE TRIGGER {table}_comes AFTER INSERT ON search_passage
    BEGIN INSERT INTO {table} (rowid, terms) VALUES (NEW.id, {new}); END
"""
# A full-text table without texts is told what to forget.
SQLITE_GOES = """
    CREATE TRIGGER {table}_goes AFTER DELETE ON search_passage
    BEGIN INSERT INTO {table} ({table}, rowid, terms) VALUES ('delete', OLD.id, {old}); END
"""
SQLITE_STAYS = """
    CREATE TRIGGER search_passage_stays BEFORE UPDATE ON search_passage
    BEGIN SELECT RAISE(ABORT, 'a passage is replaced, never changed'); END
"""

# The parser of PostgreSQL would read numbers, paths and addresses out of a line; ours has been read already.
# It costs so much that nobody should work it out for every row.
POSTGRESQL_FUNCTION = """
    CREATE FUNCTION search_vector(line text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 10000
    AS $$ SELECT array_to_tsvector(array_remove(string_to_array(translate(line, '|+', '  '), ' ', ''), NULL)) $$
"""
POSTGRESQL_INDEX = """
    CREATE INDEX {table} ON search_passage USING gin (search_vector({line})) WITH (fastupdate = off)
"""


def make(apps: Any, schema_editor: Any) -> None:
    def run(statement: str, **parts: str) -> None:
        schema_editor.execute(statement.format(**parts) if parts else statement, params=None)

    if schema_editor.connection.vendor == "postgresql":
        run(POSTGRESQL_FUNCTION)
        for table, line in TABLES.items():
            run(POSTGRESQL_INDEX, table=table, line=line.format(""))
        return
    for table, line in TABLES.items():
        for statement in (SQLITE_TABLE, SQLITE_COMES, SQLITE_GOES):
            run(statement, table=table, new=line.format("NEW."), old=line.format("OLD."))
    run(SQLITE_STAYS)


def unmake(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        statements = [*(f"DROP INDEX {table}" for table in TABLES), "DROP FUNCTION search_vector"]
    else:
        triggers = [f"{table}_{verb}" for table in TABLES for verb in ("comes", "goes")] + ["search_passage_stays"]
        statements = [f"DROP TRIGGER {trigger}" for trigger in triggers] + [f"DROP TABLE {table}" for table in TABLES]
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
