"""What delegations are kept as: tasks, decisions, and what happened to each decision. No row ever changes.

There is no status column on purpose: the state at a moment is folded by `life`, from the events, both people's
employments and the giver's licence (semantics 20). Triggers refuse UPDATE and DELETE (migration `append_only`).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Notice

from ..models import AppendOnlyQuerySet, Competency, Titled, Unchanging
from ..signing import LONGEST
from .life import ENDS, Decision, Happening, Kind


class DelegableTask(Titled):
    """A task that may be delegated, as `organisation` and everything below it uses the word.

    `preconditions`: `{"competency": code, "level": n, "theory": bool, "practice": bool}`; they warn, they never refuse.
    `decided_by`: codes of the licences of which the giver holds one.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    """Whose it is: at the node and below; none means everyone."""
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="+")
    preconditions = models.JSONField(default=dict)
    decided_by = models.JSONField(default=list)
    may_be_single = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "code"]


class DelegationQuerySet(AppendOnlyQuerySet["Delegation"]):
    def not_ended(self) -> DelegationQuerySet:
        """Those that nobody has ended and whose end by the calendar is not recorded yet."""
        kinds = [kind.value for kind in (*ENDS, Kind.EXPIRED)]
        return self.exclude(Exists(DelegationEvent.objects.filter(delegation=OuterRef("pk"), kind__in=kinds)))

    def with_names(self) -> DelegationQuerySet:
        return self.select_related("task", "giver", "receiver", "scope", "provider")


class Delegation(Unchanging):
    """One decision as it was worded. What became of it is in its events."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    task = models.ForeignKey(DelegableTask, models.PROTECT, related_name="delegations")
    scope = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    """The unit, or the area with everything below it. Never a patient."""
    provider = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    """The care provider who answered for the scope when it was worded, and who keeps the decision."""
    giver = models.ForeignKey("people.Person", models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey("people.Person", models.PROTECT, related_name="delegations_received")
    first_day = models.DateField()
    last_day = models.DateField()
    single_occasion = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    """What the giver adds to the task, such as which strengths or aids. Nothing about a patient."""
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    """The decision that this one renews or takes over."""
    takes_over = models.BooleanField(default=False)

    objects = DelegationQuerySet.as_manager()  # type: ignore[misc]  # more methods than the base's manager

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_delegates_to_herself"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="a_delegation_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(single_occasion=False) | Q(last_day=F("first_day")), name="a_single_occasion_is_one_day"
            ),
        ]

    @property
    def decision(self) -> Decision:
        return Decision(self.giver_id, self.receiver_id, self.first_day, self.last_day)


class DelegationEvent(Unchanging):
    """Something that happened to a delegation, with whoever did it and the hash of what she was shown."""

    class Kinds(models.TextChoices):
        DRAFTED = Kind.DRAFTED.value, pgettext_lazy("delegation", "Drafted")
        OFFERED = Kind.OFFERED.value, pgettext_lazy("delegation", "Offered")
        ACCEPTED = Kind.ACCEPTED.value, pgettext_lazy("delegation", "Accepted and signed by the receiver")
        SIGNED = Kind.SIGNED.value, pgettext_lazy("delegation", "Signed by the giver")
        SUSPENDED = Kind.SUSPENDED.value, pgettext_lazy("delegation", "Suspended")
        RETURNED = Kind.RETURNED.value, pgettext_lazy("delegation", "Given back")
        REVOKED = Kind.REVOKED.value, pgettext_lazy("delegation", "Revoked")
        EXPIRED = Kind.EXPIRED.value, pgettext_lazy("delegation", "Ended by its date")
        TAKEN_OVER = Kind.TAKEN_OVER.value, pgettext_lazy("delegation", "Taken over by a new decision")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kinds.choices)
    actor = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """Whoever did it; none: the calendar."""
    happened_at = models.DateTimeField()
    """When it took effect: when it was recorded, except of what the calendar did."""
    reason = models.TextField(blank=True)
    shown_hash = models.CharField(max_length=LONGEST, blank=True)
    details = models.JSONField(default=dict)
    """`signed`: `{"checks": [...], "licence": code}`, as they stood; `suspended`: `{"cause": code}`."""
    statement_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            # A resent form, or two sweepers, cannot make the same thing happen twice.
            models.UniqueConstraint(
                fields=["delegation", "kind"],
                condition=~Q(kind="suspended"),
                name="a_delegation_meets_each_thing_once",
            ),
            models.UniqueConstraint(
                fields=["delegation", "happened_at"],
                condition=Q(kind="suspended"),
                name="a_delegation_is_suspended_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="a_delegation_meets_what_we_know"
            ),
        ]

    @property
    def happening(self) -> Happening:
        return Happening(Kind(self.kind), self.happened_at, self.actor_id)


class DelegationNotice(Notice):
    """Something about a delegation that somebody must know: a row in the transaction of what it tells (semantics 26).

    `key` is unique for recipient and delegation, so that nobody is told twice. Read means that she has said so.
    """

    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="notices")

    class Meta(Notice.Meta):
        constraints = [
            models.UniqueConstraint(fields=["recipient", "delegation", "key"], name="a_notice_is_given_once")
        ]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="delegation_notice_unread")
        ]


class DelegationRound(models.Model):
    """A day whose reminders and ends by the calendar have been gone through, by the care provider's clock."""

    day = models.DateField(unique=True)
    done_at = models.DateTimeField()


class DelegationPolicy(Unchanging):
    """How a care provider handles its delegations, from a day on; the newest row at the node or nearest above holds."""

    KEEP_MONTHS = 120
    QUEUE_DAYS = 60

    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    keep_months = models.PositiveSmallIntegerField(default=KEEP_MONTHS)
    """How long after its end a decision is kept before it may be disposed of."""
    queue_days = models.PositiveSmallIntegerField(default=QUEUE_DAYS)
    """How long before a giver's last day her delegations come into the queue of the others."""
    queue_colleagues = models.BooleanField(default=True)
    """Whether colleagues get the queue, beside the chief nurse."""
    ground = models.TextField(blank=True)

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        verbose_name_plural = _("delegation policies")

    def __str__(self) -> str:
        return f"{self.node} {self.valid_from}"
