"""The evidence about people, read from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from people.api import Person, actor_keys_of
from xapi.api import StoredStatement, statements_about

from ..book import Book
from ..evidence import evidence_of
from ..standing import Evidence


def evidence_about(
    people: Iterable[Person], law_book: Book, *, known_at: datetime | None = None
) -> dict[int, list[Evidence]]:
    """Return the evidence about each person, from the statements under all keys known to be hers. Two queries."""
    statements = statements_by_person(people, known_at)
    return {pk: evidence_of(each, law_book.by_uuid) for pk, each in statements.items()}


def statements_by_person(
    people: Iterable[Person], known_at: datetime | None = None
) -> dict[int, list[StoredStatement]]:
    """Return the statements of each person. A key that joins two records of people counts for both."""
    people = list(people)
    owners: dict[str, list[int]] = defaultdict(list)
    for person in people:
        owners[person.actor_key].append(person.pk)
    for person in Person.objects.filter(pk__in=[each.pk for each in people], identity_links__isnull=False).distinct():
        for key in actor_keys_of(person, None, known_at) - {person.actor_key}:
            owners[key].append(person.pk)
    found: dict[int, list[StoredStatement]] = {person.pk: [] for person in people}
    for statement in statements_about(owners, known_at=known_at):
        for person_pk in owners[statement.actor_key]:
            found[person_pk].append(statement)
    return found
