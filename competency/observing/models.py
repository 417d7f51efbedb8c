"""What observers go through, and what is asked of whoever judges: rows that are only added, the newest in force."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from ..models import TOP_LEVEL, AppendOnly, Competency, Unchanging


class Checklist(Unchanging):
    """The steps of a task, in order, as `{"text": str, "required": bool}`. Without steps: none is used any longer."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    steps = models.JSONField()
    valid_from = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]


class AssessorRule(AppendOnly):
    """Whoever judges as `role` (a role or licence that an evidence rule names) holds at least `own_level` herself.

    `competency` none: in all of them, where none of its own says otherwise. Without any row, 0: her own level does not
    matter. Read with the law book.
    """

    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40)
    own_level = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(own_level__lte=TOP_LEVEL), name="assessor_own_level_on_scale")
        ]
