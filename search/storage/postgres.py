"""Passages by the inverted index of PostgreSQL, which it keeps itself (migration 0002)."""

from __future__ import annotations

from django.db import connection

from search.storage.base import Group, Question, Storage

NAMES = "course_terms || ' ' || title_terms || ' ' || heading_terms"
ALL = f"{NAMES} || ' ' || text_terms"


class PostgresStorage(Storage):
    def matching(self, question: Question, limit: int) -> list[int]:
        line = NAMES if question.in_names else ALL
        words = " & ".join(_group(group) for group in question.groups)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM search_passage WHERE search_vector({line}) @@ %s::tsquery LIMIT %s", [words, limit]
            )
            return [row[0] for row in cursor.fetchall()]

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0) FROM pg_class"
                " WHERE relname LIKE 'search\\_%' AND relkind = 'r' AND relnamespace = current_schema()::regnamespace",
                None,
            )
            return int(cursor.fetchone()[0])

    def tidy(self) -> None:
        """Nothing: the index has no pending list, and rows that went are vacuumed as everywhere."""


def _group(group: Group) -> str:
    return "(" + " | ".join("(" + " & ".join(_term(term) for term in each) + ")" for each in group) + ")"


def _term(term: str) -> str:
    return f"'{term}'"
