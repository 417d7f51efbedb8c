"""Occasions as texts to be found, and which of them may be told to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from people.api import Person

from .models import Occasion
from .rules import seen_by


@dataclass(frozen=True)
class OccasionText:
    """An occasion that has not been called off. `practised`: title and level by the code of a competency."""

    uuid: UUID
    path: str
    unit: str
    place: str
    note: str
    starts_at: datetime
    minutes: int
    practised: dict[str, tuple[str, int]]


def occasion_texts(at: datetime, uuids: Iterable[UUID] | None = None) -> list[OccasionText]:
    """Return the words of occasions that lie ahead: of those asked for, or of all. The caller minds who reads them."""
    rows = ahead(at)
    if uuids is not None:
        rows = rows.filter(uuid__in=list(uuids))
    return [_text(row) for row in rows.select_related("node").prefetch_related("practised__competency")]


def occasions_seen(person: Person, at: datetime) -> frozenset[UUID]:
    """Return which occasions that lie ahead she may be told of."""
    return frozenset(ahead(at).filter(seen_by(person, at)).values_list("uuid", flat=True))


def ahead(at: datetime) -> QuerySet[Occasion]:
    return Occasion.objects.filter(starts_at__gt=at, called_off_at=None)


def _text(row: Occasion) -> OccasionText:
    return OccasionText(
        uuid=row.uuid,
        path=reverse("occasion", args=[row.uuid]),
        unit=row.node.name,
        place=row.place,
        note=row.note,
        starts_at=row.starts_at,
        minutes=row.minutes,
        practised={each.competency.code: (each.competency.title_sv, each.level) for each in row.practised.all()},
    )
