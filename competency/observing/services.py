"""Deciding what observers go through, and what is asked of whoever judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Person, today

from ..book import book
from ..errors import NotEntitled, RuleError
from ..models import TOP_LEVEL, Competency
from ..queries.assessors import ROLES
from ..rules import may_decide
from .models import AssessorRule, Checklist
from .steps import Step


@transaction.atomic
def set_checklist(competency: Competency, steps: Sequence[Step], decided_by: Person, at: datetime) -> Checklist:
    """Let observers go through these steps from now on; none of them: through none. Raises NotEntitled."""
    if not may_decide(decided_by, None, today(at)):
        raise NotEntitled
    rows = [step.row for step in steps]
    return Checklist.objects.create(
        competency=competency, steps=rows, valid_from=at, recorded_at=at, decided_by=decided_by
    )


@transaction.atomic
def set_own_level(
    competency: Competency | None, role: str, level: int, decided_by: Person, at: datetime, *, reason: str = ""
) -> AssessorRule:
    """Ask from now on that whoever judges as `role` holds `level` herself. What was judged before stands.

    Raises NotEntitled, and RuleError for a level off the scale or a role that nobody can hold.
    """
    if not may_decide(decided_by, None, today(at)):
        raise NotEntitled
    if not 0 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if role not in ROLES and not any(each.code == role and each.licensed for each in book().professions):
        raise RuleError(_("Nobody can hold the role %(code)s, so nobody could say it.") % {"code": role})
    return AssessorRule.objects.create(
        competency=competency,
        role=role,
        own_level=level,
        valid_from=at,
        recorded_at=at,
        reason=reason,
        decided_by=decided_by,
    )
