"""What may go: whose time of keeping is over, with what would be lost, for the archive. Held are those that stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from people.api import Organisation, Person, actor_keys_of_all, employments_of, start_of_day, today
from xapi.api import holds_in_force

from ..delegation.archive import due_for_disposal, months_after
from ..delegation.life import Kind
from ..occasions.models import Occasion, Seat
from ..plan.life import Life, live, outlived
from ..plan.models import PlanEvent
from .models import Disposable, KeepingRule


@dataclass(frozen=True)
class Due:
    """One thing whose time is up: what it is, whom it concerns, and all that it says."""

    kind: Disposable
    uuid: UUID
    organisation: Organisation
    people: tuple[Person, ...]
    record: dict[str, Any] = field(compare=False)
    statements: tuple[UUID, ...] = ()
    """Statements that say the same and whose words go with it."""


def due(kind: Disposable, node: Organisation, at: datetime) -> list[Due]:
    """Return what may go at a node and below it, the oldest first; not what has gone."""
    return list(_FINDERS[kind](node, at))


def held(things: Iterable[Due], at: datetime) -> set[UUID]:
    """Return those that a legal hold in force covers: on a person, on the organisation or on a node above it."""
    things = list(things)
    keys = actor_keys_of_all({person for thing in things for person in thing.people})
    found = set()
    for hold in holds_in_force(at):
        for thing in things:
            hers = {key for person in thing.people for key in keys[person.pk]}
            if thing.organisation.path.startswith(hold.path) and (not hold.actor_name or hold.actor_name in hers):
                found.add(thing.uuid)
    return found


# --- Delegations: by the policy of the care provider -----------------------------------------------------------------


def _delegations(node: Organisation, at: datetime) -> Iterator[Due]:
    for row, record in due_for_disposal(node, at):
        said = [event.statement_id for event in row.events.all() if event.kind != Kind.OFFERED and event.statement_id]
        people = (row.giver, row.receiver)
        yield Due(Disposable.DELEGATION, row.uuid, row.provider, people, record, tuple(said))


# --- Plans: words that a later version has taken the place of, or whose employment is long over ----------------------


def _plans(node: Organisation, at: datetime) -> Iterator[Due]:
    rows = PlanEvent.objects.filter(organisation__path__startswith=node.path).order_by(
        "person", "organisation", "number"
    )
    each: dict[tuple[int, int], list[PlanEvent]] = defaultdict(list)
    for row in rows.select_related("person", "organisation"):
        each[row.person_id, row.organisation_id].append(row)
    for events in each.values():
        yield from _of_plan(events, at)


def _of_plan(events: list[PlanEvent], at: datetime) -> Iterator[Due]:
    person, organisation = events[0].person, events[0].organisation
    before = _before(organisation, Disposable.PLAN, at)
    if before is None:
        return
    life = live(row.event for row in events)
    up_to = _outlived(life, person, organisation, before, at)
    for row in events:
        if row.number <= up_to and row.has_words and row.recorded_at < before:
            yield Due(Disposable.PLAN, row.uuid, organisation, (person,), _event_record(row))


def _outlived(life: Life, person: Person, organisation: Organisation, before: datetime, at: datetime) -> int:
    """Return the number of the last event whose words nobody needs: all, once she has been gone for as long."""
    terms = employments_of(person, today(at), ended=True)
    ends = [each.ends_on for each in terms if each.employment.organisation_id == organisation.pk]
    is_over = all(day is not None and day < today(before) for day in ends)
    return life.number if is_over else outlived(life, before)


def _event_record(row: PlanEvent) -> dict[str, Any]:
    return {
        "event": str(row.uuid),
        "person": str(row.person.uuid),
        "organisation": str(row.organisation.uuid),
        "number": row.number,
        "kind": row.kind,
        "side": row.side,
        "said": row.said,
        "shown_hash": row.shown_hash,
        "recorded_at": row.recorded_at.isoformat(),
    }


# --- Occasions -------------------------------------------------------------------------------------------------------


def _occasions(node: Organisation, at: datetime) -> Iterator[Due]:
    rows = Occasion.objects.filter(node__path__startswith=node.path).select_related("node", "made_by")
    for row in rows.prefetch_related("booked__person", "practised__competency", "assessors"):
        before = _before(row.node, Disposable.OCCASION, at)
        if before and row.starts_at < before:
            seats = list(row.booked.all())
            people = {row.made_by, *row.assessors.all(), *(seat.person for seat in seats)}
            whom = tuple(sorted(people, key=lambda person: person.pk))
            yield Due(Disposable.OCCASION, row.uuid, row.node, whom, _occasion_record(row, seats))


def _occasion_record(row: Occasion, seats: list[Seat]) -> dict[str, Any]:
    return {
        "occasion": str(row.uuid),
        "node": str(row.node.uuid),
        "place": row.place,
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "note": row.note,
        "made_by": str(row.made_by.uuid),
        "assessors": [str(person.uuid) for person in row.assessors.all()],
        "competencies": [{"code": each.competency.code, "level": each.level} for each in row.practised.all()],
        "seats": [
            {
                "person": str(seat.person.uuid),
                "booked_at": seat.booked_at.isoformat(),
                "given_up_at": seat.given_up_at.isoformat() if seat.given_up_at else None,
            }
            for seat in seats
        ],
    }


# --- For how long ----------------------------------------------------------------------------------------------------


def _months(node: Organisation, kind: Disposable, on: date) -> int | None:
    """Return what the nearest node at or above it has decided; None: it is kept."""
    rows = KeepingRule.objects.filter(kind=kind, valid_from__lte=on).select_related("node")
    above = [row for row in rows if node.path.startswith(row.node.path)]
    nearest = max(above, key=lambda row: (len(row.node.path), row.valid_from, row.recorded_at, row.pk), default=None)
    return nearest.months if nearest else None


def _before(node: Organisation, kind: Disposable, at: datetime) -> datetime | None:
    months = _months(node, kind, today(at))
    return None if months is None else start_of_day(months_after(today(at), -months))


_FINDERS = {Disposable.DELEGATION: _delegations, Disposable.PLAN: _plans, Disposable.OCCASION: _occasions}
