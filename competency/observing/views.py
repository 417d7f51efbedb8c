"""Pages by which the framework's owner says how an observation is made. For others they are not there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.api import NotFound, now, today

from ..book import book
from ..pages import reader_of, subject_of
from ..queries import competency
from ..rulebook.forms import judge_labels
from ..rulebook.pages import decided_page
from .forms import ChecklistForm, OwnLevelForm, PracticeForm
from .practising import log_practice
from .services import set_checklist, set_own_level
from .steps import text_of
from .words import supervisor_labels


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """Her own log: only she writes in it, and only for where she works now."""
    subject, found = subject_of(request, None, today()), competency(code)
    if subject.organisation is None:
        raise NotFound
    form = PracticeForm(
        request.POST or None, supervisors=supervisor_labels(), today=today(), initial={"happened_on": today()}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        log_practice(
            subject.person,
            found,
            said["times"],
            now(),
            organisation=subject.organisation,
            supervisor=said["supervisor"],
            statement_id=said["statement"],
            happened_at=min(form.happened_at, now()),
            note=said["note"],
        )
        messages.success(request, _("It is in your log. Your level is as it was: somebody has to see it for that."))
        return redirect("reason", code=code)
    return render(request, "competency/practice.html", {"form": form, "competency": found})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    page = decided_page(reader_of(request), code, today())
    form = ChecklistForm(request.POST or None, initial={"steps": text_of(page.steps)})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["steps"] != page.steps:
            set_checklist(page.competency, form.cleaned_data["steps"], page.reader, now())
        some, none = _("Observers go through these steps from now on."), _("No checklist is used from now on.")
        messages.success(request, some if form.cleaned_data["steps"] else none)
        return redirect("rule", code=code)
    return render(request, "competency/checklist.html", {"form": form, "competency": page.competency})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_level(request: HttpRequest, code: str) -> HttpResponse:
    page = decided_page(reader_of(request), code, today())
    form = OwnLevelForm(request.POST or None, roles=judge_labels(book()), level_names=page.names)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        of = None if said["everywhere"] else page.competency
        set_own_level(of, said["role"], said["own_level"], page.reader, now(), reason=said["reason"])
        messages.success(request, _("It is asked from now on. What has been judged stands."))
        return redirect("rule", code=code)
    return render(request, "competency/own_level.html", {"form": form, "competency": page.competency})
