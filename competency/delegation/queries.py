"""Reads about delegations, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from people.api import NotFound, Person, today

from ..shapes import last_day
from .facts import lives
from .life import OPEN, Life, State
from .models import Delegation, DelegationQuerySet
from .rules import Sight, sight_of


@dataclass(frozen=True)
class Line:
    """A delegation and how it stands, for a list."""

    delegation: Delegation
    life: Life

    @property
    def state(self) -> State:
        return self.life.state

    @property
    def is_open(self) -> bool:
        return self.life.state in OPEN

    def lapses_by(self, day: date) -> bool:
        return self.life.is_active and self.through <= day

    @property
    def through(self) -> date:
        """The last day that it holds by all that is known: its own, or an earlier one of what it rests on."""
        if self.life.until is None:
            return self.delegation.last_day
        return min(self.delegation.last_day, last_day_before(self.life.until))


def last_day_before(moment: datetime) -> date:
    found = last_day(moment)
    assert found is not None, "a moment has a day before it"
    return found


def seen_by(person: Person, at: datetime, sight: Sight | None = None) -> DelegationQuerySet:
    """Return the delegations that she may see, with names and events."""
    sight = sight or sight_of(person, at)
    return Delegation.objects.filter(sight.seen(today(at))).with_names().prefetch_related("events")


def seen_delegation(person: Person, uuid: UUID, at: datetime) -> Delegation:
    """Return one that she may see. Absent and invisible answer alike: NotFound."""
    found = seen_by(person, at).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def lines_of(delegations: Iterable[Delegation], at: datetime) -> list[Line]:
    return [Line(delegation, life) for delegation, life in lives(delegations, at)]
