"""What is kept of a plan: what people have said and signed, as numbered events. No row ever changes.

What follows from the gap (what to learn, in which week, whether a goal is reached) is not here on purpose.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from people.api import Notice

from ..models import Unchanging
from ..signing import LONGEST
from . import life

KINDS, SIDES = [kind.value for kind in life.Kind], [side.value for side in life.Side]


class PlanEvent(Unchanging):
    """Something said about one person's plan with one employer: a goal, a note, protected time or a signature.

    `said` is, by kind: a goal as `life.Goal.as_json`; `{"note", "text", "held_on"}`; `{"minutes", "from"}`; for the
    first signature of a version what was read, for the second nothing, since `shown_hash` says what it was.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    actor = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    """On whose behalf: the employee's own, or the employer's."""
    said = models.JSONField(default=dict)
    shown_hash = models.CharField(max_length=LONGEST, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            # Two who write at once cannot both follow the same event.
            models.UniqueConstraint(fields=["person", "organisation", "number"], name="a_plan_is_said_in_order"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in life.Kind]), name="plan_event_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(side__in=[side.value for side in life.Side]), name="plan_event_side_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="signed") & ~Q(shown_hash="") | ~Q(kind="signed") & Q(shown_hash=""),
                name="a_plan_is_signed_with_what_was_shown",
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], condition=Q(kind="signed"), name="plan_signatures_by_day")]

    @property
    def has_words(self) -> bool:
        return self.kind != life.Kind.TIME and bool(self.said or self.shown_hash) and not life.is_gone(self.said)

    @property
    def event(self) -> life.Event:
        kind, side = life.Kind(self.kind), life.Side(self.side)
        return life.Event(self.number, kind, self.actor_id, side, self.recorded_at, self.said, self.shown_hash)


class PlanNotice(Notice):
    """Something about a plan that somebody must know: that it waits for her signature, or is to be followed up."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")

    class Meta(Notice.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "person", "organisation", "key"], name="a_plan_notice_is_given_once"
            )
        ]
        indexes = [models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="plan_notice_unread")]


class PlanRound(models.Model):
    """A day whose follow-ups have been gone through."""

    day = models.DateField(unique=True)
    done_at = models.DateTimeField()
