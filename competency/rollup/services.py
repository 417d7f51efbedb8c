"""Roll-ups are written beside a person's standings, in the same transaction, and only where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from people.api import driver_rows
from xapi.api import Insert, insert

from .deltas import Parts, collapsed, sums_of
from .models import NUMBERS, RollUp

_FIELDS = ("person", "unit", "day", *NUMBERS)


def write_roll_ups(parts: Mapping[int, Parts], first: date) -> int:
    """Let what is stored of these people say the same as `parts` from `first` on. Return how many were changed."""
    stored = _stored(parts)
    changed = [person for person, each in parts.items() if collapsed(stored.get(person, {}), first) != each]
    if changed:
        RollUp.objects.filter(person__in=[person for person in changed if person in stored]).delete()
        insert(Insert(RollUp, _FIELDS, [row for person in changed for row in _rows(person, parts[person])]))
    return len(changed)


def roll_up_differences(parts: Mapping[int, Parts], first: date) -> Iterator[tuple[int, str]]:
    """Yield each person whose stored roll-ups say something else from `first` on, with both."""
    stored = _stored(parts)
    for person, each in parts.items():
        held = collapsed(stored.get(person, {}), first)
        for unit, day in sorted(held.keys() | each.keys()):
            if held.get((unit, day)) != each.get((unit, day)):
                yield person, f"unit {unit}, {day}: stored {held.get((unit, day))}, counted {each.get((unit, day))}"


def _stored(people: Collection[int]) -> dict[int, Parts]:
    found: dict[int, Parts] = defaultdict(dict)
    rows = RollUp.objects.filter(person__in=people).values_list(*_FIELDS)
    for person, unit, day, *numbers in driver_rows(rows):
        found[person][unit, day] = sums_of(numbers)
    return found


def _rows(person: int, parts: Parts) -> Iterator[tuple[Any, ...]]:
    for (unit, day), sums in parts.items():
        yield person, unit, day.isoformat(), *sums
