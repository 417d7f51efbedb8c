"""The checklist in force, and its steps."""

from __future__ import annotations

from datetime import datetime

from ..models import Competency
from .models import Checklist
from .steps import Step


def checklist_of(competency: Competency, at: datetime) -> Checklist | None:
    """Return the checklist that observers go through at `at`, or None."""
    row = Checklist.objects.filter(competency=competency, valid_from__lte=at).select_related("decided_by").last()
    return row if row and row.steps else None


def steps_of(checklist: Checklist | None) -> tuple[Step, ...]:
    return tuple(Step(row["text"], row["required"]) for row in checklist.steps) if checklist else ()
