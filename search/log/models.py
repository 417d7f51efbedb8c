"""One finished search. There is no person, no session, no device and no time of day in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Organisation
from search.log.keeping import LONGEST


class Best(models.TextChoices):
    """How well the best hit answered."""

    NOTHING = "nothing", _("Nothing found")
    POOR = "poor", _("Something like it")
    GOOD = "good", _("Found")
    CLEAR = "clear", pgettext_lazy("search", "Answered")


class LoggedSearch(models.Model):
    """What was sought on a day and how it went. `slip` names the page of hits, so that telling twice is one row.

    `path` and `place` (counted from 1) are those of the hit that was opened. `is_missed`: somebody said that it is
    missing.
    """

    slip = models.UUIDField(unique=True)
    day = models.DateField(db_index=True)
    text = models.CharField(max_length=LONGEST)
    found = models.PositiveIntegerField()
    best = models.CharField(max_length=10, choices=Best.choices)
    path = models.CharField(max_length=600, blank=True)
    place = models.PositiveSmallIntegerField(null=True)
    is_missed = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_logged_search_says_what_was_sought"),
            models.CheckConstraint(condition=Q(best__in=Best.values), name="a_logged_search_went_in_a_known_way"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"
