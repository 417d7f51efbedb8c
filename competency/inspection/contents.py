"""What the lines of a pack say. Identifiers and dates, never what somebody wrote about somebody.

Everything is folded from what was recorded by `known_at`, so a pack is the same however long it takes to make. What
was earned at another employer is there with kind, level and day, without its statement (semantics 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from people.api import Organisation, Person, end_of_day, responsible_provider

from ..book import Book, book, lineages
from ..delegation.facts import lives
from ..delegation.life import OPEN, Kind, Life, State
from ..delegation.models import Delegation, DelegationEvent
from ..delegation.rules import sight_of
from ..law import Law
from ..queries.evidence import evidence_about
from ..queries.requirements import requirements_by, terms_of
from ..queries.standings import NONE, Day, Rows, rows_from
from ..segments import REASONS, RULE, row_at
from ..shapes import Asking, Requirement, last_day
from ..standing import Evidence

FORMAT = 1
Line = dict[str, Any]


def heading(unit: Organisation, as_of: date, asked_by: Person, known_at: datetime, people: int) -> Line:
    """Return the first line: what the pack is about."""
    provider = responsible_provider(unit, as_of)
    return {
        "kind": "inspection",
        "format": FORMAT,
        "unit": _place(unit),
        "employer": _place(unit.employer),
        "care_provider": _place(provider) if provider else None,
        "as_of": as_of.isoformat(),
        "known_at": known_at.isoformat(),
        "asked_by": _person(asked_by),
        "people": people,
    }


def lines_about(
    people: Iterable[Person], unit: Organisation, as_of: date, known_at: datetime, reader: Person
) -> Iterator[Line]:
    """Yield the lines about each person in turn: herself, what is asked and held, what is delegated to her."""
    people = list(people)
    about = _About(unit, as_of, known_at)
    evidence = evidence_about(people, about.law_book, known_at=known_at)
    delegated = _delegated(people, unit, as_of, known_at, reader)
    for person in people:
        yield from about.person(person, evidence[person.pk])
        yield from delegated.get(person.pk, ())


@dataclass
class _About:
    """One unit on one day."""

    unit: Organisation
    as_of: date
    known_at: datetime

    def __post_init__(self) -> None:
        self.law_book: Book = book()
        self.day = Day(self.as_of)
        self.above = lineages()

    def person(self, person: Person, evidence: list[Evidence]) -> Iterator[Line]:
        every = terms_of(person, self.as_of, self.known_at, None)
        terms = [row for row in every if row.unit.is_at_or_below(self.unit)]
        professions = [self.law_book.profession(row.profession) for row in terms]
        yield {
            "kind": "person",
            "person": _person(person),
            "work": [
                {
                    "unit": _place(row.unit),
                    "employer": _place(row.employment.organisation),
                    "profession": row.profession,
                    "title": profession.title_sv if profession else row.hr_title,
                }
                for row, profession in zip(terms, professions, strict=True)
            ],
        }
        asked = requirements_by(self.law_book, terms, self.as_of, self.known_at)
        for employer in {row.employment.organisation_id: row.employment.organisation for row in terms}.values():
            here = {each.competency.pk: each for each in asked if each.organisation.pk == employer.pk}
            yield from self._standings(person, employer, here, evidence)

    def _standings(
        self, person: Person, employer: Organisation, asked: dict[int, Requirement], evidence: list[Evidence]
    ) -> Iterator[Line]:
        law = self.law_book.law(employer.pk, self.above, self.day.moment, self.known_at)
        rows: Rows = rows_from(evidence, [employer.pk], self.law_book, self.known_at)
        known = {each.statement_id: each for each in evidence}
        held = {pk for (_employer, pk), row in rows.items() if row_at(row[0], self.day.text)}
        for pk in sorted(asked.keys() | held, key=self.law_book.place.__getitem__):
            yield {
                "kind": "standing",
                "person": str(person.uuid),
                "employer": str(employer.uuid),
                "competency": {"code": self.law_book.by_pk[pk].code, "title": self.law_book.by_pk[pk].title_sv},
            } | self._standing(rows.get((employer.pk, pk), NONE), asked.get(pk), known, law)

    def _standing(self, row: Any, requirement: Requirement | None, known: dict[str, Evidence], law: Law) -> Line:
        asked = requirement.asked if requirement and requirement.is_meetable else 0
        held, status, until = self.day.judge(row, asked)
        segment, since = row_at(row[0], self.day.text), self.day.since(row)
        reasons = segment[REASONS] if segment else []
        through = last_day(datetime.fromisoformat(until)) if until else None
        return {
            "asked": requirement.asked if requirement else 0,
            "can_be_shown": requirement.is_meetable if requirement else True,
            "asked_by": [_asking(each) for each in requirement.asked_by] if requirement else [],
            "held": held,
            "status": status.value if status else None,
            "since": since.isoformat() if since else None,
            "through": through.isoformat() if through else None,
            "rule": {"level": segment[RULE][0], "version": segment[RULE][1]} if segment else None,
            "evidence": [_evidence(known[each], law, held) for each in reasons if each in known],
        }


def _asking(each: Asking) -> Line:
    return {
        "profession": each.profession.code,
        "setting": each.setting,
        "by": _place(each.node) if each.node else None,
        "since": each.since.isoformat(),
    }


def _evidence(item: Evidence, law: Law, held: int) -> Line:
    happened = {"happened_at": item.happened_at.isoformat()}
    if not law.is_home(item.organisation):
        # Never more than what counts here: it may have shown a higher level there.
        return {"kind": item.told_kind, "level": min(item.level, held), "from_elsewhere": True} | happened
    return {
        "kind": item.kind,
        "level": item.level,
        "statement": item.statement_id,
        "activity": item.activity,
    } | happened


# --- Delegations ------------------------------------------------------------------------------------------------------


def _delegated(
    people: list[Person], unit: Organisation, as_of: date, known_at: datetime, reader: Person
) -> dict[int, list[Line]]:
    """Return by receiver what was delegated to her at the unit and had not ended by the end of the day."""
    rows = Delegation.objects.filter(sight_of(reader, known_at).seen(as_of), receiver__in=people)
    rows = rows.filter(recorded_at__lte=known_at).with_names().prefetch_related("events")
    there = [row for row in rows if row.scope.is_at_or_below(unit) or unit.is_at_or_below(row.scope)]
    found: dict[int, list[Line]] = {}
    moment = min(end_of_day(as_of), known_at)
    for row, life in lives(there, moment):
        if life.state in OPEN - {State.DRAFT}:
            found.setdefault(row.receiver_id, []).append(_delegation(row, life, moment))
    return found


def _delegation(row: Delegation, life: Life, moment: datetime) -> Line:
    return {
        "kind": "delegation",
        "person": str(row.receiver.uuid),
        "delegation": str(row.uuid),
        "task": {"code": row.task.code, "title": row.task.title_sv},
        "scope": _place(row.scope),
        "care_provider": _place(row.provider),
        "giver": _person(row.giver),
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "single_occasion": row.single_occasion,
        "state": life.state.value,
        "cause": life.cause.value if life.cause else None,
        "since": life.since.isoformat() if life.since else None,
        "events": [
            _event(each) for each in row.events.all() if each.kind != Kind.DRAFTED and each.happened_at <= moment
        ],
    }


def _event(event: DelegationEvent) -> Line:
    return {
        "event": str(event.uuid),
        "kind": event.kind,
        "happened_at": event.happened_at.isoformat(),
        "shown_hash": event.shown_hash,
        "statement": str(event.statement_id) if event.statement_id else None,
    }


def _person(person: Person) -> Line:
    return {"uuid": str(person.uuid), "name": person.full_name}


def _place(node: Organisation) -> Line:
    return {"uuid": str(node.uuid), "name": node.name}
