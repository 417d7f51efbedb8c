"""What is taught. Wagtail pages are the workshop where educators write; an edition is what learners meet.

Learners never read a page's own row: every publish that changes what they see freezes an edition of the whole course
(semantics 7, 28), numbered major.minor. An attempt is graded by the edition that it was issued from.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PagePermissionTester, Task, TaskState
from wagtail.search import index

from courses.blocks import FOCUS_AREAS, PASSAGE_FEATURES, ModuleBody, SourceList, TakeawayList
from courses.forms import CompetencySelect, CourseForm, ModuleForm
from courses.framework import competency_choices
from courses.rules import may_make_for
from people.api import today

HIGHEST_LEVEL = 4
COURSE_DEPTH = 3
LONGEST_COURSE = 240


class OwnRouteMixin:
    """Courses are served by our own routes; "view live" in the workshop leads there, and previews have a template."""

    def get_url_parts(self: Any, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        sites = self._get_relevant_site_root_paths(request)
        if not sites:
            return None
        return sites[0].site_id, sites[0].root_url, get_script_prefix().rstrip("/") + self.url_path

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/course_page_preview.html"

    def get_preview_context(self: Any, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from courses.content import preview_of

        return {**self.get_context(request), "preview": preview_of(self)}


class KeptKeyMixin:
    """A page of content: its key is its own whatever revision is published, and its address gives way to others'."""

    def with_content_json(self: Any, content: dict[str, Any]) -> Any:
        page = super().with_content_json(content)  # type: ignore[misc]  # Wagtail's Page stands beside this mixin
        page.key = self.key
        return page

    def permissions_for_user(self: Any, user: Any) -> CoursePermissionTester:
        return CoursePermissionTester(user, self)

    def nearest_free_slug(self: Any, wanted: str, parent: Page) -> str:
        candidate, number = wanted, 1
        while not Page._slug_is_available(candidate, parent, self if self.pk else None):
            number += 1
            candidate = f"{wanted}-{number}"
        return candidate


class CatalogueIndex(OwnRouteMixin, Page):
    """The one shelf on which every course stands, so that a course's slug is unique in the installation."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CoursePage"]
    admin_default_ordering = "title"
    content_panels = Page.content_panels
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("course catalogue")


class CoursePermissionTester(PagePermissionTester):
    """An educator changes her own organisations' courses; others she may read and copy.

    What has been taught is kept: a course that learners have met is unpublished, never deleted or moved away.
    """

    @cached_property
    def is_hers(self) -> bool:
        course_path = self.page.path[: CatalogueIndex.steplen * COURSE_DEPTH]
        owner = CoursePage.objects.filter(path=course_path).values_list("owner_node__path", flat=True).first()
        return owner is None or may_make_for(self.user, owner, today())

    def can_edit(self) -> bool:
        return super().can_edit() and (self.is_hers or self._is_in_review())

    def _is_in_review(self) -> bool:
        task = self.page.current_workflow_task
        return task is not None and task.user_can_access_editor(self.page, self.user)

    def can_add_subpage(self) -> bool:
        return super().can_add_subpage() and self.is_hers

    def can_publish(self) -> bool:
        return super().can_publish() and self.is_hers

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and self.is_hers

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and self.is_hers

    def can_reorder_children(self) -> bool:
        return super().can_reorder_children() and self.is_hers

    def can_copy(self) -> bool:
        return PagePermissionTester.can_edit(self)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk) and self.is_hers and not self._has_been_taught()

    def _has_been_taught(self) -> bool:
        return CourseEdition.objects.filter(course_id=self.page.pk).exists()


class CoursePage(OwnRouteMixin, KeptKeyMixin, Page):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    summary = models.TextField(_("summary"), max_length=600, help_text=_("One or two sentences for the catalogue."))
    lead = models.TextField(
        _("what you can do afterwards"), max_length=600, blank=True, help_text=_("The first words of the course.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_COURSE)],
        help_text=_("The time the whole course takes."),
    )
    focus_area = models.CharField(_("focus area"), max_length=30, choices=FOCUS_AREAS)
    need_areas = models.JSONField(_("areas of need"), default=list, blank=True)
    target_professions = models.JSONField(_("professions"), default=list, blank=True)
    takeaways = StreamField(TakeawayList(), blank=True, verbose_name=_("to remember"))
    sources = StreamField(SourceList(), blank=True, verbose_name=_("sources"))
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    owner_node = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The organisation that answers for the content."),
    )
    review_date = models.DateField(_("next review"), null=True, blank=True)
    # The main version that this draft replaces, 0 when it does not. Not a yes or no: a draft saved before its tick was
    # published must not raise the number a second time.
    retake_of_major = models.PositiveSmallIntegerField(default=0, editable=False)
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    parent_page_types = ["courses.CatalogueIndex"]
    subpage_types = ["courses.ModulePage"]
    admin_default_ordering = "ord"
    base_form_class = CourseForm
    exclude_fields_in_copy = ["key", "imported_digest", "retake_of_major"]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    FieldPanel("summary"),
                    FieldPanel("lead"),
                    FieldRowPanel([FieldPanel("minutes"), FieldPanel("pass_percent")]),
                    FieldPanel("focus_area"),
                    InlinePanel("teaches", label=_("Competency taught"), heading=_("Competencies taught")),
                    FieldPanel("target_professions"),
                    FieldPanel("takeaways"),
                    FieldPanel("sources"),
                ],
                heading=_("Course"),
            ),
            ObjectList(
                [
                    MultiFieldPanel([FieldPanel("owner_node"), FieldPanel("review_date")], heading=_("Responsibility")),
                    FieldPanel("must_retake"),
                    FieldPanel("slug"),
                    *Page.settings_panels,
                ],
                heading=_("Publishing"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def modules(self) -> models.QuerySet[ModulePage]:
        return ModulePage.objects.child_of(self).order_by("path")

    @property
    def newest_major(self) -> int:
        """The highest main version published so far; 0 before the first."""
        newest = self.editions.aggregate(models.Max("major"))["major__max"] if self.pk else None
        return newest or 0

    @property
    def asks_for_retake(self) -> bool:
        return bool(self.retake_of_major) and self.retake_of_major == self.newest_major

    def ask_for_retake(self, wanted: bool) -> None:
        self.retake_of_major = self.newest_major if wanted else 0


class CourseTeaching(Orderable):
    """The course's claim to teach a competency to a level; which claims count is decided by the framework's rules.

    That a competency is listed once is held by the form, the importer and the registered claims, not by a constraint:
    the workshop writes new rows before it deletes old ones.
    """

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="teaches")
    competency = models.CharField(_("competency"), max_length=20)
    level = models.PositiveSmallIntegerField(_("level"), choices=[(n, str(n)) for n in range(1, HIGHEST_LEVEL + 1)])

    panels = [FieldRowPanel([FieldPanel("competency", widget=CompetencySelect), FieldPanel("level")])]

    class Meta(Orderable.Meta):
        verbose_name = _("competency taught")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=HIGHEST_LEVEL), name="course_teaching_level_is_on_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"

    def clean(self) -> None:
        if self.competency not in dict(competency_choices()):
            message = _("“%(code)s” is not in the framework.") % {"code": self.competency}
            raise ValidationError({"competency": message})


class ModulePage(OwnRouteMixin, KeptKeyMixin, Page):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_COURSE)],
        help_text=_("Aim at five minutes at most."),
    )
    body = StreamField(ModuleBody(), verbose_name=_("content"))
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    base_form_class = ModuleForm
    exclude_fields_in_copy = ["key", "imported_digest"]

    edit_handler = TabbedInterface(
        [
            ObjectList([*Page.content_panels, FieldPanel("minutes"), FieldPanel("body")], heading=_("Module")),
            ObjectList([FieldPanel("slug"), *Page.settings_panels], heading=_("Publishing")),
        ]
    )

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        """A draft may be half a module; what goes live must be whole, whichever button or schedule publishes it."""
        if clean and self.live:
            self.check_body()
        super().save(clean=clean, **kwargs)

    def check_body(self) -> None:
        """Raise ValidationError unless there is content and every block of it is complete."""
        if not len(self.body):
            raise ValidationError({"body": _("A module needs at least one block.")})
        self.body.stream_block.clean(self.body)


class GlossaryTerm(index.Indexed, models.Model):
    """One shared explanation of a word, for the whole region; courses refer to it and never keep their own."""

    term = models.CharField(_("term"), max_length=120)
    term_folded = models.CharField(max_length=120, unique=True, editable=False)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    explanation = RichTextField(_("explanation"), features=PASSAGE_FEATURES)

    panels = [FieldPanel("term"), FieldPanel("explanation")]
    search_fields = [index.SearchField("term"), index.AutocompleteField("term"), index.SearchField("explanation")]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term_folded"]

    def __str__(self) -> str:
        return self.term

    @staticmethod
    def fold(term: str) -> str:
        return " ".join(term.split()).casefold()

    def clean(self) -> None:
        """One entry per word, whatever its capitals."""
        if GlossaryTerm.objects.filter(term_folded=self.fold(self.term)).exclude(pk=self.pk).exists():
            raise ValidationError({"term": _("The glossary already has this word. Change that entry instead.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.term_folded = self.fold(self.term)
        self.slug = self.slug or free_term_slug(self.term)
        super().save(*args, **kwargs)


def free_term_slug(term: str) -> str:
    """Return an address for a word; words that differ only in signs get a number."""
    wanted = slugify(term) or "ord"
    slug, number = wanted, 1
    while GlossaryTerm.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


class CourseEdition(models.Model):
    """What learners met from `published_at` on, whole and frozen. Appended at each publish, never edited.

    `content` is plain data (see courses.snapshots): it needs no Wagtail revision and survives the deletion of a module.
    At most one edition of a course is current; none is while the course is unpublished or has no live module.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="editions")
    slug = models.CharField(max_length=255, db_index=True)
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "major", "minor"], name="edition_number_is_used_once"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(is_current=True), name="course_has_one_current_edition"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(is_current=True), name="current_slug_names_one_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}"


class ChiefNurseTask(Task):
    """The review step: any chief nurse or chief of rehabilitation may take it, and it never locks the educator out."""

    class Meta:
        verbose_name = _("review by chief nurse")
        verbose_name_plural = _("reviews by chief nurse")

    def user_can_access_editor(self, obj: Page, user: Any) -> bool:
        return self._may_review(user)

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, str, bool]]:
        if not self._may_review(user):
            return []
        return [("reject", _("Ask for changes"), True), ("approve", _("Approve and publish"), False)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        if not self._may_review(user):
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        from courses.reviewing import approve_task

        if action_name == "approve":
            approve_task(task_state, user, **kwargs)
        else:
            super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return _("A chief nurse or chief of rehabilitation approves what is to be published.")

    def _may_review(self, user: Any) -> bool:
        from courses.reviewing import may_review

        return may_review(user)


from courses.attempts import Attempt, Registration  # noqa: E402  (their tables belong to this room)

__all__ = [
    "Attempt",
    "CatalogueIndex",
    "ChiefNurseTask",
    "CourseEdition",
    "CoursePage",
    "CourseTeaching",
    "GlossaryTerm",
    "ModulePage",
    "Registration",
]
