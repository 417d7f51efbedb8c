"""For how long things are kept, and the permits under which they have gone. Rows are only ever added."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import Unchanging


class Disposable(models.TextChoices):
    DELEGATION = "delegation", _("delegations")
    PLAN = "plan", _("words of plans")
    OCCASION = "occasion", _("occasions and bookings")


class KeepingRule(Unchanging):
    """For how long a node and those below it keep the words of plans, or occasions; without months, for ever.

    The newest row in force at the nearest node counts; without any, nothing is removed. For how long delegations are
    kept is in `DelegationPolicy`.
    """

    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(each.value, each.label) for each in list(Disposable)[1:]])
    months = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(months=None) | Q(months__gt=0), name="keeping_months"),
            models.CheckConstraint(
                condition=Q(kind__in=[Disposable.PLAN, Disposable.OCCASION]), name="keeping_kind_is_known"
            ),
        ]


class RecordPermit(models.Model):
    """The right to dispose of one thing once, with its ground, and all that is left of the thing.

    `uuid` is the delegation's, the plan event's or the occasion's. `use` is a foreign key, checked at commit, to a row
    that only the trigger on the thing writes, as with the permits of statements.
    """

    kind = models.CharField(max_length=16, choices=Disposable)
    uuid = models.UUIDField(unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    use = models.OneToOneField("xapi.DisposalUse", models.PROTECT, related_name="+", default=uuid4)
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
