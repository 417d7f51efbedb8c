"""The framework as an editor writes it: one draft, with Wagtail's revisions, comparison and review. Publishing it is an
import into `competency`, where it becomes dated rows; what was known before is not touched.

A draft begins with the framework as it stood, and remembers at which version. It is refused when another version was
published since, so that nobody's change is undone unseen.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    Task,
    TaskState,
    WorkflowMixin,
)

from competency.api import (
    Framework,
    FrameworkError,
    FrameworkPreview,
    framework_content,
    framework_sections,
    framework_versions,
    load_framework,
    merged_framework,
    present_framework,
    preview_framework,
)
from courses.frameworks.blocks import (
    AREAS,
    COMPETENCIES,
    LEVELS,
    SUCCESSIONS,
    as_blocks,
    rows_of,
    successions_of,
)
from courses.rules import decides_framework, edits_framework
from people.api import Conflict, holds_personnummer, now, today


class DraftIsOld(Conflict):
    code = "framework_draft_is_old"
    default_message = _(
        "Another version of the framework was published after this draft was begun. Compare the versions, and begin "
        "the draft anew from the framework as it stands."
    )


class ApprovedAsRead(Conflict):
    code = "framework_approved_as_read"
    default_message = _(
        "The draft is no longer as you read it. Save your changes and let somebody else approve them, or open it anew "
        "and approve it as it stands."
    )


class FrameworkDraftForm(WagtailAdminModelForm):
    """A draft may be half done; what is to be reviewed or published must be right, and everything wrong is told."""

    ASKS_FOR_ALL = ("action-publish", "action-submit", "action-restart-workflow")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked, is_approved, read = any(name in self.data for name in self.ASKS_FOR_ALL), False, None
        if self.data.get("action-workflow-action") and self.data.get("workflow-action-name") == "approve":
            asked = True
            # Whoever approves must not slip in what nobody else has seen.
            is_approved, read = True, self.instance.written()
        if asked and not self.errors:
            draft = self.instance
            for name, value in cleaned.items():
                setattr(draft, name, value)
            try:
                draft.preview()
            except (FrameworkError, DraftIsOld) as error:
                self.add_error(None, [ValidationError(line) for line in str(error.message).splitlines()])
            if is_approved and draft.written() != read:
                self.add_error(None, ApprovedAsRead.default_message)
        return cleaned


class FrameworkDraft(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """The one draft of the framework. `based_on` is the number of the version that it began with."""

    label = models.CharField(
        _("version"), max_length=40, help_text=_("What this version will be called: a day, for example.")
    )
    based_on = models.PositiveIntegerField(editable=False)
    level_scale = StreamField(LEVELS, verbose_name=_("levels"), collapsed=True, blank=True)
    areas = StreamField(AREAS, verbose_name=_("areas"), collapsed=True, blank=True)
    competencies = StreamField(
        COMPETENCIES,
        verbose_name=_("competencies"),
        collapsed=True,
        blank=True,
        help_text=_(
            "Take one away to retire it. What people have shown of it stays, and counts on where another takes over."
        ),
    )
    successions = StreamField(
        SUCCESSIONS,
        verbose_name=_("what takes over from what"),
        collapsed=True,
        blank=True,
        help_text=_("One line for each competency that takes over: a competency that is split has several."),
    )

    # What a file said that the draft began with, whole: rules and requirements too, which the form does not show.
    from_file = models.JSONField(default=dict, blank=True, editable=False)

    base_form_class = FrameworkDraftForm
    edit_handler = TabbedInterface(
        [
            ObjectList([FieldPanel("label"), FieldPanel("competencies")], heading=_("Competencies")),
            ObjectList([FieldPanel("successions")], heading=_("What takes over")),
            ObjectList([FieldPanel("areas"), FieldPanel("level_scale")], heading=_("Areas and levels")),
        ]
    )

    class Meta:
        verbose_name = _("competency framework")
        verbose_name_plural = _("competency frameworks")

    def __str__(self) -> str:
        return gettext("Competency framework, draft of version %(label)s") % {"label": self.label}

    def written(self) -> dict[str, Any]:
        """Return what its editors have written, in the words of the file format."""
        return {
            "version": self.label,
            "level_scale": rows_of(self.level_scale),
            "areas": rows_of(self.areas),
            "competencies": rows_of(self.competencies),
            "successions": successions_of(self.successions),
        }

    def content(self) -> dict[str, Any]:
        """Return what the framework would say. Raises FrameworkError."""
        return merged_framework(self.from_file or framework_content(_framework()), self.written())

    @property
    def last_editor(self) -> int | None:
        """Return the user who worded the draft last."""
        newest = self.get_latest_revision()
        return newest.user_id if newest else None

    def preview(self) -> FrameworkPreview:
        """Return what publishing it would change. Raises FrameworkError with everything wrong, or DraftIsOld."""
        if self.is_old:
            raise DraftIsOld
        content = self.content()
        if holds_personnummer(str(content)):
            raise FrameworkError(gettext("The draft holds a personal identity number. Remove it."))
        return preview_framework(content)

    def with_content_json(self, content: dict[str, Any]) -> FrameworkDraft:
        """Return what a revision says; with what the draft began is the row's to say."""
        draft: FrameworkDraft = super().with_content_json(content)
        draft.based_on, draft.from_file = self.based_on, self.from_file
        return draft

    @property
    def decides_anew(self) -> bool:
        """Whether a file that it began with changes rules or requirements of what stays."""
        if not self.from_file:
            return False
        try:
            return self.get_latest_revision_as_object().preview().decides_anew
        except (FrameworkError, DraftIsOld):
            return True

    @property
    def is_old(self) -> bool:
        return self.based_on != number_of_present(_framework())

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Make the revision the next version of the framework, in one transaction with Wagtail's own bookkeeping."""
        draft = revision.as_object()
        load_framework(draft.preview().content, now())
        super().publish(revision, *args, **kwargs)
        FrameworkDraft.objects.filter(pk=self.pk).update(based_on=number_of_present(_framework()), from_file={})

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/framework_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        try:
            found = self.preview()
        except (FrameworkError, DraftIsOld) as error:
            return context | {"faults": str(error.message).splitlines()}
        return context | {"sections": framework_sections(found.changes), "references": found.references}


class FrameworkReviewTask(Task):
    """The review step: another of those who may edit the framework looks at what one of them wrote.

    Whoever worded the draft last does not approve it, whoever asked for the review. What a file says of rules and
    requirements is approved by somebody who decides on those.
    """

    class Meta:
        verbose_name = _("review of the framework")
        verbose_name_plural = _("reviews of the framework")

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return edits_framework(user, today())

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str | Promise, bool]]:
        if not edits_framework(user, today()) or obj.current_workflow_state is None or obj.last_editor == user.pk:
            return []
        if obj.decides_anew and not decides_framework(user, today()):
            return [REJECT]
        return [REJECT, APPROVE]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """An approval publishes, whether or not she could have published alone."""
        if action_name != "approve":
            super().on_action(task_state, user, action_name, **kwargs)
            return
        from courses.reviewing import finish

        with transaction.atomic():
            task_state.approve(user=user, update=False, comment=kwargs.get("comment", ""))
            finish(task_state.workflow_state, user)
            draft = task_state.workflow_state.content_object
            draft.get_latest_revision().publish(user=user, skip_permission_checks=True)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        if not edits_framework(user, today()):
            return TaskState.objects.none()
        draft = FrameworkDraft.objects.first()
        if draft is None or draft.last_editor == user.pk:
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    @classmethod
    def get_description(cls) -> str | Promise:
        return _("Somebody else who may edit the framework approves what is to be published.")


REJECT = ("reject", _("Ask for changes"), True)
APPROVE = ("approve", _("Approve and publish"), False)


def begin_draft(user: Any, from_file: dict[str, Any] | None = None) -> FrameworkDraft:
    """Begin the draft, or begin it anew, with the framework as it stands or as a file would have it.

    What was written before is in its history. A review of it ends, since nobody has read the new one.
    """
    framework = _framework()
    content = from_file or framework_content(framework)
    draft = FrameworkDraft.objects.first() or FrameworkDraft(live=False)
    draft.label = from_file["version"] if from_file else today().isoformat()
    draft.from_file = from_file or {}
    draft.based_on = number_of_present(framework)
    for name, value in as_blocks(content).items():
        setattr(draft, name, value)
    with transaction.atomic():
        if draft._state.adding:
            draft.save()
        if state := draft.current_workflow_state:
            state.cancel(user=user)
        draft.save_revision(user=user, clean=False)
        rows = FrameworkDraft.objects.filter(pk=draft.pk)
        rows.update(based_on=draft.based_on, from_file=draft.from_file)
    return draft


def number_of_present(framework: Framework) -> int:
    """Return the number of the version that holds now; 0 for one that was imported before versions were kept."""
    return next((version.number for version in framework_versions(framework)), 0)


def _framework() -> Framework:
    framework = present_framework()
    if framework is None:
        raise FrameworkError(gettext("There is no framework yet. Import one first."))
    return framework
