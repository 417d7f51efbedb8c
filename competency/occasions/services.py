"""Arranging practice, booking a seat and giving it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people.api import NotFound, Organisation, Person, holds_personnummer, today

from ..models import Competency
from ..queries.assessors import judgeable
from ..trees import CONFIRMATION, OBSERVATION
from .changes import announce
from .errors import BadOccasion, Full, MayNotArrange, NobodyAssesses, TooLate
from .models import Occasion, OccasionCompetency, Seat
from .notices import CALLED_OFF, tell
from .observers import judging, observers_at
from .rules import may_book, may_lead, nodes_arranged_by

MOST_SEATS, MOST_MINUTES = 100, 600
FURTHEST = timedelta(days=730)


@transaction.atomic
def arrange(
    maker: Person,
    node: Organisation,
    practised: Mapping[Competency, int],
    assessors: Iterable[Person],
    at: datetime,
    *,
    place: str,
    starts_at: datetime,
    minutes: int,
    seats: int,
    note: str = "",
    uuid: UUID | None = None,
) -> Occasion:
    """Arrange practice. The same `uuid` again is the same occasion.

    Raises MayNotArrange, BadOccasion, NobodyAssesses for a level that none of `assessors` may judge there, and NotFound
    for a `uuid` that is somebody else's.
    """
    # Sent twice at once, the second waits here for the first.
    Person.objects.select_for_update().get(pk=maker.pk)
    known = Occasion.objects.filter(uuid=uuid).first() if uuid else None
    if known and known.made_by_id == maker.pk:
        return known
    if known:
        raise NotFound
    if node.pk not in {each.pk for each in nodes_arranged_by(maker, at)}:
        raise MayNotArrange
    _check(practised, starts_at, minutes, seats, at, place + " " + note)
    who = list(assessors)
    _check_assessors(node, practised, who, at)
    made = Occasion.objects.create(
        uuid=uuid or uuid4(),
        node=node,
        place=place,
        starts_at=starts_at,
        minutes=minutes,
        seats=seats,
        note=note,
        made_by=maker,
        made_at=at,
    )
    made.assessors.set(who)
    rows = [OccasionCompetency(occasion=made, competency=each, level=level) for each, level in practised.items()]
    OccasionCompetency.objects.bulk_create(rows)
    announce(made.uuid)
    return made


def book(occasion: Occasion, person: Person, at: datetime) -> Seat:
    """Take a seat: the lowest that is free. Whoever has one keeps it.

    Raises NotFound where she does not work there, TooLate, Full; of two who want the last one exactly one gets it.
    """
    if not may_book(person, occasion, at):
        raise NotFound
    if not is_open(occasion, at):
        raise TooLate
    for _attempt in range(occasion.seats + 1):
        own, free = _seats(occasion, person)
        if own:
            return own
        if free is None:
            raise Full
        try:
            with transaction.atomic():
                return Seat.objects.create(occasion=occasion, person=person, number=free, booked_at=at)
        except IntegrityError:
            continue  # somebody took it at this very moment; look for the next
    raise Full


def give_up(occasion: Occasion, person: Person, at: datetime) -> bool:
    """Give a seat up before it begins. Return whether she had one. Raises TooLate."""
    if not is_open(occasion, at):
        raise TooLate
    seats = Seat.objects.filter(occasion=occasion, person=person, given_up_at=None)
    return bool(seats.update(given_up_at=at))


@transaction.atomic
def call_off(occasion: Occasion, actor: Person, at: datetime) -> None:
    """Call an occasion off before it begins, and tell those who have a seat. Raises MayNotArrange, TooLate."""
    if not may_lead(actor, occasion, at):
        raise MayNotArrange
    open_ones = Occasion.objects.filter(pk=occasion.pk, called_off_at=None, starts_at__gt=at)
    if not open_ones.update(called_off_at=at):
        raise TooLate
    announce(occasion.uuid)
    tell(occasion, CALLED_OFF, at)


def is_open(occasion: Occasion, at: datetime) -> bool:
    return occasion.called_off_at is None and occasion.starts_at > at


def _seats(occasion: Occasion, person: Person) -> tuple[Seat | None, int | None]:
    """Return her own seat, and the lowest number that is free."""
    booked = list(Seat.objects.filter(occasion=occasion, given_up_at=None))
    taken = {seat.number for seat in booked}
    free = next((number for number in range(1, occasion.seats + 1) if number not in taken), None)
    return next((seat for seat in booked if seat.person_id == person.pk), None), free


def _check(
    practised: Mapping[Competency, int], starts_at: datetime, minutes: int, seats: int, at: datetime, text: str
) -> None:
    if not practised:
        raise BadOccasion(_("Choose at least one competency to practise."))
    if not at < starts_at < at + FURTHEST:
        raise BadOccasion(_("Choose a time ahead, within two years."))
    if not (1 <= minutes <= MOST_MINUTES and 1 <= seats <= MOST_SEATS):
        raise BadOccasion(
            _("An occasion takes 1 to %(minutes)d minutes and has 1 to %(seats)d seats.")
            % {"minutes": MOST_MINUTES, "seats": MOST_SEATS}
        )
    if holds_personnummer(text):
        raise BadOccasion(_("This looks like a personal identity number. Take it out and try again."))


def _check_assessors(node: Organisation, practised: Mapping[Competency, int], who: list[Person], at: datetime) -> None:
    chosen = {person.pk for person in who}
    there = [each for each in observers_at(node, today(at)) if each.person.pk in chosen]
    for competency, level in practised.items():
        roles = [frozenset(each.roles) for each in judging(there, competency, at)]
        judged = {
            judged
            for some in roles
            for kind in (OBSERVATION, CONFIRMATION)
            for judged in judgeable(competency.code, kind, some, at)
        }
        if level not in judged:
            raise _not_assessed(competency, sorted(judged))


def _not_assessed(competency: Competency, judged: list[int]) -> NobodyAssesses:
    """Say which levels may be chosen instead, if there are any."""
    if not judged:
        return NobodyAssesses()
    words = _("Those who will be there may assess %(title)s at these levels: %(levels)s. Choose one of them.")
    return NobodyAssesses(words % {"title": competency.title, "levels": ", ".join(map(str, judged))})
