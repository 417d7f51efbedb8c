"""Who administers the connections of the record store: its credentials and its forwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from people.api import Organisation, Role, person_of, roles_of


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose connections a user administers: all, the installation's own among them, or those below some nodes."""

    everything: bool = False
    paths: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.everything and not self.paths

    @property
    def narrows(self) -> Q:
        """What a row with an `organisation` must meet. Empty reach matches nothing."""
        return Q() if self.everything else self._below("organisation__path")

    @property
    def organisations(self) -> QuerySet[Organisation]:
        """The employers that a connection may be made for; a unit has none of its own."""
        rows = Organisation.objects.exclude(kind=Organisation.Kind.UNIT)
        return rows if self.everything else rows.filter(self._below("path"))

    def _below(self, field: str) -> Q:
        condition = Q(pk__in=[])
        for path in sorted(self.paths):
            condition |= Q(**{f"{field}__startswith": path})
        return condition


def reach_of(user: Any, on: date) -> Reach:
    """The reach of an account on a day: the installation's administrator, or an administrator of an employer.

    A connection reads an employer's whole log, so who administers only a unit of it has no reach.
    """
    if user.is_superuser:
        return Reach(everything=True)
    person = person_of(user)
    grants = roles_of(person, on) if person else []
    return Reach(
        paths=frozenset(grant.node.path for grant in grants if grant.role == Role.ADMIN and not grant.node.is_unit)
    )


def administers_connections(user: Any, on: date) -> bool:
    return not reach_of(user, on).is_empty


def may_add_forwards(reach: Reach) -> bool:
    """A new forward makes this server call an address, and gives a log away: a matter for the installation."""
    return reach.everything
