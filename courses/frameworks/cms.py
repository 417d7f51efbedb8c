"""The workshop's pages about the framework: where it stands, what differs between versions, and files in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView

from competency.api import (
    FrameworkError,
    FrameworkPreview,
    framework_as_file,
    framework_content,
    framework_difference,
    framework_from_file,
    framework_sections,
    framework_version,
    framework_versions,
    load_framework,
    present_framework,
    preview_framework,
)
from courses.cms import WorkshopPage
from courses.frameworks.draft import FrameworkDraft, begin_draft, number_of_present
from courses.rules import decides_framework, edits_framework, needs_second_person
from people.api import now, today, whole_number

LARGEST_FILE = 5_000_000
SALT = "courses.framework-file"
HOURS_TO_CONFIRM = 4
TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def _check(request: HttpRequest) -> None:
    """Whoever may not edit the framework finds nothing here."""
    if not edits_framework(request.user, today()):
        raise Http404


class FrameworkPage(WorkshopPage):
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _check(request)
        self.framework = present_framework()
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        if not isinstance(self, HomeView):
            items.insert(-1, {"url": reverse("framework_home"), "label": _("Competency framework")})
        return items


class HomeView(FrameworkPage, TemplateView):
    template_name = "wagtailadmin/courses/framework_home.html"
    page_title = gettext_lazy("Competency framework")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = FrameworkDraft.objects.first()
        versions = framework_versions(self.framework) if self.framework else []
        return super().get_context_data(
            framework=self.framework,
            versions=versions,
            draft=draft,
            edit_url=reverse("wagtailsnippets_courses_frameworkdraft:edit", args=[draft.pk]) if draft else "",
            formats=list(TYPES),
            is_reviewed=needs_second_person(self.request.user, today()),
            **kwargs,
        )


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the draft, or begin it anew, from the framework as it stands."""
    _check(request)
    draft = begin_draft(request.user)
    messages.success(request, _("The draft now says what the framework says."))
    return redirect("wagtailsnippets_courses_frameworkdraft:edit", draft.pk)


class CompareView(FrameworkPage, TemplateView):
    """What differs between two versions; “0” is the framework as it stands."""

    template_name = "wagtailadmin/courses/framework_compare.html"
    page_title = gettext_lazy("Compare versions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.framework is None:
            raise Http404
        versions = framework_versions(self.framework)
        before = self._number("from", versions[1].number if len(versions) > 1 else 0)
        after = self._number("to", versions[0].number if versions else 0)
        sections = framework_sections(framework_difference(self._content(before), self._content(after)))
        return super().get_context_data(versions=versions, before=before, after=after, sections=sections, **kwargs)

    def _number(self, name: str, default: int) -> int:
        asked = self.request.GET.get(name, "")
        number = whole_number(asked)
        return default if number is None else number

    def _content(self, number: int) -> dict[str, Any]:
        return framework_version(self.framework, number).content if number else framework_content(self.framework)


class FrameworkFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Framework file"),
        help_text=gettext_lazy("JSON, a workbook (XLSX), a folder of CSV files (ZIP) or one table as CSV."),
        widget=forms.FileInput(attrs={"accept": ".json,.xlsx,.zip,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB. A framework is text, and smaller."))
        return file


class UploadView(FrameworkPage, FormView):
    """A file is shown as what it would change; nothing is written before somebody has seen that and said yes."""

    form_class = FrameworkFileForm
    template_name = "wagtailadmin/courses/framework_upload.html"
    page_title = gettext_lazy("Framework from a file")

    def form_valid(self, form: FrameworkFileForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        base = framework_content(self.framework) if self.framework else {}
        try:
            preview = preview_framework(framework_from_file(file.name, file.read(), base))
            self._check_decisions(preview)
        except FrameworkError as error:
            problems = str(error.message).splitlines()
            return self.render_to_response(self.get_context_data(form=form, problems=problems))
        context = self.get_context_data(
            form=form,
            sections=framework_sections(preview.changes),
            references=preview.references,
            is_seen=True,
            is_reviewed=needs_second_person(self.request.user, today()),
            sealed=_sealed(preview.content, self.request, _number(self.framework)),
        )
        return self.render_to_response(context)

    def _check_decisions(self, preview: FrameworkPreview) -> None:
        if self.framework and preview.decides_anew and not decides_framework(self.request.user, today()):
            raise FrameworkError(
                _(
                    "The file changes rules or requirements of competencies that stay. They are changed where they can "
                    "be tried first, by those who decide on them. Leave those tables out of the file, or ask them."
                )
            )


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Publish what was shown, or make it the draft where somebody else must approve; unless it has changed since."""
    _check(request)
    content = _opened(request)
    if content is None:
        messages.error(request, _("The framework has changed since, or it was long ago. Choose the file once more."))
        return redirect("framework_upload")
    if needs_second_person(request.user, today()):
        draft = begin_draft(request.user, content)
        messages.success(
            request, _("What the file says lies in the draft. Send it for review: somebody else approves it.")
        )
        return redirect("wagtailsnippets_courses_frameworkdraft:edit", draft.pk)
    try:
        report = load_framework(content, now())
    except FrameworkError as error:
        messages.error(request, str(error.message))
        return redirect("framework_upload")
    messages.success(request, _("Version %(version)s of the framework is published.") % {"version": report.version})
    return redirect("framework_home")


@require_safe
def download(request: HttpRequest, ending: str) -> HttpResponse:
    """Hand out the framework as it stands, or one version of it (`?version=`)."""
    _check(request)
    framework = present_framework()
    if framework is None or ending not in TYPES:
        raise Http404
    asked = request.GET.get("version", "")
    number = whole_number(asked)
    if asked and number is None:
        raise Http404
    content = framework_content(framework) if number is None else framework_version(framework, number).content
    name = f"{framework.code}.{ending}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(framework_as_file(name, content), TYPES[ending], headers=disposition)


def _number(framework: Any) -> int:
    return number_of_present(framework) if framework else 0


def _sealed(content: dict[str, Any], request: HttpRequest, number: int) -> str:
    """Return what was shown so that it comes back as it was, from the same person, on the same framework."""
    return signing.dumps([request.user.pk, number, content], salt=SALT, compress=True)


def _opened(request: HttpRequest) -> dict[str, Any] | None:
    sealed = request.POST.get("sealed", "")
    try:
        whose, number, content = signing.loads(sealed, salt=SALT, max_age=HOURS_TO_CONFIRM * 3600)
    except (signing.BadSignature, ValueError):
        return None
    is_same = whose == request.user.pk and number == _number(present_framework())
    return content if is_same else None


urls = [
    path("ramverk/", HomeView.as_view(), name="framework_home"),
    path("ramverk/utkast/", begin, name="framework_begin"),
    path("ramverk/jamfor/", CompareView.as_view(), name="framework_compare"),
    path("ramverk/fil/", UploadView.as_view(), name="framework_upload"),
    path("ramverk/fil/publicera/", confirm, name="framework_confirm"),
    path("ramverk/hamta/<str:ending>/", download, name="framework_download"),
]
