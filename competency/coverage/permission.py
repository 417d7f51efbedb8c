"""Who of a unit may do what a delegation is needed for: by a delegation that holds at that time, or by own licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from people.api import Organisation, Person, end_of_day

from ..delegation.facts import licence_periods, lives
from ..delegation.models import DelegableTask, Delegation
from ..delegation.queries import tasks_used_at

JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Permitted:
    """By competency, of those that a task may be delegated in: who may do one, and whose delegations let them."""

    may: dict[int, frozenset[int]]
    givers: tuple[Person, ...] = ()
    """Who has given the delegations that hold, by name."""


def permitted(unit: Organisation, people: Iterable[Person], on: date, gone: Collection[int] = ()) -> Permitted:
    """Return who may do what at the end of a day. What `gone` (primary keys) have delegated holds no more.

    The permission is apart from the competence: nothing here looks at levels.
    """
    tasks = list(tasks_used_at(unit).exclude(competency=None))
    if not tasks:
        return Permitted({})
    people, moment = list(people), end_of_day(on) - JUST_BEFORE
    rows = _running(unit, people, tasks, moment)
    may: dict[int, set[int]] = {task.competency_id or 0: set() for task in tasks}
    for row in rows:
        if row.giver_id not in gone:
            may[row.task.competency_id or 0].add(row.receiver_id)
    for task, who in _licensed(people, tasks, moment):
        may[task.competency_id or 0].add(who)
    givers = {row.giver_id: row.giver for row in rows}
    by_name = sorted(givers.values(), key=lambda each: (each.family_name, each.given_name, each.pk))
    return Permitted({pk: frozenset(some) for pk, some in may.items()}, tuple(by_name))


def _running(
    unit: Organisation, people: list[Person], tasks: list[DelegableTask], moment: datetime
) -> list[Delegation]:
    rows = Delegation.objects.not_ended().filter(receiver__in=people, task__in=tasks, last_day__gte=moment.date())
    there = [row for row in rows.with_names().prefetch_related("events") if _is_there(row, unit)]
    return [row for row, life in lives(there, moment) if life.is_active]


def _is_there(row: Delegation, unit: Organisation) -> bool:
    return row.scope.is_at_or_below(unit) or unit.is_at_or_below(row.scope)


def _licensed(
    people: list[Person], tasks: list[DelegableTask], moment: datetime
) -> Iterable[tuple[DelegableTask, int]]:
    """Whoever might delegate a task does it by her own licence."""
    held: dict[int, set[str]] = defaultdict(set)
    for who, licences in licence_periods(people).items():
        held[who] = {code for code, periods in licences.items() if any(a <= moment < b for a, b in periods)}
    for task in tasks:
        for who, codes in held.items():
            if codes & set(task.decided_by):
                yield task, who
