"""The workshop's own pages: an educator's file becomes a draft, a course goes out whole, a chief nurse says yes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses.course_file import CourseFileError
from courses.importer import EXAMPLE, import_own_file
from courses.models import CatalogueIndex, CoursePage
from courses.publishing import publish_whole
from courses.reviewing import NotReviewer, courses_to_review, may_review, review_live
from courses.rules import owners_for
from courses.trying import Coming, tried_at, try_draft
from people.api import DomainError, NotAllowed, Organisation, now, person_of, today

LARGEST_FILE = 2_000_000


@require_safe
def catalogue_home(request: HttpRequest) -> HttpResponse:
    """Lead to the list of courses, whatever its number is in this installation."""
    return redirect("wagtailadmin_explore", CatalogueIndex.objects.values_list("pk", flat=True).get())


class CourseFileForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=Organisation.objects.none(),
        help_text=gettext_lazy("The organisation that answers for the content."),
        empty_label=None,
    )
    file = forms.FileField(label=gettext_lazy("Course file"), widget=forms.FileInput(attrs={"accept": ".json"}))

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 2 MB. A course file holds text only."))
        return file


class WorkshopPage(WagtailAdminTemplateMixin):
    """A page of our own in the workshop, named at its top."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class UploadView(WorkshopPage, FormView):
    """One file, one course: everything in it becomes drafts that the educator looks at before anybody else does."""

    form_class = CourseFileForm
    template_name = "wagtailadmin/courses/upload.html"
    page_title = gettext_lazy("Course from a file")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not CatalogueIndex.objects.get().permissions_for_user(request.user).can_add_subpage():
            raise NotAllowed
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"owners": owners_for(self.request.user, today())}

    def form_valid(self, form: CourseFileForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            course, report = import_own_file(file.read(), file.name, self.request.user, form.cleaned_data["owner"])
        except CourseFileError as error:
            return self.render_to_response(self.get_context_data(form=form, problems=error.problems))
        except DomainError as error:
            form.add_error("file", str(error.message))
            return self.form_invalid(form)
        for note in report.notes:
            messages.info(self.request, note)
        messages.success(self.request, _("“%(title)s” is here as a draft.") % {"title": course.draft_title})
        return redirect("wagtailadmin_explore", course.pk)


@require_safe
def example_file(request: HttpRequest) -> FileResponse:
    """Hand out a small whole course file to start from."""
    return FileResponse(EXAMPLE.open("rb"), as_attachment=True, filename=EXAMPLE.name, content_type="application/json")


class PublishWholeView(WorkshopPage, TemplateView):
    """A course and all its modules in one go, after a look at what that means."""

    template_name = "wagtailadmin/courses/publish_whole.html"
    page_title = gettext_lazy("Publish the whole course")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.course = get_object_or_404(CoursePage, pk=kwargs["pk"])
        if not self.course.permissions_for_user(request.user).can_publish():
            raise NotAllowed
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.course.get_admin_display_title()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(course=self.course, modules=self.course.modules(), **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            edition = publish_whole(self.course, request.user, now())
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("wagtailadmin_explore", self.course.pk)
        text = _("“%(title)s” is published as version %(version)s.")
        messages.success(request, text % {"title": self.course.title, "version": edition.version})
        return redirect("wagtailadmin_explore", self.course.pk)


class TryForm(forms.Form):
    """How long what was learnt earlier would count, if learners must take the course again."""

    ends_earlier_on = forms.DateField(
        label=gettext_lazy("Last day for what was learnt earlier"),
        help_text=gettext_lazy("Leave it empty to see what happens if it counts as long as it would have."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_ends_earlier_on(self) -> Any:
        day = self.cleaned_data["ends_earlier_on"]
        if day and day < today():
            raise forms.ValidationError(_("The day has passed. Choose today or a later day."))
        return day


class TryView(WorkshopPage, FormView):
    """What publishing the newest draft would mean for people, before anybody does it. Nothing is written."""

    form_class = TryForm
    template_name = "wagtailadmin/courses/try.html"
    page_title = gettext_lazy("What it would mean")
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        course = get_object_or_404(CoursePage.objects.select_related("owner_node"), pk=kwargs["pk"])
        self.node = tried_at(request.user, course, now())
        self.coming = Coming(course, now())
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.coming.course.get_admin_display_title()

    def get_initial(self) -> dict[str, Any]:
        return {"ends_earlier_on": self.coming.draft.earlier_until if self.coming.is_new_major else None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(course=self.coming.course, coming=self.coming, node=self.node, **kwargs)

    def form_valid(self, form: TryForm) -> HttpResponse:
        reason = self.coming.draft.earlier_reason or str(_("A trial"))
        try:
            return redirect(try_draft(self.coming, self.request.user, form.cleaned_data["ends_earlier_on"], reason))
        except DomainError as error:
            form.add_error(None, str(error.message))
            return self.form_invalid(form)


class ReviewListView(WorkshopPage, TemplateView):
    """Every live course, those without this reviewer's yes first."""

    template_name = "wagtailadmin/courses/review_list.html"
    page_title = gettext_lazy("Review courses")
    header_icon = "circle-check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_review(request.user):
            raise NotReviewer
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        courses = courses_to_review(person_of(self.request.user), now())
        return super().get_context_data(courses=courses, **kwargs)


@require_POST
def approve_live(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the yes of the person signed in to a live course."""
    course = get_object_or_404(CoursePage, pk=pk)
    reviewer = person_of(request.user)
    if reviewer is None:
        raise NotReviewer
    edition = review_live(course, reviewer, now())
    text = _("You have reviewed “%(title)s”, version %(version)s.")
    messages.success(request, text % {"title": course.title, "version": edition.version})
    return redirect(reverse("courses_review"))
