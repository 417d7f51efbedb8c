"""Reads about delegations, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from people.api import NotFound, Organisation, Person, today

from ..models import Standing
from ..queries.standings import Day
from ..segments import LEVEL, row_at
from ..shapes import last_day
from .checks import COMPETENCE
from .facts import lives
from .life import OPEN, Kind, Life, State
from .models import DelegableTask, Delegation, DelegationQuerySet
from .rules import Sight, sight_of
from .words import CAUSES, COMPETENCE_LAPSED, LAPSES, SHAPES, STATE_LABELS

LAPSING_DAYS = 60


@dataclass(frozen=True)
class Line:
    """A delegation and how it stands, for a list. `warnings` say what has changed for the worse since it was signed."""

    delegation: Delegation
    life: Life
    is_lapsing: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        return self.life.state

    @property
    def is_open(self) -> bool:
        return self.life.state in OPEN

    @property
    def label(self) -> str:
        return str(LAPSES if self.is_lapsing else STATE_LABELS[self.state])

    @property
    def shape(self) -> str:
        return "expires_soon" if self.is_lapsing else SHAPES[self.state]

    @property
    def cause(self) -> str:
        return str(CAUSES[self.life.cause]) if self.life.cause else ""

    @property
    def url(self) -> str:
        return reverse("delegation", args=[self.delegation.uuid])

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


def tasks_used_at(unit: Organisation) -> QuerySet[DelegableTask]:
    """Return the tasks that may be delegated at a unit: everybody's, and those of the nodes above it."""
    step = Organisation.steplen
    above = [unit.path[:length] for length in range(step, len(unit.path) + 1, step)]
    rows = DelegableTask.objects.filter(Q(organisation=None) | Q(organisation__path__in=above), retired_at=None)
    return rows.select_related("competency")


def lines_of(delegations: Iterable[Delegation], at: datetime) -> list[Line]:
    """Return the delegations with how they stand; the number of questions does not grow with them."""
    rows = lives(delegations, at)
    soon = today(at) + timedelta(days=LAPSING_DAYS)
    warned = warnings_for([row for row, life in rows if life.is_active], today(at))
    return [_line(row, life, soon, warned.get(row.pk, ())) for row, life in rows]


def _line(row: Delegation, life: Life, soon: date, warnings: tuple[str, ...]) -> Line:
    line = Line(row, life, warnings=warnings)
    return replace(line, is_lapsing=life.is_active and line.through <= soon)


def warnings_for(delegations: list[Delegation], on: date) -> dict[int, tuple[str, ...]]:
    """Return which of those that hold rest on a competence that was in place when they were signed and no longer is."""
    asked = {row.pk: level for row in delegations if (level := _competence_signed(row))}
    people = {row.receiver_id for row in delegations if row.pk in asked}
    competencies = {row.task.competency_id for row in delegations if row.pk in asked}
    standings = Standing.objects.filter(person__in=people, competency__in=competencies)
    held: dict[tuple[int, int], int] = {}
    text = Day(on).text
    for person, competency, segments in standings.values_list("person", "competency", "segments"):
        segment = row_at(segments, text)
        held[person, competency] = max(held.get((person, competency), 0), segment[LEVEL] if segment else 0)
    return {
        row.pk: (str(COMPETENCE_LAPSED),)
        for row in delegations
        if row.pk in asked and held.get((row.receiver_id, row.task.competency_id or 0), 0) < asked[row.pk]
    }


def _competence_signed(delegation: Delegation) -> int:
    """Return the level that was in place and asked for when it was signed; 0 if it was not, or none was asked."""
    for event in delegation.events.all():
        if event.kind == Kind.SIGNED:
            checks = [each for each in event.details.get("checks", []) if each["code"] == COMPETENCE]
            return next((int(each["asked"]) for each in checks if each["is_met"]), 0)
    return 0
