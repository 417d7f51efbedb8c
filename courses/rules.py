"""Who may make courses: an educator, in the name of the organisations where she is one, and of those below them.

Wagtail's groups let her into the workshop (`courses.access`); which courses are hers is decided here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from competency.api import may_decide, may_end_earlier, present_framework
from people.api import Organisation, Role, RoleGrant, person_of, roles_of

_CACHE = "_educator_nodes"


def educator_nodes(user: Any, on: date) -> list[Organisation]:
    """Return where a user is educator on a day. Asked once per request: the answer stays with the user object."""
    known: dict[date, list[Organisation]] = user.__dict__.setdefault(_CACHE, {})
    if on not in known:
        person = person_of(user)
        grants = roles_of(person, on) if person else []
        known[on] = [grant.node for grant in grants if grant.role == Role.EDUCATOR]
    return known[on]


def may_make_for(user: Any, owner_path: str, on: date) -> bool:
    """Whether a user may make courses in the name of the organisation at `owner_path`."""
    return user.is_superuser or any(owner_path.startswith(node.path) for node in educator_nodes(user, on))


def edits_framework(user: Any, on: date) -> bool:
    """Whether a user may edit the competency framework: an educator of whoever owns it, or of something above it."""
    framework = present_framework()
    owner = framework.owner if framework else None
    return bool(user.is_superuser or (owner and any(owner.path.startswith(n.path) for n in educator_nodes(user, on))))


def needs_second_person(user: Any, on: date) -> bool:
    """Whether somebody else must approve what a user wants to publish of the framework: wherever another could.

    Another is an educator of the owner, or of something above it, who can sign in. Where there is none she publishes
    alone, so that no owner is locked out of her own framework.
    """
    framework = present_framework()
    if framework is None or framework.owner is None:
        return False
    grants = RoleGrant.objects.dated(on).filter(role=Role.EDUCATOR, person__user__is_active=True)
    others = grants.exclude(person__user=user.pk).values_list("node__path", flat=True).distinct()
    return any(framework.owner.path.startswith(path) for path in others)


def decides_framework(user: Any, on: date) -> bool:
    """Whether a user may change rules and requirements of the framework, which an editor alone may not."""
    person = person_of(user)
    return bool(user.is_superuser or (person and may_decide(person, None, on)))


def may_end_earlier_versions(user: Any, owner: Organisation, on: date) -> bool:
    """Whether a user may decide that what was learnt on earlier versions of the owner's courses stops counting."""
    person = person_of(user)
    return person is not None and may_end_earlier(person, on, owner)


def owners_for(user: Any, on: date) -> QuerySet[Organisation]:
    """Return the organisations in whose name a user may make courses; a unit only where she is educator of the unit."""
    if user.is_superuser:
        return Organisation.objects.exclude(kind=Organisation.Kind.UNIT)
    own = Q(pk__in=[node.pk for node in educator_nodes(user, on)])
    return answered_for(user, on).filter(~Q(kind=Organisation.Kind.UNIT) | own)


def answered_for(user: Any, on: date) -> QuerySet[Organisation]:
    """Return the organisations whose courses are a user's own: where she is educator, and all below, units too."""
    if user.is_superuser:
        return Organisation.objects.all()
    below = Q(pk__in=[])
    for node in educator_nodes(user, on):
        below |= Q(path__startswith=node.path)
    return Organisation.objects.filter(below)


def first_owner(user: Any, on: date) -> Organisation | None:
    """Return the organisation that a new course of hers most likely belongs to: the highest where she is educator."""
    return min(educator_nodes(user, on), key=lambda node: (len(node.path), node.path), default=None)
