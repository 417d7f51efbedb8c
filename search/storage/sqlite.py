"""Passages by the full-text table of SQLite, which its triggers keep (migration 0002)."""

from __future__ import annotations

from django.db import connection

from search.storage.base import Group, Question, Storage

SIZE = """
    SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE name LIKE 'search_%' OR name LIKE 'sqlite_autoindex_search_%'
"""


class SqliteStorage(Storage):
    def matching(self, question: Question, limit: int) -> list[int]:
        words = " AND ".join(_group(group) for group in question.groups)
        table = "search_names" if question.in_names else "search_words"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH %s LIMIT %s", [words, limit])
            return [row[0] for row in cursor.fetchall()]

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(SIZE)
            return int(cursor.fetchone()[0])

    def tidy(self) -> None:
        with connection.cursor() as cursor:
            for table in ("search_words", "search_names"):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _group(group: Group) -> str:
    return "(" + " OR ".join("(" + " AND ".join(_term(term) for term in each) + ")" for each in group) + ")"


def _term(term: str) -> str:
    return f'"{term}"'
