"""A pack while it is put together and for a month after, and for good who took it."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import pgettext_lazy

from ..models import Unchanging


class InspectionPack(models.Model):
    """One unit on one day, as was known when it was asked for. Put together in batches, thrown away after a month."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    unit = models.ForeignKey("people.Organisation", models.CASCADE, related_name="+")
    as_of = models.DateField()
    asked_by = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    """Also what was known then: nothing recorded later is in it."""
    staff = models.JSONField()
    """Primary keys of those who worked there, by name: the order of the lines."""
    done = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    """The hash of the last line so far."""
    language = models.CharField(max_length=10)
    """In which the document is printed: the reader's when she asked."""
    document = models.BinaryField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="inspection_waiting",
                condition=models.Q(finished_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and self.cancelled_at is None

    @property
    def total(self) -> int:
        return len(self.staff)


class InspectionLine(models.Model):
    """One line of a pack's file, as it is handed out."""

    pack = models.ForeignKey(InspectionPack, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["pack", "number"], name="a_line_of_a_pack_has_its_number")]


class InspectionTaking(Unchanging):
    """Somebody took a pack. It outlives the pack, and its head tells whether a file is the one that was taken."""

    class Form(models.TextChoices):
        LINES = "jsonl", pgettext_lazy("inspection", "file of lines")
        PDF = "pdf", pgettext_lazy("inspection", "document")

    pack = models.UUIDField(db_index=True)
    unit = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    as_of = models.DateField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    form = models.CharField(max_length=10, choices=Form.choices)
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ["recorded_at", "pk"]
