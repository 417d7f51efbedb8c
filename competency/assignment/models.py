"""What was assigned and what was withdrawn. No row ever changes; whether it is done is worked out from the standing."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from ..models import TOP_LEVEL, Competency, Unchanging


class Assignment(Unchanging):
    """One person is to reach a level by a day. `key` comes with the form: sent twice, it is one."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.UUIDField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    """The employer, by whose rules the level is reached; no other sees it."""
    unit = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    by_day = models.DateField()
    reason = models.TextField()
    assigned_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["by_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "person"], name="an_assignment_is_given_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="assignment_level_on_scale"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_assignment_has_a_reason"),
        ]


class AssignmentWithdrawal(Unchanging):
    """Somebody who may assign took it back."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="withdrawal")
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
