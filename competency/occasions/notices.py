"""Those who have a seat are told when an occasion is called off: rows, each once (semantics 26)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from people.api import Person
from people.api import put_away as mark_read

from .models import Occasion, OccasionNotice, Seat

CALLED_OFF = "called-off"


def tell(occasion: Occasion, key: str, at: datetime) -> None:
    seats = Seat.objects.filter(occasion=occasion, given_up_at=None).order_by("person")
    OccasionNotice.objects.bulk_create(
        [OccasionNotice(recipient_id=seat.person_id, occasion=occasion, key=key, made_at=at) for seat in seats],
        ignore_conflicts=True,
    )


def occasion_notices(person: Person, at: datetime) -> list[OccasionNotice]:
    """Return what she has been told and not put away of what still lies ahead, the nearest first."""
    rows = OccasionNotice.objects.filter(recipient=person, read_at=None, occasion__starts_at__gt=at)
    return list(rows.select_related("occasion__node").order_by("occasion__starts_at", "pk"))


def put_away(person: Person, uuid: UUID, at: datetime) -> int:
    """Note that she has read a notice. Another's, or one already put away, changes nothing."""
    return mark_read(OccasionNotice, person, uuid, at)
