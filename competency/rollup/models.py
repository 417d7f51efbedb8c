"""What is kept of the counts."""

from __future__ import annotations

from typing import Final

from django.db import models

NUMBERS: Final = ("people", "met", "on_the_way", "missing", "lapsing")


class RollUp(models.Model):
    """What one person adds to (or, negative, takes from) the counts of a unit from a day on. Derived, like a standing.

    Her first row holds all that counts on the day she was computed; a later one what changes then, if nothing more
    happens. A day to come is the sum of the rows until it. Kept by person, so that rebuilding two colleagues never
    meets in one row, and so that a person's rows are simply replaced.
    """

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey("people.Organisation", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    people = models.SmallIntegerField(default=0)
    met = models.SmallIntegerField(default=0)
    on_the_way = models.SmallIntegerField(default=0)
    missing = models.SmallIntegerField(default=0)
    lapsing = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "unit", "day"], name="roll_up_one_per_person_unit_day")
        ]
        # Everything that is summed, so that the rows themselves need not be read.
        indexes = [models.Index(fields=["unit", "day", *NUMBERS], name="roll_up_by_unit")]
