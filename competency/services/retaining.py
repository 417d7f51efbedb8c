"""Summaries of what people still remember, written once from the answers that they have given (semantics 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from people.api import Organisation, Person
from xapi.api import PLATFORM_AUTHORITY, Entry, StoredStatement, record_entries, vocabulary

from ..book import Book, book, lineages, major_of
from ..evidence import evidence_of, parents_of, revision_of
from ..models import Competency
from ..queries.evidence import statements_by_person
from ..retaining import Answer, rows_of
from ..standing import Evidence
from ..trees import RETENTION, Leaf, leaves
from .judging import competency_activity, statement_body


def summarise_retention(people: Iterable[Person], at: datetime) -> int:
    """Write a statement for each row of answers that a rule in force calls remembered, and return how many.

    The id follows from the answers, and a row begins after the last that was summed up, so none is written twice. What
    other systems say was answered does not count. Call in a transaction that has locked the people.
    """
    law_book = book()
    wanted = list(_wanted(law_book, at))
    if not wanted:
        return 0
    people = list(people)
    found = statements_by_person(people, verbs=[vocabulary.ANSWERED, vocabulary.own().retained])
    entries = [entry for person in people for entry in _entries(person, found[person.pk], law_book, wanted, at)]
    record_entries(entries)
    return len(entries)


@dataclass(frozen=True)
class _Wanted:
    """What the rule of one level asks to be remembered."""

    competency: Competency
    level: int
    leaf: Leaf

    def is_of(self, summary: Evidence) -> bool:
        return (summary.competency, summary.level) == (self.competency.code, self.level)


def _wanted(law_book: Book, at: datetime) -> Iterator[_Wanted]:
    for code, level in sorted(law_book.retention):
        in_force = [rule for rule in law_book.rules[code][level] if rule.valid_from <= at][-1:]
        for leaf in (leaf for rule in in_force for leaf in leaves(rule.tree) if leaf.kind == RETENTION):
            yield _Wanted(law_book.by_code[code], level, leaf)


def _entries(
    person: Person, statements: list[StoredStatement], law_book: Book, wanted: list[_Wanted], at: datetime
) -> Iterator[Entry]:
    own = [each for each in statements if each.authority_key == PLATFORM_AUTHORITY]
    summaries = evidence_of([each for each in own if each.verb == vocabulary.own().retained], law_book.by_uuid)
    answered = [each for each in own if each.verb == vocabulary.ANSWERED and each.voided_at is None]
    reader = _Answers(law_book, at)
    for each in wanted:
        answers = [answer for one in answered if (answer := reader.answer(one, each))]
        since = max((summary.happened_at for summary in summaries if each.is_of(summary)), default=None)
        for row in rows_of(answers, each.leaf, since):
            yield _entry(person, each, row, at)


class _Answers:
    """Reads what an answer was about: what its course, or its question set, claimed to teach when it was given."""

    def __init__(self, law_book: Book, at: datetime) -> None:
        self.book, self.at, self.above = law_book, at, lineages()

    def answer(self, statement: StoredStatement, wanted: _Wanted) -> Answer | None:
        """Return the answer, if its course teaches that level and counts where it was given."""
        organisation = statement.organisation_id
        if organisation is None or not self._teaches(statement, organisation, wanted):
            return None
        is_right = (statement.payload.get("result") or {}).get("success") is True
        return Answer(str(statement.statement_id), statement.happened_at, is_right, organisation)

    def _teaches(self, statement: StoredStatement, organisation: int, wanted: _Wanted) -> bool:
        law, major = self.book.law(organisation, self.above), major_of(revision_of(statement))
        return any(
            claim.competency == wanted.competency.code
            and claim.level >= wanted.level
            and any(start <= self.at < end for start, end in law.approved(claim.activity, claim.major, organisation))
            for activity in parents_of(statement)
            for claim in law.claims_of(activity, major, statement.happened_at)
        )


def _entry(person: Person, wanted: _Wanted, row: tuple[Answer, ...], at: datetime) -> Entry:
    own = vocabulary.own()
    last = row[-1]
    body = statement_body(
        person,
        own.retained,
        competency_activity(wanted.competency),
        statement_id=uuid5(UUID(last.statement_id), f"{wanted.competency.uuid}:{wanted.level}"),
        timestamp=last.happened_at,
        categories=[],
        result={"success": True, "extensions": {own.level: wanted.level}},
        extensions={own.spaced: {"answers": len(row), "first": row[0].day.isoformat(), "last": last.day.isoformat()}},
    )
    return Entry(body, Organisation.objects.get(pk=last.organisation), at)
