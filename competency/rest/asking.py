"""Whom an asker may ask about: what a signed-in person sees, or what a system's organisation employs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from people.api import (
    BadQuery,
    EmploymentTerms,
    NotFound,
    Organisation,
    Person,
    end_of_day,
    today,
    units_visible_to,
    visible_person,
)
from xapi.api import Asker, Scope, asker_of

from ..pages import Subject, seen_terms


@dataclass(frozen=True)
class Asked:
    """Who asks, and the day and knowledge that the answer is to be of."""

    asker: Asker
    as_of: date
    known_at: datetime | None

    @property
    def on(self) -> date:
        """Today: by it is judged whom she may ask about, whatever day she asks of."""
        return today()


def asked(request: HttpRequest, now: datetime) -> Asked:
    """Return what a request asks. Raises NotAuthenticated, NotAllowed, BadQuery."""
    known = _day(request, "known_at")
    return Asked(
        asker=asker_of(request, Scope.COMPETENCE_READ, now),
        as_of=_day(request, "as_of") or today(now),
        known_at=end_of_day(known) if known and known < today(now) else None,
    )


def subject(asking: Asked, uuid: UUID) -> Subject:
    """Return a person as the asker may see her. Raises NotFound, alike for whom is unknown and whom is unseen.

    She herself is told of every employer; anybody else of the one by which she is seen.
    """
    reader = asking.asker.person
    if reader is not None and reader.uuid == uuid:
        return Subject(reader, reader, None)
    if reader is not None:
        seen = visible_person(reader, uuid, asking.on)
        return Subject(reader, seen, seen_terms(reader, seen, asking.on))
    person = Person.objects.filter(uuid=uuid).first()
    terms = _terms_there(asking, person) if person else None
    if person is None or terms is None:
        raise NotFound
    return Subject(person, person, terms)


def units(asking: Asked) -> QuerySet[Organisation]:
    """Return the units whose whole staff the asker may see, in the order of the tree."""
    if asking.asker.person is not None:
        return units_visible_to(asking.asker.person, asking.on).filter(kind=Organisation.Kind.UNIT)
    return Organisation.objects.units().filter(_within(asking, "path"))


def unit(asking: Asked, uuid: UUID) -> Organisation:
    found = units(asking).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def _terms_there(asking: Asked, person: Person) -> EmploymentTerms | None:
    """Return the largest employment of a person within what the asking system's organisation is."""
    rows = (
        EmploymentTerms.objects.in_force(asking.on)
        .current(asking.on)
        .filter(_within(asking, "unit__path"), employment__person=person)
        .select_related("employment__organisation", "unit")
    )
    return max(rows, key=lambda terms: (terms.share or 0, -terms.employment_id), default=None)


def _within(asking: Asked, field: str) -> Q:
    credential = asking.asker.credential
    assert credential is not None, "an asker is a person or a system"
    path = credential.organisation.path if credential.organisation else ""
    return Q(**{f"{field}__startswith": path})


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise BadQuery(_("Say %(name)s as a day: 2026-03-01.") % {"name": name})
    return found
