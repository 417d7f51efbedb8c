"""The tables of the record store.

`Statement`, its two link tables, `Voiding` and the permits are append-only: the database itself refuses UPDATE and
DELETE (migration `0002`). What names a foreign person or is free text lies in `RedactablePart`, which may be
replaced by a tombstone, once, under a permit that cannot outlive its transaction.

`Statement.payload` is JSON text and not a JSON column: it is given back as it came, no query looks into it (what is
asked for has a column or a link row), and text is cheaper to write and to return on both databases.

IRIs and identifiers may be of any length, and an index entry may not: each is unique by `key`, its SHA-256.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .identity import STAND_INS, Identifier
from .redaction import Kept
from .statement import ActivityRole, AgentRole, ObjectKind

if TYPE_CHECKING:
    from .rules import Reach


def _choices(roles: type[IntEnum]) -> list[tuple[int, str]]:
    return [(role.value, role.name.lower()) for role in roles]


class IfiKind(models.TextChoices):
    """The four inverse functional identifiers of the specification."""

    ACCOUNT = "account"
    MBOX = "mbox"
    MBOX_SHA1SUM = "mbox_sha1sum"
    OPENID = "openid"


class AgentQuerySet(models.QuerySet["Agent"]):
    def named(self, identifier: Identifier, base: str) -> AgentQuerySet:
        """The row of an identifier, also of the account that stands in for one."""
        number = identifier.stands_in_for(base)
        by_key = models.Q(key=identifier.digest)
        return self.filter(by_key | models.Q(uuid=number) if number else by_key)

    def foreign(self, base: str) -> AgentQuerySet:
        """The rows whose identifier may name somebody (see `Identifier.names_nobody`)."""
        stands_in = models.Q(home_page=f"{base}{STAND_INS}", ifi_value__regex="^[0-9a-f]{32}$")
        return self.exclude(models.Q(ifi_kind=IfiKind.ACCOUNT) & (models.Q(home_page=base) | stands_in))


class Agent(models.Model):
    """Whoever a statement names: our people by their opaque key, systems, and foreign people and groups.

    `uuid` stands in for a foreign identifier in the stored payload, so that the log stays whole when the identifier
    is disposed of: then the row itself is named by the stand-in account. There is no name here on purpose: names lie in
    the redactable part.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ifi_kind = models.CharField(max_length=16, choices=IfiKind)
    home_page = models.TextField(blank=True, default="")
    ifi_value = models.TextField()
    key = models.BinaryField(max_length=32, unique=True, editable=False)
    is_group = models.BooleanField(default=False)

    objects = AgentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.ifi_kind}:{self.uuid}"


class Verb(models.Model):
    iri = models.TextField()
    key = models.BinaryField(max_length=32, unique=True, editable=False)
    display = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.iri


class Activity(models.Model):
    """An activity and its canonical definition: what its statements have said of it, merged."""

    iri = models.TextField()
    key = models.BinaryField(max_length=32, unique=True, editable=False)
    definition = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.iri


class Scope(models.TextChoices):
    """What a credential may do: as the specification names it, and what our own API adds."""

    ALL = "all"
    ALL_READ = "all/read"
    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ = "statements/read"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATE = "state"
    PROFILE = "profile"
    DELEGATIONS_CHECK = "delegations/check"
    COMPETENCE_READ = "competence/read"
    SEARCH_READ = "search/read"
    PEOPLE_IMPORT = "people/import"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def administered_in(self, reach: Reach) -> CredentialQuerySet:
        """Those that systems use; nobody signs in with the one that stands for imports, which has no secret."""
        return self.filter(reach.narrows).exclude(secret_hash="")


class Credential(models.Model):
    """A system that may use the store. The secret is shown once; kept is a keyed hash of it.

    Bound to an organisation it writes for that organisation and sees nothing of any other's; unbound it belongs to
    the installation and sees everything that its scopes allow. Until `old_secret_until` the secret before this one
    opens too, so that the system can be given the new one without standing still.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=128)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    scopes = models.JSONField(default=list)
    # Of the key under which foreign identifiers in what it sends are replaced (see door); none: they are kept.
    pseudonym_mark = models.BinaryField(max_length=32, null=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    old_secret_hash = models.CharField(max_length=128, blank=True, default="")
    old_secret_until = models.DateTimeField(null=True, blank=True)
    old_secret_used_at = models.DateTimeField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def authority_key(self) -> str:
        """The account name that stands as authority on what it sends."""
        return f"credential/{self.uuid}"

    def may(self, *scopes: str) -> bool:
        """True when it has any of `scopes`, or all."""
        return not {Scope.ALL, *scopes}.isdisjoint(self.scopes)


class StatementQuerySet(models.QuerySet["Statement"]):
    def seen_by(self, credential: Credential) -> StatementQuerySet:
        """Only what `credential` may read: its organisation's, or its own when the scope says mine."""
        rows = self if credential.organisation_id is None else self.filter(organisation=credential.organisation_id)
        if credential.may(Scope.ALL_READ, Scope.STATEMENTS_READ):
            return rows
        return rows.filter(credential=credential) if credential.may(Scope.STATEMENTS_READ_MINE) else rows.none()

    def with_voided_at(self) -> StatementQuerySet:
        """Annotate `voided_at`: when the first voiding that had the right to was stored, else None.

        A statement that voids cannot itself be voided, and an organisation voids only its own (specification 2.3.2,
        and the isolation of organisations).
        """
        first = _voidings().order_by("statement_id").values("statement__stored")[:1]
        return self.annotate(
            voided_at=models.Case(
                models.When(object_kind=ObjectKind.VOIDED, then=None),
                default=models.Subquery(first),
                output_field=models.DateTimeField(),
            )
        )

    def not_voided(self) -> StatementQuerySet:
        """Those whose `voided_at` would be None, in words that let PostgreSQL guess that they are nearly all."""
        return self.filter(models.Q(object_kind=ObjectKind.VOIDED) | ~models.Exists(_voidings()))


def voidings_of(statement_id: Any, organisation: Any, sender: Any) -> models.QuerySet[Voiding]:
    """The voidings of a statement that had the right to, by its id, and the keys of its organisation and credential."""
    return Voiding.objects.filter(
        models.Q(statement__organisation=None) | models.Q(statement__organisation=organisation),
        models.Q(only_from=None) | models.Q(only_from=sender),
        voided_id=statement_id,
    )


def _voidings() -> models.QuerySet[Voiding]:
    """Those of the outer statement."""
    return voidings_of(*(models.OuterRef(name) for name in ("statement_id", "organisation_id", "credential_id")))


class Statement(models.Model):
    """One thing that happened. Appended and never changed.

    `id` is the order of storing and the cursor of `more`. `organisation` is the employer that it was earned under.
    `happened_at` is what the fold reads; what the sender claimed is `timestamp`, and stays in the payload.
    `actor` is empty for an anonymous group, whose members are link rows.
    """

    id = models.BigAutoField(primary_key=True)
    statement_id = models.UUIDField(unique=True)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    actor = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+", db_index=False)
    verb = models.ForeignKey(Verb, models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+", db_index=False)
    object_kind = models.PositiveSmallIntegerField(choices=_choices(ObjectKind))
    refers_to = models.UUIDField(null=True)
    registration = models.UUIDField(null=True)
    authority = models.ForeignKey(Agent, models.PROTECT, related_name="+", db_index=False)
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.CharField(max_length=16)
    timestamp = models.DateTimeField()
    stored = models.DateTimeField()
    happened_at = models.DateTimeField()
    payload = models.TextField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["actor", "verb", "activity"], name="statement_actor_verb_activity"),
            models.Index(fields=["verb", "id"], name="statement_verb"),
            models.Index(fields=["activity", "verb"], name="statement_activity_verb"),
            models.Index(fields=["organisation", "id"], name="statement_organisation"),
            models.Index(fields=["stored"], name="statement_stored"),
            models.Index(
                fields=["registration"], name="statement_registration", condition=models.Q(registration__isnull=False)
            ),
            models.Index(fields=["refers_to"], name="statement_refers_to", condition=models.Q(refers_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)

    @property
    def kept(self) -> Kept:
        """What lies of it in the store; select it with its `redactable`."""
        part: RedactablePart | None = getattr(self, "redactable", None)
        of_part = (part.content, part.tombstone) if part else (None, False)
        return Kept(self.pk, self.stored, self.payload, *of_part)


class StatementAgent(models.Model):
    """Every agent that a statement names, with its place in it; its primary key is the index that filters use."""

    pk = models.CompositePrimaryKey("agent_id", "statement_id", "role")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+", db_index=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="agent_links", db_index=False)
    role = models.PositiveSmallIntegerField(choices=_choices(AgentRole))


class StatementActivity(models.Model):
    """Every activity that a statement names, with its place in it; its primary key is the index that filters use."""

    pk = models.CompositePrimaryKey("activity_id", "statement_id", "role")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="+", db_index=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="activity_links", db_index=False)
    role = models.PositiveSmallIntegerField(choices=_choices(ActivityRole))


class Voiding(models.Model):
    """`statement` says that the statement with `voided_id` never was. It may be stored before the one it voids.

    It reaches statements of its own organisation (all, if it has none) and, with `only_from`, of that sender alone.
    """

    statement = models.OneToOneField(Statement, models.PROTECT, primary_key=True, related_name="voiding")
    voided_id = models.UUIDField(db_index=True)
    only_from = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+", db_index=False)


class RedactablePart(models.Model):
    """Free text, answers, attachments and foreign names and identifiers of one statement, taken out of its payload.

    `content` is `{"parts": [[path, value], ...]}`; as a tombstone `{"paths": [path, ...]}`, so that the payload can be
    closed over the holes. The fold never reads it.
    """

    statement = models.OneToOneField(Statement, models.PROTECT, primary_key=True, related_name="redactable")
    content = models.TextField()
    tombstone = models.BooleanField(default=False)


class DisposalUse(models.Model):
    """A permit that has been used. Written by the database when a redactable part becomes a tombstone."""

    number = models.UUIDField(primary_key=True)


class DisposalPermit(models.Model):
    """The right to dispose of one redactable part once, with its ground.

    `use` is a foreign key checked at commit, and its row is written only when the part is replaced. So a permit that
    was not used cannot be committed: permit and disposal are always one transaction, on both databases.
    """

    part = models.ForeignKey(RedactablePart, models.PROTECT, related_name="permits")
    use = models.OneToOneField(DisposalUse, models.PROTECT, related_name="permit", default=uuid4)
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()


class IdentifierPermit(models.Model):
    """The right to replace one foreign identifier by its stand-in once, with its ground. Its `use` as above."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="permits")
    use = models.OneToOneField(DisposalUse, models.PROTECT, related_name="identifier_permit", default=uuid4)
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self, at: datetime) -> LegalHoldQuerySet:
        """The holds that stop disposal at a moment: the newest of each organisation and agent, if it lasts."""
        later = LegalHold.objects.alias(
            organisation_no=Coalesce("organisation", 0), agent_no=Coalesce("agent", 0)
        ).filter(
            organisation_no=Coalesce(models.OuterRef("organisation"), 0),
            agent_no=Coalesce(models.OuterRef("agent"), 0),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later), until__gt=at)


class LegalHold(models.Model):
    """Nothing of an organisation's statements, or of those that name an agent, is disposed of until a moment.

    With both, of that organisation's statements that name that agent. The newest row of each counts, so a later one
    prolongs or lifts a hold, and rows are only ever added.
    """

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    until = models.DateTimeField()
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(agent__isnull=False),
                name="legal_hold_holds_something",
            )
        ]


class AttachmentData(models.Model):
    """The data of attachments, once for each content. `key` is its SHA-256.

    Belongs to the redactable side: it may be deleted when nothing leads to it any more, and never be changed.
    """

    key = models.BinaryField(max_length=32, unique=True, editable=False)
    length = models.BigIntegerField()


class AttachmentPiece(models.Model):
    """Some bytes of a content, so that none is ever whole in memory."""

    pk = models.CompositePrimaryKey("data_id", "number")
    data = models.ForeignKey(AttachmentData, models.PROTECT, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()


class StatementAttachment(models.Model):
    """This content came with this statement, under this hash. Deleted when the statement has been disposed of."""

    pk = models.CompositePrimaryKey("statement_id", "sha2")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="attachment_links", db_index=False)
    sha2 = models.CharField(max_length=128)
    data = models.ForeignKey(AttachmentData, models.PROTECT, related_name="statement_links")


class StatementTarget(models.Model):
    """A statement answers filters for what it refers to: one row for each statement on the way, however far.

    Only steps that its readers may know of count: to a statement of the same organisation, or of any when the one that
    refers belongs to the installation.
    """

    pk = models.CompositePrimaryKey("statement_id", "target_id")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="target_links", db_index=False)
    target = models.ForeignKey(Statement, models.PROTECT, related_name="referrer_links")


class RetentionKind(models.TextChoices):
    """What a rule of retention is about. Only the detail goes: results, levels and times done stay."""

    ANSWERS = "answers"
    ASSESSMENTS = "assessments"
    PRACTICE = "practice"
    EVERYTHING = "everything"


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def in_force(self, day: date) -> RetentionRuleQuerySet:
        """The newest rule of each organisation and kind that is valid on a day, if it sets a limit."""
        later = RetentionRule.objects.filter(
            organisation=models.OuterRef("organisation"), kind=models.OuterRef("kind"), valid_from__lte=day
        ).order_by("-valid_from", "-pk")
        newest = models.Subquery(later.values("pk")[:1])
        return self.filter(pk=newest, months__isnull=False).order_by("organisation__slug", "kind")


class RetentionRule(models.Model):
    """For how long an organisation keeps the redactable part of a kind of statement; without months, for ever.

    The newest row of each organisation and kind counts; rows are only ever added. Without a rule nothing is removed.
    """

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=RetentionKind)
    months = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField()
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(months=None) | models.Q(months__gt=0), name="retention_months")
        ]

    def __str__(self) -> str:
        return f"{self.organisation.slug} {self.kind}"


class RetentionRun(models.Model):
    """That a rule was applied to what happened before a moment; its batches say how far it came."""

    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="runs")
    before = models.DateTimeField()
    ground = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()


class RetentionBatch(models.Model):
    """What one transaction of a run removed, and the last statement it looked at; the last batch ends the run."""

    run = models.ForeignKey(RetentionRun, models.PROTECT, related_name="batches")
    up_to = models.BigIntegerField()
    statements = models.PositiveIntegerField()
    identifiers = models.PositiveIntegerField()
    is_last = models.BooleanField()
    made_at = models.DateTimeField()


class DocumentKind(models.IntegerChoices):
    """The three document resources."""

    STATE = 1
    ACTIVITY_PROFILE = 2
    AGENT_PROFILE = 3


class Document(models.Model):
    """Whatever a system keeps here under a name: a state, or a profile of an activity or an agent.

    Not a part of the log: it is replaced and deleted. It is its organisation's (the installation's, if it has none), so
    two organisations may use the same names. `key` is the digest of all that names it, whichever parts it has.
    """

    key = models.BinaryField(max_length=32, unique=True, editable=False)
    kind = models.PositiveSmallIntegerField(choices=DocumentKind)
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+", db_index=False)
    registration = models.UUIDField(null=True)
    document_id = models.TextField()
    content = models.BinaryField()
    content_type = models.TextField()
    etag = models.CharField(max_length=40)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["activity", "agent", "organisation"], name="document_activity"),
            models.Index(fields=["agent", "organisation"], name="document_agent"),
        ]

    def __str__(self) -> str:
        return self.document_id


class PauseCause(models.TextChoices):
    """Why nothing is sent to a store: a person's decision, or what the store did."""

    BY_HAND = "by_hand", _("Paused by somebody")
    NO_ACCESS = "no_access", _("It does not let us in")
    MOVED = "moved", _("It has moved")
    REFUSALS = "refusals", _("It refused many statements in a row")
    SECRET = "secret", _("Its secret cannot be read, because SECRET_KEY is another; add the forward again")


CLAIM = timedelta(minutes=2)
"""For how long a worker that is not heard of keeps a store to itself."""
LONGEST_DELAY = timedelta(hours=1)


class ForwardQuerySet(models.QuerySet["Forward"]):
    def due(self, at: datetime) -> ForwardQuerySet:
        """Those that have something to send, are not paused or backing off, and that no worker has claimed.

        What lies further ahead than a claim lasts, or than the longest wait, was written by a clock that was wrong.
        """
        waiting = Outgoing.objects.filter(forward=models.OuterRef("pk"), answer="")
        is_claimed = models.Q(claimed_until__gt=at, claimed_until__lte=at + CLAIM)
        is_waiting = models.Q(next_at__gt=at, next_at__lte=at + LONGEST_DELAY)
        return self.filter(models.Exists(waiting), ~is_claimed, ~is_waiting, paused_at=None)

    def administered_in(self, reach: Reach) -> ForwardQuerySet:
        return self.filter(reach.narrows)


class Forward(models.Model):
    """Another record store that is sent our new statements: its organisation's, or all if it is the installation's.

    `verbs` and `activities` are beginnings of IRIs, of which one must fit; none lets all pass. `key` and
    `sealed_secret` are what the other store gave us. `pause_reason` is what somebody
    wrote, or the store answered. One worker at a time has it, until `claimed_until`.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    endpoint = models.TextField()
    key = models.TextField()
    sealed_secret = models.TextField()
    version = models.CharField(max_length=16)
    verbs = models.JSONField(default=list)
    activities = models.JSONField(default=list)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_cause = models.CharField(max_length=16, choices=PauseCause, blank=True, default="")
    pause_reason = models.TextField(blank=True, default="")
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    refused_in_a_row = models.PositiveIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)

    objects = ForwardQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Outgoing(models.Model):
    """This statement is to be sent there. Written in the transaction of the statement and deleted when it has arrived.

    With an `answer`, the other store refused it: it is set aside, and the rest goes on.
    """

    forward = models.ForeignKey(Forward, models.CASCADE, related_name="outgoing", db_index=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", db_index=False)
    answer = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "outgoing"
        constraints = [models.UniqueConstraint(fields=["forward", "statement"], name="outgoing_once")]


class ConnectionEventKind(models.TextChoices):
    """What somebody did with a connection."""

    MADE = "made", _("Made")
    SECRET_CHANGED = "secret_changed", _("Given a new secret")
    OLD_SECRET_ENDED = "old_secret_ended", _("The old secret was ended")
    REVOKED = "revoked", _("Ended")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    RESENT = "resent", _("Sent again")
    REMOVED = "removed", _("Removed")


class ConnectionEvent(models.Model):
    """That somebody did something with a credential or a forward. Rows are only ever added, and outlive it.

    `connection` is the uuid of either; `by` that of the account, and empty for a command on the server.
    """

    connection = models.UUIDField(db_index=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=ConnectionEventKind)
    by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.connection} {self.kind}"
