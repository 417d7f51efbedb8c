"""A dry run and what it found. Both may be thrown away; nothing is derived from them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from .comparing import Outcome
from .words import OUTCOME_LABELS


class DryRun(models.Model):
    """One trial of a proposal on everybody at `node` and below (None: everybody), worked through in batches."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    proposal = models.JSONField()
    """As in `proposals.py`."""
    node = models.ForeignKey("people.Organisation", models.CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    stamp = models.UUIDField(null=True)
    """The law book's when the run began: another one means that the answer is about a law that is gone."""
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    last_person = models.PositiveBigIntegerField(default=0)
    """People are taken in the order of their keys; this is the last one taken."""
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    marked = models.PositiveIntegerField(default=0)
    """How many people had to be computed anew when it was published."""

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="dry_run_waiting",
                condition=models.Q(finished_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.cancelled_at is None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


class DryRunFinding(models.Model):
    """What the proposal means for one person in one competency at one employer: an `Effect`, kept."""

    run = models.ForeignKey(DryRun, models.CASCADE, related_name="findings")
    employment = models.ForeignKey("people.Employment", models.CASCADE, related_name="+")
    unit = models.ForeignKey("people.Organisation", models.CASCADE, related_name="+")
    competency = models.ForeignKey("competency.Competency", models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Outcome])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    held_before = models.PositiveSmallIntegerField()
    held_after = models.PositiveSmallIntegerField()
    asked_before = models.PositiveSmallIntegerField()
    asked_after = models.PositiveSmallIntegerField()

    @property
    def label(self) -> str:
        return str(OUTCOME_LABELS[Outcome(self.outcome)])
