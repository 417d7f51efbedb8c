"""What a framework said, version by version, and which competencies took over from which. Rows are only added."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ..models import AppendOnly, Unchanging


class Succession(AppendOnly):
    """“Whoever holds a level of `old` holds that level of `new`”, from `valid_from` on, until a later row of the pair.

    A competency that is split has a row for each of those that take over. `levels` is a level of `new` by the level of
    `old`, as JSON has it: `{"1": 1, "2": 2}`; a level that is left out counts as the nearest one below it.
    """

    old = models.ForeignKey("competency.Competency", models.PROTECT, related_name="successions")
    new = models.ForeignKey("competency.Competency", models.PROTECT, related_name="predecessors")
    levels = models.JSONField()
    valid_from = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)
    reason = models.TextField()

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_is_of_another"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=F("recorded_at")), name="succession_not_before_published"
            ),
        ]


class FrameworkVersion(Unchanging):
    """The whole content of a framework as it was published: what a file of it would hold (`framework_file`)."""

    framework = models.ForeignKey("competency.Framework", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40)
    content = models.JSONField()

    class Meta:
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_version_is_one")]

    def __str__(self) -> str:
        return self.label
