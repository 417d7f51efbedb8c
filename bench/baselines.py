"""What the search is compared with: the usual ways to search these courses, each as good as it gets by itself.

All read the same texts: every module of every published course, with the course's name, summary, lead and takeaways.
Any word of the query is enough, since asking for all of them finds next to nothing. A course stands where its best
module does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import Stemmer

from bench.judging import Listed

MOST = 60


@dataclass(frozen=True)
class Text:
    course: str
    title: str
    body: str


def texts() -> list[Text]:
    """The published modules as the index reads them."""
    from courses.api import published_courses, published_keys

    return [text for course in published_courses(published_keys()) for text in _texts_of(course)]


def _texts_of(course: object) -> Iterator[Text]:
    about = "\n".join([course.summary, course.lead, *course.takeaways])  # type: ignore[attr-defined]
    yield Text(course.slug, course.title, about)  # type: ignore[attr-defined]
    for module in course.modules:  # type: ignore[attr-defined]
        body = "\n".join(f"{section.heading}\n{section.text}" for section in module.sections)
        yield Text(course.slug, f"{course.title} {module.title}", body)  # type: ignore[attr-defined]


def once(courses: Iterable[str]) -> Listed:
    return Listed(tuple(dict.fromkeys(courses)))


# --- Snowball's Swedish stemmer over SQLite's full-text search --------------------------------------------------------


def stemmed(found: list[Text]) -> Callable[[str], Listed]:
    stemmer = Stemmer.Stemmer("swedish")
    database = sqlite3.connect(":memory:")
    tokenizer = "unicode61 remove_diacritics 0"
    database.execute(f"CREATE VIRTUAL TABLE t USING fts5(title, body, course UNINDEXED, tokenize='{tokenizer}')")
    rows = [(_stems(stemmer, text.title), _stems(stemmer, text.body), text.course) for text in found]
    database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)

    def answer(query: str) -> Listed:
        terms = " OR ".join(f'"{stem}"' for stem in _stems(stemmer, query).split())
        if not terms:
            return Listed(())
        sql = "SELECT course FROM t WHERE t MATCH ? ORDER BY bm25(t, 3.0, 1.0) LIMIT ?"
        return once(row[0] for row in database.execute(sql, (terms, MOST)))

    return answer


def _stems(stemmer: Stemmer.Stemmer, text: str) -> str:
    letters = "".join(sign if sign.isalnum() else " " for sign in text.lower())
    return " ".join(stemmer.stemWords(letters.split()))


# --- PostgreSQL's own Swedish configuration ---------------------------------------------------------------------------


def postgres(found: list[Text], address: str) -> Callable[[str], Listed]:
    import psycopg

    connection = psycopg.connect(address, autocommit=True)
    connection.execute("CREATE TEMPORARY TABLE bench_text (course text, words tsvector)")
    weighed = "setweight(to_tsvector('swedish', %s), 'A') || setweight(to_tsvector('swedish', %s), 'D')"
    with connection.cursor() as cursor:
        rows = [(text.course, text.title, text.body) for text in found]
        cursor.executemany(f"INSERT INTO bench_text VALUES (%s, {weighed})", rows)

    def answer(query: str) -> Listed:
        any_word = "replace(plainto_tsquery('swedish', %s)::text, '&', '|')::tsquery"
        sql = f"""
            SELECT course FROM bench_text, (SELECT {any_word} AS q) AS asked
            WHERE words @@ q ORDER BY ts_rank(words, q, 1) DESC LIMIT %s
        """
        return once(row[0] for row in connection.execute(sql, (query, MOST)))

    return answer


# --- Wagtail's database backend ---------------------------------------------------------------------------------------


def wagtail() -> Callable[[str], Listed]:
    """Wagtail's own, over the pages, with the modules' texts among what it may read."""
    from django.core.management import call_command
    from wagtail.search import index
    from wagtail.search.backends import get_search_backend

    from courses.models import CoursePage, ModulePage

    CoursePage.search_fields = [*CoursePage.search_fields, index.SearchField("lead")]
    ModulePage.search_fields = [*ModulePage.search_fields, index.SearchField("body")]
    call_command("update_index", verbosity=0)
    backend = get_search_backend()

    def answer(query: str) -> Listed:
        from wagtail.models import Page

        hits = backend.search(query, Page.objects.live().type(CoursePage, ModulePage), operator="or")[:MOST]
        return once(_course_of(page.specific) for page in hits)

    return answer


def _course_of(page: object) -> str:
    from courses.models import CoursePage

    return page.slug if isinstance(page, CoursePage) else page.get_parent().slug  # type: ignore[attr-defined]
