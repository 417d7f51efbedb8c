"""Reads for one purpose. Whoever lists people for a viewer narrows by `visibility` first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from people import clock
from people.iri import iri_base
from people.keeping import kept
from people.models import Employment, EmploymentTerms, IdentityLink, Organisation, Person
from people.wording import worded_once

SESSION_KEY = "employment"
AT_ONCE = 500
"""A database takes so many parameters only."""


def person_of(user: Any) -> Person | None:
    """Return the person behind an account; nobody for an anonymous visitor and for an account without a person.

    Her roles and employments are then asked for once in the request, however many parts of the page need them.
    """
    person = getattr(user, "person", None) if getattr(user, "is_authenticated", False) else None
    if person is not None and person.kept is None:
        person.kept = {}
    return person


def person_by_actor_key(key: str) -> Person | None:
    """Return whose actor key it is today, by her own key first and then by a linked one."""
    own = Person.objects.filter(actor_key=key).first()
    linked = (
        IdentityLink.objects.in_force().filter(kind=IdentityLink.Kind.ACTOR_KEY, value=key).select_related("person")
    )
    link = linked.order_by("-recorded_at", "-pk").first()
    return link.person if link else own


def people_with_hsa_id(value: str, on: date) -> list[Person]:
    """Return whose HSA-id it is on a day: one person, nobody, or by somebody's mistake several."""
    links = IdentityLink.objects.in_force(on).filter(kind=IdentityLink.Kind.HSA_ID, value=value)
    return list(Person.objects.filter(pk__in=links.values("person")))


def actor_of(person: Person) -> dict[str, Any]:
    """Return the xAPI agent that stands for a person in every statement: an opaque account, never a name."""
    return {"objectType": "Agent", "account": {"homePage": iri_base(), "name": person.actor_key}}


def actor_keys_of(person: Person, as_of: date | None = None, known_at: datetime | None = None) -> set[str]:
    """Return the keys under which her statements lie: her own, and those linked to her by the day and moment asked."""
    links = IdentityLink.objects.in_force(as_of, known_at).filter(person=person, kind=IdentityLink.Kind.ACTOR_KEY)
    return {person.actor_key, *links.values_list("value", flat=True)}


def actor_keys_of_all(people: Iterable[Person]) -> dict[int, set[str]]:
    """Return the keys of each person as `actor_keys_of` does today, by primary key; a query for each 500 people."""
    keys = {person.pk: {person.actor_key} for person in people}
    links, pks = IdentityLink.objects.in_force().filter(kind=IdentityLink.Kind.ACTOR_KEY), list(keys)
    for first in range(0, len(pks), AT_ONCE):
        for pk, value in links.filter(person__in=pks[first : first + AT_ONCE]).values_list("person_id", "value"):
            keys[pk].add(value)
    return keys


def employments_of(
    person: Person, as_of: date, known_at: datetime | None = None, *, ended: bool = False
) -> list[EmploymentTerms]:
    """Return the terms of each employment that holds on a day, the largest share first.

    With `ended`, those that are over or have not begun are included. `known_at` None asks with all that is known.
    """
    return kept(person, ("employments", as_of, known_at, ended), lambda: _employments(person, as_of, known_at, ended))


def _employments(person: Person, as_of: date, known_at: datetime | None, ended: bool) -> list[EmploymentTerms]:
    terms = (
        EmploymentTerms.objects.in_force(as_of, known_at)
        .filter(employment__person=person)
        .select_related("employment__organisation", "unit")
    )
    return sorted(terms if ended else terms.current(as_of), key=_largest_first)


def staff_of(unit: Organisation, on: date, *, include_absent: bool = False) -> list[Employment]:
    """Return the employments that hold on a day at the node and below it, each with person and the day's terms.

    The caller has made sure that the viewer may see the node (`units_visible_to`). Ordered by name.
    """
    rows = _staff_terms(unit.path, on, include_absent=include_absent)
    return [with_terms(row) for row in rows.select_related("employment__person", "employment__organisation", "unit")]


def staff_signature(unit: Organisation, on: date) -> list[tuple[int, int, str, str]]:
    """Return (person, terms, given name, family name) of those in service whom `staff_of` returns, in its order.

    It differs whenever anybody comes, leaves or changes terms or name, and costs a fifth of the whole.
    """
    return _signature(unit.path, on)


@worded_once
def _signature(path: str, on: date) -> QuerySet[EmploymentTerms, tuple[Any, ...]]:
    columns = ("employment__person_id", "pk", "employment__person__given_name", "employment__person__family_name")
    return _staff_terms(path, on).values_list(*columns)


def _staff_terms(path: str, on: date, *, include_absent: bool = False) -> QuerySet[EmploymentTerms]:
    terms = EmploymentTerms.objects.in_force(on).filter(unit__path__startswith=path)
    terms = terms.current(on) if include_absent else terms.in_service(on)
    return terms.order_by(
        "employment__person__family_name", "employment__person__given_name", "employment__employee_number"
    )


def with_terms(terms: EmploymentTerms) -> Employment:
    """Return the employment carrying these terms instead of its newest, for reading only."""
    employment = terms.employment
    employment.terms = terms
    return employment


def chosen_employment(source: HttpRequest | Person, on: date | None = None) -> Employment | None:
    """Return the employment that she acts under: the one chosen in the session, else the one with the largest share."""
    person = source if isinstance(source, Person) else person_of(source.user)
    if person is None:
        return None
    current = [with_terms(terms) for terms in employments_of(person, on or clock.today())]
    chosen = None if isinstance(source, Person) else source.session.get(SESSION_KEY)
    return next((employment for employment in current if str(employment.uuid) == chosen), _first(current))


def _first(employments: Iterable[Employment]) -> Employment | None:
    return next(iter(employments), None)


def _largest_first(terms: EmploymentTerms) -> tuple[Decimal, date, int]:
    """By share, then the oldest; paid by the hour (no share) comes last."""
    return (-(terms.share or Decimal(0)), terms.starts_on, terms.employment_id)
