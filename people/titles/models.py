"""What an employer has found out about somebody's right to the title undersköterska."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from people.titles import right

MOST_WORDS = 300


class TitleRight(models.Model):
    """A ground from a day on, kept for one employer. Rows are only ever added; the database refuses to change them."""

    class Ground(models.TextChoices):
        CERTIFICATE = right.Ground.CERTIFICATE.value, pgettext_lazy("title right", "Certificate from Socialstyrelsen")
        TRANSITION = (
            right.Ground.TRANSITION.value,
            pgettext_lazy("title right", "Transition rule: permanently employed with the title on 1 July 2023"),
        )
        APPLIED = right.Ground.APPLIED.value, pgettext_lazy("title right", "Has applied for a certificate and waits")
        NONE = right.Ground.NONE.value, pgettext_lazy("title right", "No right to the title")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="title_rights")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    """The employer that registered it, whose record it is: another employer finds out for itself."""
    ground = models.CharField(max_length=12, choices=Ground.choices)
    valid_from = models.DateField()
    reason = models.CharField(max_length=MOST_WORDS, blank=True)
    registrar = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__in=[each.value for each in right.Ground]), name="a_title_right_has_a_ground_we_know"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__gte=right.PROTECTED_SINCE), name="a_title_right_begins_when_protected"
            ),
        ]
        indexes = [models.Index(fields=["person", "organisation"], name="title_right_by_person")]

    @property
    def fact(self) -> right.Fact:
        return right.Fact(right.Ground(self.ground), self.valid_from, self.recorded_at, self.reason)
