"""What a unit says that it needs."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from ..models import TOP_LEVEL, AppendOnlyQuerySet, Competency


class PartOfDay(models.TextChoices):
    ALWAYS = "always", pgettext_lazy("part of the day", "Round the clock")
    DAY = "day", pgettext_lazy("part of the day", "By day")
    EVENING = "evening", pgettext_lazy("part of the day", "In the evening")
    NIGHT = "night", pgettext_lazy("part of the day", "At night")
    WEEKEND = "weekend", pgettext_lazy("part of the day", "At weekends")


class CoverageNeed(models.Model):
    """“At least `at_least` by night can do this”, said by a unit from a day on. The newest row of each kind holds."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    unit = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=PartOfDay.choices)
    at_least = models.PositiveSmallIntegerField()
    """0: no longer needed."""
    said_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="coverage_level_on_scale"),
            models.CheckConstraint(condition=Q(part__in=PartOfDay.values), name="coverage_part_is_known"),
        ]
