"""Who may read and register rights to the title."""

from __future__ import annotations

from datetime import date

from people.models import Organisation, Person, Role
from people.visibility import has_role, roles_of

READERS = frozenset({Role.MANAGER, Role.HR, Role.CHIEF_NURSE, Role.AUDITOR, Role.ADMIN})
"""Who answers for staff or for the care they give, and who examines it; assessors and educators do not."""
REGISTRARS = frozenset({Role.MANAGER, Role.HR, Role.ADMIN})
"""Who the employer lets say what it has seen: a certificate, an earlier employment."""


def reads_titles(person: Person, on: date) -> bool:
    """Whether there is anybody of whose right she may read."""
    return any(grant.role in READERS for grant in roles_of(person, on))


def may_register(registrar: Person, person: Person, unit: Organisation, on: date) -> bool:
    """Whether she may register for somebody who works at `unit`; nobody registers her own."""
    return registrar.pk != person.pk and any(has_role(registrar, role, unit, on) for role in REGISTRARS)
