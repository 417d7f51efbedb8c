"""Something that somebody must know: a row in the transaction of what it tells, once for each reader (semantics 26)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import models

if TYPE_CHECKING:
    from people.models import Person


class Notice(models.Model):
    """`key` says what is told, and with whatever it is about it is unique for the recipient. Read: she has said so."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    recipient = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-made_at", "-pk"]


def put_away(kind: type[Notice], person: Person, uuid: UUID, at: datetime) -> int:
    """Note that she has read a notice. Another's, or one already put away, changes nothing."""
    rows = kind._default_manager.filter(recipient=person, uuid=uuid, read_at__isnull=True)
    return rows.update(read_at=at)
