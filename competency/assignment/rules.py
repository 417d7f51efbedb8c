"""Who may assign: whoever answers for the staff of the unit, or for the care they give."""

from __future__ import annotations

from datetime import date

from people.api import Organisation, Person, Role, has_role

ASSIGNERS = (Role.MANAGER, Role.CHIEF_NURSE, Role.CHIEF_REHAB)


def may_assign(person: Person, unit: Organisation, on: date) -> bool:
    return any(has_role(person, role, unit, on) for role in ASSIGNERS)
