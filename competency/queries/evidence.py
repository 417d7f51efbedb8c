"""The evidence about people, read from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from people.api import Person, activity_iri, actor_keys_of
from xapi.api import StoredStatement, each_statement_about, vocabulary

from ..book import Book
from ..evidence import LEARNT, Reader, verbs_of_evidence
from ..models import Competency
from ..standing import Evidence


def evidence_about(
    people: Iterable[Person],
    law_book: Book,
    *,
    known_at: datetime | None = None,
    of: Collection[Competency] | None = None,
) -> dict[int, list[Evidence]]:
    """Return the evidence about each person, from the statements under all keys known to be hers.

    With `of`, only what may be evidence of some competencies; then `law_book` speaks of them alone.
    """
    owners = _owners(people, known_at)
    found: dict[int, list[Evidence]] = {pk: [] for pks in owners.values() for pk in pks}
    read = Reader(law_book.by_uuid).read

    def may_count(verb: str, activity: str | None) -> bool:
        """Most of what is learnt is modules, which no course claims with."""
        return verb not in LEARNT or activity in law_book.claimed

    for narrowing in _whole() if of is None else _about(of, law_book):
        for statement in each_statement_about(owners, known_at=known_at, keep=may_count, **narrowing):
            item = read(statement)
            if item is not None:
                for pk in owners[statement.actor_key]:
                    found[pk].append(item)
    return found


def statements_by_person(
    people: Iterable[Person],
    known_at: datetime | None = None,
    *,
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
) -> dict[int, list[StoredStatement]]:
    """Return all statements of each person, or those with one of `verbs` or about one of `activities`.

    A key that joins two counts for both.
    """
    people = list(people)
    owners = _owners(people, known_at)
    found: dict[int, list[StoredStatement]] = {person.pk: [] for person in people}
    for statement in each_statement_about(owners, known_at=known_at, verbs=verbs, activities=activities):
        for pk in owners[statement.actor_key]:
            found[pk].append(statement)
    return found


VERIFIED = [vocabulary.VERIFIED]
Narrowing = dict[str, list[str]]
"""What of the statements about somebody is read."""


def _whole() -> list[Narrowing]:
    return [{"verbs": verbs_of_evidence()}]


def _about(competencies: Collection[Competency], law_book: Book) -> list[Narrowing]:
    """What speaks for some competencies; a licence or certificate may be about any activity."""
    claimed = [activity_iri("competency", each.uuid) for each in competencies]
    return [{"verbs": VERIFIED}, {"verbs": verbs_of_evidence(), "activities": [*claimed, *law_book.claimed]}]


def _owners(people: Iterable[Person], known_at: datetime | None) -> dict[str, list[int]]:
    """Return whose each actor key is."""
    people = list(people)
    owners: dict[str, list[int]] = defaultdict(list)
    for person in people:
        owners[person.actor_key].append(person.pk)
    for person in Person.objects.filter(pk__in=[each.pk for each in people], identity_links__isnull=False).distinct():
        for key in actor_keys_of(person, None, known_at) - {person.actor_key}:
            owners[key].append(person.pk)
    return owners
