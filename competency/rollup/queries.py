"""The counts of many units in one question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Min, QuerySet, Sum

from people.api import Employment, Organisation

from ..models import DirtyMark
from ..shapes import Counts
from .models import NUMBERS, RollUp


@dataclass(frozen=True)
class UnitCounts:
    """How many people work somewhere, and the four counts over all that is asked of them."""

    people: int = 0
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True)
class Waiting:
    """How many people wait to be computed, and since when the first of them does."""

    people: int
    since: datetime | None


def counts_by_unit(units: QuerySet[Organisation], on: date) -> dict[int, UnitCounts]:
    """Return by key the counts of each of these units where anybody is in service, without those of units below it.

    For today and days to come, as things stand now; on a day gone by, what has been computed since is missing. A
    person with posts in two units counts in both. The caller has made sure that the units may be seen. One query.
    """
    rows = RollUp.objects.filter(unit__in=units.order_by().values("pk"), day__lte=on).order_by()
    summed = rows.values("unit").annotate(**{f"sum_{name}": Sum(name) for name in NUMBERS})
    return {
        unit: UnitCounts(people, Counts(*numbers))
        for unit, people, *numbers in summed.values_list("unit", *(f"sum_{name}" for name in NUMBERS))
        if people
    }


def total(counts: Iterable[UnitCounts]) -> UnitCounts:
    each = list(counts)
    return UnitCounts(
        sum(one.people for one in each),
        Counts(
            met=sum(one.counts.met for one in each),
            on_the_way=sum(one.counts.on_the_way for one in each),
            missing=sum(one.counts.missing for one in each),
            lapsing=sum(one.counts.lapsing for one in each),
        ),
    )


def waiting_at(paths: Iterable[str] | None = None) -> Waiting:
    """Return who waits to be computed, of those ever employed at or below some paths (None: of all). One query."""
    marks = DirtyMark.objects.order_by()
    if paths is not None:
        employed = Employment.objects.none()
        for path in paths:
            employed |= Employment.objects.filter(all_terms__unit__path__startswith=path)
        marks = marks.filter(person__in=employed.values("person"))
    found = marks.aggregate(people=Count("person", distinct=True), since=Min("made_at"))
    return Waiting(found["people"], found["since"])
