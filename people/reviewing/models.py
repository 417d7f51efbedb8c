"""A file that waits, whom it concerns, and who has been told."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.notices import Notice


class WaitingImport(models.Model):
    """A staff file as it was handed in. Once it is decided, the file itself is gone and only the decision is kept."""

    class Fate(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("staff file", "Waits")
        APPROVED = "approved", pgettext_lazy("staff file", "Approved")
        REJECTED = "rejected", pgettext_lazy("staff file", "Rejected")
        REPLACED = "replaced", pgettext_lazy("staff file", "Replaced by a later file")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    data = models.BinaryField()
    is_complete = models.BooleanField()
    """Whether who is left out of it has left."""
    valid_from = models.DateField()
    organisations = models.ManyToManyField("people.Organisation", related_name="+")
    handed_in_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """Nobody: a command of the operator's."""
    handed_in_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.WAITING)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """Nobody: another file took its place."""
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("waiting staff file")
        ordering = ["handed_in_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fate="waiting", decided_at__isnull=True) | ~Q(fate="waiting") & Q(decided_at__isnull=False),
                name="a_waiting_file_is_not_decided",
            ),
            models.CheckConstraint(
                condition=~Q(fate__in=["approved", "rejected"]) | Q(decided_by__isnull=False),
                name="a_waiting_file_is_decided_by_somebody",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.fate == self.Fate.WAITING


class Concerned(models.Model):
    """An employment that the file would end, or change so that a permission no longer holds."""

    class Why(models.TextChoices):
        ENDS = "ends", pgettext_lazy("staff file", "Would be ended")
        SUSPENDS = "suspends", pgettext_lazy("staff file", "Something she may do would be suspended")

    waiting = models.ForeignKey(WaitingImport, models.CASCADE, related_name="concerned")
    employment = models.ForeignKey("people.Employment", models.CASCADE, related_name="+")
    why = models.CharField(max_length=10, choices=Why.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waiting", "employment"], name="an_employment_is_concerned_once_by_a_file")
        ]


class ReviewNotice(Notice):
    """Somebody who may decide, or who answers for the care, must know that a file waits. Put away once decided."""

    waiting = models.ForeignKey(WaitingImport, models.CASCADE, related_name="notices")

    class Meta(Notice.Meta):
        constraints = [
            models.UniqueConstraint(fields=["recipient", "waiting", "key"], name="a_review_notice_is_given_once")
        ]
