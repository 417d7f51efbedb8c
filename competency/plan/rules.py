"""Who takes part in a plan: the one whom it is for, and whoever manages her there. Nobody else reads what they say.

HR, auditors, chief nurses and assessors see the gap, as they see it everywhere; the conversation is not theirs.
"""

from __future__ import annotations

from datetime import date

from people.api import Organisation, Person, Role, employments_of, has_role

from .life import Side


def side_of(reader: Person, person: Person, organisation: Organisation, on: date) -> Side | None:
    """Return on whose behalf the reader takes part in the plan of a person with an employer, None if she does not.

    A manager by the role that reaches a unit where the person works for that employer, never by a name in the HR file.
    Nobody is her own manager.
    """
    units = [terms.unit for terms in employments_of(person, on) if terms.employment.organisation_id == organisation.pk]
    if reader.pk == person.pk:
        return Side.EMPLOYEE if units else None
    return Side.MANAGER if any(has_role(reader, Role.MANAGER, unit, on) for unit in units) else None


def manages(reader: Person, unit: Organisation, on: date) -> bool:
    """Whether she follows up the plans of those who work at a unit."""
    return has_role(reader, Role.MANAGER, unit, on)
