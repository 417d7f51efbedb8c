"""What competence is judged by (frameworks, rules, claims, reviews, policies) and what follows from it (standings).

Every input of a standing or a gap is an append-only row with `valid_from` (from when it holds in the world) and
`recorded_at` (from when we knew): the state at a moment is the last row that held and was known then. Corrections and
withdrawals are new rows. `Framework`, `Area`, `Level`, `Competency`, `Profession`, `Setting` and `Offer` are only
descriptive, so their titles may be corrected in place. `Standing` is derived and may be thrown away.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

TOP_LEVEL = 4

Row = TypeVar("Row", bound=models.Model)


class LawStamp(models.Model):
    """One row: a random value that is renewed whenever anything in the law book changes (see `book.py`)."""

    stamp = models.UUIDField(default=uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="competency_there_is_one_stamp")]

    @classmethod
    def renew(cls) -> None:
        cls.objects.update_or_create(pk=1, defaults={"stamp": uuid4()})


class Stamped(models.Model):
    """A page of the law book: saving it renews the stamp. Whoever writes in bulk renews it by hand."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        LawStamp.renew()


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows that are added and never changed: what was known on a day must still be found on every later day."""

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} rows are never changed; append a new one.")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} rows are never deleted; append one that withdraws.")


class Unchanging(models.Model):
    """A row that is added and never changed nor removed. Each such table has triggers that say the same."""

    recorded_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never changed; append a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are never deleted; append one that withdraws.")


class AppendOnly(Unchanging, Stamped):
    """A dated fact of the law. `valid_from` may lie before `recorded_at` (entered late) or after (decided ahead)."""

    class Meta:
        abstract = True


class Titled(Stamped):
    """Something with a Swedish name and perhaps an English one. Names are content, not gettext."""

    title_sv = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return (self.title_en if self.title_lang == "en" else "") or self.title_sv

    @property
    def title_lang(self) -> str:
        """The language that `title` is in now, for the `lang` attribute."""
        return "en" if self.title_en and (get_language() or "sv").startswith("en") else "sv"


class Framework(Titled):
    code = models.SlugField(unique=True)
    version = models.CharField(max_length=40)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    notes = models.JSONField(default=dict)
    """The file's own words about itself: `profile_rule`, `evidence_rule`, `status_note` …"""
    focus_areas = models.JSONField(default=list)
    need_areas = models.JSONField(default=list)
    evidence_roles = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()


class Level(Stamped):
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField()
    name_sv = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    descriptor_sv = models.TextField(blank=True)

    class Meta:
        ordering = ["framework", "level"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "level"], name="competency_one_row_per_level"),
            models.CheckConstraint(condition=Q(level__lte=TOP_LEVEL), name="competency_level_on_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.name}"

    @property
    def name(self) -> str:
        english = (get_language() or "sv").startswith("en")
        return (self.name_en if english else "") or self.name_sv


class Setting(Titled):
    code = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class Area(Titled):
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="areas")
    code = models.CharField(max_length=20, unique=True)
    description_sv = models.TextField(blank=True)
    focus_areas = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class Kind(models.TextChoices):
    KNOWLEDGE = "knowledge", pgettext_lazy("kind of competency", "Knowledge")
    SKILL = "skill", pgettext_lazy("kind of competency", "Skill")
    PRACTICAL = "practical", pgettext_lazy("kind of competency", "Practical task")


class Competency(Titled):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.CharField(max_length=20, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="competencies")
    description_sv = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    may_require_delegation = models.BooleanField(default=False)
    delegation_note_sv = models.TextField(blank=True)
    authorisation = models.JSONField(default=dict)
    focus_areas = models.JSONField(default=list)
    need_areas = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = _("competencies")


class CompetencyRisk(AppendOnly):
    """How much harm a gap may do, 1 to 3; half of a gap's weight (semantics 16)."""

    competency = models.ForeignKey(Competency, models.PROTECT, related_name="risks")
    risk = models.PositiveSmallIntegerField()
    valid_from = models.DateField()

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(risk__gte=1), name="competency_risk_is_positive")]


class Profession(Titled):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    licensed = models.BooleanField(default=False)
    regulation_note = models.CharField(max_length=200, blank=True)
    isco08_group = models.CharField(max_length=10, blank=True)
    esco = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]


class ProfileRequirement(AppendOnly):
    """`level` of `competency` is asked of `profession` in `setting`, at `node` and below, from a day on."""

    EVERYWHERE = "all"

    profession = models.ForeignKey(Profession, models.PROTECT, related_name="requirements")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="requirements")
    setting = models.CharField(max_length=40, default=EVERYWHERE)
    level = models.PositiveSmallIntegerField()
    node = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    """Who asks; none means the framework itself, for everyone who uses it."""
    valid_from = models.DateField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="requirement_level_on_scale")
        ]


class EvidenceRule(AppendOnly):
    """What shows `level` of `competency`, as one published version. `recorded_at` is when it was published.

    `tree` combines leaves with `all_of` and `any_of`; an empty tree says that from this version on nothing shows the
    level. `ends_earlier_at`: older evidence counts until then instead of until its own expiry (semantics 15).
    """

    competency = models.ForeignKey(Competency, models.PROTECT, related_name="rules")
    level = models.PositiveSmallIntegerField()
    tree = models.JSONField()
    validity_months = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    ends_earlier_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """Who published it; none where it came with a framework's file."""

    class Meta:
        ordering = ["competency", "level", "version"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "level", "version"], name="evidence_rule_version_is_one"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="evidence_rule_on_scale"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=models.F("recorded_at")), name="evidence_rule_not_before_published"
            ),
            models.CheckConstraint(
                condition=Q(validity_months__isnull=True) | Q(validity_months__gte=1),
                name="evidence_rule_validity_is_positive",
            ),
        ]


class Offer(Stamped):
    """Something that teaches, as it is found today: link, words and minutes. What it teaches is a `Claim`."""

    activity_iri = models.CharField(max_length=500, unique=True)
    questions_iri = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=500)
    minutes = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40, default="course")
    focus_area = models.CharField(max_length=40, blank=True)
    target_professions = models.JSONField(default=list)
    node = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    """Whose it is: shown at the node and below; none means everyone."""
    revision = models.CharField(max_length=40)
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Claim(AppendOnly):
    """“This activity teaches that competency to this level”, from major version `major` on.

    `ends_earlier_at`: what was earned on earlier major versions counts until then instead of until its own expiry.
    """

    activity_iri = models.CharField(max_length=500, db_index=True)
    questions_iri = models.CharField(max_length=500, blank=True)
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="claims")
    level = models.PositiveSmallIntegerField()
    major = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)
    ends_earlier_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="claim_level_on_scale")
        ]


class Review(AppendOnly):
    """A chief nurse's or chief rehab officer's yes to a revision, in `node` and below, from `valid_from`."""

    activity_iri = models.CharField(max_length=500, db_index=True)
    revision = models.CharField(max_length=40)
    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]


class Policy(AppendOnly):
    """Whether evidence from courses nobody has reviewed counts at `node` and below, until a nearer or later row."""

    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    counts_unreviewed = models.BooleanField()
    valid_from = models.DateTimeField()

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]


class AcceptedSource(AppendOnly):
    """Statements by `authority` about activities that begin with `activity_prefix` are evidence at `node` and below."""

    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    authority = models.CharField(max_length=500)
    activity_prefix = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]


class AcceptedEquivalent(AppendOnly):
    """What `giver`, or an organisation below it, has found by its own law counts at `node` and below, up to `level`.

    `competency` none: of every competency. The newest row of a node, giver and competency is in force. Where the rule
    of a level has the leaf `equivalent`, it is satisfied so; `freshness_months` after it was shown it no longer is.
    """

    node = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    giver = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField()
    freshness_months = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=TOP_LEVEL), name="equivalent_level_on_scale"),
            models.CheckConstraint(
                condition=Q(freshness_months__isnull=True) | Q(freshness_months__gte=1),
                name="equivalent_freshness_is_positive",
            ),
        ]


class DirtyMark(models.Model):
    """“Something about this person may have changed”: written in the transaction of the change, only ever inserted.

    A rebuild deletes the marks whose ids it noted before it read, so that one written meanwhile survives.
    """

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    made_at = models.DateTimeField()


class Computation(models.Model):
    """When a person's standings were last folded: rows are only written where something differs, so they cannot say."""

    person = models.OneToOneField("people.Person", models.CASCADE, related_name="+", primary_key=True)
    computed_at = models.DateTimeField()


class Standing(models.Model):
    """What a person can do by one employer's rules: derived, a cache of the fold. `segments` is as in `segments.py`."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="standings")
    organisation = models.ForeignKey("people.Organisation", models.CASCADE, related_name="+")
    competency = models.ForeignKey(Competency, models.CASCADE, related_name="standings")
    segments = models.JSONField()
    under_way = models.JSONField(default=list)
    computed_at = models.DateTimeField()
    """When this row was written."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "competency"], name="standing_one_per_person_employer_competency"
            )
        ]


# The rest of the room's tables, at the end, since they are made of what stands above; Django looks for them here.
from .assignment.models import Assignment, AssignmentNotice, AssignmentWithdrawal  # noqa: E402, F401
from .coverage.models import CoverageNeed  # noqa: E402, F401
from .delegation import models as delegation_models  # noqa: E402, F401
from .disposal.models import KeepingRule, RecordPermit  # noqa: E402, F401
from .dry_run.models import DryRun, DryRunFinding  # noqa: E402, F401
from .frameworks.models import FrameworkVersion, Succession  # noqa: E402, F401
from .inspection import models as inspection_models  # noqa: E402, F401
from .observing.models import AssessorRule, Checklist  # noqa: E402, F401
from .occasions.models import Occasion, OccasionCompetency, OccasionNotice, Seat  # noqa: E402, F401
from .plan.models import PlanEvent, PlanNotice, PlanRound  # noqa: E402, F401
from .rollup.models import RollUp  # noqa: E402, F401
