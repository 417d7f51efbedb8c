"""Following a plan up: the days follow from the signatures, reminders are given once each, managers see who waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from people.api import Organisation, Person, end_of_day, staff_of, start_of_day, today

from .life import Life, Side, Version, live
from .models import PlanEvent, PlanRound
from .notices import managers_of, tell
from .proposing import FOLLOW_UPS, Whose
from .schedule import months_later

LATE_BY = timedelta(days=14)
"""A day on which nothing ran is made up for as long as this; after that the page says it is late."""
AT_ONCE = 200


def follow_ups_of(version: Version | None) -> list[date]:
    """Return the days on which a version that both have signed is followed up: 3, 6 and 12 months later."""
    if version is None or version.agreed_at is None:
        return []
    return [months_later(today(version.agreed_at), months) for months in FOLLOW_UPS]


def round_of_the_day(at: datetime) -> int:
    """Remind of each follow-up whose day has come: her and her managers, once each. Return how many are told.

    A day that was begun and cut off is gone through again; nobody is told twice, since each notice has its key.
    """
    if PlanRound.objects.filter(day=today(at)).exists():
        return 0
    told = sum(_remind(whose, life, at) for whose, life in _lives(_signed_lately(today(at))))
    PlanRound.objects.get_or_create(day=today(at), defaults={"done_at": at})
    return told


def _remind(whose: Whose, life: Life, at: datetime) -> int:
    told = 0
    for months, day in zip(FOLLOW_UPS, follow_ups_of(life.agreed), strict=False):
        if today(at) - LATE_BY < day <= today(at):
            assert life.agreed is not None, "only what is agreed has a day to be followed up"
            people = {whose.person.pk} | managers_of(whose, today(at))
            told += tell(whose, f"follow-up-{life.agreed.number}-{months}", people, at)
    return told


def _signed_lately(on: date) -> set[tuple[int, int]]:
    """Return whose plans were signed about as long ago as something is followed up."""
    when = Q(pk__in=[])
    for months in FOLLOW_UPS:
        first, last = months_later(on - LATE_BY, -months) - timedelta(days=3), months_later(on, -months)
        when |= Q(recorded_at__gte=start_of_day(first), recorded_at__lt=end_of_day(last + timedelta(days=3)))
    rows = PlanEvent.objects.filter(when, kind="signed").order_by()
    return set(rows.values_list("person", "organisation"))


def _lives(keys: Iterable[tuple[int, int]]) -> Iterator[tuple[Whose, Life]]:
    """Yield each plan with all that has been said of it."""
    ordered = sorted(keys)
    for first in range(0, len(ordered), AT_ONCE):
        some = ordered[first : first + AT_ONCE]
        people = Person.objects.in_bulk([person for person, _node in some])
        nodes = Organisation.objects.in_bulk([node for _person, node in some])
        said = lives_of([person for person, _node in some])
        for person, node in some:
            yield Whose(people[person], nodes[node]), said[person, node]


def lives_of(person_pks: Iterable[int]) -> dict[tuple[int, int], Life]:
    """Return what has been said of people's plans, by person and employer; nothing said is an empty life. One query."""
    events = defaultdict(list)
    for row in PlanEvent.objects.filter(person__in=list(person_pks)):
        events[row.person_id, row.organisation_id].append(row.event)
    found: dict[tuple[int, int], Life] = defaultdict(Life)
    found.update({key: live(some) for key, some in events.items()})
    return found


# --- The manager's list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """How far the plan of one of a unit's staff has come."""

    person: Person
    life: Life
    on: date

    @property
    def agreed_on(self) -> date | None:
        agreed = self.life.agreed
        return today(agreed.agreed_at) if agreed and agreed.agreed_at else None

    @property
    def waits_for_manager(self) -> bool:
        return self.life.pending is not None and not self.life.pending.is_signed_by(Side.MANAGER)

    @property
    def waits_for_employee(self) -> bool:
        return self.life.pending is not None and not self.waits_for_manager

    @property
    def next_follow_up(self) -> date | None:
        return next((day for day in follow_ups_of(self.life.agreed) if day >= self.on), None)

    @property
    def is_due(self) -> bool:
        """Whether it is time for a conversation: no plan yet, or a follow-up has come and nothing was said since."""
        if self.agreed_on is None:
            return self.life.pending is None
        come = [day for day in follow_ups_of(self.life.agreed) if day <= self.on]
        return bool(come) and not any(note.held_on >= come[-1] for note in self.life.notes.values())


def followed_in(unit: Organisation, on: date) -> list[Followed]:
    """Return a unit's staff, those with whom it is time to talk first, then by the next follow-up and by name."""
    staff = list(staff_of(unit, on))
    said = lives_of(held.person_id for held in staff)
    found = {held.person_id: Followed(held.person, said[held.person_id, held.organisation_id], on) for held in staff}
    return sorted(
        found.values(),
        key=lambda each: (
            not each.waits_for_manager,
            not each.is_due,
            each.next_follow_up or date.max,
            each.person.family_name,
            each.person.given_name,
        ),
    )
