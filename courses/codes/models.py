"""A code and how often it was followed. Nothing here says by whom: a scan is a number on a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.api import Organisation

LONGEST_PLACE = 60


class CodeQuerySet(models.QuerySet["Code"]):
    def in_use(self) -> CodeQuerySet:
        return self.filter(retired_at=None)


class Code(models.Model):
    """A short address that has been printed. It is never given away again, also when it is no longer used.

    It points by keys, which outlive names, addresses and versions. `anchor` is empty for a whole module; `made_for`
    is what the thing was called when the code was made, for when there is nothing else left of it.
    """

    text = models.CharField(_("code"), max_length=8, unique=True)
    node = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    course_key = models.UUIDField()
    module_key = models.UUIDField()
    anchor = models.CharField(max_length=40, blank=True)
    made_for = models.CharField(max_length=255)
    place = models.CharField(_("place"), max_length=LONGEST_PLACE, blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "module_key", "anchor", "place"],
                condition=Q(retired_at=None),
                name="a_place_has_one_code_for_a_thing",
            )
        ]

    def __str__(self) -> str:
        return self.text


class CodeScan(models.Model):
    """How many times a code was followed on a day."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="scans")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="a_day_of_a_code_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.day}: {self.count}"
