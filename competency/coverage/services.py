"""Saying what a unit needs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.api import Organisation, Person, today

from ..errors import NotEntitled, RuleError
from ..models import TOP_LEVEL, Competency
from ..rules import may_decide
from .models import CoverageNeed, PartOfDay

MOST = 99


@transaction.atomic
def say_need(
    said_by: Person, unit: Organisation, competency: Competency, level: int, part: str, at_least: int, at: datetime
) -> CoverageNeed:
    """Say that at least so many of a unit must hold a level at a part of the day, from today on; 0: no longer.

    Raises NotEntitled for whom the unit is not hers to decide for, RuleError for what means nothing.
    """
    if not may_decide(said_by, unit, today(at)):
        raise NotEntitled
    if not 1 <= level <= TOP_LEVEL:
        raise RuleError(_("Level %(level)s is not on the scale.") % {"level": level})
    if part not in PartOfDay.values or not 0 <= at_least <= MOST:
        raise RuleError(_("Say how many are needed, at most %(most)s, and when.") % {"most": MOST})
    return CoverageNeed.objects.create(
        unit=unit,
        competency=competency,
        level=level,
        part=part,
        at_least=at_least,
        said_by=said_by,
        valid_from=today(at),
        recorded_at=at,
    )
