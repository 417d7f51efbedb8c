"""What delegations rest on, read for many at once: both people's employments, who answers for the care, the licence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from people.api import (
    Answered,
    Organisation,
    Person,
    Served,
    actor_keys_of_all,
    answered_for,
    served_by,
    start_of_day,
)
from xapi.api import PLATFORM_AUTHORITY, statements_about, vocabulary

from ..evidence import evidence_of
from ..law import BEGINNING, FOREVER, Period, common, union
from ..standing import Evidence, Kind, narrow
from .life import Facts, Life, live
from .models import Delegation

Dated = TypeVar("Dated", Served, Answered)


@dataclass
class Grounds:
    """Everything about some people and places that their delegations are judged by. Six queries, however many."""

    served: dict[int, list[Served]] = field(default_factory=dict)
    answered: dict[str, list[Answered]] = field(default_factory=dict)
    licences: dict[int, dict[str, tuple[Period, ...]]] = field(default_factory=dict)

    def facts(
        self, giver: int, receiver: int, scope: Organisation, decided_by: Iterable[str], provider: int, unit: str = ""
    ) -> Facts:
        """Return what a decision rests on. `provider` is who answered when it was worded, and must go on doing so.

        `unit` is the path of the very unit asked about, if that is not the scope itself.
        """
        answers = [each for each in self.answered.get(unit or scope.path, []) if each.provider == provider]
        path = answers[0].provider_path if answers else None
        works_there = moments(
            self.served_of(giver), lambda each: path is not None and each.employer_path.startswith(path)
        )
        held = self.licences.get(giver, {})
        return Facts(
            receiver=moments(self.served_of(receiver), lambda each: each.unit_path.startswith(scope.path)),
            giver=common(works_there, moments(answers, lambda _each: True)),
            licence=union(period for code in decided_by for period in held.get(code, ())),
        )

    def served_of(self, person: int) -> list[Served]:
        return self.served.get(person, [])

    def answered_at(self, path: str, on: date) -> Answered | None:
        """Return who answers for the care at a place on a day."""
        rows = self.answered.get(path, [])
        return next((each for each in rows if each.first <= on and (each.until is None or on < each.until)), None)

    def of(self, delegation: Delegation, unit: str = "") -> Facts:
        row = delegation
        return self.facts(row.giver_id, row.receiver_id, row.scope, row.task.decided_by, row.provider_id, unit)


def grounds_for(delegations: Iterable[Delegation], unit: str = "") -> Grounds:
    """Read what these delegations rest on (selected with task, scope and giver)."""
    rows = list(delegations)
    givers = {row.giver_id: row.giver for row in rows}
    return grounds(
        givers.values(),
        [row.receiver_id for row in rows],
        {row.scope.path for row in rows} | ({unit} if unit else set()),
    )


def grounds(givers: Iterable[Person], others: Iterable[int], paths: Iterable[str]) -> Grounds:
    givers = list(givers)
    people = {giver.pk for giver in givers} | set(others)
    served = served_by(people) if people else {}
    return Grounds(served, answered_for(paths), licence_periods(givers) if givers else {})


def lives(delegations: Iterable[Delegation], moment: datetime) -> list[tuple[Delegation, Life]]:
    """Return each delegation with how it stands (selected with names, events prefetched)."""
    rows = list(delegations)
    read = grounds_for(rows)
    return [(row, life_of(row, read, moment)) for row in rows]


def life_of(delegation: Delegation, read: Grounds, moment: datetime, unit: str = "") -> Life:
    happened = [event.happening for event in delegation.events.all()]
    return live(delegation.decision, happened, read.of(delegation, unit), moment)


def licence_periods(people: Iterable[Person]) -> dict[int, dict[str, tuple[Period, ...]]]:
    """Return when each person holds each licence or degree, as the statements known now say, those implied included."""
    people = list(people)
    keys = actor_keys_of_all(people)
    every = {key for some in keys.values() for key in some}
    statements = statements_about(sorted(every), verbs=[vocabulary.VERIFIED]) if every else []
    found = {}
    for person in people:
        hers = evidence_of((each for each in statements if each.actor_key in keys[person.pk]), {})
        found[person.pk] = periods_held(hers)
    return found


def periods_held(evidence: Iterable[Evidence]) -> dict[str, tuple[Period, ...]]:
    """Return the periods of each licence: from when it was issued until it was withdrawn. Pure."""
    items = [each for each in narrow(evidence) if each.kind == Kind.QUALIFICATION]
    items = [each for each in items if each.authority == PLATFORM_AUTHORITY]
    found: dict[str, list[Period]] = {}
    for item in items:
        if item.positive:
            period = (item.happened_at, _withdrawn_at(item, items))
            for code in item.licences:
                found.setdefault(code, []).append(period)
    return {code: union(each for each in some if each[0] < each[1]) for code, some in found.items()}


def _withdrawn_at(item: Evidence, items: list[Evidence]) -> datetime:
    """As `Assessor.licences` has it: what is withdrawn is the licence itself, or one that implies it."""
    ends = (
        each.happened_at
        for each in items
        if not each.positive and each.licence in item.licences and each.happened_at >= item.happened_at
    )
    return min(ends, default=FOREVER)


def moments(rows: Iterable[Dated], counts: Callable[[Dated], bool]) -> tuple[Period, ...]:
    """Return the days of those rows that count, as moments in Stockholm."""
    return union((_first(row.first), _end(row.until)) for row in rows if counts(row))


def _first(day: date) -> datetime:
    return BEGINNING if day == date.min else start_of_day(day)


def _end(day: date | None) -> datetime:
    return FOREVER if day is None else start_of_day(day)


def facts_of_new(
    giver: Person, receiver: Person, scope: Organisation, decided_by: Iterable[str], provider: Organisation
) -> Facts:
    """Return what a decision that is not made yet would rest on."""
    return grounds([giver], [receiver.pk], [scope.path]).facts(giver.pk, receiver.pk, scope, decided_by, provider.pk)
