"""What was assigned and what was withdrawn. No row ever changes; whether it is done is worked out from the record."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from people.api import Notice

from ..models import TOP_LEVEL, Competency, Offer, Unchanging

LEVEL = Q(competency__isnull=False, level__gte=1, level__lte=TOP_LEVEL, offer__isnull=True, major=0)
COURSE = Q(competency__isnull=True, level=0, offer__isnull=False, major__gte=1)


class Assignment(Unchanging):
    """One person is to reach a level, or take a course, by a day. `key` comes with the form: sent twice, it is one."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.UUIDField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    """The employer, by whose rules the level is reached; no other sees it."""
    unit = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, related_name="+")
    major = models.PositiveSmallIntegerField(default=0)
    """The main version of the course that was on offer: that one, or a later one, is to be taken."""
    by_day = models.DateField()
    reason = models.TextField()
    assigned_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["by_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "person"], name="an_assignment_is_given_once"),
            models.CheckConstraint(condition=LEVEL | COURSE, name="an_assignment_is_a_level_or_a_course"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_assignment_has_a_reason"),
        ]

    @property
    def title(self) -> str:
        return self.offer.title if self.offer else self.competency.title if self.competency else ""

    @property
    def title_lang(self) -> str:
        """Courses have one language."""
        return self.competency.title_lang if self.competency else "sv"


class AssignmentWithdrawal(Unchanging):
    """Somebody who may assign took it back."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="withdrawal")
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")


class AssignmentNotice(Notice):
    """Something was assigned to her, or taken back: told once (semantics 26)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="notices")

    class Meta(Notice.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "assignment", "key"], name="an_assignment_notice_is_given_once"
            )
        ]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="assignment_notice_unread")
        ]
