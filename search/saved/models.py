from __future__ import annotations

from django.db import models

from people.api import Person

LONGEST = 80


class SavedSearch(models.Model):
    """Words that a person saved. They go with her: nobody else sees them."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    text = models.CharField(max_length=LONGEST)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "text"], name="a_search_is_saved_once")]

    def __str__(self) -> str:
        return self.text
