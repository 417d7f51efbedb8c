"""Small makers of real rows, through the room's own services."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from people.models import CareResponsibility, Employment, Organisation, Person
from people.services import create_person, grant_role, hire

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 22)
LONG_AGO = date(2020, 1, 1)

_numbers = count(100000)


def below(node: Organisation | None, kind: str, slug: str, **fields: Any) -> Organisation:
    """Make a node; its name is its short name."""
    fields = {"kind": kind, "name": slug.title(), "slug": slug, **fields}
    if node is None:
        return Organisation.add_root(**fields)
    return Organisation.objects.get(pk=node.pk).add_child(**fields)


def region(slug: str = "region") -> Organisation:
    return below(None, "region", slug)


def municipality(slug: str, above: Organisation) -> Organisation:
    return below(above, "municipality", slug)


def private_provider(slug: str, above: Organisation) -> Organisation:
    return below(above, "private_provider", slug)


def unit(slug: str, above: Organisation, setting: str = "säbo") -> Organisation:
    return below(above, "unit", slug, setting=setting)


def answers_for(
    provider: Organisation, node: Organisation, valid_from: date = LONG_AGO, valid_to: date | None = None
) -> CareResponsibility:
    return CareResponsibility.objects.create(
        unit=node, provider=provider, valid_from=valid_from, valid_to=valid_to, recorded_at=AT
    )


def person(given_name: str = "Kim", family_name: str = "Ek") -> Person:
    return create_person(given_name, family_name, at=AT)


def works_at(node: Organisation, who: Person | str = "Kim", **terms: Any) -> Employment:
    """Employ somebody (a person, or the first name of a new one) at a node, since long ago unless said otherwise."""
    someone = person(who) if isinstance(who, str) else who
    return hire(someone, str(next(_numbers)), at=AT, **{"unit": node, "starts_on": LONG_AGO, **terms})


def holds(role: str, node: Organisation, who: Person | str = "Robin", **dates: Any) -> Person:
    """Grant a role to somebody who has no employment unless she was given one, and return her."""
    someone = person(who) if isinstance(who, str) else who
    grant_role(someone, role, node, at=AT, **{"starts_on": LONG_AGO, **dates})
    return someone


def first_names(people: Any) -> set[str]:
    return {someone.given_name for someone in people}
