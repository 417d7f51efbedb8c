"""Organisations, people, employments, roles.

Three things are kept apart: a `Person` (one, whatever her employers), a `User` (the account she signs in with, if she
has one) and an `Employment` (her key at one employer). What is true of an employment is not stored on it but in dated
`EmploymentTerms`, which are only ever added, so that the state at (`as_of`, `known_at`) never changes afterwards.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


def new_actor_key() -> str:
    """An opaque key: it says nothing about the person, so what is logged under it is anonymous without this table."""
    return uuid4().hex


class Installation(models.Model):
    """What this installation decided at its first start and never changes."""

    iri_base = models.URLField(_("base of identifiers"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_installation")]

    def __str__(self) -> str:
        return self.iri_base


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the address is an alias for signing in, never a key. A person comes with her account."""

    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().select_related("person")

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account to sign in with. Who she is lies in `Person`; names are read from there and stored nowhere else."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may administer the installation"), default=False)
    date_joined = models.DateTimeField(_("account made"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.get_full_name() or self.email or str(self.uuid)

    def get_full_name(self) -> str:
        person = getattr(self, "person", None)
        return person.full_name if person else ""

    def get_short_name(self) -> str:
        person = getattr(self, "person", None)
        return person.given_name if person else ""


class OrganisationQuerySet(MP_NodeQuerySet):
    """Narrowing the tree."""

    def at_or_below(self, path: str) -> OrganisationQuerySet:
        return self.filter(path__startswith=path)

    def units(self) -> OrganisationQuerySet:
        return self.filter(kind=Organisation.Kind.UNIT)


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc]
    """Keeps treebeard's order by path, which is what makes a subtree one range."""

    def get_queryset(self) -> OrganisationQuerySet:
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


class Organisation(MP_Node):
    """A node of the employer tree: region, municipality or private provider, and the units below them."""

    class Kind(models.TextChoices):
        REGION = "region", _("Region")
        MUNICIPALITY = "municipality", _("Municipality")
        PRIVATE_PROVIDER = "private_provider", _("Private provider")
        UNIT = "unit", _("Unit")

    class Setting(models.TextChoices):
        HOME_CARE = "hemtjänst", _("Home care")
        CARE_HOME = "säbo", _("Care home for older people")
        HOME_HEALTH_CARE = "hemsjukvård", _("Home health care")
        SUPPORTED_HOUSING = "bmss", _("Supported housing")
        SHORT_STAY = "korttid", _("Short stay")
        REHAB = "kommunrehab", _("Municipal rehabilitation")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=100, unique=True)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting.choices, blank=True)

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(condition=Q(setting="") | Q(kind="unit"), name="only_a_unit_has_a_setting"),
            models.CheckConstraint(condition=~Q(kind="unit") | Q(depth__gt=1), name="a_unit_has_an_employer_above_it"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unit(self) -> bool:
        return self.kind == self.Kind.UNIT

    @property
    def employer(self) -> Organisation:
        """The nearest node at or above this one that is not a unit: who employs those that work here."""
        if not self.is_unit:
            return self
        employer = self.get_ancestors().exclude(kind=self.Kind.UNIT).last()
        assert employer is not None, "a unit is never a root"
        return employer

    def is_at_or_below(self, node: Organisation) -> bool:
        return self.path.startswith(node.path)


class CareResponsibility(models.Model):
    """Which municipality's chief nurse answers for the health care of a unit, and when. `valid_to` is the last day."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="care_responsibilities")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="responsible_for")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="care_responsibility_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_to__isnull=True),
                name="one_care_provider_answers_for_a_unit",
            ),
        ]


class Person(models.Model):
    """A human being, once, whatever her employers. `email` is where she can be invited: an alias, never a key."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    given_name = models.CharField(_("first name"), max_length=100)
    family_name = models.CharField(_("last name"), max_length=100)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    actor_key = models.CharField(max_length=64, unique=True, default=new_actor_key, editable=False)
    recorded_at = models.DateTimeField()

    # What was already asked about the one who reads, kept for her request alone (`person_of`); None: ask each time.
    kept: dict[Any, Any] | None = None

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["family_name", "given_name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class IdentityLinkQuerySet(models.QuerySet["IdentityLink"]):
    """Which identifiers are a person's, at a time and as known at a time."""

    def in_force(self, as_of: date | None = None, known_at: datetime | None = None) -> IdentityLinkQuerySet:
        """Return the links whose newest row on the day says `linked`."""
        known = _known(IdentityLink.objects.all(), as_of, known_at)
        newest = known.filter(person=OuterRef("person"), kind=OuterRef("kind"), value=OuterRef("value")).order_by(
            "-valid_from", "-recorded_at", "-pk"
        )
        return self.filter(pk=Subquery(newest.values("pk")[:1]), linked=True)


class IdentityLink(models.Model):
    """Somebody else's name for a person, linked or unlinked from a day. Rows are only ever added."""

    class Kind(models.TextChoices):
        ACTOR_KEY = "actor_key", _("Key of another record of the same person")
        MAILBOX = "mailbox", _("Mailbox")
        EMPLOYEE_NUMBER = "employee_number", _("Employee number")
        HSA_ID = "hsa_id", _("HSA-id")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="identity_links")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.CharField(max_length=254)
    linked = models.BooleanField(default=True)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()

    objects = IdentityLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="identity_link_by_value")]


class Employment(models.Model):
    """A person's employment: (organisation, employee number) is its key; what it says is in its terms."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="employments")
    employee_number = models.CharField(_("employee number"), max_length=40)
    # The row that was newest by (valid_from, recorded_at) when last written. Readers that ask about a day use
    # `EmploymentTerms.objects.in_force(day)`, because the newest row may lie in the future.
    terms = models.ForeignKey("EmploymentTerms", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "employee_number"], name="an_employee_number_is_one_employment"
            ),
            models.CheckConstraint(condition=~Q(employee_number=""), name="an_employment_has_an_employee_number"),
        ]

    def __str__(self) -> str:
        return self.employee_number


class EmploymentTermsQuerySet(models.QuerySet["EmploymentTerms"]):
    """The state of employments at a day, as known at a moment."""

    def in_force(self, as_of: date, known_at: datetime | None = None) -> EmploymentTermsQuerySet:
        """Return one row for each employment: the last by (valid_from, recorded_at) that was valid and known."""
        newest = (
            _known(EmploymentTerms.objects.all(), as_of, known_at)
            .filter(employment=OuterRef("employment"))
            .order_by("-valid_from", "-recorded_at", "-pk")
        )
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def not_ended(self, on: date) -> EmploymentTermsQuerySet:
        """Return those whose last day has not passed; those not yet begun are among them."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def current(self, on: date) -> EmploymentTermsQuerySet:
        return self.not_ended(on).filter(starts_on__lte=on)

    def in_service(self, on: date) -> EmploymentTermsQuerySet:
        absent = NotInService.objects.filter(employment=OuterRef("employment")).covering(on)
        return self.current(on).filter(~models.Exists(absent))


class EmploymentTerms(models.Model):
    """What an employment says from a day on. Rows are only ever added; the database refuses to change them."""

    employment = models.ForeignKey(Employment, models.PROTECT, related_name="all_terms")
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    profession = models.CharField(_("profession"), max_length=60, blank=True)
    hr_title = models.CharField(_("title in the HR system"), max_length=120, blank=True)
    aid_code = models.CharField(_("AID code"), max_length=6, blank=True)
    form = models.CharField(_("form of employment"), max_length=60, blank=True)
    share = models.DecimalField(_("per cent of full time"), max_digits=5, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    manager = models.ForeignKey(Employment, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EmploymentTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="an_employment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100),
                name="a_share_is_at_most_full_time",
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("employment")), name="nobody_is_her_own_manager"
            ),
        ]
        indexes = [models.Index(fields=["employment", "valid_from", "recorded_at"], name="terms_by_time")]

    def is_current(self, on: date) -> bool:
        return self.starts_on <= on and not self.has_ended(on)

    def has_ended(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on


class NotInServiceQuerySet(models.QuerySet["NotInService"]):
    def covering(self, on: date) -> NotInServiceQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class NotInService(models.Model):
    """Days on which an employee is not in service and is left out of counts. There is no reason, on purpose."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = NotInServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="an_absence_ends_after_it_starts",
            ),
        ]


class Role(models.TextChoices):
    """What somebody may be trusted with on a node of the tree, and so on everything below it."""

    MANAGER = "manager", _("Manager")
    ASSESSOR = "assessor", _("Assessor")
    CHIEF_NURSE = "chief_nurse", pgettext_lazy("role", "Chief medical nurse")
    CHIEF_REHAB = "chief_rehab", pgettext_lazy("role", "Chief rehabilitation officer")
    EDUCATOR = "educator", _("Educator")
    HR = "hr", _("HR administrator")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("System administrator")


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def dated(self, on: date) -> RoleGrantQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class RoleGrant(models.Model):
    """A role that a person holds on a node from its first to its last day."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    node = models.ForeignKey(Organisation, models.PROTECT, related_name="role_grants")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="a_role_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_role_is_one_we_know"),
            models.UniqueConstraint(
                fields=["person", "role", "node"],
                condition=Q(ends_on__isnull=True),
                name="a_role_is_held_once_on_a_node",
            ),
        ]


class Title(models.Model):
    """A title of the HR systems and the profession it stands for. Titles that are not here wait in a queue."""

    title_folded = models.CharField(_("title"), max_length=120, unique=True)
    profession = models.CharField(_("profession"), max_length=60)

    def __str__(self) -> str:
        return self.title_folded


class UnmappedTitle(models.Model):
    """A title that HR must map by hand before its holder gets a profession; nothing is guessed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="unmapped_titles")
    title = models.CharField(_("title in the HR system"), max_length=120)
    recorded_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employment"],
                condition=Q(resolved_at__isnull=True),
                name="an_employment_waits_once_for_its_title",
            ),
        ]


def _known(rows: models.QuerySet[Any], as_of: date | None, known_at: datetime | None) -> models.QuerySet[Any]:
    """Narrow append-only rows to those valid on a day and recorded by a moment; None asks about all of them."""
    if as_of is not None:
        rows = rows.filter(valid_from__lte=as_of)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return rows


# At the end, since it is made of what stands above; Django looks for every table of the room here.
from people.reviewing.models import Concerned, ReviewNotice, WaitingImport  # noqa: E402, F401
from people.titles.models import TitleRight  # noqa: E402, F401
