"""Who may do what with people. Whom one may see is decided in `visibility`."""

from __future__ import annotations

from datetime import date

from people.models import Organisation, Person, Role
from people.visibility import has_role


def may_import_for(actor: Person | None, organisation: Organisation, on: date) -> bool:
    """Whether staff of an organisation may be imported: by a command, or by its HR or administrator."""
    if actor is None:
        return True
    return any(has_role(actor, role, organisation, on) for role in (Role.HR, Role.ADMIN))
