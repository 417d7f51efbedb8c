"""Occasions as they are shown to one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from people.api import NotFound, Organisation, Person

from ..shapes import Gap
from .models import Occasion, OccasionCompetency, Seat
from .rules import paths_of, seen_by


@dataclass(frozen=True)
class OccasionLine:
    """An occasion with what is left of its seats, and whether the reader has one."""

    occasion: Occasion
    taken: int
    is_mine: bool
    is_bookable: bool
    """Whether she works there and does not assess."""

    @property
    def left(self) -> int:
        return max(0, self.occasion.seats - self.taken)

    @property
    def practised(self) -> list[OccasionCompetency]:
        return list(self.occasion.practised.all())

    @property
    def assessors(self) -> list[Person]:
        return sorted(self.occasion.assessors.all(), key=lambda each: (each.family_name, each.given_name))

    @property
    def url(self) -> str:
        return reverse("occasion", args=[self.occasion.uuid])

    def level_of(self, code: str) -> int:
        """Return the level of a competency that may be shown there, 0 for none."""
        return next((each.level for each in self.practised if each.competency.code == code), 0)


def coming(person: Person, at: datetime) -> list[OccasionLine]:
    """Return what lies ahead and is there for her, the nearest first, and what is called off where she has a seat."""
    hers = Q(booked__person=person, booked__given_up_at=None)
    rows = Occasion.objects.filter(seen_by(person, at), Q(called_off_at=None) | hers, starts_at__gt=at)
    return lines_of(rows, person, at)


def bookable(person: Person, at: datetime, employer: Organisation) -> list[OccasionLine]:
    """Return what lies ahead at the places where she works for an employer: no other's is told beside its plan."""
    there = paths_of(person, at, employer)
    rows = Occasion.objects.filter(node__path__in=there, starts_at__gt=at, called_off_at=None)
    return lines_of(rows.exclude(assessors=person), person, at)


def occasions_for(gap: Gap, lines: Iterable[OccasionLine]) -> tuple[OccasionLine, ...]:
    """Return where more than what is held may be shown (for what lapses: the level asked), the shortest first."""
    above = gap.asked - 1 if gap.status.is_met else gap.held
    found = [line for line in lines if line.level_of(gap.competency.code) > above]
    return tuple(sorted(found, key=lambda line: (line.occasion.minutes, line.occasion.starts_at)))


def seen_occasion(person: Person, uuid: UUID, at: datetime) -> OccasionLine:
    """Return one occasion; also what is over. Raises NotFound for what is not there for her."""
    own = Q(booked__person=person)
    lines = lines_of(Occasion.objects.filter(seen_by(person, at) | own, uuid=uuid), person, at)
    if not lines:
        raise NotFound
    return lines[0]


def lines_of(rows: QuerySet[Occasion], person: Person, at: datetime) -> list[OccasionLine]:
    pks = rows.order_by().values("pk")
    active = Q(booked__given_up_at=None, booked__isnull=False)
    found = (
        Occasion.objects.filter(pk__in=pks)
        .annotate(taken=Count("booked", filter=active))
        .annotate(is_mine=Exists(Seat.objects.filter(occasion=OuterRef("pk"), person=person, given_up_at=None)))
        .select_related("node", "made_by")
        .prefetch_related("practised__competency", "assessors")
    )
    there = paths_of(person, at)
    return [_line(row, person, there) for row in found]


def _line(row: Occasion, person: Person, there: Iterable[str]) -> OccasionLine:
    assesses = any(each.pk == person.pk for each in row.assessors.all())
    return OccasionLine(row, row.taken, row.is_mine, row.node.path in there and not assesses)  # type: ignore[attr-defined]


def guests_of(occasion: Occasion) -> list[Person]:
    """Return who has a seat, by name."""
    seats = Seat.objects.filter(occasion=occasion, given_up_at=None).select_related("person")
    return sorted((seat.person for seat in seats), key=lambda each: (each.family_name, each.given_name))
