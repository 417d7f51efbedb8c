"""Who is taking what: the frame around the statements, which alone say what was done.

A registration is one person's one go at a course; a retake after completion, or after a major change of the course, is
a new one. An attempt is one go at the whole question set. Neither has a status: progress is folded from the
registration's statements (`courses.progress`), so there is nothing here that could disagree with them.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def newest_first(self) -> RegistrationQuerySet:
        return self.order_by("-cycle")


class Registration(models.Model):
    """One person, one course, one cycle. Its uuid is the `context.registration` of all that she does in it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="registrations")
    course_key = models.UUIDField()
    cycle = models.PositiveSmallIntegerField()
    # The major version that this registration is about. When the course is remade, the next one is.
    major = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    # Another one with every statement of the registration, in the same transaction: what was folded from them under
    # one stamp is true for as long as it stands.
    stamp = models.UUIDField(default=uuid4, editable=False)
    # Where she was reading when she left: a bookmark, which says nothing about what was done.
    place_module = models.UUIDField(null=True, blank=True)
    place_screen = models.PositiveSmallIntegerField(default=0)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course_key", "cycle"], name="a_cycle_of_a_course_is_one_registration"
            ),
            models.CheckConstraint(condition=models.Q(cycle__gte=1), name="cycles_count_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Attempt(models.Model):
    """One go at the question set. Its uuid seeds the order in which a retry is asked."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    # The earliest time that is believed of an answer in this attempt (semantics 8).
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["registration", "number"], name="an_attempt_has_a_number_of_its_own"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="attempts_count_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
