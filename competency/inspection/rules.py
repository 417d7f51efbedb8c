"""Who may take a unit's pack: whoever answers for its staff or their care, and whoever examines them."""

from __future__ import annotations

from datetime import date

from people.api import Organisation, Person, Role, has_role

INSPECTORS = (Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB, Role.AUDITOR, Role.ADMIN)


def may_inspect(person: Person, unit: Organisation, on: date) -> bool:
    """Whether one of her roles reaches the unit. Assessors, HR and educators see less, and take no packs."""
    return any(has_role(person, role, unit, on) for role in INSPECTORS)
