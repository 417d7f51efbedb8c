"""What people have done with the connections of the store. Called inside the transaction of what is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .models import ConnectionEvent, ConnectionEventKind, Credential, Forward


def note(
    connection: Credential | Forward, kind: ConnectionEventKind, *, by: UUID | None, at: datetime, reason: str = ""
) -> None:
    """Note that an account (none: a command on the server) did something with a connection."""
    ConnectionEvent.objects.create(
        connection=connection.uuid,
        organisation_id=connection.organisation_id,
        kind=kind,
        by=by,
        reason=reason,
        at=at,
    )


def events_of(connections: Iterable[UUID]) -> dict[UUID, list[ConnectionEvent]]:
    """What was done with each connection, the first first. One query."""
    found: dict[UUID, list[ConnectionEvent]] = defaultdict(list)
    for event in ConnectionEvent.objects.filter(connection__in=list(connections)).order_by("at", "pk"):
        found[event.connection].append(event)
    return found
